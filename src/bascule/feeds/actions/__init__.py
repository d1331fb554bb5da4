"""Verbs of feeds: load a package, take a source's last run back."""

from bascule.feeds.actions.loading import Report, digest_of, load_package
from bascule.feeds.actions.undoing import undo_last_run

__all__ = ["Report", "digest_of", "load_package", "undo_last_run"]
