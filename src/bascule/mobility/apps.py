"""The mobility app."""

from django.apps import AppConfig


class MobilityConfig(AppConfig):
    """Registers the package with Django."""

    name = "bascule.mobility"
    label = "mobility"
