"""Procedures of the office: the version in force, earlier ones, and who still owes a signature."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bascule.access.roles import ROLES
from bascule.kernel.actor import Actor
from bascule.kernel.clock import today
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.actions.procedures import SIGNERS, publish_procedure, sign_procedure
from bascule.mobility.models import Procedure, ProcedureVersion
from bascule.mobility.queries import debtors, in_force, link_problems, procedures_on
from bascule.web.days import day_in
from bascule.web.pages import page


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


@page("work_cases")
def procedure(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show one procedure with all its versions; a POST signs the version that was read."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = Procedure.objects.filter(uuid=uuid).first()
    if found is None:
        raise Http404("There is no such page for you.")
    versions, problem = list(found.versions.prefetch_related("signatures__person")), None
    if request.method == "POST":
        try:
            sign_procedure(actor, version=_read(versions, request.POST.get("number", "")))
            return redirect("procedure", uuid=uuid)
        except NotPermitted:
            raise
        except Refusal as refusal:
            problem = refusal
    context = {"procedure": found, "versions": versions, "problem": problem}
    context |= _standing(actor, versions)
    return render(request, "procedure.html", context, status=409 if problem else 200)


def _read(versions: list[ProcedureVersion], number: str) -> ProcedureVersion:
    for each in versions:
        if str(each.number) == number:
            return each
    raise Refusal("no-such-version", _("There is no such version."))


def _standing(actor: Actor, versions: list[ProcedureVersion]) -> dict[str, object]:
    """Return what holds today, who owes a signature, and what is wrong with the link."""
    holds = in_force(versions, today())
    owing = debtors(holds, today()) if holds else []
    checked = link_problems([holds.pk]) if holds else {}
    return {
        "holds": holds, "owing": owing if actor.may("write_procedures") else [],
        "owes": actor.person_id in {each.pk for each in owing},
        "checked": bool(checked), "link_problem": "".join(checked.values()),
    }  # fmt: skip
