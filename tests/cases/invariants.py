"""What holds of the cases after everything that anybody did; read as the loader, who sees all."""

from itertools import pairwise
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Q

from bascule.access.acting import acting
from bascule.cases.models import CaseFile
from bascule.cases.policies import SEE
from bascule.cases.registry import workflow_of
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now, today
from bascule.roster.models import Reach
from tests.databases import as_role

RECORD = """
select (select md5(string_agg(each::text, '|' order by id)) from cases_casefile each),
  (select count(*) from cases_casefile), (select count(*) from cases_transition),
  (select count(*) from cases_note), (select count(*) from directory_absence),
  (select count(*) from access_decision)
"""

# Every promise that is broken, by name and by what breaks it.
BROKEN = """
with duty as (select * from directory_duty_roster(%(day)s))
select 'a revision without its transition', null
where (select sum(revision) from cases_casefile)
   <> (select count(*) + count(undone_at) from cases_transition)
union all
select 'two open cases about one subject', workflow || ' ' || scope_key from cases_casefile
where closed_at is null group by workflow, scope_key having count(*) > 1
union all
select 'no answer for an owner, or not one', owner_id::text from cases_casefile file
where closed_at is null
  and (select count(*) from duty where duty.position_id = file.owner_id) <> 1
union all
select 'an alarm that somebody answers, or nobody and no alarm', position_id::text from duty
where (person_id is null) <> (because = 'nobody')
union all
select 'somebody who is away is on duty', position_id::text
from duty join directory_absence away on away.person_id = duty.person_id
where away.starts_on <= %(day)s and coalesce(away.ends_on, 'infinity') >= %(day)s
union all
select 'more seats in use than there are', line.id::text from mobility_seatline line
where (
  select count(*) from mobility_seathold hold join cases_casefile file on file.id = hold.case_id
  where hold.line_id = line.id and hold.ended_at is null and file.absorbed_by_id is null
    and coalesce(hold.until_at, 'infinity') >= %(now)s
) > (
  select coalesce(sum(seats), 0) from mobility_seatchange change
  where change.line_id = line.id and change.effective_on <= %(day)s
)
union all
select 'a student on the way to two schools', student_id::text from mobility_handover handover
where taken_back_at is null and not exists (
  select from mobility_rosteranswer answer
  where answer.handover_id = handover.id and answer.kind = 'confirmed'
)
group by student_id having count(*) > 1
union all
select 'an open case elsewhere than its student', file.id::text
from cases_casefile file join roster_student student on student.id = file.student_id
where file.closed_at is null and file.school_id is distinct from student.school_id
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
    undone = Count("transitions", filter=Q(transitions__undone_at__isnull=False))
    rows = CaseFile.objects.filter(pk__in=moved).annotate(undone=undone)
    for case in rows.prefetch_related("transitions"):
        assert_has_clock_or_end(case)
        assert_unbroken(case)
    checked.update({pk: known[pk] for pk in moved})
    with connection.cursor() as cursor:
        cursor.execute(BROKEN, {"day": today(), "now": now()})
        broken = cursor.fetchall()
    assert broken == [], broken


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
    assert case.revision == len(path) + 2 * case.undone


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
