"""The roster app."""

from django.apps import AppConfig


class RosterConfig(AppConfig):
    """Registers the package with Django."""

    name = "bascule.roster"
    label = "roster"
