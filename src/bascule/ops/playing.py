"""Plays the script of the generated district through the real verbs, as the serving role.

Each line is one transaction in the name of whoever was on duty that day, with the clock held at
its instant. What a verb refuses is counted and told: nothing is forced.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from bascule.access.acting import acting
from bascule.cases.actions import add_note, open_case, take_step
from bascule.cases.models import CaseFile, Note
from bascule.directory.actions.absences import end_absence, record_absence
from bascule.directory.models import Absence, Person
from bascule.directory.queries import on, school_calendar
from bascule.kernel.actor import Actor
from bascule.kernel.clock import holding_clock
from bascule.kernel.refusal import Refusal
from bascule.mobility.matchers import unexplained_choice
from bascule.mobility.models import SeatLine
from bascule.mobility.queries import free_seats
from bascule.ops.demo_calendar import sittings
from bascule.ops.duty_desk import DutyDesk
from bascule.ops.family_pages import give_family_pages
from bascule.ops.office_papers import write_office_papers
from bascule.ops.queue_work import work_queue
from bascule.ops.round_work import OFFERED_AT, PREPARED_AT, play_round
from bascule.ops.school_work import work_in_schools
from bascule.roster.models import Student

Line = dict[str, Any]
TRANSFER, REENGAGEMENT = "options_transfer", "reengagement"
KINDS = {"phone": "call", "text": "message", "home_visit": "visit", "letter": "letter"}
OUTCOMES = {
    "no_answer": (Note.Outcome.NO_ANSWER, "No answer."),
    "wrong_number": (Note.Outcome.DEAD,
                     "The number is wrong; the school was asked for another one."),
    "left_message": (Note.Outcome.ANSWERED, "Left a message with an adult of the family."),
    "reached": (Note.Outcome.ANSWERED, "Reached the student; wants to talk again next week."),
}  # fmt: skip


@dataclass
class Player:
    """The script and the sittings that are still to come, and what became of the past ones."""

    lines: list[Line]
    desk: DutyDesk = field(default_factory=DutyDesk)
    counts: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        more = [*_sitting_lines(), *_round_lines(self.lines)]
        self.lines = sorted([*self.lines, *more], key=lambda line: line["when"])

    def play_until(self, until: datetime) -> None:
        """Play everything before `until`, in the order of time."""
        while self.lines and self.lines[0]["when"] < until:
            line = self.lines.pop(0)
            with holding_clock(line["when"]):
                self._play(line)

    def _play(self, line: Line) -> None:
        try:
            PLAYS[line["verb"]](self.desk, line)
        except (Refusal, ObjectDoesNotExist) as refusal:
            self.counts["refused"] += 1
            what = f"{line['verb']} {line.get('step', '')}"
            self.refused.append(f"{line['at'][:16]} {line.get('actor', '')} {what}: {refusal}")
        else:
            self.counts[line["verb"]] += 1


def read_script(path: Path) -> list[Line]:
    """Return the lines of the script, each with its instant under `when`."""
    rows = [json.loads(row) for row in path.read_text(encoding="utf-8").splitlines()]
    return [row | {"when": datetime.fromisoformat(row["at"])} for row in rows]


def schools_in(lines: list[Line]) -> set[str]:
    """Return the schools in which the script has somebody act."""
    return {line["school_id"] for line in lines if "school_id" in line}


def _sitting_lines() -> Iterator[Line]:
    for when in sittings():
        yield {"verb": "work_queues", "when": when, "at": when.isoformat()}


def _round_lines(script: list[Line]) -> Iterator[Line]:
    """Yield when the rounds are played, each with the students whose script then goes on."""
    for when in (OFFERED_AT, PREPARED_AT):
        busy = {line["student_id"] for line in script
                if line["when"] > when and line.get("workflow") == TRANSFER}  # fmt: skip
        yield {"verb": "play_round", "when": when, "at": when.isoformat(), "busy": busy}


def _request(desk: DutyDesk, line: Line) -> None:
    actor = _actor(desk, line)
    with acting(actor):
        open_case(
            actor, workflow=TRANSFER, student=_student(line), at=line["when"],
            reason="The school asks for a transfer to an Options school.",
        )  # fmt: skip


def _step(desk: DutyDesk, line: Line) -> None:
    actor = _actor(desk, line)
    with acting(actor):
        case = CaseFile.objects.get(
            workflow=TRANSFER, student=_student(line), closed_at__isnull=True
        )
        answers = line["answers"]
        if line["step"] == "offer":
            answers = _offer(actor, case, line)
        take_step(actor, case=case, step=line["step"], answers=answers, at=line["when"])


def _offer(actor: Actor, case: CaseFile, line: Line) -> dict[str, Any]:
    """Return the answers with a seat, and with a reason where it is not one of the best three."""
    answers = line["answers"] | {"seat": _seat(actor, case, line)}
    if answers["seat"] and unexplained_choice(actor, case=case, answers=answers, at=line["when"]):
        answers["override"] = "The family has visited this school and asks for it."
    return answers


def _seat(actor: Actor, case: CaseFile, line: Line) -> str:
    """Return the free seat that suits best: at the school of the script, general, to start now."""
    lines = SeatLine.objects.filter(uuid__in=[key for key, _ in free_seats(actor, case)])
    today, school = line["when"].date(), line["to_school_id"]
    suited = sorted(
        lines.select_related("program__school"),
        key=lambda each: (
            each.program.school.source_key != school, each.service != SeatLine.Service.GENERAL,
            each.starts_on > today, each.pk,
        ),
    )  # fmt: skip
    return str(suited[0].uuid) if suited else ""


def _contact(desk: DutyDesk, line: Line) -> None:
    """Note a contact on the student's case; who calls before the night found it opens one."""
    actor, (outcome, text) = _actor(desk, line), OUTCOMES[line["outcome"]]
    with acting(actor):
        case = open_case(
            actor, workflow=REENGAGEMENT, student=_student(line), at=line["when"],
            reason="Left without another school; the school asked us to call.",
        )  # fmt: skip
        add_note(actor, case=case, kind=KINDS[line["kind"]], text=text, outcome=outcome,
                 at=line["when"])  # fmt: skip


def _record_absence(desk: DutyDesk, line: Line) -> None:
    position, day = desk.position(line["actor"], ""), date.fromisoformat(line["starts_on"])
    ends_on = date.fromisoformat(line["ends_on"]) if line["ends_on"] else None
    actor = desk.holder(position, day)
    by_backup = line.get("stands_in") == "backup"
    cover = None if by_backup else desk.stand_in(position, day, ends_on)
    with acting(actor):
        record_absence(
            actor, person=_person(actor), starts_on=day, ends_on=ends_on,
            cover=_person(cover) if cover else None,
        )  # fmt: skip
    desk.forget()


def _end_absence(desk: DutyDesk, line: Line) -> None:
    day = date.fromisoformat(line["ends_on"])
    actor = desk.holder(desk.position(line["actor"], ""), day)
    with acting(actor):
        absence = Absence.objects.get(on(day), person__account__id=actor.user_id)
        end_absence(actor, absence=absence, ends_on=day)
    desk.forget()


def _work_queues(desk: DutyDesk, line: Line) -> None:
    if not school_calendar().is_school_day(line["when"].date()):
        return
    when = line["when"]
    lead = desk.on_duty(desk.position("mobility_lead:0", ""), when.date())
    work_in_schools(desk, when)
    for position in desk.specialists:
        work_queue(desk.on_duty(position, when.date()), position, when, overseer=lead)
    give_family_pages(desk, when)
    write_office_papers(desk, when)


def _play_round(desk: DutyDesk, line: Line) -> None:
    play_round(desk, line["when"], line["busy"])


PLAYS: dict[str, Callable[[DutyDesk, Line], None]] = {
    "request_transfer": _request,
    "take_step": _step,
    "refuse_release": _step,
    "log_contact": _contact,
    "record_absence": _record_absence,
    "end_absence": _end_absence,
    "work_queues": _work_queues,
    "play_round": _play_round,
}


def _actor(desk: DutyDesk, line: Line) -> Actor:
    return desk.on_duty(desk.position(line["actor"], line["school_id"]), line["when"].date())


def _student(line: Line) -> Student:
    return Student.objects.get(source="sis", source_key=line["student_id"])


def _person(actor: Actor) -> Person:
    return Person.objects.get(account__id=actor.user_id)
