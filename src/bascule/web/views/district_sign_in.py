"""Signing in with the district's identity provider (OpenID Connect)."""

from allauth.socialaccount.providers.openid_connect.views import callback, login
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from bascule.web.pages import page

ANSWERED = ("code", "state", "error", "error_description", "iss", "session_state")


@page(public=True)
@require_POST
def district_sign_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Go to the identity provider, with a state that only this browser's session knows."""
    _require_set_up(provider_id)
    return login(request, provider_id)


@page(public=True)
def district_return(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Come back. The provider sends a GET, which cannot write: the page posts what it brought."""
    _require_set_up(provider_id)
    if request.method != "POST":
        brought = [(key, request.GET[key]) for key in ANSWERED if key in request.GET]
        return render(request, "district_return.html", {"brought": brought})
    request.GET = request.POST
    return callback(request, provider_id)


def _require_set_up(provider_id: str) -> None:
    if settings.OIDC.get("provider_id") != provider_id:
        raise Http404
