"""Sources of one system load in one night, and each run is taken back without the others."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bascule.directory.models import Membership, Organization
from bascule.feeds.actions import load_package, undo_last_run
from bascule.feeds.models import FileRun
from bascule.kernel.actor import NIGHTLY
from bascule.roster.models import EnrollmentClaim, Stint
from tests.feeds.standards.oneroster_samples import bulk_files, changed, zipped
from tests.feeds.test_loading_claims import TEN_ROWS
from tests.feeds.test_loading_oneroster import AT, LATER
from tests.feeds.test_undoing import held

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loader = Callable[[], AbstractContextManager[None]]
SPINE = "school_id,short_name,long_name,network\n"
FIRST = SPINE + "s1,Adams,Adams of the spine,North\ns9,Ninth,Ninth School,North\n"
SECOND = SPINE + "s1,Adams,Adams of the spine,South\ns9,Ninth,Ninth School,South\n"


def load_spine(folder: Path, text: str, at: Any = AT) -> None:
    path = folder / "schools.csv"
    path.write_text(text, encoding="utf-8")
    assert load_package(NIGHTLY, path=path, at=at).outcome == FileRun.Outcome.LOADED


def load_package_of(folder: Path, files: dict[str, bytes], at: Any = AT) -> None:
    path = zipped(folder, files, f"{len(list(folder.iterdir()))}.zip")
    report = load_package(NIGHTLY, path=path, at=at)
    assert report.outcome == FileRun.Outcome.LOADED, report.reasons


def test_no_two_runs_bear_one_instant(tmp_path: Path, as_loader: Loader) -> None:
    with as_loader():
        load_spine(tmp_path, FIRST)
        load_package_of(tmp_path, bulk_files())
        load_spine(tmp_path, SECOND)
        instants = list(FileRun.objects.order_by("pk").values_list("started_at", flat=True))
        tick = timedelta(microseconds=1)
        assert instants == [AT, AT + tick, AT + 2 * tick]


def test_a_run_is_taken_back_without_the_other_source_of_the_same_night(
    tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load_spine(tmp_path, FIRST)
        after_spine = held()
        load_package_of(tmp_path, bulk_files())
        undo_last_run(NIGHTLY, source="oneroster", at=LATER)
        assert held() == after_spine
        assert Organization.objects.get(source_key="s9").ended_at is None


def test_two_runs_of_one_source_at_one_instant_are_taken_back_one_by_one(
    tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load_package_of(tmp_path, bulk_files())
        before = held()
        load_package_of(tmp_path, changed(bulk_files(), "users.csv", "Ann", "Anna"))
        undo_last_run(NIGHTLY, source="oneroster", at=LATER)
        assert held() == before


def test_a_school_moved_by_one_source_stays_moved_when_another_of_that_day_is_taken_back(
    tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load_spine(tmp_path, FIRST, AT - timedelta(days=30))
        load_spine(tmp_path, SECOND)
        moved = list(Membership.objects.order_by("pk").values())
        load_package_of(tmp_path, bulk_files())
        undo_last_run(NIGHTLY, source="oneroster", at=LATER)
        assert list(Membership.objects.order_by("pk").values()) == moved
        undo_last_run(NIGHTLY, source="school_spine", at=LATER)
        ninth = Membership.objects.get(member__source_key="s9")
        assert (ninth.parent.name, ninth.ends_on) == ("North", None)


def claims() -> set[tuple[Any, ...]]:
    """What is known of enrollments, and the chains that follow from it."""
    known = EnrollmentClaim.objects.filter(known_until=None)
    stints = Stint.objects.values_list("student__source_key", "school", "starts_on", "ends_on")
    return {*known.values_list("source_key", "starts_on", "ends_on", "exit_code"), *stints}


def test_two_deltas_of_claims_at_one_instant_are_taken_back_one_by_one(
    tmp_path: Path, as_loader: Loader
) -> None:
    header = TEN_ROWS.splitlines()[0]
    with as_loader():
        (tmp_path / "enrollment_events.csv").write_text(TEN_ROWS, encoding="utf-8")
        load_package(NIGHTLY, path=tmp_path / "enrollment_events.csv", at=AT)
        states = [claims()]
        for row in ("70000001,S101,W,2026-11-13,33,,10", "70000006,S203,W,2026-11-13,33,,09"):
            path = tmp_path / "enrollment_events-delta.csv"
            path.write_text(f"{header}\n{row}\n", encoding="utf-8")
            load_package(NIGHTLY, path=path, at=AT)
            states.append(claims())
        undo_last_run(NIGHTLY, source="sis_ew")
        assert claims() == states[1] != states[2]
        undo_last_run(NIGHTLY, source="sis_ew")
        assert claims() == states[0]


def test_what_an_earlier_run_wrote_does_not_return_with_a_later_one_after_it_was_taken_back(
    tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load_spine(tmp_path, FIRST)
        load_package_of(tmp_path, bulk_files(), LATER)
        load_spine(tmp_path, FIRST.replace(",Adams,", ",A.,"), LATER)
        names = Organization.objects.filter(source_key="s1").values_list("name", "short_name")
        assert names.get() == ("Adams School", "A.")
        undo_last_run(NIGHTLY, source="oneroster")
        assert names.get() == ("Adams School", "A.")
        undo_last_run(NIGHTLY, source="school_spine")
        assert names.get() == ("Adams of the spine", "Adams")
