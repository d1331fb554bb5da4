"""Notices: what the actor should know, told on Today and marked seen there."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bascule.cases.notices import mark_notices_seen
from bascule.kernel.actor import Actor
from bascule.kernel.refusal import Refusal
from bascule.web.pages import page


@page()
@require_POST
def notices_seen(request: HttpRequest) -> HttpResponse:
    """Mark the notices that the page showed as seen."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    mark_notices_seen(actor, notices=_ids(request.POST.getlist("notice")))
    return redirect("today")


def _ids(given: list[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in given]
    except ValueError:
        raise Refusal("no-such-notice", _("There is no such notice.")) from None
