"""Questions about cases: whose queue, how late, who answers for a school's students."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bascule.access.roles import ROLES
from bascule.cases.declarations import Workflow
from bascule.cases.models import CaseFile, Note
from bascule.cases.policies import SEE, SEE_OPEN
from bascule.cases.registry import workflows
from bascule.directory.models import Membership, Organization, Position, Remit
from bascule.directory.on_duty import positions_on_duty
from bascule.directory.queries import on
from bascule.kernel.actor import NIGHTLY, Actor
from bascule.kernel.clock import today
from bascule.kernel.refusal import Refusal
from bascule.kernel.row_reading import Reading
from bascule.roster.models import Student


def open_cases(actor: Actor) -> QuerySet[CaseFile]:
    """Return the open cases that the actor may see, the most urgent first."""
    rows = CaseFile.objects.filter(closed_at__isnull=True).order_by("due_at", "id")
    return SEE_OPEN.filter(rows, actor).select_related("student__school", "owner")


def queue_of(actor: Actor) -> QuerySet[CaseFile]:
    """Return the open cases for which the actor is on duty today."""
    if actor.person_id is None:
        return open_cases(actor).none()
    return open_cases(actor).filter(owner__in=positions_on_duty(actor.person_id, today()))


def owners_by_school(roles: Sequence[str], day: date) -> dict[int, int]:
    """Return, for each school id, the position that answers for it on `day`: of the first role.

    A position answers for its own organization and for its remits. The school comes before its
    network and that before the district; then the smaller id. A later role takes what is left.
    """
    rows = Membership.objects.filter(on(day)).values_list("member_id", "parent_id", "member__kind")
    parents = {member: parent for member, parent, _ in rows}
    schools = [member for member, _, kind in rows if kind == Organization.Kind.SCHOOL]
    found: dict[int, int] = {}
    for role in roles:
        answering = _answering(role, day)
        for school in schools:
            owner = next((answering[o] for o in _upwards(school, parents) if o in answering), None)
            if owner is not None:
                found.setdefault(school, owner)
    return found


def _answering(role: str, day: date) -> dict[int, int]:
    """Return the position of `role` that answers for an organization: its own, or by remit."""
    own = Position.objects.filter(role=role).order_by("-id").values_list("organization_id", "id")
    remits = Remit.objects.filter(on(day), position__role=role).order_by("-position_id")
    return {**dict(own), **dict(remits.values_list("organization_id", "position_id"))}


def _upwards(organization: int, parents: Mapping[int, int]) -> Iterator[int]:
    """Yield an organization and those above it, the nearest first; each once, even in a circle."""
    here: int | None = organization
    passed: set[int] = set()
    while here is not None and here not in passed:
        yield here
        passed.add(here)
        here = parents.get(here)


def fallback_owner(roles: Sequence[str]) -> Position:
    """Return the position that owns what nobody's remit covers: the Lead, else the desk.

    Of `roles`, in their order, one that is seated at the district comes before them, so that a
    restricted case without a school stays with those who may know of it.
    """
    for role in roles:
        if position := _district_position(role):
            return position
    for role in ("mobility_lead", "options_desk", *roles):
        if position := Position.objects.filter(role=role).order_by("id").first():
            return position
    raise Refusal(
        "no-owner",
        _("No position can own this case."),
        _("whoever keeps the directory of positions"),
    )


def _district_position(role: str) -> Position | None:
    """Return the position of `role` that works for the whole district, or sits at it."""
    positions = Position.objects.filter(role=role).order_by("id")
    if ROLES[role].reach != "district":
        positions = positions.filter(organization__kind=Organization.Kind.DISTRICT)
    return positions.first()


def workflows_about(actor: Actor, student: Student) -> list[tuple[Workflow, bool]]:
    """Return those of `workflows_open_to` that can be about this student, who is in sight."""
    return [
        (each, seen) for each, seen in workflows_open_to(actor)
        if each.unless is None or each.unless(student) is None
    ]  # fmt: skip


def workflows_open_to(actor: Actor) -> list[tuple[Workflow, bool]]:
    """Return the workflows of which the actor may open a case, about who is in sight.

    Each with whether the actor then sees it; what others alone see is reported to them.
    """
    return [(each, may_open(actor, each)) for each in workflows() if may_raise(actor, each)]


def may_raise(actor: Actor, workflow: Workflow) -> bool:
    """Say whether the actor may have such a case opened, seen by them or not."""
    return workflow.opens is not None and workflow.opens(actor)


def may_open(actor: Actor, workflow: Workflow) -> bool:
    """Say whether the actor may open such cases by hand, and see what they hold."""
    is_of_tier = workflow.tier == CaseFile.Tier.STUDENT or actor.sees_restricted
    return is_of_tier and may_raise(actor, workflow)


def may_note(actor: Actor, case: CaseFile) -> bool:
    """Say whether the actor may add contacts and remarks to a case in sight."""
    return actor.may("work_cases") or case.owner_id in actor.position_ids or actor == NIGHTLY


CASES = Reading(
    CaseFile,
    "where student_id = %(student)s order by opened_at desc, cases_casefile.id desc",
    parents=("owner",),
)
NOTES = Reading(
    Note,
    "where case_id = any (%(cases)s) and undone_at is null order by at desc, cases_note.id desc",
    parents=("case",),
)


def notes_on(cases: Collection[CaseFile]) -> list[Note]:
    """Return the contacts and notes on cases that are in view, the newest first, with the case."""
    return NOTES.rows(cases=[case.pk for case in cases]) if cases else []


def cases_of(actor: Actor, student: Student) -> list[CaseFile]:
    """Return the cases about one student that the actor may see, the newest first."""
    return SEE.keep(CASES.rows(student=student.pk), actor)
