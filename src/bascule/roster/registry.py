"""What goes with a student who becomes another's alias: declared by the app whose table it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bascule.kernel.registry import Registry

Then = Callable[[list[int], UUID, datetime], None]


@dataclass(frozen=True)
class Follower:
    """Rows with a student that no feed reports.

    `stays` says in SQL, over `held`, which of them stay with the alias, because who remains has
    the like (%(keeper)s is the id of who remains). `then` is called with the ids of the rows that
    went, there or back, the address of the student with whom they now are, and the instant.
    """

    table: str
    stays: str = "false"
    then: Then | None = None


FOLLOWERS: Registry[Follower] = Registry("follower")
"""Every table whose rows follow a student, by name."""


def declare_follower(follower: Follower) -> Follower:
    """Let the rows of a table follow; raises ValueError where the table is declared twice."""
    return FOLLOWERS.add(follower.table, follower)
