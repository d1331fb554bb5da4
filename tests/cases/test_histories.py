"""Random histories: whatever the cast does, no case stands still, is lost or moves unseen.

Each history lives in a savepoint of one test and is rolled back. What a verb should do is
computed beforehand from the declarations and the policies, as the loader, who sees every row.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Q

from bascule.access.acting import acting, actor_of
from bascule.access.models import User
from bascule.cases.actions import (
    Opening,
    add_note,
    latest_act,
    name_of,
    open_case,
    open_cases,
    take_step,
    undo,
)
from bascule.cases.declarations import Field, Step
from bascule.cases.models import CaseFile, Note, Transition
from bascule.cases.policies import SEE
from bascule.cases.registry import absorbing, workflow_of, workflows
from bascule.directory.actions.absences import record_absence
from bascule.directory.cover import ONE_TEAM
from bascule.directory.models import Absence, Assignment, CalendarDay, Organization, Person
from bascule.directory.on_duty import duty_roster
from bascule.kernel.actor import Actor
from bascule.kernel.clock import holding_clock, now, today
from bascule.kernel.refusal import Refusal
from bascule.roster.models import Student
from bascule.roster.policies import SEE as SEE_STUDENT
from tests.cases.invariants import assert_sees_no_more, check_invariants, record
from tests.databases import as_role
from tests.world import AT, BUILDER, build_world

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])

HISTORIES, VERBS = 200, 15
LOOKS_AROUND = 1 / 3  # of the verbs, after which somebody looks what is in sight
IMPOSSIBLE = "neither a choice nor a day"
WHO_ANSWERS = ("okafor", "wren", "brooks", "lead", "desk", "liaison")
SUBJECTS = ("Adair", "Escobar", "Fenn", "Kowal")
Verb = Callable[["History"], None]


@dataclass
class History:
    """One random run: its own source of chance, its own clock, and what it has done so far."""

    seed: int
    at: datetime = AT
    refused: int = 0
    taken: int = 0
    undone: int = 0
    lines: list[str] = field(default_factory=list)
    checked: dict[int, int] = field(default_factory=dict)
    stood: dict[int, tuple[object, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.users = list(User.objects.select_related("person").order_by("username"))

    def live(self, verbs: int = VERBS) -> None:
        """Do `verbs` random things and check every invariant after each."""
        for _ in range(verbs):
            verb = self.chance.choice(WEIGHTED)
            self.lines.append(f"{self.at:%m-%d %H:%M} {verb.__name__}")
            with holding_clock(self.at):
                verb(self)
                with as_role("loader"):
                    check_invariants(self.checked)
                if self.chance.random() < LOOKS_AROUND:
                    assert_sees_no_more(self.somebody())

    def somebody(self) -> Actor:
        """Return an actor of today; who works on cases comes up more often."""
        works = self.chance.random() < 0.6
        among = [each for each in self.users if not works or each.username in WHO_ANSWERS]
        return actor_of(self.chance.choice(among))

    def who_answers(self, case: CaseFile) -> Actor:
        """Return whoever is on duty for the case, as often as not; else somebody."""
        on_duty = duty_roster(today())[case.owner_id].person_id
        user = next((each for each in self.users if each.person_id == on_duty), None)
        return actor_of(user) if user and self.chance.random() < 0.5 else self.somebody()

    def any_of(self, rows: Any) -> Any:
        """Return a random row, read as the loader."""
        with as_role("loader"):
            return rows.order_by("pk")[self.chance.randrange(rows.count())]

    def attempt(
        self, actor: Actor, act: Callable[[], object], *, expected: bool, opens: bool = False
    ) -> None:
        """Act as `actor`; assert that it went as expected and left one decision, or nothing.

        A step may open another case (`opens` says that this verb is no step): one decision each.
        """
        before = record()
        try:
            with acting(actor):
                act()
            done = True
        except (Refusal, CaseFile.DoesNotExist):  # row-level security hides what it refuses
            done = False
        assert done == expected, f"seed {self.seed}: {actor.name}: {self.lines}"
        after = record()
        beside = 0 if opens else after.cases - before.cases
        assert after.decisions - before.decisions == done + beside, self.lines
        if not done:
            assert after == before, self.lines
        self.taken, self.refused = self.taken + done, self.refused + (not done)


def take_random_step(history: History) -> None:
    """A declared step or any other, with all answers or some, on a seen revision or an old one."""
    case = history.any_of(CaseFile.objects.select_related("student"))
    workflow, chance = workflow_of(case.workflow), history.chance
    here = workflow.steps_from(case.state)
    step = chance.choice(here if here and chance.random() < 0.85 else list(workflow.steps))
    actor = history.who_answers(case)
    with as_role("loader"):
        asks = step.asked_of(actor, case).asks
    said = {ask.key: an_answer(chance, ask) for ask in asks if chance.random() < 0.9}
    revision = chance.choice([None, case.revision, case.revision, case.revision - 1])
    expected = (
        revision in (None, case.revision)
        and step in here
        and may_take(actor, case, step)
        and {ask.key for ask in step.asks if ask.required} <= set(said)
        and IMPOSSIBLE not in said.values()
        and nothing_stands_in_the_way(actor, case, step, said)
    )
    history.lines.append(f"  {actor.name}: {case} {case.state} {step.key} {said} {revision}")
    stood = how_it_stands(case)
    history.attempt(
        actor,
        lambda: take_step(
            actor, case=case, step=step.key, answers=said, revision=revision,
        ),
        expected=expected,
    )  # fmt: skip
    if expected:
        history.stood[assert_moved(case, step, actor)] = stood


def an_answer(chance: Random, ask: Field) -> str:
    """Something that the field asks for; now and then something that it cannot mean."""
    if ask.choices or ask.kind in ("date", "choice"):
        days = ["2026-11-20", "2026-11-23"] if ask.kind == "date" else []
        possible = [value for value, _ in ask.choices] or days
        return chance.choice([*possible * 9, IMPOSSIBLE])
    return "said"


def may_take(actor: Actor, case: CaseFile, step: Step) -> bool:
    """By the policy alone: the case is in sight, and the step's ground holds."""
    with as_role("loader"):
        seen = SEE.filter(CaseFile.objects.filter(pk=case.pk), actor).exists()
        return seen and step.who is not None and step.who(actor, case)


def nothing_stands_in_the_way(
    actor: Actor, case: CaseFile, step: Step, said: dict[str, str]
) -> bool:
    """By the declaration alone: what else it says must be true for the step."""
    with as_role("loader"):
        return step.unless is None or (
            step.unless(actor, case=case, answers=said, at=now()) is None
        )


def assert_moved(was: CaseFile, step: Step, actor: Actor) -> int:
    """The step taken is the last line of the case's own history, and says whether it was late."""
    with as_role("loader"):
        case, last = CaseFile.objects.get(pk=was.pk), was.transitions.last()
    assert last is not None
    assert was.due_at is not None
    late = case.entered_state_at > was.due_at
    assert (last.step, last.from_state, last.to_state, last.user_id, last.was_late) == (
        step.key, was.state, step.to, actor.user_id, late,
    )  # fmt: skip
    assert (case.state, case.revision) == (step.to, was.revision + 1)
    return int(last.pk)


def undo_random_act(history: History) -> None:
    """The latest act on some case, or an older one; by whoever did it, or by anybody."""
    chance, taken = history.chance, Transition.every.exclude(from_state="")
    with as_role("loader"):
        if not taken.exists():
            return
    case = history.any_of(taken.select_related("case")).case
    with as_role("loader"):
        acts = [*Transition.every.filter(case=case), *Note.every.filter(case=case)]
        latest = latest_act(case.transitions.all(), case.notes.all())
    act = latest if latest and chance.random() < 0.8 else chance.choice(acts)
    took = next((each for each in history.users if each.pk == act.user_id), None)
    actor = actor_of(took) if took and chance.random() < 0.7 else history.somebody()
    before = record()
    try:
        with acting(actor):
            undo(actor, case=case, act=name_of(act))
    except (Refusal, CaseFile.DoesNotExist):
        assert record() == before, history.lines
        history.refused += 1
        return
    history.taken, history.undone = history.taken + 1, history.undone + 1
    assert record().decisions == before.decisions + 1
    assert act == latest
    assert act.user_id == actor.user_id or actor.may("plan_cover")
    if isinstance(act, Transition):
        assert how_it_stands(case) == history.stood[act.pk], history.lines


def how_it_stands(case: CaseFile) -> tuple[object, ...]:
    """All that a step changes of a case, but for the count of its changes."""
    with as_role("loader"):
        kept = CaseFile.objects.get(pk=case.pk)
    return (kept.state, kept.entered_state_at, kept.due_at, kept.closed_at, kept.aside_until,
            kept.aside_because, kept.owner_id)  # fmt: skip


def write_random_note(history: History) -> None:
    case, actor = history.any_of(CaseFile.objects.all()), history.somebody()
    text = history.chance.choice(["Called twice.", "  ", "Nobody home."])
    with as_role("loader"):
        seen = SEE.filter(CaseFile.objects.filter(pk=case.pk), actor).exists()
    works = actor.may("work_cases") or case.owner_id in actor.position_ids
    history.attempt(
        actor,
        lambda: add_note(actor, case=case, kind="call", text=text),
        expected=seen and works and bool(text.strip()),
    )


def record_random_absence(history: History) -> None:
    """Somebody who is not yet known to be away is, for some days or nobody knows how long."""
    starts_on = today() + timedelta(days=history.chance.randrange(-1, 3))
    away = Absence.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))
    people = Person.objects.exclude(pk__in=away.values("person"))
    if not people.exists():
        return
    person = history.any_of(people)
    cover = history.any_of(Person.objects.exclude(pk=person.pk))
    named = history.chance.choice([cover, None])
    length = history.chance.choice([0, 2, 9, None])
    ends_on = None if length is None else starts_on + timedelta(days=length)
    actor = history.somebody()
    may = actor.person_id == person.pk or actor.may("plan_cover")
    history.attempt(
        actor,
        lambda: record_absence(
            actor, person=person, starts_on=starts_on, cover=named, ends_on=ends_on
        ),
        expected=may and somebody_stands_in(person, named, starts_on, ends_on),
    )


def somebody_stands_in(
    person: Person, named: Person | None, starts_on: date, ends_on: date | None
) -> bool:
    """By the rows alone: who is named is there and of the same work; else the backup is there.

    Where nobody at all could be named, the absence is a fact and the alarm queue takes over.
    """
    last = ends_on or date.max
    away = {person.pk} | {
        each.person_id for each in Absence.objects.all()
        if each.starts_on <= last and (each.ends_on or date.max) >= starts_on
    }  # fmt: skip
    rows = list(Assignment.objects.select_related("position"))
    now_held = [each for each in rows if each.starts_on <= starts_on <= (each.ends_on or date.max)]
    mine = {each.position.role for each in rows if each.person_id == person.pk
            and each.starts_on <= last and (each.ends_on or date.max) >= starts_on}  # fmt: skip
    roles = mine | set(ONE_TEAM) if mine & set(ONE_TEAM) else mine
    there = [each for each in now_held if each.person_id not in away]
    able = {each.person_id for each in there if each.position.role in roles}
    if named is not None or not able:
        return named is None or named.pk in able
    held = [each.position for each in now_held if each.person_id == person.pk]
    backed = {each.position_id for each in there}
    return all(each.backup_id in backed for each in held if each.role in ONE_TEAM)


def open_random_case(history: History) -> None:
    """Opened where none is open; the open one of its kind is returned, with no second decision."""
    workflow = history.chance.choice([each.key for each in workflows()])
    student, actor = history.any_of(Student.objects.all()), history.somebody()
    kinds = [workflow, *absorbing(workflow)]
    with as_role("loader"):
        known = list(CaseFile.objects.filter(
            workflow__in=kinds, student=student, closed_at__isnull=True
        ))  # fmt: skip
        seen = SEE_STUDENT.filter(Student.objects.filter(pk=student.pk), actor).exists()
    if known:
        return
    history.attempt(
        actor,
        lambda: open_case(actor, workflow=workflow, student=student, reason="Asked."),
        expected=seen and may_open(actor, workflow) and can_be_about(student, workflow), opens=True,
    )  # fmt: skip


def may_open(actor: Actor, workflow: str) -> bool:
    """By the declaration alone: who opens such a case by hand, and sees what it holds."""
    declared = workflow_of(workflow)
    of_tier = declared.tier == CaseFile.Tier.STUDENT or actor.sees_restricted
    return of_tier and declared.opens is not None and declared.opens(actor)


def can_be_about(student: Student, workflow: str) -> bool:
    """By the declaration alone: such a case can be about this student, as the roster has them."""
    declared = workflow_of(workflow)
    with as_role("loader"):
        return declared.unless is None or declared.unless(student) is None


def let_time_pass(history: History) -> None:
    hours = history.chance.choice([1, 5, 20, 24, 72, 240])
    history.at += timedelta(hours=hours)


def end_random_assignment(history: History) -> None:
    """Somebody leaves: the position is vacant from today, its cases stay with it."""
    held = Assignment.objects.filter(ends_on__isnull=True, starts_on__lt=today())
    if not held.exists():
        return
    leaving = history.any_of(held)
    with as_role("loader"):
        Assignment.objects.filter(pk=leaving.pk).update(ends_on=today() - timedelta(days=1))


def fill_random_vacancy(history: History) -> None:
    """Anybody takes over a position that nobody holds."""
    ended = Assignment.objects.filter(ends_on__isnull=False).exclude(
        position__assignments__ends_on__isnull=True
    )
    if not ended.exists():
        return
    position, person = history.any_of(ended).position, history.any_of(Person.objects.all())
    with as_role("loader"):
        Assignment.objects.create(person=person, position=position, starts_on=today())


def transfer_random_student(history: History) -> None:
    student = history.any_of(Student.objects.all())
    school = history.any_of(Organization.objects.filter(kind="school"))
    with as_role("loader"):
        Student.objects.filter(pk=student.pk).update(school=school)


def cancel_next_school_day(history: History) -> None:
    """Snow: the clocks that run keep what was promised, the next ones count without the day."""
    promised = record()
    with as_role("loader"):
        CalendarDay.objects.filter(organization=None, day__gt=today()).order_by("day")[0].delete()
    assert record() == promised


WEIGHTED: Sequence[Verb] = (
    *[take_random_step] * 10, *[let_time_pass] * 3, *[record_random_absence] * 3,
    *[write_random_note] * 2, *[undo_random_act] * 3, *[end_random_assignment] * 2,
    fill_random_vacancy, open_random_case, transfer_random_student, cancel_next_school_day,
)  # fmt: skip


def build_start() -> None:
    """Cases of every declared workflow about four students, one of them restricted. As the loader.

    The transfer comes last: while it is open, none that it absorbs would be opened.
    """
    world = build_world()
    about = [Opening(world.students[name], "Found by the night.") for name in SUBJECTS]
    for workflow in sorted(each.key for each in workflows()):
        if workflow != "reengagement":
            open_cases(BUILDER, workflow=workflow, openings=about, at=AT)


def live_one(seed: int) -> History:
    """Live one history from the common start, and roll it back."""
    history = History(seed)
    with transaction.atomic():
        history.live()
        transaction.set_rollback(True)
    return history


@pytest.fixture
def start(as_loader: Callable[[], AbstractContextManager[None]]) -> None:
    with holding_clock(AT), as_loader():
        build_start()


def test_random_histories_keep_every_promise(start: None) -> None:
    lived = [live_one(seed) for seed in range(HISTORIES)]
    steps = [line for history in lived for line in history.lines if line.startswith("  ")]
    assert len(steps) > HISTORIES * 3
    assert sum(history.taken for history in lived) > HISTORIES
    assert sum(history.refused for history in lived) > HISTORIES
    assert sum(history.undone for history in lived) > HISTORIES / 10


def test_a_broken_promise_is_found(start: None) -> None:
    with as_role("loader"):
        CaseFile.objects.filter(pk=CaseFile.objects.earliest("pk").pk).update(revision=9)
        with pytest.raises(AssertionError, match="a revision without its transition"):
            check_invariants(dict(CaseFile.objects.values_list("pk", "revision")))


def test_one_seed_is_one_history(start: None) -> None:
    assert live_one(7).taken == live_one(7).taken


def test_with_nobody_on_duty_every_case_is_in_the_alarm_queue(start: None) -> None:
    with holding_clock(AT), as_role("loader"):
        Assignment.objects.update(ends_on=today() - timedelta(days=1))
        owners = set(CaseFile.objects.values_list("owner_id", flat=True))
        roster = duty_roster(today())
        assert {(roster[each].person_id, roster[each].because) for each in owners} == {
            (None, "nobody")
        }
        check_invariants()


def test_everybody_absent_is_nobody_even_with_cover_named(start: None) -> None:
    with holding_clock(AT), as_role("loader"):
        people = list(Person.objects.order_by("pk"))
        for person, cover in zip(people, people[1:] + people[:1], strict=True):
            Absence.objects.create(person=person, cover=cover, starts_on=today())
        assert {each.because for each in duty_roster(today()).values()} == {"nobody"}
        check_invariants()


def test_a_day_without_a_sweep_leaves_cases_late_and_whole(start: None) -> None:
    before = record()
    with holding_clock(AT + timedelta(days=5)):
        assert record() == before
        with as_role("loader"):
            check_invariants()
