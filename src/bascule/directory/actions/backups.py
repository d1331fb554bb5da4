"""The named backup of a desk is changed by who plans cover."""

from django.db import transaction
from django.utils.translation import gettext as _

from bascule.directory.cover import ONE_TEAM
from bascule.directory.models import Position
from bascule.kernel.actor import Actor
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted, Refusal


@transaction.atomic
def name_backup(actor: Actor, *, position: Position, backup: Position | None) -> Position:
    """Name the desk whose holder stands in for another desk, or nobody; the same again is once.

    Whoever is away now is stood in for by the new one at once. Raises NotPermitted without the
    permission `plan_cover`, Refusal for the desk itself or one of another team.
    """
    if not actor.may("plan_cover"):
        raise NotPermitted("not-permitted", _("Only who plans cover names a backup."))
    position = Position.objects.select_for_update(of=("self",)).get(pk=position.pk)
    if backup is not None and not are_one_team(position, backup):
        raise Refusal("not-of-the-team", _("A desk of the same team stands in, and another one."))
    if position.backup_id == (backup.pk if backup else None):
        return position
    was, position.backup = position.backup, backup
    position.save(update_fields=["backup"])
    record_decision(
        actor, "name_backup", kind="position", uuid=position.uuid,
        particulars={"backup": str(backup.uuid) if backup else "",
                     "was": str(was.uuid) if was else ""},
    )  # fmt: skip
    return position


def are_one_team(one: Position, other: Position) -> bool:
    """Say whether one desk may stand in for the other: of one role, or both of the one team."""
    return one.pk != other.pk and (
        one.role == other.role or (one.role in ONE_TEAM and other.role in ONE_TEAM)
    )
