"""Where two feeds report one thing, the declared order decides, whichever loads first."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bascule.directory.models import Membership, Organization
from bascule.feeds.actions import load_package, undo_last_run
from bascule.feeds.models import FileRun
from bascule.feeds.precedence import PRECEDENCE, feeds_above, standing_of
from bascule.feeds.reconciling import Settings, reconcile_claims
from bascule.feeds.standards import STANDARDS
from bascule.kernel.actor import NIGHTLY
from tests.feeds.standards.oneroster_samples import bulk_files, changed, zipped
from tests.feeds.test_loading_claims import TEN_ROWS
from tests.feeds.test_loading_oneroster import AT

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loader = Callable[[], AbstractContextManager[None]]
DAY = timedelta(days=1)
SPINE = (
    "school_id,short_name,long_name,network,address,school_type\n"
    "s1,Adams,Adams of the spine,North,1 Main Street,Charter\n"
    "s9,Ninth,Ninth School,North,9 Main Street,\n"
)


def load_spine(folder: Path, text: str, at: datetime) -> None:
    path = folder / "schools.csv"
    path.write_text(text, encoding="utf-8")
    assert load_package(NIGHTLY, path=path, at=at).outcome == FileRun.Outcome.LOADED


def load_roster(folder: Path, files: dict[str, bytes], at: datetime) -> None:
    report = load_package(NIGHTLY, path=zipped(folder, files, f"{at:%d}.zip"), at=at)
    assert report.outcome == FileRun.Outcome.LOADED, report.reasons


def school(key: str = "s1") -> tuple[object, ...]:
    return Organization.objects.values_list("name", "address", "governance", "fed_by").get(
        source_key=key
    )


BOTH = ("Adams School", "1 Main Street", "charter", "oneroster")


def test_every_target_that_two_standards_feed_has_an_order() -> None:
    fed = [target for standard in STANDARDS for target in standard.targets]
    shared = {target for target in fed if fed.count(target) > 1}
    assert shared == set(PRECEDENCE)
    for target, feeds in PRECEDENCE.items():
        able = {standard.key for standard in STANDARDS if target in standard.targets}
        # OneRoster's roles are claims only where its source declares that there is no other.
        assert set(feeds) == able - ({"oneroster"} if target == "enrollment_claim" else set())


def test_the_first_feed_stands_above_the_others_in_what_it_can_report() -> None:
    assert feeds_above("oneroster", "organization") == ()
    above = standing_of("school_spine", "organization").above
    assert list(above) == ["oneroster", "edfi"]
    assert above["oneroster"] == {"name", "kind", "reported_kind", "identifier"}
    assert "is_options" in above["edfi"]
    assert not standing_of("sis_ew", "mark").above


@pytest.mark.parametrize("first", ["spine", "roster"])
def test_the_same_rows_result_whichever_feed_loads_first(
    first: str, tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        if first == "roster":
            load_roster(tmp_path, bulk_files(), AT)
        load_spine(tmp_path, SPINE, AT)
        if first == "spine":
            load_roster(tmp_path, bulk_files(), AT)
        assert school() == BOTH
        assert school("s9") == ("Ninth School", "9 Main Street", "district", "school_spine")


def test_a_lower_feed_does_not_undo_the_word_of_the_first_night_after_night(
    tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load_roster(tmp_path, bulk_files(), AT)
        load_spine(tmp_path, SPINE, AT)
        load_spine(tmp_path, SPINE.replace("of the spine", "of old"), AT + DAY)
        assert school() == BOTH
        load_spine(tmp_path, SPINE.replace("Ninth School", "Ninth High"), AT + 2 * DAY)
        assert school("s9")[0] == "Ninth High"
        home = Membership.objects.get(member__source_key="s1", ends_on=None)
        assert home.parent.source_key == "n1"


def test_a_row_that_the_first_feed_takes_over_returns_to_the_other_with_an_undo(
    tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load_spine(tmp_path, SPINE, AT)
        before = school()
        load_roster(tmp_path, changed(bulk_files(), "orgs.csv", "Adams School", "Adams"), AT + DAY)
        assert school()[0] == "Adams"
        undo_last_run(NIGHTLY, source="oneroster")
        assert school() == before


def test_once_entries_and_withdrawals_are_loaded_other_claims_are_left_aside(
    tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        path = tmp_path / "enrollment_events.csv"
        path.write_text(TEN_ROWS, encoding="utf-8")
        load_package(NIGHTLY, path=path, at=AT)
        settings = Settings("sis", AT + DAY, frozenset(), feed="edfi")
        done = reconcile_claims(settings, complete=True)
        assert [reason.code for reason in done.remarks] == ["told-by-another-feed"]
        assert (done.counts, done.quarantined) == ({}, [])
