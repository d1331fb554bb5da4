"""The mobility app."""

from django.apps import AppConfig


class MobilityConfig(AppConfig):
    """Registers the package with Django, what follows a student, and which lists are taken away."""

    name = "bascule.mobility"
    label = "mobility"

    def ready(self) -> None:
        """Declare what follows."""
        from bascule.mobility.following import declare_followers
        from bascule.mobility.lists import declare_lists

        declare_followers()
        declare_lists()
