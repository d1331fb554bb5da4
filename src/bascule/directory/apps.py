"""The directory app."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """Registers the package with Django."""

    name = "bascule.directory"
    label = "directory"
