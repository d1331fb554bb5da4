"""A delta of entries and withdrawals: its rows and the known ones are paired anew (ADR 0020).

Only the students and schools that the delta names are read. What it repeats of a day counts
instead of what was known; nothing that it does not name is ended.
"""

from typing import TYPE_CHECKING

from django.db import connection

from bascule.feeds.reading import Batch, Rejected
from bascule.feeds.staging import prepare_stage_if_absent, stage_batch
from bascule.feeds.standards.claim_rows import claim_batches, compact_events
from bascule.kernel.named_sql import named_sql

if TYPE_CHECKING:
    import pyarrow as pa

NAMES = ("line", "student_key", "school_key", "event", "day_on", "code", "reason", "grade")


def stage_joined_claims(source: str) -> list[Rejected]:
    """Stage the claims that known and new events make together; return the rows kept back."""
    prepare_stage_if_absent("enrollment_claim")
    kept_back = []
    events = _joined_events(source)
    if events is not None:
        for item in claim_batches([compact_events(events)], _file_of_delta()):
            if isinstance(item, Batch):
                stage_batch(item)
            elif item.line:  # line 0 is what was known, and now is told otherwise
                kept_back.append(item)
    return kept_back


def _joined_events(source: str) -> "pa.RecordBatch | None":
    import pyarrow as pa

    with connection.cursor() as cursor:
        cursor.execute(named_sql("feeds", "joined_events"), {"source": source})
        rows = cursor.fetchall()
    if not rows:
        return None
    types = [pa.int64(), *[pa.string()] * (len(NAMES) - 1)]
    columns = [
        pa.array(values, kind) for values, kind in zip(zip(*rows, strict=True), types, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, names=list(NAMES))


def _file_of_delta() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select file from stage.enrollment_event limit 1")
        return str(cursor.fetchone()[0])
