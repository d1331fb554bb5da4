"""Whatever is done to a file: no reader fails, and every row is loaded or kept back, once."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bascule.feeds.reading import Rejected, Row, rows_of
from bascule.feeds.standards import STANDARDS, standard_named
from bascule.feeds.standards.oneroster import STANDARD
from bascule.feeds.targets import LOAD_ORDER, TARGETS
from tests.feeds.standards.oneroster_samples import bulk_files, delta_files, zipped
from tests.feeds.standards.test_daily_files import FILES
from tests.feeds.standards.test_oneroster_screening import PLACES, spoiled

BYTES = st.lists(
    st.tuples(
        st.integers(0, 2000),
        st.sampled_from([b'"', b",", b"\n", b"\r", b"\r\n", b"\0", b"\xe9", b"x", b"|", b"2026"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


def damaged(body: bytes, changes: list[tuple[int, bytes, bool]]) -> bytes:
    for place, text, replaces in changes:
        at = place % (len(body) + 1)
        body = body[:at] + text + body[at + len(text) * replaces :]
    return body


def all_rows(path: Path, key: str) -> list[Row | Rejected]:
    """Read a file tolerantly and strictly; return the tolerant rows, none where it is refused."""
    standard = standard_named(key)
    standard.open(path, strict=True).check()
    package = standard.open(path)
    return list(rows_of(package)) if package.check().verdict == "accept" else []


def missing_values(rows: list[Row | Rejected]) -> list[tuple[str, str]]:
    return [
        (row.target, name)
        for row in rows
        if isinstance(row, Row)
        for name in TARGETS[row.target].required
        if row.values.get(name) is None
    ]


@settings(max_examples=30, deadline=None)
@given(st.sampled_from([bulk_files(), delta_files()]), st.lists(PLACES, max_size=4))
def test_each_row_of_a_spoiled_package_is_mapped_or_kept_back(
    tmp_path_factory, files, changes
) -> None:
    path = zipped(tmp_path_factory.mktemp("kept"), spoiled(files, changes))
    rows = all_rows(path, "oneroster")
    package = STANDARD.open(path)
    if package.check().verdict == "accept":
        read = sum(file.read for file in package.files.values() if file.targets)
        assert len({(row.file, row.line) for row in rows}) == read
    kept_back = {(row.file, row.line) for row in rows if isinstance(row, Rejected)}
    assert not kept_back & {(row.file, row.line) for row in rows if isinstance(row, Row)}
    assert missing_values(rows) == []


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(sorted(bulk_files())), BYTES)
def test_damaged_bytes_in_a_package_never_stop_a_reader(tmp_path_factory, name, changes) -> None:
    files = bulk_files()
    files[name] = damaged(files[name], changes)
    rows = all_rows(zipped(tmp_path_factory.mktemp("bytes"), files), "oneroster")
    assert missing_values(rows) == []


@settings(max_examples=30, deadline=None)
@given(st.sampled_from([*FILES, "sis_ew", "school_spine"]), BYTES)
def test_damaged_bytes_in_a_csv_never_stop_a_reader(tmp_path_factory, key, changes) -> None:
    header, good, bad, _ = FILES.get(key) or (
        "student_id,school_id,event,date,code,reason,grade,short_name",
        ["s1,A,E,2025-08-18,02,,09,x", "s1,A,W,2026-06-12,01,,09,x"],
        ["s2,A,E,,02,,09,x"],
        [],
    )
    path = tmp_path_factory.mktemp("csv") / "file.csv"
    path.write_bytes(damaged("\n".join([header, *good, *bad]).encode(), changes))
    assert missing_values(all_rows(path, key)) == []


@pytest.mark.parametrize("key", [standard.key for standard in STANDARDS])
def test_every_standard_feeds_and_owns_columns_of_declared_targets(key: str) -> None:
    standard = standard_named(key)
    assert list(standard.targets) == sorted(standard.targets, key=LOAD_ORDER.index)
    assert set(standard.owns) == set(standard.targets)
    for target, columns in standard.owns.items():
        assert columns <= set(TARGETS[target].names)
        assert columns
