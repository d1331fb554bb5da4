"""The second night stages only what changed, and ends where a first night would have."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from bascule.directory.models import Organization
from bascule.feeds.actions import load_package, look_ahead, undo_last_run
from bascule.feeds.models import FileRun, Quarantine
from bascule.kernel.actor import NIGHTLY
from bascule.roster.models import EnrollmentClaim, Stint, Student

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loader = Callable[[], AbstractContextManager[None]]
AT = datetime(2026, 11, 20, 11, tzinfo=UTC)
HEADER = "student_id,school_id,event,date,code,reason,grade"
SCHOOLS = ("S101", "S102", "S201", "S203")
Events = dict[str, list[str]]


def history(draw: random.Random, student: str) -> list[str]:
    """A student's events: some overlap, some lie open, some withdraw from nowhere."""
    rows, day = [], date(2024, 8, 26) + timedelta(days=draw.randrange(200))
    for _ in range(draw.randint(1, 4)):
        school, grade = draw.choice(SCHOOLS), draw.choice(("08", "09", "10"))
        if draw.random() < 0.9:
            rows.append(f"{student},{school},E,{day},{draw.choice(('02', '04'))},,{grade}")
        day += timedelta(days=draw.randint(-5, 90))
        if draw.random() < 0.7:
            rows.append(f"{student},{school},W,{day},{draw.choice(('01', '20'))},,{grade}")
        day += timedelta(days=draw.randint(0, 60))
    return rows


def changed(draw: random.Random, before: Events) -> Events:
    """The next night: most as before, some corrected, some gone, some new."""
    after = {student: list(rows) for student, rows in before.items() if draw.random() > 0.05}
    for student in [student for student in after if draw.random() < 0.2]:
        after[student] = history(draw, student)
    for student in [student for student in after if draw.random() < 0.1]:
        after[student] = [f"{row[:-2]}11" for row in after[student]]
    return after | {f"9{number:07}": history(draw, f"9{number:07}") for number in range(5)}


def write(path: Path, events: Events) -> Path:
    rows = [row for found in events.values() for row in found]
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def kept_back() -> set[str]:
    """Students with a row in quarantine: what it names is not ended, so what was known stays."""
    run = FileRun.objects.order_by("id").last()
    keys = Quarantine.objects.filter(run=run).values_list("key", flat=True)
    return {key.split("|")[0] for key in keys}


def held() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]], list[tuple[object, ...]]]:
    """What the roster says now, without ids and times, of students with no row kept back."""
    sound = Student.objects.exclude(source_key__in=kept_back())
    claims = EnrollmentClaim.objects.filter(known_until__isnull=True, student__in=sound)
    claims = claims.order_by("source_key")
    stints = Stint.objects.filter(student__in=sound).order_by("student__source_key", "starts_on")
    named = ("student__source_key", "school__source_key", "starts_on", "ends_on")
    students = sound.filter(stints__isnull=False).distinct().order_by("source_key")
    return (
        list(claims.values_list("source_key", *named, "entry_code", "exit_code", "grade")),
        list(stints.values_list(*named, "school_year", "entry_code", "exit_code", "grade")),
        list(students.values_list("source_key", "school__source_key", "left_on", "exit_code")),
    )


def forget_everything() -> None:
    Stint.objects.all().delete()
    EnrollmentClaim.objects.all().delete()
    Student.objects.update(school=None, entered_on=None, left_on=None, exit_code="", grade="")
    FileRun.objects.update(digest="")


@pytest.mark.parametrize("seed", range(4))
def test_a_changed_history_ends_where_loading_it_at_once_does(
    seed: int, tmp_path: Path, as_loader: Loader
) -> None:
    draw = random.Random(seed)
    first = {f"8{number:07}": history(draw, f"8{number:07}") for number in range(60)}
    path, allow = tmp_path / "enrollment_events.csv", list(SCHOOLS)
    with as_loader():
        load_package(NIGHTLY, path=write(path, first), at=AT, allow=allow)
        second = changed(draw, first)
        write(path, second)
        report = load_package(NIGHTLY, path=path, at=AT + timedelta(days=1), allow=allow)
        counts, step_by_step = report.files[path.name], held()
        assert report.outcome == FileRun.Outcome.LOADED
        assert min(counts[kind] for kind in ("new", "changed", "unchanged", "ended")) > 0
        forget_everything()
        load_package(NIGHTLY, path=path, at=AT, allow=allow)
        assert step_by_step == held()
        assert len(step_by_step[0]) > 60


ROWS = [f"7000000{number},S101,E,2026-08-24,02,,10" for number in range(1, 6)]


def digests() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("select student_key from roster_claimdigest")
        return {key for (key,) in cursor.fetchall()}


def test_only_the_students_whose_lines_changed_are_staged(
    tmp_path: Path, as_loader: Loader, staged: list[int]
) -> None:
    path = tmp_path / "enrollment_events.csv"
    with as_loader():
        load_package(NIGHTLY, path=write(path, {"all": ROWS}), at=AT)
        write(path, {"all": [*ROWS[1:], ROWS[0].replace(",10", ",11")]})
        report = load_package(NIGHTLY, path=path, at=AT + timedelta(days=1))
        assert report.files[path.name] == {"read": 5, "changed": 1, "unchanged": 4, "rejected": 0}
        assert staged == [5, 1]


def test_a_row_kept_back_is_told_again_with_its_own_line(
    tmp_path: Path, as_loader: Loader, staged: list[int]
) -> None:
    path = tmp_path / "enrollment_events.csv"
    faulty = ["70000006,S101,E,2026-13-24,02,,10", "70000007,S999,E,2026-08-24,02,,10"]
    with as_loader():
        load_package(NIGHTLY, path=write(path, {"all": [*ROWS, *faulty]}), at=AT)
        assert digests() == {f"7000000{number}" for number in range(1, 6)}
        write(path, {"all": [*ROWS, *faulty, "70000008,S101,E,2026-08-24,02,,10"]})
        report = load_package(NIGHTLY, path=path, at=AT + timedelta(days=1))
        assert report.files[path.name] == {"read": 8, "new": 1, "unchanged": 5, "rejected": 2}
        run = FileRun.objects.order_by("id").last()
        rows = Quarantine.objects.filter(run=run).order_by("line").values_list("line", "code")
        assert list(rows) == [(7, "invalid-date"), (8, "unknown-school")]
        assert staged == [6, 2]


def test_a_school_that_becomes_known_is_found_though_no_line_changed(
    tmp_path: Path, as_loader: Loader
) -> None:
    path = tmp_path / "enrollment_events.csv"
    with as_loader():
        school = Organization.objects.get(source_key="S203")
        load_package(NIGHTLY, path=write(path, {"all": ROWS}), at=AT)
        Organization.objects.filter(pk=school.pk).update(source_key="S777")
        write(path, {"all": [*ROWS, "70000008,S777,E,2026-08-24,02,,10"]})
        report = load_package(NIGHTLY, path=path, at=AT + timedelta(days=1))
        assert report.files[path.name] == {"read": 6, "new": 1, "unchanged": 5, "rejected": 0}


def test_an_undone_run_is_read_again_whole(tmp_path: Path, as_loader: Loader) -> None:
    path = tmp_path / "enrollment_events.csv"
    later = [row.replace(",10", ",11") for row in ROWS[:2]]
    with as_loader():
        load_package(NIGHTLY, path=write(path, {"all": ROWS}), at=AT)
        write(path, {"all": [*later, *ROWS[2:]]})
        load_package(NIGHTLY, path=path, at=AT + timedelta(days=1))
        undo_last_run(NIGHTLY, source="sis_ew")
        assert digests() == {"70000003", "70000004", "70000005"}
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        report = load_package(NIGHTLY, path=path, at=AT + timedelta(days=2))
        assert (report.files[path.name]["changed"], report.files[path.name]["unchanged"]) == (2, 3)
        assert set(Stint.objects.values_list("student__source_key", "grade")) == {
            ("70000001", "11"), ("70000002", "11"), ("70000003", "10"), ("70000004", "10"),
            ("70000005", "10"),
        }  # fmt: skip


@pytest.fixture
def staged() -> Iterator[list[int]]:
    """How many claims each run staged, counted just before they are resolved."""
    found: list[int] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "create unlogged table stage.claim as" in sql:
            with connection.cursor() as cursor:
                cursor.execute("select count(*) from stage.enrollment_claim")
                found.append(cursor.fetchone()[0])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield found


def test_digests_begun_ahead_count_only_while_the_file_is_as_it_was(
    tmp_path: Path, as_loader: Loader
) -> None:
    path, counts = tmp_path / "enrollment_events.csv", []
    nights = [ROWS, ROWS[:4], [*ROWS[:3], ROWS[3].replace(",10", ",11")]]
    with as_loader(), ThreadPoolExecutor(max_workers=1) as beside:
        for night, rows in enumerate(nights):
            ahead = look_ahead(beside, [path, tmp_path / "nothing.csv"]) if path.exists() else None
            write(path, {"all": rows})  # after it was begun: what was begun is of the night before
            if night == 2:
                ahead = look_ahead(beside, [path])
            at = AT + timedelta(days=night)
            report = load_package(NIGHTLY, path=path, at=at, allow=SCHOOLS, ahead=ahead)
            counts.append({key: n for key, n in report.files[path.name].items() if n})
    assert counts == [
        {"read": 5, "new": 5},
        {"read": 4, "unchanged": 4, "ended": 1},
        {"read": 4, "unchanged": 3, "changed": 1},
    ]


def test_digests_begun_ahead_do_not_count_once_another_school_is_known(
    tmp_path: Path, as_loader: Loader
) -> None:
    path = write(
        tmp_path / "enrollment_events.csv", {"all": [*ROWS, ROWS[0].replace("S101", "S9")]}
    )
    with as_loader(), ThreadPoolExecutor(max_workers=1) as beside:
        load_package(NIGHTLY, path=path, at=AT)
        assert EnrollmentClaim.objects.count() == 5
        path.write_bytes(path.read_bytes() + b"\n")
        ahead = look_ahead(beside, [path])
        Organization.objects.create(kind="school", name="New", source="sis", source_key="S9")
        load_package(NIGHTLY, path=path, at=AT + timedelta(days=1), ahead=ahead)
        assert EnrollmentClaim.objects.filter(school__source_key="S9").count() == 1
