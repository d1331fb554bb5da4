"""Columns are screened, rows are judged: both ways must find the same faults."""

from io import BufferedReader, BytesIO
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bascule.feeds.reading import Reason
from bascule.feeds.standards import csv_blocks
from bascule.feeds.standards.csv_blocks import blocks_in
from bascule.feeds.standards.oneroster import STANDARD, checking, screening
from bascule.feeds.standards.oneroster.values import guid_fault, guids_fault
from tests.feeds.standards.oneroster_samples import (
    AT,
    ROWS,
    bulk_files,
    delta_files,
    encoded,
    zipped,
)

VALUES = st.sampled_from(
    [
        "", " ", "x", "s1", "s 1", "d1", "n1", "u1", "u2", "u9", "p2", "k1", "c1", "t1", "y26",
        "t1,y26", "t1,,y26", "09,10", "09, 10", "{A:1}", "{A:1},{B}", "true", "TRUE", "active",
        "tobedeleted", "inactive", "primary", "secondary", "student", "ext:x", "ext:", "school",
        "schoolYear", "2025-08-18", "2025-08-19", "2026-02-30", "8/18/2025", AT, "2026", "26",
        "Ñandú", "e1", "r1", "f" * 256,
    ]
)  # fmt: skip
PLACES = st.tuples(st.sampled_from(sorted(ROWS)), st.integers(0, 5), st.integers(0, 25), VALUES)


def spoiled(files: dict[str, bytes], changes: list[tuple[str, int, int, str]]) -> dict[str, bytes]:
    """Set some cells; a row or column beyond the file's is taken modulo its size."""
    import csv

    result = dict(files)
    for name, row, column, value in changes:
        lines = result[f"{name}.csv"].decode().splitlines()
        place = 1 + row % (len(lines) - 1)
        cells = next(csv.reader([lines[place]]))
        cells[column % len(cells)] = value
        text = ",".join(f'"{cell}"' if "," in cell or '"' in cell else cell for cell in cells)
        lines[place] = text.replace('""Q""', '"Q"')
        result[f"{name}.csv"] = encoded(lines)
    return result


def reasons(path: Path, *, strict: bool) -> list[Reason]:
    return sorted(STANDARD.open(path, strict=strict).check().reasons, key=str)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([bulk_files(), delta_files()]),
    st.lists(PLACES, min_size=1, max_size=4),
    st.booleans(),
)
def test_screening_by_columns_finds_what_the_rules_find_row_by_row(
    tmp_path_factory, files, changes, strict
) -> None:
    path = zipped(tmp_path_factory.mktemp("screen"), spoiled(files, changes))
    screened = reasons(path, strict=strict)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            checking,
            "suspects",
            lambda rules, records, block: np.ones(block.columns.num_rows, dtype=bool),
        )
        assert reasons(path, strict=strict) == screened


LINES = st.lists(
    st.sampled_from(
        ["a,b", '"a",b', '"a,1",b', '"a ""q""",b', 'a"b,c', '"a', 'b"', "a", "a,b,c", "", " ,",
         "é,b", "a,b\r", "a\rb,c", '"",""', '"a"x,b']
    ),
    max_size=8,
)  # fmt: skip


@settings(deadline=None)
@given(LINES, st.booleans(), st.booleans())
def test_fast_and_slow_blocks_read_the_same_rows_and_faults(lines, ends, blank_end) -> None:
    body = ("\n".join(lines) + ("\n" if ends else "")).encode()

    def rows() -> list[tuple[object, ...]]:
        stream = BufferedReader(BytesIO(body))
        found: list[tuple[object, ...]] = []
        for block in blocks_in(stream, ["1", "2"], blank_end=blank_end):
            cells = zip(*block.columns.to_pydict().values(), strict=True)
            found += zip(block.lines.to_pylist(), cells, strict=True)
            found += [(line.number, line.fault) for line in block.faulty]
        return found

    fast = rows()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_blocks, "_fast_block", lambda *_: None)
        assert rows() == fast


def test_small_blocks_give_the_same_verdict_as_one(tmp_path: Path) -> None:
    path = zipped(tmp_path, spoiled(bulk_files(), [("users", 2, 3, "TRUE"), ("roles", 4, 0, "r1")]))
    whole = reasons(path, strict=True)
    assert [reason.code for reason in whole] == ["repeated-sourced-id", "invalid-boolean"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_blocks, "BLOCK_BYTES", 16)
        assert reasons(path, strict=True) == whole


WORDS = st.lists(st.one_of(VALUES, st.text("aZ9.-_/@, é\x00", max_size=4)), max_size=6)


@settings(deadline=None)
@given(WORDS, st.integers(0, 3))
def test_identifiers_are_told_by_columns_as_one_by_one(words: list[str], first: int) -> None:
    words, values = words[first:], pa.array(words, pa.string())[first:]
    found = screening._not_matching(values, allow_blank=True)
    assert found.tolist() == [bool(word) and guid_fault(word) is not None for word in words]
    found = screening._no_lists_of_identifiers(values)
    assert found.tolist() == [bool(word) and guids_fault(word) is not None for word in words]
