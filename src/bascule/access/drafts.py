"""Drafts: what somebody typed into a form and has not sent, for that person alone (ADR 0109)."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from bascule.access.models import Draft
from bascule.access.policies import SEE_DRAFT
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.refusal import Refusal
from bascule.kernel.row_reading import Reading

LONGEST = 20_000
"""Characters of one draft: more than the longest form takes."""
MOST = 100
"""Drafts of one person: with one more, the oldest goes."""
KEPT = timedelta(days=14)

Place = tuple[str, str]
"""A page, by its path, and one of its forms, by the name that it has there."""

DRAFTS = Reading(Draft, "where user_id = %(user)s and page = %(page)s")


def name_of(place: Place) -> str:
    """Return the name by which a form says what draft is its own: "/cases/1/ note"."""
    return " ".join(place)


def place_of(name: str) -> Place:
    """Return the page and the form that a draft's name says."""
    page, _blank, form = name.partition(" ")
    return page, form


def keep_draft(
    actor: Actor, *, page: str, form: str, fields: Mapping[str, str], at: datetime | None = None
) -> Draft | None:
    """Keep what the actor typed into a form of a page, instead of what was kept of it before.

    Nothing typed keeps nothing: None. Raises Refusal for more than a form takes.
    """
    typed = {name: value for name, value in fields.items() if value.strip()}
    if not typed:
        discard_draft(actor, page=page, form=form)
        return None
    if len(json.dumps(typed)) > LONGEST or len(page) > 200 or len(form) > 60:
        raise Refusal("too-long", _("This is too long to be kept as a draft. Send it in parts."))
    draft, _is_new = Draft.objects.update_or_create(
        user_id=actor.user_id, page=page, form=form,
        defaults={"fields": typed, "saved_at": at or now()},
    )  # fmt: skip
    older = Draft.objects.filter(user_id=actor.user_id).order_by("-saved_at", "-id")
    Draft.objects.filter(pk__in=list(older.values_list("pk", flat=True)[MOST:])).delete()
    return draft


def discard_draft(actor: Actor, *, page: str, form: str) -> None:
    """Forget what the actor typed into a form of a page; of nothing, nothing."""
    SEE_DRAFT.filter(Draft.objects.filter(page=page, form=form), actor).delete()


def drafts_on(actor: Actor, page: str) -> dict[str, Draft]:
    """Return the actor's drafts on a page, by the name of their form."""
    return {draft.form: draft for draft in DRAFTS.rows(user=actor.user_id, page=page)}


def forget_drafts(actor: Actor, *, at: datetime) -> int:
    """Delete the drafts that nobody touched for two weeks; return how many. Runs as the loader."""
    return Draft.objects.filter(saved_at__lt=at - KEPT).delete()[0]
