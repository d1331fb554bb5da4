"""Give a part of the list of cases a name, for oneself or for all who work on cases."""

from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from bascule.cases.boards import Part
from bascule.cases.models import CaseView
from bascule.kernel.actor import Actor
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted, Refusal

MOST = 12
"""Views of one person: each is counted whenever the list is opened."""


@transaction.atomic
def save_view(actor: Actor, *, title: str, part: Part, is_shared: bool = False) -> CaseView:
    """Save `part` under `title`; the same title again stands for the new part.

    Raises Refusal without a title, for the whole list, and beyond MOST views; NotPermitted where
    who does not work on cases wants to share.
    """
    title = title.strip()[:60]
    if not title or not part:
        raise Refusal("empty", _("Narrow the list first, and give the view a name."))
    if is_shared and not actor.may("work_cases"):
        raise NotPermitted("not-permitted", _("Views are shared among those who work on cases."))
    mine = CaseView.objects.filter(user_id=actor.user_id)
    mine.filter(title=title).delete()
    if mine.count() >= MOST:
        words = _("You have %(number)s views: remove one first.") % {"number": MOST}
        raise Refusal("too-many", words)
    view = CaseView.objects.create(
        user_id=actor.user_id, user_name=actor.name, title=title, part=asdict(part),
        is_shared=is_shared,
    )  # fmt: skip
    record_decision(
        actor, "save_view", kind="case view", uuid=view.uuid, particulars={"shared": is_shared}
    )
    return view


@transaction.atomic
def remove_view(actor: Actor, *, view: CaseView) -> None:
    """Remove one's own view. Raises NotPermitted for another's."""
    if view.user_id != actor.user_id:
        raise NotPermitted("not-permitted", _("Only who saved a view removes it."))
    record_decision(actor, "remove_view", kind="case view", uuid=view.uuid, particulars={})
    view.delete()
