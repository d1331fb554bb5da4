"""What the night found becomes cases in somebody's queue, and closes what is no longer true."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bascule.cases.actions import Opening, open_cases
from bascule.cases.models import CaseFile
from bascule.directory.models import Organization
from bascule.kernel.actor import Actor
from bascule.roster.models import EnrollmentClaim, Student
from bascule.roster.rules import Finding

Found = Sequence[tuple[int, Finding]]


OPENED_BY: Mapping[str, str] = {
    "overlap": "claims_overlap",
    "enrollment_gap": "reengagement",
}
"""Which workflow a rule's finding opens."""


def open_found_cases(actor: Actor, *, rule: str, found: Found, at: datetime) -> list[CaseFile]:
    """Open a case for each student whom `rule` found and who has none; return the new ones.

    A student found twice by one rule gets one case, about the finding that began last.
    """
    latest = dict(found)
    students = Student.objects.in_bulk(latest)
    words = _Words(latest)
    openings = [
        Opening(students[student], words.reason(finding), words.particulars(finding))
        for student, finding in latest.items()
    ]
    return open_cases(actor, workflow=OPENED_BY[rule], openings=openings, at=at)


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
            for name in CLAIMS
            if name in figures and (claim := self.claims.get(str(figures[name])))
        ]  # fmt: skip
        return {
            "rule": finding.rule,
            "version": finding.version,
            "began_on": str(finding.began_on),
            **({"claims": claims} if claims else {}),
        }
