"""The whole thread: a night proposes, a steward speaks, the next night finds what follows."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bascule.access.acting import acting
from bascule.cases.models import CaseFile
from bascule.feeds.actions import load_package
from bascule.kernel.actor import NIGHTLY, Actor
from bascule.ops.nightly import run_night
from bascule.roster.actions.judging import judge_pair
from bascule.roster.models import LookAlike, Student

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loader = Callable[[], AbstractContextManager[None]]
AT = datetime(2026, 11, 18, 11, tzinfo=UTC)
DAY = timedelta(days=1)
EVENTS = """\
student_id,school_id,event,date,code,reason,grade
1,S101,E,2026-08-24,02,,10
2,S201,E,2026-10-05,04,,10
3,S102,E,2026-08-24,02,,10
4,S203,E,2026-08-24,02,,10
"""
NAMES = (
    ("1", "Brielle", "Okonkwo"), ("2", "Brielle", "Okonkwo"), ("3", "Teresa", "Franco"),
    ("4", "Marcus", "Deng"),
)  # fmt: skip


class Nights:
    """Nights over the same four students, one a day; the file differs by its last line."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.at = folder, AT

    def file(self) -> Path:
        """Write the file of the next day."""
        self.at += DAY
        path = self.folder / f"{self.at:%d}" / "enrollment_events.csv"
        path.parent.mkdir()
        path.write_text(EVENTS + "\n" * self.at.day, encoding="utf-8")
        return path

    def run(self) -> dict[str, dict[str, int]]:
        """Run the next night; return what each stage counted, by title."""
        path, home = self.file(), self.folder / "snapshots"
        night = run_night(files=[path], home=home, at=self.at, is_measured=False)
        return {stage["title"]: stage["counts"] for stage in night.stages}


@pytest.fixture
def nights(tmp_path: Path, as_loader: Loader) -> Nights:
    with as_loader():
        made = Nights(tmp_path)
        load_package(NIGHTLY, path=made.file(), at=made.at)
        for key, given, family in NAMES:
            Student.objects.filter(source_key=key).update(
                given_name=given,
                family_name=family,
                birth_on=date(2010, 5, 14),
                changed_at=made.at + timedelta(hours=1),
            )
        return made


def overlaps() -> list[tuple[str, bool]]:
    """Return whose claims overlap as cases say, and whether each is closed."""
    cases = CaseFile.objects.filter(workflow="claims_overlap").order_by("id")
    return [(case.student.source_key if case.student else "", case.closed_at is not None)
            for case in cases]  # fmt: skip


def test_what_two_records_claim_becomes_a_case_the_same_night_and_is_cleared_with_the_undo(
    nights: Nights, actor: Callable[[str], Actor], as_loader: Loader
) -> None:
    steward = actor("steward")
    with as_loader():
        found = nights.run()["Look for students with two records"]
        assert (found["pairs"], overlaps()) == (1, [])
        pair = LookAlike.objects.get()
        first = Student.objects.get(source_key="1")
    with acting(steward):
        judge_pair(steward, pair=pair, answer="same", survivor=first, at=nights.at)
    with as_loader():
        stages = nights.run()
        assert stages["Bring records of one student together"]["brought together"] == 1
        assert stages["Load enrollment_events.csv"]["unchanged"] == 4
        assert overlaps() == [("1", False)]
        [case] = CaseFile.objects.filter(workflow="claims_overlap")
        assert {claim["from"] for claim in case.particulars["claims"]} == {
            "2026-08-24", "2026-10-05",
        }  # fmt: skip
    with acting(steward):
        judge_pair(steward, pair=pair, answer="different", at=nights.at)
    with as_loader():
        stages = nights.run()
        assert stages["Bring records of one student together"]["brought apart"] == 1
        assert overlaps() == [("1", True)]
        assert stages["Look for students with two records"]["new"] == 0
