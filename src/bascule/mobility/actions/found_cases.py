"""What the night found becomes cases in somebody's queue; what is no longer true is cleared."""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from datetime import datetime

from django.db.models import Q, QuerySet

from bascule.cases.actions import Opening, add_note, close_cases, open_cases
from bascule.cases.declarations import Within, Workflow
from bascule.cases.models import CaseFile, Note
from bascule.cases.registry import workflow_of
from bascule.directory.models import Organization
from bascule.directory.queries import school_calendar
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day
from bascule.kernel.wording import ENGLISH
from bascule.mobility.telling import overlap_reason, place_of
from bascule.roster.models import EnrollmentClaim, Student
from bascule.roster.rules import Finding

Found = Sequence[tuple[int, Finding]]


OPENED_BY: Mapping[str, str] = {
    "overlap": "claims_overlap",
    "enrollment_gap": "reengagement",
    "did_not_arrive": "did_not_arrive",
    "unproven_transfer": "unproven_transfer",
}
"""Which workflow a rule's finding opens."""

LAPSED_BY = {"unproven_transfer": "lapse"}
"""Which step closes the cases of a rule whose deadline has passed."""

KEPT_FIGURES = ("exit_code", "deadline", "past_deadline")
"""The figures of a finding that its sentence is made of; what counts days changes every night."""


def open_found_cases(actor: Actor, *, rule: str, found: Found, at: datetime) -> list[CaseFile]:
    """Open a case for each student whom `rule` found and who has none; return the new ones.

    A student found twice by one rule gets one case, about the finding that began last. A finding
    about which somebody has closed a case opens none, unless the roster should agree by now; nor
    does one whose deadline has passed, such as 31 July for who left in an earlier school year.
    """
    in_time = [row for row in found if not row[1].figures.get("past_deadline")]
    latest = dict(_undecided(rule, in_time, at))
    students = Student.objects.in_bulk(latest)
    words = _Words(latest)
    openings = [
        Opening(students[student], words.reason(finding), words.particulars(finding))
        for student, finding in latest.items()
    ]
    return open_cases(actor, workflow=OPENED_BY[rule], openings=openings, at=at)


def renew_found_cases(actor: Actor, *, rule: str, found: Found, at: datetime) -> int:
    """Let the open cases of `rule` say what the night finds now; return how many read otherwise.

    A case stays about its own finding while that stands. Where a correction has moved the day, or
    the student came back and left again while somebody works on the case, it is about the finding
    that began last and is not decided; a remark keeps what it said before.
    """
    pairs = _cases_with_finding(rule, found, at)
    words = _Words({case.pk: finding for case, finding in pairs})
    renewed = 0
    for case, finding in pairs:
        known = {key: said for key, said in case.particulars.items() if key != "cleared_on"}
        reason, particulars = words.reason(finding), {**known, **words.particulars(finding)}
        if (reason, particulars) == (case.reason, case.particulars):
            continue
        if reason != case.reason:
            text = f"The roster reads otherwise now. Until last night: {case.reason}"
            add_note(actor, case=case, kind=Note.Kind.REMARK, text=text, at=at)
        case.reason, case.particulars = reason, particulars
        case.save(update_fields=["reason", "particulars"])
        renewed += 1
    return renewed


def _cases_with_finding(rule: str, found: Found, at: datetime) -> list[tuple[CaseFile, Finding]]:
    """Return the open cases of a rule, each with the finding that it is about now."""
    open_now = list(_found_and_open(OPENED_BY[rule], rule))
    students = {case.student_id for case in open_now}
    about = [(student, each) for student, each in found if student in students]
    own = {(student, str(each.began_on)): each for student, each in about}
    latest = dict(_undecided(rule, about, at))
    pairs = []
    for case in open_now:
        student = case.student_id or 0
        finding = own.get((student, case.particulars["began_on"])) or latest.get(student)
        if finding is not None:
            pairs.append((case, finding))
    return pairs


def _found_and_open(workflow: str, rule: str) -> QuerySet[CaseFile]:
    """Return the open cases that the night has opened by a rule."""
    return CaseFile.objects.filter(
        workflow=workflow, closed_at__isnull=True, particulars__rule=rule,
        tier=CaseFile.Tier.STUDENT,
    ).order_by("id")  # fmt: skip


def clear_found_cases(actor: Actor, *, rule: str, found: Found, at: datetime) -> int:
    """Clear the open cases of `rule` whose student it finds no more; return how many closed.

    Where somebody already works on the case and its workflow leaves it to them, a remark says what
    the roster shows. A case whose deadline has passed lapses.
    """
    workflow = workflow_of(OPENED_BY[rule])
    gone = list(_cases_without_finding(workflow.key, rule, {student for student, _ in found}))
    ready = []
    for case in gone:
        if _can_take(workflow, case, workflow.cleared_by):
            ready.append(case)
        else:
            _say_cleared(actor, case, at)
    closed = close_cases(actor, cases=ready, step=workflow.cleared_by, at=at)
    return closed + _let_lapse(actor, workflow, rule, found, at)


def _can_take(workflow: Workflow, case: CaseFile, key: str) -> bool:
    return key in [step.key for step in workflow.steps_from(case.state)]


def _let_lapse(actor: Actor, workflow: Workflow, rule: str, found: Found, at: datetime) -> int:
    """Close the open cases of a rule whose deadline has passed; return how many."""
    if rule not in LAPSED_BY:
        return 0
    over = {student for student, each in found if each.figures.get("past_deadline")}
    lapsed = [case for case in _found_and_open(workflow.key, rule) if case.student_id in over]
    return close_cases(actor, cases=lapsed, step=LAPSED_BY[rule], at=at)


def _cases_without_finding(workflow: str, rule: str, still: Set[int]) -> QuerySet[CaseFile]:
    """Return the open cases of a rule whose student is not among `still`.

    The found are tens of thousands in a large district: they are compared here and not sent.
    """
    open_now = _found_and_open(workflow, rule).filter(particulars__cleared_on__isnull=True)
    students = open_now.values_list("pk", "student_id")
    gone = [case for case, student in students if student not in still]
    return CaseFile.objects.filter(pk__in=gone).select_related("student__school").order_by("id")


def _say_cleared(actor: Actor, case: CaseFile, at: datetime) -> None:
    where = f" The student is at {case.student.school}." if case.student else ""
    text = f"The roster no longer shows why this case was opened.{where}"
    add_note(actor, case=case, kind=Note.Kind.REMARK, text=text, at=at)
    case.particulars = {**case.particulars, "cleared_on": str(local_day(at))}
    case.save(update_fields=["particulars"])


def _undecided(rule: str, found: Found, at: datetime) -> list[tuple[int, Finding]]:
    """Leave out the findings about which somebody has closed a case."""
    closed = defaultdict(list)
    for case in _closed_for_good(rule, [student for student, _ in found], at):
        closed[case.student_id].append(case)
    return [
        (student, each) for student, each in found
        if not any(_decides(case, each) for case in closed[student])
    ]  # fmt: skip


def _closed_for_good(rule: str, students: Sequence[int], at: datetime) -> list[CaseFile]:
    """Return the closed cases of a rule, and those that people opened, whose word still counts.

    What people closed in the restricted tier decides nothing here: that no case is opened would
    tell everybody else of it.
    """
    workflow, calendar = workflow_of(OPENED_BY[rule]), school_calendar()
    closed = CaseFile.objects.filter(
        Q(particulars__rule=rule)
        | Q(particulars__rule__isnull=True, tier=CaseFile.Tier.STUDENT),
        workflow=workflow.key, closed_at__isnull=False, absorbed_by__isnull=True,
        student__in=students,
    )  # fmt: skip
    return [
        case for case in closed
        if not (until := workflow.state(case.state).agrees_within)
        or at <= Within.parse(until).due_at(case.closed_at or at, calendar)
    ]  # fmt: skip


def _decides(case: CaseFile, finding: Finding) -> bool:
    """Say whether a closed case was about the finding: its own, or what stood when it opened."""
    if "began_on" in case.particulars:
        return bool(case.particulars["began_on"] == str(finding.began_on))
    return finding.began_on <= local_day(case.opened_at)


CLAIMS = ("first_claim", "second_claim")


class _Words:
    """The sentences and facts of findings, with the names of schools looked up once."""

    def __init__(self, latest: Mapping[int, Finding]) -> None:
        figures = [each.figures for each in latest.values()]
        schools = {int(each.school) for each in latest.values()}
        schools |= {int(each["other_school"]) for each in figures if "other_school" in each}
        self.schools = Organization.objects.in_bulk(schools)
        keys = {str(each[name]) for each in figures for name in CLAIMS if name in each}
        claims = EnrollmentClaim.objects.filter(pk__in=[int(key) for key in keys])
        self.claims = {str(claim.pk): claim for claim in claims.select_related("school")}

    def reason(self, finding: Finding) -> str:
        """Return why a case is opened, in English: what is stored, and told anew to who reads."""
        names = self.names(finding)
        if "other" in names:
            return ENGLISH.say(overlap_reason(finding.began_on, names))
        return f"{finding.because} {ENGLISH.say(place_of(finding.rule, names['school']))}"

    def names(self, finding: Finding) -> dict[str, str]:
        """Return the schools that the reason names: `school`, and `other` of two that claim."""
        named = {"school": finding.school, "other": finding.figures.get("other_school")}
        return {key: self.schools[int(each)].name for key, each in named.items() if each}

    def particulars(self, finding: Finding) -> dict[str, object]:
        figures = finding.figures
        claims = [
            {"school": claim.school.name, "from": str(claim.starts_on),
             "to": str(claim.ends_on) if claim.ends_on else None}
            for name in CLAIMS
            if name in figures and (claim := self.claims.get(str(figures[name])))
        ]  # fmt: skip
        kept = {key: figures[key] for key in KEPT_FIGURES if key in figures}
        return {
            "rule": finding.rule,
            "version": finding.version,
            "began_on": str(finding.began_on),
            "names": self.names(finding),
            **({"figures": kept} if kept else {}),
            **({"claims": claims} if claims else {}),
        }
