"""Today: what is mine, late first, each with its reason."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bascule.access.queries import last_visit
from bascule.cases.hand_backs import cases_moved
from bascule.cases.models import CaseFile
from bascule.cases.notices import is_staffed_again, unseen_notices
from bascule.cases.queries import queue_of
from bascule.cases.registry import workflow_of
from bascule.directory.cover import lately_over
from bascule.directory.models import Absence, Membership
from bascule.directory.on_duty import OnDuty, duty_of
from bascule.directory.queries import on
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day, now, today
from bascule.mobility.queries import arrivals, owed_releases, procedures_on, short_schools
from bascule.web.pages import note_reads, page

SHOWN = 200
TOLD = 20
GROUPS = {
    "late": _("Late"),
    "due": _("Due today"),
    "new": _("New since your last visit"),
    "later": _("Coming up"),
    "aside": _("Set aside"),
}


@dataclass(frozen=True)
class Line:
    """One case in the queue, with what the row says beside it."""

    case: CaseFile
    workflow: str
    state: str
    next_step: str
    duty: OnDuty
    network: str
    is_held: bool


@page()
def today_page(request: HttpRequest) -> HttpResponse:
    """Show the actor's queue in three groups and what else is open."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    since = last_visit(actor.user_id, "today")
    queue = queue_of(actor)
    cases = list(queue[:SHOWN])
    total = queue.count()
    roster = duty_of({case.owner_id for case in cases}, today())
    networks = _networks_of(cases)
    lines = [_line(actor, case, roster, networks) for case in cases]
    unseen = list(unseen_notices(actor).exclude(is_staffed_again(today()))[: TOLD + 1])
    notices = unseen[:TOLD]
    note_reads(request, "queue", (case.student for case in cases if case.student))
    told = (each.case.student for each in notices if each.case)
    note_reads(request, "queue", told)
    request.reads.visited = "today"  # type: ignore[attr-defined]
    context = {
        "groups": _grouped(lines, since), "count": total, "shown": len(lines), "since": since,
        "day": today(), "notices": notices, "has_more_notices": len(unseen) > TOLD,
        "back": _just_back(actor), "elsewhere": _waiting_elsewhere(actor),
        "procedures": _procedures_to_see_to(actor), "short": _short_of_certified(actor),
    }  # fmt: skip
    return render(request, "today.html", context)


def _waiting_elsewhere(actor: Actor) -> list[tuple[str, str]]:
    """Return what waits for a school in lists of its own: in words, and the name of the page.

    The cases are a specialist's and stand in no queue of the school.
    """
    found = []
    if actor.may("accept_student"):
        offered = arrivals(actor, now()).filter(case__state="offered").count()
        said = ngettext("%(n)s offer to answer", "%(n)s offers to answer", offered)
        found.append((offered, said, "arrivals"))
    if actor.may("release_student"):
        owed = owed_releases(actor).count()
        said = ngettext("%(n)s release owed", "%(n)s releases owed", owed)
        found.append((owed, said, "handovers"))
    return [(said % {"n": number}, page) for number, said, page in found if number]


def _procedures_to_see_to(actor: Actor) -> list[str]:
    """Return in words which procedures the actor still signs, and the Lead's broken links."""
    if not actor.may("work_cases"):
        return []
    found = procedures_on(actor, today())
    owed = sum(each.owed for each in found)
    broken = sum(bool(each.problem) for each in found) if actor.may("write_procedures") else 0
    signs = ngettext("%(n)s procedure to sign", "%(n)s procedures to sign", owed)
    links = ngettext("%(n)s broken link", "%(n)s broken links", broken)
    return [said % {"n": n} for n, said in ((owed, signs), (broken, links)) if n]


def _short_of_certified(actor: Actor) -> str:
    """Return in words how many schools in the actor's remit lack certified staff."""
    if not actor.may("see_certified"):
        return ""
    short = short_schools(actor, today()).count()
    said = ngettext(
        "%(n)s school has fewer than two certified staff",
        "%(n)s schools have fewer than two certified staff",
        short,
    )
    return said % {"n": short} if short else ""


def _networks_of(cases: list[CaseFile]) -> dict[int, str]:
    """Return the name of the network of each school whose students the cases are about."""
    schools = {case.student.school_id for case in cases if case.student}
    rows = Membership.objects.filter(on(today()), member__in=schools - {None})
    return dict(rows.values_list("member_id", "parent__name"))


def _just_back(actor: Actor) -> tuple[Absence, int] | None:
    """Return the absence from which the actor came back in these days, and how many cases moved."""
    over = lately_over(today()).filter(person=actor.person_id).last()
    return (over, cases_moved(actor, over).count()) if over else None


def _line(
    actor: Actor, case: CaseFile, roster: dict[int, OnDuty], networks: dict[int, str]
) -> Line:
    workflow = workflow_of(case.workflow)
    open_steps = workflow.steps_at(case.state, case.due_at, now())
    steps = [step for step in open_steps if step.who and step.who(actor, case)]
    state = workflow.state(case.state)
    return Line(
        case=case,
        workflow=workflow.title,
        state=state.label,
        next_step=steps[0].label if steps else "",
        duty=roster[case.owner_id],
        network=networks.get((case.student and case.student.school_id) or 0, case.owner.title),
        is_held=state.held,
    )


def _grouped(lines: list[Line], since: datetime | None) -> list[tuple[str, object, list[Line]]]:
    """Split the queue: late, due today, new since the last visit, the rest; then what is set aside.

    Each row once. What is late is late, whoever set it aside.
    """
    groups: dict[str, list[Line]] = {key: [] for key in GROUPS}
    for line in lines:
        groups[_group_of(line.case, since)].append(line)
    return [(key, title, groups[key]) for key, title in GROUPS.items()]


def _group_of(case: CaseFile, since: datetime | None) -> str:
    if case.due_at and case.due_at < now():
        return "late"
    if case.is_aside(now()):
        return "aside"
    if case.due_at and local_day(case.due_at) == today():
        return "due"
    return "new" if since is None or case.opened_at > since else "later"
