"""A night over small files: what a correction changes is what a first night would have found."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bascule.cases.models import CaseFile
from bascule.mobility.models import Flag
from bascule.ops.nightly import run_night

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loading = Callable[[], AbstractContextManager[None]]
AT = datetime(2026, 11, 20, 11, tzinfo=UTC)
HEADER = "student_id,school_id,event,date,code,reason,grade\n"
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
            run_night(files=[path], home=tmp_path / "nights", at=at, is_measured=False)
        [case] = CaseFile.objects.filter(student__source_key="80000001")
        [flag] = Flag.objects.filter(student__source_key="80000001", cleared_at=None)
        assert flag.because == "Enrolled nowhere since Oct 14, 2026, for more than 10 school days."
        assert case.reason.startswith(flag.because)
        assert case.particulars["began_on"] == "2026-10-14"
