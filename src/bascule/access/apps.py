"""The access app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Fills the kernel's recorder port, so that verbs below access are recorded too."""

    name = "bascule.access"
    label = "access"

    def ready(self) -> None:
        """Fill the port once the models are there."""
        from bascule.access.decisions import keep_decision
        from bascule.kernel.recorder import fill_recorder

        fill_recorder(keep_decision)
