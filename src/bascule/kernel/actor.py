"""Who acts: a frozen value, never a database row, so that it can travel into a job."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

OFFICE = "An office of the district"
"""How whoever holds only discreet roles signs where everybody reads (ADR 0097)."""


@dataclass(frozen=True)
class RoleHeld:
    """One role through one position: its key, where it reaches and until when."""

    role: str
    position_id: int
    organization_id: int
    title: str
    ends_on: date | None = None


@dataclass(frozen=True)
class Actor:
    """The person (or the named machine) in whose name something is read or done.

    `organization_ids` are what the roles answer for today, `school_ids` the schools among or
    below them; `is_district_wide` says that the roles reach every school. `is_discreet` says that
    to know them is to know why they act. `elevated` are the students seen by necessity at this
    moment. `person_id` is null for the loader and the nightly
    job, and for a family, which holds no role: `family` is the link by which it reads one case.
    """

    user_id: int
    name: str
    person_id: int | None = None
    roles: tuple[RoleHeld, ...] = ()
    school_ids: frozenset[int] = frozenset()
    organization_ids: frozenset[int] = frozenset()
    is_district_wide: bool = False
    sees_restricted: bool = False
    is_discreet: bool = False
    permissions: frozenset[str] = field(default_factory=frozenset)
    elevated: frozenset[UUID] = frozenset()
    family: int | None = None

    def may(self, permission: str) -> bool:
        """Say whether any role held grants `permission`."""
        return permission in self.permissions

    def signature(self, *, is_restricted: bool) -> str:
        """Return the name that a record of a tier keeps: a discreet one stands in restricted ones.

        The liaison's name on a case that a school reads would say that its student is homeless.
        """
        return OFFICE if self.is_discreet and not is_restricted else self.name

    @property
    def position_ids(self) -> frozenset[int]:
        """The positions held today."""
        return frozenset(held.position_id for held in self.roles)


NIGHTLY = Actor(user_id=0, name="the nightly job", is_district_wide=True)
SWEEP = Actor(user_id=0, name="the sweep")
HOUSEKEEPING = Actor(user_id=0, name="the housekeeping")
