"""What a clerk has proven is proven for the night too: the flag of the leaver clears."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from bascule.access.acting import acting, actor_of
from bascule.access.models import User
from bascule.cases.actions import take_step
from bascule.cases.models import CaseFile
from bascule.directory.models import Organization
from bascule.kernel.clock import holding_clock
from bascule.mobility.models import Flag
from bascule.ops.nightly import run_night
from tests.ops.test_night import HEADER, STAYS

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loading = Callable[[], AbstractContextManager[None]]
AT = datetime(2026, 11, 20, 11, tzinfo=UTC)
LEFT = "80000001,S101,E,2026-08-24,02,,09\n80000001,S101,W,2026-10-20,33,,09\n"
ALSO_LEFT = LEFT.replace("80000001", "80000002")
PROOF = {"proof": "records_request", "received_on": "2026-11-20", "school": "Rockford East"}


def flags() -> dict[str, bool]:
    """Who bears the flag of an unproven transfer, by number: whether it stands."""
    rows = Flag.objects.filter(rule="unproven_transfer").order_by("id")
    return {flag.student.source_key: flag.cleared_at is None for flag in rows}


def test_what_is_proven_clears_the_flag_and_opens_no_case_again(
    tmp_path: Path, as_loader: Loading
) -> None:
    path, nights = tmp_path / "enrollment_events.csv", tmp_path / "nights"
    path.write_text(HEADER + STAYS + LEFT + ALSO_LEFT, encoding="utf-8")
    with as_loader():
        run_night(files=[path], home=nights, at=AT, is_measured=False)
        assert flags() == {"80000001": True, "80000002": True}
        case = CaseFile.objects.get(
            workflow="unproven_transfer", student__source_key="80000001", closed_at=None
        )
    clerk = actor_of(User.objects.get(username="clerk_0"), AT.date())
    with holding_clock(AT), acting(clerk):
        take_step(clerk, case=case, step="prove", answers=PROOF)
    with as_loader():
        for night in (1, 2):
            at = AT + timedelta(days=night)
            run = run_night(files=[path], home=nights, at=at, is_measured=False)
            assert flags() == {"80000001": False, "80000002": True}
            written = pq.ParquetFile(nights / str(run.as_of) / "proofs.parquet").read().to_pylist()
            school = Organization.objects.get(source_key="S101")
            assert written == [
                {"student_id": case.student_id, "school_id": school.pk,
                 "exited_on": date(2026, 10, 20)},
            ]  # fmt: skip
        open_now = CaseFile.objects.filter(workflow="unproven_transfer", closed_at=None)
        assert list(open_now.values_list("student__source_key", flat=True)) == ["80000002"]
