"""Who acts, resolved once; and the context that row-level security reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import reduce
from uuid import UUID

from django.db import connection, transaction

from bascule.access.models import User
from bascule.access.roles import ROLES
from bascule.directory.queries import remit_of, roles_answered
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now, today


def actor_of(user: User, day: date | None = None) -> Actor:
    """Return the actor that `user` is on `day`: roles held or covered, and the schools in reach."""
    day = day or today()
    held = roles_answered(user.person_id, day)
    roles = [ROLES[each.role] for each in held if each.role in ROLES]
    reaching = [h for h in held if h.role in ROLES and ROLES[h.role].reach == "organization"]
    organizations, schools = remit_of([each.position_id for each in reaching], day)
    return Actor(
        user_id=user.pk,
        name=str(user.person),
        person_id=user.person_id,
        roles=tuple(held),
        school_ids=schools,
        organization_ids=organizations,
        is_district_wide=any(role.reach == "district" for role in roles),
        sees_restricted=any(role.sees_restricted for role in roles),
        is_discreet=bool(roles) and all(role.is_discreet for role in roles),
        elevated=_elevated(user),
        permissions=reduce(frozenset.union, (role.permissions for role in roles), frozenset()),
    )


def _elevated(user: User) -> frozenset[UUID]:
    """The students whom the person sees by necessity at this moment."""
    with connection.cursor() as cursor:
        cursor.execute("select access_elevated(%s, %s)", [user.pk, now()])
        return frozenset(cursor.fetchone()[0])


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
