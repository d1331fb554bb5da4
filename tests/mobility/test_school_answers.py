"""How an answer of a school counts: in time, late, still running, or apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.mobility.queries import DUTIES, OFFER, RELEASE, Found, how_answered
from bascule.mobility.workflows.options_transfer import WORKFLOW

LEAVING = {
    duty: sorted(step.key for step in WORKFLOW.steps if DUTIES[duty].state in step.from_)
    for duty in DUTIES
}
FOUND = st.builds(
    Found, st.none() | st.sampled_from(sorted({key for keys in LEAVING.values() for key in keys})),
    st.booleans(), st.booleans(), st.booleans(),
)  # fmt: skip


@pytest.mark.parametrize(
    ("duty", "found", "counted"),
    [
        (RELEASE, Found("release"), "in_time"),
        (RELEASE, Found("refuse_release"), "in_time"),
        (RELEASE, Found("release", is_late=True), "late"),
        (RELEASE, Found("escalate"), "late"),
        (RELEASE, Found("enroll_at_once"), "apart"),
        (RELEASE, Found("enroll_at_once", is_late=True), "late"),
        (RELEASE, Found(), "running"),
        (RELEASE, Found(is_overdue=True), "late"),
        (RELEASE, Found(is_closed=True), "apart"),
        (OFFER, Found("accept_offer"), "in_time"),
        (OFFER, Found("lapse_offer"), "in_time"),
        (OFFER, Found("lapse_offer", is_late=True), "late"),
        (OFFER, Found("withdraw"), "apart"),
    ],
)
def test_each_way_in_which_it_ends(duty: str, found: Found, counted: str) -> None:
    assert how_answered(duty, found) == counted


@given(duty=st.sampled_from(sorted(DUTIES)), found=FOUND)
def test_nothing_that_ran_out_is_in_time_and_only_an_answer_is(duty: str, found: Found) -> None:
    counted = how_answered(duty, found)
    assert counted in {"in_time", "late", "running", "apart"}
    if counted == "in_time":
        assert found.step in DUTIES[duty].answers
        assert not found.is_late
    if found.step and found.is_late:
        assert counted == "late"
    assert (counted == "running") <= (found.step is None)


def test_the_steps_that_answer_are_steps_of_the_transfer() -> None:
    named = {duty: DUTIES[duty].answers | DUTIES[duty].silence for duty in DUTIES}
    assert all(keys <= set(LEAVING[duty]) for duty, keys in named.items())
    apart = {duty: set(LEAVING[duty]) - named[duty] for duty in DUTIES}
    assert apart == {RELEASE: {"enroll_at_once"}, OFFER: {"enroll_at_once", "withdraw"}}
