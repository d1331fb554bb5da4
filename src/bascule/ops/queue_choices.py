"""What specialists decide about found cases: the next steps by state, with how often each.

The steps are those of the workflows `reengagement` and `claims_overlap` (domain/mobility.md 1.2,
1.4 and 3.3); the shares are invented.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bascule.cases.registry import workflow_of


@dataclass(frozen=True)
class Choice:
    """One step that may be taken, what is answered, and its share among the choices."""

    step: str
    share: float
    said: Mapping[str, str] = field(default_factory=dict)

    def answers(self, school: str) -> dict[str, str]:
        """Return the answers, with the student's school where one is named."""
        return {key: text.format(school=school) for key, text in self.said.items()}


_PROOF = {"proof": "Enrollment letter of the new school, seen as a copy"}
_TRIED = {"attempts": "Two calls, a text, a letter and a home visit; an aunt says not now",
          "whereabouts": "known"}  # fmt: skip
_VANISHED = {"attempts": "Two calls, a text, a letter and a home visit; neighbors know nothing",
             "whereabouts": "unknown"}  # fmt: skip

REENGAGEMENT = {
    "found": (Choice("take_up", 0.93), Choice("close_elsewhere", 0.07, _PROOF)),
    "reaching": (
        Choice("schedule_intake", 0.6, {"outcome": "Comes in with the grandmother on Thursday"}),
        Choice("close_elsewhere", 0.2, _PROOF),
        Choice("give_up", 0.15, _TRIED),
        Choice("give_up", 0.05, _VANISHED),
    ),
    "intake": (
        Choice("start_workshop", 0.65),
        Choice("return_to_last_school", 0.25),
        Choice("close_elsewhere", 0.1, _PROOF),
    ),
    "workshop": (Choice("place", 1),),
    "placing": (Choice("confirm_enrollment", 1, {"school": "{school}"}),),
    "checking": (
        Choice("check_again", 0.4, {"finding": "Attends four days in five, one class to catch up"}),
        Choice("close_stable", 0.6),
    ),
}
RETURNED = (Choice("close_returned", 1, {"outcome": "Attends {school} again, called to check"}),)
"""What is chosen where the night has remarked that the student is enrolled again."""

OVERLAP = {
    "found": (Choice("take_up", 1),),
    "checking": (
        Choice("ask_sis", 0.6, {
            "school": "{school}", "evidence": "Attendance taken there on all days of the week",
        }),
        Choice("settle", 0.25),
        Choice("keep_both", 0.15, {"why": "Evening credit recovery beside the own school"}),
    ),
    "sis_asked": (Choice("settle", 1),),
}  # fmt: skip

TRANSFER = {
    "submitted": (Choice("claim", 1),),
    "eligibility": (Choice("pass_eligibility", 1, {
        "exception": "Transcript and birth date seen, the reviewer asked",
    }),),
    "prevention": (Choice("finish_prevention", 1, {
        "interventions": "Attendance plan and two family meetings",
    }),),
    "counseling": (Choice("waitlist", 1),),
    "records": (Choice("confirm_records", 1),),
    "stabilizing": (Choice("check", 1, {
        "finding": "Attends daily, two credits on track", "promise": "kept",
    }),),
}  # fmt: skip
"""What is caught up with on the last afternoon; all else about transfers is in the script."""

_NOT_THERE = "No attendance was taken there on the day that we signed"
SIS_DISAGREES = {
    "found": (Choice("ask_sis", 1, {"asked_for": "The days and codes that both schools signed"}),),
    "sis_asked": (Choice("accept_sis", 1, {"why": _NOT_THERE}),),
}

CHOICES: Mapping[str, Mapping[str, tuple[Choice, ...]]] = {
    "reengagement": REENGAGEMENT,
    "claims_overlap": OVERLAP,
    "options_transfer": TRANSFER,
    "sis_disagrees": SIS_DISAGREES,
}

NOT_FOR_ROOM = {"sis_disagrees"}
"""What nobody closes to have a smaller queue: the student system has not answered yet."""

CONTACTS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "reaching": (
        ("call", "no_answer", "No answer; voice mail is full."),
        ("call", "answered", "Spoke with an aunt, who passes it on."),
        ("message", "", "Sent a text with our number and office hours."),
        ("visit", "no_answer", "Nobody at the door; left a card."),
        ("letter", "", "Letter about the ways back to school."),
    ),
    "checking": (
        ("call", "", "Called the attendance office: present on most days."),
        ("remark", "", "Compared the attendance of both weeks."),
    ),
}
"""What is tried and noted in a state: kind of contact, whether somebody answered, words."""


WAYS = {
    "claims_overlap": (("take_up",), ("take_up", "ask_sis")),
    "sis_disagrees": (("ask_sis",),),
    "reengagement": (
        ("schedule_intake",),
        ("start_workshop", "place"),
        ("start_workshop",),
        ("take_up", "schedule_intake", "start_workshop"),
        ("take_up", "schedule_intake"),
    ),
}
"""Ways that a case is brought along, each to a state in which few cases stand at a time."""


def every_choice(workflow: str) -> list[Choice]:
    """Return the choices of all states of a workflow."""
    return [choice for state in CHOICES[workflow].values() for choice in state]


def choices(workflow: str, state: str, *, is_cleared: bool) -> tuple[Choice, ...]:
    """Return what may be chosen; `is_cleared` says that the roster shows the finding no more."""
    steps = {step.key for step in workflow_of(workflow).steps_from(state)}
    returned = tuple(each for each in RETURNED if is_cleared and each.step in steps)
    return returned or CHOICES.get(workflow, {}).get(state, ())


def closes(workflow: str, state: str, *, for_good: bool = False) -> tuple[Choice, ...]:
    """Return the choices of a state that end the case; `for_good`: the lasting ones, if any."""
    declared = workflow_of(workflow)
    ends = {step.key: declared.state(step.to) for step in declared.steps_from(state)}
    known = () if workflow in NOT_FOR_ROOM else CHOICES.get(workflow, {}).get(state, ())
    ending = tuple(each for each in known if ends[each.step].ends)
    return (for_good and lasting(workflow, state, ending)) or ending


def lasting(workflow: str, state: str, known: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """Return the choices of a state after which the roster need not follow.

    The generated one never follows what is decided, and a night soon finds the case again.
    """
    declared = workflow_of(workflow)
    ends = {step.key: declared.state(step.to) for step in declared.steps_from(state)}
    return tuple(each for each in known if not ends[each.step].agrees_within)
