"""How signing in differs here from what allauth would do: nobody opens an account by it."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from bascule.access.models import User


def back_to_sign_in(request: HttpRequest, words: str) -> HttpResponse:
    """Return to the sign-in page, which says `words`."""
    messages.error(request, words)
    return redirect("sign-in")


class Accounts(DefaultAccountAdapter):
    """Local accounts: given by the district, never opened by who signs in; no mail is sent."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up."""
        return False

    def is_reauthentication_required(self, *, app: str = "") -> bool:
        """No: the pages ask for a recent sign-in themselves, without a request kept for later."""
        return False

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """An account that is closed says no more than a wrong password."""
        return back_to_sign_in(request, _("The name or the password is not right."))

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Say what went wrong; that something went well shows by itself."""
        if level >= messages.ERROR:
            super().add_message(request, level, message_template, *args, **kwargs)


class SecondFactors(DefaultMFAAdapter):
    """Secrets of second factors lie encrypted in the database; the keys are not in it."""

    def encrypt(self, text: str) -> str:
        """Encrypt with the newest signing key."""
        return _keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt with the newest key, or with the one before it."""
        return _keys().decrypt(encrypted_text.encode()).decode()


def _keys() -> MultiFernet:
    known = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"second factors" + key.encode()).digest() for key in known]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class DistrictAccounts(DefaultSocialAccountAdapter):
    """The district's identity provider says who it is; which account that is, we know."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Nobody signs up."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the account by the claim that the settings name, once; then by the subject."""
        if sociallogin.is_existing:
            return
        name = _claimed_name(sociallogin)
        user = User.objects.filter(username=name, is_active=True).first() if name else None
        if user is None:
            words = _("You are known to the district, but have no account here.")
            raise ImmediateHttpResponse(back_to_sign_in(request, words))
        sociallogin.user = sociallogin.account.user = user
        sociallogin.account.save()

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        extra_context: Any = None,
    ) -> None:
        """Return to the sign-in page, whatever went wrong on the way."""
        words = _("The district's sign-in did not succeed. Try again.")
        raise ImmediateHttpResponse(back_to_sign_in(request, words))


def _claimed_name(sociallogin: SocialLogin) -> str:
    claim, told = settings.OIDC["settings"]["claim"], sociallogin.account.extra_data
    for part in (told.get("id_token"), told.get("userinfo"), told):
        if isinstance(part, dict) and isinstance(name := part.get(claim), str):
            return name
    return ""
