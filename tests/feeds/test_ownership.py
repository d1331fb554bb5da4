"""What people write wins, except on the columns that a feed owns: declared once, held here."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from bascule.directory.actions import reported as directory
from bascule.directory.models import Organization, Person, TouchedRow
from bascule.feeds.actions import load_package
from bascule.feeds.reconciling import RECONCILERS
from bascule.feeds.targets import FEED_OWNED, TARGETS
from bascule.kernel.actor import NIGHTLY
from bascule.roster.actions import reported as roster
from bascule.roster.models import Guardian, Section, Student
from tests.feeds.standards.oneroster_samples import bulk_files, changed, zipped

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loader = Callable[[], AbstractContextManager[None]]
AT = datetime(2026, 2, 2, 11, tzinfo=UTC)

MERGES = {**directory.MERGES, **roster.MERGES}
KEPT_BY_US = {"id", "uuid", "source", "source_key", "fed_by", "changed_at", "ended_at"}
OTHERWISE = {
    # what is left in each table once the feed's columns and our own are taken away
    "organization": {"closed_on"},
    "student": {"birth_on", "gender", "school_id", "entered_on", "left_on", "exit_code"},
}


def test_every_merged_target_declares_what_the_feed_owns() -> None:
    assert set(FEED_OWNED) == set(MERGES)
    assert set(MERGES) <= set(RECONCILERS) <= set(TARGETS)


@pytest.mark.parametrize("target", sorted(MERGES))
def test_every_column_is_the_feed_s_or_ours_or_people_s_and_never_two(target: str) -> None:
    merge = MERGES[target]
    columns = {str(each.column) for each in merge.model._meta.concrete_fields}
    owned = {word.rstrip("?") for word in FEED_OWNED[target]}
    assert owned <= columns - KEPT_BY_US
    assert columns - owned - set(merge.derived) - KEPT_BY_US == OTHERWISE.get(target, set())


def load(folder: Path, files: dict[str, bytes], at: datetime = AT) -> None:
    load_package(NIGHTLY, path=zipped(folder, files, f"{at:%d}.zip"), at=at)


def test_what_people_wrote_beside_a_feed_stays(tmp_path: Path, as_loader: Loader) -> None:
    with as_loader():
        load(tmp_path, bulk_files())
        adams = Organization.objects.filter(source_key="s1")
        adams.update(closed_on=date(2026, 6, 30), short_name="Adams", address="1 Main Street")
        Student.objects.filter(source_key="u4").update(exit_code="33", left_on=date(2026, 1, 9))
        files = changed(bulk_files(), "orgs.csv", "Adams School", "Adams High School")
        files = changed(files, "users.csv", "Dee,Day", "Deirdre,Day")
        load(tmp_path, files, AT + timedelta(days=1))
        assert adams.values_list("name", "short_name", "address", "closed_on").get() == (
            "Adams High School", "Adams", "1 Main Street", date(2026, 6, 30),
        )  # fmt: skip
        dee = Student.objects.get(source_key="u4")
        assert (dee.given_name, dee.exit_code, dee.left_on) == ("Deirdre", "33", date(2026, 1, 9))


def test_what_people_wrote_over_a_feed_s_column_is_the_feed_s_again_the_next_night(
    tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load(tmp_path, bulk_files())
        Section.objects.update(location="Room 9")
        Person.objects.filter(source_key="u2").update(given_name="Rob", email="rob@x.example")
        load(tmp_path, changed(bulk_files(), "manifest.csv", "Lakeside", "L"), AT + timedelta(1))
        assert Section.objects.get().location == "Room 1"
        bob = Person.objects.get(source_key="u2")
        assert (bob.given_name, bob.email) == ("Bob", "b@x.example")


def test_a_blank_leaves_what_people_know_only_where_that_is_declared(
    tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load(tmp_path, bulk_files())
        Guardian.objects.update(email="cy@home.example")
        Section.objects.update(subjects="Math")
        load(tmp_path, changed(bulk_files(), "manifest.csv", "Lakeside", "L"), AT + timedelta(1))
        assert ("email?" in FEED_OWNED["guardian"], "subjects" in FEED_OWNED["section"]) == (
            True, True,
        )  # fmt: skip
        assert Guardian.objects.get().email == "cy@home.example"
        assert Section.objects.get().subjects == ""


CHAINS = {"student": {"grade"}}  # the grade of a student with a chain is the chain's


@pytest.mark.parametrize("target", sorted(MERGES))
def test_a_row_is_noted_when_others_change_a_column_that_a_feed_owns(target: str, db: None) -> None:
    merge = MERGES[target]
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_get_triggerdef(oid) from pg_trigger"
            " where tgrelid = %s::regclass and tgname = 'note_touched'",
            [merge.table],
        )
        found = [set(re.findall(r"old\.(\w+)", text)) for (text,) in cursor.fetchall()]
    owned = {word.rstrip("?") for word in FEED_OWNED[target]} - CHAINS.get(target, set())
    assert found == ([] if merge.has_own_keys else [owned | {"changed_at"}])


def test_only_what_others_write_in_a_column_of_the_feed_is_noted(
    tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load(tmp_path, bulk_files())
        load(tmp_path, changed(bulk_files(), "users.csv", "Dee,Day", "Di,Day"), AT + timedelta(1))
        Student.objects.filter(source_key="u4").update(exit_code="33")
        assert not TouchedRow.objects.exists()
        Student.objects.filter(source_key="u1").update(given_name="An")
        touched = TouchedRow.objects.values_list("table_name", "source", "source_key")
        assert list(touched) == [("roster_student", "sis", "u1")]
        load(tmp_path, changed(bulk_files(), "orgs.csv", "Lakeside", "L"), AT + timedelta(2))
        assert not TouchedRow.objects.exists()
        assert Student.objects.get(source_key="u1").given_name == "Ann"
