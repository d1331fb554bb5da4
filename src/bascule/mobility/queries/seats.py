"""Questions about the seats of Options programs: what is free, and who holds one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery

from bascule.cases.declarations import Choices
from bascule.cases.models import CaseFile, Transition
from bascule.directory.models import Organization
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day, now
from bascule.mobility.models import SeatChange, SeatHold, SeatLine
from bascule.mobility.policies import SEE_HOLD

ARRIVING = ("offered", "intake", "release_requested", "release_escalated", "enrolled")
"""States of a transfer from the offer to the first day."""


def unended_hold(case: CaseFile) -> SeatHold | None:
    """Return the hold of a case that nobody has ended, with line, program and school.

    An offer among them may have lapsed: its `until_at` is past. The case must be in view.
    """
    held = SeatHold.objects.filter(case=case, ended_at__isnull=True)
    return held.select_related("line__program__school").first()


def accepted_hold(case: CaseFile) -> SeatHold | None:
    """Return the seat that was accepted for a case and is still the student's, or None."""
    held = unended_hold(case)
    return held if held and held.accepted_at else None


def receiving_school(case: CaseFile) -> Organization | None:
    """Return the school whose seat was accepted for a case, or None while none is."""
    held = accepted_hold(case)
    return held.line.program.school if held else None


@dataclass(frozen=True)
class Standing:
    """One line at an instant: seats there are today, offered, taken, and free to be offered.

    `leaving` are those of today that a change to come takes away: they are not offered.
    """

    line: SeatLine
    capacity: int
    offered: int
    taken: int
    free: int
    leaving: int

    @property
    def in_use(self) -> int:
        """The seats that nobody else can have: offered or taken."""
        return self.offered + self.taken


def capacity_on(changes: Sequence[SeatChange], day: date) -> int:
    """Return the seats of a line on `day`: the sum of its changes that are effective by then."""
    return sum(change.seats for change in changes if change.effective_on <= day)


def least_from(changes: Sequence[SeatChange], day: date) -> int:
    """Return the fewest seats that a line has on any day from `day` on.

    A seat that is taken away next week cannot be offered today.
    """
    later = {change.effective_on for change in changes if change.effective_on > day}
    return min(capacity_on(changes, each) for each in {day, *later})


def standings(lines: Iterable[SeatLine], at: datetime) -> list[Standing]:
    """Return how each of `lines` stands at `at`: two queries, whatever their number."""
    rows = list(lines)
    changes = defaultdict(list)
    for change in SeatChange.objects.filter(line__in=[row.pk for row in rows]).order_by("id"):
        changes[change.line_id].append(change)
    in_use = _in_use([row.pk for row in rows], at)
    return [_standing(row, changes[row.pk], in_use.get(row.pk, (0, 0)), at) for row in rows]


def _standing(
    line: SeatLine, changes: Sequence[SeatChange], in_use: tuple[int, int], at: datetime
) -> Standing:
    day, (offered, taken) = local_day(at), in_use
    capacity, least = capacity_on(changes, day), least_from(changes, day)
    free = max(0, least - offered - taken)
    return Standing(line, capacity, offered, taken, free, capacity - least)


def _in_use(lines: list[int], at: datetime) -> dict[int, tuple[int, int]]:
    """Return how many seats of each line are offered and taken, whoever they are held for."""
    with connection.cursor() as cursor:
        cursor.execute("select * from mobility_seats_in_use(%s, %s)", [lines, at])
        return {line: (offered, taken) for line, offered, taken in cursor.fetchall()}


def options_schools() -> QuerySet[Organization]:
    """Return the schools that may have programs: Options schools, whoever runs them, by name."""
    schools = Organization.objects.filter(kind=Organization.Kind.SCHOOL, is_options=True)
    return schools.order_by("name", "id")


def current_lines(day: date) -> QuerySet[SeatLine]:
    """Return the lines in whose window a student can still start on `day`, by school."""
    lines = SeatLine.objects.filter(ends_on__gte=day).select_related("program__school")
    return lines.order_by(
        "program__school__name", "program__name", "starts_on", "lowest_grade", "service", "id"
    )


def free_seats(actor: Actor, case: CaseFile) -> Choices:
    """Return the lines with a seat for the student of a case, as choices: uuid and words.

    By the band of grades; a student whose grade nobody reports is ruled out of none. The school at
    which the student is has no seat to offer.
    """
    at, student = now(), case.student
    lines = current_lines(local_day(at))
    if student and student.grade:
        lines = lines.filter(lowest_grade__lte=student.grade, highest_grade__gte=student.grade)
    if student and student.is_enrolled:
        lines = lines.exclude(program__school=student.school_id)
    return tuple(
        (str(each.line.uuid), str(each.line)) for each in standings(lines, at) if each.free
    )


def place_of_seat(uuid: str) -> str:
    """Return the words for a seat that everybody who sees the case may read: without its service.

    That a student needs help with a disability or with English is no part of a transfer's history.
    """
    line = SeatLine.objects.select_related("program__school").get(uuid=uuid)
    return line.place


def standing_holds(actor: Actor, at: datetime) -> QuerySet[SeatHold]:
    """Return the seats held at `at` of cases that the actor may see, with case and student."""
    still = Q(until_at__isnull=True) | Q(until_at__gte=at)
    rows = SeatHold.objects.filter(still, ended_at__isnull=True, case__absorbed_by__isnull=True)
    return SEE_HOLD.filter(rows, actor).select_related(
        "case", "student__school", "line__program__school"
    )


def arrivals(actor: Actor, at: datetime) -> QuerySet[SeatHold]:
    """Return whom the actor's schools were offered or expect: open cases, none present yet.

    `signed_day` is the first day that the school has signed, as it was answered; null before.
    """
    signed = Transition.objects.filter(case=OuterRef("case"), step="finish_intake")
    rows = standing_holds(actor, at).filter(
        line__program__school__in=actor.school_ids, case__state__in=ARRIVING
    )
    return rows.annotate(
        signed_day=Subquery(signed.order_by("-at", "-id").values("answers__first_day")[:1])
    )
