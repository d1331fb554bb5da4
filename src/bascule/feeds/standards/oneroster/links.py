"""Rows that one cell of users.csv makes: guardian links, and 1.1's roles at several orgs."""

from collections.abc import Container, Iterator, Sequence
from typing import TYPE_CHECKING

from bascule.feeds.reading import Batch
from bascule.feeds.standards.oneroster.file_part import FilePart, flat

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


def links_told_once(told: Sequence[Batch], students: Container[str]) -> Iterator[Batch]:
    """One row for each link of a package, of all its `link_batches`: the student's side first.

    Where one side alone holds a student's role in the package, the other side's row is turned; of
    two rows about one link the one that was not turned counts, else the earlier. All other rows
    stay as they are: whose guardian is who, what is known will tell (resolve_guardianships.sql).
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if not told:
        return
    rows = pa.Table.from_batches([batch.rows for batch in told]).combine_chunks()
    users, agents = (flat(rows.column(name)) for name in ("student_key", "guardian_key"))
    turned = pc.and_(pc.invert(_among(users, students)), _among(agents, students))
    found = {"student_key": pc.if_else(turned, agents, users)}
    found["guardian_key"] = pc.if_else(turned, users, agents)
    found["key"] = pc.binary_join_element_wise(*found.values(), "|")
    for name, column in found.items():
        rows = rows.set_column(rows.schema.get_field_index(name), name, column)
    rows = rows.take(pc.sort_indices(turned))  # false first; equal ones keep their order
    _, first = np.unique(flat(rows.column("key")).dictionary_encode().indices, return_index=True)
    for batch in rows.take(pa.array(np.sort(first))).combine_chunks().to_batches():
        yield Batch("guardian_link", told[0].file, batch)


def _among(keys: "pa.Array", known: Container[str]) -> "pa.BooleanArray":
    import pyarrow as pa

    return pa.array([key in known for key in keys.to_pylist()], pa.bool_())


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
