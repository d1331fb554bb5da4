"""The sweep: what is newly late, new, or owned by nobody on duty is told exactly once."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bascule.access.models import Elevation
from bascule.cases.actions import take_step
from bascule.cases.models import CaseFile, Notice
from bascule.cases.notices import fire_alarms, mark_notices_seen, unseen_notices
from bascule.directory.models import Absence, Person
from bascule.kernel.actor import SWEEP, Actor
from bascule.kernel.clock import holding_clock
from tests.databases import as_role
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Find = Callable[[str], Actor]
As = Callable[[str], AbstractContextManager[None]]
DAY = timedelta(days=1)
FRIDAY_LATER = datetime(2026, 12, 4, 15, tzinfo=UTC)


@pytest.fixture
def world(world: World, as_loader: Callable[[], AbstractContextManager[None]]) -> World:
    """The world before anybody was told anything."""
    with as_loader():
        Notice.objects.all().delete()
        Elevation.objects.all().delete()
    return world


def told(kind: str) -> list[str]:
    with as_role("loader"):
        rows = Notice.objects.filter(kind=kind).order_by("case__student__family_name")
        return list(rows.values_list("case__student__family_name", flat=True))


def test_each_new_case_is_told_once_to_the_position_that_owns_it(world: World) -> None:
    assert fire_alarms(SWEEP, at=AT) == 12
    assert fire_alarms(SWEEP, at=AT) == 0
    assert told("opened") == sorted(world.cases)
    with as_role("loader"):
        owners = {(n.case_id, n.position_id) for n in Notice.objects.all()}
    assert owners == {(case.pk, case.owner_id) for case in world.cases.values()}


def test_a_case_is_told_late_from_the_first_run_after_its_clock_ran_out(world: World) -> None:
    due_at = world.cases["Adair"].due_at
    assert due_at is not None
    fire_alarms(SWEEP, at=due_at)
    assert told("late") == []
    fire_alarms(SWEEP, at=due_at + timedelta(seconds=1))
    assert told("late") == sorted(world.cases)


def test_a_sweep_that_stood_still_for_days_catches_up_with_one_run(world: World) -> None:
    assert fire_alarms(SWEEP, at=AT + 6 * DAY) == 24
    assert fire_alarms(SWEEP, at=AT + 6 * DAY) == 0


def test_a_case_that_moves_on_and_is_late_again_is_told_again(
    world: World, actor: Find, as_person: As
) -> None:
    fire_alarms(SWEEP, at=AT + 5 * DAY)
    okafor = actor("okafor")
    with as_person("okafor"):
        take_step(okafor, case=world.cases["Adair"], step="take_up", at=AT + 5 * DAY)
    fire_alarms(SWEEP, at=AT + 5 * DAY)
    assert told("late").count("Adair") == 1
    fire_alarms(SWEEP, at=AT + 60 * DAY)
    assert told("late").count("Adair") == 2


def test_a_notice_is_void_once_its_case_moved_on(world: World, actor: Find, as_person: As) -> None:
    fire_alarms(SWEEP, at=AT + 5 * DAY)
    okafor = actor("okafor")
    with holding_clock(AT + 5 * DAY), as_person("okafor"):
        before = {(n.kind, n.case_id) for n in unseen_notices(okafor)}
        take_step(okafor, case=world.cases["Adair"], step="take_up")
        after = {(n.kind, n.case_id) for n in unseen_notices(okafor)}
    assert before - after == {("late", world.cases["Adair"].pk)}


def test_the_sweep_puts_away_what_holds_no_more_and_leaves_the_rest(
    world: World, actor: Find, as_person: As
) -> None:
    fire_alarms(SWEEP, at=AT + 5 * DAY)
    adair, calloway = world.cases["Adair"], world.cases["Calloway"]
    with holding_clock(AT + 5 * DAY), as_person("okafor"):
        take_step(actor("okafor"), case=adair, step="take_up")
    with as_role("loader"):
        CaseFile.objects.filter(pk=calloway.pk).update(closed_at=AT + 5 * DAY, due_at=None)
    later = AT + 5 * DAY + timedelta(minutes=1)
    fire_alarms(SWEEP, at=later)
    with as_role("loader"):
        void = set(Notice.objects.exclude(void_at=None).values_list("kind", "case_id", "void_at"))
    assert void == {
        ("late", adair.pk, later), ("opened", calloway.pk, later), ("late", calloway.pk, later),
    }  # fmt: skip


def test_where_nobody_is_on_duty_everybody_who_works_on_cases_is_told(
    world: World, actor: Find, as_person: As, as_loader: Callable[[], AbstractContextManager[None]]
) -> None:
    with as_loader():
        away = Person.objects.filter(source="cast")
        Absence.objects.bulk_create(
            Absence(person=person, starts_on=AT.date(), ends_on=AT.date()) for person in away
        )
    fire_alarms(SWEEP, at=AT)
    assert told("unstaffed") == sorted(world.cases)
    with as_person("liaison"):
        kinds = [n.kind for n in unseen_notices(actor("liaison"))]
    assert kinds.count("unstaffed") == 12
    with as_person("clerk_0"):
        assert list(unseen_notices(actor("clerk_0"))) == []


def test_a_notice_of_a_restricted_case_is_hidden_from_an_owner_of_the_open_tier(
    world: World, actor: Find, as_person: As
) -> None:
    fire_alarms(SWEEP, at=AT)
    assert world.cases["Brisa"].owner_id in actor("okafor").position_ids
    with as_person("okafor"):
        seen = {n.case.student.family_name for n in unseen_notices(actor("okafor"))
                if n.case and n.case.student}  # fmt: skip
    assert seen == {"Adair", "Calloway", "Deng"}


def test_only_who_may_see_a_notice_marks_it_seen_and_twice_is_once(
    world: World, actor: Find, as_person: As
) -> None:
    fire_alarms(SWEEP, at=AT)
    with as_role("loader"):
        every = list(Notice.objects.values_list("pk", flat=True))
    with as_person("okafor"):
        okafor = actor("okafor")
        assert [mark_notices_seen(okafor, notices=every) for _ in range(2)] == [3, 0]
        assert list(unseen_notices(okafor)) == []
    with as_person("wren"):
        assert unseen_notices(actor("wren")).count() == 5


def test_the_serving_role_cannot_write_a_notice_past_the_sweep(world: World, as_person: As) -> None:
    from django.db import DatabaseError, transaction

    with as_person("lead"), pytest.raises(DatabaseError), transaction.atomic():
        Notice.objects.create(kind="late", case=world.cases["Adair"], revision=7)


MOVES = st.lists(
    st.one_of(st.just("sweep"), st.just("step"), st.integers(1, 9)), min_size=1, max_size=12
)


@settings(max_examples=25, deadline=None, database=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(moves=MOVES)
def test_whatever_the_sweep_misses_each_late_entry_it_meets_is_told_once(
    world: World, moves: list[str | int]
) -> None:
    """Days pass, states are entered, the sweep runs or stands still: told is what it met late."""
    case = world.cases["Adair"]
    at, met = AT, set()
    with as_role("loader"), connection.cursor() as cursor:
        Notice.objects.all().delete()
        CaseFile.objects.filter(pk=case.pk).update(revision=1, due_at=AT + 2 * DAY)
        for move in moves:
            if isinstance(move, int):
                at += timedelta(hours=9 * move)
            elif move == "step":
                cursor.execute(
                    "update cases_casefile set revision = revision + 1, due_at = %s where id = %s",
                    [at + 2 * DAY, case.pk],
                )
            else:
                fire_alarms(SWEEP, at=at)
                case.refresh_from_db()
                if case.due_at is not None and case.due_at < at:
                    met.add(case.revision)
        rows = Notice.objects.filter(case=case, kind="late").order_by("revision")
        assert list(rows.values_list("revision", flat=True)) == sorted(met)
