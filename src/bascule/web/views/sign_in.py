"""Signing in: by password, and in the demo alone by choosing one of the cast."""

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from bascule.access.models import User
from bascule.access.roles import ROLES
from bascule.directory.models import Assignment
from bascule.directory.queries import assignments_on
from bascule.kernel.clock import today
from bascule.web.pages import page

CAST = "cast"  # the source of the people of ops/cast.py; other invented staff is not offered
BACKEND = "django.contrib.auth.backends.ModelBackend"


@page(public=True)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the ways in; take a name and a password."""
    problem = ""
    if request.method == "POST":
        user = authenticate(
            request,
            username=request.POST.get("username", ""),
            password=request.POST.get("password", ""),
        )
        if user is not None:
            login(request, user)
            return redirect(_next(request))
        problem = "The name or the password is not right."
    context = {"problem": problem, "cast": _cast(), "next": _next(request)}
    return render(request, "sign_in.html", context, status=401 if problem else 200)


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
