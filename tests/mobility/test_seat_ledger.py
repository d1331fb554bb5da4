"""The ledger of a line, whatever happens: never negative, never oversold, nothing lost."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bascule.access.acting import acting, actor_of
from bascule.access.models import User
from bascule.cases.actions import take_step
from bascule.cases.models import CaseFile
from bascule.kernel.actor import Actor
from bascule.kernel.clock import holding_clock, local_day
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.actions.seats import change_seats
from bascule.mobility.models import SeatChange, SeatHold, SeatLine
from bascule.mobility.queries import capacity_on, least_from, standings
from tests.databases import as_role
from tests.mobility.test_offers import DECLINED, INTAKE, ready_to_offer
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
NAMES = ("Adair", "Calloway", "Escobar", "Galarza", "Ibarra")
DAYS = st.integers(0, 9)
ACTS = st.one_of(
    st.tuples(st.just("change"), st.integers(-4, 4), DAYS),
    st.tuples(st.sampled_from(("offer", "accept", "decline", "withdraw")),
              st.integers(0, len(NAMES) - 1), st.just(0)),
    st.tuples(st.just("wait"), st.sampled_from((1, 47, 200)), st.just(0)),
)  # fmt: skip
STEPS = {
    "accept": ("accept_offer", INTAKE),
    "decline": ("lapse_offer", DECLINED),
    "withdraw": ("withdraw", {"why": "Stays."}),
}


@dataclass
class Course:
    """One line in the course of some weeks: what was done, and what it must have come to."""

    line: SeatLine
    lead: Actor
    cases: list[CaseFile]
    at: datetime = AT
    until: dict[int, datetime | None] = field(default_factory=dict)

    def standing_cases(self) -> int:
        """Count, apart from the ledger, whose hold still stands: accepted, or not run out."""
        return sum(until is None or until >= self.at for until in self.until.values())

    def least_to_come(self) -> int:
        """Sum the changes day by day, apart from the ledger's own arithmetic."""
        rows = list(SeatChange.objects.filter(line=self.line))
        days = [local_day(self.at) + timedelta(days=n) for n in range(60)]
        return min(sum(r.seats for r in rows if r.effective_on <= day) for day in days)

    def act(self, verb: str, number: int, day: int) -> None:
        with holding_clock(self.at), acting(self.lead):
            if verb == "change":
                self.change(number, local_day(self.at) + timedelta(days=day))
            elif verb == "offer":
                self.offer(self.cases[number])
            else:
                self.answer(verb, self.cases[number])

    def change(self, seats: int, day: date) -> None:
        with_it = [*self.line.changes.all(), SeatChange(seats=seats, effective_on=day)]
        fits = seats > 0 or least_from(with_it, day) >= self.standing_cases()
        done = self.tried(lambda: change_seats(
            self.lead, line=self.line, seats=seats, effective_on=day, reason="Because.",
        ))  # fmt: skip
        assert done == (seats != 0 and fits)

    def offer(self, case: CaseFile) -> None:
        state = CaseFile.objects.get(pk=case.pk).state
        possible = state == "counseling" and self.least_to_come() > self.standing_cases()
        said = {"seat": str(self.line.uuid), "consent": "2026-11-19", "override": "Near home."}
        assert self.tried(lambda: self.step(case, "offer", said)) == possible
        if possible:
            self.until[case.pk] = CaseFile.objects.get(pk=case.pk).due_at

    def answer(self, verb: str, case: CaseFile) -> None:
        state = CaseFile.objects.get(pk=case.pk).state
        until, (step, said) = self.until.get(case.pk), STEPS[verb]
        in_time = until is None or self.at <= until
        possible = {
            "accept": state == "offered" and in_time,
            "decline": state == "offered",
            "withdraw": state in ("counseling", "offered", "intake"),
        }[verb]
        assert self.tried(lambda: self.step(case, step, said)) == possible
        if possible and verb == "accept":
            self.until[case.pk] = None
        elif possible:
            self.until.pop(case.pk, None)

    def step(self, case: CaseFile, step: str, said: dict[str, str]) -> None:
        take_step(self.lead, case=case, step=step, answers=said)

    def tried(self, act: object) -> bool:
        try:
            with transaction.atomic():
                act()  # type: ignore[operator]
        except Refusal:
            return False
        return True


@settings(max_examples=15, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(acts=st.lists(ACTS, min_size=4, max_size=14))
def test_no_course_of_offers_and_changes_oversells_a_line(
    world: World, acts: Sequence[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        course = a_course(world)
        for verb, number, day in acts:
            if verb == "wait":
                course.at += timedelta(hours=number)
            else:
                course.act(verb, number, day)
            [standing] = standings([course.line], course.at)
            assert standing.in_use == course.standing_cases()
            assert standing.free == max(0, course.least_to_come() - standing.in_use)
            assert course.least_to_come() >= standing.in_use >= 0
        transaction.set_rollback(True)


def a_course(world: World) -> Course:
    with as_role("loader"):
        SeatHold.objects.all().delete()
        line = SeatLine.objects.get()
        line.changes.create(
            seats=-7, effective_on=AT.date(), reason="Two left.", user_id=0, at=AT,
            actor_name="the builder",
        )  # fmt: skip
        cases = [ready_to_offer(world.students[name]) for name in NAMES]
        return Course(line, actor_of(User.objects.get(username="lead")), cases)


CHANGES = [
    SeatChange(seats=5, effective_on=date(2026, 11, 2)),
    SeatChange(seats=-3, effective_on=date(2026, 11, 20)),
    SeatChange(seats=4, effective_on=date(2026, 12, 1)),
]


@pytest.mark.parametrize(
    ("day", "seats", "least"),
    [
        (date(2026, 11, 1), 0, 0),
        (date(2026, 11, 2), 5, 2),
        (date(2026, 11, 19), 5, 2),
        (date(2026, 11, 20), 2, 2),
        (date(2026, 12, 1), 6, 6),
    ],
)
def test_the_seats_of_a_day_are_the_sum_of_what_is_effective_by_then(
    day: date, seats: int, least: int
) -> None:
    assert (capacity_on(CHANGES, day), least_from(CHANGES, day)) == (seats, least)


def test_a_change_cannot_be_written_over(world: World) -> None:
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        SeatChange.objects.update(seats=99)
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        SeatChange.objects.all().delete()


@pytest.mark.parametrize("who", ["okafor", "intake", "principal_0", "clerk_0"])
def test_nobody_else_changes_seats(world: World, who: str) -> None:
    line, actor = SeatLine.objects.get(), actor_of(User.objects.get(username=who))
    with acting(actor), pytest.raises(NotPermitted, match="You may not change seats"):
        change_seats(actor, line=line, seats=3, effective_on=AT.date(), reason="Wish.")
    assert [change.seats for change in line.changes.all()] == [9]
