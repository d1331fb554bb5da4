"""Some sound rows of a OneRoster file as Arrow columns, and batches of a target from them."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bascule.feeds.reading import Batch
from bascule.feeds.standards.oneroster.columns import (
    DATA_FILES,
    LEGACY_USER_COLUMNS,
    FileColumn,
)
from bascule.feeds.standards.oneroster.headers import Layout
from bascule.feeds.standards.oneroster.values import check_of, repair
from bascule.feeds.targets import TARGETS

if TYPE_CHECKING:
    import pyarrow as pa

Columns = Mapping[str, "pa.Array"]


class FilePart:
    """The sound rows of one block: `rows` by place, `lines` their lines, `mended` the columns
    whose values tolerant mode repairs."""

    def __init__(
        self, name: str, layout: Layout, rows: "pa.Table", lines: "pa.Array", mended: set[str]
    ) -> None:
        self.name, self.layout, self.rows = name, layout, rows
        self.lines, self.mended = lines, mended

    def column(self, name: str) -> "pa.Array":
        """Return a column's values, repaired where tolerant mode said so; blank is null."""
        import pyarrow as pa
        import pyarrow.compute as pc

        place = self.layout.places.get(name)
        if place is None:
            return pa.nulls(self.rows.num_rows, pa.string())
        values = flat(self.rows.column(place))
        if name in self.mended:
            return mapped(values, lambda value: _mended(_file_column(self.name, name), value))
        blank = pc.equal(pc.utf8_trim_whitespace(values), "")
        return pc.if_else(blank, pa.scalar(None, pa.string()), values)

    def batch(
        self, target: str, keys: "pa.Array", columns: Columns, rows: "pa.Array | None" = None
    ) -> Batch:
        """Build a batch of a target from whole columns, of all rows or of the places listed."""
        import pyarrow as pa
        import pyarrow.compute as pc

        ends = pc.fill_null(pc.equal(self.column("status"), "tobedeleted"), False)
        arrays = {"line": self.lines, "key": keys, "ends": ends}
        nothing = pa.nulls(self.rows.num_rows, pa.string())
        for name in TARGETS[target].names:
            arrays[name] = columns.get(name, nothing)
        batch = pa.RecordBatch.from_pydict(arrays)
        return Batch(target, f"{self.name}.csv", batch if rows is None else batch.take(rows))


def flat(column: "pa.ChunkedArray | pa.Array") -> "pa.Array":
    """Return a column as one array."""
    import pyarrow as pa

    if not isinstance(column, pa.ChunkedArray):
        return column
    combined = column.combine_chunks()
    return combined.chunk(0) if isinstance(combined, pa.ChunkedArray) else combined


def mapped(values: "pa.Array", change: Callable[[str], str | None]) -> "pa.Array":
    """Change each distinct value of a column once; null stays null."""
    import pyarrow as pa

    encoded = values.dictionary_encode()
    changed = [change(value) for value in encoded.dictionary.to_pylist()]
    return pa.array(changed, pa.string()).take(encoded.indices)


def _mended(column: FileColumn | None, value: str) -> str | None:
    if not value or value.isspace():
        return None
    check = check_of(column) if column is not None else None
    if column is None or check is None or check(value) is None:
        return value
    return repair(column, value) or value


def _file_column(file: str, name: str) -> FileColumn | None:
    columns = DATA_FILES[file].columns + LEGACY_USER_COLUMNS
    return next((column for column in columns if column.name == name), None)
