"""One line set of icons (Heroicons, from its wheel), by what they stand for; always with a word."""

from functools import cache

from django.utils.safestring import SafeString, mark_safe
from heroicons.templatetags.heroicons import heroicon_outline

SHAPES = {
    "today": "inbox",
    "board": "view-columns",
    "students": "academic-cap",
    "cases": "briefcase",
    "calls": "phone",
    "outreach": "megaphone",
    "tickets": "exclamation-triangle",
    "arrivals": "user-plus",
    "seats": "ticket",
    "rounds": "queue-list",
    "handovers": "arrows-right-left",
    "cover": "lifebuoy",
    "adherence": "clipboard-document-check",
    "measures": "chart-bar",
    "trends": "presentation-chart-line",
    "last-night": "moon",
    "feeds": "arrow-down-tray",
    "account": "user-circle",
    "add": "plus",
    "again": "arrow-path",
    "app": "device-phone-mobile",
    "earlier": "chevron-left",
    "export": "document-arrow-down",
    "later": "chevron-right",
    "more": "ellipsis-horizontal",
    "passkey": "key",
    "print": "printer",
    "remove": "trash",
    "restricted": "lock-closed",
    "seen": "check",
    "undo": "arrow-uturn-left",
    "sign-out": "arrow-right-start-on-rectangle",
}
"""What each meaning looks like; one shape never stands for two things on one page."""


@cache
def drawn(meaning: str) -> SafeString:
    """Return the drawing of 16 px that stands for `meaning`, hidden from screen readers.

    The word beside it is what is read. Raises KeyError for a meaning that has no drawing.
    """
    svg = heroicon_outline(SHAPES[meaning], size=16, stroke_width=2, **{"class": "icon"})
    return mark_safe(svg.replace("\n", ""))  # noqa: S308 - the wheel's own file, no input
