"""The rules over a whole snapshot find exactly what the rules find student by student."""

from collections.abc import Callable

import pytest

from bascule.kernel.school_calendar import SchoolCalendar
from bascule.metrics.findings import SET_RULES, findings_of
from bascule.roster import flags
from bascule.roster.rules import RULES, Finding
from tests.metrics.random_district import AS_OF, DAYS, District


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> District:
    return District(tmp_path_factory.mktemp("snapshot"))


CALENDAR = SchoolCalendar.of(DAYS)


def of_student(district: District, key: str, who: int) -> list[Finding]:
    """Return what the pure rule finds for one student."""
    stints, born_on = district.chains[who], district.born[who]
    proofs = [proof for student, proof in district.proofs if student == who]
    absences = [absence for student, absence in district.absences if student == who]
    pure: dict[str, Callable[[], list[Finding]]] = {
        "highly_mobile": lambda: flags.highly_mobile(stints, AS_OF, CALENDAR),
        "enrollment_gap": lambda: flags.enrollment_gaps(stints, born_on, AS_OF, CALENDAR),
        "same_school_re_entry": lambda: flags.same_school_re_entries(stints, AS_OF, CALENDAR),
        "unproven_transfer": lambda: flags.unproven_transfers(stints, proofs, AS_OF),
        "did_not_arrive": lambda: flags.did_not_arrive(stints, absences, AS_OF),
        "overlap": lambda: flags.claims_overlap(district.claims[who], AS_OF),
    }
    return pure[key]()


@pytest.mark.parametrize("key", RULES)
def test_a_rule_over_the_district_equals_the_rule_student_by_student(
    district: District, key: str
) -> None:
    expected = [(who, found) for who in district.chains for found in of_student(district, key, who)]
    assert len(expected) > 50
    found = findings_of(district.snapshot, RULES[key])
    assert sorted(found, key=repr) == sorted(expected, key=repr)


def test_findings_of_a_highly_mobile_district_are_both_open_and_over(district: District) -> None:
    ends = [found.ended_on for _, found in findings_of(district.snapshot, RULES["highly_mobile"])]
    assert None in ends
    assert any(ends)


def test_only_what_is_true_now_is_returned_on_request(district: District) -> None:
    rule = RULES["enrollment_gap"]
    every = findings_of(district.snapshot, rule)
    current = findings_of(district.snapshot, rule, only_current=True)
    assert current == [(who, found) for who, found in every if found.ended_on is None]
    assert 0 < len(current) < len(every)


def test_every_declared_rule_has_its_set_based_form() -> None:
    assert set(SET_RULES) == set(RULES)
