"""Whether an Options transfer is open to a student: rules that explain and never deny.

Each rule reads one fact and says whether it passes, needs a person, does not pass, or is not known
(domain/mobility.md 1.1, 1.3, 1.5 state 2, 6.1 items 7 and 8; ADR 0101). No rule reads what is
restricted. What the district has not confirmed stands in BANDS, dated, and is shown beside what it
rules; the cut-offs of each school stand on its programs. No Django import.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bascule.kernel.wording import Counted, Sentence, Value, kept_sentence, sentence_of
from bascule.mobility.months import age_on, birthday_of
from bascule.mobility.placement import LAST_AGE, Finish, finish_of, is_within, plain
from bascule.mobility.placement_facts import FIGURES, ProgramFacts

VERSION = 1
PASSES, ASK, FAILS, UNKNOWN = "passes", "ask", "fails", "unknown"
"""What a rule says: it passes, needs a person, does not pass, or the fact is not known."""


@dataclass(frozen=True)
class Bands:
    """Ages in whole years, both ends included. Another value is another version."""

    since: date = date(2026, 11, 23)
    youngest: int = 15
    oldest: int = 21
    own_process: tuple[int, int] = (14, 15)
    due_process_from: int = 19


BANDS = Bands()


@dataclass(frozen=True)
class Facts:
    """What is known of a student on `day`; None is not known, and never the same as nothing.

    `school` is where the student is enrolled, "" where nowhere. `is_doubted`: a residency dispute
    is open. `programs` are those of all Options schools, of which the limits are read.
    """

    day: date
    birth_on: date | None
    credits: Decimal | None
    school: str
    is_doubted: bool
    programs: tuple[ProgramFacts, ...]

    @property
    def age(self) -> int | None:
        """The age in whole years on the day; None where the birth date is not reported."""
        return age_on(self.birth_on, self.day) if self.birth_on else None


@dataclass(frozen=True)
class Said:
    """What a rule says of the facts, and the fact that it read."""

    verdict: str
    told: Sentence


@dataclass(frozen=True)
class Rule:
    """One rule: where it comes from, and what or who lifts it where it does not pass."""

    key: str
    title: str
    source: str
    lifted_by: str
    judges: Callable[[Facts], Said]


@dataclass(frozen=True)
class Finding:
    """What one rule said, as it is shown and kept."""

    key: str
    verdict: str
    told: Sentence

    @property
    def rule(self) -> Rule | None:
        """The rule as it stands today; None where there is none of that key any more."""
        return BY_KEY.get(self.key)


NO_BIRTH_DATE = Sentence("The birth date is not reported.")


def in_band(facts: Facts) -> Said:
    """Compare the age with the band of the Options network; 14 comes by a process of its own."""
    if facts.age is None:
        return Said(UNKNOWN, NO_BIRTH_DATE)
    told = Sentence("The student is %(age)s; Options schools take ages %(youngest)s to %(oldest)s.",
                    age=facts.age, youngest=BANDS.youngest, oldest=BANDS.oldest)  # fmt: skip
    if is_within(facts.age, BANDS.youngest, BANDS.oldest):
        return Said(PASSES, told)
    return Said(ASK if is_within(facts.age, *BANDS.own_process) else FAILS, told)


def own_process(facts: Facts) -> Said:
    """Point students of 14 and 15 to the enrollment process that an ALOP has for them."""
    if facts.age is None:
        return Said(UNKNOWN, NO_BIRTH_DATE)
    if is_within(facts.age, *BANDS.own_process):
        return Said(ASK, Sentence(
            "At %(age)s, a student enters a program for learning opportunities (ALOP) by a process"
            " of its own; other programs by their own ages.", age=facts.age,
        ))  # fmt: skip
    return Said(PASSES, Sentence("The process for ages 14 and 15 does not apply at %(age)s.",
                                 age=facts.age))  # fmt: skip


def before_last_birthday(facts: Facts) -> Said:
    """Count the days to the 21st birthday; from that day on none is left."""
    if facts.birth_on is None:
        return Said(UNKNOWN, NO_BIRTH_DATE)
    birthday = birthday_of(facts.birth_on, LAST_AGE)
    days = (birthday - facts.day).days
    if days <= 0:
        return Said(FAILS, Sentence("The 21st birthday was on %(birthday)s.", birthday=birthday))
    counted = Counted("%(n)d day is left", "%(n)d days are left", days)
    told = Sentence("%(days)s to the 21st birthday on %(birthday)s.",
                    days=counted, birthday=birthday)  # fmt: skip
    return Said(PASSES, told)


def finishes(facts: Facts) -> Said:
    """Say whether the diploma can come by the 21st birthday, at the paces that are assumed."""
    if facts.credits is None:
        return Said(UNKNOWN, Sentence("The credits earned are not reported: no pace is known."))
    if facts.birth_on is None:
        return Said(UNKNOWN, Sentence("The birth date is not reported: no pace is known."))
    slowest, *_rest, fastest = _finishes(facts.credits, facts.birth_on, facts.day)
    if slowest.is_in_time:
        return Said(PASSES, Sentence(
            "Yes: %(left)s credits left, at %(rate)s a semester %(semesters)s, until about"
            " %(done)s.", **_told(slowest),
        ))  # fmt: skip
    if fastest.is_in_time:
        return Said(ASK, Sentence(
            "Only at a full pace: %(left)s credits left, at %(rate)s a semester %(semesters)s,"
            " until about %(done)s. At %(slow)s a semester it would be about %(late)s.",
            slow=plain(slowest.rate), late=slowest.done, **_told(fastest),
        ))  # fmt: skip
    return Said(FAILS, Sentence(
        "No: %(left)s credits left, at %(rate)s a semester %(semesters)s, until about %(done)s.",
        **_told(fastest),
    ))  # fmt: skip


def _finishes(earned: Decimal, birth_on: date, day: date) -> list[Finish]:
    """Return when the student is done at each pace, the slowest first."""
    schedules = sorted(
        FIGURES.credits_a_semester, key=lambda each: FIGURES.credits_a_semester[each]
    )
    return [finish_of(earned, birth_on, each, day) for each in schedules]


def _told(finish: Finish) -> Mapping[str, Value]:
    return {
        "left": plain(finish.left), "rate": plain(finish.rate), "semesters": finish.semesters,
        "done": finish.done,
    }  # fmt: skip


def owes_due_process(facts: Facts) -> Said:
    """Say that a denial for age would need due process first."""
    if facts.age is None:
        return Said(UNKNOWN, NO_BIRTH_DATE)
    if facts.age < BANDS.due_process_from:
        return Said(PASSES, Sentence("Does not apply before 19: the student is %(age)s.",
                                     age=facts.age))  # fmt: skip
    return Said(ASK, Sentence(
        "The student is %(age)s: nobody is denied for age without due process as for an expulsion,"
        " counseling and other ways named.", age=facts.age,
    ))  # fmt: skip


def may_be_denied_unasked(facts: Facts) -> bool:
    """Say whether a denial needs no word on due process: the student is known to be younger."""
    return facts.age is not None and facts.age < BANDS.due_process_from


def credits_fit(facts: Facts) -> Said:
    """Count the programs whose limits take the credits earned; all have limits of their own."""
    if not facts.programs:
        return Said(UNKNOWN, Sentence("No Options program is set up here."))
    if facts.credits is None:
        return Said(UNKNOWN, Sentence("The credits earned are not reported."))
    earned = plain(facts.credits)
    if facts.credits >= FIGURES.credits_to_graduate:
        told = Sentence("%(earned)s credits are earned, enough for a diploma.", earned=earned)
        return Said(ASK, told)
    taking = [each for each in facts.programs if is_within(facts.credits, *each.credits)]
    told = Sentence(
        "%(earned)s credits are earned. Programs that take this number: %(taking)s of %(all)s.",
        earned=earned, taking=len(taking), all=len(facts.programs),
    )  # fmt: skip
    return Said(PASSES if taking else FAILS, told)


def lives_here(facts: Facts) -> Said:
    """Read residency from the enrollment; who is enrolled nowhere is asked, without papers."""
    if facts.is_doubted:
        return Said(ASK, Sentence("A residency dispute is open: its outcome counts."))
    if not facts.school:
        return Said(ASK, Sentence(
            "The student is enrolled nowhere now: ask whether they live in the city. No papers"
            " are needed first."
        ))  # fmt: skip
    return Said(PASSES, Sentence("Enrolled at %(school)s, and nobody doubts the residency.",
                                 school=facts.school))  # fmt: skip


def services_asked(facts: Facts) -> Said:
    """Say the same of every student: whether one has a plan or a program is restricted."""
    return Said(ASK, Sentence(
        "To be asked of the reviewer, for every student alike: whether a service is needed is not"
        " told here."
    ))  # fmt: skip


RULES = (
    Rule("age", "Age", "CPS re-engagement page: ages 15–21",
         "Student Mobility Lead, as an exception with its reason", in_band),
    Rule("own_process", "Process for ages 14 and 15", "CPS page on Options schools (a copy)",
         "The enrollment process for ages 14 and 15", own_process),
    Rule("birthday", "21st birthday", "105 ILCS 5/13B; CPS Policy 702.1",
         "Nobody here: point to adult education, and say why", before_last_birthday),
    Rule("finish", "Diploma before 21", "105 ILCS 5/26-2(b); pace assumed here",
         "A program with a faster pace, credit recovery or summer credit", finishes),
    Rule("due_process", "Due process from 19 on", "105 ILCS 5/26-2(b)",
         "Due process held, or a program that may take the student", owes_due_process),
    Rule("credits", "Credits", "The limits of each program, as its school sets them",
         "The school whose limit it is, or the transcript", credits_fit),
    Rule("residency", "Residency", "CPS Policy 702.1; 105 ILCS 10/8.1(a)",
         "The family's word; proof may follow", lives_here),
    Rule("services", "Services of a plan or a language program", "105 ILCS 10/8.1(c)",
         "The reviewer, by a report from the student's page", services_asked),
)  # fmt: skip
BY_KEY = {each.key: each for each in RULES}


def judged(facts: Facts) -> list[Finding]:
    """Return what every rule says of the facts, in the order in which they are shown."""
    said = [(rule.key, rule.judges(facts)) for rule in RULES]
    return [Finding(key, each.verdict, each.told) for key, each in said]


def kept_findings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return findings as they are kept with the step that was taken on them."""
    return [
        {"rule": each.key, "verdict": each.verdict, **kept_sentence(each.told)} for each in findings
    ]


def findings_of(kept: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """Return findings that were kept."""
    return [Finding(each["rule"], each["verdict"], sentence_of(each)) for each in kept]
