"""The rule of look-alikes scored against the manifest, near misses included."""

from datetime import date

import pyarrow as pa

from bascule.ops.generator.names import folded
from bascule.roster.alike import alike_pairs
from tests.ops.generator.reading import Folder
from tests.roster.test_alike import SCHEMA

AT_LEAST = 0.99


def planted(folder: Folder, fires: str) -> set[frozenset[str]]:
    return {
        frozenset((row["student_id"], row["detail"].rpartition(": ")[2]))
        for row in folder.manifest
        if row["kind"] == "look_alike" and row["fires"] == fires
    }


def spans(folder: Folder) -> dict[str, list[date]]:
    """Return each student's first and last day of all enrollments."""
    found: dict[str, list[date]] = {}
    for student, claims in folder.claims.items():
        days = [each.start for each in claims if each.start]
        ends = [each.end or folder.as_of for each in claims if each.start]
        if days:
            found[student] = [min(days), max(ends)]
    return found


def students(folder: Folder) -> pa.Table:
    known = spans(folder)
    return pa.Table.from_pylist(
        [
            {"id": int(user["sourcedId"]), "given": folded(user["givenName"]),
             "family": folded(user["familyName"]), "birth_on": folder.born[user["sourcedId"]],
             "first_on": known.get(user["sourcedId"], [None, None])[0],
             "last_on": known.get(user["sourcedId"], [None, None])[1], "is_new": True}
            for user in folder.roster["users"] if user["sourcedId"] in folder.born
        ],
        SCHEMA,
    )  # fmt: skip


def test_the_planted_second_records_are_proposed_and_the_near_misses_are_not(
    folder: Folder,
) -> None:
    found = {frozenset((str(pair.one), str(pair.other))) for pair in alike_pairs(students(folder))}
    second, near = planted(folder, "true"), planted(folder, "false")
    recall = len(found & second) / len(second)
    precision = len(found & second) / len(found)
    print(f"planted {len(second)}, near misses {len(near)}, proposed {len(found)}")  # noqa: T201
    print(f"recall {recall:.3f}, precision {precision:.3f}")  # noqa: T201
    assert len(second) >= 3
    assert len(near) >= 3
    assert (recall >= AT_LEAST, precision >= AT_LEAST) == (True, True)
    assert found & near == set()
