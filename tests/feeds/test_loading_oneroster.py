"""A OneRoster package reaches sessions, people, roles, courses, sections and demographics."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bascule.directory.models import AcademicSession, Organization, Person
from bascule.feeds.actions import Report, load_package
from bascule.feeds.models import FileRun, Quarantine
from bascule.kernel.actor import NIGHTLY
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
from tests.feeds.standards.oneroster_samples import bulk_files, changed, delta_files, zipped

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loader = Callable[[], AbstractContextManager[None]]
AT = datetime(2026, 2, 2, 11, tzinfo=UTC)
LATER = AT + timedelta(days=1)


def load(folder: Path, files: dict[str, bytes], at: datetime = AT, **options: object) -> Report:
    path = zipped(folder, files, f"{at:%d%H%M%S}.zip")
    return load_package(NIGHTLY, path=path, at=at, **options)  # type: ignore[arg-type]


def without(files: dict[str, bytes], file: str, *starts: str) -> dict[str, bytes]:
    """Return the files without the rows of one that begin so; fails where there is none."""
    lines = files[file].decode().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(starts)]
    assert len(kept) == len(lines) - len(starts)
    return {**files, file: "".join(kept).encode()}


def keys(model, **where: object) -> set[str]:  # type: ignore[no-untyped-def]
    return set(model.objects.filter(**where).values_list("source_key", flat=True))


def test_a_bulk_package_reaches_every_table(tmp_path: Path, as_loader: Loader) -> None:
    with as_loader():
        report = load(tmp_path, bulk_files())
        assert (report.outcome, report.reasons) == (FileRun.Outcome.LOADED, [])
        new = {name: counts["new"] for name, counts in report.files.items() if "new" in counts}
        assert new == {
            "academicSessions.csv": 2, "orgs.csv": 4, "courses.csv": 1, "classes.csv": 1,
            "users.csv": 4, "roles.csv": 5, "enrollments.csv": 2, "demographics.csv": 1,
        }  # fmt: skip
        fall = AcademicSession.objects.get(source_key="t1")
        assert (fall.kind, fall.school_year, fall.ends_on, fall.parent and fall.parent.title) == (
            "semester", 2026, date(2026, 1, 16), "2025-2026",
        )  # fmt: skip
        assert Organization.objects.get(source_key="n1").identifier == "N1"
        assert set(Student.objects.values_list("number", "given_name", "family_name")) == {
            ("A1", "Ann", "Ñandú"), ("u4", "Dee", "Day"),
        }  # fmt: skip
        assert keys(Person, source="sis") == {"u2"}
        assert keys(Guardian) == {"u3"}
        link = Guardianship.objects.get()
        assert (link.student.number, link.guardian.phone, link.relation) == (
            "A1", "", "parent",
        )  # fmt: skip
        assert link.guardian.sms == "555-0100"


def test_classes_roles_and_places_in_classes_are_kept(tmp_path: Path, as_loader: Loader) -> None:
    with as_loader():
        load(tmp_path, bulk_files())
        course = Course.objects.get()
        assert (course.code, course.grades, course.subjects, course.organization.source_key) == (
            "ALG", "09,10", "Math,Stem", "d1",
        )  # fmt: skip
        section = Section.objects.get()
        assert (section.course, section.school.source_key, section.session_keys) == (
            course, "s1", "t1,y26",
        )  # fmt: skip
        assert set(
            SectionEnrollment.objects.values_list(
                "source_key", "student__source_key", "person__source_key", "is_primary", "ends_on"
            )
        ) == {
            ("e1", "u1", None, None, date(2026, 1, 16)), ("e2", None, "u2", True, None),
        }  # fmt: skip
        roles = SchoolRole.objects.values_list(
            "role", "student__source_key", "person__source_key", "guardian__source_key",
            "organization__source_key", "is_primary",
        )  # fmt: skip
        assert set(roles) == {
            ("student", "u1", None, None, "s1", True), ("student", "u4", None, None, "s2", True),
            ("teacher", None, "u2", None, "s1", True), ("parent", None, None, "u3", "s1", True),
            ("ext:networkChief", None, "u2", None, "n1", False),
        }  # fmt: skip


def test_demographics_keep_what_is_not_reported_apart_from_false(
    tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load(tmp_path, bulk_files())
        [row] = Demographics.objects.all()
        assert (row.is_black, row.is_hispanic, row.is_asian, row.birth_city) == (
            True, False, None, "Chicago, IL",
        )  # fmt: skip
        ann = Student.objects.get(source_key="u1")
        assert (ann.birth_on, ann.gender) == (date(2011, 3, 1), "female")


def test_passwords_are_kept_nowhere(tmp_path: Path, as_loader: Loader) -> None:
    with as_loader():
        load(tmp_path, bulk_files())
        assert "secret" not in str(list(Person.objects.values()))
        assert Person.objects.get(source_key="u2").also_reported == {
            "username": "bob", "identifier": "T1", "primary_org_key": "s1",
        }  # fmt: skip


def test_the_same_records_again_are_all_unchanged_and_nothing_is_written(
    tmp_path: Path, as_loader: Loader
) -> None:
    models = (AcademicSession, Organization, Person, Student, Guardian, Guardianship, Course,
              Section, SectionEnrollment, SchoolRole, Demographics)  # fmt: skip
    with as_loader():
        load(tmp_path, bulk_files())
        before = [list(model.objects.order_by("id").values()) for model in models]  # type: ignore[attr-defined]
        report = load(tmp_path, changed(bulk_files(), "manifest.csv", "Lakeside", "L"), LATER)
        assert report.outcome == FileRun.Outcome.LOADED
        changes = {
            (name, kind)
            for name, counts in report.files.items()
            for kind in ("new", "changed", "ended", "rejected")
            if counts.get(kind)
        }
        assert changes == set()
        assert [list(model.objects.order_by("id").values()) for model in models] == before  # type: ignore[attr-defined]


def test_only_changed_rows_are_written(tmp_path: Path, as_loader: Loader) -> None:
    with as_loader():
        load(tmp_path, bulk_files())
        files = changed(bulk_files(), "users.csv", "Dee,Day", "Deirdre,Day")
        files = changed(files, "classes.csv", "Room 1", "Room 2")
        report = load(tmp_path, files, LATER)
        assert {name: counts["changed"] for name, counts in report.files.items()
                if counts.get("changed")} == {"users.csv": 1, "classes.csv": 1}  # fmt: skip
        assert keys(Student, changed_at=LATER) == {"u4"}
        assert Student.objects.get(source_key="u4").sort_name.startswith("day")
        assert Section.objects.get().location == "Room 2"
        assert keys(SectionEnrollment, changed_at=LATER) == set()


def test_rows_end_and_come_back_under_the_same_id(tmp_path: Path, as_loader: Loader) -> None:
    with as_loader():
        load(tmp_path, bulk_files())
        ids = dict(SectionEnrollment.objects.values_list("source_key", "id"))
        fewer = without(bulk_files(), "enrollments.csv", "e1")
        fewer = without(fewer, "roles.csv", "r5")
        report = load(tmp_path, fewer, LATER)
        assert report.files["enrollments.csv"]["ended"] == 1
        assert keys(SectionEnrollment, ended_at=LATER) == {"e1"}
        assert keys(SchoolRole, ended_at=LATER) == {"r5"}
        load(tmp_path, bulk_files(), LATER + timedelta(days=1))
        assert not SectionEnrollment.objects.filter(ended_at__isnull=False).exists()
        assert dict(SectionEnrollment.objects.values_list("source_key", "id")) == ids


def test_a_delta_ends_only_what_it_deletes(tmp_path: Path, as_loader: Loader) -> None:
    with as_loader():
        load(tmp_path, bulk_files())
        files = changed(delta_files(), "enrollments.csv", "e1,active", "e1,tobedeleted")
        files = without(files, "roles.csv", "r2", "r3", "r5")
        report = load(tmp_path, files, LATER)
        assert report.outcome == FileRun.Outcome.LOADED
        assert keys(SectionEnrollment, ended_at=LATER) == {"e1"}
        assert not SchoolRole.objects.filter(ended_at__isnull=False).exists()


def test_a_person_whose_role_is_not_in_the_delta_is_updated_as_what_we_know_them(
    tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load(tmp_path, bulk_files())
        files = changed(delta_files(), "users.csv", ",Ann,", ",Anne,")
        files = changed(files, "users.csv", ",Bob,", ",Robert,")
        files = {
            name: body for name, body in files.items() if name in ("manifest.csv", "users.csv")
        }
        manifest = files["manifest.csv"].decode()
        for name in ("academicSessions", "orgs", "courses", "classes", "roles", "enrollments",
                     "demographics", "userProfiles"):  # fmt: skip
            manifest = manifest.replace(f"file.{name},delta", f"file.{name},absent")
        load(tmp_path, {**files, "manifest.csv": manifest.encode()}, LATER)
        assert Student.objects.get(source_key="u1").given_name == "Anne"
        assert Person.objects.get(source_key="u2").given_name == "Robert"
        assert Person.objects.filter(source="sis").count() == 1
        assert not Quarantine.objects.exists()


def test_a_row_that_names_nothing_we_know_waits_and_the_others_load(
    tmp_path: Path, as_loader: Loader
) -> None:
    files = {name: body for name, body in delta_files().items() if name != "orgs.csv"}
    files = changed(files, "manifest.csv", "file.orgs,delta", "file.orgs,absent")
    with as_loader():
        report = load(tmp_path, files)
        assert report.outcome == FileRun.Outcome.LOADED
        found = Quarantine.objects.values_list("file", "line", "column", "code", "key")
        assert set(found) == {
            ("courses.csv", 2, "orgSourcedId", "unknown-organization", "c1"),
            ("classes.csv", 2, "courseSourcedId", "unknown-course", "k1"),
            ("enrollments.csv", 2, "classSourcedId", "unknown-section", "e1"),
            ("enrollments.csv", 3, "classSourcedId", "unknown-section", "e2"),
            *(("roles.csv", line, "orgSourcedId", "unknown-organization", f"r{line - 1}")
              for line in range(2, 7)),
        }  # fmt: skip
        assert keys(Student) == {"u1", "u4"}


def test_what_waits_in_quarantine_counts_as_seen(tmp_path: Path, as_loader: Loader) -> None:
    with as_loader():
        load(tmp_path, bulk_files())
        files = changed(bulk_files(), "users.csv", "Dee,Day", f"{'D' * 300},Day")
        files = changed(files, "enrollments.csv", "2026-01-17", "2026-13-17")
        report = load(tmp_path, files, LATER)
        assert report.outcome == FileRun.Outcome.LOADED
        assert set(Quarantine.objects.values_list("file", "code")) == {
            ("users.csv", "too-long"), ("enrollments.csv", "invalid-date"),
        }  # fmt: skip
        assert keys(Student, ended_at__isnull=False) == set()
        assert keys(SectionEnrollment, ended_at__isnull=False) == set()
        assert Student.objects.get(source_key="u4").given_name == "Dee"


def test_either_side_may_name_the_other_and_there_is_one_link(
    tmp_path: Path, as_loader: Loader
) -> None:
    files = changed(bulk_files(), "users.csv", "Ñandú,,,,555-0100,,,", "Ñandú,,,,555-0100,,u1,")
    with as_loader():
        load(tmp_path, files)
        assert keys(Guardianship) == {"u1|u3"}
        one_sided = changed(files, "users.csv", "A1,,,,u3,09", "A1,,,,,09")
        load(tmp_path, one_sided, LATER)
        assert keys(Guardianship, ended_at__isnull=True) == {"u1|u3"}


def crowd(files: dict[str, bytes], school: str, count: int) -> dict[str, bytes]:
    """Add students of a school to a package, with a role there."""
    names = [f"x{school}{number}" for number in range(count)]
    users = "".join(f"{n},,,true,{n},,X,Y{n},,,,,,,09,,,,,,{school},\n" for n in names)
    roles = "".join(f"r{n},,,{n},primary,student,2025-08-18,,{school},\n" for n in names)
    return {
        **files,
        "users.csv": files["users.csv"] + users.encode(),
        "roles.csv": files["roles.csv"] + roles.encode(),
    }


def brakes(report: Report) -> set[str]:
    return {each.message.split(". If")[0] for each in report.reasons if each.code == "mass-change"}


def test_a_package_that_cuts_off_more_than_a_tenth_is_held(
    tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load(tmp_path, crowd(bulk_files(), "s2", 20))
        report = load(tmp_path, bulk_files(), LATER)
        assert report.outcome == FileRun.Outcome.HELD
        assert brakes(report) == {
            "Students: 20 of 22 would end",
            "School roles: 20 of 25 would end",
            "Baker School: 20 of 21 school roles would end",
        }
        assert Student.objects.filter(ended_at__isnull=False).count() == 0
        allowed = load(tmp_path, bulk_files(), LATER, allow=["student", "school_role"])
        assert allowed.outcome == FileRun.Outcome.LOADED
        assert Student.objects.filter(ended_at=LATER).count() == 20


def test_a_school_that_loses_more_than_a_tenth_is_held_where_the_file_is_not(
    tmp_path: Path, as_loader: Loader
) -> None:
    large = crowd(bulk_files(), "s1", 130)
    with as_loader():
        load(tmp_path, crowd(large, "s2", 11))
        report = load(tmp_path, large, LATER)
        assert brakes(report) == {"Baker School: 11 of 12 school roles would end"}
        assert load(tmp_path, large, LATER, allow=["s1"]).outcome == FileRun.Outcome.HELD
        assert load(tmp_path, large, LATER, allow=["s2"]).outcome == FileRun.Outcome.LOADED
        assert SchoolRole.objects.filter(ended_at=LATER).count() == 11


def test_what_has_run_out_by_itself_does_not_pull_the_brake(
    tmp_path: Path, as_loader: Loader
) -> None:
    over = crowd(bulk_files(), "s2", 20)
    over["roles.csv"] = over["roles.csv"].replace(b"2025-08-18,,s2", b"2025-08-18,2026-01-09,s2")
    users_alone = {**over, "roles.csv": bulk_files()["roles.csv"]}
    with as_loader():
        load(tmp_path, over)
        report = load(tmp_path, users_alone, LATER)
        assert brakes(report) == set()
        assert report.files["roles.csv"]["ended"] == 20


def test_a_1_1_package_brings_its_roles_in_the_users_file(
    tmp_path: Path, as_loader: Loader, shared: Path
) -> None:
    [found] = (shared / "data/standards/oneroster").rglob("Test_minimal_data_set.zip")
    with as_loader():
        report = load_package(NIGHTLY, path=found, at=AT)
        assert report.outcome == FileRun.Outcome.LOADED
        assert SchoolRole.objects.count() > 0
        assert set(SchoolRole.objects.values_list("role", flat=True)) <= {
            "student", "teacher", "administrator", "aide", "guardian", "parent", "relative",
            "proctor",
        }  # fmt: skip


def test_a_row_that_is_not_utf_8_waits_as_it_can_be_read(tmp_path: Path, as_loader: Loader) -> None:
    files = bulk_files()
    files["users.csv"] = files["users.csv"].replace("Ann,Ñandú".encode(), b"Ann,\xd1and\xfa")
    with as_loader():
        report = load(tmp_path, files)
        assert report.outcome == FileRun.Outcome.LOADED
        row = Quarantine.objects.get(file="users.csv", code="not-utf-8")
        assert (row.key, "\ufffdand\ufffd" in row.cells) == ("u1", True)
        assert keys(Student) == {"u4"}
