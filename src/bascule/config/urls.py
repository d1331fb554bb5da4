"""The root addresses."""

from bascule.web.urls import urlpatterns

__all__ = ["urlpatterns"]
