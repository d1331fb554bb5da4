"""Whatever a source reports night after night, what is held is what a plain reading gives."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bascule.feeds.staging import prepare_stage
from bascule.feeds.targets import FEED_OWNED
from bascule.roster.actions.reported import take_reported
from bascule.roster.models import Guardian

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loader = Callable[[], AbstractContextManager[None]]
AT = datetime(2026, 1, 5, 11, tzinfo=UTC)


@dataclass(frozen=True)
class Reported:
    """One staged row: whose key, whether it is to be deleted, and its cells."""

    key: str
    ends: bool
    family: str
    email: str | None


@dataclass(frozen=True)
class Night:
    """One load: complete or a delta, its rows, and the keys of rows that were kept back."""

    complete: bool
    rows: tuple[Reported, ...]
    kept_back: frozenset[str]


KEYS = st.sampled_from(["a", "b", "c", "d|1", "d|2"])
ROWS = st.builds(
    Reported, KEYS, st.booleans(), st.sampled_from(["Adair", "Brisa", "Ñandú"]),
    st.sampled_from([None, "x@y.example", "z@y.example"]),
)  # fmt: skip
NIGHTS = st.builds(
    Night,
    st.booleans(),
    st.lists(ROWS, max_size=5, unique_by=lambda row: row.key).map(tuple),
    st.frozensets(st.sampled_from(["a", "b", "d|"]), max_size=2),
)
Held = dict[str, tuple[str, str, bool]]


def read_plainly(held: Held, night: Night) -> Held:
    """Apply one load row by row: key to (family, email, whether it has ended)."""
    found = dict(held)
    for row in night.rows:
        known = found.get(row.key)
        if row.ends:
            if known is not None:
                found[row.key] = (*known[:2], True)
            continue
        email = row.email or (known[1] if known else "")
        found[row.key] = (row.family, email, False)
    named = {row.key for row in night.rows}
    for key, (family, email, _) in held.items():
        kept = any(
            key == word or (word.endswith("|") and key.startswith(word)) for word in night.kept_back
        )
        if night.complete and key not in named and not kept:
            found[key] = (family, email, True)
    return found


def load(night: Night, at: datetime) -> dict[str, int]:
    prepare_stage(["guardian"])
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into stage.guardian (file, line, key, ends, given_name, family_name, email)"
            " values ('users.csv', %s, %s, %s, 'Pat', %s, %s)",
            [(line, row.key, row.ends, row.family, row.email)
             for line, row in enumerate(night.rows, 2)],
        )  # fmt: skip
        cursor.executemany(
            "insert into stage.rejected values ('guardian', %s)",
            [(key,) for key in sorted(night.kept_back)],
        )
    merged = take_reported(
        "guardian", owned=FEED_OWNED["guardian"], source="sis", at=at, complete=night.complete
    )
    return merged.counts


def held_now() -> Held:
    rows = Guardian.objects.values_list("source_key", "family_name", "email", "ended_at")
    return {key: (family, email, ended is not None) for key, family, email, ended in rows}


@contextmanager
def undone() -> Iterator[None]:
    """Roll back what one example did."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(nights=st.lists(NIGHTS, min_size=1, max_size=4))
def test_nights_in_any_order_leave_what_a_plain_reading_gives(
    as_loader: Loader, nights: list[Night]
) -> None:
    with as_loader(), undone():
        held: Held = {}
        for number, night in enumerate(nights):
            at = AT + timedelta(days=number)
            before, held = held, read_plainly(held, night)
            counts = load(night, at)
            assert held_now() == held
            written = {key for key in held if held[key] != before.get(key)}
            assert (
                set(Guardian.objects.filter(changed_at=at).values_list("source_key", flat=True))
                == written
            )
            assert counts["new"] == len(held) - len(before)
            assert counts["ended"] == sum(held[key][2] and not before[key][2] for key in before)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(night=NIGHTS)
def test_the_same_night_twice_writes_nothing_the_second_time(
    as_loader: Loader, night: Night
) -> None:
    with as_loader(), undone():
        load(night, AT)
        before = list(Guardian.objects.order_by("id").values())
        load(night, AT + timedelta(days=1))
        assert list(Guardian.objects.order_by("id").values()) == before
