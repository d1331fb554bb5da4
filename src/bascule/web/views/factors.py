"""How I sign in: an authenticator app and passkeys, added and removed by who has just signed in."""

import time

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import flows as totp
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.internal import flows as webauthn
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bascule.kernel.refusal import Refusal
from bascule.web.pages import page

RECENTLY = 300.0  # seconds
_app = ActivateTOTPView.as_view(template_name="factor_app.html")
_passkey = AddWebAuthnView.as_view(template_name="factors.html", success_url="/factors/")


@page()
def factors(request: HttpRequest) -> HttpResponse:
    """Show the second factors of the account."""
    mine = Authenticator.objects.filter(user=request.user).order_by("type", "created_at")
    context = {
        "factors": list(mine),
        "has_app": any(each.type == Authenticator.Type.TOTP for each in mine),
        "is_recent": _is_recent(request),
    }
    return render(request, "factors.html", context)


@page()
@require_POST
def add_app(request: HttpRequest) -> HttpResponse:
    """Begin with an authenticator app (its secret is made now), or take its first code."""
    _require_recent_sign_in(request)
    if Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP).exists():
        raise Refusal("has-app", _("An authenticator app is set up already. Remove it first."))
    if "code" not in request.POST:
        request.method = "GET"  # what allauth begins on a GET
    return _app(request)


@page()
@require_POST
def passkey_creation(request: HttpRequest) -> HttpResponse:
    """Begin with a new passkey, which may also sign in without a password."""
    _require_recent_sign_in(request)
    return JsonResponse(begin_registration(request.user, True))


@page()
@require_POST
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Keep the passkey that the browser made."""
    _require_recent_sign_in(request)
    answer = _passkey(request)
    if answer.status_code == 200:
        raise Refusal("no-passkey", _("The passkey was not accepted. Try again."))
    return answer


@page()
@require_POST
def remove_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove one of the account's own second factors."""
    _require_recent_sign_in(request)
    factor = get_object_or_404(Authenticator, pk=pk, user=request.user)
    if factor.type == Authenticator.Type.TOTP:
        totp.deactivate_totp(request, factor)
    else:
        webauthn.remove_authenticator(request, factor)
    return redirect("mfa_index")


def _is_recent(request: HttpRequest) -> bool:
    """Whoever finds an open browser cannot make it their own."""
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < RECENTLY


def _require_recent_sign_in(request: HttpRequest) -> None:
    if not _is_recent(request):
        raise Refusal(
            "sign-in-again",
            _("Sign out and in again first: this needs a sign-in just now."),
            _("you"),
        )
