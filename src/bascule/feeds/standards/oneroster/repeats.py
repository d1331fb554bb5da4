"""Identifiers that stand twice: found in whole columns, reported by line."""

from collections.abc import Collection, Hashable, Sequence

from bascule.feeds.standards.csv_lines import Fault


def seen_before(keys: Sequence[Hashable | None], known: Collection[object]) -> list[int]:
    """Return the places of keys that stand before, among the known or in the list; None is no
    key. The usual block repeats nothing, which two set operations show."""
    seen: set[Hashable] = set(filter(None, keys))
    if len(seen) == len(keys) - keys.count(None) and seen.isdisjoint(known):
        return []
    seen.clear()
    found: list[int] = []
    for place, key in enumerate(keys):
        if key is None:
            continue
        if key in seen or key in known:
            found.append(place)
        seen.add(key)
    return found


def repeated_ids(parts: Sequence[tuple[Sequence[str], Sequence[int]]]) -> list[tuple[int, str]]:
    """Return line and identifier of every row but the first of those with the same identifier.

    Each part holds identifiers, as an Arrow column or a list, and their lines.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if not parts:
        return []
    columns = [pa.array(found, pa.string()) for found, _ in parts]
    ids = pa.chunked_array(columns, pa.string())
    if pc.count_distinct(ids).as_py() == len(ids):
        return []
    lines = [int(line) for _, found in parts for line in found]
    rows = sorted(zip(lines, ids.to_pylist(), strict=True))
    seen: set[str] = set()
    found: list[tuple[int, str]] = []
    for line, key in rows:
        if key in seen:
            found.append((line, key))
        seen.add(key)
    return found


def repeated_id(file: str, source_id: str) -> Fault:
    """Return the fault of an identifier that stands twice in a file."""
    text = f"The sourcedId “{source_id}” stands twice in {file}.csv."
    return Fault("repeated-sourced-id", text)
