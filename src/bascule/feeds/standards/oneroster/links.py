"""Rows that one cell of users.csv makes: guardian links, and 1.1's roles at several orgs."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bascule.feeds.reading import Batch
from bascule.feeds.standards.oneroster.file_part import FilePart

if TYPE_CHECKING:
    import pyarrow as pa

LEGACY_ROLE_JOIN = "/"
"""Between user, org and role in the key of a 1.1 role: 1.2 allows it in an identifier."""


def _exploded(lists: "pa.Array") -> "tuple[pa.Array, pa.Array]":
    """Return the place and the item of every item of a column of lists."""
    import pyarrow.compute as pc

    items = pc.split_pattern(lists, ",")
    return pc.list_parent_indices(items), pc.list_flatten(items)


def link_batches(part: FilePart, relation: dict[str, str]) -> Iterator[Batch]:
    """One row for each agent of a user; the relation is the agent's own guardian role."""
    import pyarrow as pa
    import pyarrow.compute as pc

    places, agents = _exploded(part.column("agentSourcedIds"))
    if not len(places):
        return
    users = part.column("sourcedId").take(places)
    found = {
        "student_key": users,
        "guardian_key": agents,
        "relation": pa.array([relation.get(agent) for agent in agents.to_pylist()], pa.string()),
    }
    keys = pc.binary_join_element_wise(users, agents, "|")
    yield _taken(part, places).batch("guardian_link", keys, found)


def _taken(part: FilePart, places: "pa.Array") -> FilePart:
    """Return the part with a row for each place, repeated where a place is."""
    rows, lines = part.rows.take(places), part.lines.take(places)
    return FilePart(part.name, part.layout, rows, lines, part.mended)


def legacy_role_batches(part: FilePart) -> Iterator[Batch]:
    """Map 1.1's `orgSourcedIds` and `role` to one school role for each org of the user.

    The first org counts as primary: 1.1 does not say which is (standards.md 1.4).
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    places, orgs = _exploded(part.column("orgSourcedIds"))
    if not len(places):
        return
    users, roles = part.column("sourcedId").take(places), part.column("role").take(places)
    first = np.append(True, places.to_numpy()[1:] != places.to_numpy()[:-1])
    found = {
        "person_key": users,
        "org_key": orgs,
        "role": roles,
        "is_primary": pa.array(np.where(first, "true", "false")),
    }
    keys = pc.binary_join_element_wise(users, orgs, roles, LEGACY_ROLE_JOIN)
    yield _taken(part, places).batch("school_role", keys, found)
