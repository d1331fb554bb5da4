"""A whole history of entries and withdrawals turned into `enrollment_claim` rows.

The events of a district fit in memory once their few distinct values are numbers; the pairing
itself is `entry_pairing` (ADR 0020).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bascule.feeds.reading import BATCH_ROWS, Batch, Reason, Rejected
from bascule.feeds.standards.csv_checking import joined_key
from bascule.feeds.standards.entry_pairing import Events, Pairing, pair_events
from bascule.feeds.targets import TARGETS

if TYPE_CHECKING:
    import pyarrow as pa

ORPHAN = "withdrawal-without-entry"
REPEATED = "repeated-event"
_ORPHAN_TEXT = (
    "This withdrawal has no entry of the same student and school before it, so the first day is"
    " unknown. Add the entry in the student information system."
)
_REPEATED_TEXT = (
    "A later line reports the same event of the same student, school and day, and counts instead"
    " of this one. Remove one of the two."
)
_WORDS = ("student_key", "school_key", "event", "day_on", "code", "reason", "grade")


def compact_events(batch: "pa.RecordBatch") -> "pa.Table":
    """Return a batch of `enrollment_event` with its texts as numbers of a dictionary."""
    import pyarrow as pa

    columns = {name: batch.column(name).dictionary_encode() for name in _WORDS}
    return pa.table({"line": batch.column("line"), **columns})


def claim_batches(events: "list[pa.Table]", file: str) -> Iterator[Batch | Rejected]:
    """Pair compact events into claims; the rows kept back come first. Empties `events`."""
    import pyarrow as pa

    table = pa.concat_tables(events).unify_dictionaries().combine_chunks()
    events.clear()
    pairing = pair_events(_as_numbers(table))
    yield from _kept_back(table, pairing.orphan, file, ORPHAN, _ORPHAN_TEXT)
    yield from _kept_back(table, pairing.repeated, file, REPEATED, _REPEATED_TEXT)
    for first in range(0, len(pairing.entry), BATCH_ROWS):
        part = slice(first, first + BATCH_ROWS)
        yield Batch("enrollment_claim", file, _claims(table, pairing, part))


def _as_numbers(table: "pa.Table") -> Events:
    import pyarrow as pa
    import pyarrow.compute as pc

    def codes(name: str) -> Any:
        return table.column(name).chunk(0).indices.to_numpy()

    dates = table.column("day_on").chunk(0).dictionary.cast(pa.date32())
    days = dates.cast(pa.int32()).to_numpy()
    is_exit = pc.equal(table.column("event").chunk(0).dictionary, "W")
    return Events(
        student=codes("student_key"),
        school=codes("school_key"),
        day=days[codes("day_on")],
        is_exit=is_exit.to_numpy(zero_copy_only=False)[codes("event")],
        line=table.column("line").to_numpy(),
    )


def _kept_back(
    table: "pa.Table", places: Any, file: str, code: str, message: str
) -> Iterator[Rejected]:
    """Yield rejected events; each names the claims of its student and school as seen."""
    import pyarrow as pa

    for row in table.take(pa.array(places)).to_pylist():
        cells = tuple(row[name] or "" for name in _WORDS)
        reason = Reason(file, row["line"], "event", code, message)
        named = f"{row['student_key']}|{row['school_key']}|"
        yield Rejected("enrollment_claim", file, row["line"], named, cells, (reason,))


def _claims(table: "pa.Table", pairing: Pairing, part: slice) -> "pa.RecordBatch":
    """Build one batch of claims from the rows that open them and the rows that close them."""
    import numpy as np
    import pyarrow as pa

    exits, inferred = pairing.exit[part], pairing.inferred_end[part]
    opening = _taken(table, pa.array(pairing.entry[part]))
    closing = _taken(table, pa.array(exits, mask=exits < 0))
    count = len(exits)
    columns = {
        "line": opening["line"],
        "key": joined_key([opening[name] for name in ("student_key", "school_key", "day_on")]),
        "ends": pa.repeat(pa.scalar(False), count),
        "student_key": opening["student_key"],
        "school_key": opening["school_key"],
        "starts_on": opening["day_on"],
        "ends_on": _first_of(closing["day_on"], pa.array(inferred, mask=inferred == 0)),
        "entry_code": opening["code"],
        "exit_code": closing["code"],
        "entry_reason": opening["reason"],
        "exit_reason": closing["reason"],
        "grade": opening["grade"],
        "end_known": pa.array(np.where(inferred == 0, "true", "false")),
        "is_primary": pa.nulls(count, pa.string()),
    }
    ordered = ["line", "key", "ends", *TARGETS["enrollment_claim"].names]
    return pa.RecordBatch.from_arrays([columns[name] for name in ordered], names=ordered)


def _taken(table: "pa.Table", places: "pa.Array") -> "dict[str, pa.Array]":
    """Return the rows at some places as plain text columns; a null place gives nulls."""
    import pyarrow as pa

    found: dict[str, pa.Array] = {"line": table.column("line").chunk(0).take(places)}
    for name in _WORDS:
        taken = table.column(name).chunk(0).take(places)
        found[name] = taken.cast(pa.string())
    return found


def _first_of(stated: "pa.Array", inferred: "pa.Array") -> "pa.Array":
    """Take the stated day, or where it is null the inferred one as text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = inferred.cast(pa.int32()).cast(pa.date32()).cast(pa.string())
    return pc.coalesce(stated, text)
