"""Ed-Fi interchanges end to end: organizations, students, claims and attendance in the roster."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from bascule.directory.models import Membership, Organization
from bascule.feeds.actions import load_package
from bascule.feeds.models import FileRun, Quarantine
from bascule.feeds.reading import Row, rows_of
from bascule.feeds.standards import recognize
from bascule.feeds.standards.edfi.writing import write_attendance, write_enrollments
from bascule.kernel.actor import NIGHTLY
from bascule.ops.generator import generate_district
from bascule.roster.models import AttendanceEvent, Course, EnrollmentClaim, Stint, Student
from tests.feeds.standards.oneroster_samples import bulk_files, zipped
from tests.feeds.standards.test_edfi import grand_bend, schema, written

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loader = Callable[[], AbstractContextManager[None]]
AT = datetime(2026, 11, 20, 11, tzinfo=UTC)
OURS = "uri://district.example"


def test_grand_bend_reaches_the_roster_with_the_counts_of_the_xml(as_loader: Loader) -> None:
    organizations, students = grand_bend("EducationOrganization.xml"), grand_bend("Student.xml")
    records = Counter(etree.QName(each).localname for each in etree.parse(organizations).getroot())
    with as_loader():
        before = Counter(Organization.objects.values_list("kind", flat=True))
        for path in (organizations, students):
            report = load_package(NIGHTLY, path=path, at=AT, strict=True)
            assert (report.verdict, report.outcome) == ("accept", FileRun.Outcome.LOADED)
        assert not Quarantine.objects.exists()
        after = Counter(Organization.objects.values_list("kind", flat=True))
        assert after - before == {
            "school": records["School"],
            "district": records["LocalEducationAgency"],
            "network": records["EducationServiceCenter"],
            "office": sum(records[kind] for kind in (
                "OrganizationDepartment", "CommunityOrganization", "CommunityProvider",
                "PostSecondaryInstitution")),
        }  # fmt: skip
        assert Course.objects.count() == records["Course"] == 84
        assert Student.objects.count() == 960
        high = Organization.objects.get(source_key="255901001")
        assert Membership.objects.get(member=high).parent.source_key == "255901"
        ty = Student.objects.get(source_key="604821")
        assert (ty.family_name, ty.preferred_given_name, ty.state_id) == ("Dyer", "Ty", "604821")


def test_the_same_interchange_again_changes_nothing(as_loader: Loader) -> None:
    with as_loader():
        load_package(NIGHTLY, path=grand_bend("Student.xml"), at=AT)
        FileRun.objects.all().delete()
        report = load_package(NIGHTLY, path=grand_bend("Student.xml"), at=AT + timedelta(days=1))
        counts = report.files["Student.xml"]
        assert {
            kind: counts[kind] for kind in ("new", "changed", "ended", "rejected")
        } == dict.fromkeys(("new", "changed", "ended", "rejected"), 0)


def chains() -> list[tuple[object, ...]]:
    rows = Stint.objects.order_by("student__source_key", "starts_on")
    return list(
        rows.values_list("student__source_key", "school__source_key", "starts_on", "ends_on",
                         "entry_code", "exit_code", "grade")
    )  # fmt: skip


def rows(path: Path, target: str) -> list[Row]:
    found = rows_of(recognize(path).open(path))
    return [row for row in found if isinstance(row, Row) and row.target == target]


def test_a_generated_district_is_the_same_through_ed_fi_as_through_its_own_files(
    tmp_path: Path, as_loader: Loader
) -> None:
    generate_district(tmp_path, students=300, years=2, seed=5, as_of=date(2026, 11, 20))
    events, enrollments = tmp_path / "StudentAttendance.xml", tmp_path / "StudentEnrollment.xml"
    claims = rows(tmp_path / "enrollment_events.csv", "enrollment_claim")
    absences = rows(tmp_path / "attendance_events.csv", "attendance_event")
    write_enrollments(enrollments, claims, namespace=OURS)
    write_attendance(events, absences)
    for path in (enrollments, events):
        schema(path.stem).assertValid(etree.parse(path))
    with as_loader():
        load_package(NIGHTLY, path=tmp_path / "schools.csv", at=AT)
        report = load_package(NIGHTLY, path=enrollments, at=AT, strict=True)
        assert [reason.code for reason in report.reasons] == ["unknown-school"]  # as planted
        assert (report.verdict, report.files[enrollments.name]["new"]) == (
            "accept",
            len(claims) - 1,
        )
        through_edfi = chains()
        assert len(through_edfi) > 300
        report = load_package(NIGHTLY, path=events, at=AT, strict=True)
        kept = AttendanceEvent.objects.count()
        assert (report.verdict, report.files[events.name]["new"]) == ("accept", kept)
        assert 0 < kept <= len(absences)
        own = load_package(NIGHTLY, path=tmp_path / "enrollment_events.csv", at=AT)
        assert own.files["enrollment_events.csv"].get("new", 0) == 0
        assert chains() == through_edfi
        days = load_package(NIGHTLY, path=tmp_path / "attendance_events.csv", at=AT)
        assert days.files["attendance_events.csv"]["new"] == 0
        assert AttendanceEvent.objects.filter(ended_at__isnull=True).count() == kept


ASSOCIATION = """
<StudentSchoolAssociation>
  <StudentReference><StudentIdentity><StudentUniqueId>{student}</StudentUniqueId></StudentIdentity></StudentReference>
  <SchoolReference><SchoolIdentity><SchoolId>{school}</SchoolId></SchoolIdentity></SchoolReference>
  <EntryDate>{entry}</EntryDate>
  <EntryGradeLevel>uri://ed-fi.org/GradeLevelDescriptor#Ninth grade</EntryGradeLevel>
</StudentSchoolAssociation>
"""


def test_an_association_with_an_unknown_school_waits_and_the_others_become_claims(
    tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        Organization.objects.create(source="sis", source_key="100", kind="school", name="Adams")
        records = "".join(
            ASSOCIATION.format(student=student, school=school, entry="2026-08-24")
            for student, school in (("1", "100"), ("2", "999"), ("3", "100"))
        )
        report = load_package(NIGHTLY, path=written(tmp_path, "StudentEnrollment", records), at=AT)
        assert report.files["file.xml"]["rejected"] == 1
        assert list(Quarantine.objects.values_list("code", "key")) == [
            ("unknown-school", "2|999|2026-08-24")
        ]
        claims = EnrollmentClaim.objects.order_by("source_key")
        assert list(claims.values_list("student__number", "starts_on", "grade")) == [
            ("1", date(2026, 8, 24), "09"), ("3", date(2026, 8, 24), "09"),
        ]  # fmt: skip


@pytest.mark.parametrize("name", ["StaffAssociation", "StudentDiscipline", "StudentIntervention"])
def test_other_interchanges_are_refused_by_name_and_change_nothing(
    name: str, as_loader: Loader
) -> None:
    with as_loader():
        report = load_package(NIGHTLY, path=grand_bend(f"{name}.xml"), at=AT)
        assert (report.verdict, report.outcome) == ("reject", FileRun.Outcome.REFUSED)
        [reason] = [each for each in report.reasons if each.code == "interchange-not-read"]
        assert name in reason.message
        assert not Student.objects.exists()


STUDENT = """
<Student>
  <StudentUniqueId>u1</StudentUniqueId>
  <Name><FirstName>Anna</FirstName><LastSurname>Ñandú</LastSurname></Name>
  <BirthData><BirthDate>2011-03-02</BirthDate></BirthData>
</Student>
"""


def test_ed_fi_leaves_oneroster_s_word_and_fills_what_it_does_not_say(
    tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load_package(NIGHTLY, path=zipped(tmp_path, bulk_files()), at=AT)
        load_package(NIGHTLY, path=written(tmp_path, "Student", STUDENT), at=AT)
        ann = Student.objects.select_related("demographics").get(source_key="u1")
        assert (ann.given_name, ann.birth_on, ann.number, ann.gender, ann.grade) == (
            "Ann", date(2011, 3, 1), "A1", "female", "09",
        )  # fmt: skip
        assert ann.also_reported["username"] == "ann@x.example"
        assert (ann.demographics.is_black, ann.demographics.birth_city) == (True, "Chicago, IL")
        load_package(NIGHTLY, path=written(tmp_path, "Student", STUDENT.replace("u1", "u4")), at=AT)
        dee = Student.objects.get(source_key="u4")
        assert (dee.given_name, dee.birth_on) == ("Dee", date(2011, 3, 2))
        assert not Student.objects.filter(ended_at__isnull=False).exists()


def test_ed_fi_corrects_whom_it_alone_reports(tmp_path: Path, as_loader: Loader) -> None:
    with as_loader():
        load_package(NIGHTLY, path=zipped(tmp_path, bulk_files()), at=AT)
        for name in ("Anna", "Anja"):
            body = STUDENT.replace("u1", "u77").replace("Anna", name)
            load_package(NIGHTLY, path=written(tmp_path, "Student", body), at=AT)
        assert Student.objects.get(source_key="u77").given_name == "Anja"
