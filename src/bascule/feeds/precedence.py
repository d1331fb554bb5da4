"""Whose word counts where two feeds of one system report the same thing: declared here, once.

The feed that is named first counts first. A row is of the highest feed that reports it (`fed_by`);
what that feed owns, the others only fill where it is blank, and only the row's own feed ends it by
leaving it out. A column that the higher feed cannot report stays the lower one's. Issue 2,
section 3: "Precedence is declared per source"; ADR 0063.
"""

from bascule.feeds.standards import standard_named
from bascule.feeds.targets import FEED_OWNED, TARGETS
from bascule.kernel.merge_statements import Standing

PRECEDENCE: dict[str, tuple[str, ...]] = {
    "organization": ("oneroster", "edfi", "school_spine"),
    "student": ("oneroster", "edfi"),
    "demographics": ("oneroster", "edfi"),
    "course": ("oneroster", "edfi"),
    "attendance_event": ("attendance", "edfi"),
    "enrollment_claim": ("sis_ew", "edfi"),
}
"""The feeds that can report a target, the one that counts first before the others.

Enrollments are told by one feed alone: once entries and withdrawals are loaded, Ed-Fi's
associations are left aside. OneRoster's roles are claims only where its source declares that there
is no other (`enrollment_claims=roles`).
"""

TOLD_AS = {
    "is_options": "governance",
    "reported_kind": "kind",
    "number": "identifier",
    "state_id": "state_identifier",
    "organization_id": "org_key",
    "session_id": "school_year_key",
}
"""Our columns whose reported word has another name."""


def feeds_above(feed: str, target: str) -> tuple[str, ...]:
    """Return the feeds whose word about a target counts before that of `feed`."""
    listed = PRECEDENCE.get(target, ())
    return listed[: listed.index(feed)] if feed in listed else ()


def standing_of(feed: str, target: str) -> Standing:
    """Return who feeds a target, and who counts before it in which columns of ours."""
    above = {each: _columns_of(each, target) for each in feeds_above(feed, target)}
    return Standing(feed, above)


def _columns_of(feed: str, target: str) -> frozenset[str]:
    """Return our columns of a target that a feed can report."""
    told = standard_named(feed).owns.get(target, frozenset()) | _unsaid(target)
    ours = (word.rstrip("?") for word in FEED_OWNED.get(target, ()))
    return frozenset(name for name in ours if _reported_name(name) in told)


def _reported_name(column: str) -> str:
    if column in TOLD_AS:
        return TOLD_AS[column]
    return f"{column.removesuffix('_id')}_key" if column.endswith("_id") else column


def _unsaid(target: str) -> set[str]:
    """Return our columns of a target that no reported word names by itself: whole rows decide."""
    named = set(TARGETS[target].names)
    ours = {_reported_name(word.rstrip("?")) for word in FEED_OWNED.get(target, ())}
    return ours - named
