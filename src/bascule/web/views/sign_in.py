"""Signing in: by password and second factor, by passkey, and in the demo as one of the cast.

A GET never writes: what allauth would begin on a GET (a challenge, a secret) begins on a POST.
"""

from allauth.account.forms import LoginForm
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.stagekit import unstash_login
from allauth.account.views import LoginView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.internal.auth import begin_authentication
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from bascule.access.models import User
from bascule.access.roles import ROLES
from bascule.directory.models import Assignment
from bascule.directory.queries import assignments_on
from bascule.kernel.clock import today
from bascule.mobility.queries import spoken_at_door
from bascule.web.pages import page

CAST = "cast"  # the source of the people of ops/cast.py; other invented staff is not offered
BACKEND = settings.AUTHENTICATION_BACKENDS[0]
NOT_RIGHT = 401

_password = LoginView.as_view(template_name="sign_in.html")
_second_factor = AuthenticateView.as_view(template_name="second_factor.html")
_passkey = LoginWebAuthnView.as_view()


@page(public=True)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the ways in; take a name and a password. Attempts are limited by name and address."""
    request.ways_in = _ways_in(request)  # type: ignore[attr-defined]
    if request.method != "POST":
        return render(request, "sign_in.html", {"form": LoginForm(request=request)})
    answer = _password(request)
    if answer.status_code == 200:  # the form again: it says what is not right
        answer.status_code = NOT_RIGHT
    return answer


@page(public=True)
@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="sign-in")
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the authenticator app, or for a passkey, after the password."""
    if request.method != "POST":
        return render(request, "second_factor.html")
    answer = _second_factor(request)
    if answer.status_code == 200:
        answer.status_code = NOT_RIGHT
    return answer


@page(public=True)
@require_POST
def passkey_challenge(request: HttpRequest) -> HttpResponse:
    """Begin with a passkey: of the account whose password was right, or of whoever has one."""
    pending = unstash_login(request, peek=True)
    return JsonResponse(begin_authentication(pending.user if pending else None))


@page(public=True)
@require_POST
def sign_in_by_passkey(request: HttpRequest) -> HttpResponse:
    """Sign in by a passkey alone: it knows who it belongs to."""
    return _passkey(request)


@page(public=True)
@require_POST
def sign_in_as(request: HttpRequest, username: str) -> HttpResponse:
    """Sign in as one of the invented cast: in the demo, and nowhere else."""
    if not settings.DEMO_SIGN_IN:
        raise Http404
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise Http404
    login(request, user, backend=BACKEND)
    return redirect(_next(request))


@page(public=True)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    logout(request)
    return redirect("sign-in")


def _ways_in(request: HttpRequest) -> dict[str, object]:
    return {
        "cast": _cast(),
        "family": settings.DEMO_SIGN_IN and spoken_at_door(settings.DEMO_FAMILY) is not None,
        "next": _next(request),
        "district": settings.OIDC.get("name", ""),
        "problems": [str(message) for message in messages.get_messages(request)],
    }


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    is_safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if is_safe else "/"


def _cast() -> list[tuple[Assignment, str, str]]:
    """The people whom the demo offers, with role and account name."""
    if not settings.DEMO_SIGN_IN:
        return []
    offered = {"person__source": CAST, "person__account__is_active": True}
    rows = assignments_on(today()).filter(**offered)
    rows = rows.select_related("person__account").order_by("position__id")
    return [
        (row, ROLES[row.position.role].title, row.person.account.username)
        for row in rows
        if row.position.role in ROLES
    ]
