"""Write the nightly snapshot: what measures and rules are computed from, as Parquet.

Surrogate ids, no names, no notes; 0600 files; written beside and renamed, so a killed night
leaves no half of one; seven nights are kept.
"""

import io
import shutil
from datetime import date
from pathlib import Path

from django.db import connection

from bascule.kernel.named_sql import named_sql
from bascule.metrics.snapshot import SCHEMAS, write_meta
from bascule.roster.codes import ENTRY_CODES, EXIT_CODES, EntryKind, ExitKind

KEPT = 7
TABLES = ("stints", "students", "schools", "days", "claims")


def write_snapshot(home: Path, as_of: date) -> Path:
    """Write the snapshot of `as_of` under `home` and return its folder."""
    target = home / as_of.isoformat()
    fresh = home / f".{as_of.isoformat()}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True, mode=0o700)
    for name in TABLES:
        _write(fresh, name)
    write_meta(fresh, as_of)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    for old in sorted(path for path in home.iterdir() if path.name[0] != ".")[:-KEPT]:
        shutil.rmtree(old)
    return target


def _write(folder: Path, name: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pyarrow import csv

    schema = SCHEMAS[name]
    read = csv.open_csv(
        io.BytesIO(_copied(name)),
        read_options=csv.ReadOptions(column_names=_columns(name), block_size=1 << 24),
        convert_options=csv.ConvertOptions(
            column_types={field.name: field.type for field in schema},
            strings_can_be_null=True, quoted_strings_can_be_null=False, null_values=[""],
            true_values=["t"], false_values=["f"],
        ),
    )  # fmt: skip
    path = folder / f"{name}.parquet"
    with pq.ParquetWriter(path, schema) as writer:
        for batch in read:
            writer.write_table(_completed(name, pa.Table.from_batches([batch])).cast(schema))
    path.chmod(0o600)


def _columns(name: str) -> list[str]:
    """The columns that the database gives; the kinds of codes are added from the code table."""
    return [field.name for field in SCHEMAS[name] if not field.name.endswith("_kind")]


def _copied(name: str) -> bytes:
    out = io.BytesIO()
    query = named_sql("ops", f"snapshot_{name}")
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy ({query}) to stdout (format csv)") as rows,
    ):
        for block in rows:
            out.write(block)
    return out.getvalue()


def _completed(name: str, table):  # type: ignore[no-untyped-def]  # a pyarrow table, lazily imported
    """Put the kind beside each code, where the table has codes."""
    if name != "stints":
        return table
    for column, kinds, unknown in (
        ("entry", {code: row.kind for code, row in ENTRY_CODES.items()}, EntryKind.TRANSFER_IN),
        ("exit", {code: row.kind for code, row in EXIT_CODES.items()}, ExitKind.OTHER),
    ):
        kind = _mapped(table[f"{column}_code"], kinds, unknown)
        table = table.append_column(f"{column}_kind", kind)
    return table.select(SCHEMAS[name].names)


def _mapped(column, kinds, unknown):  # type: ignore[no-untyped-def]  # pyarrow arrays
    """Map codes to kinds as `roster.stints` does: no code no kind, a strange code `unknown`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    place = pc.index_in(column, value_set=pa.array(list(kinds)))
    named = pc.take(pa.array([str(kind) for kind in kinds.values()]), place)
    strange = pc.and_(pc.is_valid(column), pc.is_null(place))
    return pc.if_else(strange, str(unknown), named)
