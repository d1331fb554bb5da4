"""The web app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Registers the package with Django, and its checks."""

    name = "bascule.web"
    label = "web"

    def ready(self) -> None:
        """Import the checks, which register themselves."""
        from bascule.web import checks  # noqa: F401
