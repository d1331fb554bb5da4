"""The access app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Fills the kernel's ports: verbs of every layer are recorded, and may enqueue."""

    name = "bascule.access"
    label = "access"

    def ready(self) -> None:
        """Fill the ports once the models are there."""
        from bascule.access.decisions import keep_decision
        from bascule.access.jobs import put_in_queue
        from bascule.kernel.jobs import fill_queue
        from bascule.kernel.recorder import fill_recorder

        fill_recorder(keep_decision)
        fill_queue(put_in_queue)
