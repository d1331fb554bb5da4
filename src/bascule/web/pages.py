"""What every view declares: its name, and the permission it needs beyond being signed in."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from bascule.access.drafts import discard_draft, place_of
from bascule.kernel.actor import Actor
from bascule.kernel.policy import Ground, Policy
from bascule.kernel.refusal import NotPermitted

View = Callable[..., HttpResponse]
METHODS = ("GET", "HEAD", "POST")
"""What a browser asks with; no page has a use for another method."""
DECLARED: dict[str, str | None] = {}
"""Every view by its dotted name, with the permission it needs; the house tests read it."""


def page(permission: str | None = None, *, public: bool = False) -> Callable[[View], View]:
    """Declare a view: for everybody (`public`), for who is signed in, or for a permission."""

    def declare(view: View) -> View:
        DECLARED[f"{view.__module__}.{view.__name__}"] = "public" if public else permission

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in METHODS:
                return HttpResponseNotAllowed(METHODS)
            actor: Actor | None = request.actor  # type: ignore[attr-defined]
            if not public and actor is None:
                return redirect(f"/sign-in/?next={request.get_full_path()}")
            if permission and actor is not None and not actor.may(permission):
                raise NotPermitted(
                    "not-permitted", _("You may not see this."), _("your data steward")
                )
            if request.method in ("GET", "HEAD"):
                return view(request, *args, **kwargs)
            with transaction.atomic():  # a refusal undoes the view, and its page can still ask
                return _sent(request, view(request, *args, **kwargs))

        return guarded

    return declare


def _sent(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Forget the draft of a form that was sent and accepted; what is refused is kept."""
    name, actor = request.POST.get("draft", ""), request.actor  # type: ignore[attr-defined]
    if name and actor is not None and answer.status_code < 400:
        place, form = place_of(name)
        discard_draft(actor, page=place, form=form)
    return answer


def visible_or_404(policy: Policy, rows: QuerySet[Any], actor: Actor, **lookup: Any) -> Any:
    """Return the one row that the actor may see; the same answer for hidden and for missing."""
    try:
        return policy.filter(rows, actor).get(**lookup)
    except rows.model.DoesNotExist:
        raise Http404("There is no such page for you.") from None


def visible_and_why(
    policy: Policy, rows: QuerySet[Any], actor: Actor, **lookup: Any
) -> tuple[Any, Ground]:
    """Return the one row that the actor may see, and the ground; otherwise as `visible_or_404`.

    Row-level security finds the row, and the policy is asked once, about this row alone.
    """
    found = rows.filter(**lookup).first()
    ground = policy.why(found, actor) if found else None
    if ground is None:
        raise Http404("There is no such page for you.")
    return found, ground


def note_reads(
    request: HttpRequest, ground: str, students: Iterable[Model | None], **narrowed: Any
) -> None:
    """Remember which students this response shows, for the record of reads."""
    reads = request.reads  # type: ignore[attr-defined]
    reads.ground = ground
    reads.filter.update({key: str(value) for key, value in narrowed.items() if value})
    seen = set(reads.students)
    for student in students:
        if student is not None and student.uuid not in seen:  # type: ignore[attr-defined]
            seen.add(student.uuid)  # type: ignore[attr-defined]
            reads.students.append(student.uuid)  # type: ignore[attr-defined]
