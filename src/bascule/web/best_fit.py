"""The best fit in words, for the page of a case: programs with what speaks for and against each."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bascule.cases.declarations import Step
from bascule.kernel.wording import ENGLISH, Sentence, Voice
from bascule.matching.fit import Candidate, Exclusion, Fit, Part
from bascule.mobility.models import OptionsProgram
from bascule.mobility.placement_facts import FIGURES, ProgramFacts
from bascule.web.attendance import plain
from bascule.web.templatetags.bascule import READERS

TONES = {"for": "kept", "against": "late", "unknown": "due"}


@dataclass(frozen=True)
class ToldPart:
    """One criterion of one program: how it speaks, its points of its weight, and its sentence."""

    tone: str
    speaks: str
    title: str
    points: str
    why: str


@dataclass(frozen=True)
class ToldProgram:
    """A program that fits: its name, its hours, its score, its parts, and what is not known."""

    name: str
    hours: str
    score: str
    turn: int | None
    parts: list[ToldPart]
    unknown: list[str]


@dataclass(frozen=True)
class ToldFit:
    """All that the panel shows: three programs, the others that fit, and the excluded ones."""

    proposed: list[ToldProgram]
    unknown: list[str]
    others: list[ToldProgram]
    excluded: list[tuple[str, list[tuple[str, str]]]]
    version: int
    since: date
    credits: str
    farthest_km: int
    longest_wait_days: int


def told_fit(fit: Fit[ProgramFacts]) -> ToldFit:
    """Say a fit in the reader's language; what is not known of all that fit is told once."""
    shared = _shared([_said(each.unknown) for each in fit.candidates])
    told = [_program(each, shared) for each in fit.candidates]
    shown = len(fit.proposed)
    return ToldFit(
        proposed=told[:shown],
        unknown=shared,
        others=told[shown:],
        excluded=[_excluded(each) for each in fit.excluded],
        version=fit.version,
        since=FIGURES.since,
        credits=plain(FIGURES.credits_to_graduate),
        farthest_km=FIGURES.farthest_km,
        longest_wait_days=FIGURES.longest_wait_days,
    )


def best_first(step: Step, fit: Fit[ProgramFacts]) -> Step:
    """Return a step with its choices of seats in the order of the fit, excluded ones last."""
    lines = [line.key for each in fit.candidates for line in each.program.lines]
    turns = {key: turn for turn, key in enumerate(lines)}
    asks = [
        replace(ask, choices=tuple(sorted(ask.choices, key=lambda c: turns.get(c[0], len(lines)))))
        for ask in step.asks
    ]
    return replace(step, asks=tuple(asks))


def _shared(lists: list[list[str]]) -> list[str]:
    """Return what stands in every list, in the order of the first."""
    return [words for words in lists[0] if all(words in each for each in lists)] if lists else []


def _program(candidate: Candidate[ProgramFacts], shared: list[str]) -> ToldProgram:
    program = candidate.program
    return ToldProgram(
        name=_name(program),
        hours=str(OptionsProgram.Schedule(program.schedule).label),
        score=_("%(points)d of %(possible)d points")
        % {"points": candidate.points, "possible": candidate.possible},
        turn=candidate.turn,
        parts=[_part(each) for each in candidate.parts],
        unknown=[words for words in _said(candidate.unknown) if words not in shared],
    )


def _part(part: Part) -> ToldPart:
    speaks = {"for": _("For"), "against": _("Against"), "unknown": _("Not known")}[part.speaks]
    values = {"points": part.points, "possible": part.weight}
    points = "" if part.points is None else _("%(points)d of %(possible)d points") % values
    return ToldPart(TONES[part.speaks], speaks, _(part.title), points, _voice().say(part.why))


def _excluded(exclusion: Exclusion[ProgramFacts]) -> tuple[str, list[tuple[str, str]]]:
    voice = _voice()
    reasons = [(_(title), voice.say(why)) for title, why in exclusion.reasons]
    return _name(exclusion.program), reasons


def _name(program: ProgramFacts) -> str:
    return f"{program.school_name}: {program.name}"


def _said(sentences: Iterable[Sentence]) -> list[str]:
    return [_voice().say(each) for each in sentences]


def _voice() -> Voice:
    return ENGLISH if get_language() == "en" else READERS
