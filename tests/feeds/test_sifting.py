"""A night takes over what is new, and reaches what taking over everything would reach."""

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bascule.feeds.actions import load_package, undo_last_run
from bascule.feeds.models import FileRun, KeptDigests, Quarantine
from bascule.feeds.row_sieve import Sieve
from bascule.kernel.actor import NIGHTLY
from bascule.roster.models import AttendanceDay, Guardianship, SectionEnrollment, Student
from tests.feeds.standards.oneroster_samples import bulk_files, changed, delta_files, zipped
from tests.feeds.test_loading_oneroster import AT, LATER, load, without
from tests.feeds.test_undoing import held

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loader = Callable[[], AbstractContextManager[None]]
Files = dict[str, bytes]
Changes = tuple[Callable[[Files], Files], ...]
DAY = timedelta(days=1)

CHANGES: Changes = (
    lambda files: changed(files, "users.csv", "Dee,Day", "Di,Day"),
    lambda files: changed(files, "users.csv", "Ann,Ñandú", "Anna,Ñandú"),
    lambda files: without(files, "enrollments.csv", "e1"),
    lambda files: without(files, "demographics.csv", "u1"),
    lambda files: without(files, "roles.csv", "r4"),  # Dee: of no kind that the package says
    lambda files: without(files, "users.csv", "u4"),
    lambda files: changed(files, "enrollments.csv", "e2,,,k1", "e2,,,k9"),  # of no class
    lambda files: changed(files, "classes.csv", "Room 1", "Room 2"),
    lambda files: changed(files, "orgs.csv", "Baker School", "Baker Elementary"),
    lambda files: added(files, "enrollments.csv", "e3,,,k1,s1,u4,student,,2025-09-01,"),
    lambda files: added(files, "enrollments.csv", "e2,,,k1,s1,u2,teacher,,2025-09-01,"),  # twice
)


FAMILIES: Changes = (
    lambda files: changed(files, "users.csv", ",555-0100,,,", ",555-0100,,u1,"),
    lambda files: changed(files, "users.csv", ",555-0100,,,", ",555-0100,,u4,"),
    lambda files: changed(files, "users.csv", "A1,,,,u3,09", "A1,,,,,09"),
    lambda files: changed(files, "users.csv", "A1,,,,u3,09", "A1,,,,u4,09"),  # no guardian
    lambda files: changed(files, "users.csv", "Dee,Day,,,,,,,09", "Dee,Day,,,,,,u3,09"),
    lambda files: changed(files, "users.csv", "u1,,,true", "u1,,,maybe"),  # kept back
    lambda files: changed(files, "users.csv", "u3,,,true", "u3,,,maybe"),
    lambda files: changed(files, "roles.csv", "u3,primary,parent", "u3,primary,guardian"),
    lambda files: changed(files, "roles.csv", "u3,primary,parent", "u3,primary,student"),
    lambda files: changed(files, "roles.csv", "u1,primary,student", "u1,primary,parent"),
    lambda files: without(files, "roles.csv", "r1"),
    lambda files: without(files, "roles.csv", "r3"),
    lambda files: without(files, "users.csv", "u3"),
)


def added(files: Files, file: str, row: str) -> Files:
    return {**files, file: files[file] + row.encode() + b"\n"}


def nights(seed: int, changes: Changes) -> list[Files]:
    """Five packages, each with some of the changes, as chance has it."""
    chance = random.Random(seed)
    found = [bulk_files()]
    for _ in range(4):
        files = bulk_files()
        for change in chance.sample(changes, chance.randint(0, 4)):
            try:
                files = change(files)
            except AssertionError:  # another change took the row away
                continue
        found.append(files)
    return found


def states(folder: Path, packages: list[Files], *, whole: bool) -> Iterator[Any]:
    for number, files in enumerate(packages):
        if whole:
            KeptDigests.objects.all().delete()
        path = zipped(folder, files, f"{'whole' if whole else 'new'}-{number}.zip")
        report = load_package(NIGHTLY, path=path, at=AT + number * DAY, allow=["s1", "s2"])
        counts = {
            name: {each: number for each, number in file.items() if number}
            for name, file in report.files.items()
        }
        waiting = Quarantine.objects.filter(run=FileRun.objects.last())
        rows = {
            target: [{k: v for k, v in row.items() if not k.endswith("_id")} for row in listed]
            for target, listed in held().items()
            if target != "membership"
        }
        yield report.outcome, counts, rows, sorted(waiting.values_list("file", "line", "code"))


def compare_nights(seed: int, folder: Path, as_loader: Loader, changes: Changes = CHANGES) -> None:
    """Load random nights whole and then only what is new in each: all states must be equal."""
    compare_packages(nights(seed, changes), folder, as_loader)


def compare_packages(packages: list[Files], folder: Path, as_loader: Loader) -> None:
    with as_loader():
        point = transaction.savepoint()
        whole = list(states(folder, packages, whole=True))
        transaction.savepoint_rollback(point)
        assert list(states(folder, packages, whole=False)) == whole


@pytest.mark.parametrize("seed", range(2))
def test_nights_of_what_is_new_equal_nights_of_everything(
    seed: int, tmp_path: Path, as_loader: Loader
) -> None:
    compare_nights(seed, tmp_path, as_loader)


@pytest.mark.parametrize("seed", [0, 9])  # 9: a user is kept back, and whoever it names comes
def test_nights_of_new_families_equal_nights_of_everything(
    seed: int, tmp_path: Path, as_loader: Loader
) -> None:
    compare_nights(seed, tmp_path, as_loader, FAMILIES)


def test_what_a_guardian_alone_says_anew_of_a_former_student_is_told_with_the_other_side(
    tmp_path: Path, as_loader: Loader
) -> None:
    """Of both rows about the link the one whose user is known as a student counts."""
    both = changed(bulk_files(), "users.csv", ",555-0100,,,", ",555-0100,,u4,")
    both = changed(both, "users.csv", "Dee,Day,,,,,,,09", "Dee,Day,,,,,,u3,09")
    packages = [
        bulk_files(),
        changed(both, "roles.csv", "u4,primary,student", "u4,primary,teacher"),
        changed(both, "roles.csv", "u4,primary,student", "u4,primary,guardian"),
    ]
    compare_packages(packages, tmp_path, as_loader)
    with as_loader():
        assert set(Guardianship.objects.values_list("source_key", "relation")) == {
            ("u1|u3", "parent"), ("u4|u3", "parent"),
        }  # fmt: skip


def test_only_new_rows_are_staged_the_next_night(tmp_path: Path, as_loader: Loader) -> None:
    with as_loader():
        load(tmp_path, bulk_files())
        with CaptureQueriesContext(connection) as queries:
            files = changed(bulk_files(), "users.csv", "Dee,Day", "Di,Day")
            report = load(tmp_path, files, LATER)
        copied = [repr(each["sql"]) for each in queries if "copy " in repr(each["sql"])]
        assert any("'student'" in each for each in copied)
        others = ("section_enrollment", "demographics", "guardian_link")
        assert not any(other in each for other in others for each in copied)
        assert report.files["users.csv"]["changed"] == 1
        assert report.files["enrollments.csv"] == {
            "read": 2, "new": 0, "changed": 0, "unchanged": 2, "ended": 0, "rejected": 0,
        }  # fmt: skip


def kept() -> set[str]:
    return set(KeptDigests.objects.values_list("target", flat=True))


def test_an_undo_and_a_delta_take_the_digests_away(tmp_path: Path, as_loader: Loader) -> None:
    with as_loader():
        load(tmp_path, bulk_files())
        assert "student" in kept()
        undo_last_run(NIGHTLY, source="oneroster")
        assert kept() == set()
        load(tmp_path, bulk_files(), LATER)
        load(tmp_path, changed(delta_files(), "users.csv", "Dee,Day", "Di,Day"), LATER + DAY)
        assert "student" not in kept()
        load(tmp_path, bulk_files(), LATER + 2 * DAY)
        assert Student.objects.get(source_key="u4").given_name == "Dee"


def test_a_dry_run_and_a_held_run_keep_nothing(tmp_path: Path, as_loader: Loader) -> None:
    with as_loader():
        load(tmp_path, bulk_files(), dry_run=True)
        assert kept() == set()


def test_a_row_that_waits_is_told_again_and_taken_over_once_it_can_be(
    tmp_path: Path, as_loader: Loader
) -> None:
    early = without(bulk_files(), "users.csv", "u4")
    early = without(early, "roles.csv", "r4")
    early = added(early, "enrollments.csv", "e3,,,k1,s1,u4,student,,2025-09-01,")
    with as_loader():
        load(tmp_path, early)
        for night in (1, 2):
            report = load(
                tmp_path, changed(early, "orgs.csv", "Baker", f"B{night}"), AT + night * DAY
            )
            assert report.files["enrollments.csv"]["rejected"] == 1
        whole = added(bulk_files(), "enrollments.csv", "e3,,,k1,s1,u4,student,,2025-09-01,")
        load(tmp_path, whole, AT + 3 * DAY)
        assert SectionEnrollment.objects.get(source_key="e3").ended_at is None


def batch(*rows: tuple[str, str]):  # type: ignore[no-untyped-def]
    import pyarrow as pa

    columns = {
        "line": pa.array(range(len(rows)), pa.int64()),
        "key": pa.array([key for key, _ in rows], pa.string()),
        "ends": pa.array([False] * len(rows)),
        "name": pa.array([name for _, name in rows], pa.string()),
    }
    return pa.RecordBatch.from_pydict(columns)


def sieve_of(packed: bytes) -> Sieve:
    import pyarrow as pa
    import pyarrow.parquet as pq

    return Sieve("student", pq.read_table(pa.BufferReader(packed)))


def test_a_sieve_lets_new_and_doubtful_rows_through_and_knows_what_is_gone() -> None:
    first = Sieve("student")
    assert first.flags(batch(("1", "a"), ("2", "b"), ("3", "c"), ("4", "d"))).all()
    second = sieve_of(first.packed(["4", "5"]))
    assert second.flags(batch(("2", "b"), ("3", "x"), ("4", "d"))).tolist() == [False, True, True]
    assert second.gone().to_pydict() == {"target": ["student"] * 2, "key": ["1", "5"]}
    assert (second.left_out, second.is_ambiguous) == (1, False)


def test_a_key_that_stands_twice_makes_what_was_left_out_ambiguous() -> None:
    first = Sieve("student")
    first.flags(batch(("1", "a"), ("2", "b")))
    second = sieve_of(first.packed([]))
    second.flags(batch(("1", "a"), ("1", "z"), ("2", "b")))
    assert second.is_ambiguous


def test_names_that_differ_eight_bytes_apart_are_two() -> None:
    """DuckDB's own hash of these two keys is the same."""
    first = Sieve("student")
    assert first.flags(batch(("R-T-609874-HR-03-3", "a"))).all()
    second = sieve_of(first.packed([]))
    assert second.flags(batch(("R-T-609674-HR-09-3", "a"))).all()
    second.flags(batch(("R-T-609874-HR-03-3", "a")))
    assert (second.left_out, second.is_ambiguous) == (1, False)


def test_totals_of_attendance_are_those_of_all_rows(tmp_path: Path, as_loader: Loader) -> None:
    path = tmp_path / "attendance_events.csv"
    with as_loader():
        for key in ("1", "2"):
            Student.objects.create(number=key, family_name="I", source="sis", source_key=key)
        for night, kinds in enumerate((("tardy", "tardy"), ("tardy", "left_early"))):
            rows = [f"{key},S101,2026-11-18,{kind}" for key, kind in zip("12", kinds, strict=True)]
            path.write_text("\n".join(["student_id,school_id,date,kind", *rows]) + "\n")
            load_package(NIGHTLY, path=path, at=AT + timedelta(days=300 + night))
        totals = AttendanceDay.objects.filter(ended_at=None).values_list("kind", "students")
        assert set(totals) == {("tardy", 1), ("left_early", 1)}
