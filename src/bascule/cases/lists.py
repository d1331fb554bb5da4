"""Lists that people take away: the same rows as the page, complete, as a file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from bascule.access.actions import keep_export
from bascule.access.models import Export
from bascule.access.queries import exports_of
from bascule.cases.adherence import SPANS, VERSION, begin_of, kept_by, people_judged
from bascule.cases.queries import queue_of
from bascule.cases.registry import workflow_of
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day, now, today
from bascule.kernel.spreadsheet import csv_bytes
from bascule.roster.policies import SEE
from bascule.roster.queries import found_students, visible_students

AT_MOST_FOUND = 10_000
AT_A_TIME = 5_000
LONGEST = "15min"  # a whole district takes longer than a page may

STUDENTS = ("Number", "Family name", "Given name", "Grade", "School", "Entered on", "Left on")
QUEUE = ("Student", "Number", "School", "Case", "State", "Due on", "Reason", "Position")
ADHERENCE = ("Who", "Steps", "In time", "In order", "Waiting though late", "Rule version")
Row = tuple[object, ...]


@dataclass
class Shown:
    """Whom the rows of a list show, filled while they are read; each student once."""

    students: dict[UUID, None]
    count: int = 0

    def note(self, student: UUID | None) -> None:
        """Count one row, and remember its student."""
        self.count += 1
        if student is not None:
            self.students[student] = None


@dataclass(frozen=True)
class DeclaredList:
    """A list of an app above that people take away; `rows` for who asks, narrowed as the page."""

    kind: str
    header: Sequence[str]
    rows: Callable[[Actor, Mapping[str, str], Shown], Iterator[Row]]


_DECLARED: dict[str, DeclaredList] = {}


def declare_list(declared: DeclaredList) -> None:
    """Let a list of an app above be taken away; its kind is one of `Export.Kind`."""
    _DECLARED[declared.kind] = declared


def write_list(actor: Actor, *, export: UUID) -> Export | None:
    """Write the list that the actor asked for; None where it is over or written already."""
    wanted = exports_of(actor).filter(pk=export, ready_at__isnull=True).first()
    if wanted is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(f"set local statement_timeout = '{LONGEST}'")
    shown = Shown({})
    header, rows, ground = _list(actor, wanted, shown)
    return keep_export(
        actor, export=wanted, content=csv_bytes(header, rows),
        students=list(shown.students), count=shown.count, ground=ground,
    )  # fmt: skip


def _list(actor: Actor, wanted: Export, shown: Shown) -> tuple[Sequence[str], Iterator[Row], str]:
    if wanted.kind == Export.Kind.QUEUE:
        return QUEUE, _queue_rows(actor, shown), "queue"
    if wanted.kind == Export.Kind.ADHERENCE:
        return ADHERENCE, _adherence_rows(actor, str(wanted.filter.get("days", "")), shown), ""
    if declared := _DECLARED.get(wanted.kind):
        return declared.header, declared.rows(actor, wanted.filter, shown), ""
    text = str(wanted.filter.get("q", ""))
    return STUDENTS, _student_rows(actor, text, shown), SEE.likely_ground(actor)


def _student_rows(actor: Actor, text: str, shown: Shown) -> Iterator[Row]:
    found = found_students(actor, text, AT_MOST_FOUND) if text else visible_students(actor)
    columns = ("uuid", "number", "family_name", "given_name", "grade", "school__name",
               "entered_on", "left_on")  # fmt: skip
    for uuid, *row in found.values_list(*columns).iterator(AT_A_TIME):
        shown.note(uuid)
        yield tuple(row)


def _adherence_rows(actor: Actor, span: str, shown: Shown) -> Iterator[Row]:
    """Yield a row for each specialist whose figures the actor sees; no student is named."""
    since, at = begin_of(span if span in SPANS else SPANS[0], today()), now()
    for each in kept_by(actor, people_judged(actor, since, at), since, at, at):
        shown.note(None)
        yield each.name, each.taken, each.in_time, each.in_order, each.late_now, VERSION


def _queue_rows(actor: Actor, shown: Shown) -> Iterator[Row]:
    for case in queue_of(actor).iterator(AT_A_TIME):
        student, workflow = case.student, workflow_of(case.workflow)
        shown.note(student.uuid if student else None)
        yield (
            student.name if student else "", student.number if student else "",
            student.school.name if student and student.school else "", workflow.title,
            workflow.state(case.state).label,
            local_day(case.due_at) if case.due_at else None, case.reason, case.owner.title,
        )  # fmt: skip
