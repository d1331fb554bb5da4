"""The SIS is told of handovers by files, one a night, each row once (ADR 0093)."""

import csv
import io
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction

from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day
from bascule.kernel.recorder import record_decision
from bascule.mobility.models import Handover, HandoverFile

HEADER = ("student_id", "school_id", "event", "date", "code", "reason", "grade")
"""The format in which entries and withdrawals are read (docs/look-up/feeds.md)."""


@transaction.atomic
def make_handover_file(actor: Actor, *, at: datetime) -> int:
    """Put every handover of which the SIS knows nothing into one file; return how many.

    The file and the mark on its rows are committed together. Without any there is no file.
    """
    unsent = Handover.objects.filter(file=None, taken_back_at=None).order_by("released_at", "id")
    with_places = unsent.select_related("student", "from_school", "to_school")
    rows = list(with_places.select_for_update(of=("self",)))
    if not rows:
        return 0
    made = HandoverFile.objects.create(name=_name(at), content=_content(rows), made_at=at)
    Handover.objects.filter(pk__in=[each.pk for each in rows]).update(file=made, told_at=at)
    record_decision(
        actor, "make_handover_file", kind="handover_file", uuid=made.uuid,
        particulars={"handovers": len(rows)},
    )  # fmt: skip
    return len(rows)


def deliver_files(actor: Actor, *, folder: Path, at: datetime) -> int:
    """Lay every file that is not delivered yet down in `folder`, whole; return how many.

    A run that was cut off lays the same bytes down again under the same name.
    """
    waiting = list(HandoverFile.objects.filter(delivered_at=None).order_by("id"))
    if waiting:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for each in waiting:
        _write_whole(folder / each.name, bytes(each.content))
        HandoverFile.objects.filter(pk=each.pk).update(delivered_at=at)
    return len(waiting)


def _name(at: datetime) -> str:
    """Return a name that sorts by time; a second file of a day has the next number."""
    day = local_day(at)
    turn = HandoverFile.objects.filter(name__startswith=f"handovers-{day}-").count() + 1
    return f"handovers-{day}-{turn:03}.csv"


def _content(rows: Sequence[Handover]) -> bytes:
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(HEADER)
    for each in rows:
        out.writerows(_events(each))
    return text.getvalue().encode()


def _events(each: Handover) -> Iterator[tuple[str, ...]]:
    """Yield the withdrawal and the entry, never one without the other."""
    student, grade = each.student.source_key, each.student.grade
    yield (student, each.from_school.source_key, "W", str(each.last_day_on), each.exit_code,
           "handover", grade)  # fmt: skip
    yield (student, each.to_school.source_key, "E", str(each.first_day_on), each.entry_code,
           "handover", grade)  # fmt: skip


def _write_whole(path: Path, content: bytes) -> None:
    """Write under another name first: whoever reads the folder never sees half a file."""
    unfinished = path.with_name(f".{path.name}.part")
    with open(unfinished, "wb", opener=_for_the_owner) as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    unfinished.replace(path)


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
