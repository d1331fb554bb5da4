"""The stints of the snapshot: those of the snapshot before, without the gone, with the new.

A stint is never changed, only deleted and inserted under a new id (`roster.actions.claims`): what
an earlier snapshot of the same history holds under an id that is still there is what the table
holds (ADR 0060). That it is the same history, its newest decision proves: a database that was
brought back from a backup has another one under that number, or none.
"""

import json
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connection

from bascule.kernel.named_sql import named_sql
from bascule.metrics.snapshot import SCHEMAS
from bascule.roster.codes import ENTRY_CODES, EXIT_CODES

if TYPE_CHECKING:
    import pyarrow as pa

LINEAGE = "lineage.json"
KEY = "stint_id"
GRADES = {"KG": "K", **{f"{number:02d}": str(number) for number in range(1, 10)}}
"""CEDS grade levels as reported, by the words in which the profiles of measures name them."""
MANY = 500_000  # new stints from which on all of them are fetched
Fetch = Callable[[Sequence[int] | None], "pa.Table"]

_KEPT_AND_FRESH = """
copy (
  select {columns} from read_parquet($earlier) kept semi join held on held.id = kept.stint_id
  union all
  select {columns} from fresh
) to '{target}' (format parquet)
"""


def write_stints(folder: Path, earlier: Path | None, fetch: Fetch) -> int:
    """Write stints.parquet; return how many stints were fetched from the database.

    `earlier` is a snapshot of the same history, or None; `fetch` gives the stints of some ids, or
    all of them, with the columns of the contract and `stint_id`.
    """
    import duckdb
    import pyarrow as pa
    import pyarrow.parquet as pq

    target = folder / "stints.parquet"
    held = pa.table({"id": pa.array(_ids_held(), pa.int64())})
    new = _ids_new(held, earlier) if earlier else None
    if earlier is None or new is None or len(new) > MANY:
        stints = fetch(None)
        pq.write_table(stints, target)
        return stints.num_rows
    with duckdb.connect(config={"threads": 2, "memory_limit": "1GB"}) as engine:
        engine.register("held", held)
        engine.register("fresh", fetch(new))
        columns = ", ".join([KEY, *SCHEMAS["stints"].names])
        statement = _KEPT_AND_FRESH.format(columns=columns, target=target)
        engine.execute(statement, {"earlier": str(earlier / "stints.parquet")})
    return len(new)


def _ids_held() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(named_sql("ops", "stint_ids"))
        return [each for (chunk,) in cursor.fetchall() for each in chunk]


def _ids_new(held: "pa.Table", earlier: Path) -> list[int]:
    import duckdb

    with duckdb.connect(config={"threads": 2, "memory_limit": "1GB"}) as engine:
        engine.register("held", held)
        found = engine.execute(
            "select id from held anti join read_parquet(?) kept on held.id = kept.stint_id",
            [str(earlier / "stints.parquet")],
        )
        return [id_ for (id_,) in found.fetchall()]


def write_lineage(folder: Path) -> None:
    """Write down of which history a snapshot is, beside it: asked before its stints are read."""
    (folder / LINEAGE).write_text(json.dumps(_lineage()), encoding="utf-8")


def same_history(home: Path) -> Path | None:
    """Return the newest snapshot under `home` that is of this database's own past, or None."""
    for folder in sorted(home.glob("[0-9]*"), reverse=True):
        try:
            said = json.loads((folder / LINEAGE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if said.get("number") and said == _lineage(said["number"]):
            return folder
    return None


def _lineage(number: int | None = None) -> dict[str, object]:
    """Return the newest decision, or the one with `number`, and what codes mean by now."""
    with connection.cursor() as cursor:
        cursor.execute(named_sql("ops", "decision_at"), {"number": number})
        found = cursor.fetchone()
    codes = sha256(repr((ENTRY_CODES, EXIT_CODES, GRADES, SCHEMAS["stints"])).encode()).hexdigest()
    at, digest = found or (None, None)
    return {"number": at, "hash": digest, "codes": codes}
