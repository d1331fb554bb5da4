"""The page of a family: the door that asks a birth date, the page itself, and what it may answer.

Nobody is signed in here. The address of the door holds a secret, so that nothing else may hold it:
it is sent to nobody as a referrer and kept by no one. After it, the page has no secret in its
address; which link was opened is in the session, for two hours.
"""

from datetime import date, datetime, timedelta
from functools import wraps

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from bascule.access.acting import set_context
from bascule.access.models import User
from bascule.access.roles import ROLES
from bascule.directory.models import Person, Position
from bascule.directory.on_duty import duty_of
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now, today
from bascule.kernel.refusal import Refusal
from bascule.kernel.secret_addresses import digest_of
from bascule.mobility.actions.families import Door, answer_offer, choose_language, open_page
from bascule.mobility.models import FamilyAnswer, FamilyLink
from bascule.mobility.queries import (
    PAGE,
    FamilyPage,
    enter_family,
    family_link,
    family_page,
    family_promise,
    spoken_at_door,
)
from bascule.web.family_words import told_page
from bascule.web.pages import View, page

OPENED = "family"
OPEN_FOR = timedelta(hours=2)
NOT_RIGHT, GONE, CONFLICT = 401, 404, 409


def private(view: View) -> View:
    """Let no search engine keep the page; its own language does not outlive it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        with translation.override(translation.get_language()):
            response = view(request, *args, **kwargs)
            response.headers["Content-Language"] = translation.get_language() or "en"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return guarded


# A browser that sends no referrer sends no origin either, by which forms are told from forgeries.
# Whoever forges this one needs the secret of the address, and gains nothing that it does not open.
@page(public=True)
@csrf_exempt
@private
def family_door(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask for the student's birth date, and open the page to who knows it."""
    spoken = spoken_at_door(secret)
    if spoken is None:
        return _unreferred(_ended(request))
    asked = request.GET.get("language") or request.POST.get("language")
    translation.activate(asked if asked in dict(settings.LANGUAGES) else spoken)
    if request.method != "POST":
        return _unreferred(_door(request))
    said = _birth_date(request)
    if said is None:
        return _unreferred(_door(request, _("Please choose the month, the day and the year.")))
    door, link = open_page(secret=secret, birth_on=said)
    if door is Door.OPEN:
        return _opened(request, link)
    if door is Door.WRONG and spoken_at_door(secret):
        return _unreferred(_door(request, _("This is not the right date. Please try again.")))
    return _unreferred(_ended(request))


def _door(request: HttpRequest, problem: str = "") -> HttpResponse:
    context = {"months": list(MONTHS.items()), "problem": problem}
    status = NOT_RIGHT if problem else 200
    return render(request, "family_door.html", context, status=status)


def _birth_date(request: HttpRequest) -> date | None:
    try:
        year, month, day = (int(request.POST.get(part, "")) for part in ("year", "month", "day"))
        return date(year, month, day)
    except ValueError:
        return None


def _opened(request: HttpRequest, link: int) -> HttpResponse:
    if request.actor is None:  # type: ignore[attr-defined]
        request.session.cycle_key()
    request.session[OPENED] = {"link": link, "until": (now() + OPEN_FOR).isoformat()}
    family = enter_family(link)
    choose_language(family, language=translation.get_language() or "en")
    return _unreferred(redirect("family"))


def _unreferred(response: HttpResponse) -> HttpResponse:
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _ended(request: HttpRequest, *, is_again: bool = False) -> HttpResponse:
    """Say in every language that nothing is here: whose link it was, or whether, nobody learns."""
    told = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words = _("Open the link in your message again.") if is_again else _(
                "This link has ended, or a part of it is missing."
            )  # fmt: skip
            told.append((language, words, _("Call us, or ask at any school.")))
    context = {"told": told, "phone": settings.FAMILY_PHONE}
    return render(request, "family_ended.html", context, status=GONE)


def _family_of(request: HttpRequest) -> tuple[Actor, FamilyLink, FamilyPage] | None:
    """Enter as the family whose link this browser opened; None where there is none (any more)."""
    opened = request.session.get(OPENED)
    if not opened or datetime.fromisoformat(opened["until"]) <= now():
        return None
    family = enter_family(opened["link"])
    request.actor = family  # type: ignore[attr-defined]
    link, shown = family_link(family), family_page(family)
    if link is None or shown is None:
        return None
    translation.activate(link.language)
    reads = request.reads  # type: ignore[attr-defined]
    reads.ground, reads.students, reads.visited = "family", [shown.student], PAGE
    reads.filter["link"] = str(link.uuid)
    return family, link, shown


@page(public=True)
@private
def family(request: HttpRequest) -> HttpResponse:
    """Show the family where its request is, who has it, by when, and what it must do."""
    found = _family_of(request)
    if found is None:
        return _ended(request, is_again=OPENED not in request.session)
    return _page(request, found)


def _page(
    request: HttpRequest, found: tuple[Actor, FamilyLink, FamilyPage], problem: str = ""
) -> HttpResponse:
    family, _link, shown = found
    position = Position.objects.get(pk=shown.owner_id)
    on_duty = duty_of([position.pk], today())[position.pk].person_id
    context = {
        "page": shown,
        "told": told_page(shown, now()),
        "promise": family_promise(family) if shown.intake_on else None,
        "may_answer": shown.awaits_answer(now()),
        "reasons": FamilyAnswer.Because.choices,
        "problem": problem,
        "role": ROLES[position.role].title if position.role in ROLES else position.title,
        "person": Person.objects.filter(pk=on_duty or 0).first(),
        "phone": settings.FAMILY_PHONE,
    }
    return render(request, "family.html", context, status=CONFLICT if problem else 200)


@page(public=True)
@require_POST
@private
def family_answer(request: HttpRequest) -> HttpResponse:
    """Keep the family's yes or no to the offered seat."""
    found = _family_of(request)
    if found is None:
        return _ended(request)
    said, revision = request.POST, request.POST.get("revision", "")
    try:
        with transaction.atomic():
            answer_offer(
                found[0], answer=said.get("answer", ""), because=said.get("because", ""),
                words=said.get("words", ""), revision=int(revision) if revision.isdigit() else 0,
            )  # fmt: skip
    except Refusal as refusal:
        return _page(request, found, refusal.reason)
    return redirect("family")


@page(public=True)
@require_POST
@private
def family_language(request: HttpRequest) -> HttpResponse:
    """Keep the language in which this holder reads, and show the page in it."""
    found = _family_of(request)
    if found is None:
        return _ended(request)
    choose_language(found[0], language=request.POST.get("language", ""))
    return redirect("family")


@page(public=True)
@require_POST
@private
def family_demo(request: HttpRequest) -> HttpResponse:
    """Open the page of the demo's family, as if its birth date were known: there, nowhere else."""
    lead = User.objects.filter(username="lead").first() if settings.DEMO_SIGN_IN else None
    if lead is None or not spoken_at_door(settings.DEMO_FAMILY):
        raise Http404
    set_context(lead.pk)
    link = FamilyLink.objects.get(digest=digest_of(settings.DEMO_FAMILY))
    student = link.case.student
    born = student.birth_on if student else None
    if born is None or open_page(secret=settings.DEMO_FAMILY, birth_on=born)[0] is not Door.OPEN:
        raise Http404
    translation.activate(link.language)
    return _opened(request, link.pk)


@page(public=True)
@require_POST
@private
def family_close(request: HttpRequest) -> HttpResponse:
    """Close the page in this browser: whoever comes next is asked for the birth date."""
    request.session.pop(OPENED, None)
    return redirect("family")
