"""Procedures of the office: the version in force, earlier ones, and who still owes a signature."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bascule.access.roles import ROLES
from bascule.kernel.actor import Actor
from bascule.kernel.clock import today
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.kernel.school_calendar import school_year_of
from bascule.mobility.actions.procedures import (
    SIGNERS,
    certify_by,
    may_sign,
    publish_procedure,
    sign_procedure,
)
from bascule.mobility.models import Procedure, ProcedureVersion
from bascule.mobility.queries import (
    debtors,
    in_force,
    link_problems,
    procedures_on,
    school_certification,
)
from bascule.web.days import day_in
from bascule.web.pages import page
from bascule.web.quiz import answers_in, quiz_of

NOT_RIGHT = "not-right"


@page("work_cases")
def procedures(request: HttpRequest) -> HttpResponse:
    """List the procedures, those that the reader owes a signature first; a POST publishes one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    problem = None
    if request.method == "POST":
        try:
            with transaction.atomic():
                return redirect("procedure", uuid=_published(request, actor).procedure.uuid)
        except NotPermitted:
            raise
        except Refusal as refusal:
            problem = refusal
    lines = sorted(procedures_on(actor, today()), key=lambda each: not each.owed)
    context = {
        "lines": lines, "problem": problem, "said": request.POST, "today": today(),
        "may_publish": actor.may("write_procedures"), "chosen": request.POST.getlist("signers"),
        "signers": [(key, ROLES[key].title) for key in SIGNERS],
    }  # fmt: skip
    return render(request, "procedures.html", context, status=409 if problem else 200)


def _published(request: HttpRequest, actor: Actor) -> ProcedureVersion:
    said = request.POST
    title, office, words, link, ends = (
        said.get(key, "") for key in ("title", "office", "words", "link", "ends_on")
    )
    return publish_procedure(
        actor, title=title, office=office, words=words, link=link,
        starts_on=day_in(said.get("starts_on", "")), ends_on=day_in(ends) if ends else None,
        signers=said.getlist("signers"),
    )  # fmt: skip


@page()
def procedure(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show one procedure with all its versions; a POST signs the version that was read."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found, problem = _readable(actor, uuid), None
    versions = list(found.versions.prefetch_related("signatures__person"))
    if request.method == "POST":
        try:
            if _written(request, actor, found, versions):
                return redirect("procedure", uuid=uuid)
            problem = Refusal(NOT_RIGHT, _("Not every answer is right: read why and try again."))
        except NotPermitted:
            raise
        except Refusal as refusal:
            problem = refusal
    context = {"procedure": found, "versions": versions, "problem": problem}
    is_tried = problem is not None and problem.code == NOT_RIGHT
    context |= _standing(actor, found, versions)
    context |= quiz_of(request, actor, versions, is_tried=is_tried)
    return render(request, "procedure.html", context, status=409 if problem else 200)


def _readable(actor: Actor, uuid: str) -> Procedure:
    """Return the procedure for who works on cases; the school certification for schools too."""
    found = Procedure.objects.filter(uuid=uuid).first()
    is_theirs = actor.may("see_certified") and school_certification() == found
    if found is None or not (actor.may("work_cases") or is_theirs):
        raise Http404("There is no such page for you.")
    return found


def _written(
    request: HttpRequest, actor: Actor, found: Procedure, versions: list[ProcedureVersion]
) -> bool:
    """Mark or sign; False where an answer to a scenario is not right."""
    if "certifies" in request.POST:
        certify_by(actor, procedure=found)
        return True
    version = _read(versions, request.POST.get("number", ""))
    return sign_procedure(actor, version=version, answers=answers_in(request, version)) is not None


def _read(versions: list[ProcedureVersion], number: str) -> ProcedureVersion:
    for each in versions:
        if str(each.number) == number:
            return each
    raise Refusal("no-such-version", _("There is no such version."))


def _standing(
    actor: Actor, found: Procedure, versions: list[ProcedureVersion]
) -> dict[str, object]:
    """Return what holds today, who owes a signature, and what is wrong with the link."""
    holds, is_lead = in_force(versions, today()), actor.may("write_procedures")
    checked = link_problems([holds.pk]) if holds else {}
    return {
        "holds": holds, "owing": debtors(holds, today()) if holds and is_lead else [],
        "signs": holds is not None and _signs(actor, holds), "is_lead": is_lead,
        "certifies": school_certification() == found, "reads_all": actor.may("work_cases"),
        "checked": bool(checked), "link_problem": "".join(checked.values()),
    }  # fmt: skip


def _signs(actor: Actor, version: ProcedureVersion) -> bool:
    """Say whether somebody may sign the version and has not, in this school year."""
    own = version.signatures.filter(person=actor.person_id, school_year=school_year_of(today()))
    return not own.exists() and may_sign(actor, version, today())
