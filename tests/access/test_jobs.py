"""Jobs commit with their cause, run once, and see what their actor sees."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import DatabaseError, connection, transaction

from bascule.access.jobs import register_tasks, run_once
from bascule.access.models import Decision, FinishedJob
from bascule.directory.models import Assignment
from bascule.kernel import jobs
from bascule.kernel.actor import SWEEP, Actor
from bascule.kernel.jobs import REQUESTER, TASKS, Task, enqueue
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted
from bascule.kernel.registry import Registry
from tests.databases import as_role

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Find = Callable[[str], Actor]
SEEN: list[object] = []


def note_actor(actor: Actor, word: str = "") -> None:
    """Record a decision, and what row-level security takes this for."""
    with connection.cursor() as cursor:
        cursor.execute("select bascule_person(), current_user")
        SEEN.append((actor.name, *cursor.fetchone()))
    record_decision(actor, "note_actor", kind="test", uuid=None, particulars={"word": word})


AS_REQUESTER = Task("t.note", note_actor, REQUESTER)
AS_SWEEP = Task("t.sweep", note_actor, SWEEP)


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    SEEN.clear()
    known: Registry[Task] = Registry("task")
    known.add("t.note", AS_REQUESTER)
    monkeypatch.setattr(jobs, "TASKS", known)


def queued() -> list[tuple[object, ...]]:
    with as_role("worker"), connection.cursor() as cursor:
        cursor.execute("select task_name, args, status::text from procrastinate_jobs order by id")
        return [(name, json.loads(args), status) for name, args, status in cursor.fetchall()]


def decisions() -> int:
    with as_role("loader"):
        return Decision.objects.filter(verb="note_actor").count()


def test_a_job_is_queued_by_the_serving_role_with_who_asked(actor: Find) -> None:
    okafor = actor("okafor")
    enqueue(okafor, "t.note", word="here")
    assert queued() == [("t.note", {"user_id": okafor.user_id, "word": "here"}, "todo")]


def test_a_job_goes_when_its_cause_is_rolled_back(actor: Find) -> None:
    okafor = actor("okafor")
    with transaction.atomic():
        enqueue(okafor, "t.note")
        transaction.set_rollback(True)
    assert queued() == []


def test_the_serving_role_can_neither_read_nor_change_what_is_queued(actor: Find) -> None:
    enqueue(actor("okafor"), "t.note")
    for statement in ("select args from procrastinate_jobs", "delete from procrastinate_jobs",
                      "update procrastinate_jobs set args = '{}'"):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_worker_role_sees_no_record(actor: Find) -> None:
    for table in ("roster_student", "access_user", "cases_casefile", "access_decision"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set role bascule_worker")
            with pytest.raises(DatabaseError):
                cursor.execute(f"select count(*) from {table}")
            transaction.set_rollback(True)


def test_a_job_runs_as_who_asked_for_it(actor: Find) -> None:
    okafor = actor("okafor")
    assert run_once(AS_REQUESTER, job_id=1, user_id=okafor.user_id, arguments={}) is True
    assert [("Dana Okafor", okafor.person_id, "bascule_app")] == SEEN


def test_a_machine_task_runs_as_the_machine_whoever_enqueued_it(actor: Find) -> None:
    run_once(AS_SWEEP, job_id=1, user_id=actor("okafor").user_id, arguments={})
    assert SEEN == [("the sweep", 0, "bascule_app")]


def test_a_job_that_is_taken_up_again_has_its_effect_once(actor: Find) -> None:
    user_id = actor("okafor").user_id
    again = [run_once(AS_REQUESTER, job_id=9, user_id=user_id, arguments={}) for _ in range(3)]
    assert (again, decisions()) == ([True, False, False], 1)
    run_once(AS_REQUESTER, job_id=10, user_id=user_id, arguments={})
    assert decisions() == 2


def test_a_job_that_fails_leaves_nothing_and_may_be_done_later(actor: Find) -> None:
    def fail(actor: Actor) -> None:
        note_actor(actor)
        raise ZeroDivisionError

    user_id = actor("okafor").user_id
    with pytest.raises(ZeroDivisionError):
        run_once(Task("t.fail", fail, REQUESTER), job_id=9, user_id=user_id, arguments={})
    assert (decisions(), FinishedJob.objects.count()) == (0, 0)
    assert run_once(AS_REQUESTER, job_id=9, user_id=user_id, arguments={}) is True


def test_a_job_of_somebody_without_a_position_is_refused(
    actor: Find, as_loader: Callable[[], AbstractContextManager[None]]
) -> None:
    okafor = actor("okafor")
    with as_loader():
        Assignment.objects.filter(person=okafor.person_id).delete()
    with pytest.raises(NotPermitted):
        run_once(AS_REQUESTER, job_id=1, user_id=okafor.user_id, arguments={})
    assert decisions() == 0


def test_a_verb_that_is_reacted_to_enqueues_the_reaction(
    actor: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.TASKS.add("t.react", Task("t.react", note_actor, SWEEP, reacts_to=("open_gate",)))
    okafor = actor("okafor")
    for verb in ("open_gate", "close_gate"):
        record_decision(okafor, verb, kind="test", uuid=None, particulars={})
    assert [row[0] for row in queued()] == ["t.react"]


def test_every_task_of_a_worker_is_a_declared_one_with_an_actor() -> None:
    from procrastinate import App
    from procrastinate.testing import InMemoryConnector

    queue = App(connector=InMemoryConnector())
    own = set(queue.tasks)
    register_tasks(queue)
    assert set(queue.tasks) - own == {each.name for each in TASKS}
    assert all(isinstance(each.runs_as, Actor) or each.runs_as == REQUESTER for each in TASKS)
