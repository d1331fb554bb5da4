"""The verbs of every workflow, one file a kind; everybody imports them from here."""

from bascule.cases.actions.closing import close_cases
from bascule.cases.actions.notes import add_note
from bascule.cases.actions.opening import (
    Opening,
    open_case,
    open_cases,
    reason_of_reach,
    report_case,
)
from bascule.cases.actions.setting_aside import set_aside, take_up
from bascule.cases.actions.stepping import take_step
from bascule.cases.actions.together import Outcome, Seen, on_each
from bascule.cases.actions.undoing import latest_act, may_undo, name_of, undo

__all__ = [
    "Opening",
    "Outcome",
    "Seen",
    "add_note",
    "close_cases",
    "latest_act",
    "may_undo",
    "name_of",
    "on_each",
    "open_case",
    "open_cases",
    "reason_of_reach",
    "report_case",
    "set_aside",
    "take_step",
    "take_up",
    "undo",
]
