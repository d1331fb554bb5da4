"""OneRoster rows as canonical rows, and back: mapping, tolerance, export and reading back."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bascule.feeds.reading import Rejected, Row, rows_of, verdict_json
from bascule.feeds.standards.oneroster import STANDARD
from bascule.feeds.standards.oneroster.canonical import last_day
from bascule.feeds.standards.oneroster.outward import day_after
from bascule.feeds.standards.oneroster.writing import ExportRefusedError, write_package
from tests.feeds.standards.oneroster_samples import (
    AT,
    bulk_files,
    changed,
    delta_files,
    zipped,
)

Found = dict[str, dict[str, Row]]


def found(path: Path, **options: object) -> Found:
    result: Found = {}
    for row in rows_of(STANDARD.open(path, **options)):
        assert isinstance(row, Row), row
        result.setdefault(row.target, {})[row.key] = row
    return result


def test_people_become_students_staff_or_guardians_by_their_roles(tmp_path: Path) -> None:
    rows = found(zipped(tmp_path, bulk_files()), strict=True)
    assert {target: sorted(found) for target, found in rows.items()} == {
        "organization": ["d1", "n1", "s1", "s2"],
        "session": ["t1", "y26"],
        "course": ["c1"],
        "section": ["k1"],
        "student": ["u1", "u4"],
        "staff": ["u2"],
        "guardian": ["u3"],
        "guardian_link": ["u1|u3"],
        "school_role": ["r1", "r2", "r3", "r4", "r5"],
        "section_enrollment": ["e1", "e2"],
        "demographics": ["u1"],
    }
    assert rows["guardian_link"]["u1|u3"].values == {
        "student_key": "u1",
        "guardian_key": "u3",
        "relation": "parent",
    }
    assert rows["organization"]["n1"].values == {
        "name": "Network 1",
        "kind": "network",
        "identifier": "N1",
        "parent_key": "d1",
    }
    assert rows["student"]["u1"].values == {
        "given_name": "Ann",
        "family_name": "Ñandú",
        "username": "ann@x.example",
        "user_ids": "{LDAP:ann},{SIS:1}",
        "identifier": "A1",
        "grade": "09",
        "state_identifier": "M1",
        "enabled": "true",
        "primary_org_key": "s1",
        "pronouns": "she",
    }


def test_end_dates_lose_a_day_and_passwords_are_never_read(tmp_path: Path) -> None:
    rows = found(zipped(tmp_path, bulk_files()))
    assert rows["session"]["y26"].values["ends_on"] == "2026-06-12"
    assert rows["school_role"]["r1"].values == {
        "person_key": "u1",
        "org_key": "s1",
        "role": "student",
        "is_primary": "true",
        "starts_on": "2025-08-18",
        "ends_on": "2026-06-12",
    }
    assert rows["section_enrollment"]["e1"].values["ends_on"] == "2026-01-16"
    everything = [value for kind in rows.values() for row in kind.values() for value in row.values]
    assert "secret" not in str(everything)
    assert "secret" not in str([row.values for kind in rows.values() for row in kind.values()])


def test_claims_come_from_student_roles_only_where_the_source_says_so(tmp_path: Path) -> None:
    path = zipped(tmp_path, bulk_files())
    assert "enrollment_claim" not in found(path)
    claims = found(path, options={"enrollment_claims": "roles"})["enrollment_claim"]
    assert {key: row.values for key, row in claims.items()} == {
        "r1": {
            "student_key": "u1",
            "school_key": "s1",
            "starts_on": "2025-08-18",
            "ends_on": "2026-06-12",
            "end_known": "true",
            "is_primary": "true",
        },
        "r4": {
            "student_key": "u4",
            "school_key": "s2",
            "starts_on": "2025-08-18",
            "end_known": "true",
            "is_primary": "true",
        },
    }


def test_a_deleted_row_of_a_delta_ends_and_an_unknown_role_makes_a_person(tmp_path: Path) -> None:
    files = changed(delta_files(), "users.csv", f"u3,active,{AT}", f"u3,tobedeleted,{AT}")
    rows = found(zipped(tmp_path, files), strict=True)
    assert rows["guardian"]["u3"].ends
    assert not rows["student"]["u1"].ends
    manifest = files["manifest.csv"].replace(b"file.roles,delta", b"file.roles,absent")
    del files["roles.csv"]
    rows = found(zipped(tmp_path, {**files, "manifest.csv": manifest}), strict=True)
    assert sorted(rows["person"]) == ["u1", "u2", "u3", "u4"]
    assert "student" not in rows


def test_tolerant_mode_mends_what_cannot_mislead_and_keeps_the_rest_back(tmp_path: Path) -> None:
    files = changed(bulk_files(), "users.csv", "u2,,,true", "u2,,,TRUE")
    files = changed(files, "users.csv", "preferredGivenName", "prefferedGivenName")
    files = changed(files, "classes.csv", "scheduled", "Scheduled")
    files = changed(files, "courses.csv", '"09,10"', '"09, 10"')
    files = changed(files, "enrollments.csv", "2026-01-17", "1/17/2026")
    path = zipped(tmp_path, files)
    assert STANDARD.open(path, strict=True).check().verdict == "reject"
    package = STANDARD.open(path)
    verdict = package.check()
    assert verdict.verdict == "accept"
    assert [(reason.column, reason.code) for reason in verdict.reasons] == [
        ("grades", "invalid-list"),
        ("classType", "invalid-enum"),
        ("prefferedGivenName", "misspelled-column"),
        ("enabledUser", "invalid-boolean"),
        ("endDate", "invalid-date"),
    ]
    rows = list(rows_of(package))
    (kept_back,) = [row for row in rows if isinstance(row, Rejected)]
    assert (kept_back.target, kept_back.key, kept_back.line) == ("section_enrollment", "e1", 2)
    values = {row.key: row.values for row in rows if isinstance(row, Row)}
    assert values["u2"]["enabled"] == "true"
    assert values["k1"]["kind"] == "scheduled"
    assert values["c1"]["grades"] == "09,10"
    assert "e2" in values


def test_a_user_who_is_kept_back_is_named_in_every_target_that_users_feed(tmp_path: Path) -> None:
    path = zipped(tmp_path, changed(bulk_files(), "users.csv", "u2,,,true", "u2,,,maybe"))
    (kept_back,) = [row for row in rows_of(STANDARD.open(path)) if isinstance(row, Rejected)]
    assert kept_back.named == (
        ("student", "u2"),
        ("staff", "u2"),
        ("guardian", "u2"),
        ("person", "u2"),
        ("guardian_link", "u2|"),
    )


def test_a_1_1_package_is_read_with_its_role_and_orgs_as_school_roles(tmp_path: Path) -> None:
    files = {
        "manifest.csv": "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n"
        "file.orgs,bulk\nfile.users,bulk\n",
        "orgs.csv": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"
        "s1,,,Adams,school,,\ns2,,,Baker,school,,\n",
        "users.csv": "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,"
        "userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,"
        'grades,password\nu1,,,true,"s1,s2",student,ann,,Ann,Ant,,,,,,,09,x\n',
    }
    path = zipped(tmp_path, {name: text.encode() for name, text in files.items()})
    assert STANDARD.open(path, strict=True).check().verdict == "reject"
    rows = found(path)
    assert {key: row.values for key, row in rows["school_role"].items()} == {
        "u1/s1/student": {
            "person_key": "u1", "org_key": "s1", "role": "student", "is_primary": "true",
        },
        "u1/s2/student": {
            "person_key": "u1", "org_key": "s2", "role": "student", "is_primary": "false",
        },
    }  # fmt: skip
    assert sorted(rows["student"]) == ["u1"]


def test_a_folder_and_a_zip_with_an_inner_folder_are_read_tolerantly(tmp_path: Path) -> None:
    plain = found(zipped(tmp_path, bulk_files()))
    folder = tmp_path / "unpacked"
    folder.mkdir()
    for name, body in bulk_files().items():
        (folder / name).write_bytes(body)
    assert found(folder, strict=True) == plain
    inner = {f"export/{name}": body for name, body in bulk_files().items()}
    path = zipped(tmp_path, {**inner, "__MACOSX/export/._users.csv": b"x"}, "inner.zip")
    assert found(path) == plain
    assert STANDARD.open(path, strict=True).check().verdict == "reject"


def test_the_verdict_prints_as_the_command_line_promises(tmp_path: Path) -> None:
    path = zipped(tmp_path, changed(bulk_files(), "users.csv", "u2,,,true", "u2,,,1"))
    package = STANDARD.open(path, strict=True)
    verdict = package.check()
    counts = {name: {"read": file.read} for name, file in package.files.items()}
    printed = verdict_json(verdict, {"users.csv": counts["users.csv"]})
    assert printed == {
        "verdict": "reject",
        "reasons": [
            {
                "file": "users.csv",
                "line": 3,
                "column": "enabledUser",
                "code": "invalid-boolean",
                "message": "“1” must be exactly true or false.",
            }
        ],
        "files": {
            "users.csv": {
                "read": 4, "new": 0, "changed": 0, "unchanged": 0, "ended": 0, "rejected": 0,
            }
        },
    }  # fmt: skip


def targets(rows: Found) -> dict[str, list[Row]]:
    return {target: list(kind.values()) for target, kind in rows.items()}


@pytest.mark.parametrize("mode", ["bulk", "delta"])
def test_an_exported_package_reads_back_equal_and_the_same_rows_make_the_same_bytes(
    tmp_path: Path, mode
) -> None:
    rows = found(zipped(tmp_path, bulk_files()))
    at = datetime(2026, 2, 1, 6, 0, 0, 123456, UTC)
    first = write_package(tmp_path / "out.zip", targets(rows), mode=mode, at=at)
    assert first.rows == {
        "academicSessions": 2, "orgs": 4, "courses": 1, "classes": 1, "users": 4, "roles": 5,
        "enrollments": 2, "demographics": 1,
    }  # fmt: skip
    assert STANDARD.open(first.path, strict=True).check().reasons == ()
    again = found(first.path, strict=True)
    for target, kind in rows.items():
        values = {key: row.values for key, row in again[target].items()}
        assert values == {key: row.values for key, row in kind.items()}
    second = write_package(tmp_path / "again.zip", targets(again), mode=mode, at=at)
    assert second.path.read_bytes() == first.path.read_bytes()


def test_a_value_that_the_standard_forbids_is_refused_and_leaves_no_file(tmp_path: Path) -> None:
    rows = found(zipped(tmp_path, bulk_files()))
    rows["student"]["u1"].values["given_name"] = "Ann\nAnt"
    rows["organization"]["s1"].values["kind"] = "partner"
    with pytest.raises(ExportRefusedError) as error:
        write_package(tmp_path / "out.zip", targets(rows))
    assert [(reason.file, reason.code) for reason in error.value.reasons] == [
        ("orgs.csv", "invalid-enum"),
        ("users.csv", "line-break-in-field"),
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["package.zip"]


def test_a_reference_that_does_not_resolve_is_refused_when_read_back(tmp_path: Path) -> None:
    rows = found(zipped(tmp_path, bulk_files()))
    del rows["course"]["c1"]
    rows["course"]["c2"] = found(zipped(tmp_path, bulk_files()))["course"]["c1"]._replace(key="c2")
    with pytest.raises(ExportRefusedError, match=r"classes\.csv courseSourcedId"):
        write_package(tmp_path / "out.zip", targets(rows))


NAMES = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=12
).filter(lambda text: bool(text.strip()))


@settings(max_examples=12, deadline=None)
@given(given_name=NAMES, family_name=NAMES, note=NAMES)
def test_any_printable_name_survives_export_and_reading_back(
    tmp_path_factory, given_name: str, family_name: str, note: str
) -> None:
    folder = tmp_path_factory.mktemp("names")
    rows = found(zipped(folder, bulk_files()))
    names = {"given_name": given_name, "family_name": family_name, "pronouns": note}
    rows["student"]["u1"].values.update(names)
    exported = write_package(folder / "out.zip", targets(rows))
    assert found(exported.path, strict=True)["student"]["u1"].values == (
        rows["student"]["u1"].values
    )


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)))
def test_an_exclusive_end_and_an_inclusive_one_are_a_day_apart_both_ways(day: date) -> None:
    assert last_day(None, day_after(day.isoformat())) == day.isoformat()
    assert last_day(day.isoformat(), day.isoformat()) == day.isoformat()


def test_a_folder_with_a_foreign_manifest_is_not_taken_for_oneroster(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("kind,student_id\n", encoding="utf-8")
    assert not STANDARD.recognizes(tmp_path)
    (tmp_path / "users.csv").write_text("", encoding="utf-8")
    assert STANDARD.recognizes(tmp_path)
