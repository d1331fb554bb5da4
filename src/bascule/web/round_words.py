"""What a round gave one student, in words."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bascule.kernel.wording import ENGLISH, Voice
from bascule.mobility.models import PlacementRound, RoundResult
from bascule.mobility.round_reasons import Why, reasons_of
from bascule.mobility.rounds import CLOSED, PRIORITIES
from bascule.web.templatetags.bascule import READERS

TONES = {"got": "kept", "full": "held", "closed": "late"}
TITLES = {each.key: each.title for each in PRIORITIES}


@dataclass(frozen=True)
class ToldChoice:
    """One choice: its program, the priority there, and, once run, what became of it and why."""

    program: str
    priority: str
    tone: str
    why: str


@dataclass(frozen=True)
class ToldResult:
    """What the row of a student shows."""

    outcome: str
    tone: str
    choices: list[ToldChoice]


def told_result(found: PlacementRound, row: RoundResult) -> ToldResult:
    """Say what a round gave a student, or, before it is run, what the student asks of it."""
    if row.number is None:
        return ToldResult(_("listed"), "held", [_asked(each) for each in row.choices])
    whys = reasons_of(row.told, row.number, found.entrants)
    choices = [_became(each, why) for each, why in zip(row.told, whys, strict=True)]
    if row.rank is None:
        return ToldResult(_("no seat"), "due", choices)
    return ToldResult(_("choice %(rank)d") % {"rank": row.rank}, "kept", choices)


def _asked(choice: dict[str, Any]) -> ToldChoice:
    closed = _closed(choice["closed"]) if choice["closed"] else ""
    tone = "late" if closed else "held"
    return ToldChoice(choice["name"], _(TITLES[choice["priority"]]), tone, closed)


def _became(told: dict[str, Any], why: Why) -> ToldChoice:
    words = _voice().say(why.sentence)
    if why.closed:
        words = f"{words} {_closed(why.closed)}"
    return ToldChoice("", _(TITLES[told["priority"]]), TONES[why.became], words)


def _closed(key: str) -> str:
    """Name the criterion that keeps a student out of a program."""
    return _("Not open by: %(criterion)s.") % {"criterion": _(CLOSED[key][0])}


def _voice() -> Voice:
    return ENGLISH if get_language() == "en" else READERS
