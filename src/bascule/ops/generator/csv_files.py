"""Writes columns as CSV: UTF-8, LF, comma, one header row, no quotes unless a cell needs them."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

FIRST_ID, ID_ROOM, ID_STEP = 10_000_000, 89_999_993, 40_692_133

Column: TypeAlias = np.ndarray | pa.Array


class CsvFile:
    """A CSV file that grows by tables of columns; use as a context manager."""

    def __init__(self, target: Path | IO[bytes], names: Sequence[str]) -> None:
        self._opened = target.open("wb") if isinstance(target, Path) else None
        self._sink: IO[bytes] = self._opened or target  # type: ignore[assignment]
        self._names = list(names)
        self._sink.write((",".join(names) + "\n").encode())
        self.rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._opened:
            self._opened.close()

    def write(self, columns: Sequence[Column], *, quoted: bool = False) -> None:
        """Append rows; `quoted` puts text into quotes, for cells that may hold a comma.

        Raises ValueError (from pyarrow) if an unquoted text holds a comma, quote or line break.
        """
        table = pa.Table.from_arrays([pa.array(column) for column in columns], self._names)
        options = pa_csv.WriteOptions(
            include_header=False, quoting_style="needed" if quoted else "none"
        )
        if len(table):
            pa_csv.write_csv(table, self._sink, options)
        self.rows += len(table)


def student_ids(count: int) -> np.ndarray:
    """Return `count` different numbers of eight digits, in no visible order."""
    return FIRST_ID + (np.arange(count, dtype=np.int64) * ID_STEP + 7_654_321) % ID_ROOM


def words(texts: Sequence[str], places: np.ndarray, known: np.ndarray | None = None) -> pa.Array:
    """Return the text at each place of `places`; empty where `known` is false."""
    mask = None if known is None else ~known
    return pa.array(texts, pa.string()).take(pa.array(places, mask=mask))


def dates(days: np.ndarray, known: np.ndarray | None = None) -> pa.Array:
    """Turn day numbers into dates; empty where `known` is false."""
    mask = None if known is None else ~known
    return pa.array(days.astype(np.int32), pa.int32(), mask=mask).cast(pa.date32())


def two_digits() -> list[str]:
    """Return the texts 00 to 99: local codes by their number."""
    return [f"{number:02d}" for number in range(100)]
