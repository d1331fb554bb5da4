"""Entries and withdrawals paired into enrollment claims, per student and school in date order.

The rule and its reasons are in ADR 0020: a W closes the E before it with the W's day as the last
day of membership; an E while another is open ends that one the day before, marked as inferred;
a W without an E names no first day and is kept back; of two like events on one day the later
line counts. Works on columns, so the whole history of a district pairs in seconds.
"""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Places = NDArray[np.signedinteger]
    Flags = NDArray[np.bool_]


class Events(NamedTuple):
    """E and W rows as columns of equal length: codes of student and school, day as an ordinal,
    whether the row is a withdrawal, and its line."""

    student: "Places"
    school: "Places"
    day: "Places"
    is_exit: "Flags"
    line: "Places"


class Pairing(NamedTuple):
    """Claims as row places: `entry[i]` opens and `exit[i]` closes claim i, or is -1.

    `inferred_end[i]` is the last day (ordinal) where the next entry proves an end that no row
    states, else 0. `orphan` are withdrawals without an entry, `repeated` events that a later
    line of the same student, school, day and kind replaces.
    """

    entry: "Places"
    exit: "Places"
    inferred_end: "Places"
    orphan: "Places"
    repeated: "Places"


def pair_events(events: Events) -> Pairing:
    """Pair the events of one file (ADR 0020). Every row is in exactly one place of the result."""
    import numpy as np

    if not len(events.line):
        nothing = events.line[:0]
        return Pairing(nothing, nothing, nothing, nothing, nothing)
    order, repeated = _ordered(events)
    group_starts = _changes(events.student[order], events.school[order])
    is_exit, day = events.is_exit[order], events.day[order]
    order = _same_day_swaps(order, is_exit, day, group_starts)
    is_exit, day = events.is_exit[order], events.day[order]
    follows = np.append(~group_starts[1:], False)  # the next row is of the same group
    next_exit = np.append(is_exit[1:], False) & follows
    next_day = np.append(day[1:], 0)
    entries = np.flatnonzero(~is_exit)
    closed = next_exit[entries]
    exits = np.where(closed, order[np.minimum(entries + 1, len(order) - 1)], -1)
    cut = follows[entries] & ~closed
    inferred = np.where(cut, next_day[entries] - 1, 0)
    after_entry = np.append(False, ~is_exit[:-1]) & ~group_starts
    orphan = order[np.flatnonzero(is_exit & ~after_entry)]
    return Pairing(order[entries], exits, inferred, orphan, repeated)


def _ordered(events: Events) -> "tuple[Places, Places]":
    """Sort by student, school and day, a W before an E of the same day; split off repeats."""
    import numpy as np

    by_line = np.argsort(events.line, kind="stable")
    order = by_line[np.argsort(_sort_key(events)[by_line], kind="stable")]
    same = np.ones(len(order) - 1, dtype=bool)
    for column in (events.student, events.school, events.day, events.is_exit):
        sorted_column = column[order]
        same &= sorted_column[1:] == sorted_column[:-1]
    replaced = np.append(same, False)  # the later line of like events counts
    return order[~replaced], order[replaced]


def _sort_key(events: Events) -> "Places":
    """Return one number for student, school, day and kind: one sort instead of four.

    Raises OverflowError where the district is too large for 63 bits (a billion students).
    """
    import numpy as np

    day = events.day - events.day.min()
    sizes = [int(column.max()) + 1 for column in (events.school, day)]
    if (int(events.student.max()) + 1) * sizes[0] * sizes[1] * 2 >= 2**63:
        raise OverflowError("too many students, schools and days for one sort key")
    key: Places = events.student.astype(np.int64)
    for size, column in zip((*sizes, 2), (events.school, day, ~events.is_exit), strict=True):
        key *= size
        key += column
    return key


def _changes(*columns: "Places") -> "Flags":
    """Flag each row that differs from the row before it in any column; the first always."""
    import numpy as np

    flags = np.zeros(len(columns[0]), dtype=bool)
    flags[:1] = True
    for column in columns:
        flags[1:] |= column[1:] != column[:-1]
    return flags


def _same_day_swaps(
    order: "Places", is_exit: "Flags", day: "Places", group_starts: "Flags"
) -> "Places":
    """Put an E before the W of its day where the W closes nothing and the E would stay open.

    That is a membership of one day. Else the W came first: the student left and came back.
    """
    import numpy as np

    if len(order) < 2:
        return order
    opens_nothing = is_exit & ~(np.append(False, ~is_exit[:-1]) & ~group_starts)
    entry_next = np.append(~is_exit[1:] & (day[1:] == day[:-1]) & ~group_starts[1:], False)
    closed_later = np.append(is_exit[2:] & ~group_starts[2:], [False, False])
    first = np.flatnonzero(opens_nothing & entry_next & ~closed_later)
    swapped = order.copy()
    swapped[first], swapped[first + 1] = order[first + 1], order[first]
    return swapped
