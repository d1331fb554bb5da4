"""Contacts and remarks are kept on a case."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bascule.cases.models import CaseFile, Note
from bascule.cases.policies import SEE
from bascule.cases.queries import may_note
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted, Refusal


@transaction.atomic
def add_note(
    actor: Actor,
    *,
    case: CaseFile,
    kind: str,
    text: str,
    outcome: str = "",
    at: datetime | None = None,
) -> Note:
    """Keep a contact or a remark on the case. An empty text is refused.

    A remark has no outcome; one that is not known is kept as not said.
    """
    SEE.require(case, actor)
    if not may_note(actor, case):
        raise NotPermitted("not-permitted", _("Only who works on cases may add to this one."))
    if not text.strip():
        raise Refusal("empty-note", _("Write what was tried and with which outcome."))
    note = Note.objects.create(
        case=case, kind=kind, text=text.strip(), at=at or now(),
        outcome=outcome if kind != Note.Kind.REMARK and outcome in Note.Outcome.values else "",
        user_id=actor.user_id, actor_name=case.signature(actor),
    )  # fmt: skip
    record_decision(actor, "add_note", kind="case", uuid=case.uuid, particulars={"kind": kind})
    return note
