"""Ten rows of entries and withdrawals, from the file to the chain of stints."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bascule.feeds.actions import load_package, undo_last_run
from bascule.feeds.models import FileRun, Quarantine
from bascule.kernel.actor import NIGHTLY
from bascule.kernel.refusal import Refusal
from bascule.roster.models import EnrollmentClaim, Stint, Student

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])

TEN_ROWS = """\
student_id,school_id,event,date,code,reason,grade
70000001,S101,E,2026-08-24,02,,10
70000002,S101,E,2026-08-24,02,,11
70000002,S101,W,2026-10-09,02,,11
70000002,S201,E,2026-10-12,04,,11
70000003,S201,E,2026-08-24,02,,09
70000003,S101,E,2026-10-05,04,,09
70000004,S102,E,2026-08-24,02,,07
70000004,S102,W,2026-10-02,33,,07
70000005,S999,E,2026-08-24,02,,12
70000006,S203,E,2026-08-24,01,,09
"""

AT = datetime(2026, 11, 20, 11, tzinfo=UTC)
Loader = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def ten_rows(tmp_path: Path) -> Path:
    path = tmp_path / "enrollment_events.csv"
    path.write_text(TEN_ROWS, encoding="utf-8")
    return path


def load(path: Path, **options: object):  # type: ignore[no-untyped-def]
    return load_package(NIGHTLY, path=path, at=AT, **options)  # type: ignore[arg-type]


def test_nine_rows_load_and_the_unknown_school_waits_in_quarantine(
    ten_rows: Path, as_loader: Loader
) -> None:
    with as_loader():
        report = load(ten_rows)
        assert (report.verdict, report.outcome) == ("accept", FileRun.Outcome.LOADED)
        assert report.files["enrollment_events.csv"] == {"read": 10, "new": 7, "rejected": 1}
        [row] = Quarantine.objects.all()
        assert (row.file, row.line, row.code) == ("enrollment_events.csv", 10, "unknown-school")
        assert "S999" in row.message
        assert EnrollmentClaim.objects.count() == 7


def test_overlapping_claims_become_a_chain_in_which_the_later_entry_wins(
    ten_rows: Path, as_loader: Loader
) -> None:
    with as_loader():
        load(ten_rows)
        chain = Stint.objects.filter(student__source_key="70000003")
        assert list(chain.values_list("school__source_key", "starts_on", "ends_on")) == [
            ("S201", date(2026, 8, 24), date(2026, 10, 4)),
            ("S101", date(2026, 10, 5), None),
        ]
        student = Student.objects.get(source_key="70000003")
        assert (student.school.source_key, student.left_on) == ("S101", None)


def test_the_same_bytes_again_change_nothing(ten_rows: Path, as_loader: Loader) -> None:
    with as_loader():
        load(ten_rows)
        before = list(EnrollmentClaim.objects.order_by("id").values())
        report = load(ten_rows)
        assert report.outcome == FileRun.Outcome.UNCHANGED
        assert list(EnrollmentClaim.objects.order_by("id").values()) == before


def test_a_dry_run_counts_and_changes_nothing(ten_rows: Path, as_loader: Loader) -> None:
    with as_loader():
        report = load(ten_rows, dry_run=True)
        assert report.files["enrollment_events.csv"]["new"] == 7
        assert not EnrollmentClaim.objects.exists()
        assert not FileRun.objects.exists()


def test_a_corrected_claim_keeps_what_was_known_before(ten_rows: Path, as_loader: Loader) -> None:
    with as_loader():
        load(ten_rows)
        ten_rows.write_text(TEN_ROWS.replace("2026-10-02,33", "2026-10-01,33"), encoding="utf-8")
        later = datetime(2026, 11, 21, 11, tzinfo=UTC)
        report = load_package(NIGHTLY, path=ten_rows, at=later)
        assert report.files["enrollment_events.csv"]["changed"] == 1
        versions = EnrollmentClaim.objects.filter(student__source_key="70000004").order_by("id")
        assert list(versions.values_list("ends_on", "known_from", "known_until")) == [
            (date(2026, 10, 2), AT, later),
            (date(2026, 10, 1), later, None),
        ]
        assert Stint.objects.get(student__source_key="70000004").ends_on == date(2026, 10, 1)


def test_a_claim_that_is_no_longer_reported_ends_but_a_quarantined_one_does_not(
    ten_rows: Path, as_loader: Loader
) -> None:
    with as_loader():
        load(ten_rows)
        without_six = TEN_ROWS.replace("70000006,S203,E,2026-08-24,01,,09\n", "")
        spoiled = without_six.replace("70000001,S101,E,2026-08-24", "70000001,S101,E,2026-13-24")
        ten_rows.write_text(spoiled, encoding="utf-8")
        report = load(ten_rows)
        assert report.files["enrollment_events.csv"]["ended"] == 1
        assert not Stint.objects.filter(student__source_key="70000006").exists()
        assert Stint.objects.filter(student__source_key="70000001").exists()


def chains() -> list[tuple[object, ...]]:
    rows = Stint.objects.order_by("student__source_key", "starts_on")
    return list(
        rows.values_list("student__source_key", "school__source_key", "starts_on", "ends_on")
    )


def test_undo_of_the_last_run_restores_every_chain(ten_rows: Path, as_loader: Loader) -> None:
    with as_loader():
        load(ten_rows)
        before = chains()
        spoiled = TEN_ROWS.replace("70000002,S201,E,2026-10-12,04,,11\n", "").replace(
            "70000006,S203,E,2026-08-24", "70000006,S203,E,2026-09-01"
        )
        ten_rows.write_text(spoiled + "70000007,S101,E,2026-11-02,05,,10\n", encoding="utf-8")
        load_package(NIGHTLY, path=ten_rows, at=AT + timedelta(days=1))
        assert chains() != before
        run = undo_last_run(NIGHTLY, source="sis_ew")
        assert run.outcome == FileRun.Outcome.UNDONE
        assert chains() == before


def test_undo_with_nothing_loaded_says_so(as_loader: Loader) -> None:
    with as_loader(), pytest.raises(Refusal, match="Nothing of sis_ew is loaded"):
        undo_last_run(NIGHTLY, source="sis_ew")


MANY = "student_id,school_id,event,date,code,reason,grade\n" + "".join(
    f"6{number:07},S101,E,2026-08-24,02,,10\n" for number in range(60)
)


def test_a_file_that_drops_more_than_ten_percent_of_a_school_is_held(
    tmp_path: Path, as_loader: Loader
) -> None:
    path = tmp_path / "enrollment_events.csv"
    path.write_text(MANY, encoding="utf-8")
    with as_loader():
        load(path)
        before = chains()
        path.write_text("\n".join(MANY.splitlines()[:-11]) + "\n", encoding="utf-8")
        report = load(path)
        assert (report.verdict, report.outcome) == ("reject", FileRun.Outcome.HELD)
        [reason] = [each for each in report.reasons if each.code == "mass-change"]
        assert "Harbor Point High School: 11 of 60 claims are no longer reported" in reason.message
        assert chains() == before
        assert FileRun.objects.filter(outcome=FileRun.Outcome.HELD).count() == 1
        assert load(path, allow=["S101"]).outcome == FileRun.Outcome.LOADED
        assert len(chains()) == 49


def test_exactly_ten_vanishing_claims_pass(tmp_path: Path, as_loader: Loader) -> None:
    path = tmp_path / "enrollment_events.csv"
    path.write_text(MANY, encoding="utf-8")
    with as_loader():
        load(path)
        path.write_text("\n".join(MANY.splitlines()[:-10]) + "\n", encoding="utf-8")
        assert load(path).files["enrollment_events.csv"]["ended"] == 10


def closing(day: str, code: str) -> str:
    rows = "".join(f"6{number:07},S101,W,{day},{code},,10\n" for number in range(60))
    return MANY + rows


def test_the_last_weeks_of_a_year_may_close_every_enrollment_with_their_codes(
    tmp_path: Path, as_loader: Loader
) -> None:
    path = tmp_path / "enrollment_events.csv"
    path.write_text(MANY, encoding="utf-8")
    with as_loader():
        load(path)
        path.write_text(closing("2027-06-11", "33"), encoding="utf-8")
        assert load(path).outcome == FileRun.Outcome.HELD
        path.write_text(closing("2027-02-11", "01"), encoding="utf-8")
        assert load(path).outcome == FileRun.Outcome.HELD
        path.write_text(closing("2027-06-11", "01"), encoding="utf-8")
        assert load(path).outcome == FileRun.Outcome.LOADED


DELTA_HEADER = "student_id,school_id,event,date,code,reason,grade\n"


def delta(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "enrollment_events-delta.csv"
    path.write_text(DELTA_HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def spans(student: str) -> list[tuple[str, date, date | None, str]]:
    claims = EnrollmentClaim.objects.filter(student__source_key=student, known_until=None)
    rows = claims.order_by("starts_on", "pk")
    return list(rows.values_list("school__source_key", "starts_on", "ends_on", "exit_code"))


def test_a_delta_closes_what_an_earlier_file_opened_and_ends_nothing_else(
    ten_rows: Path, tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load(ten_rows)
        report = load(
            delta(
                tmp_path,
                "70000001,S101,W,2026-11-13,33,,10",
                "70000001,S203,E,2026-11-16,04,,10",
            )
        )
        assert report.files["enrollment_events-delta.csv"] == {
            "read": 2, "new": 1, "changed": 1, "rejected": 0,
        }  # fmt: skip
        assert spans("70000001") == [
            ("S101", date(2026, 8, 24), date(2026, 11, 13), "33"),
            ("S203", date(2026, 11, 16), None, ""),
        ]
        assert EnrollmentClaim.objects.filter(known_until=None).count() == 8


def test_a_delta_corrects_the_code_of_a_day_that_it_repeats(
    ten_rows: Path, tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load(ten_rows)
        report = load(delta(tmp_path, "70000002,S101,W,2026-10-09,33,,11"))
        assert report.files["enrollment_events-delta.csv"] == {
            "read": 1, "changed": 1, "rejected": 0,
        }  # fmt: skip
        assert spans("70000002")[0] == ("S101", date(2026, 8, 24), date(2026, 10, 9), "33")


def test_a_withdrawal_in_a_delta_replaces_an_end_that_was_inferred(
    ten_rows: Path, tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load(ten_rows)
        load(delta(tmp_path, "70000001,S101,E,2026-10-05,04,,10"))
        assert spans("70000001")[0][1:3] == (date(2026, 8, 24), date(2026, 10, 4))
        later = tmp_path / "later-delta.csv"
        later.write_text(DELTA_HEADER + "70000001,S101,W,2026-09-25,33,,10\n", encoding="utf-8")
        load(later)
        assert [each[1:3] for each in spans("70000001")] == [
            (date(2026, 8, 24), date(2026, 9, 25)),
            (date(2026, 10, 5), None),
        ]


def test_a_withdrawal_of_somebody_unknown_waits_in_quarantine(
    ten_rows: Path, tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load(ten_rows)
        report = load(delta(tmp_path, "79999999,S101,W,2026-10-09,33,,11"))
        assert report.files["enrollment_events-delta.csv"] == {"read": 1, "rejected": 1}
        row = Quarantine.objects.get(run__path="enrollment_events-delta.csv")
        assert (row.line, row.code) == (2, "withdrawal-without-entry")


def test_a_delta_can_be_taken_back(ten_rows: Path, tmp_path: Path, as_loader: Loader) -> None:
    with as_loader():
        load(ten_rows)
        before = spans("70000001")
        later = AT + timedelta(days=1)
        changes = delta(tmp_path, "70000001,S101,W,2026-11-13,33,,10")
        load_package(NIGHTLY, path=changes, at=later)
        assert spans("70000001") != before
        undo_last_run(NIGHTLY, source="sis_ew")
        assert spans("70000001") == before


def test_bulk_and_deltas_agree_with_the_whole_history_at_once(
    ten_rows: Path, tmp_path: Path, as_loader: Loader
) -> None:
    """The first rows as a bulk file and the rest as deltas make the claims of the whole file."""
    rows = [row for row in TEN_ROWS.splitlines()[1:] if "S999" not in row]
    rows.sort(key=lambda row: row.split(",")[3])
    with as_loader():
        first = tmp_path / "part.csv"
        first.write_text(DELTA_HEADER + "".join(f"{row}\n" for row in rows[:3]), encoding="utf-8")
        load(first)
        for place, row in enumerate(rows[3:]):
            path = tmp_path / f"{place}-delta.csv"
            path.write_text(DELTA_HEADER + row + "\n", encoding="utf-8")
            assert load(path).verdict == "accept"
        known = EnrollmentClaim.objects.filter(known_until=None)
        pieced = set(known.values_list("source_key", "starts_on", "ends_on", "exit_code"))
        load(ten_rows)
        assert set(known.values_list("source_key", "starts_on", "ends_on", "exit_code")) == pieced
        assert len(pieced) == 7
