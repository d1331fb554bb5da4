"""A task names its actor, or it cannot be declared at all."""

import pytest

from bascule.kernel import jobs
from bascule.kernel.actor import SWEEP, Actor
from bascule.kernel.jobs import REQUESTER, enqueue, reactions_to, task
from bascule.kernel.registry import Registry

PERSON = Actor(user_id=7, name="Somebody")


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """No task is declared, and the queue is a list."""
    queued: list[object] = []
    monkeypatch.setattr(jobs, "TASKS", Registry("task"))
    monkeypatch.setattr(jobs, "_queue", [lambda *job: queued.append(job)])
    return queued


def work(actor: Actor, number: int = 0) -> None:
    """Do nothing."""


def test_a_task_without_an_actor_cannot_be_declared() -> None:
    with pytest.raises(TypeError):
        task("t.work")(work)  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="names no actor"):
        task("t.work", runs_as=None)(work)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="names no actor"):
        task("t.work", runs_as="anybody")(work)  # type: ignore[arg-type]
    assert list(jobs.TASKS) == []


def test_a_function_that_does_not_take_the_actor_cannot_be_a_task() -> None:
    with pytest.raises(ValueError, match="is the actor"):
        task("t.work", runs_as=SWEEP)(lambda number: None)


def test_a_periodic_task_needs_an_actor_of_its_own() -> None:
    with pytest.raises(ValueError, match="nobody asks for it"):
        task("t.work", runs_as=REQUESTER, cron="* * * * *")


def test_two_functions_cannot_share_a_name() -> None:
    task("t.work", runs_as=REQUESTER)(work)
    with pytest.raises(ValueError, match="two declarations"):
        task("t.work", runs_as=SWEEP)(work)


def test_a_job_is_enqueued_by_name_with_who_asked(empty: list[object]) -> None:
    task("t.work", runs_as=REQUESTER)(work)
    enqueue(PERSON, "t.work", number=3)
    assert empty == [(7, "t.work", {"number": 3})]


def test_a_name_that_nobody_declares_is_refused_at_once(empty: list[object]) -> None:
    with pytest.raises(KeyError):
        enqueue(PERSON, "t.other")
    assert empty == []


def test_without_a_queue_nothing_is_enqueued(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_queue", [])
    task("t.work", runs_as=REQUESTER)(work)
    with pytest.raises(RuntimeError, match="no queue"):
        enqueue(PERSON, "t.work")


def test_a_task_reacts_to_the_verbs_it_names_and_to_no_other() -> None:
    task("t.work", runs_as=SWEEP, reacts_to=("open", "close"))(work)
    assert [each.name for each in reactions_to("close")] == ["t.work"]
    assert reactions_to("closed") == []
