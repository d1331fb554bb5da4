"""Bascule: no student is lost in a hand-off. The design stands in docs/think."""

__version__ = "0.1.0"
