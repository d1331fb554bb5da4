"""The odds are those of the lottery, the same for any number of workers, with their interval."""

from math import comb

import numpy as np
import pytest

from bascule.matching.assign import deferred_acceptance
from bascule.matching.futures import Futures, seat_futures, wilson
from tests.matching.plain_heap import drawn_round


def test_each_lottery_is_one_assignment_and_every_student_is_counted_in_each() -> None:
    """Lottery number i is drawn from (seed, i): the counts are those of the same assignments."""
    rankings, priorities, seats, _ = drawn_round(200, 12, 4)
    counts = np.zeros((200, 5), dtype=int)
    for number in range(7):
        lottery = np.random.default_rng([3, number]).permutation(200)
        programs = deferred_acceptance(rankings, priorities, seats, lottery).program
        for student, program in enumerate(programs.tolist()):
            row = rankings[student].tolist()
            counts[student, row.index(program) if program >= 0 else 4] += 1
    found = seat_futures(rankings, priorities, seats, seed=3, draws=7)
    assert (found.counts.tolist(), found.draws) == (counts.tolist(), 7)
    assert found.counts.sum(axis=1).tolist() == [7] * 200


def test_the_counts_do_not_depend_on_the_number_of_workers() -> None:
    rankings, priorities, seats, _ = drawn_round(60, 6, 3)
    alone, together = (
        seat_futures(rankings, priorities, seats, seed=5, draws=9, workers=workers).counts.tolist()
        for workers in (1, 2)
    )
    assert alone == together
    assert alone != seat_futures(rankings, priorities, seats, seed=6, draws=9).counts.tolist()


def test_two_who_want_the_one_seat_have_it_half_the_time_within_the_interval() -> None:
    found = seat_futures([[0, 1], [0, -1], [1, -1]], [[1, 0], [1, 0], [0, 0]], [1, 1], seed=1)
    low, high = found.intervals
    assert found.draws == 1_000
    assert (low[:2, 0] < 0.5).all()
    assert (high[:2, 0] > 0.5).all()
    assert found.counts[0, 0] + found.counts[1, 0] == 1_000
    assert found.counts[:2, 1].tolist() == [found.counts[0, 1], 0]
    assert 0 < found.counts[0, 1] < found.counts[0, 0] + found.counts[0, 2]


def test_who_has_the_better_priority_has_the_seat_in_every_lottery() -> None:
    found = seat_futures([[0], [0]], [[0], [1]], [1], seed=1, draws=50)
    assert found.counts.tolist() == [[50, 0], [0, 50]]


def test_the_interval_is_the_published_one() -> None:
    """Newcombe 1998, table I, method 3 (Wilson's score without correction), 95 %."""
    cases = [(81, 263), (15, 148), (0, 20), (1, 29)]
    found = [
        tuple(round(float(each[0]), 4) for each in wilson(np.array([hits]), draws))
        for hits, draws in cases
    ]
    assert found == [(0.2553, 0.3662), (0.0624, 0.1605), (0.0, 0.1611), (0.0061, 0.1718)]


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    """Exactly, over all counts of 1,000 draws: at least 94 of 100 times for chances 2-98 %."""
    counts = np.arange(1_001)
    low, high = wilson(counts, 1_000)
    for chance in (0.02, 0.1, 0.25, 0.5, 0.75, 0.98):
        covered = ((low <= chance) & (chance <= high)).tolist()
        terms = (
            comb(1_000, count) * chance**count * (1 - chance) ** (1_000 - count)
            for count in counts.tolist()
            if covered[count]
        )
        assert sum(terms) > 0.94


def test_no_lottery_or_no_worker_is_refused() -> None:
    for asked in ({"draws": 0}, {"workers": 0}):
        with pytest.raises(ValueError, match="at least one lottery"):
            seat_futures([[0]], [[0]], [1], seed=1, **asked)


def test_shares_and_intervals_are_of_the_counts() -> None:
    found = Futures(np.array([[8, 0]]), 8)
    low, high = found.intervals
    assert found.shares.tolist() == [[1.0, 0.0]]
    assert (low[0, 1], high[0, 0]) == (0.0, 1.0)
    assert round(float(low[0, 0]), 4) == 0.6756
