"""Every role, in one place: how far it reaches and what it may do. No Django import.

A role is held through a position of the same key. To add one, add an entry: grounds, the matrix
test and the help page follow.
"""

from dataclasses import dataclass
from typing import Literal

Reach = Literal["district", "organization", "none"]

PERMISSIONS = {
    "work_cases": "take the steps of cases",
    "request_transfer": "open a transfer request for a student",
    "release_student": "release a student to another school, or refuse",
    "force_release": "release in a school's stead",
    "call_families": "open the list of families to call",
    "accept_student": "accept or decline a student to whom a seat is offered",
    "change_seats": "add or take away seats of Options programs",
    "run_rounds": "prepare, run, offer and cancel rounds of placement",
    "see_rounds": "see rounds of placement, with the results of students in sight",
    "draw_outreach": "start and end the drawing of outreach by lot, and see what it shows",
    "see_handovers": "see which releases are owed and what the SIS says of moves",
    "see_adherence": "see which steps and answers were in time, the own or those in sight",
    "write_procedures": "publish versions of procedures and see who owes a signature",
    "certify": "sign the school certification for the own school",
    "see_certified": "see who at a school is certified on enroll and leave codes",
    "decide_gaps": "decide on gaps of the system, and close them",
    "plan_cover": "record absences of others and name who covers",
    "see_board": "open the board: open and late by desk, network and state, and what it costs",
    "see_feeds": "see feed runs and quarantined rows",
    "run_feeds": "approve, load and undo feeds",
    "combine_students": "say which records are one student",
    "see_measures": "open measures and their rows",
    "comment_trends": "write the month's comment that the trends pack carries",
    "export": "take lists away as files",
    "see_decisions": "read the record of reads and decisions",
    "elevate": "open one student's record by necessity, with a reason, for 60 minutes",
    "review_elevations": "be told who opened a record by necessity, and why",
}


@dataclass(frozen=True)
class Role:
    """One role. `reach`: every school, the schools of its organizations, or none by itself.

    `is_discreet`: who knows that its holder acted for a student knows something restricted.
    """

    key: str
    title: str
    reach: Reach
    permissions: frozenset[str]
    sees_restricted: bool = False
    is_discreet: bool = False


def _role(
    key: str,
    title: str,
    reach: Reach,
    *permissions: str,
    restricted: bool = False,
    discreet: bool = False,
) -> Role:
    unknown = set(permissions) - set(PERMISSIONS)
    if unknown:
        raise ValueError(f"role {key} names unknown permissions {unknown}")
    return Role(key, title, reach, frozenset(permissions), restricted, discreet)


ROLES = {
    role.key: role
    for role in (
        _role("mobility_lead", "Student Mobility Lead", "district", "work_cases",
              "request_transfer", "force_release", "see_handovers", "see_adherence",
              "plan_cover", "see_board", "decide_gaps", "write_procedures",
              "see_certified",
              "see_measures", "export", "see_feeds", "change_seats", "call_families",
              "run_rounds", "see_rounds", "draw_outreach", "comment_trends"),
        _role("transition_specialist", "High School Transition Specialist", "organization",
              "work_cases", "request_transfer", "see_handovers", "see_adherence",
              "see_measures", "export",
              "elevate", "call_families", "see_rounds"),
        _role("options_desk", "Options Network desk", "district", "work_cases", "see_board",
              "see_handovers", "see_adherence",
              "request_transfer", "change_seats", "call_families"),
        _role("network_chief", "Network Chief", "organization", "see_measures", "export",
              "see_adherence", "see_certified", "elevate"),
        _role("principal", "Principal", "organization", "request_transfer", "release_student",
              "see_handovers", "see_adherence",
              "certify", "see_certified",
              "see_measures", "elevate", "accept_student", "call_families"),
        _role("counselor", "School Counselor", "organization", "request_transfer", "elevate",
              "certify", "see_certified", "call_families"),
        _role("school_clerk", "School Clerk", "organization", "release_student",
              "certify", "see_certified",
              "see_handovers", "see_adherence", "call_families"),
        _role("options_intake", "Options Intake Coordinator", "organization", "work_cases",
              "certify", "see_certified",
              "see_handovers", "see_adherence", "elevate", "accept_student"),
        _role("liaison", "Students in Temporary Living Situations Liaison", "district",
              "work_cases", "request_transfer", restricted=True, discreet=True),
        _role("data_steward", "Data Steward", "district", "see_feeds", "run_feeds",
              "see_handovers", "see_adherence",
              "see_decisions", "see_measures", "export", "review_elevations",
              "combine_students"),
        _role("auditor", "Auditor", "district", "see_decisions", "see_measures"),
        _role("justice_worker", "Juvenile Justice Case Worker", "none", discreet=True),
        _role("iep_reviewer", "Special Education Reviewer", "none", discreet=True),
        _role("el_reviewer", "English Learner Reviewer", "none", discreet=True),
        _role("sel_specialist", "Social-Emotional Learning Specialist", "none",
              discreet=True),
        _role("soar_specialist", "Re-Engagement Specialist (SOAR)", "none"),
        _role("agency_clinician", "Partner Clinician", "none", discreet=True),
    )
}  # fmt: skip

CERTIFYING = tuple(role.key for role in ROLES.values() if "certify" in role.permissions)
"""The roles of schools whose holders can be a school's certified staff."""
