"""Verbs of feeds: load a package, take a source's last run back, carry out what stewards ask."""

from bascule.feeds.actions.loading import load_package, look_ahead
from bascule.feeds.actions.ordering import carry_out_orders, place_order
from bascule.feeds.actions.recording import digest_of
from bascule.feeds.actions.report import Report
from bascule.feeds.actions.undoing import undo_last_run

__all__ = [
    "Report",
    "carry_out_orders",
    "digest_of",
    "load_package",
    "look_ahead",
    "place_order",
    "undo_last_run",
]
