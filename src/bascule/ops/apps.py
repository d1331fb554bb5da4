"""The ops app."""

from django.apps import AppConfig


class OpsConfig(AppConfig):
    """Registers the package with Django."""

    name = "bascule.ops"
    label = "ops"
