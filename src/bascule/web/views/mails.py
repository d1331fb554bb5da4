"""How often one is mailed about notices: one's own page, under one's account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from bascule.cases.mails import choices_of, choose_mails
from bascule.cases.models import MailChoice, Notice
from bascule.directory.models import Person
from bascule.kernel.actor import Actor
from bascule.kernel.mailing import can_mail
from bascule.web.pages import page


@page()
def mail_choices(request: HttpRequest) -> HttpResponse:
    """Show for each kind of notices how often one is mailed; a POST keeps another choice."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if request.method == "POST":
        said = {kind: request.POST[kind] for kind in Notice.Kind.values if kind in request.POST}
        choose_mails(actor, chosen=said)
        return redirect("mail-choices")
    chosen = choices_of(actor)
    person = Person.objects.filter(pk=actor.person_id or 0).first()
    context = {
        "kinds": [(kind, label, chosen[kind]) for kind, label in Notice.Kind.choices],
        "hows": MailChoice.How.choices,
        "to": person.email if person else "",
        "can_mail": can_mail(),
    }
    return render(request, "mail_choices.html", context)
