"""What a night keeps is what was planted: recall and precision of the six rules, as stored.

The night's flags are compared with the manifest, near misses included. A flag is kept while it is
true: of what was planted, the plain reader of the files says what still is. BASCULE_SEED chooses
the district.
"""

import os
import sys
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from bascule.kernel.clock import holding_clock
from bascule.mobility.models import Flag
from bascule.ops.generator import generate_district
from bascule.ops.nightly import run_night
from tests.databases import as_role
from tests.ops.generator.reading import Folder, highly_mobile_now

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])

STUDENTS, YEARS = 10_000, 3
FILES = ("schools.csv", "calendar.csv", "oneroster.zip", "enrollment_events.csv")
AS_OF = date(2026, 11, 20)
EVENING = datetime.combine(AS_OF, time(23), ZoneInfo("America/Chicago"))
AT_LEAST = 0.99
# Our rules by the kinds of the manifest.
KINDS = {
    "overlap": "overlap",
    "enrollment_gap": "enrollment_gap",
    "same_school_re_entry": "drop_and_return",
    "unproven_transfer": "unproven_transfer",
    "did_not_arrive": "did_not_arrive",
    "highly_mobile": "highly_mobile",
}
Seen = set[tuple[str, str]]
"""(student, first day) of each finding."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    out, seed = tmp_path_factory.mktemp("district"), int(os.environ.get("BASCULE_SEED", "1"))
    generate_district(out, students=STUDENTS, years=YEARS, seed=seed, as_of=AS_OF)
    return Folder(out, AS_OF)


@pytest.fixture(scope="module")
def stored(
    folder: Folder,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Seen]:
    """The findings of one night over the whole district, by rule, as they stand in the table."""
    with django_db_blocker.unblock(), transaction.atomic():
        with as_role("loader"), holding_clock(EVENING):
            night = run_night(
                files=[folder.path / name for name in FILES], home=tmp_path_factory.mktemp("home"),
                at=EVENING, is_measured=False,
            )  # fmt: skip
            assert not any("refused" in stage["counts"] for stage in night.stages)
            rows = Flag.objects.filter(cleared_at=None).values_list(
                "rule", "student__number", "began_on"
            )
            found: dict[str, Seen] = {rule: set() for rule in KINDS}
            for rule, student, began_on in rows:
                found[rule].add((student, str(began_on)))
        transaction.set_rollback(True)
    return found


def still_true(folder: Folder, rule: str) -> Seen:
    """What was planted for a rule and is so on the last day, by the plain reader's word."""
    planted = folder.planted(KINDS[rule], "true")
    if rule in ("enrollment_gap", "did_not_arrive"):
        return {(who, day) for who, day in planted if not has_come_back(folder, who, day)}
    if rule == "highly_mobile":
        latest = dict(sorted(planted))  # an earlier spell of the same student is over
        return {(who, latest[who]) for who in highly_mobile_now(folder) & latest.keys()}
    return planted


def has_come_back(folder: Folder, student: str, day: str) -> bool:
    """Say whether the student is claimed by any school from a later day on."""
    return any(claim.start and str(claim.start) > day for claim in folder.claims[student])


@pytest.mark.parametrize("rule", KINDS)
def test_what_is_stored_is_what_was_planted_and_is_still_so(
    stored: dict[str, Seen], folder: Folder, rule: str
) -> None:
    found, planted = stored[rule], still_true(folder, rule)
    near = folder.planted(KINDS[rule], "false")
    recall, precision = (len(found & planted) / len(each) for each in (planted, found))
    sys.stdout.write(
        f"\n{rule}: {len(planted)} to be found, {len(near)} near misses, {len(found)} stored,"
        f" recall {recall:.3f}, precision {precision:.3f}"
    )
    assert len(planted) >= 3
    assert len(near) >= 3
    assert found.isdisjoint(near)
    unlike = sorted(found ^ planted)
    assert (recall >= AT_LEAST, precision >= AT_LEAST) == (True, True), unlike
