"""The flow matrix counts each move once, between the right two units."""

from collections import Counter
from itertools import pairwise

import pytest

from bascule.metrics.flows import Flow, flows
from bascule.metrics.runs import Unit
from bascule.roster.rules import HIGHLY_MOBILE
from bascule.roster.stints import entry_kind, exit_kind
from tests.metrics.random_district import AS_OF, District


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> District:
    return District(tmp_path_factory.mktemp("snapshot"))


def moves_of_2025(district: District) -> Counter[tuple[str, str]]:
    return Counter(
        (str(first.school), str(second.school))
        for chain in district.chains.values()
        for first, second in pairwise(chain)
        if first.school != second.school
        and second.school_year == 2025
        and second.starts_on <= AS_OF
        and exit_kind(first) not in HIGHLY_MOBILE.names("promotional_exits")
        and entry_kind(second) not in HIGHLY_MOBILE.names("promotional_entries")
    )


def test_the_matrix_of_schools_counts_every_move_of_the_year(district: District) -> None:
    expected = moves_of_2025(district)
    assert len(expected) == 6
    assert flows(district.snapshot, Unit.SCHOOL, 2025) == [
        Flow(sender, receiver, count) for (sender, receiver), count in sorted(expected.items())
    ]


def test_moves_inside_a_network_flow_to_itself(district: District) -> None:
    total = sum(moves_of_2025(district).values())
    assert flows(district.snapshot, Unit.NETWORK, 2025) == [Flow("1", "1", total)]


def test_the_district_has_no_flow(district: District) -> None:
    with pytest.raises(ValueError, match="no flow but to itself"):
        flows(district.snapshot, Unit.DISTRICT, 2025)
