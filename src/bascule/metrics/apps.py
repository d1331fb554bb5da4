"""The metrics app: its tables; the rest of the package is pure."""

from django.apps import AppConfig


class MetricsConfig(AppConfig):
    """Registers the package with Django."""

    name = "bascule.metrics"
    label = "metrics"
