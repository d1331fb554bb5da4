"""What the night found becomes cases in somebody's queue, and closes what is no longer true."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bascule.cases.actions import Opening, open_cases
from bascule.cases.models import CaseFile
from bascule.directory.models import Organization
from bascule.kernel.actor import Actor
from bascule.roster.models import EnrollmentClaim, Student
from bascule.roster.rules import Finding

Found = Sequence[tuple[int, Finding]]


@dataclass(frozen=True)
class Opens:
    """Which workflow a rule's finding opens, and what its case shows besides the sentence."""

    workflow: str


OPENED_BY: Mapping[str, Opens] = {
    "overlap": Opens("claims_overlap"),
    "enrollment_gap": Opens("reengagement"),
}


def open_found_cases(actor: Actor, *, rule: str, found: Found, at: datetime) -> list[CaseFile]:
    """Open a case for each student whom `rule` found and who has none; return the new ones.

    A student found twice by one rule gets one case, about the finding that began last.
    """
    opens = OPENED_BY[rule]
    latest = dict(found)
    students = Student.objects.in_bulk(latest)
    words = _Words(latest)
    openings = [
        Opening(students[student], words.reason(finding), words.particulars(finding))
        for student, finding in latest.items()
    ]
    return open_cases(actor, workflow=opens.workflow, openings=openings, at=at)


class _Words:
    """The sentences and facts of findings, with the names of schools looked up once."""

    def __init__(self, latest: Mapping[int, Finding]) -> None:
        schools = {int(each.school) for each in latest.values()}
        schools |= {
            int(f["other_school"]) for f in map(_figures, latest.values()) if "other_school" in f
        }
        self.schools = Organization.objects.in_bulk(schools)
        keys = {
            str(figures[name])
            for figures in map(_figures, latest.values())
            for name in ("first_claim", "second_claim")
            if name in figures
        }
        claims = EnrollmentClaim.objects.filter(pk__in=[int(key) for key in keys])
        self.claims = {str(claim.pk): claim for claim in claims.select_related("school")}

    def reason(self, finding: Finding) -> str:
        school = self.schools[int(finding.school)].name
        if "other_school" in finding.figures:
            other = self.schools[int(finding.figures["other_school"])].name
            return (
                f"{other} and {school} both claim this student since {finding.began_on:%b %-d, %Y}."
            )
        return f"{finding.because} Last at {school}."

    def particulars(self, finding: Finding) -> dict[str, object]:
        figures = finding.figures
        claims = [
            {"school": claim.school.name, "from": str(claim.starts_on),
             "to": str(claim.ends_on) if claim.ends_on else None}
            for name in ("first_claim", "second_claim")
            if name in figures and (claim := self.claims.get(str(figures[name])))
        ]  # fmt: skip
        return {
            "rule": finding.rule,
            "version": finding.version,
            "began_on": str(finding.began_on),
            **({"claims": claims} if claims else {}),
        }


def _figures(finding: Finding) -> Mapping[str, object]:
    return finding.figures
