"""A snapshot is opened only if it is what its contract says."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bascule.metrics.snapshot import (
    REQUIRED,
    SCHEMAS,
    SnapshotError,
    open_snapshot,
    write_meta,
    write_table,
)

DAYS = [date(2025, 8, 18), date(2025, 8, 19), date(2024, 8, 19)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in REQUIRED:
        write_table(tmp_path, name, {column: [] for column in SCHEMAS[name].names})
    write_table(tmp_path, "days", {"day": DAYS, "school_year": [2026, 2026, 2025]})
    write_meta(tmp_path, date(2026, 3, 2))
    return tmp_path


def test_a_snapshot_knows_its_day_and_its_days_in_session(folder: Path) -> None:
    snapshot = open_snapshot(folder)
    assert snapshot.as_of == date(2026, 3, 2)
    assert snapshot.days_in_session(2026) == (date(2025, 8, 18), date(2025, 8, 19))
    assert snapshot.days_in_session(2025) == (date(2024, 8, 19),)
    assert snapshot.days_in_session(2031) == ()


def test_an_optional_table_that_is_absent_is_empty(folder: Path) -> None:
    snapshot = open_snapshot(folder)
    assert snapshot.rows(snapshot.proofs) == []


@pytest.mark.parametrize("name", REQUIRED)
def test_a_folder_without_a_required_table_is_no_snapshot(folder: Path, name: str) -> None:
    (folder / f"{name}.parquet").unlink()
    with pytest.raises(SnapshotError, match=rf"{name}\.parquet is missing"):
        open_snapshot(folder)


def test_a_column_of_another_type_is_named(folder: Path) -> None:
    days = pa.table({"day": ["2025-08-18"], "school_year": pa.array([2026], pa.int32())})
    pq.write_table(days, folder / "days.parquet")
    with pytest.raises(SnapshotError, match="column day is string, not date32"):
        open_snapshot(folder)


def test_a_missing_column_is_named(folder: Path) -> None:
    pq.write_table(pa.table({"day": pa.array(DAYS, pa.date32())}), folder / "days.parquet")
    with pytest.raises(SnapshotError, match="column school_year is missing"):
        open_snapshot(folder)


@pytest.mark.parametrize("text", ["", "{}", '{"as_of": "yesterday"}', "[1]"])
def test_a_snapshot_that_does_not_say_its_day_is_refused(folder: Path, text: str) -> None:
    (folder / "meta.json").write_text(text, encoding="utf-8")
    with pytest.raises(SnapshotError, match="does not say as_of"):
        open_snapshot(folder)


def test_an_unfinished_folder_is_refused(folder: Path) -> None:
    (folder / "meta.json").unlink()
    with pytest.raises(SnapshotError, match="does not say as_of"):
        open_snapshot(folder)


def test_a_snapshot_without_a_day_in_session_is_refused(folder: Path) -> None:
    write_table(folder, "days", {"day": [], "school_year": []})
    with pytest.raises(SnapshotError, match="names no day in session"):
        open_snapshot(folder)


def test_the_running_count_covers_every_date_of_its_range(folder: Path) -> None:
    snapshot = open_snapshot(folder)
    counted = {row["day"]: row["so_far"] for row in snapshot.rows(snapshot.day_count.counts)}
    assert (min(counted), max(counted), len(counted)) == (
        date(2024, 8, 18), date(2025, 8, 19), 367,
    )  # fmt: skip
    edges = [date(2024, 8, 18), date(2024, 8, 19), date(2025, 8, 17), *DAYS[:2]]
    assert [counted[day] for day in edges] == [0, 1, 1, 2, 3]
