"""The feeds app."""

from django.apps import AppConfig


class FeedsConfig(AppConfig):
    """Registers the package with Django."""

    name = "bascule.feeds"
    label = "feeds"
