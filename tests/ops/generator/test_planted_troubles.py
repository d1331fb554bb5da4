"""The manifest is the truth: what it lists is in the files, and nothing else of its kind is."""

from difflib import SequenceMatcher
from itertools import combinations

import pytest

from bascule.ops.generator.names import folded
from tests.ops.generator import reading
from tests.ops.generator.reading import Folder

DETECTORS = {
    "overlap": reading.overlaps,
    "enrollment_gap": reading.gaps,
    "drop_and_return": reading.returns,
    "unproven_transfer": reading.unproven,
    "did_not_arrive": reading.no_shows,
}


@pytest.mark.parametrize("kind", sorted(DETECTORS))
def test_brute_force_finds_exactly_what_was_planted(folder: Folder, kind: str) -> None:
    planted = folder.planted(kind, "true")
    assert len(planted) >= 3
    assert DETECTORS[kind](folder) == planted


@pytest.mark.parametrize("kind", sorted(DETECTORS))
def test_near_misses_are_there_and_are_not_found(folder: Folder, kind: str) -> None:
    near = folder.planted(kind, "false")
    assert len(near) >= 2
    assert near.isdisjoint(DETECTORS[kind](folder))


def test_highly_mobile_students_are_exactly_the_planted_ones(folder: Folder) -> None:
    planted = {student for student, _ in folder.planted("highly_mobile", "true")}
    near = {student for student, _ in folder.planted("highly_mobile", "false")}
    assert len(planted) >= 5
    assert len(near) >= 3
    found = reading.highly_mobile(folder)
    assert found == planted
    assert found.isdisjoint(near)


def test_incomplete_claims_are_exactly_the_planted_ones(folder: Folder) -> None:
    planted = {student for student, _ in folder.planted("missing_date", "true")}
    near = {student for student, _ in folder.planted("missing_date", "false")}
    assert len(planted) >= 3
    assert near
    found = reading.incomplete(folder)
    assert found == planted
    assert found.isdisjoint(near)


def test_impossible_rows_are_exactly_the_planted_ones(folder: Folder) -> None:
    schools = {row["school_id"] for row in folder.rows("schools.csv")}
    found = {
        row["student_id"]
        for row in folder.rows("enrollment_events.csv")
        if row["school_id"] not in schools or row["date"].endswith("-02-30")
    }
    assert len(found) >= 2
    assert found == {student for student, _ in folder.planted("impossible_row", "true")}


def test_only_planted_students_look_alike(folder: Folder) -> None:
    planted = {
        frozenset((row["student_id"], row["detail"].rpartition(": ")[2]))
        for row in folder.manifest
        if row["kind"] == "look_alike" and row["fires"] == "true"
    }
    assert len(planted) >= 3
    assert look_alikes(folder) == planted


def test_twins_and_namesakes_are_near_misses(folder: Folder) -> None:
    names = {row["sourcedId"]: row for row in folder.roster["users"]}
    details = set()
    for row in folder.manifest:
        if row["kind"] == "look_alike" and row["fires"] == "false":
            detail, _, other = row["detail"].rpartition(": ")
            details.add(detail)
            one, two = row["student_id"], other
            assert names[one]["familyName"] == names[two]["familyName"]
            same_day = folder.born[one] == folder.born[two]
            assert same_day == detail.startswith("twins")
            assert (names[one]["givenName"] == names[two]["givenName"]) != same_day
    assert len(details) == 2


def test_a_quarter_of_the_manifest_are_near_misses(folder: Folder) -> None:
    near = sum(row["fires"] == "false" for row in folder.manifest)
    assert 0.24 <= near / len(folder.manifest) <= 0.30


def test_every_planted_student_and_school_exists(folder: Folder) -> None:
    students = {row["sourcedId"] for row in folder.roster["users"]}
    schools = {row["school_id"] for row in folder.rows("schools.csv")}
    assert {row["student_id"] for row in folder.manifest} <= students
    assert {row["school_id"] for row in folder.manifest} <= schools
    assert {row["other_school_id"] for row in folder.manifest} <= {*schools, ""}


def look_alikes(folder: Folder) -> set[frozenset[str]]:
    """Return pairs with one family name, like first names and births within 45 days."""
    by_family: dict[str, list[dict[str, str]]] = {}
    for user in folder.roster["users"]:
        if user["sourcedId"] in folder.born:
            by_family.setdefault(user["familyName"], []).append(user)
    return {
        frozenset((one["sourcedId"], two["sourcedId"]))
        for users in by_family.values()
        for one, two in combinations(users, 2)
        if abs((folder.born[one["sourcedId"]] - folder.born[two["sourcedId"]]).days) <= 45
        if SequenceMatcher(None, folded(one["givenName"]), folded(two["givenName"])).ratio() > 0.8
    }
