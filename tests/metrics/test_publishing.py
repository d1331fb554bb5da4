"""The night's values replace the year's older ones, with the students that they count."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bascule.feeds.actions import load_package
from bascule.kernel.actor import NIGHTLY
from bascule.metrics.actions import publish_values
from bascule.metrics.catalog import measure, rows_behind_each
from bascule.metrics.models import CountedStudent, OpenValue, Value
from bascule.metrics.snapshot import open_snapshot
from bascule.ops.snapshotting import write_snapshot

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
AT, NIGHT = datetime(2026, 11, 20, 11, tzinfo=UTC), date(2026, 11, 20)
HEADER = "student_id,school_id,event,date,code,reason,grade\n"
STAYS = "".join(f"7{n:07},S101,E,2026-08-24,02,,09\n" for n in range(30))
MOVES = "".join(
    f"8{n:07},S101,E,2026-08-24,02,,09\n8{n:07},S101,W,2026-10-20,20,,09\n"
    f"8{n:07},S201,E,2026-10-21,05,,09\n"
    for n in range(12)
)


def test_values_are_published_once_with_the_students_they_count(
    tmp_path: Path, as_loader: Callable[[], AbstractContextManager[None]]
) -> None:
    path = tmp_path / "enrollment_events.csv"
    path.write_text(HEADER + STAYS + MOVES, encoding="utf-8")
    with as_loader():
        load_package(NIGHTLY, path=path, at=AT)
        snapshot = open_snapshot(write_snapshot(tmp_path / "nights", NIGHT))
        published = publish_values(snapshot, school_year=2027)
        assert publish_values(snapshot, school_year=2027) == published > 0
        assert Value.objects.count() == OpenValue.objects.count() == published
        figures = measure(snapshot, "mobility", "co", "school", 2027)
        assert {(figure.unit, figure.num) for figure in figures} == {("S101", 12), ("S201", 12)}
        behind = rows_behind_each(snapshot, "mobility", "co", "school", 2027)
        counted = CountedStudent.objects.filter(
            value__profile="co", value__measure="mobility", value__unit_kind="school"
        ).values_list("value__organization__source_key", "student_id")
        expected = {(key, student) for key, rows in behind.items() for student in rows.numerator}
        assert set(counted) == expected
        assert len(counted) == 24
