"""Who acts, resolved once; and the context that row-level security reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import reduce
from uuid import UUID

from django.db import connection, transaction

from bascule.access.models import User
from bascule.access.roles import ROLES
from bascule.directory.models import Position, Remit
from bascule.directory.on_duty import positions_on_duty
from bascule.directory.queries import assignments_on, on, schools_of
from bascule.kernel.actor import Actor, RoleHeld
from bascule.kernel.clock import now, today


def actor_of(user: User, day: date | None = None) -> Actor:
    """Return the actor that `user` is on `day`: roles held or covered, and the schools in reach."""
    day = day or today()
    held = _roles_held(user, day)
    roles = [ROLES[each.role] for each in held if each.role in ROLES]
    reached = _organizations_in_reach(held, day)
    return Actor(
        user_id=user.pk,
        name=str(user.person),
        person_id=user.person_id,
        roles=tuple(held),
        school_ids=frozenset(schools_of(reached, day)),
        organization_ids=frozenset(reached),
        is_district_wide=any(role.reach == "district" for role in roles),
        sees_restricted=any(role.sees_restricted for role in roles),
        elevated=_elevated(user),
        permissions=reduce(frozenset.union, (role.permissions for role in roles), frozenset()),
    )


def _roles_held(user: User, day: date) -> list[RoleHeld]:
    """Positions of one's own, then those covered today. An absent holder keeps the own ones."""
    own = assignments_on(day).filter(person_id=user.person_id)
    held = {
        row.position_id: _role_held(row.position, row.ends_on) for row in own.order_by("position")
    }
    covered = Position.objects.filter(id__in=positions_on_duty(user.person_id, day))
    for position in covered.exclude(id__in=held).order_by("id"):
        held[position.pk] = _role_held(position, None)
    return list(held.values())


def _elevated(user: User) -> frozenset[UUID]:
    """The students whom the person sees by necessity at this moment."""
    with connection.cursor() as cursor:
        cursor.execute("select access_elevated(%s, %s)", [user.pk, now()])
        return frozenset(cursor.fetchone()[0])


def _role_held(position: Position, ends_on: date | None) -> RoleHeld:
    return RoleHeld(
        role=position.role,
        position_id=position.pk,
        organization_id=position.organization_id,
        title=position.title,
        ends_on=ends_on,
    )


def _organizations_in_reach(held: list[RoleHeld], day: date) -> set[int]:
    reaching = [h for h in held if h.role in ROLES and ROLES[h.role].reach == "organization"]
    remits = Remit.objects.filter(on(day), position__in=[h.position_id for h in reaching])
    by_remit = set(remits.values_list("organization_id", flat=True))
    return by_remit | {h.organization_id for h in reaching}


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Run a block in one transaction in which row-level security knows the actor and the day."""
    with transaction.atomic():
        set_context(actor.user_id)
        yield


def set_context(user_id: int) -> None:
    """Tell row-level security, for this transaction only, who acts and what time it is."""
    with connection.cursor() as cursor:
        cursor.execute("select bascule_enter(%s, %s, %s)", [user_id, today(), now()])
