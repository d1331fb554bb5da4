"""Questions about cases: whose queue, how late, who answers for a school's students."""

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bascule.cases.models import CaseFile, Note
from bascule.cases.policies import SEE
from bascule.directory.models import Membership, Organization, Position, Remit
from bascule.directory.on_duty import positions_on_duty
from bascule.directory.queries import on
from bascule.kernel.actor import Actor
from bascule.kernel.clock import today
from bascule.kernel.refusal import Refusal
from bascule.kernel.row_reading import Reading
from bascule.roster.models import Student


def open_cases(actor: Actor) -> QuerySet[CaseFile]:
    """Return the open cases that the actor may see, the most urgent first."""
    rows = CaseFile.objects.filter(closed_at__isnull=True).order_by("due_at", "id")
    return SEE.filter(rows, actor).select_related("student__school", "owner")


def queue_of(actor: Actor) -> QuerySet[CaseFile]:
    """Return the open cases for which the actor is on duty today."""
    if actor.person_id is None:
        return open_cases(actor).none()
    return open_cases(actor).filter(owner__in=positions_on_duty(actor.person_id, today()))


def owners_by_school(role: str, day: date) -> dict[int, int]:
    """Return, for each school id, the position of `role` that answers for it on `day`.

    By remit over the school or over its network; the smaller organization wins, then the id.
    """
    networks = dict(
        Membership.objects.filter(on(day), member__kind=Organization.Kind.SCHOOL).values_list(
            "member_id", "parent_id"
        )
    )
    remits = Remit.objects.filter(on(day), position__role=role).order_by("-position_id")
    by_organization = dict(remits.values_list("organization_id", "position_id"))
    return {
        school: owner
        for school, network in networks.items()
        if (owner := by_organization.get(school) or by_organization.get(network))
    }


def fallback_owner(role: str) -> Position:
    """Return the position that owns what nobody's remit covers: the Lead, else the desk."""
    for fallback in ("mobility_lead", "options_desk", role):
        if position := Position.objects.filter(role=fallback).order_by("id").first():
            return position
    raise Refusal(
        "no-owner",
        _("No position can own this case."),
        _("whoever keeps the directory of positions"),
    )


CASES = Reading(
    CaseFile,
    "where student_id = %(student)s order by opened_at desc, cases_casefile.id desc",
    parents=("owner",),
)
NOTES = Reading(
    Note, "where case_id = any (%(cases)s) order by at desc, cases_note.id desc", parents=("case",)
)


def notes_on(cases: Collection[CaseFile]) -> list[Note]:
    """Return the contacts and notes on cases that are in view, the newest first, with the case."""
    return NOTES.rows(cases=[case.pk for case in cases]) if cases else []


def cases_of(actor: Actor, student: Student) -> list[CaseFile]:
    """Return the cases about one student that the actor may see, the newest first."""
    return SEE.keep(CASES.rows(student=student.pk), actor)
