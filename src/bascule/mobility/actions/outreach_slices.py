"""The drawing of outreach by lot is started with somebody's approval, and ended at any time."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.actions.rounds import SEED_BITS
from bascule.mobility.actions.seats import LEAD
from bascule.mobility.models import OutreachSlice
from bascule.mobility.outreach_slice import SHARE, VERSION


@transaction.atomic
def start_slice(actor: Actor, *, approved_by: str, at: datetime | None = None) -> OutreachSlice:
    """Let the night draw among the newly found from now on; the seed is drawn here and kept.

    Raises NotPermitted without the permission, Refusal where nobody approved or one runs already.
    """
    _require_permission(actor)
    if not approved_by.strip():
        raise Refusal("approval-needed", _("Say who approved that outreach is drawn by lot."))
    if OutreachSlice.objects.filter(ended_at__isnull=True).exists():
        raise Refusal("slice-runs", _("Students are drawn already."))
    begun = OutreachSlice.objects.create(
        seed=secrets.randbits(SEED_BITS), version=VERSION, approved_by=approved_by.strip()[:200],
        started_at=at or now(), started_by=actor.user_id, started_name=actor.name,
    )  # fmt: skip
    _record(actor, "start_slice", begun, share=SHARE, approved_by=begun.approved_by)
    return begun


@transaction.atomic
def end_slice(actor: Actor, *, at: datetime | None = None) -> OutreachSlice | None:
    """Draw nobody from now on; return what was ended, None where none ran.

    What was drawn stays, to be counted. The drawn keep their place.
    """
    _require_permission(actor)
    running = OutreachSlice.objects.filter(ended_at__isnull=True).first()
    if running is None:
        return None
    running.ended_at, running.ended_by, running.ended_name = at or now(), actor.user_id, actor.name
    running.save(update_fields=["ended_at", "ended_by", "ended_name"])
    _record(actor, "end_slice", running)
    return running


def _require_permission(actor: Actor) -> None:
    if not actor.may("draw_outreach"):
        raise NotPermitted("not-permitted", _("You may not draw outreach by lot."), LEAD)


def _record(actor: Actor, verb: str, about: OutreachSlice, **said: object) -> None:
    record_decision(actor, verb, kind="outreach_slice", uuid=about.uuid, particulars=said)
