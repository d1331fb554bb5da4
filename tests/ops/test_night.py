"""A night over small files: what a correction changes is what a first night would have found."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bascule.cases.models import CaseFile
from bascule.metrics.actions import publish_values
from bascule.metrics.models import Value
from bascule.metrics.snapshot import open_snapshot
from bascule.mobility.models import Flag
from bascule.ops.nightly import run_night

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loading = Callable[[], AbstractContextManager[None]]
AT = datetime(2026, 11, 20, 11, tzinfo=UTC)
HEADER = "student_id,school_id,event,date,code,reason,grade\n"
SAID = ("measure", "profile", "organization", "numerator", "denominator", "percent", "is_hidden")
STAYS = "".join(f"7{n:07},S101,E,2026-08-24,02,,09\n" for n in range(30))
GONE = "80000001,S101,E,2026-08-24,02,,09\n80000001,S101,W,2026-10-20,20,,09\n"
CORRECTED = GONE.replace("2026-10-20", "2026-10-13")


def test_a_correction_reaches_the_flag_and_the_case_that_it_opened(
    tmp_path: Path, as_loader: Loading
) -> None:
    path = tmp_path / "enrollment_events.csv"
    with as_loader():
        for night, rows in enumerate((GONE, CORRECTED)):
            path.write_text(HEADER + STAYS + rows, encoding="utf-8")
            at = AT + timedelta(days=night)
            run = run_night(files=[path], home=tmp_path / "nights", at=at, is_measured=False)
        [case] = CaseFile.objects.filter(student__source_key="80000001")
        [flag] = Flag.objects.filter(student__source_key="80000001", cleared_at=None)
        assert flag.because == "Enrolled nowhere since Oct 14, 2026, for more than 10 school days."
        assert case.reason.startswith(flag.because)
        assert case.particulars["began_on"] == "2026-10-14"
        [gap] = [each for each in run.stages if each["title"] == "Find: enrollment gap"]
        assert gap["counts"] == {
            "true": 1, "new": 1, "renewed": 0, "cleared": 1,
            "cases opened": 0, "cases cleared": 0, "cases renewed": 1,
        }  # fmt: skip
        at += timedelta(days=1)
        again = run_night(files=[path], home=tmp_path / "nights", at=at, is_measured=False)
        [gap] = [each for each in again.stages if each["title"] == "Find: enrollment gap"]
        assert gap["counts"] == {
            "true": 1, "new": 0, "renewed": 0, "cleared": 0,
            "cases opened": 0, "cases cleared": 0, "cases renewed": 0,
        }  # fmt: skip


def test_figures_computed_beside_the_findings_are_those_of_the_snapshot(
    tmp_path: Path, as_loader: Loading
) -> None:
    path = tmp_path / "enrollment_events.csv"
    path.write_text(HEADER + STAYS + GONE, encoding="utf-8")
    with as_loader():
        run = run_night(files=[path], home=tmp_path / "nights", at=AT)
        measured = [each for each in run.stages if each["title"] == "Measure and audit 2026-27"]
        published = list(Value.objects.filter(school_year=2027).values_list(*SAID))
        snapshot = open_snapshot(tmp_path / "nights" / run.as_of.isoformat())
        assert publish_values(snapshot, school_year=2027) == measured[0]["counts"]["values"] > 0
        assert set(Value.objects.filter(school_year=2027).values_list(*SAID)) == set(published)
