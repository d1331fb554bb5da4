"""Writes the script of the last 120 school days, which the demo plays through the real verbs.

It agrees with the files: whoever was released in the script has the withdrawal and the entry of
those days, and whoever is called has dropped out before. Form: docs/look-up/generated-district.md.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np

from bascule.ops.generator import grades
from bascule.ops.generator.closing import GAP_LIMIT, NOWHERE_AFTER, History
from bascule.ops.generator.script_absences import absences
from bascule.ops.generator.script_requests import (
    LEAD,
    OPEN_ENDS,
    SPECIALIST,
    Act,
    appointments,
    finished_request,
    sign_halves,
    stalled_request,
)
from bascule.ops.generator.script_stage import EPOCH, SPECIALISTS, Line, Stage, date_of
from bascule.ops.generator.spells import OPEN
from bascule.ops.generator.state import District

MOST_FINISHED = 60
ROLES = {LEAD: "mobility_lead"}
CALLED_SHARE, MOST_CALLED = 0.6, 150
CALLS = ("phone", "text", "phone", "home_visit", "letter")
OUTCOMES = ("no_answer", "wrong_number", "left_message", "no_answer", "reached")

TRANSFERRED_IN, MOVED_WITHIN = "04", "02"
TYPED_LATE = range(16, 31)
"""Days since the move of one student, which nobody types into the student system until today."""
MISSED_BY_NOW = 5
"""School days since the first day there, after which a night has missed what nobody typed in."""
FOR_A_ROUND = 12
"""Requests on the waitlist beside the others: a round of the demo places them."""
DISPUTED_EVERY = 12
"""Of so many handovers one is signed with another last day than the files say, and the latest."""

UNCONFIRMED = {0: "confirm_first_day", 1: "release", 2: "confirm_first_day"}
"""Where the latest arrivals still wait: for the first day, for the records."""


def write_script(
    path: Path, history: History, ids: np.ndarray, school_days: np.ndarray, district: District
) -> int:
    """Write the script in the order of time and return the number of its lines."""
    days = school_days[school_days <= district.as_of]
    stage = Stage(district, history, ids, days)
    lines = [*_stalled(stage), *_finished(stage), *_calls(stage), *absences(stage)]
    lines = [line for line in lines if line["at"] >= stage.at(stage.begins, 0)]
    lines.sort(key=lambda line: (line["at"], line.get("student_id", ""), line["verb"]))
    with path.open("w", encoding="utf-8") as handle:
        handle.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    return len(lines)


def _stalled(stage: Stage) -> Iterator[Line]:
    """Yield requests that wait somewhere today, spread over the five specialists."""
    rng, owner = stage.district.rng, stage.owners()
    spells = stage.history.spells
    calm = stage.history.last & (spells["said_end"] == OPEN) & (spells["grade"] >= grades.GRADE_9)
    calm &= ~stage.district.people["troubled"][spells["student"]]
    calm &= ~stage.district.schools.is_options[spells["school"]]
    calm &= spells["start"] <= stage.days[stage.year_begins]  # known to the first school by now
    rows = rng.permutation(np.flatnonzero(calm))
    pools = [list(rows[owner[spells["school"][rows]] == number]) for number in range(SPECIALISTS)]
    wanted = [end for end, (_, _, count) in OPEN_ENDS.items() for _ in range(count)]
    for turn, end in enumerate(wanted):
        pool = pools[turn % SPECIALISTS] or max(pools, key=len)
        if pool:
            row = pool.pop()
            acts = stalled_request(end, stage.today, rng)
            _sign_to_come(stage, acts)
            yield from _lines(stage, acts, row, _receiver(stage))
    yield from _waiting_for_a_round(stage, pools)


def _waiting_for_a_round(stage: Stage, pools: list[list[int]]) -> Iterator[Line]:
    """Yield requests on the waitlist, so that a round has students; drawn apart from all others."""
    rng, schools = np.random.default_rng(FOR_A_ROUND), stage.history.spells["school"]
    for turn in range(FOR_A_ROUND):
        if pool := pools[turn % SPECIALISTS]:
            row = pool.pop()
            acts = stalled_request("waitlisted", stage.today, rng)
            yield from _lines(stage, acts, row, int(schools[row]))


def _finished(stage: Stage) -> Iterator[Line]:
    """Yield requests of students who did change from another school to an Options school.

    Each was at the first school since the script or the year began: the demo's few nights know of
    no move of the weeks before, and a school asks for nobody whom it does not see.
    """
    spells, options = stage.history.spells, stage.district.schools.is_options
    before = np.flatnonzero(~stage.history.last)
    after = before + 1
    moved = options[spells["school"][after]] & ~options[spells["school"][before]]
    moved &= (spells["exit"][before] == 2) & (spells["said_end"][before] == spells["end"][before])
    moved &= spells["start"][after] > stage.days[stage.begins]
    rows = before[moved]
    latest = rows[np.argsort(-spells["start"][rows + 1], kind="stable")]
    has_late = False
    for place, row in enumerate(_spread(latest)):
        left = int(np.searchsorted(stage.days, spells["end"][row]))
        arrived = int(np.searchsorted(stage.days, spells["start"][row + 1]))
        gone = spells["said_end"][row + 1] < OPEN and spells["exit"][row + 1] != 1
        again = int(np.searchsorted(stage.days, spells["end"][row + 1])) if gone else None
        acts = finished_request(left, arrived, stage.today, again, stage.district.rng)
        is_disputed = place == 0 or place % DISPUTED_EVERY == 1
        _sign_as_filed(stage, acts, row, is_disputed=is_disputed)
        acts = _cut(acts, UNCONFIRMED.get(place))
        came = int(np.searchsorted(stage.days, spells["start"][row]))
        is_known = came <= stage.begins or came == stage.year_begins
        if is_known and acts[0].day >= stage.begins and acts[0].day > came:
            lines = list(_lines(stage, acts, row, int(spells["school"][row + 1])))
            days_ago = int(stage.days[-1] - spells["end"][row])
            is_missed = days_ago in TYPED_LATE and arrived <= stage.today - MISSED_BY_NOW
            if is_missed and not (has_late or is_disputed):
                has_late = _type_late(stage, lines)
            yield from lines


def _type_late(stage: Stage, lines: list[Line]) -> bool:
    """Say in the line of the release that the student system learned of the move only today."""
    for line in lines:
        if line.get("step") in ("release", "force_release"):
            line["typed_on"] = stage.day(stage.today).isoformat()
            return True
    return False


def _sign_as_filed(stage: Stage, acts: list[Act], row: int, *, is_disputed: bool) -> None:
    """Let both schools sign the days and codes of the files; one day off where it is disputed."""
    spells = stage.history.spells
    last, first = date_of(spells["end"][row]), date_of(spells["start"][row + 1])
    if is_disputed:
        last -= timedelta(days=1)
    between = int(np.searchsorted(stage.days, (first - EPOCH).days))
    between -= int(np.searchsorted(stage.days, (last - EPOCH).days, side="right"))
    sign_halves(
        acts, first=(first, f"{spells['entry'][row + 1]:02}"),
        last=(last, f"{spells['exit'][row]:02}"), gap=between > 0,
    )  # fmt: skip


def _sign_to_come(stage: Stage, acts: list[Act]) -> None:
    """Let the receiving school sign for a day to come, or for that of the release, if there is."""
    released = [act.day for act in acts if act.step == "release"]
    if released:
        last, first = stage.day(released[0] - 1), stage.day(released[0])
    else:
        last = stage.day(acts[-1].day)
        first = last + timedelta(days=7)
    sign_halves(acts, first=(first, TRANSFERRED_IN), last=(last, MOVED_WITHIN), gap=False)


def _spread(rows: np.ndarray) -> np.ndarray:
    """Return as many rows as desks hold: the latest, and of the others some of each time."""
    if len(rows) <= MOST_FINISHED:
        return rows
    latest, others = rows[: MOST_FINISHED // 4], rows[MOST_FINISHED // 4 :]
    chosen = np.linspace(0, len(others) - 1, MOST_FINISHED - len(latest)).astype(int)
    return np.concatenate([latest, others[chosen]])


def _cut(acts: list[Act], after: str | None) -> list[Act]:
    """Return the acts up to the step `after`, or all of them."""
    steps = [act.step for act in acts]
    return acts[: steps.index(after) + 1] if after in steps else acts


def _calls(stage: Stage) -> Iterator[Line]:
    """Yield calls and visits to students who left without another school."""
    rng, spells, owner = stage.district.rng, stage.history.spells, stage.owners()
    gone = stage.history.last & (spells["said_end"] < OPEN)
    gone &= np.isin(spells["exit"], NOWHERE_AFTER)
    gone &= spells["end"] >= stage.days[stage.begins]
    rows = np.flatnonzero(gone & (rng.random(len(gone)) < CALLED_SHARE))[:MOST_CALLED]
    for row in rows:
        day = int(np.searchsorted(stage.days, spells["end"][row])) + 1 + GAP_LIMIT
        for _ in range(int(rng.integers(1, 6))):
            day += int(rng.integers(1, 5))
            if day > stage.today:
                break
            turn = int(rng.integers(0, len(CALLS)))
            yield {
                "at": stage.at(day, int(rng.integers(525, 960))),
                "actor": f"{SPECIALIST}:{owner[spells['school'][row]]}",
                "verb": "log_contact",
                "student_id": str(stage.ids[spells["student"][row]]),
                "school_id": stage.district.schools.ids[spells["school"][row]],
                "kind": CALLS[turn],
                "outcome": OUTCOMES[int(rng.integers(0, len(OUTCOMES)))],
            }


def _lines(stage: Stage, acts: list[Act], row: int, receiver: int) -> Iterator[Line]:
    """Yield the lines of one request about the student of a spell."""
    spells, schools = stage.history.spells, stage.district.schools
    school = int(spells["school"][row])
    for act in acts:
        number = stage.owners()[school] if act.role == SPECIALIST else 0
        line: Line = {
            "at": stage.at(act.day, act.minute),
            "actor": f"{ROLES.get(act.role, act.role)}:{number}",
            "verb": act.verb,
            "student_id": str(stage.ids[spells["student"][row]]),
            "school_id": schools.ids[school],
        }
        if act.step:
            line |= {"workflow": "options_transfer", "step": act.step, "answers": act.answers}
        if act.step == "offer":
            line["answers"] = {"consent": stage.day(act.day).isoformat()}
            line["to_school_id"] = schools.ids[receiver]
        if act.step == "accept_offer":
            came = {each.step: stage.day(each.day) for each in acts}
            line["answers"] = appointments(stage.day(act.day), came)
        yield line


def _receiver(stage: Stage) -> int:
    """Draw an Options school that has students (any school where there is none)."""
    schools = stage.district.schools
    options = np.flatnonzero(schools.is_options & (stage.district.seats.sum(axis=1) > 0))
    pool = options if len(options) else np.arange(len(schools))
    return int(stage.district.rng.choice(pool))
