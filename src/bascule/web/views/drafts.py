"""A draft is kept while somebody types; asked by the page, in the background."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST

from bascule.access.drafts import keep_draft, place_of
from bascule.kernel.actor import Actor
from bascule.kernel.refusal import Refusal
from bascule.web.pages import page

OF_THE_FORM = ("csrfmiddlewaretoken", "kept")
"""What comes with the fields without anybody having typed it."""


@page()
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep what stands in a form, and say when; without anything typed, forget it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    path, form = place_of(request.POST.get("kept", ""))
    fields = {key: str(value) for key, value in request.POST.items() if key not in OF_THE_FORM}
    try:
        draft = keep_draft(actor, page=path, form=form, fields=fields)
    except Refusal as refusal:
        return JsonResponse({"problem": refusal.reason}, status=409)
    return JsonResponse({"at": date_format(localtime(draft.saved_at), "g:i a") if draft else ""})
