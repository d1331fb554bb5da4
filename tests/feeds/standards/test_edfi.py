"""Ed-Fi interchanges: Grand Bend's counts, what is refused, and files valid against the XSD."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from bascule.feeds.reading import Rejected, Row, rows_of
from bascule.feeds.standards import recognize
from bascule.feeds.standards.edfi import STANDARD
from bascule.feeds.standards.edfi.descriptors import (
    ABSENCES,
    ENTRY_READ,
    EXIT_READ,
    GRADES,
    entry_descriptor,
    exit_descriptor,
    read_code,
)
from bascule.feeds.standards.edfi.writing import (
    UnwritableRowError,
    school_year_name,
    write_attendance,
    write_enrollments,
)
from bascule.roster.codes import ENTRY_CODES, EXIT_CODES

EDFI = Path(__file__).parents[3] / "../shared/data/standards/edfi"
OURS = "uri://district.example"


def grand_bend(name: str) -> Path:
    path = EDFI / "grand-bend" / name
    if not path.is_file():
        pytest.skip(f"the Ed-Fi sample is not at {path}")
    return path


def schema(interchange: str) -> etree.XMLSchema:
    path = EDFI / "xsd" / f"Interchange-{interchange}.xsd"
    if not path.is_file():
        pytest.skip(f"Ed-Fi's schema is not at {path}")
    return etree.XMLSchema(etree.parse(path))


def written(folder: Path, interchange: str, records: str, name: str = "file.xml") -> Path:
    path = folder / name
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Interchange{interchange} '
        f'xmlns="http://ed-fi.org/5.2.0">\n{records}\n</Interchange{interchange}>\n',
        encoding="utf-8",
    )
    return path


def loaded(path: Path, **options: object) -> Counter[str]:
    package = STANDARD.open(path, **options)
    assert package.check().verdict == "accept"
    return Counter(row.target for row in rows_of(package) if isinstance(row, Row))


def test_grand_bend_students_load_with_the_counts_of_the_xml() -> None:
    path = grand_bend("Student.xml")
    assert recognize(path) is STANDARD
    assert loaded(path, strict=True) == {"student": 960, "demographics": 960}
    assert STANDARD.open(path).files["Student.xml"].read == 960
    first = next(rows_of(STANDARD.open(path)))
    assert isinstance(first, Row)
    assert (first.key, first.line, first.values) == (
        "604821",
        3,
        {
            "given_name": "Tyrone",
            "family_name": "Dyer",
            "preferred_given_name": "Ty",
            "preferred_family_name": "Dye",
            "state_identifier": "604821",
        },
    )


def test_grand_bend_organizations_and_courses_load_with_the_counts_of_the_xml() -> None:
    path = grand_bend("EducationOrganization.xml")
    root = etree.parse(path).getroot()
    counts = Counter(etree.QName(record).localname for record in root)
    package = STANDARD.open(path, strict=True)
    rows = [row for row in rows_of(package) if isinstance(row, Row)]
    kinds = Counter(row.values["kind"] for row in rows if row.target == "organization")
    assert kinds == {
        "school": counts["School"],
        "district": counts["LocalEducationAgency"],
        "local": counts["EducationServiceCenter"],
        "department": counts["OrganizationDepartment"],
        "ext:communityOrganization": counts["CommunityOrganization"],
        "ext:communityProvider": counts["CommunityProvider"],
        "ext:postSecondaryInstitution": counts["PostSecondaryInstitution"],
    }
    assert sum(row.target == "course" for row in rows) == counts["Course"] == 84
    high = next(row.values for row in rows if row.key == "255901001")
    assert (high["parent_key"], high["grades"], high["governance"]) == (
        "255901",
        "09,10,11,12",
        "district",
    )
    left_out = {reason.column for reason in package.check().reasons}
    assert left_out == {
        "AccountabilityRating", "ClassPeriod", "CommunityProviderLicense", "Location", "Program",
    }  # fmt: skip


def test_a_folder_loads_what_is_referred_to_first() -> None:
    grand_bend("Student.xml")
    package = STANDARD.open(EDFI / "grand-bend")
    verdict = package.check()
    assert verdict.verdict == "reject"
    refused = [reason for reason in verdict.reasons if reason.severity == "error"]
    assert {(reason.file, reason.code) for reason in refused} == {
        ("StaffAssociation.xml", "interchange-not-read"),
        ("StudentDiscipline.xml", "interchange-not-read"),
        ("StudentIntervention.xml", "interchange-not-read"),
    }
    assert "The interchange StaffAssociation is not read" in refused[0].message
    assert list(package.files) == ["EducationOrganization.xml", "Student.xml"]


ASSOCIATION = """<StudentSchoolAssociation>
<StudentReference><StudentIdentity><StudentUniqueId>{student}</StudentUniqueId></StudentIdentity>
</StudentReference><SchoolReference>{school}</SchoolReference>
<EntryDate>{entry}</EntryDate>
<EntryGradeLevel>uri://ed-fi.org/GradeLevelDescriptor#Ninth grade</EntryGradeLevel>{more}
</StudentSchoolAssociation>"""
SCHOOL = "<SchoolIdentity><SchoolId>100</SchoolId></SchoolIdentity>"


def association(student="1", school=SCHOOL, entry="2025-08-18", more="") -> str:
    return ASSOCIATION.format(student=student, school=school, entry=entry, more=more)


def test_descriptors_become_local_codes_and_their_words_are_kept(tmp_path: Path) -> None:
    more = (
        "<EntryType>uri://ed-fi.org/EntryTypeDescriptor#Re-entry</EntryType>"
        "<ExitWithdrawDate>2025-10-01</ExitWithdrawDate>"
        "<ExitWithdrawType>uri://ed-fi.org/ExitWithdrawTypeDescriptor#Transferred"
        "</ExitWithdrawType>"
    )
    path = written(tmp_path, "StudentEnrollment", association(more=more))
    (row,) = rows_of(STANDARD.open(path))
    assert isinstance(row, Row)
    assert (row.target, row.key) == ("enrollment_claim", "1|100|2025-08-18")
    assert row.values == {
        "student_key": "1",
        "school_key": "100",
        "starts_on": "2025-08-18",
        "ends_on": "2025-10-01",
        "entry_code": "11",
        "entry_reason": "Re-entry",
        "exit_code": "33",
        "exit_reason": "Transferred",
        "grade": "09",
        "end_known": "true",
    }
    (exclusive,) = rows_of(STANDARD.open(path, options={"exit_dates": "exclusive"}))
    assert isinstance(exclusive, Row)
    assert exclusive.values["ends_on"] == "2025-09-30"


def test_a_record_that_cannot_be_mapped_is_kept_back_with_its_reason(tmp_path: Path) -> None:
    records = [
        association(),
        association(student="2", entry="8/18/2025"),
        association(student=""),
        association(student="4", school=""),
        association(student="5", more="<ExitWithdrawDate>2025-08-01</ExitWithdrawDate>"),
        association(student="6")
        .replace("<SchoolReference>", '<SchoolReference ref="X">')
        .replace(SCHOOL, ""),
    ]
    path = written(tmp_path, "StudentEnrollment", "\n".join(records))
    package = STANDARD.open(path)
    assert package.check().verdict == "accept"
    rows = list(rows_of(package))
    assert [row.key for row in rows if isinstance(row, Row)] == ["1|100|2025-08-18"]
    kept_back = [row for row in rows if isinstance(row, Rejected)]
    assert [(row.reasons[0].column, row.reasons[0].code) for row in kept_back] == [
        ("EntryDate", "invalid-date"),
        ("StudentUniqueId", "missing-value"),
        ("SchoolReference", "missing-value"),
        ("ExitWithdrawDate", "end-before-start"),
        ("SchoolReference", "missing-record"),
    ]
    assert [row.line for row in kept_back] == [9, 15, 21, 27, 33]
    assert [row.key for row in kept_back] == ["2|", None, "4|", "5|", "6|"]
    assert STANDARD.open(path, strict=True).check().verdict == "reject"


def test_references_by_xml_id_resolve_across_the_files_of_a_folder(tmp_path: Path) -> None:
    written(
        tmp_path,
        "EducationOrganization",
        '<School id="S1"><NameOfInstitution>Adams</NameOfInstitution><SchoolId>100</SchoolId>'
        "</School>",
        "b.xml",
    )
    record = association().replace("<SchoolReference>", '<SchoolReference ref="S1">')
    written(tmp_path, "StudentEnrollment", record.replace(SCHOOL, ""), "a.xml")
    rows = [row for row in rows_of(STANDARD.open(tmp_path)) if isinstance(row, Row)]
    assert [row.key for row in rows] == ["100", "1|100|2025-08-18"]


def test_entities_doctypes_and_broken_xml_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden", encoding="utf-8")
    body = association(student="&x;")
    text = written(tmp_path, "StudentEnrollment", body).read_text("utf-8")
    doctype = f'<!DOCTYPE x [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    (tmp_path / "file.xml").write_text(text.replace("?>\n", f"?>\n{doctype}\n", 1), "utf-8")
    package = STANDARD.open(tmp_path / "file.xml")
    verdict = package.check()
    assert [reason.code for reason in verdict.reasons] == ["has-doctype"]
    assert "hidden" not in str(verdict)
    broken = written(tmp_path, "Student", "<Student>\n<Name></Student>", "broken.xml")
    assert [reason[1::2] for reason in STANDARD.open(broken).check().reasons] == [
        (4, "broken-xml", "error")
    ]


def test_lines_beyond_65535_are_right_to_one(tmp_path: Path) -> None:
    path = written(tmp_path, "StudentEnrollment", "\n" * 70_000 + association(entry="never"))
    (row,) = rows_of(STANDARD.open(path))
    assert abs(row.line - 70_003) <= 1


def test_another_version_is_warned_about_and_strictly_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "StudentEnrollment", association())
    path.write_text(path.read_text("utf-8").replace("5.2.0", "5.0.0"), "utf-8")
    assert [reason.code for reason in STANDARD.open(path).check().reasons] == ["edfi-version"]
    assert STANDARD.open(path, strict=True).check().verdict == "reject"


def test_every_local_code_and_every_ed_fi_value_is_mapped() -> None:
    for code in ENTRY_CODES.values():
        assert read_code(entry_descriptor(code.code), ENTRY_READ)[0] in ENTRY_CODES
        assert read_code(entry_descriptor(code.code, OURS), ENTRY_READ) == (code.code, None)
    for code in EXIT_CODES.values():
        read = read_code(exit_descriptor(code.code), EXIT_READ)[0]
        assert EXIT_CODES[read or ""].edfi in (code.edfi, "Other")
        assert read_code(exit_descriptor(code.code, OURS), EXIT_READ) == (code.code, None)
    for name, table in (("EntryType", ENTRY_READ), ("ExitWithdrawType", EXIT_READ)):
        path = EDFI / "descriptors" / f"{name}Descriptor.xml"
        if not path.is_file():
            pytest.skip(f"Ed-Fi's descriptors are not at {path}")
        values = {element.text for element in etree.parse(path).iter("{*}CodeValue")}
        assert values == set(table)


DAYS = st.dates(date(2016, 8, 1), date(2026, 6, 30))
CLAIMS = st.builds(
    lambda student, school, start, length, entry, leave, grade, primary: Row(
        "enrollment_claim",
        "",
        0,
        f"{student}|{school}|{start.isoformat()}",
        {
            name: value
            for name, value in {
                "student_key": student,
                "school_key": str(school),
                "starts_on": start.isoformat(),
                "ends_on": (start + timedelta(days=length)).isoformat() if leave else None,
                "entry_code": entry,
                "exit_code": leave,
                "grade": grade,
                "end_known": "true",
                "is_primary": primary,
            }.items()
            if value is not None
        },
    ),
    st.text("0123456789ABCÑ-", min_size=1, max_size=32).filter(lambda text: "|" not in text),
    st.integers(1, 999_999_999),
    DAYS,
    st.integers(0, 300),
    st.sampled_from([None, *ENTRY_CODES]),
    st.sampled_from([None, *EXIT_CODES]),
    st.sampled_from([None, *GRADES]),
    st.sampled_from([None, "true", "false"]),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(CLAIMS, min_size=1, max_size=8))
def test_written_enrollments_are_valid_and_read_back_equal(tmp_path_factory, claims) -> None:
    path = tmp_path_factory.mktemp("edfi") / "StudentEnrollment.xml"
    assert write_enrollments(path, claims, namespace=OURS) == len(claims)
    schema("StudentEnrollment").assertValid(etree.parse(path))
    package = STANDARD.open(path, strict=True)
    assert package.check().verdict == "accept"
    read = [row for row in rows_of(package) if isinstance(row, Row)]
    assert [(row.key, row.values) for row in read] == [(row.key, row.values) for row in claims]


EVENTS = st.builds(
    lambda student, day, kind, reason: Row(
        "attendance_event",
        "",
        0,
        f"{student}|100|{day.isoformat()}|{kind}",
        {
            "student_key": student,
            "school_key": "100",
            "day_on": day.isoformat(),
            "kind": kind,
            **({"reason": reason} if reason else {}),
        },
    ),
    st.sampled_from(["1", "2"]),
    DAYS,
    st.sampled_from(sorted(ABSENCES)),
    st.sampled_from([None, "Flu & fever <39°>"]),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(EVENTS, min_size=1, max_size=8))
def test_written_attendance_is_valid_and_reads_back_equal(tmp_path_factory, events) -> None:
    path = tmp_path_factory.mktemp("edfi") / "StudentAttendance.xml"
    assert write_attendance(path, events) == len(events)
    schema("StudentAttendance").assertValid(etree.parse(path))
    package = STANDARD.open(path, strict=True)
    assert package.check().verdict == "accept"
    read = [row for row in rows_of(package) if isinstance(row, Row)]
    assert [(row.key, row.values) for row in read] == [(row.key, row.values) for row in events]


def test_without_a_namespace_codes_become_ed_fi_s_own_words(tmp_path: Path) -> None:
    values = {
        "student_key": "1",
        "school_key": "100",
        "starts_on": "2025-08-18",
        "ends_on": "2025-10-01",
        "entry_code": "04",
        "exit_code": "02",
    }
    path = tmp_path / "out.xml"
    write_enrollments(path, [Row("enrollment_claim", "", 0, "1|100|2025-08-18", values)])
    text = path.read_text("utf-8")
    assert "uri://ed-fi.org/EntryTypeDescriptor#Transfer<" in text
    assert "uri://ed-fi.org/ExitWithdrawTypeDescriptor#Transferred<" in text


def test_a_school_that_is_no_number_cannot_be_written_and_leaves_no_file(tmp_path: Path) -> None:
    values = {"student_key": "1", "school_key": "A1", "starts_on": "2025-08-18"}
    row = Row("enrollment_claim", "", 0, "1|A1|2025-08-18", values)
    with pytest.raises(UnwritableRowError, match="A1"):
        write_enrollments(tmp_path / "out.xml", [row])
    assert list(tmp_path.iterdir()) == []


def test_a_day_present_is_no_event_and_an_unclear_category_is_kept_back(tmp_path: Path) -> None:
    def event(category: str) -> str:
        return (
            "<StudentSchoolAttendanceEvent><AttendanceEvent><EventDate>2025-09-02</EventDate>"
            "<AttendanceEventCategory>uri://ed-fi.org/AttendanceEventCategoryDescriptor#"
            f"{category}</AttendanceEventCategory></AttendanceEvent><StudentReference>"
            "<StudentIdentity><StudentUniqueId>1</StudentUniqueId></StudentIdentity>"
            f"</StudentReference><SchoolReference>{SCHOOL}</SchoolReference>"
            "</StudentSchoolAttendanceEvent>"
        )

    records = "\n".join(map(event, ["Present", "Partial", "Tardy"]))
    rows = list(rows_of(STANDARD.open(written(tmp_path, "StudentAttendance", records))))
    assert [(type(row), row.line) for row in rows] == [(Rejected, 4), (Row, 5)]


def test_the_school_year_turns_in_july() -> None:
    assert school_year_name("2025-06-30") == "2024-2025"
    assert school_year_name("2025-07-01") == "2025-2026"
