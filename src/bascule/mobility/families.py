"""What the page of a family knows of a case: its way in few stages.

A family is told one of eight stages, or how it ended; the states of the office behind them are its
own. No Django import.
"""

from collections.abc import Mapping
from datetime import date, timedelta

STAGES = ("asked", "checked", "choosing", "offered", "visit", "leaving", "enrolled", "first_weeks")
"""The way of a request, in order (issue 3, section 3; domain/mobility.md 6.1 item 33)."""
ENDINGS = ("done", "back", "stopped", "denied", "at_once")

_FROM_COUNSELING: Mapping[str, str] = {
    "counseling": "choosing",
    "waitlisted": "choosing",
    "offered": "offered",
    "intake": "visit",
    "release_requested": "leaving",
    "release_escalated": "leaving",
    "enrolled": "enrolled",
    "records": "enrolled",
    "stabilizing": "first_weeks",
    "closed_stable": "done",
    "returned": "back",
    "left_again": "stopped",
    "withdrawn": "stopped",
    "denied": "denied",
    "at_once": "at_once",
}
STAGE_OF: Mapping[str, Mapping[str, str]] = {
    "options_transfer": {
        "draft": "asked",
        "submitted": "asked",
        "eligibility": "checked",
        "prevention": "checked",
        **_FROM_COUNSELING,
    },
    "options_to_options": {"asked": "checked", **_FROM_COUNSELING},
}
"""The workflows that have a page for the family, with the stage of each of their states."""

PAPERS_WITHIN = 30
"""Days after the first day in which proof of identity and age may follow (325 ILCS 50/5, [P])."""
LASTS = timedelta(days=180)
"""How long a link is good for at most: a transfer with its checks takes about five months."""
KEPT_AFTER_END = timedelta(days=30)
"""How long a family may still read how its case ended."""
MOST_TRIES = 5
"""Wrong birth dates in a row after which a link is locked (issue 3, section 3; ADR 0096)."""
OF_AGE = 18
"""Years at which a student holds the page without anybody's leave."""


def has_page(workflow: str) -> bool:
    """Say whether cases of a workflow have a page for the family."""
    return workflow in STAGE_OF


def stage_of(workflow: str, state: str) -> str:
    """Return the stage of a state; KeyError for a workflow without a page."""
    return STAGE_OF[workflow][state]


def age_on(born_on: date, day: date) -> int:
    """Return the age in whole years on `day`."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
