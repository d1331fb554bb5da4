"""Transfer requests of the script: which steps, on which days, by whom.

The steps are those of one request to an Options school (domain/mobility.md 1.5), named as the
workflow `options_transfer` names them. About one step in ten comes too late.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

LATE_SHARE, OVERDUE_SHARE = 0.1, 0.04
SPECIALIST, COUNSELOR, CLERK, LEAD = "transition_specialist", "counselor", "school_clerk", "lead"

PATH = (
    ("submit", COUNSELOR, 2),
    ("claim", SPECIALIST, 1),
    ("pass_eligibility", SPECIALIST, 2),
    ("finish_prevention", SPECIALIST, 3),
    ("offer", SPECIALIST, 3),
    ("accept_offer", SPECIALIST, 0),
    ("finish_intake", SPECIALIST, 5),
)
"""Step, who takes it, and the school days that the state before it allows.

A family answers an offer on the same day; where it does not, the offer lapses and is made again.
"""

ALLOWED_AT_THE_END = (2, 1, 2, 3, 3, 2, 5, 1)
"""School days allowed in the state reached after 0, 1, ... 7 steps of the path."""

OPEN_ENDS = {
    "draft": (0, (), 3),
    "submitted": (1, (), 6),
    "eligibility": (2, (), 6),
    "prevention": (3, (), 5),
    "counseling": (4, (), 5),
    "waitlisted": (4, ("waitlist",), 4),
    "offered": (5, (), 5),
    "intake": (6, (), 5),
    "release_requested": (7, (), 3),
    "release_escalated": (7, ("refuse_release",), 2),
    "returned": (7, ("release", "confirm_first_day", "close_returned"), 2),
    "denied": (2, ("deny",), 4),
    "withdrawn": (4, ("withdraw",), 4),
    "at_once": (3, ("enroll_at_once",), 2),
}
"""Where requests stand: steps of the path taken, what came then, how many requests."""

TAKEN_BY = {"release": CLERK, "refuse_release": CLERK, "withdraw": COUNSELOR, "force_release": LEAD}

ANSWERS: dict[str, tuple[dict[str, str], ...]] = {
    "submit": ({"reason_code": "credits"}, {"reason_code": "schedule"}, {"reason_code": "safety"},
               {"reason_code": "family"}),
    "finish_prevention": (
        {"interventions": "Attendance plan, mentor, credit recovery in the evening"},
        {"interventions": "Two family meetings; schedule changed once"},
    ),
    "pass_eligibility": ({"exception": "Transcript and birth date seen, the reviewer asked"},),
    "deny": ({"why": "Nineteen credits earned: graduation at the own school is nearer",
              "due_process": "other_ground"},),
    "withdraw": ({"why": "The family decided to stay"},),
    "lapse_offer": ({"because": "no_answer", "why": "No answer from the family"},
                    {"because": "family", "why": "The family asked for time"}),
    "refuse_release": ({"why": "Laptop and textbooks not returned"},
                       {"why": "Principal asks for one more meeting"}),
    "force_release": ({"why": "No lawful ground to hold the student"},),
    "check": ({"finding": "Attends four days in five, grades passing"},
              {"finding": "Late on most mornings, mentor informed"},
              {"finding": "Attends daily, two credits on track"}),
    "close_returned": ({"why": "Back after one day, before the roster changed"},),
    "close_left": ({"why": "Withdrawn by the receiving school"},),
}  # fmt: skip

PROMISES = (
    {"first_week": "Monday to Friday, 8:30 to 1:30", "advocate": "Noor Abara, counselor"},
    {"first_week": "Monday to Thursday, 4:00 to 8:00", "advocate": "Jules Tamm, mentor"},
    {"first_week": "Half days at first, 9:00 to 12:00", "advocate": "Ines Roque, social worker"},
)
MONTHS_TO_FINISH = (10, 16, 22)
PROMISE_FOUND = ("kept", "kept", "other_week", "kept", "kept", "no_advocate", "kept")
"""What schools promise with an acceptance, and what the first check finds of it."""


@dataclass
class Act:
    """One thing that a person did: on the day at place `day` of the school days, at `minute`."""

    day: int
    minute: int
    verb: str
    role: str
    step: str = ""
    answers: dict[str, str] = field(default_factory=dict)


def sign_halves(
    acts: list[Act], *, first: tuple[date, str], last: tuple[date, str], gap: bool
) -> None:
    """Let both schools sign: with the intake the `first` day and its code, with the release the
    `last` day and its code, and why, where there is a `gap` of school days in between."""
    for act in acts:
        if act.step == "finish_intake":
            act.answers |= {"first_day": first[0].isoformat(), "entry_code": first[1]}
        if act.step in ("release", "force_release"):
            act.answers |= {"last_day": last[0].isoformat(), "exit_code": last[1]}
            if gap:
                act.answers["gap_because"] = "The family moved house in these days"


def stalled_request(end: str, today: int, rng: np.random.Generator) -> list[Act]:
    """Return the acts of a request that stands at `end` (a key of OPEN_ENDS) on day `today`."""
    taken, then, _ = OPEN_ENDS[end]
    waits = [_wait(limit, rng) for _, _, limit in PATH[:taken]]
    dwell = _dwell(ALLOWED_AT_THE_END[taken], rng) + (2 if then else 0)
    day = today - dwell - sum(waits)
    acts = _walked(day, waits, rng)
    day += sum(waits)
    for step in then:
        later = day + min(1, today - day)
        acts.append(_act(later, len(acts), step, TAKEN_BY.get(step, SPECIALIST), rng))
    return acts


def finished_request(
    left: int, arrived: int, today: int, left_again: int | None, rng: np.random.Generator
) -> list[Act]:
    """Return the acts of a request whose student changed schools.

    `left` and `arrived` are the last day at the sender and the first at the receiver,
    `left_again` the last day there, if it came.
    """
    waits = [_wait(limit, rng) for _, _, limit in PATH]
    slow = _wait(1, rng)
    day = left - slow - sum(waits)
    acts = _walked(day, waits, rng)
    day += sum(waits)
    acts += _release(day, left, len(acts), rng)
    acts.append(_act(arrived, len(acts), "confirm_first_day", SPECIALIST, rng))
    acts += _first_weeks(arrived, today if left_again is None else left_again, len(acts), rng)
    if left_again is not None:
        acts.append(_act(left_again, len(acts), "close_left", SPECIALIST, rng))
    return [act for act in acts if act.day <= today]


def appointments(accepted: date, came: Mapping[str, date]) -> dict[str, str]:
    """Return the days of the intake and of the first day, as they came or to come; and a promise.

    `accepted` is the day of the answer, `came` the days of the steps that were taken.
    """
    intake = came.get("finish_intake") or _weekdays_after(accepted, 3)
    first_day = came.get("confirm_first_day") or _weekdays_after(intake, 5)
    finish = accepted.year * 12 + accepted.month - 1 + MONTHS_TO_FINISH[intake.day % 3]
    return {
        "intake_on": intake.isoformat(), "first_day_on": first_day.isoformat(),
        "finish_in": f"{finish // 12}-{finish % 12 + 1:02}",
        **PROMISES[accepted.toordinal() % len(PROMISES)],
    }  # fmt: skip


def _weekdays_after(day: date, count: int) -> date:
    """Return the `count`-th day from Monday to Friday after `day`."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _walked(day: int, waits: list[int], rng: np.random.Generator) -> list[Act]:
    """Return the request of `day` and as many steps of the path as there are waits."""
    acts = [_requested(day)]
    for (step, role, _), wait in zip(PATH, waits, strict=False):
        day += wait
        if step == "accept_offer" and wait:
            acts.append(_act(day, len(acts), "lapse_offer", SPECIALIST, rng))
            acts.append(_act(day, len(acts), "offer", SPECIALIST, rng))
        acts.append(_act(day, len(acts), step, role, rng))
    return acts


def _release(asked: int, left: int, number: int, rng: np.random.Generator) -> list[Act]:
    """Release on the last day; where it is late, after a refusal and by force, or escalated."""
    if left - asked <= 1:
        return [_act(left, number, "release", CLERK, rng)]
    if rng.random() < 0.5:
        return [
            _act(asked + 1, number, "refuse_release", CLERK, rng),
            _act(left, number + 1, "force_release", LEAD, rng),
        ]
    return [
        _act(asked + 2, number, "escalate", SPECIALIST, rng),
        _act(left, number + 1, "release", CLERK, rng),
    ]


def _first_weeks(arrived: int, until: int, number: int, rng: np.random.Generator) -> list[Act]:
    """Confirm the records, check every ten school days, close after six checks."""
    records = arrived + int(rng.integers(2, 11))
    acts = [_act(records, number, "confirm_records", SPECIALIST, rng)]
    for turn in range(1, 7):
        day = records + 10 * turn - int(rng.integers(0, 3)) + (4 if rng.random() < 0.1 else 0)
        acts.append(_act(day, number + turn, "check", SPECIALIST, rng))
    acts[1].answers["promise"] = PROMISE_FOUND[arrived % len(PROMISE_FOUND)]
    acts.append(_act(acts[-1].day + 1, number + 7, "close_stable", SPECIALIST, rng))
    return [act for act in acts if act.day < until]


def _requested(day: int) -> Act:
    """Return the act that opens a request: a draft by the sending school."""
    return Act(day, 8 * 60 + 35, "request_transfer", COUNSELOR)


def _act(day: int, number: int, step: str, role: str, rng: np.random.Generator) -> Act:
    """Return one step; its number in the request keeps steps of one day in order."""
    minute = 8 * 60 + 45 + 27 * min(number, 15) + int(rng.integers(0, 22))
    known = ANSWERS.get(step, ({},))
    verb = "refuse_release" if step == "refuse_release" else "take_step"
    return Act(day, minute, verb, role, step, dict(known[int(rng.integers(0, len(known)))]))


def _dwell(limit: int, rng: np.random.Generator) -> int:
    """Draw how long a request has stood where it is: seldom so long that it is late."""
    if rng.random() < OVERDUE_SHARE:
        return limit + int(rng.integers(0, 3))
    return int(rng.integers(0, max(1, limit)))


def _wait(limit: int, rng: np.random.Generator) -> int:
    """Draw how many school days a step takes: within its limit, now and then beyond."""
    if rng.random() < LATE_SHARE:
        return limit + 1 + int(rng.integers(0, 3))
    return int(rng.integers(0, limit + 1))
