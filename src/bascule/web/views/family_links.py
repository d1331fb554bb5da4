"""Giving a family its page from the case, and taking it back."""

from base64 import b64encode
from urllib.parse import quote

from allauth.mfa.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bascule.cases.models import CaseFile
from bascule.cases.policies import SEE
from bascule.kernel.actor import Actor
from bascule.kernel.mailing import send_mail
from bascule.mobility.actions.families import end_page, give_page, note_mailed
from bascule.mobility.models import FamilyLink
from bascule.mobility.policies import SEE_FAMILY_LINK
from bascule.web.pages import note_reads, page, visible_or_404


@page()
@require_POST
def give(request: HttpRequest, uuid: str) -> HttpResponse:
    """Give the page of a case to a holder; show the address, once."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = CaseFile.objects.select_related("student", "owner")
    case: CaseFile = visible_or_404(SEE, rows, actor, uuid=uuid)
    holder = request.POST.get("holder", "")
    link, secret = give_page(
        actor, case=case, holder=holder, language=request.POST.get("language", "")
    )
    ground = SEE.why(case, actor)
    note_reads(request, ground.key if ground else "", [case.student], given_to=holder)
    address = request.build_absolute_uri(reverse("family-door", args=[secret]))
    given = _given(case, link, address)
    wanted = request.POST.get("by_mail") == "1"
    mailed = wanted and _mail(actor, link, str(given["subject"]), str(given["message"]))
    told = {"mailed": mailed, "not_mailed": wanted and not mailed}
    return render(request, "family_given.html", given | told)


def _mail(actor: Actor, link: FamilyLink, subject: str, message: str) -> bool:
    """Send the message to the holder's address; return whether the mail server took it."""
    to = link.guardian.email if link.guardian else ""
    sent = send_mail(to=to, subject=subject, text=message)
    if sent:
        note_mailed(actor, link=link)
    return sent


def _given(case: CaseFile, link: FamilyLink, address: str) -> dict[str, object]:
    """Return what is shown of a new address: a message in the family's language, and a code."""
    with translation.override(link.language):
        subject = _("Your request to change schools")
        words = _(
            "Here you can see where your request to change schools is: %(address)s"
            " You will be asked for the student's birth date. Do not share this link."
        )
    message = words % {"address": address}
    guardian = link.guardian
    phone = (guardian.sms or guardian.phone) if guardian else ""
    email = guardian.email if guardian else ""
    drawn = b64encode(get_adapter().build_totp_svg(address).encode()).decode()
    return {
        "case": case, "link": link, "address": address, "subject": subject, "message": message,
        "sms": f"sms:{phone}?&body={quote(message)}" if phone else "",
        "mail": f"mailto:{email}?subject={quote(subject)}&body={quote(message)}" if email else "",
        "code": f"data:image/svg+xml;base64,{drawn}",
    }  # fmt: skip


@page()
@require_POST
def end(request: HttpRequest, uuid: str, link: str) -> HttpResponse:
    """Take the page of a holder back."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = FamilyLink.objects.select_related("case__student", "case__owner")
    found: FamilyLink = visible_or_404(SEE_FAMILY_LINK, rows, actor, uuid=link, case__uuid=uuid)
    ground = SEE.why(found.case, actor)
    note_reads(request, ground.key if ground else "", [found.case.student])
    end_page(actor, link=found)
    return redirect("case", uuid=uuid)
