"""The mobility app."""

from django.apps import AppConfig


class MobilityConfig(AppConfig):
    """Registers the package with Django, and that flags follow a student."""

    name = "bascule.mobility"
    label = "mobility"

    def ready(self) -> None:
        """Declare what follows."""
        from bascule.mobility.following import declare_followers

        declare_followers()
