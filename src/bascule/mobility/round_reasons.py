"""What a round gave a student and why, told in the reader's language. No Django import.

The facts are kept (program, priority, numbers), the words are made when somebody reads (ADR 0080).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bascule.kernel.wording import Counted, Sentence, Value

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Why:
    """One choice of the list: whether it was obtained, and the sentence that says why or why not.

    `closed` names the criterion that keeps the student out, for choices that are not open.
    """

    became: str
    sentence: Sentence
    closed: str = ""


def reasons_of(told: Sequence[Facts], number: int, entrants: int) -> list[Why]:
    """Return what became of each choice, the first one first.

    `told` are the kept facts (program, became, seats, before, earlier, closed), `number` the
    student's in the lottery of `entrants`.
    """
    return [_reason(turn, each, number, entrants) for turn, each in enumerate(told, 1)]


def _reason(turn: int, told: Facts, number: int, entrants: int) -> Why:
    said: dict[str, Value] = {"turn": turn, "program": told["program"]}
    if told["became"] == "got":
        return Why("got", Sentence("Choice %(turn)s, %(program)s: a seat.", **said))
    if told["became"] == "closed":
        words = Sentence("Choice %(turn)s, %(program)s: not open to this student now.", **said)
        return Why("closed", words, told["closed"])
    said |= {
        "seats": Counted("%(n)d seat", "%(n)d seats", told["seats"]),
        "before": told["before"], "earlier": told["earlier"], "number": number, "all": entrants,
    }  # fmt: skip
    return Why("full", _full(told, said))


def _full(told: Facts, said: Mapping[str, Value]) -> Sentence:
    """Say to whom the seats of a choice went."""
    if not told["seats"]:
        return Sentence(
            "Choice %(turn)s, %(program)s: no seat was free for this student's grade.", **said
        )
    if not told["before"]:
        return Sentence(
            "Choice %(turn)s, %(program)s: %(seats)s, all to students with an earlier number; this"
            " student's was %(number)s of %(all)s.", **said,
        )  # fmt: skip
    if not told["earlier"]:
        return Sentence(
            "Choice %(turn)s, %(program)s: %(seats)s, all to students of an earlier priority.",
            **said,
        )
    return Sentence(
        "Choice %(turn)s, %(program)s: %(seats)s, %(before)s of them to students of an earlier"
        " priority and %(earlier)s to students with an earlier number; this student's was"
        " %(number)s of %(all)s.", **said,
    )  # fmt: skip
