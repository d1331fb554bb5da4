"""One request, one transaction, one acting person, and a record of every student shown."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bascule.access.acting import actor_of, set_context
from bascule.access.ledger import record_disclosure, record_visit
from bascule.kernel.actor import Actor
from bascule.kernel.refusal import NotPermitted, Refusal

READING = frozenset({"GET", "HEAD", "OPTIONS"})
_READS = re.compile(r"\s*(--[^\n]*\n\s*)*(select|with|set|show|savepoint|release|rollback)\b", re.I)

# A form may lead to us and, by a redirect, to the district's identity provider.
_FORMS = f"form-action 'self' {settings.OIDC.get('settings', {}).get('origins', '')}".strip()
CONTENT_SECURITY = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
        "font-src 'self'", "connect-src 'self'", _FORMS, "base-uri 'none'",
        "frame-ancestors 'none'", "manifest-src 'self'",
    )
)  # fmt: skip

Respond = Callable[[HttpRequest], HttpResponse]


@dataclass
class Reads:
    """What a response shows of students: filled by the views, kept before the body is sent."""

    ground: str = ""
    filter: dict[str, Any] = field(default_factory=dict)
    students: list[UUID] = field(default_factory=list)
    visited: str = ""


class SecurityHeaders:
    """Strict content security, and no copies of pages that may show a student."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.respond(request)
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if not request.path.startswith(f"/{settings.STATIC_URL.lstrip('/')}"):
            response.headers["Cache-Control"] = "no-store"
        return response


class OneTransaction:
    """BEGIN, read-only where the method only reads, the view and its rendering, then COMMIT.

    A response of 500 or more rolls back. The record of reads goes through its own connection
    before the body is sent; where it cannot be kept, the page is refused.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.reads = Reads()  # type: ignore[attr-defined]
        outermost = not connection.in_atomic_block
        with transaction.atomic():
            response = self._respond_inside(request, outermost=outermost)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            elif response.status_code < 400 and not self._kept(request):
                transaction.set_rollback(True)
                return HttpResponse("The record of reads is not available.", status=503)
        return response

    def _respond_inside(self, request: HttpRequest, *, outermost: bool) -> HttpResponse:
        if request.method not in READING:
            return self.respond(request)
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("set transaction read only")
        with connection.execute_wrapper(refuse_writes):
            return self.respond(request)

    def _kept(self, request: HttpRequest) -> bool:
        reads: Reads = request.reads  # type: ignore[attr-defined]
        actor: Actor | None = getattr(request, "actor", None)
        if actor is None:
            return True
        page = request.resolver_match.view_name if request.resolver_match else request.path
        try:
            if reads.students:
                record_disclosure(
                    user_id=actor.user_id, page=page, ground=reads.ground,
                    filter=reads.filter, students=reads.students,
                )  # fmt: skip
            if reads.visited:
                record_visit(user_id=actor.user_id, page=reads.visited)
        except DatabaseError:
            return False
        return True


def refuse_writes(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """Let only reading statements through: a GET cannot write, wherever it runs."""
    if not _READS.match(sql):
        raise RuntimeError(f"a reading request tried to write: {sql.split(maxsplit=3)[:3]}")
    return execute(sql, params, many, context)


class ActingPerson:
    """Resolve who acts, tell row-level security, and turn refusals into pages."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        request.session.is_reading = request.method in READING  # type: ignore[attr-defined]
        if SESSION_KEY in request.session:
            actor = actor_of(request.user) if request.user.is_authenticated else None
            if actor is not None and actor.roles:
                set_context(actor.user_id)
                request.actor = actor  # type: ignore[attr-defined]
            else:
                _end_session(request)
        return self.respond(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """Show what stands in the way and who can lift it; the view has been undone already."""
        if not isinstance(fault, Refusal):
            return None
        status = 404 if isinstance(fault, NotPermitted) else 409
        return render(request, "refused.html", {"refusal": fault}, status=status)


def _end_session(request: HttpRequest) -> None:
    """End the session of somebody whose account is closed, or who holds no position today."""
    request.session.flush()
    request.user = AnonymousUser()
    messages.error(
        request,
        _("You are signed out: you hold no position today, or your account was closed or renewed."
          " Your data steward can help."),
    )  # fmt: skip
