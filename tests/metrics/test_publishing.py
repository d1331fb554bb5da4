"""The night's values replace the year's older ones, with the students that they count."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bascule.feeds.actions import load_package
from bascule.kernel.actor import NIGHTLY
from bascule.metrics.actions import publish_moves, publish_values
from bascule.metrics.catalog import measure, rows_behind_each
from bascule.metrics.models import (
    FlowCount,
    MonthlyMoves,
    OpenValue,
    Value,
)
from bascule.metrics.snapshot import open_snapshot
from bascule.ops.snapshotting import write_snapshot

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
AT, NIGHT = datetime(2026, 11, 20, 11, tzinfo=UTC), date(2026, 11, 20)
SCHOOLS = ("S101", "S102", "S201")
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
        counted = OpenValue.objects.filter(
            value__profile="co", value__measure="mobility", value__unit_kind="school"
        ).values_list("organization__source_key", "students")
        assert {key: set(students) for key, students in counted} == {
            key: set(rows.numerator) for key, rows in behind.items()
        }
        assert sum(len(students) for _, students in counted) == 24


def published() -> dict[str, list[tuple[object, ...]]]:
    """Everything that is published, without our ids."""
    value = ("measure", "profile", "unit_kind", "organization__source_key")
    return {
        "values": sorted(Value.objects.values_list(
            *value, "version", "school_year", "as_of", "numerator", "denominator", "percent",
            "is_hidden",
        ), key=repr),
        "open": sorted(OpenValue.objects.values_list(
            *(f"value__{name}" for name in value), "organization__source_key", "numerator",
            "denominator", "percent",
        ), key=repr),
        "rows": sorted(OpenValue.objects.values_list(
            *(f"value__{name}" for name in value), "students"
        ), key=repr),
        "months": sorted(MonthlyMoves.objects.values_list(
            "organization__source_key", "school_year", "month", "arrived", "left"
        ), key=repr),
        "flows": sorted(FlowCount.objects.values_list(
            "school_year", "sender__source_key", "receiver__source_key", "moves"
        ), key=repr),
    }  # fmt: skip


def test_publishing_over_the_night_before_is_publishing_anew(
    tmp_path: Path, as_loader: Callable[[], AbstractContextManager[None]]
) -> None:
    path = tmp_path / "enrollment_events.csv"
    corrected = MOVES.replace("S201", "S102").replace("80000003", "90000003")
    with as_loader():
        for night, rows in enumerate((STAYS + MOVES, STAYS + corrected)):
            path.write_text(HEADER + rows, encoding="utf-8")
            load_package(NIGHTLY, path=path, at=AT + timedelta(days=night), allow=SCHOOLS)
            day = NIGHT + timedelta(days=night)
            snapshot = open_snapshot(write_snapshot(tmp_path / "nights", day))
            publish_values(snapshot, school_year=2027)
            publish_moves(snapshot, school_year=2027)
            if night == 0:
                before, ids = published(), set(Value.objects.values_list("pk", flat=True))
        after, kept = published(), ids & set(Value.objects.values_list("pk", flat=True))
        for model in (OpenValue, Value, MonthlyMoves, FlowCount):
            model.objects.all().delete()
        publish_values(snapshot, school_year=2027)
        publish_moves(snapshot, school_year=2027)
        assert published() == after
    assert {part for part in after if after[part] == before[part]} == set()
    assert kept
    assert kept < ids
