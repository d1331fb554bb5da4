"""The last run of a source is taken back: people and classes are as they were before it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bascule.access.models import EarlierRow
from bascule.directory.models import Membership
from bascule.feeds.actions import load_package, undo_last_run
from bascule.feeds.actions.undoing import MERGES
from bascule.feeds.models import FileRun
from bascule.feeds.targets import FEED_OWNED
from bascule.kernel.actor import NIGHTLY
from bascule.kernel.refusal import Refusal
from bascule.roster.models import Student
from tests.feeds.standards.oneroster_samples import bulk_files, changed
from tests.feeds.test_loading_oneroster import AT, LATER, load, without

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loader = Callable[[], AbstractContextManager[None]]


def held() -> dict[str, list[dict[str, Any]]]:
    """Every reported row, by what its feed owns and whether it has ended."""
    found = {}
    for target, merge in MERGES.items():
        columns = [word.rstrip("?") for word in FEED_OWNED[target]]
        rows = merge.model._default_manager.filter(source="sis", ended_at=None)
        found[target] = list(rows.order_by("source_key").values("source_key", *columns))
    found["membership"] = list(Membership.objects.order_by("pk").values())
    return found


def other_files() -> dict[str, bytes]:
    """The sample with a name corrected, a person gone and a class renamed."""
    files = without(bulk_files(), "enrollments.csv", "e2")
    files = changed(files, "users.csv", "Ann", "Anna")
    return changed(files, "classes.csv", "Algebra", "Algebra One")


def test_what_a_run_changed_ended_and_added_is_as_before(tmp_path: Path, as_loader: Loader) -> None:
    with as_loader():
        load(tmp_path, bulk_files())
        before = held()
        load(tmp_path, other_files(), LATER)
        assert held() != before
        run = undo_last_run(NIGHTLY, source="oneroster", at=LATER + timedelta(hours=1))
        assert run.outcome == FileRun.Outcome.UNDONE
        assert held() == before


def test_runs_are_taken_back_one_after_the_other(tmp_path: Path, as_loader: Loader) -> None:
    with as_loader():
        load(tmp_path, bulk_files())
        first = held()
        load(tmp_path, other_files(), LATER)
        second = held()
        third = changed(other_files(), "users.csv", "Anna", "Annabel")
        load(tmp_path, third, LATER + timedelta(days=1))
        undo_last_run(NIGHTLY, source="oneroster")
        assert held() == second
        undo_last_run(NIGHTLY, source="oneroster")
        assert held() == first


def test_the_same_file_loads_again_after_it_was_taken_back(
    tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load(tmp_path, bulk_files())
        load(tmp_path, other_files(), LATER)
        wanted = held()
        undo_last_run(NIGHTLY, source="oneroster")
        load(tmp_path, other_files(), LATER + timedelta(days=2))
        assert held() == wanted


def test_what_people_wrote_beside_the_feed_is_not_taken_back(
    tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load(tmp_path, bulk_files())
        load(tmp_path, other_files(), LATER)
        Student.objects.filter(number="A1").update(entered_on=LATER.date())
        undo_last_run(NIGHTLY, source="oneroster")
        student = Student.objects.get(number="A1")
        assert (student.given_name, student.entered_on) == ("Ann", LATER.date())


def test_a_calendar_is_corrected_and_not_taken_back(tmp_path: Path, as_loader: Loader) -> None:
    with as_loader():
        path = tmp_path / "calendar.csv"
        path.write_text("school_id,date,kind,note\n,2026-11-20,school_day,\n", encoding="utf-8")
        report = load_package(NIGHTLY, path=path, at=AT)
        assert report.outcome == FileRun.Outcome.LOADED, report.reasons
        source = FileRun.objects.get(path="calendar.csv").source.key
        with pytest.raises(Refusal, match="loading a corrected one"):
            undo_last_run(NIGHTLY, source=source)


def test_only_feeds_leave_earlier_rows(tmp_path: Path, as_loader: Loader) -> None:
    with as_loader():
        load(tmp_path, bulk_files())
        EarlierRow.objects.all().delete()
        Student.objects.filter(number="A1").update(entered_on=LATER.date())
        assert list(EarlierRow.objects.values_list("table_name", flat=True)) == []
