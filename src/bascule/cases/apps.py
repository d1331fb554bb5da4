"""The cases app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Registers the checks over declared workflows, and that cases follow a student."""

    name = "bascule.cases"
    label = "cases"

    def ready(self) -> None:
        """Import the checks, which register themselves, and declare what follows."""
        from bascule.cases import checks  # noqa: F401
        from bascule.cases.following import declare_followers

        declare_followers()
