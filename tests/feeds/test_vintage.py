"""A file that claims to be later and repeats the earlier values is held until it is confirmed."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bascule.directory.models import CalendarDay
from bascule.feeds.actions import Report, load_package
from bascule.feeds.models import FileRun
from bascule.feeds.vintage import Vintage, is_later, vintage_of
from bascule.kernel.actor import NIGHTLY
from tests.feeds.test_loading_claims import TEN_ROWS

Loader = Callable[[], AbstractContextManager[None]]
AT = datetime(2026, 11, 20, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "vintage"),
    [
        ("enrollment_events-2026-11-20.csv", date(2026, 11, 20)),
        ("enrollment_events_20261120.csv", date(2026, 11, 20)),
        ("progress_report_sy2324.csv", 2024),
        ("mobility-2023-24.csv", 2024),
        ("mobility-2023-2024.csv", 2024),
        ("enrollment_events.csv", None),
        ("schools2.csv", None),
        ("list_2311.csv", None),
        ("events-20261399.csv", None),
    ],
)
def test_what_a_name_claims(name: str, vintage: Vintage | None) -> None:
    assert vintage_of(name) == vintage


@pytest.mark.parametrize(
    ("new", "old", "later"),
    [
        ("a-2026-11-20.csv", "a-2026-11-19.csv", True),
        ("a-2026-11-19.csv", "a-2026-11-20.csv", False),
        ("a_sy2324.csv", "a_sy2223.csv", True),
        ("a_sy2324.csv", "a-2022-11-19.csv", False),
        ("a.csv", "a-2022-11-19.csv", False),
    ],
)
def test_only_claims_of_one_kind_are_compared(new: str, old: str, later: bool) -> None:
    assert is_later(new, old) is later


def load(folder: Path, day: str, text: str = TEN_ROWS, *, may_repeat: bool = False) -> Report:
    path = folder / f"enrollment_events-{day}.csv"
    path.write_text(text, encoding="utf-8")
    return load_package(NIGHTLY, path=path, at=AT, may_repeat=may_repeat)


SOUND = TEN_ROWS.replace("70000005,S999,E,2026-08-24,02,,12\n", "")


@pytest.mark.django_db(databases=["default", "ledger"])
def test_a_stuck_export_is_held_and_can_be_confirmed(tmp_path: Path, as_loader: Loader) -> None:
    with as_loader():
        load(tmp_path, "2026-11-19", SOUND)
        held = load(tmp_path, "2026-11-20", SOUND)
        assert (held.verdict, held.outcome) == ("reject", FileRun.Outcome.HELD)
        assert [reason.code for reason in held.reasons] == ["stale-vintage"]
        assert "enrollment_events-2026-11-19.csv" in held.reasons[0].message
        assert load(tmp_path, "2026-11-20", SOUND, may_repeat=True).verdict == "accept"


@pytest.mark.django_db(databases=["default", "ledger"])
def test_over_a_weekend_nothing_need_change(tmp_path: Path, as_loader: Loader) -> None:
    with as_loader():
        CalendarDay.objects.all().delete()
        CalendarDay.objects.create(day=date(2026, 11, 20))
        load(tmp_path, "2026-11-20", SOUND)
        assert load(tmp_path, "2026-11-22", SOUND).verdict == "accept"


@pytest.mark.django_db(databases=["default", "ledger"])
def test_a_later_file_in_which_anything_differs_is_loaded(
    tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load(tmp_path, "2026-11-19", SOUND)
        moved = SOUND + "70000001,S101,W,2026-11-19,33,,10\n"
        assert load(tmp_path, "2026-11-20", moved).verdict == "accept"
