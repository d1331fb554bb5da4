"""Lists that people take away: the same rows as the page, complete, as a file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from bascule.access.actions import keep_export
from bascule.access.models import Export
from bascule.access.queries import exports_of
from bascule.cases.adherence import SPANS, VERSION, begin_of, kept_by, people_judged
from bascule.cases.boards import uuid_in
from bascule.cases.queries import queue_of
from bascule.cases.registry import workflow_of
from bascule.directory.models import Organization
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day, now, today
from bascule.kernel.spreadsheet import csv_bytes
from bascule.kernel.workbook import Sheet, xlsx_bytes
from bascule.roster.policies import SEE
from bascule.roster.queries import found_students, visible_students

AT_MOST_FOUND = 10_000
AT_A_TIME = 5_000
LONGEST = "15min"  # a whole district takes longer than a page may

STUDENTS = ("Number", "Family name", "Given name", "Grade", "School", "Entered on", "Left on")
QUEUE = ("Student", "Number", "School", "Case", "State", "Due on", "Reason", "Position")
ADHERENCE = ("Who", "Steps", "In time", "In order", "Waiting though late", "Rule version")
ABOUT = ("About this file", "")
WHO_SEES = "all students whom the person below may see"
WHO_IS_QUEUED = "open cases of the positions that the person below holds or covers"
JUDGED = f"adherence, version {VERSION}"
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
    """A list of an app above that people take away; `rows` for who asks, narrowed as the page.

    `rule` names what decides which rows there are or how they are counted, with its version.
    """

    kind: str
    header: Sequence[str]
    rows: Callable[[Actor, Mapping[str, str], Shown], Iterator[Row]]
    rule: str


@dataclass(frozen=True)
class Listing:
    """What goes into one file: its columns, its rows, the rule and the ground behind them."""

    header: Sequence[str]
    rows: Iterator[Row]
    rule: str
    ground: str = ""


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
    listing = _listing(actor, wanted, shown)
    return keep_export(
        actor, export=wanted, content=_content(actor, wanted, listing, shown),
        students=list(shown.students), count=shown.count, ground=listing.ground,
    )  # fmt: skip


def _content(actor: Actor, wanted: Export, listing: Listing, shown: Shown) -> bytes:
    if wanted.format == Export.Format.CSV:
        return csv_bytes(listing.header, listing.rows)
    at = now()
    about = Sheet("About", ABOUT, _about(actor, wanted, listing, shown, at), (18, 60))
    rows = Sheet(str(wanted.get_kind_display()), listing.header, listing.rows)
    return xlsx_bytes([about, rows], at=at)


def _about(
    actor: Actor, wanted: Export, listing: Listing, shown: Shown, at: datetime
) -> Iterator[Row]:
    """Yield what the file is. Read after its rows, whose number it tells."""
    narrowed = [f"{key}: {_named(key, text)}" for key, text in sorted(wanted.filter.items())]
    yield "What", wanted.get_kind_display()
    yield "Filter", "; ".join(narrowed) or "none"
    yield "Rule", listing.rule
    yield "As of", at
    yield "Rows", shown.count
    yield "Written for", actor.name


def _named(key: str, text: str) -> str:
    """Return what a filter says to people: a network by its name."""
    if key != "network":
        return text
    network = Organization.objects.filter(uuid=uuid_in(text)).first()
    return network.name if network else text


def _listing(actor: Actor, wanted: Export, shown: Shown) -> Listing:
    if wanted.kind == Export.Kind.QUEUE:
        return Listing(QUEUE, _queue_rows(actor, shown), WHO_IS_QUEUED, "queue")
    if wanted.kind == Export.Kind.ADHERENCE:
        span = str(wanted.filter.get("days", ""))
        return Listing(ADHERENCE, _adherence_rows(actor, span, shown), JUDGED)
    if declared := _DECLARED.get(wanted.kind):
        rows = declared.rows(actor, wanted.filter, shown)
        return Listing(declared.header, rows, declared.rule)
    text = str(wanted.filter.get("q", ""))
    rows = _student_rows(actor, text, shown)
    return Listing(STUDENTS, rows, WHO_SEES, SEE.likely_ground(actor))


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
