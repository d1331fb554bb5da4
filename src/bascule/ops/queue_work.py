"""What a specialist does at a sitting with the cases that the nights found.

The script speaks of transfers alone. Cases about missing students and double claims are worked
off here, from the queue itself: what falls due before the next sitting, most urgent first, and
some more. Who decides how is a draw that depends on the student and the state alone, so that the
same district is worked the same way each time. A few cases are left lying, as everywhere.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bascule.access.acting import acting
from bascule.access.ledger import record_disclosure, record_visit
from bascule.cases.actions import add_note, take_step
from bascule.cases.models import CaseFile
from bascule.cases.queries import queue_of
from bascule.cases.registry import workflow_of
from bascule.directory.models import Position
from bascule.kernel.actor import Actor
from bascule.mobility.actions.attempts import attempts_on
from bascule.ops.demo_calendar import AS_OF, LATELY, MORNING
from bascule.ops.queue_balance import even_out, standing_of
from bascule.ops.queue_choices import CONTACTS, Choice, choices, closes, lasting

A_WEEK = timedelta(days=7)
AT_A_SITTING = 9
SCRIPTED, MISSING = "options_transfer", "reengagement"
CAME_IN = {"intake"}
LEFT_LYING, STARTED_EARLY, CALLED = 0.18, 0.15, 0.5
MOVED_ON = {
    (MISSING, "reaching"): 0.65,
}
CALM, CROWDED, STAYS, FULL, FLOODED = 13, 17, 30, 22, 51
A_LONG_AFTERNOON = 8  # times through a full desk, so that the demo's morning finds no flood
OF_EACH_DESK = 3  # of these times, the first in which a desk keeps a case in each of its states
AT_LEAST = 2  # cases of a state in all queues: the night may clear one of them
CLOSED_OF_A_FLOOD = 0.9
LATE_SHARE = 0.14  # of the afternoon's cases; the night brings more that are not late
NOBODY_REACHED = "Tried; nobody reached."


@dataclass(frozen=True)
class Sitting:
    """One specialist at one desk at one time."""

    actor: Actor
    position: Position
    at: datetime
    overseer: Actor  # sees how many cases stand where in all queues

    @property
    def next_at(self) -> datetime:
        """Return when the same desk is worked next, at the latest."""
        return self.at + (A_WEEK if self.at.date() < LATELY else timedelta(days=3))

    @property
    def is_lately(self) -> bool:
        """Say whether it is in the weeks before the demo's morning."""
        return self.at.date() > LATELY

    @property
    def is_last(self) -> bool:
        """Say whether the demo's morning follows."""
        return self.at.date() == AS_OF


def work_queue(
    actor: Actor, position: Position, at: datetime, *, overseer: Actor | None = None
) -> None:
    """Look at the queue of `position` as its Today shows it, then work on it case by case.

    `overseer` sees how many cases stand where in all queues; the actor, where nobody is named.
    """
    sitting = Sitting(actor, position, at, overseer or actor)
    queue = _queue(sitting)
    _record_look(sitting, queue)
    for turn in range(A_LONG_AFTERNOON if sitting.is_last else 1):
        if len(queue) > (FULL if sitting.is_last else FLOODED):
            _stem(sitting, queue, is_desk_kept=turn < OF_EACH_DESK)
            queue = _queue(sitting)
    found = [case for case in queue if case.workflow != SCRIPTED]
    for case in found:
        if case.state in CONTACTS and _draw(case, f"call {at:%j}").random() < CALLED:
            _note_contact(sitting, case)
    chosen = _last_of(sitting, queue) if sitting.is_last else _due_of(sitting, queue, found)
    for case in chosen:
        _take(sitting, case, is_crowded=len(queue) > CROWDED)
    if sitting.is_last:
        rest = [case for case in queue if case not in chosen and not _is_late(case)]
        even_out(rest, sitting.actor, at, overseer=sitting.overseer)


def _queue(sitting: Sitting) -> list[CaseFile]:
    with acting(sitting.actor):
        return list(queue_of(sitting.actor).filter(owner=sitting.position))


def _stem(sitting: Sitting, queue: Sequence[CaseFile], *, is_desk_kept: bool) -> None:
    """Take a step with every found case beyond a desk's worth, as many hands do after a summer.

    In a large district hundreds are found at once. Most of the missing turn out to be in school
    elsewhere; who is looked for already goes on along the way; a few are left lying. On the last
    afternoon those that are left late stay, and one in each state: of the desk (`is_desk_kept`), or
    of the whole district.
    """
    found = [case for case in queue if case.workflow != SCRIPTED]
    if sitting.is_last:
        late = _left_late(sitting, queue)
        spared = _one_of_each(found) if is_desk_kept else _last_ones(sitting, found)
        found = [case for case in found if case not in spared and case not in late]
    for case in found[: len(queue) - CALM]:
        if _lies_for_long(sitting, case) and not sitting.is_last:
            continue
        draw = _draw(case, f"flood {sitting.at:%j}").random()
        is_new = case.state == "found" and draw < CLOSED_OF_A_FLOOD
        is_overlap = case.workflow == "claims_overlap"
        _take(sitting, case, is_crowded=is_new or is_overlap)


def _one_of_each(found: Sequence[CaseFile]) -> list[CaseFile]:
    """Return one of these cases in each state."""
    return list({_standing(case): case for case in found}.values())


def _last_ones(sitting: Sitting, found: Sequence[CaseFile]) -> list[CaseFile]:
    """Return those without which hardly a case of the district would stand in a state."""
    standing, last = standing_of(sitting.overseer), []
    for case in found:
        if standing[_standing(case)] > AT_LEAST:
            standing[_standing(case)] -= 1
        else:
            last.append(case)
    return last


def _record_look(sitting: Sitting, queue: Sequence[CaseFile]) -> None:
    """The record of reads: a queue was looked at, and whom it showed."""
    actor = sitting.actor
    record_visit(user_id=actor.user_id, page="today")
    record_disclosure(
        user_id=actor.user_id, page="today", ground="queue", filter={},
        students=[case.student.uuid for case in queue if case.student],
    )  # fmt: skip


def _due_of(
    sitting: Sitting, queue: Sequence[CaseFile], found: Sequence[CaseFile]
) -> list[CaseFile]:
    """Choose what falls due within a week and was not left lying; on a full desk, some more."""
    early = 0.0 if len(queue) < CALM else STARTED_EARLY
    chosen = []
    for case in found:
        draw = _draw(case, f"{sitting.at:%j}")
        is_due = case.due_at is not None and case.due_at < sitting.next_at
        share = 1 - LEFT_LYING if is_due else early * (case.state not in CONTACTS)
        lies = len(queue) > CROWDED and _lies_for_long(sitting, case)
        if draw.random() < share and not lies:
            chosen.append(case)
    return chosen[:AT_A_SITTING]


def _last_of(sitting: Sitting, queue: Sequence[CaseFile]) -> list[CaseFile]:
    """Choose what would be late on the demo's morning, except for about one case in ten.

    Of a crowd some are closed; one in each state stays as it is.
    """
    late = [case for case in queue if _is_late(case)]
    left = _left_late(sitting, queue)
    spared = _one_of_each([case for case in queue if case not in late])
    calm = [c for c in queue if c not in (*late, *spared) and _standing(c) in MOVED_ON]
    begun = [c for c in calm if _draw(c, "begun").random() < MOVED_ON[_standing(c)]]
    rest = [case for case in queue if case not in (*late, *begun, *spared)]
    crowd = [case for case in rest if closes(case.workflow, case.state)]
    worked = [case for case in late if case not in left]
    return [*begun, *worked, *crowd[: max(0, len(queue) - CROWDED)]]


def _left_late(sitting: Sitting, queue: Sequence[CaseFile]) -> list[CaseFile]:
    """Choose which few stay late: those that wait for others, the last ones of a state, the rest.

    Of the rest, the most urgent.
    """
    late = [case for case in queue if _is_late(case)]
    workable = [case for case in late if _open_to(sitting, case, is_crowded=False)]
    waiting = [case for case in late if case not in workable]
    last = _last_ones(sitting, workable)
    workable.sort(key=lambda case: case not in last)
    room = max(1, int(LATE_SHARE * min(len(queue), STAYS))) - len(waiting)
    return [*waiting, *workable[: max(0, room)]]


def _standing(case: CaseFile) -> tuple[str, str]:
    return case.workflow, case.state


def _lies_for_long(sitting: Sitting, case: CaseFile) -> bool:
    """Say whether a busy desk passes the case over, of late, each time that it comes up."""
    return sitting.is_lately and _draw(case, "lies").random() < LEFT_LYING


def _is_late(case: CaseFile) -> bool:
    return case.due_at is not None and case.due_at < MORNING


def _take(sitting: Sitting, case: CaseFile, *, is_crowded: bool) -> None:
    weighted = _open_to(sitting, case, is_crowded=is_crowded)
    if not weighted:
        return
    draw = _draw(case, f"step {case.revision}")
    [choice] = draw.choices(weighted, [each.share for each in weighted])
    answers = choice.answers(str(case.student.school) if case.student else "")
    with acting(sitting.actor):
        if _stands_in_the_way(sitting, case, choice.step, answers):
            _try_what_is_left(sitting, case)
            return
        take_step(
            sitting.actor, case=case, step=choice.step, revision=case.revision, answers=answers,
            at=sitting.at,
        )  # fmt: skip


def _stands_in_the_way(sitting: Sitting, case: CaseFile, key: str, answers: dict[str, str]) -> bool:
    """Say whether something keeps the step from being taken: too little was tried."""
    [step] = [each for each in workflow_of(case.workflow).steps_from(case.state) if each.key == key]
    if step.unless is None:
        return False
    return step.unless(sitting.actor, case=case, answers=answers, at=sitting.at) is not None


def _try_what_is_left(sitting: Sitting, case: CaseFile) -> None:
    """Try the kinds of contacts that were not tried yet; giving up may come later."""
    for kind in attempts_on(case, sitting.at).untried:
        add_note(sitting.actor, case=case, kind=kind, text=NOBODY_REACHED, outcome="no_answer",
                 at=sitting.at)  # fmt: skip


def _open_to(sitting: Sitting, case: CaseFile, *, is_crowded: bool) -> tuple[Choice, ...]:
    """Return the choices of this case; who has no time closes, unless the student came in.

    Of late no missing student is said to be enrolled whom the roster does not show: the nights
    before the demo's morning would find them all again.
    """
    is_cleared = "cleared_on" in case.particulars
    open_to = choices(case.workflow, case.state, is_cleared=is_cleared)
    closing = closes(case.workflow, case.state, for_good=sitting.is_lately)
    if is_crowded and closing and case.state not in CAME_IN:
        open_to = closing
    if case.workflow == MISSING and sitting.is_lately and not (sitting.is_last or is_cleared):
        return lasting(case.workflow, case.state, open_to)
    return open_to


def _note_contact(sitting: Sitting, case: CaseFile) -> None:
    kind, outcome, text = _draw(case, f"contact {sitting.at:%j}").choice(CONTACTS[case.state])
    with acting(sitting.actor):
        add_note(sitting.actor, case=case, kind=kind, text=text, outcome=outcome, at=sitting.at)


def _draw(case: CaseFile, what: str) -> random.Random:
    number = case.student.number if case.student else ""
    return random.Random(f"{number} {case.workflow} {case.state} {what}")  # noqa: S311 - a play
