"""A snapshot that builds on the one before holds what one written whole would."""

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from bascule.directory.models import Membership, Organization
from bascule.feeds.actions import load_package
from bascule.feeds.actions.undoing import undo_last_run
from bascule.kernel.actor import NIGHTLY
from bascule.metrics.profiles import PROFILES
from bascule.ops import snapshotting
from bascule.ops.snapshotting import write_snapshot
from bascule.ops.stint_snapshot import LINEAGE, same_history
from bascule.roster.models import Stint
from tests.feeds.test_changed_history import SCHOOLS, changed, history, write

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loader = Callable[[], AbstractContextManager[None]]
AT = datetime(2026, 11, 20, 11, tzinfo=UTC)
fetch_stints = snapshotting._stints
FIRST, SECOND = date(2026, 11, 20), date(2026, 11, 21)


def contents(folder: Path) -> dict[str, list[dict[str, Any]]]:
    return {
        path.stem: sorted(pq.ParquetFile(path).read().to_pylist(), key=repr)
        for path in folder.glob("*.parquet")
    }


@pytest.mark.parametrize("seed", range(3))
def test_a_snapshot_built_on_the_last_equals_one_written_whole(
    seed: int, tmp_path: Path, as_loader: Loader
) -> None:
    draw, path, allow = random.Random(seed), tmp_path / "events.csv", list(SCHOOLS)
    first = {f"8{number:07}": history(draw, f"8{number:07}") for number in range(40)}
    with as_loader():
        load_package(NIGHTLY, path=write(path, first), at=AT, allow=allow)
        write_snapshot(tmp_path / "nights", FIRST)
        assert same_history(tmp_path / "nights") == tmp_path / "nights" / str(FIRST)
        write(path, changed(draw, first))
        load_package(NIGHTLY, path=path, at=AT + timedelta(days=1), allow=allow)
        built = contents(write_snapshot(tmp_path / "nights", SECOND))
        assert built == contents(write_snapshot(tmp_path / "apart", SECOND))
        undo_last_run(NIGHTLY, source="sis_ew")
        undone = contents(write_snapshot(tmp_path / "nights", SECOND))
        assert undone == contents(write_snapshot(tmp_path / "elsewhere", SECOND))
        assert len(undone["stints"]) > 40


def test_only_new_stints_are_fetched_and_a_snapshot_of_another_past_is_not_built_on(
    tmp_path: Path, as_loader: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, asked = tmp_path / "events.csv", []
    rows = [f"7000000{n},S101,E,2026-08-24,02,,10" for n in range(1, 6)]
    monkeypatch.setattr(snapshotting, "_stints", lambda ids: asked.append(ids) or fetch_stints(ids))
    with as_loader():
        load_package(NIGHTLY, path=write(path, {"all": rows}), at=AT)
        write_snapshot(tmp_path, FIRST)
        write(path, {"all": [*rows, "70000006,S101,E,2026-08-24,02,,10"]})
        load_package(NIGHTLY, path=path, at=AT + timedelta(days=1))
        write_snapshot(tmp_path, SECOND)
        [newest] = Stint.objects.filter(student__source_key="70000006").values_list("id", flat=True)
        assert asked == [None, [newest]]
        lineage = tmp_path / str(SECOND) / LINEAGE
        lineage.write_text(lineage.read_text().replace('"hash": "', '"hash": "0'))
        (tmp_path / str(FIRST) / LINEAGE).unlink()
        assert same_history(tmp_path) is None
        write_snapshot(tmp_path, SECOND)
        assert asked == [None, [newest], None]


def test_grades_are_told_in_the_words_of_the_profiles(tmp_path: Path, as_loader: Loader) -> None:
    path, grades = tmp_path / "events.csv", ["PK", "KG", "01", "09", "10", "UG", ""]
    rows = [f"7000000{n},S101,E,2026-08-24,02,,{grade}" for n, grade in enumerate(grades)]
    with as_loader():
        load_package(NIGHTLY, path=write(path, {"all": rows}), at=AT)
        stints = contents(write_snapshot(tmp_path, FIRST))["stints"]
    found = [row["grade"] for row in sorted(stints, key=lambda row: row["student_id"])]
    assert sorted(map(str, found)) == sorted(["PK", "K", "1", "9", "10", "UG", ""])
    assert {"K", "1", "9", "10"} < set(PROFILES["co"].grades)


def test_a_stint_is_never_changed_in_place() -> None:
    """What a snapshot builds on: nothing in the program updates the table of stints."""
    source = Path(snapshotting.__file__).resolve().parents[1]
    files = [*source.rglob("*.py"), *source.rglob("*.sql")]
    texts = {str(path): path.read_text(encoding="utf-8") for path in files}
    assert len(texts) > 100
    assert [path for path, text in texts.items() if "update roster_stint" in text] == []


def test_a_school_stands_under_the_network_that_it_belongs_to_on_the_day(
    tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        held = Membership.objects.select_related("parent", "member").get(member__source_key="S101")
        other = Organization.objects.filter(kind="network").exclude(pk=held.parent_id)[0]
        Membership.objects.filter(pk=held.pk).update(ends_on=FIRST)
        Membership.objects.create(member=held.member, parent=other, starts_on=SECOND)
        networks = [
            {row["key"]: row["network"] for row in contents(folder)["schools"]}["S101"]
            for folder in (write_snapshot(tmp_path, FIRST), write_snapshot(tmp_path, SECOND))
        ]
    assert networks == [held.parent.name, other.name]
