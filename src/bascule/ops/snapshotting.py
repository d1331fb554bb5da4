"""Write the nightly snapshot: what measures and rules are computed from, as Parquet.

Surrogate ids, no names, no notes; 0600 files; written beside and renamed, so a killed night
leaves no half of one; seven nights are kept.
"""

import io
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connection

from bascule.kernel.named_sql import named_sql
from bascule.metrics.snapshot import SCHEMAS, write_meta
from bascule.ops.stint_snapshot import GRADES, KEY, same_history, write_lineage, write_stints
from bascule.roster.codes import ENTRY_CODES, EXIT_CODES, EntryKind, ExitKind

if TYPE_CHECKING:
    import pyarrow as pa

KEPT = 7
TABLES = ("students", "schools", "days", "claims", "proofs")


def write_snapshot(home: Path, as_of: date) -> Path:
    """Write the snapshot of `as_of` under `home` and return its folder.

    Its stints are those of the newest earlier snapshot with what changed since; everything else
    is written whole.
    """
    target = home / as_of.isoformat()
    fresh = home / f".{as_of.isoformat()}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True, mode=0o700)
    write_lineage(fresh)
    write_stints(fresh, same_history(home), _stints)
    for name in TABLES:
        _write_whole(fresh, name, as_of)
    for path in fresh.iterdir():
        path.chmod(0o600)
    write_meta(fresh, as_of)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    for old in sorted(path for path in home.iterdir() if path.name[0] != ".")[:-KEPT]:
        shutil.rmtree(old)
    return target


def _write_whole(folder: Path, name: str, as_of: date) -> None:
    import pyarrow.parquet as pq

    schema = SCHEMAS[name]
    table = _parsed(_copied(named_sql("ops", f"snapshot_{name}"), as_of), schema)
    pq.write_table(table, folder / f"{name}.parquet")


def _stints(ids: Sequence[int] | None) -> "pa.Table":
    """Return the stints of these ids, or all, with `stint_id` and the kinds beside their codes."""
    import pyarrow as pa

    schema = SCHEMAS["stints"]
    given = [field for field in schema if not field.name.endswith("_kind")]
    query = named_sql("ops", "snapshot_stints")
    if ids is not None:
        query += f" and id = any ('{{{','.join(map(str, ids))}}}'::bigint[])"
    table = _parsed(_copied(query), pa.schema([(KEY, pa.int64()), *given]))
    for column, kinds, unknown in (
        ("entry", {code: row.kind for code, row in ENTRY_CODES.items()}, EntryKind.TRANSFER_IN),
        ("exit", {code: row.kind for code, row in EXIT_CODES.items()}, ExitKind.OTHER),
    ):
        kind = _mapped(table[f"{column}_code"], kinds, unknown)
        table = table.append_column(f"{column}_kind", kind)
    table = table.set_column(
        table.schema.get_field_index("grade"), "grade", _grades(table["grade"])
    )
    return table.select([KEY, *schema.names]).cast(pa.schema([(KEY, pa.int64()), *schema]))


def _grades(reported: "pa.ChunkedArray") -> "pa.ChunkedArray":
    """Say grades as the profiles do: 09 is 9, KG is K; a word that is not in the list stays."""
    import pyarrow as pa
    import pyarrow.compute as pc

    place = pc.index_in(reported, value_set=pa.array(list(GRADES)))
    return pc.coalesce(pc.take(pa.array(list(GRADES.values())), place), reported)


def _copied(query: str, as_of: date | None = None) -> bytes:
    out = io.BytesIO()
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy ({query}) to stdout (format csv)", {"as_of": as_of}) as rows,
    ):
        for block in rows:
            out.write(block)
    return out.getvalue()


def _parsed(body: bytes, schema: "pa.Schema") -> "pa.Table":
    import pyarrow as pa
    from pyarrow import csv

    if not body:
        return schema.empty_table()
    return csv.read_csv(
        pa.BufferReader(body),
        read_options=csv.ReadOptions(column_names=schema.names, block_size=1 << 24),
        convert_options=csv.ConvertOptions(
            column_types={field.name: field.type for field in schema},
            strings_can_be_null=True, quoted_strings_can_be_null=False, null_values=[""],
            true_values=["t"], false_values=["f"],
        ),
    )  # fmt: skip


def _mapped(column, kinds, unknown):  # type: ignore[no-untyped-def]  # pyarrow arrays
    """Map codes to kinds as `roster.stints` does: no code no kind, a strange code `unknown`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    place = pc.index_in(column, value_set=pa.array(list(kinds)))
    named = pc.take(pa.array([str(kind) for kind in kinds.values()]), place)
    strange = pc.and_(pc.is_valid(column), pc.is_null(place))
    return pc.if_else(strange, str(unknown), named)
