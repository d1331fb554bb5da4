"""Which rows of a block may break a rule: a quick look at whole columns.

The rules themselves stand in `rows`, `references` and `record_rules` and speak row by row. Here
the same block is screened by columns, and only suspects are put to the rules: millions of sound
rows pass in seconds. A screen may suspect a sound row and must never pass a faulty one (a
property test holds both to each other).
"""

from collections.abc import Container, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from bascule.feeds.standards.csv_blocks import Block
from bascule.feeds.standards.csv_lines import Fault
from bascule.feeds.standards.oneroster.columns import FileColumn
from bascule.feeds.standards.oneroster.file_part import flat
from bascule.feeds.standards.oneroster.references import LOOSE, Records, reference_columns
from bascule.feeds.standards.oneroster.rows import RowRules
from bascule.feeds.standards.oneroster.values import (
    GUID_LENGTH,
    IN_GUID,
    NOT_IN_GUID,
    NOT_IN_GUID_LIST,
    Check,
    check_of,
    date_time_fault,
    guid_fault,
    guids_fault,
)

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]

SCREENED = frozenset(
    {"orgs", "courses", "classes", "users", "userProfiles", "roles", "enrollments", "demographics"}
)
"""The large files. In any other, and where results or user resources ask about memberships,
every row is a suspect."""


def suspects(rules: RowRules, records: Records, block: Block) -> "Flags":
    """Return a flag for each row of the block: true where a rule may be broken."""
    import numpy as np

    count = block.columns.num_rows
    asked = {"results", "userResources"} & set(records.modes)
    if rules.file.name not in SCREENED or asked:
        return np.ones(count, dtype=bool)
    flags = np.zeros(count, dtype=bool)
    for found in _all_screens(rules, records, block):
        flags |= found
    return flags


def column_of(rules: RowRules, block: Block, name: str) -> "pa.Array | None":
    """Return a column of the block by its name in the file; None where the file lacks it."""
    place = rules.layout.places.get(name)
    return None if place is None else flat(block.columns.column(place))


def _all_screens(rules: RowRules, records: Records, block: Block) -> Iterator["Flags"]:
    source_ids = column_of(rules, block, "sourcedId")
    assert source_ids is not None  # noqa: S101  (a usable layout has it)
    yield _not_matching(source_ids, allow_blank=False)
    yield from _lifecycle(rules, block)
    for column in rules.file.columns:
        values = column_of(rules, block, column.name)
        if values is not None:
            yield from _cells(column, values)
    yield from _between(rules, block)
    yield from _references(rules, records, block)
    yield from _record_screens(rules, records, block)


def _numpy(flags: Any) -> "Flags":
    result: Flags = flags.to_numpy(zero_copy_only=False)
    return result


def _blank(values: "pa.Array") -> Any:
    import pyarrow.compute as pc

    return pc.equal(pc.utf8_trim_whitespace(values), "")


def _not_matching(values: "pa.Array", *, allow_blank: bool) -> "Flags":
    """Flag what is no identifier."""
    import pyarrow.compute as pc

    wrong = _numpy(pc.greater(pc.binary_length(values), GUID_LENGTH))
    if not _is_made_of(values, IN_GUID):
        wrong = wrong | _numpy(pc.match_substring_regex(values, NOT_IN_GUID))
    return wrong if allow_blank else wrong | _numpy(pc.equal(values, ""))


def _is_made_of(values: "pa.Array", letters: bytes) -> bool:
    """Say whether a text column has no other bytes than `letters`: one look at all of its text
    is many times faster than a pattern asked of each row."""
    import numpy as np
    import pyarrow as pa

    if not len(values) or not pa.types.is_string(values.type):
        return False
    _, places, text = values.buffers()
    ends = np.frombuffer(places, np.int32)[values.offset : values.offset + len(values) + 1]
    used = np.bincount(np.frombuffer(text or b"", np.uint8)[ends[0] : ends[-1]], minlength=256)
    return set(np.flatnonzero(used).tolist()) <= set(letters)


def _no_lists_of_identifiers(values: "pa.Array") -> "Flags":
    """Flag lists that may hold what is no identifier, or nothing between two commas."""
    import pyarrow.compute as pc

    wrong = _numpy(pc.greater(pc.binary_length(values), GUID_LENGTH))
    if not _is_made_of(values, IN_GUID + b","):
        wrong = wrong | _numpy(pc.match_substring_regex(values, NOT_IN_GUID_LIST))
    return wrong | _numpy(pc.match_substring_regex(values, "^,|,,|,$"))


def _failing(values: "pa.Array", check: Check) -> "Flags":
    """Flag the values that fail a check, which runs once for each distinct value."""
    import numpy as np

    encoded = values.dictionary_encode()
    bad = [bool(value) and check(value) is not None for value in encoded.dictionary.to_pylist()]
    return np.array(bad, dtype=bool)[encoded.indices.to_numpy()] if any(bad) else _none(values)


def _none(values: "pa.Array") -> "Flags":
    import numpy as np

    return np.zeros(len(values), dtype=bool)


def _lifecycle(rules: RowRules, block: Block) -> Iterator["Flags"]:
    """Bulk: both columns blank. Delta: an active row with an instant; a deleted one is put to
    the rules, which judge it by fewer of them."""
    import pyarrow.compute as pc

    for name, check in (("status", _is_not_active), ("dateLastModified", date_time_fault)):
        values = column_of(rules, block, name)
        if values is None:
            if rules.mode == "delta":
                yield ~_none(flat(block.columns.column(0)))
        elif rules.mode == "bulk":
            yield _numpy(pc.not_equal(values, ""))
        else:
            yield _numpy(pc.equal(values, "")) | _failing(values, check)


def _is_not_active(value: str) -> Fault | None:
    return None if value == "active" else Fault("", "")


def _cells(column: FileColumn, values: "pa.Array") -> Iterator["Flags"]:
    if column.required:
        yield _numpy(_blank(values))
    check = check_of(column)
    if check is guid_fault:
        yield _not_matching(values, allow_blank=True)
    elif check is guids_fault:
        yield _no_lists_of_identifiers(values)
    elif check is not None:
        yield _failing(values, check)


def _between(rules: RowRules, block: Block) -> Iterator["Flags"]:
    import pyarrow.compute as pc

    for first, last in (("startDate", "endDate"), ("beginDate", "endDate")):
        begins, ends = column_of(rules, block, first), column_of(rules, block, last)
        if begins is not None and ends is not None:
            given = pc.and_(pc.not_equal(begins, ""), pc.not_equal(ends, ""))
            yield _numpy(pc.and_(given, pc.less_equal(ends, begins)))
    subjects = column_of(rules, block, "subjects")
    codes = column_of(rules, block, "subjectCodes")
    if subjects is not None and codes is not None:
        yield _numpy(pc.not_equal(_items(subjects), _items(codes)))


def _items(lists: "pa.Array") -> Any:
    import pyarrow.compute as pc

    return pc.if_else(pc.equal(lists, ""), 0, pc.add(pc.count_substring(lists, ","), 1))


def _references(rules: RowRules, records: Records, block: Block) -> Iterator["Flags"]:
    """Flag references that do not resolve among the records before; forward ones too, except
    users' agents, which `Records.note_agents` keeps for the end of the file."""
    if rules.mode == "delta":
        return
    if rules.file.name == "demographics":
        values = column_of(rules, block, "sourcedId")
        assert values is not None  # noqa: S101  (a usable layout has it)
        yield _unknown(values, records.known.get("users", {}))
    for column in reference_columns(rules.file):
        values = column_of(rules, block, column.name)
        if values is None or column.name == "agentSourcedIds":
            continue
        target = column.refers_to or ""
        if column.kind == "guids":
            yield _failing(values, partial(_unresolved, records, target))
        else:
            yield _unknown(values, records.known.get(target, {}))


def _unknown(values: "pa.Array", known: Container[object]) -> "Flags":
    """Flag the values that are given and not known; each distinct value is looked up once. A
    Python set is several times faster here than a column of a million keys."""
    import numpy as np

    encoded = values.dictionary_encode()
    distinct = encoded.dictionary.to_pylist()
    missing = np.array([bool(value) and value not in known for value in distinct], dtype=bool)
    return missing[encoded.indices.to_numpy()]


def _unresolved(records: Records, target: str, value: str) -> Fault | None:
    known = records.known.get(target, {})
    return None if all(item in known for item in value.split(",")) else Fault("", "")


def _record_screens(rules: RowRules, records: Records, block: Block) -> Iterator["Flags"]:
    import pyarrow as pa
    import pyarrow.compute as pc

    schools = column_of(rules, block, "schoolSourcedId")
    if schools is not None:
        orgs = records.known.get("orgs", {}).items()
        others = [key for key, facts in orgs if facts[:1] != ("school",)]
        yield _numpy(pc.is_in(schools, pa.array(others, pa.string())))
    years = column_of(rules, block, "schoolYearSourcedId")
    if years is not None:
        yield _failing(years, partial(_not_a_school_year, records))
    yield from _foreign_profiles(rules, records, block)


def _not_a_school_year(records: Records, session: str) -> Fault | None:
    is_year = records.fact("academicSessions", session) == "schoolYear"
    return None if is_year else Fault("", "")


def _foreign_profiles(rules: RowRules, records: Records, block: Block) -> Iterator["Flags"]:
    """Flag roles whose profile is not known to be of the role's user."""
    import numpy as np
    import pyarrow.compute as pc

    profiles = column_of(rules, block, "userProfileSourcedId")
    users = column_of(rules, block, "userSourcedId")
    if profiles is None or users is None or not pc.any(pc.not_equal(profiles, "")).as_py():
        return
    pairs = zip(profiles.to_pylist(), users.to_pylist(), strict=True)
    yield np.array(
        [bool(p) and records.fact("userProfiles", p) != user for p, user in pairs], dtype=bool
    )


def noted_columns(rules: RowRules, block: Block, sound: "Flags") -> dict[str, Sequence[str]]:
    """Return the columns of the sound rows that `Records` keeps something of.

    Identifiers that are only compared at the end of their file stay an Arrow column.
    """
    import pyarrow as pa

    mask = pa.array(sound)
    found: dict[str, Sequence[str]] = {}
    for name in _NOTED.get(rules.file.name, ("sourcedId",)):
        values = column_of(rules, block, name)
        if values is not None:
            kept = values.filter(mask)
            is_loose = name == "sourcedId" and rules.file.name in LOOSE
            found[name] = kept if is_loose else kept.to_pylist()
    return found


_NOTED = {
    "orgs": ("sourcedId", "type", "parentSourcedId"),
    "classes": ("sourcedId", "schoolSourcedId"),
    "users": ("sourcedId", "primaryOrgSourcedId", "agentSourcedIds"),
    "userProfiles": ("sourcedId", "userSourcedId"),
    "roles": ("sourcedId", "userSourcedId", "orgSourcedId", "roleType"),
}
