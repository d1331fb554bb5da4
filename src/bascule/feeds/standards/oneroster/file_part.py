"""Some lines of a OneRoster file as columns, and those columns as an Arrow batch of a target."""

from collections.abc import Mapping, Sequence

from bascule.feeds.reading import Batch
from bascule.feeds.standards.csv_lines import Line
from bascule.feeds.standards.oneroster.columns import (
    DATA_FILES,
    LEGACY_USER_COLUMNS,
    FileColumn,
)
from bascule.feeds.standards.oneroster.headers import Layout
from bascule.feeds.standards.oneroster.values import check_of, repair
from bascule.feeds.targets import TARGETS

Values = Sequence[str | None]


class FilePart:
    """Some lines of one file as columns."""

    def __init__(self, name: str, layout: Layout, lines: list[Line], mended: set[str]) -> None:
        self.name, self.layout, self.mended = name, layout, mended
        self.numbers = [line.number for line in lines]
        self._cells = list(zip(*(line.cells for line in lines), strict=True))

    @property
    def key(self) -> Values:
        """Return the sourcedIds."""
        return self.column("sourcedId")

    def column(self, name: str) -> Values:
        """Return a column's values, mended where tolerant mode said so; blank is None."""
        place = self.layout.places.get(name)
        if place is None:
            return [None] * len(self.numbers)
        values = self._cells[place]
        if name in self.mended:
            fixed = {value: _mended(_file_column(self.name, name), value) for value in set(values)}
            return [fixed[value] for value in values]
        return [value if value and not value.isspace() else None for value in values]

    def batch(
        self,
        target: str,
        keys: Values,
        columns: Mapping[str, Values],
        rows: list[int] | None = None,
    ) -> Batch:
        """Build a batch of a target from whole columns, of all rows or of those listed."""
        if rows is None:
            return self.batch_of(target, keys, columns, list(range(len(self.numbers))))
        picked = {name: [values[row] for row in rows] for name, values in columns.items()}
        return self.batch_of(target, [keys[row] for row in rows], picked, rows)

    def batch_of(
        self, target: str, keys: Values, columns: Mapping[str, Values], rows: list[int]
    ) -> Batch:
        """Build a batch from columns that are picked already; `rows` are their source lines."""
        import pyarrow as pa

        status, text = self.column("status"), pa.string()
        arrays = {
            "line": pa.array([self.numbers[row] for row in rows], pa.int64()),
            "key": pa.array(keys, text),
            "ends": pa.array([status[row] == "tobedeleted" for row in rows], pa.bool_()),
        }
        for name in TARGETS[target].names:
            values = columns.get(name)
            arrays[name] = pa.nulls(len(rows), text) if values is None else pa.array(values, text)
        return Batch(target, f"{self.name}.csv", pa.RecordBatch.from_pydict(arrays))


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
