"""Deferred acceptance beside the plain heap, other libraries, and a thousand lotteries.

Run: .venv/bin/python benchmarks/assignment.py [--students 80000 --programs 700 --ranks 12]
         [--draws 1000] [--workers 2] [--peers FOLDER]
Goals: at most half the time of the plain heap in Python in the same run, no blocking pair, equal
results; 1,000 lotteries at 27,000 x 270 x 20 within a minute on two cores. Lists are drawn with a
fixed seed: popular programs first, four priority groups, one lottery, seats for four of five.
OR-Tools and the package `matching` are no part of the product: where they are installed, or found
in FOLDER (`pip install --target FOLDER ortools matching`), they run on the same lists. The flow
gives the best total of ranks and no stability; `matching` stops at 10,000 students.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bascule.matching.assign import deferred_acceptance
from bascule.matching.futures import seat_futures
from bascule.matching.stability import blocking_pairs

SHARE_GOAL, FUTURES_GOAL = 0.5, 60.0
FUTURES_SIZE = (27_000, 270, 20)
MATCHING_SIZE = (2_000, 40, 5)


def best_of(times: int, *runs: Callable[[], Any]) -> list[tuple[float, Any]]:
    """Let the runs take turns; return each one's least processor seconds and its last answer."""
    best: list[tuple[float, Any]] = [(float("inf"), None)] * len(runs)
    for _ in range(times):
        for number, run in enumerate(runs):
            started = time.process_time()
            answer = run()
            best[number] = (min(best[number][0], time.process_time() - started), answer)
    return best


def against_the_heap(asked: Any, times: int) -> None:
    """Print ours and the floor; fail where they differ, a pair blocks, or the goal is missed."""
    from tests.matching.plain_heap import plain_acceptance

    (ours, found), (floor, plain) = best_of(
        times, lambda: deferred_acceptance(*asked).program, lambda: plain_acceptance(*asked)
    )
    started = time.process_time()
    blocking = len(blocking_pairs(*asked, found))
    checked = time.process_time() - started
    shape = f"{len(asked[0]):,} x {len(asked[2])} x {asked[0].shape[1]}"
    print(f"{shape}: {ours:.3f} s, plain heap {floor:.3f} s, {ours / floor:.2f} of its time")
    print(f"  {np.count_nonzero(found < 0):,} unassigned, {blocking} blocking pairs by the"
          f" independent checker ({checked:.2f} s), equal: {found.tolist() == plain}")  # fmt: skip
    if found.tolist() != plain or blocking or ours > SHARE_GOAL * floor:
        raise SystemExit("not equal, not stable, or slower than half the plain heap")


def against_flow(asked: Any) -> None:
    """Print OR-Tools' min-cost flow on the same lists: the least sum of ranks, seats filled first.

    Whoever gets nothing costs more than any list, so the flow places as many as it can.
    """
    try:
        from ortools.graph.python import min_cost_flow
    except ImportError:
        print("  OR-Tools is not here (--peers): min-cost flow was not run")
        return
    rankings, _, capacities, _ = asked
    students = len(rankings)
    started = time.process_time()
    rows, places = np.nonzero(rankings >= 0)
    sink, programs = students + len(capacities), students + np.arange(len(capacities))
    everybody = np.arange(students)
    tails = np.concatenate([rows, everybody, programs])
    heads = np.concatenate([students + rankings[rows, places], np.full(students, sink),
                            np.full(len(programs), sink)])  # fmt: skip
    room = np.concatenate([np.ones(len(rows) + students, dtype=np.int64), capacities])
    costs = np.concatenate([places, np.full(students, students), np.zeros(len(programs), int)])
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(tails, heads, room, costs)
    flow.set_nodes_supplies(everybody, np.ones(students, dtype=np.int64))
    flow.set_nodes_supplies(np.array([sink]), np.array([-students]))
    if flow.solve() != flow.OPTIMAL:
        raise SystemExit("OR-Tools found no flow")
    taken = flow.flows(arcs[: len(rows)]) > 0
    seconds = time.process_time() - started
    found = np.full(students, -1)
    found[rows[taken]] = rankings[rows[taken], places[taken]]
    print(f"  OR-Tools min-cost flow {seconds:.3f} s: {np.count_nonzero(found < 0):,} unassigned,"
          f" {len(blocking_pairs(*asked, found)):,} blocking pairs")  # fmt: skip


def against_matching() -> None:
    """Print the package `matching` at a size where it still runs; fail where results differ."""
    from tests.matching.plain_heap import drawn_round

    try:
        from matching.games import HospitalResident
    except ImportError:
        print("the package matching is not here (--peers): it was not run")
        return
    asked = drawn_round(*MATCHING_SIZE)
    rankings, priorities, capacities, lottery = asked
    asking: dict[int, list[tuple[int, int, int]]] = {}
    for (student, place), program in np.ndenumerate(rankings):
        if program >= 0:
            claim = (int(priorities[student, place]), int(lottery[student]), student)
            asking.setdefault(int(program), []).append(claim)
    lists = {
        row: [f"p{each}" for each in found if each >= 0]
        for row, found in enumerate(rankings.tolist())
    }
    orders = {f"p{each}": [claim[2] for claim in sorted(claims)] for each, claims in asking.items()}
    seats = {f"p{each}": int(capacities[each]) for each in asking}

    def solved() -> list[int]:
        game = HospitalResident.create_from_dictionaries(lists, orders, seats)
        found = [-1] * len(rankings)
        for program, students in game.solve(optimal="resident").items():
            for student in students:
                found[student.name] = int(program.name[1:])
        return found

    (ours, mine), (theirs, their) = best_of(
        1, lambda: deferred_acceptance(*asked).program.tolist(), solved
    )
    print(f"{' x '.join(map(str, MATCHING_SIZE))}: {ours:.3f} s, matching {theirs:.2f} s,"
          f" equal: {mine == their}")  # fmt: skip
    if mine != their:
        raise SystemExit("matching gives another result")


def a_thousand_lotteries(draws: int, workers: int) -> None:
    """Print the seconds of the seat futures, and the widest interval; fail beyond the goal.

    The goal is one of the clock; what the workers spent is told beside it, for a busy machine.
    """
    from tests.matching.plain_heap import drawn_round

    rankings, priorities, capacities, _ = drawn_round(*FUTURES_SIZE)
    started, before = time.perf_counter(), sum(os.times()[:4])
    found = seat_futures(rankings, priorities, capacities, seed=1, draws=draws, workers=workers)
    seconds, spent = time.perf_counter() - started, sum(os.times()[:4]) - before
    low, high = found.intervals
    none = found.shares[:, -1]
    open_yet = np.count_nonzero((none > 0.05) & (none < 0.95))
    shape = " x ".join(f"{size:,}" for size in FUTURES_SIZE)
    each, load = spent / workers, os.getloadavg()[0]
    print(f"{draws:,} lotteries at {shape}: {seconds:.1f} s by {workers} workers, who spent"
          f" {each:.1f} s of a processor each (load {load:.1f})")  # fmt: skip
    print(f"  {open_yet:,} students between 5 and 95 % to stay without; widest interval"
          f" {100 * (high - low).max():.1f} points")  # fmt: skip
    if seconds > FUTURES_GOAL * max(1.0, draws / 1_000):
        raise SystemExit(f"goal of {FUTURES_GOAL:.0f} s missed")


def main() -> None:
    """Run all four, each beside its floor or goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, number in zip(("students", "programs", "ranks"), (80_000, 700, 12), strict=True):
        parser.add_argument(f"--{name}", type=int, default=number)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--draws", type=int, default=1_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--peers", type=Path, help="a folder with other libraries")
    chosen = parser.parse_args()
    root = Path(__file__).resolve().parents[1]
    sys.path += [str(root), *([str(chosen.peers)] if chosen.peers else [])]
    from tests.matching.plain_heap import drawn_round

    asked = drawn_round(chosen.students, chosen.programs, chosen.ranks)
    against_the_heap(asked, chosen.times)
    against_flow(asked)
    against_matching()
    a_thousand_lotteries(chosen.draws, chosen.workers)


if __name__ == "__main__":
    main()
