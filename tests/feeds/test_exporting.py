"""What is held goes out as OneRoster, and coming back it changes nothing."""

import csv
import io
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from bascule.directory.models import AcademicSession, Organization, Person
from bascule.feeds.actions import Report, load_package
from bascule.feeds.exporting import export_package
from bascule.feeds.standards.oneroster import STANDARD
from bascule.kernel.actor import NIGHTLY
from bascule.kernel.refusal import Refusal
from bascule.ops.generator import generate_district
from bascule.roster.models import (
    Course,
    Demographics,
    Guardian,
    Guardianship,
    SchoolRole,
    Section,
    SectionEnrollment,
    Student,
)
from tests.databases import as_role
from tests.feeds.standards.oneroster_samples import bulk_files, changed, encoded, zipped

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loader = Callable[[], AbstractContextManager[None]]
AT = datetime(2026, 2, 2, 11, tzinfo=UTC)
DAY = timedelta(days=1)
TABLES = (
    AcademicSession, Organization, Person, Student, Guardian, Guardianship, Course, Section,
    SectionEnrollment, SchoolRole, Demographics,
)  # fmt: skip


def state() -> list[list[dict[str, object]]]:
    """Every row of every table that OneRoster reaches, with ids and instants, without digests."""
    columns = {
        model: [each.attname for each in model._meta.concrete_fields if each.name != "row_digest"]
        for model in TABLES
    }
    return [
        list(model.objects.order_by("id").values(*columns[model]))  # type: ignore[attr-defined]
        for model in TABLES
    ]


def changes(report: Report) -> set[tuple[str, str]]:
    return {
        (name, kind)
        for name, counts in report.files.items()
        for kind in ("new", "changed", "ended", "rejected")
        if counts.get(kind)
    }


def rows(package: Path, name: str) -> list[dict[str, str]]:
    """Read one file of a package."""
    with zipfile.ZipFile(package) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode())))


def tell_planner() -> None:
    """Tell the planner of the rows, as autovacuum does a minute after a load was committed."""
    with as_role("owner"), connection.cursor() as cursor:
        cursor.execute(f"analyze {', '.join(model._meta.db_table for model in TABLES)}")


def load(path: Path, at: datetime = AT, **options: object) -> Report:
    return load_package(NIGHTLY, path=path, at=at, **options)  # type: ignore[arg-type]


def test_a_generated_district_comes_back_without_a_change(
    tmp_path: Path, as_loader: Loader
) -> None:
    send_and_load_again(tmp_path, as_loader, students=1_000)


def send_and_load_again(folder: Path, as_loader: Loader, *, students: int) -> None:
    """Load a generated district, export it and load that: it must change no row."""
    generate_district(folder, students=students, years=2, seed=11, as_of=date(2026, 11, 20))
    with as_loader():
        load(folder / "schools.csv")
        loaded = load(folder / "oneroster.zip")
        assert not [reason for reason in loaded.reasons if reason.severity == "error"]
        before = state()
    tell_planner()
    with as_loader():
        done = export_package(NIGHTLY, path=folder / "out.zip")
        assert STANDARD.open(done.path, strict=True).check().verdict == "accept"
        read = {name.removesuffix(".csv"): file["read"] for name, file in loaded.files.items()}
        assert {**done.rows, "orgs": 0} == {**read, "orgs": 0}
        again = load(done.path, AT + DAY, strict=True)
        assert (again.verdict, changes(again)) == ("accept", set())
        assert state() == before


def test_what_is_odd_and_valid_comes_back_as_it_was(tmp_path: Path, as_loader: Loader) -> None:
    files = changed(bulk_files(), "users.csv", ",Ann,Ñandú,", ',"Ann ""A."" =1+1","O\'Ñandú, Jr.",')
    files = changed(files, "classes.csv", "Room 1", "@Room – 1")
    files = changed(files, "orgs.csv", "Network 1,local", "Network 1,ext:network")
    files["orgs.csv"] += encoded(["x1,,,Office,department,,d1", "x2,,,Partner,ext:partner,,"])
    files["academicSessions.csv"] += encoded(
        ["o1,,,One day,ext:intersession,2025-12-01,2025-12-02,y26,2026"]
    )
    files["users.csv"] += encoded(["u9,,,false,u9,,Noa,Nil,,,,,,,,,,,,,,"])
    files["roles.csv"] += encoded(["r9,,,u9,secondary,ext:clerk,,2025-09-01,s2,"])
    with as_loader():
        assert changes(load(zipped(tmp_path, files))) == {
            (name, "new") for name in map("{}.csv".format, (
                "academicSessions", "orgs", "courses", "classes", "users", "roles",
                "enrollments", "demographics"))
        }  # fmt: skip
        before = state()
        done = export_package(NIGHTLY, path=tmp_path / "out.zip")
        assert changes(load(done.path, AT + DAY, strict=True)) == set()
        assert state() == before
        for name in ("users", "roles", "enrollments", "classes", "demographics"):
            sent = {row["sourcedId"]: row for row in rows(tmp_path / "package.zip", name)}
            for row in sent.values():
                row.pop("password", None), row.pop("userProfileSourcedId", None)
            held = {row["sourcedId"]: row for row in rows(done.path, name)}
            for row in held.values():
                row.pop("password", None), row.pop("userProfileSourcedId", None)
            assert held == sent


def test_a_delta_holds_what_changed_and_what_ended_since(tmp_path: Path, as_loader: Loader) -> None:
    with as_loader():
        load(zipped(tmp_path, bulk_files()))
        files = changed(bulk_files(), "users.csv", "Dee,Day", "Deirdre,Day")
        files = changed(files, "roles.csv", "r5,,,u2,secondary,ext:networkChief,,,n1,\n", "")
        load(zipped(tmp_path, files, "second.zip"), AT + DAY)
        done = export_package(NIGHTLY, path=tmp_path / "delta.zip", since=AT, at=AT + 2 * DAY)
        assert done.rows == {"users": 1, "roles": 1}
        [user], [role] = rows(done.path, "users"), rows(done.path, "roles")
        assert (user["sourcedId"], user["status"], user["givenName"]) == ("u4", "active", "Deirdre")
        assert (role["sourcedId"], role["status"], role["dateLastModified"]) == (
            "r5", "tobedeleted", "2026-02-04T11:00:00.000Z",
        )  # fmt: skip
        assert STANDARD.open(done.path, strict=True).check().verdict == "accept"


def test_a_delta_brings_another_copy_to_the_same_state(tmp_path: Path, as_loader: Loader) -> None:
    with as_loader():
        load(zipped(tmp_path, bulk_files()))
        first = export_package(NIGHTLY, path=tmp_path / "first.zip")
        files = changed(bulk_files(), "users.csv", "A1,,,,u3,09", "A1,,,,,09")
        files = changed(files, "enrollments.csv", "e1,,,", "e7,,,")
        load(zipped(tmp_path, files, "second.zip"), AT + DAY)
        delta = export_package(NIGHTLY, path=tmp_path / "delta.zip", since=AT, at=AT + DAY)
        whole = export_package(NIGHTLY, path=tmp_path / "whole.zip")
        load(first.path, AT + 2 * DAY)
        load(delta.path, AT + 3 * DAY)
        assert changes(load(whole.path, AT + 4 * DAY)) <= {("users.csv", "changed")}


def test_with_no_change_a_delta_is_a_manifest_alone(tmp_path: Path, as_loader: Loader) -> None:
    with as_loader():
        load(zipped(tmp_path, bulk_files()))
        done = export_package(NIGHTLY, path=tmp_path / "delta.zip", since=AT, at=AT + DAY)
        assert (done.rows, zipfile.ZipFile(done.path).namelist()) == ({}, ["manifest.csv"])


def test_a_folder_takes_the_files_unpacked_and_none_is_overwritten(
    tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load(zipped(tmp_path, bulk_files()))
        folder = tmp_path / "out"
        export_package(NIGHTLY, path=folder)
        assert {path.name for path in folder.iterdir()} == {
            "manifest.csv", "academicSessions.csv", "orgs.csv", "courses.csv", "classes.csv",
            "users.csv", "roles.csv", "enrollments.csv", "demographics.csv",
        }  # fmt: skip
        assert changes(load(folder, AT + DAY, strict=True)) == set()
        with pytest.raises(Refusal, match="holds files already"):
            export_package(NIGHTLY, path=folder)


def test_a_student_of_whom_only_enrollments_speak_is_not_given_a_name(
    tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load(zipped(tmp_path, bulk_files()))
        Student.objects.create(number="77", source="sis", source_key="77")
        Student.objects.create(number="78", source="other", source_key="78", family_name="Far")
        done = export_package(NIGHTLY, path=tmp_path / "out.zip")
        assert {row["sourcedId"] for row in rows(done.path, "users")} == {"u1", "u2", "u3", "u4"}
        assert changes(load(done.path, AT + DAY)) == set()
