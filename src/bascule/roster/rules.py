"""The declared rules on moving and missing students: key, version, parameters, and their words.

Source: domain/mobility.md 6.1 (14-17, 20) and 1.4-1.6. `roster.flags` applies a rule to one
student, `metrics.findings` to a whole district. Readings that the source leaves open:

* Days are the district's school days where a name says so, calendar days otherwise. A gap of
  exactly the limit does not fire a "more than" rule; the 30th day still is "within 30 days".
* A move is a change of school between two neighboring stints, whatever lies between them, that
  is not a promotion: promoted or graduated at the exit, promoted or next year at the entry.
* "Plus gap days >= 10" says more about a highly mobile student (it is added to the reason); by
  itself it is no move, since the enrollment-gap rule already finds it.
* A student on record as taught elsewhere (transfer out, home school, institution) is not
  enrolled nowhere: whether that record is true is what the unproven-transfer rule asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from bascule.kernel.wording import ENGLISH, Counted, Sentence, Value
from bascule.roster.codes import EXIT_CODES, EntryKind, ExitKind
from bascule.roster.stints import School

Figures = Mapping[str, int | str]


@dataclass(frozen=True)
class Rule:
    """A declared rule; another parameter value means another version."""

    key: str
    version: int
    parameters: Mapping[str, int | tuple[str, ...]]

    def number(self, name: str) -> int:
        """Return a whole-number parameter; TypeError if `name` holds a list."""
        value = self.parameters[name]
        if isinstance(value, tuple):
            raise TypeError(f"{self.key}.{name} is a list")
        return value

    def names(self, name: str) -> tuple[str, ...]:
        """Return a list parameter (codes or kinds); TypeError if `name` holds a number."""
        value = self.parameters[name]
        if isinstance(value, int):
            raise TypeError(f"{self.key}.{name} is a number")
        return value


@dataclass(frozen=True)
class Finding:
    """What a rule found: where, since when, why in words, and the numbers behind the words.

    `ended_on` is the last day on which it was true, None where it is true on the day asked.
    What is contradictory in the record itself (re-entry, overlap) stays true until corrected.
    """

    rule: str
    version: int
    school: School
    began_on: date
    because: str
    figures: Figures
    ended_on: date | None = None


@dataclass(frozen=True)
class Proof:
    """A record request or another proof of enrollment elsewhere, for the exit it proves."""

    school: School
    exited_on: date


@dataclass(frozen=True)
class DayOneAbsence:
    """An unexcused absence on the first day of school, and the first day present since."""

    school: School
    day_one: date
    arrived_on: date | None


HIGHLY_MOBILE = Rule("highly_mobile", 1, {
    "moves_short": 2, "months_short": 12, "moves_long": 3, "months_long": 36,
    "days_out_from": 10,
    "promotional_exits": (ExitKind.PROMOTION, ExitKind.GRADUATED),
    "promotional_entries": (EntryKind.PROMOTION, EntryKind.YEAR_START),
})  # fmt: skip

ENROLLMENT_GAP = Rule("enrollment_gap", 1, {
    "more_than_school_days": 10, "youngest": 6, "oldest": 21,
    "no_gap_after": (
        ExitKind.GRADUATED, ExitKind.COMPLETED, ExitKind.AGED_OUT, ExitKind.DIED,
        ExitKind.TRANSFER_OUT, ExitKind.HOME_SCHOOL, ExitKind.INSTITUTION,
    ),
})  # fmt: skip

SAME_SCHOOL_RE_ENTRY = Rule("same_school_re_entry", 1, {
    "within_days": 30, "school_days_missed": 1,
    "ordinary_exits": (
        ExitKind.YEAR_END, ExitKind.PROMOTION, ExitKind.GRADUATED, ExitKind.ADMINISTRATIVE,
        ExitKind.INSTITUTION,
    ),
})  # fmt: skip

UNPROVEN_TRANSFER = Rule("unproven_transfer", 1, {
    "codes": tuple(sorted(code for code, row in EXIT_CODES.items() if row.needs_proof)),
    "deadline_month": 7, "deadline_day": 31,
})  # fmt: skip

DID_NOT_ARRIVE = Rule("did_not_arrive", 1, {"exits": (ExitKind.NO_SHOW,)})

OVERLAP = Rule("overlap", 1, {"more_than_days": 0})

RULES = {
    rule.key: rule
    for rule in (HIGHLY_MOBILE, ENROLLMENT_GAP, SAME_SCHOOL_RE_ENTRY, UNPROVEN_TRANSFER,
                 DID_NOT_ARRIVE, OVERLAP)
}  # fmt: skip


def finding(
    rule: Rule, school: School, began_on: date, figures: Figures, ended_on: date | None = None
) -> Finding:
    """Return the finding of `rule` with its reason put into words."""
    because = ENGLISH.say(reason(rule, figures, began_on, ended_on))
    return Finding(rule.key, rule.version, school, began_on, because, figures, ended_on)


def reason(rule: Rule, figures: Figures, began_on: date, ended_on: date | None = None) -> Sentence:
    """Return why `rule` found something, as a sentence that any language can tell."""
    return _SENTENCES[rule.key](rule, Told(figures, began_on, ended_on))


class Told(NamedTuple):
    """What a sentence is made of. It stands for months: it names days and never "days ago"."""

    figures: Figures
    began_on: date
    ended_on: date | None


def _highly_mobile(rule: Rule, told: Told) -> Sentence:
    figures = told.figures
    values: dict[str, Value] = {
        "short": _times(figures["moves_short"]), "short_months": rule.number("months_short"),
        "long": _times(figures["moves_long"]), "long_months": rule.number("months_long"),
    }  # fmt: skip
    if int(figures["days_out"]) < rule.number("days_out_from"):
        return Sentence(
            "Changed schools %(short)s in %(short_months)s months and %(long)s in %(long_months)s, "
            "promotions not counted.",
            **values,
        )
    return Sentence(
        "Changed schools %(short)s in %(short_months)s months and %(long)s in %(long_months)s, "
        "promotions not counted; enrolled nowhere for %(days_out)s in between.",
        days_out=_school_days(figures["days_out"]), **values,
    )  # fmt: skip


def _enrollment_gap(rule: Rule, told: Told) -> Sentence:
    limit, since = rule.number("more_than_school_days"), told.began_on
    if told.ended_on is None:
        return Sentence(
            "Enrolled nowhere since %(since)s, for more than %(limit)s school days.",
            since=since, limit=limit,
        )  # fmt: skip
    return Sentence(
        "Enrolled nowhere for %(missed)s since %(since)s, which is more than %(limit)s.",
        missed=_school_days(told.figures["school_days"]), since=since, limit=limit,
    )  # fmt: skip


def _same_school_re_entry(rule: Rule, told: Told) -> Sentence:
    figures = told.figures
    values: dict[str, Value] = {
        "later": Counted("%(n)s day later", "%(n)s days later", int(figures["days"])),
        "missed": _school_days(figures["school_days"]),
    }
    if not figures["exit_code"]:
        return Sentence(
            "Withdrawn without a code and back at the same school %(later)s, missing %(missed)s.",
            **values,
        )
    return Sentence(
        "Withdrawn with code %(code)s and back at the same school %(later)s, missing %(missed)s.",
        code=str(figures["exit_code"]), **values,
    )  # fmt: skip


def _unproven_transfer(rule: Rule, told: Told) -> Sentence:
    figures = told.figures
    values: dict[str, Value] = {
        "left_on": told.began_on,
        "code": str(figures["exit_code"]),
        "deadline": date.fromisoformat(str(figures["deadline"])),
    }
    if figures["past_deadline"]:
        return Sentence(
            "Left on %(left_on)s with code %(code)s and nothing proves the new school; "
            "counts as a dropout since %(deadline)s.",
            **values,
        )
    return Sentence(
        "Left on %(left_on)s with code %(code)s and nothing proves the new school; "
        "counts as a dropout after %(deadline)s.",
        **values,
    )


def _did_not_arrive(rule: Rule, told: Told) -> Sentence:
    if code := str(told.figures["exit_code"]):
        return Sentence("Expected and recorded as did not arrive (code %(code)s).", code=code)
    return Sentence("Expected on the first day of school and absent without excuse.")


def _overlap(rule: Rule, told: Told) -> Sentence:
    return Sentence("Claimed by two schools since %(since)s.", since=told.began_on)


def _times(number: int | str) -> Counted:
    return Counted("%(n)s time", "%(n)s times", int(number))


def _school_days(number: int | str) -> Counted:
    return Counted("%(n)s school day", "%(n)s school days", int(number))


_SENTENCES = {
    "highly_mobile": _highly_mobile,
    "enrollment_gap": _enrollment_gap,
    "same_school_re_entry": _same_school_re_entry,
    "unproven_transfer": _unproven_transfer,
    "did_not_arrive": _did_not_arrive,
    "overlap": _overlap,
}
