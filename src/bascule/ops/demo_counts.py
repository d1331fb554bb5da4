"""What the demo holds on its morning: queues, states, ledgers. Printed by the build and tested."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Count

from bascule.access.models import Decision, Disclosure, Visit
from bascule.cases.models import CaseFile, Note, Transition
from bascule.cases.queries import queue_of
from bascule.cases.registry import workflows
from bascule.directory.models import Absence
from bascule.feeds.models import FileRun, NightRun, Quarantine
from bascule.kernel.clock import holding_clock, local_day
from bascule.mobility.models import Flag
from bascule.ops.duty_desk import DutyDesk
from bascule.roster.models import Reach

LEDGERS: dict[str, type[models.Model]] = {
    "decisions": Decision, "disclosures": Disclosure, "visits": Visit,
    "transitions": Transition, "notes": Note, "absences": Absence, "reaches": Reach,
    "flags": Flag, "quarantine": Quarantine, "file runs": FileRun, "nights": NightRun,
}  # fmt: skip


@dataclass(frozen=True)
class Queue:
    """The rows of one desk on Today: how many, how many late, and who sees them."""

    desk: str
    seen_by: str
    rows: int
    late: int
    is_covered: bool


@dataclass(frozen=True)
class DemoCounts:
    """All counts; states as (workflow, state) with the number of cases in them."""

    queues: tuple[Queue, ...]
    states: dict[tuple[str, str], int]
    ledgers: dict[str, int]

    def lines(self) -> Iterator[str]:
        """Yield the counts in sentences for the console."""
        for queue in self.queues:
            seen = f"covered by {queue.seen_by}" if queue.is_covered else queue.seen_by
            share = 100 * queue.late / max(1, queue.rows)
            late = f"{queue.late} late ({share:.0f} %)"
            yield f"Today of {queue.desk} ({seen}): {queue.rows} rows, {late}"
        for flow in workflows():
            told = [f"{s.key} {self.states.get((flow.key, s.key), 0)}" for s in flow.states]
            yield f"{flow.title}: {', '.join(told)}"
        yield "Ledgers: " + ", ".join(f"{name} {count:,}" for name, count in self.ledgers.items())


def count_demo(at: datetime) -> DemoCounts:
    """Count as the loader, who sees everything; queues by the Policy of who is on duty at `at`."""
    with holding_clock(at):
        queues = tuple(_queues(at))
    states = CaseFile.objects.values_list("workflow", "state").annotate(number=Count("id"))
    return DemoCounts(
        queues,
        Counter({(flow, state): number for flow, state, number in states.order_by()}),
        {name: model.objects.count() for name, model in LEDGERS.items()},  # type: ignore[attr-defined]
    )


def _queues(at: datetime) -> Iterator[Queue]:
    desk, day = DutyDesk(), local_day(at)
    for position in desk.specialists:
        actor = desk.on_duty(position, day)
        rows = queue_of(actor).filter(owner=position)
        is_covered = actor != desk.holder(position, day)
        late = rows.filter(due_at__lt=at).count()
        yield Queue(position.title, actor.name, rows.count(), late, is_covered)
