"""Each night the roster confirms, contradicts or misses what two schools agreed on."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from bascule.cases.actions import Opening, close_cases, open_cases
from bascule.cases.declarations import Within
from bascule.cases.models import CaseFile
from bascule.directory.models import Organization
from bascule.directory.queries import school_calendar
from bascule.kernel.actor import Actor
from bascule.kernel.school_calendar import SchoolCalendar
from bascule.kernel.wording import ENGLISH
from bascule.mobility.models import Handover, RosterAnswer
from bascule.mobility.queries import latest_answers, told_handovers
from bascule.mobility.roster_answers import (
    AGREES_WITHIN,
    WATCHED_FOR,
    Agreed,
    Answer,
    Claimed,
    Difference,
    answer_to,
)
from bascule.mobility.telling import disagreement
from bascule.roster.models import EnrollmentClaim

WORKFLOW, SIS_IS_RIGHT = "sis_disagrees", "sis_is_right"
CONFIRMED = RosterAnswer.Kind.CONFIRMED


@transaction.atomic
def compare_handovers(actor: Actor, *, at: datetime) -> dict[str, int]:
    """Ask the roster about every handover that is not confirmed, and about those of late.

    Keeps an answer where it is another than before; a disagreement is a case the same night, and
    the case is cleared when the roster agrees. Returns the counts.
    """
    asked = list(_worth_asking(at))
    claims, calendar = _claims(asked), school_calendar()
    names = _names_of_schools(asked, claims)
    answers = {
        each: _named(_answer(each, claims[each.student_id], calendar, at), names) for each in asked
    }
    known = latest_answers(asked)
    RosterAnswer.objects.bulk_create(
        RosterAnswer(handover=each, kind=answer.kind, differences=_rows(answer), at=at)
        for each, answer in answers.items() if answer and _is_new(answer, known.get(each.pk))
    )  # fmt: skip
    counts = Counter(answer.kind if answer else "waiting" for answer in answers.values())
    disagreed = {each: a for each, a in answers.items() if a and a.kind != CONFIRMED}
    counts["cases cleared"] = _clear_cases(actor, disagreed, at)
    counts["cases opened"] = _open_cases(actor, disagreed, at)
    return dict(counts)


def _worth_asking(at: datetime) -> QuerySet[Handover]:
    recent = Q(released_at__gte=at - timedelta(days=WATCHED_FOR))
    unsettled = Q(roster_says=None) | ~Q(roster_says=CONFIRMED)
    return told_handovers().filter(recent | unsettled).order_by("id")


def _claims(asked: Sequence[Handover]) -> Mapping[int, list[Claimed]]:
    """Return what the roster knows now of the students of these handovers."""
    found: dict[int, list[Claimed]] = defaultdict(list)
    students = {each.student_id for each in asked}
    for claim in EnrollmentClaim.objects.filter(student__in=students, known_until=None):
        found[claim.student_id].append(
            Claimed(claim.school_id, claim.starts_on, claim.ends_on, claim.entry_code,
                    claim.exit_code)
        )  # fmt: skip
    return found


def _answer(
    each: Handover, claims: Sequence[Claimed], calendar: SchoolCalendar, at: datetime
) -> Answer | None:
    """Return what the roster says; None while it may still say nothing."""
    answer = answer_to(
        Agreed(each.from_school_id, each.to_school_id, each.last_day_on, each.first_day_on,
               each.exit_code, each.entry_code),
        claims,
    )  # fmt: skip
    is_waiting = answer.kind == RosterAnswer.Kind.MISSED and at <= _expected_by(each, calendar)
    return None if is_waiting else answer


def _names_of_schools(
    asked: Sequence[Handover], claims: Mapping[int, list[Claimed]]
) -> dict[str, str]:
    ids = {each.school for spells in claims.values() for each in spells}
    ids |= {each.to_school_id for each in asked}
    schools = Organization.objects.filter(pk__in=ids).values_list("pk", "name")
    return {str(key): name for key, name in schools}


def _named(answer: Answer | None, names: Mapping[str, str]) -> Answer | None:
    """Return the answer with schools by name."""
    if answer is None:
        return None
    differences = [
        Difference(each.what, *(names.get(key, key) for key in (each.we_say, each.sis_says)))
        if each.what == "school" else each
        for each in answer.differences
    ]  # fmt: skip
    return Answer(answer.kind, tuple(differences))


def _expected_by(each: Handover, calendar: SchoolCalendar) -> datetime:
    """Return until when the SIS may be silent: a clock from its file, or from the first day."""
    first_day = datetime.combine(each.first_day_on, time(), calendar.zone)
    start = max(first_day, each.told_at or first_day)
    return Within.parse(AGREES_WITHIN).due_at(start, calendar)


def _rows(answer: Answer) -> list[dict[str, str]]:
    return [asdict(each) for each in answer.differences]


def _is_new(answer: Answer, known: RosterAnswer | None) -> bool:
    return known is None or (known.kind, known.differences) != (answer.kind, _rows(answer))


def _clear_cases(actor: Actor, disagreed: Mapping[Handover, Answer], at: datetime) -> int:
    """Close the cases whose handover the roster contradicts no more."""
    still = {str(each.uuid) for each in disagreed}
    open_now = CaseFile.objects.filter(workflow=WORKFLOW, closed_at=None).order_by("id")
    agreed = [case for case in open_now if case.particulars["handover"] not in still]
    return close_cases(actor, cases=agreed, step="clear", at=at)


def _open_cases(actor: Actor, disagreed: Mapping[Handover, Answer], at: datetime) -> int:
    """Open a case about each disagreement, but not where the SIS was found right.

    Of a restricted move none is opened: whoever sees the student would learn of it.
    """
    decided = _decided(disagreed)
    openings = [
        Opening(each.student, ENGLISH.say(disagreement(**told)), {
            "handover": str(each.uuid), "disagreement": told, "differences": _rows(answer),
        })
        for each, answer in disagreed.items()
        if each.case.tier == CaseFile.Tier.STUDENT
        and (str(each.uuid), _rows(answer)) not in decided
        and (told := _told(each, answer))
    ]  # fmt: skip
    return len(open_cases(actor, workflow=WORKFLOW, openings=openings, at=at))


def _decided(handovers: Collection[Handover]) -> list[tuple[str, list[dict[str, str]]]]:
    """Return those of the handovers about which the SIS was found right, each with what it said."""
    about = [str(each.uuid) for each in handovers]
    closed = CaseFile.objects.filter(workflow=WORKFLOW, state=SIS_IS_RIGHT)
    said = closed.filter(particulars__handover__in=about).values_list("particulars", flat=True)
    return [(each["handover"], each["differences"]) for each in said]


def _told(each: Handover, answer: Answer) -> dict[str, str]:
    """Return what the sentence of the case is made of."""
    return {
        "kind": answer.kind, "left": each.from_school.name, "came": each.to_school.name,
        "first_day": str(each.first_day_on),
    }  # fmt: skip
