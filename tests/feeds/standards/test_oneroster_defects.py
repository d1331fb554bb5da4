"""One defect of each rule in a valid package: strict names exactly that defect, and no echo."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bascule.feeds.reading import Reason
from bascule.feeds.standards.oneroster import STANDARD
from tests.feeds.standards.oneroster_samples import (
    AT,
    bulk_files,
    changed,
    delta_files,
    encoded,
    zipped,
)

Files = dict[str, bytes]


def found(path: Path, *, strict: bool = True) -> list[tuple[str, int | None, str | None, str]]:
    return [reason[:4] for reason in STANDARD.open(path, strict=strict).check().reasons]


def in_bulk(file: str, old: str, new: str) -> Files:
    return changed(bulk_files(), file, old, new)


def in_delta(file: str, old: str, new: str) -> Files:
    return changed(delta_files(), file, old, new)


def without(file: str, mode: str = "bulk") -> Files:
    files = in_bulk("manifest.csv", f"file.{file},{mode}", f"file.{file},absent")
    del files[f"{file}.csv"]
    return files


def test_the_sample_packages_keep_every_rule(tmp_path: Path) -> None:
    assert found(zipped(tmp_path, bulk_files())) == []
    assert found(zipped(tmp_path, delta_files(), "delta.zip")) == []


CELLS = [
    ("enrollments", "e1,,,", "e 1,,,", 2, "sourcedId", "invalid-guid"),
    ("enrollments", "e1,,,", "e:1,,,", 2, "sourcedId", "invalid-guid"),
    ("enrollments", "e1,,,", ",,,", 2, "sourcedId", "missing-value"),
    ("enrollments", "e1,,,", f"{'e' * 256},,,", 2, "sourcedId", "invalid-guid"),
    ("orgs", "Network 1,local", "Network 1,network", 3, "type", "invalid-enum"),
    ("orgs", "Network 1,local", "Network 1,ext:", 3, "type", "invalid-enum"),
    ("orgs", "Network 1,local", ",local", 3, "name", "missing-value"),
    ("orgs", "Network 1,local", "  ,local", 3, "name", "missing-value"),
    ("orgs", "N1,d1", "N1,n1", None, "parentSourcedId", "parent-circle"),
    ("orgs", "N1,d1", "N1,d2", 3, "parentSourcedId", "missing-record"),
    ("academicSessions", "2025-08-18", "18/08/2025", 2, "startDate", "invalid-date"),
    ("academicSessions", "2026-06-13", "2026-02-30", 2, "endDate", "invalid-date"),
    ("academicSessions", "2026-06-13", "2025-06-13", 2, "endDate", "end-before-begin"),
    ("academicSessions", "y26,2026", "y26,26", 3, "schoolYear", "invalid-year"),
    ("academicSessions", "semester", "Semester", 3, "type", "invalid-enum"),
    ("academicSessions", ",y26,", ",y27,", 3, "parentSourcedId", "missing-record"),
    ("courses", "y26,Algebra", "t1,Algebra", 2, "schoolYearSourcedId", "not-a-school-year"),
    ("courses", '"02052,99999"', "02052", 2, "subjectCodes", "unpaired-subjects"),
    ("courses", '"Math,Stem"', '"Math,,Stem"', 2, "subjects", "invalid-list"),
    ("courses", '"09,10"', '"09, 10"', 2, "grades", "invalid-list"),
    ("courses", ",d1,", ",,", 2, "orgSourcedId", "missing-value"),
    ("classes", "scheduled", "Scheduled", 2, "classType", "invalid-enum"),
    ("classes", "Room 1,s1", "Room 1,d1", 2, "schoolSourcedId", "not-a-school"),
    ("classes", '"t1,y26"', '"t1, y26"', 2, "termSourcedIds", "invalid-guid"),
    ("classes", '"t1,y26"', '"t1,y27"', 2, "termSourcedIds", "missing-record"),
    ("classes", "09,c1", "09,c2", 2, "courseSourcedId", "missing-record"),
    ("users", "u3,,,true", "u3,,,TRUE", 4, "enabledUser", "invalid-boolean"),
    ("users", "u3,,,true", "u3,,,1", 4, "enabledUser", "invalid-boolean"),
    ("users", "u3,,,true", "u3,,,", 4, "enabledUser", "missing-value"),
    ("users", "{LDAP:ann},{SIS:1}", "LDAP:ann", 2, "userIds", "invalid-list"),
    ("users", "{SIS:1}", "{SIS}", 2, "userIds", "invalid-list"),
    ("users", ",u3,09", ",u9,09", 2, "agentSourcedIds", "missing-record"),
    ("users", ",,s2,", ",,s1,", 5, "primaryOrgSourcedId", "primary-org-without-role"),
    ("users", "u4,,,", "u4,active,,", 5, "status", "forbidden-in-bulk"),
    ("users", "u4,,,", f"u4,,{AT},", 5, "dateLastModified", "forbidden-in-bulk"),
    ("userProfiles", "p2,,,u2", "p2,,,u9", 2, "userSourcedId", "missing-record"),
    ("roles", "primary,teacher", "main,teacher", 3, "roleType", "invalid-enum"),
    ("roles", "primary,teacher", "ext:main,teacher", 3, "roleType", "invalid-enum"),
    ("roles", "primary,parent", "primary,Parent", 4, "role", "invalid-enum"),
    ("roles", "ext:networkChief", "networkChief", 6, "role", "invalid-enum"),
    ("roles", "s1,p2", "s1,p3", 3, "userProfileSourcedId", "missing-record"),
    ("roles", "2026-06-13,s1,", "2026-06-13,s1,p2", 2, "userProfileSourcedId",
     "profile-of-another-user"),
    ("roles", "secondary,ext:networkChief,,,n1", "primary,teacher,,,s1", 6, "roleType",
     "two-primary-roles"),
    ("roles", "r4,,,", "r1,,,", 5, "sourcedId", "repeated-sourced-id"),
    ("enrollments", "student,,", "counselor,,", 2, "role", "invalid-enum"),
    ("enrollments", "teacher,true", "teacher,yes", 3, "primary", "invalid-boolean"),
    ("enrollments", "k1,s1,u1", "k1,n1,u1", 2, "schoolSourcedId", "not-a-school"),
    ("enrollments", "k1,s1,u1", "k2,s1,u1", 2, "classSourcedId", "missing-record"),
    ("enrollments", "2026-01-17", "2025-01-17", 2, "endDate", "end-before-begin"),
    ("demographics", "u1,,,", "u9,,,", 2, "sourcedId", "missing-record"),
    ("demographics", "female", "F", 2, "sex", "invalid-enum"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "line", "column", "code"), CELLS)
def test_a_bad_cell_is_named_by_file_line_column_and_code(
    tmp_path: Path, file: str, old: str, new: str, line: int | None, column: str, code: str
) -> None:
    path = zipped(tmp_path, in_bulk(f"{file}.csv", old, new))
    assert found(path) == [(f"{file}.csv", line, column, code)]


DELTAS = [
    ("users", f"u3,active,{AT}", f"u3,,{AT}", 4, "status", "required-in-delta"),
    ("users", f"u3,active,{AT}", f"u3,inactive,{AT}", 4, "status", "invalid-status"),
    ("users", f"u3,active,{AT}", "u3,active,", 4, "dateLastModified", "required-in-delta"),
    ("users", f"u3,active,{AT}", "u3,active,2026-02-01T06:00:00Z", 4, "dateLastModified",
     "invalid-datetime"),
    ("users", f"u3,active,{AT}", "u3,active,2026-02-01T06:00:00.000+01:00", 4,
     "dateLastModified", "invalid-datetime"),
    ("users", f"u3,active,{AT}", "u3,active,2026-02-01T24:00:00.000Z", 4, "dateLastModified",
     "invalid-datetime"),
    ("classes", "Room 1,s1", "Room 1,d1", 2, "schoolSourcedId", "not-a-school"),
    ("roles", "r4,", "r1,", 5, "sourcedId", "repeated-sourced-id"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "line", "column", "code"), DELTAS)
def test_a_bad_cell_of_a_delta_is_named(
    tmp_path: Path, file: str, old: str, new: str, line: int, column: str, code: str
) -> None:
    path = zipped(tmp_path, in_delta(f"{file}.csv", old, new))
    assert found(path) == [(f"{file}.csv", line, column, code)]


ALLOWED = [
    in_delta("users.csv", ",u3,09", ",u9,09"),
    in_delta("enrollments.csv", "k1,s1,u1", "k2,s9,u9"),
    in_delta("roles.csv", f"r2,active,{AT}", f"r2,tobedeleted,{AT}"),
    in_bulk("orgs.csv", "Network 1,local", "Network 1,ext:network"),
    in_bulk("roles.csv", "r3,,,", f"{'r' * 255},,,"),
    in_bulk("users.csv", "pronouns\n", "pronouns,metadata.bus\n"),
    without("demographics"),
    {name: b"\xef\xbb\xbf" + body for name, body in bulk_files().items()},
    {name: body.replace(b"\n", b"\r\n") for name, body in bulk_files().items()},
    {name: body.removesuffix(b"\n") for name, body in bulk_files().items()},
]
ALLOWED[5]["users.csv"] = encoded(
    [line + (",7" if number else "") for number, line in enumerate(
        ALLOWED[5]["users.csv"].decode().splitlines())]
)  # fmt: skip


@pytest.mark.parametrize("number", range(len(ALLOWED)))
def test_what_the_binding_allows_is_accepted_without_a_word(tmp_path: Path, number: int) -> None:
    assert found(zipped(tmp_path, ALLOWED[number])) == []


def test_a_manifest_alone_means_no_change(tmp_path: Path) -> None:
    manifest = bulk_files()["manifest.csv"].decode().replace(",bulk", ",absent")
    assert found(zipped(tmp_path, {"manifest.csv": manifest.encode()})) == []


MANIFESTS = [
    ("propertyName,value", "propertyName,propertyValue", 1, "manifest-header"),
    ("manifest.version,1.0", "manifest.version,1", 2, "manifest-version"),
    ("oneroster.version,1.2", "oneroster.version,1.1", 3, "oneroster-version"),
    ("manifest.version,1.0\n", "", None, "missing-property"),
    ("file.categories,absent\n", "", None, "missing-property"),
    ("file.categories,absent", "file.categories,full", 13, "file-mode"),
    ("source.systemName", "source.name", 25, "unknown-property"),
    ("source.systemName,Lakeside", "file.users,bulk", 25, "repeated-property"),
    ("source.systemName,Lakeside", "source.systemName", 25, "manifest-row"),
    ("source.systemName,Lakeside", "source.systemName,Lakeside,", 25, "manifest-row"),
    ("source.systemName,Lakeside", "file.students,absent", 25, "unknown-property"),
]


@pytest.mark.parametrize(("old", "new", "line", "code"), MANIFESTS)
def test_a_bad_manifest_row_is_named(
    tmp_path: Path, old: str, new: str, line: int | None, code: str
) -> None:
    files = in_bulk("manifest.csv", old, new)
    assert found(zipped(tmp_path, files)) == [("manifest.csv", line, None, code)]


def test_modes_and_presence_must_agree(tmp_path: Path) -> None:
    undeclared = in_bulk("manifest.csv", "file.demographics,bulk", "file.demographics,absent")
    assert found(zipped(tmp_path, undeclared)) == [
        ("demographics.csv", None, None, "undeclared-file")
    ]
    missing = bulk_files()
    del missing["demographics.csv"]
    assert found(zipped(tmp_path, missing)) == [("demographics.csv", None, None, "missing-file")]


@pytest.mark.parametrize("name", ["roles", "enrollments"])
def test_a_bulk_package_needs_the_minimum_set(tmp_path: Path, name: str) -> None:
    assert found(zipped(tmp_path, without(name)))[-1] == (
        f"{name}.csv", None, None, "incomplete-set",
    )  # fmt: skip


def test_a_missing_manifest_is_the_only_thing_named(tmp_path: Path) -> None:
    files = bulk_files()
    del files["manifest.csv"]
    assert found(zipped(tmp_path, files)) == [("manifest.csv", None, None, "missing-manifest")]


HEADERS: list[tuple[Callable[[str], str], str, str]] = [
    (lambda h: h.replace("sourcedId", "SourcedId", 1), "sourcedId", "missing-column"),
    (lambda h: h.replace("givenName,familyName", "familyName,givenName"), "familyName",
     "column-order"),
    (lambda h: h.replace("pronouns", "homeroom"), "pronouns", "missing-column"),
    (lambda h: h.replace("userIds", "metadata.x"), "userIds", "missing-column"),
    (lambda h: h.replace("middleName", "givenName"), "givenName", "repeated-column"),
    (lambda h: h.replace("middleName", ""), "", "empty-column-name"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "column", "code"), HEADERS)
def test_a_bad_header_is_named_without_echoes_in_other_files(
    tmp_path: Path, change: Callable[[str], str], column: str, code: str
) -> None:
    files = bulk_files()
    header, rest = files["users.csv"].decode().split("\n", 1)
    path = zipped(tmp_path, {**files, "users.csv": f"{change(header)}\n{rest}".encode()})
    reasons = found(path)
    assert ("users.csv", 1, column, code) in reasons
    assert {file for file, *_ in reasons} == {"users.csv"}


@pytest.mark.parametrize(
    ("name", "code"),
    [("homeroom", "unknown-column"), ("metadata.", "unknown-column"), ("", "empty-column-name")],
)
def test_an_extra_column_must_be_metadata_with_a_name(tmp_path: Path, name: str, code: str) -> None:
    files = bulk_files()
    lines = files["orgs.csv"].decode().splitlines()
    wider = [f"{line},{'x' if place else name}" for place, line in enumerate(lines)]
    path = zipped(tmp_path, {**files, "orgs.csv": encoded(wider)})
    assert found(path) == [("orgs.csv", 1, name, code)]


BODIES: list[tuple[Callable[[bytes], bytes], int | None, str]] = [
    (lambda b: b.replace("Ñ".encode(), "Ñ".encode("latin-1")), 2, "not-utf-8"),
    (lambda b: b.replace(b"\n", b"\r"), 1, "bare-carriage-return"),
    (lambda b: b.replace(b"Bob", b"B\rob"), 3, "bare-carriage-return"),
    (lambda b: b.replace(b"O'Neil", b"O'\nNeil"), 3, "line-break-in-field"),
    (lambda b: b.replace(b"Bob", b'B"ob'), 3, "stray-quote"),
    (lambda b: b.replace(b"O'Neil\"", b"O'Neil\"x"), 3, "stray-quote"),
    (lambda b: b.replace(b",she", b',"she'), 2, "line-break-in-field"),
    (lambda b: b.removesuffix(b"\n") + b'"', 5, "unclosed-quote"),
    (lambda b: b.replace(b",she", b",she,extra"), 2, "wrong-number-of-cells"),
    (lambda b: b.replace(b"\nu3", b"\n\nu3"), 4, "blank-line"),
    (lambda b: b.split(b"\n")[0] + b"\n", None, "no-data-rows"),
    (lambda b: b"", 1, "missing-header"),
    (lambda b: b.replace(b"Bob", b"B\0b"), 3, "nul-character"),
]


@pytest.mark.parametrize(("change", "line", "code"), BODIES)
def test_a_broken_body_is_named_by_line(
    tmp_path: Path, change: Callable[[bytes], bytes], line: int | None, code: str
) -> None:
    files = bulk_files()
    reasons = found(zipped(tmp_path, {**files, "users.csv": change(files["users.csv"])}))
    assert reasons[0] == ("users.csv", line, None, code)


LAYOUTS = [
    ("in/users.csv", "nested-file"),
    ("__MACOSX/._users.csv", "nested-file"),
    ("../users.csv", "nested-file"),
    ("in\\users.csv", "nested-file"),
    ("empty/", "nested-file"),
    ("students.csv", "unknown-file"),
    ("README.txt", "unknown-file"),
    ("Users.csv", "file-name-case"),
]


@pytest.mark.parametrize(("name", "code"), LAYOUTS)
def test_anything_beside_the_files_of_the_catalog_is_named(
    tmp_path: Path, name: str, code: str
) -> None:
    path = zipped(tmp_path, {**bulk_files(), name: b""})
    assert {(file, code) for file, _, _, code in found(path)} == {(name, code)}


def test_a_file_that_stands_twice_is_named(tmp_path: Path) -> None:
    path = zipped(tmp_path, bulk_files())
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("orgs.csv", bulk_files()["orgs.csv"])
    assert found(path) == [("orgs.csv", None, None, "repeated-file")]


def test_a_zip_that_is_cut_short_or_corrupt_is_named(tmp_path: Path) -> None:
    body = zipped(tmp_path, bulk_files()).read_bytes()
    (tmp_path / "cut.zip").write_bytes(body[: len(body) // 2])
    assert found(tmp_path / "cut.zip")[0] == ("cut.zip", None, None, "damaged-zip")
    place = body.index(b"users.csv") + 30
    spoiled = body[:place] + bytes(255 - byte for byte in body[place : place + 8])
    (tmp_path / "bad.zip").write_bytes(spoiled + body[place + 8 :])
    assert ("users.csv", None, None, "damaged-zip") in found(tmp_path / "bad.zip")


def test_a_method_other_than_deflate_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        for name, body in bulk_files().items():
            archive.writestr(name, body)
    assert {reason[3] for reason in found(path)} == {"not-deflated"}


def test_a_doubt_that_the_binding_allows_warns_and_accepts(tmp_path: Path) -> None:
    files = in_bulk("roles.csv", "2026-06-13,s1", "2025-08-18,s1")
    files = changed(files, "academicSessions.csv", "y26,2026", "y26,2024")
    verdict = STANDARD.open(zipped(tmp_path, files), strict=True).check()
    assert verdict.verdict == "accept"
    assert [(reason.code, reason.severity) for reason in verdict.reasons] == [
        ("school-year-mismatch", "warning"),
        ("same-day-span", "warning"),
    ]


def test_the_same_fault_in_many_rows_is_listed_a_hundred_times_and_counted(
    tmp_path: Path,
) -> None:
    files = bulk_files()
    rows = [f"x{number},,,Name,bad,," for number in range(150)]
    files["orgs.csv"] += encoded(rows)
    reasons = STANDARD.open(zipped(tmp_path, files), strict=True).check().reasons
    assert len(reasons) == 101
    assert reasons[-1] == Reason(
        "orgs.csv", None, "type", "invalid-enum", "50 more rows have the same fault."
    )
