"""Stewards approve and take back on the screen; the night carries it out before its files."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from bascule.access.acting import acting, actor_of
from bascule.access.models import Decision, User
from bascule.feeds.actions import carry_out_orders, place_order
from bascule.feeds.models import FileRun, Order
from bascule.kernel.actor import NIGHTLY
from bascule.kernel.clock import holding_clock
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.roster.models import EnrollmentClaim
from tests.databases import as_role
from tests.feeds.test_loading_claims import AT, TEN_ROWS, load

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loader = Callable[[], AbstractContextManager[None]]
Browse = Callable[[str], Client]
LATER = AT + timedelta(hours=1)


@pytest.fixture
def loaded(tmp_path: Path, as_loader: Loader) -> FileRun:
    path = tmp_path / "enrollment_events.csv"
    path.write_text(TEN_ROWS, encoding="utf-8")
    with as_loader():
        load(path)
        return FileRun.objects.get()


def test_a_run_asked_back_on_the_screen_is_taken_back_by_the_night(
    loaded: FileRun, browse: Browse
) -> None:
    with holding_clock(AT):
        page = browse("steward").post(f"/feeds/{loaded.uuid}/undo/", follow=True)
        assert "The loader does it before its next file." in page.content.decode()
    with as_role("loader"):
        assert carry_out_orders(NIGHTLY, at=LATER) == 1
        loaded.refresh_from_db()
        assert loaded.outcome == FileRun.Outcome.UNDONE
        assert not EnrollmentClaim.objects.filter(known_until=None).exists()
        assert [(each.outcome, each.done_at) for each in Order.objects.all()] == [
            ("Taken back.", LATER)
        ]
    with holding_clock(AT):
        page = browse("steward").get(f"/feeds/{loaded.uuid}/")
        assert "Taken back." in page.content.decode()


def test_asked_twice_is_once_and_leaves_one_decision(loaded: FileRun) -> None:
    steward = actor_of(User.objects.get(username="steward"))
    with acting(steward):
        first = place_order(steward, run=loaded, verb="undo")
        assert place_order(steward, run=loaded, verb="undo").pk == first.pk
    with as_role("loader"):
        assert Decision.objects.filter(verb="order_undo").count() == 1


@pytest.mark.parametrize("who", ["lead", "okafor", "auditor", "principal_0"])
def test_only_a_steward_may_ask(loaded: FileRun, browse: Browse, who: str) -> None:
    other = actor_of(User.objects.get(username=who))
    assert browse(who).post(f"/feeds/{loaded.uuid}/undo/").status_code == 404
    with acting(other), pytest.raises(NotPermitted):
        place_order(other, run=loaded, verb="undo")
    assert not Order.objects.exists()


def test_a_run_that_is_no_longer_the_last_is_left_alone(loaded: FileRun, as_loader: Loader) -> None:
    steward = actor_of(User.objects.get(username="steward"))
    with acting(steward):
        place_order(steward, run=loaded, verb="undo")
    with as_loader():  # a load that had begun when the order was placed, and has ended since
        FileRun.objects.create(
            source=loaded.source, path="later.csv", digest="1", outcome=FileRun.Outcome.LOADED,
            started_at=AT + timedelta(minutes=1),
        )  # fmt: skip
        carry_out_orders(NIGHTLY, at=LATER)
        assert Order.objects.get().outcome == "A later file has been loaded: not taken back."
        assert EnrollmentClaim.objects.filter(known_until=None).exists()
    with acting(steward), pytest.raises(Refusal, match="Only the last loaded run"):
        place_order(steward, run=loaded, verb="undo")


def test_a_load_does_what_was_asked_for_before_its_file(
    loaded: FileRun, tmp_path: Path, as_loader: Loader
) -> None:
    steward = actor_of(User.objects.get(username="steward"))
    with acting(steward):
        place_order(steward, run=loaded, verb="undo")
    path = tmp_path / "enrollment_events.csv"
    with as_loader():
        assert load(path, dry_run=True).outcome == FileRun.Outcome.UNCHANGED
        assert Order.objects.get().done_at is None
        assert load(path).files["enrollment_events.csv"]["new"] == 7
        assert Order.objects.get().outcome == "Taken back."
        outcomes = FileRun.objects.order_by("pk").values_list("outcome", flat=True)
        assert list(outcomes) == [FileRun.Outcome.UNDONE, FileRun.Outcome.LOADED]


MANY = range(70000100, 70000130)
ROWS = [TEN_ROWS.splitlines()[0], *(f"{each},S101,E,2026-08-24,02,,10" for each in MANY)]


@pytest.fixture
def held(tmp_path: Path, as_loader: Loader) -> FileRun:
    """A run that would end 20 of a school's 30 claims, approved by the steward."""
    path = tmp_path / "enrollment_events.csv"
    with as_loader():
        path.write_text("\n".join(ROWS) + "\n", encoding="utf-8")
        load(path)
        path.write_text("\n".join(ROWS[:11]) + "\n", encoding="utf-8")
        assert load(path).outcome == FileRun.Outcome.HELD
        run = FileRun.objects.get(outcome=FileRun.Outcome.HELD)
    steward = actor_of(User.objects.get(username="steward"))
    with acting(steward):
        place_order(steward, run=run, verb="approve")
    return run


def test_an_approved_mass_change_passes_in_the_next_load_and_is_spent(
    held: FileRun, tmp_path: Path, as_loader: Loader
) -> None:
    path = tmp_path / "enrollment_events.csv"
    with as_loader():
        assert load(path).outcome == FileRun.Outcome.LOADED
        assert Order.objects.get().outcome == "Counted for enrollment_events.csv: S101"
        path.write_text("\n".join(ROWS) + "\n", encoding="utf-8")
        load(path)
        path.write_text("\n".join(ROWS[:11]) + "\n", encoding="utf-8")
        assert load(path).outcome == FileRun.Outcome.HELD


def test_an_approval_waits_while_other_sources_load_and_while_a_file_is_refused(
    held: FileRun, tmp_path: Path, as_loader: Loader, browse: Browse
) -> None:
    with as_loader():
        other = tmp_path / "schools.csv"
        other.write_text("school_id,short_name\nS77,Seven\n", encoding="utf-8")
        assert load(other).outcome == FileRun.Outcome.LOADED
        path = tmp_path / "enrollment_events.csv"
        path.write_text("student_id,event,date\n", encoding="utf-8")
        assert load(path).outcome == FileRun.Outcome.REFUSED
        assert Order.objects.get().done_at is None
    with holding_clock(AT):
        page = browse("steward").get(f"/feeds/{held.uuid}/").content.decode()
        assert "It counts for the next load of this source." in page


def test_an_approval_that_meets_another_mass_change_is_spent_and_lets_nothing_else_pass(
    held: FileRun, tmp_path: Path, as_loader: Loader
) -> None:
    more = [f"{each},S102,E,2026-08-24,02,,07" for each in range(70000200, 70000230)]
    path = tmp_path / "enrollment_events.csv"
    with as_loader():
        path.write_text("\n".join([*ROWS, *more]) + "\n", encoding="utf-8")
        load(path)
        assert Order.objects.get().done_at is not None
        path.write_text("\n".join(ROWS[:11]) + "\n", encoding="utf-8")
        assert load(path).outcome == FileRun.Outcome.HELD
