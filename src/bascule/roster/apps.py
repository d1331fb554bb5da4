"""The roster app."""

from django.apps import AppConfig


class RosterConfig(AppConfig):
    """Registers the package with Django, and what goes with a student who becomes an alias."""

    name = "bascule.roster"
    label = "roster"

    def ready(self) -> None:
        """Declare the roster's own rows that follow a student."""
        from bascule.roster.following import declare_followers

        declare_followers()
