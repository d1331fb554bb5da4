"""What holds of the cases after everything that anybody did; read as the loader, who sees all."""

from collections.abc import Collection
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Q

from bascule.access.acting import acting
from bascule.cases.models import CaseFile, Transition
from bascule.cases.policies import SEE
from bascule.cases.registry import workflow_of
from bascule.directory.models import Absence
from bascule.directory.on_duty import duty_roster
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now, today
from bascule.mobility.models import Handover, RosterAnswer, SeatLine
from bascule.mobility.queries import standings
from bascule.roster.models import Reach
from tests.databases import as_role

RECORD = """
select (select md5(string_agg(each::text, '|' order by id)) from cases_casefile each),
  (select count(*) from cases_casefile), (select count(*) from cases_transition),
  (select count(*) from cases_note), (select count(*) from directory_absence),
  (select count(*) from access_decision)
"""


class Record(NamedTuple):
    """Everything that a refused verb must leave as it was: the cases as a digest, and counts."""

    digest: str
    cases: int
    transitions: int
    notes: int
    absences: int
    decisions: int


def record() -> Record:
    """Read it, as the loader."""
    with as_role("loader"), connection.cursor() as cursor:
        cursor.execute(RECORD)
        return Record(*cursor.fetchone())


def check_invariants(checked: dict[int, int] | None = None) -> None:
    """Assert what holds of every case, seat and student.

    `checked` remembers the revision at which a case was looked at, so that only what moved since
    is looked at again.
    """
    checked = {} if checked is None else checked
    known = dict(CaseFile.objects.values_list("pk", "revision"))
    moved = [pk for pk, revision in known.items() if checked.get(pk) != revision]
    for case in CaseFile.objects.filter(pk__in=moved).prefetch_related("transitions"):
        assert_has_clock_or_end(case)
        assert_unbroken(case)
    checked.update({pk: known[pk] for pk in moved})
    assert sum(known.values()) == Transition.objects.count()
    still_open = CaseFile.objects.filter(closed_at=None)
    subjects = list(still_open.values_list("workflow", "scope_key"))
    assert len(set(subjects)) == len(subjects)
    assert_answered(set(still_open.values_list("owner_id", flat=True)), today())
    assert_none_oversold()
    assert_nobody_moves_two_ways()


def assert_has_clock_or_end(case: CaseFile) -> None:
    """A case has a clock, or it is closed."""
    ends = workflow_of(case.workflow).state(case.state).ends
    assert (case.closed_at is not None, case.due_at is None) == (ends, ends), case


def assert_unbroken(case: CaseFile) -> None:
    """From the declared start, each transition begins where the one before ended."""
    workflow, path = workflow_of(case.workflow), list(case.transitions.all())
    assert (path[0].step, path[0].from_state) == ("open", "")
    assert (path[0].to_state, path[-1].to_state) == (workflow.start.key, case.state)
    for before, after in pairwise(path):
        assert after.from_state == before.to_state
        taken = [step for step in workflow.steps_from(after.from_state) if step.key == after.step]
        assert [step.to for step in taken] == [after.to_state]
    assert case.revision == len(path)


def assert_answered(owners: Collection[int], day: date) -> None:
    """Each position has exactly one answer, and it is nobody who is away."""
    roster = duty_roster(day)
    away = Absence.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)
    absent = set(away.values_list("person_id", flat=True))
    assert set(owners) <= set(roster)
    for owner in owners:
        answer = roster[owner]
        assert answer.person_id not in absent
        assert (answer.person_id is None) == (answer.because == "nobody")


def assert_none_oversold() -> None:
    """No line of seats has more in use than it has seats."""
    held = standings(SeatLine.objects.all(), now())
    assert [str(each.line) for each in held if each.in_use > each.capacity] == []


def assert_nobody_moves_two_ways() -> None:
    """No student is on the way to two schools: the roster has confirmed all moves but one."""
    done = RosterAnswer.objects.filter(kind=RosterAnswer.Kind.CONFIRMED).values("handover")
    under_way = Handover.objects.filter(taken_back_at=None).exclude(pk__in=done)
    twice = under_way.values("student").annotate(n=Count("pk")).filter(n__gt=1)
    assert not list(twice), "a student is on the way to two schools"


def assert_sees_no_more(actor: Actor) -> None:
    """Row-level security and the policy show the same cases, and of restricted ones only those
    that a role or a reach of their own kind opens."""
    with acting(actor):
        by_security = set(CaseFile.objects.values_list("pk", flat=True))
    with as_role("loader"):
        by_policy = set(SEE.filter(CaseFile.objects.all(), actor).values_list("pk", flat=True))
        assert by_security == by_policy, actor.name
        if actor.sees_restricted:
            return
        restricted = CaseFile.objects.filter(pk__in=by_security, tier=CaseFile.Tier.RESTRICTED)
        for case in restricted:
            opened = Reach.objects.filter(student=case.student_id, ground=case.workflow)
            assert opened.exists(), f"{actor.name} sees {case}"
