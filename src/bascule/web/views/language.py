"""English or Spanish, for whoever is signed in or not."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from bascule.web.pages import page

A_YEAR = 365 * 24 * 3600


@page(public=True)
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language asked for in this browser, and go back to the page it was asked on."""
    wanted = request.POST.get("language", "")
    back = request.headers.get("Referer", "/")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    response = redirect(back if is_ours else "/")
    if wanted in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, wanted, max_age=A_YEAR,
            secure=request.is_secure(), httponly=True, samesite="Lax",
        )  # fmt: skip
    return response
