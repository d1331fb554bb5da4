"""What tickets have in common: root causes, proofs of enrollment, and how one is told apart.

A ticket is a side case with an owner, a clock, an outcome and a root cause (domain/mobility.md 1.5,
6.1 item 28). The list of causes and the office that can remove each is a proposal of 2026-11-22,
to be confirmed by the district; it stands here alone. No Django import.
"""

from dataclasses import dataclass

from bascule.cases.declarations import Field, Workflow


@dataclass(frozen=True)
class RootCause:
    """Why a ticket was needed, and the office that can see to it that the next one is not."""

    key: str
    label: str
    office: str


ROOT_CAUSES = {
    cause.key: cause
    for cause in (
        RootCause("late_entry", "Entered late or not at all", "Schools"),
        RootCause("wrong_code", "Wrong entry or leave code", "Schools"),
        RootCause("rule_unknown", "The rule was not known", "Training"),
        RootCause("rule_unclear", "The rule is unclear or contradicts another", "Policy"),
        RootCause("no_answer", "The other school or district did not answer", "Network Support"),
        RootCause("family_papers", "Papers that the family could not bring", "Schools"),
        RootCause("no_capacity", "No seat or service was free", "Options Network"),
        RootCause("two_records", "Two records of one student", "Information technology"),
        RootCause("system", "The student system lost or delayed it", "Information technology"),
        RootCause("unfounded", "Nothing was wrong", "Nobody"),
    )
}

ROOT_CAUSE = Field(
    "root_cause", "Root cause", required=True,
    choices=tuple((cause.key, cause.label) for cause in ROOT_CAUSES.values()),
)  # fmt: skip
"""Asked by every step that closes a ticket."""

OUTCOME = Field("outcome", "Outcome", required=True)

PROOFS = Field(
    "proof", "Proof", required=True, choices=(
        ("records_request", "Request for records by the new school"),
        ("enrollment_letter", "Letter of enrollment by the new school"),
        ("other_district", "Enrollment shown by another district's system"),
        ("home_school", "Signed statement of home schooling"),
        ("abroad", "Proof of enrollment in another country"),
    ),
)  # fmt: skip
"""What proves an enrollment elsewhere (23 IAC 375.75(d), domain/mobility.md 1.3 and 1.4)."""


def is_ticket(workflow: Workflow) -> bool:
    """Say whether a workflow is a ticket: some step of it asks for the root cause."""
    return any(ROOT_CAUSE in step.asks for step in workflow.steps)
