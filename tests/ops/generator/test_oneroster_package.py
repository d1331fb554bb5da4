"""The OneRoster package of a generated folder, by the rules of standards.md 1.2 to 1.4."""

from collections import Counter

from bascule.ops.generator.oneroster_package import ALL_FILES, COLUMNS
from tests.ops.generator.reading import Folder


def test_the_package_is_closed_and_strict(folder: Folder) -> None:
    files = folder.roster
    declared = {row["propertyName"]: row["value"] for row in files["manifest"]}
    expected = {f"file.{name}": "bulk" if name in COLUMNS else "absent" for name in ALL_FILES}
    assert {key: declared[key] for key in expected} == expected
    assert (declared["manifest.version"], declared["oneroster.version"]) == ("1.0", "1.2")
    assert set(files) == {*COLUMNS, "manifest"}
    ids = {name: {row["sourcedId"] for row in rows} for name, rows in files.items()
           if name != "manifest"}  # fmt: skip
    for name, rows in files.items():
        if name != "manifest":
            assert len(ids[name]) == len(rows) > 0
            columns = ["sourcedId", "status", "dateLastModified", *COLUMNS[name].split()]
            assert list(rows[0]) == columns
            assert {(row["status"], row["dateLastModified"]) for row in rows} == {("", "")}
    _assert_references(files, ids)


def _assert_references(files: dict[str, list[dict[str, str]]], ids: dict[str, set[str]]) -> None:
    schools = {row["sourcedId"] for row in files["orgs"] if row["type"] == "school"}
    for name, column, known in (
        ("orgs", "parentSourcedId", ids["orgs"] | {""}),
        ("academicSessions", "parentSourcedId", ids["academicSessions"] | {""}),
        ("courses", "orgSourcedId", ids["orgs"]),
        ("classes", "courseSourcedId", ids["courses"]),
        ("classes", "schoolSourcedId", schools),
        ("users", "agentSourcedIds", ids["users"] | {""}),
        ("roles", "userSourcedId", ids["users"]),
        ("roles", "orgSourcedId", ids["orgs"]),
        ("enrollments", "classSourcedId", ids["classes"]),
        ("enrollments", "schoolSourcedId", schools),
        ("enrollments", "userSourcedId", ids["users"]),
        ("demographics", "sourcedId", ids["users"]),
    ):
        assert {row[column] for row in files[name]} <= known, (name, column)
    places = Counter((row["userSourcedId"], row["orgSourcedId"]) for row in files["roles"])
    assert set(places.values()) == {1}
    assert {row["userSourcedId"] for row in files["roles"]} == ids["users"]
    assert all(not row["endDate"] or row["beginDate"] < row["endDate"] for row in files["roles"])


def test_students_staff_and_guardians_are_users(folder: Folder) -> None:
    roles = Counter(row["role"] for row in folder.roster["roles"])
    assert {name: roles[name] for name in ("principal", "counselor", "ext:clerk")} == {
        "principal": 16, "counselor": 16, "ext:clerk": 32,
    }  # fmt: skip
    assert roles["ext:transitionSpecialist"] == 5
    assert roles["guardian"] > 1000
    known = {row["sourcedId"] for row in folder.roster["users"]}
    assert set(folder.claims) <= known
