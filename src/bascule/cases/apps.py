"""The cases app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Registers the checks over declared workflows."""

    name = "bascule.cases"
    label = "cases"

    def ready(self) -> None:
        """Import the checks, which register themselves."""
        from bascule.cases import checks  # noqa: F401
