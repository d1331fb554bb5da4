"""Outreach drawn by lot: a lot that can be repeated, and intervals that are those of the books."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.access.acting import acting
from bascule.access.models import Decision
from bascule.cases.actions import add_note
from bascule.cases.models import CaseFile
from bascule.kernel.actor import Actor
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.actions.outreach import keep_outreach_bands
from bascule.mobility.actions.outreach_slices import end_slice, start_slice
from bascule.mobility.models import OutreachBands, OutreachSlice
from bascule.mobility.outreach_slice import (
    FIRST_KINDS,
    SHARE,
    USUAL,
    Drawn,
    difference,
    drawn_kind,
    kind_arms,
    order_arms,
)
from tests.databases import as_role
from tests.web.test_role_matrix import more_students
from tests.world import AT, BUILDER, World

Loading = Callable[[], AbstractContextManager[None]]
LATER = datetime(2026, 12, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("counts", "interval"),
    [
        ((56, 70, 48, 80), ("20.0", "5.2", "33.4")),
        ((9, 10, 3, 10), ("60.0", "17.1", "80.9")),
        ((5, 56, 0, 29), ("8.9", "-3.8", "19.3")),
        ((0, 10, 0, 20), ("0.0", "-16.1", "27.8")),
        ((10, 10, 0, 10), ("100.0", "60.8", "100.0")),
    ],
)
def test_the_interval_is_newcombes_of_1998(
    counts: tuple[int, int, int, int], interval: tuple[str, str, str]
) -> None:
    found = difference(*counts)
    assert (found.points, found.low, found.high) == tuple(Decimal(each) for each in interval)
    assert found.is_open is (found.low <= 0)


COUNTS = st.integers(1, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@given(COUNTS, COUNTS)
def test_the_other_way_round_the_interval_turns_round(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    there, back = difference(*one, *other), difference(*other, *one)
    assert (there.points, there.low, there.high) == (-back.points, -back.high, -back.low)
    assert -100 <= there.low <= there.points <= there.high <= 100


def test_one_in_five_is_drawn_each_kind_as_often_and_again_the_same() -> None:
    cases = [f"case {number}" for number in range(30_000)]
    drawn = Counter(drawn_kind(7, case) for case in cases)
    assert set(drawn) == {"", *FIRST_KINDS}
    # Five standard deviations: 346 of 30,000 for the share, 205 for a third of it.
    assert abs(30_000 - drawn[""] - 30_000 * SHARE // 100) < 346
    assert all(abs(drawn[kind] - 2_000) < 205 for kind in FIRST_KINDS)
    assert [drawn_kind(7, case) for case in cases[:99]] == [drawn_kind(7, c) for c in cases[:99]]
    assert [drawn_kind(8, case) for case in cases[:99]] != [drawn_kind(7, c) for c in cases[:99]]


def test_arms_are_counted_by_what_was_drawn_and_only_where_the_time_is_over() -> None:
    in_time, late = AT + timedelta(days=30), AT + timedelta(days=30, seconds=1)
    rows = [
        Drawn(USUAL, AT, in_time, "call"), Drawn(USUAL, AT, late, "call"),
        Drawn(USUAL, AT, None, "message"), Drawn(USUAL, AT, None, ""),
        Drawn("visit", AT, in_time, "visit"), Drawn("visit", AT, in_time, "call"),
        Drawn("visit", LATER, LATER, "visit"), Drawn("", AT, None, "call"),
    ]  # fmt: skip
    usual, message, visit = kind_arms(rows, LATER)
    assert (usual.due, usual.reached, usual.as_drawn, usual.percent) == (4, 1, 2, Decimal("25.0"))
    assert (message.due, message.percent, message.difference) == (0, None, None)
    assert (visit.due, visit.reached, visit.as_drawn, visit.waiting) == (2, 2, 1, 1)
    assert visit.difference == difference(2, 2, 1, 4)
    assert usual.difference is None
    rest, drawn = order_arms(rows, LATER)
    assert (rest.due, rest.reached, drawn.due, drawn.reached) == (1, 0, 6, 3)
    assert drawn.difference == difference(3, 6, 0, 1)


def by_lot(drawn_in: OutreachSlice) -> dict[str, str]:
    rows = OutreachBands.objects.filter(slice=drawn_in)
    return {str(case): kind for case, kind in rows.values_list("case__uuid", "first_kind")}


@pytest.mark.django_db(databases=["default", "ledger"])
def test_only_who_is_newly_found_and_untried_is_drawn_and_only_once(
    world: World, actor: Callable[[str], Actor], as_loader: Loading
) -> None:
    lead = actor("lead")
    with acting(lead):
        begun = start_slice(lead, approved_by="Research review board, Nov 12", at=AT)
    with as_loader():
        before = set(CaseFile.objects.values_list("pk", flat=True))
        more_students(40)
        new = CaseFile.objects.exclude(pk__in=before).order_by("pk")
        tried, hidden = new[0], new[1]
        add_note(BUILDER, case=tried, kind="call", text="x", at=AT)
        CaseFile.objects.filter(pk=hidden.pk).update(tier="restricted")
        keep_outreach_bands(BUILDER, at=AT)
        drawn = by_lot(begun)
        wanted = {str(c.uuid): drawn_kind(begun.seed, str(c.uuid)) for c in new[2:]}
        assert drawn == wanted
        assert OutreachBands.objects.count() == len(before) + 40  # all of them have bands
        OutreachBands.objects.filter(case=tried).update(highs=0)
        keep_outreach_bands(BUILDER, at=AT + timedelta(days=1))
        assert by_lot(begun) == wanted


@pytest.mark.django_db(databases=["default", "ledger"])
def test_nobody_is_drawn_without_an_approval_nor_after_the_end(
    world: World, actor: Callable[[str], Actor], as_loader: Loading
) -> None:
    lead = actor("lead")
    with acting(lead):
        with pytest.raises(Refusal, match="Say who approved"):
            start_slice(lead, approved_by=" ", at=AT)
        begun = start_slice(lead, approved_by="The board", at=AT)
        with pytest.raises(Refusal, match="drawn already"):
            start_slice(lead, approved_by="The board", at=AT)
        assert end_slice(lead, at=AT) is not None
        assert end_slice(lead, at=AT) is None
    with as_loader():
        more_students(20)
        keep_outreach_bands(BUILDER, at=AT)
        assert by_lot(begun) == {}
    with as_role("loader"):
        said = Decision.objects.filter(kind="outreach_slice").values_list("verb", "uuid")
        assert set(said) == {("start_slice", begun.uuid), ("end_slice", begun.uuid)}


@pytest.mark.django_db(databases=["default", "ledger"])
@pytest.mark.parametrize("who", ["okafor", "desk", "steward", "principal_0"])
def test_nobody_but_the_lead_draws(world: World, actor: Callable[[str], Actor], who: str) -> None:
    with acting(actor(who)), pytest.raises(NotPermitted):
        start_slice(actor(who), approved_by="Me", at=AT)
    with acting(actor(who)), pytest.raises(NotPermitted):
        end_slice(actor(who), at=AT)
    assert not OutreachSlice.objects.exists()


def test_a_lot_is_of_one_case_alone() -> None:
    case = str(uuid4())
    assert len({drawn_kind(3, case) for _ in range(5)}) == 1
