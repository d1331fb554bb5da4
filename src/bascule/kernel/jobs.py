"""Jobs: a task names the actor in whose rights it runs; verbs enqueue it by name.

No Django import. `access` fills the port at start: it puts a job into the queue inside the
transaction of the change that caused it, and runs it with row-level security knowing the actor.
"""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature
from typing import Literal

from bascule.kernel.actor import Actor
from bascule.kernel.registry import Registry

Argument = str | int | bool | None
Run = Callable[..., None]
RunsAs = Actor | Literal["requester"]

REQUESTER: Literal["requester"] = "requester"
"""The task runs with the rights that whoever asked for it has when it runs."""


@dataclass(frozen=True)
class Task:
    """One declared task. `cron` makes it periodic; `reacts_to` names the verbs it follows."""

    name: str
    run: Run
    runs_as: RunsAs
    cron: str = ""
    reacts_to: tuple[str, ...] = ()


TASKS: Registry[Task] = Registry("task")
"""Every declared task by name, in order of declaration."""

Enqueue = Callable[[int, str, dict[str, Argument]], None]
_queue: list[Enqueue] = []


def task(
    name: str, *, runs_as: RunsAs, cron: str = "", reacts_to: tuple[str, ...] = ()
) -> Callable[[Run], Run]:
    """Declare a function `(actor, **arguments)` as the task `name`, run as `runs_as`.

    Raises ValueError where no actor is named: such a task would see no rows and "succeed".
    A periodic task has nobody who asked for it, so it needs an actor of its own.
    """
    if runs_as != REQUESTER and not isinstance(runs_as, Actor):
        raise ValueError(f"task {name} names no actor")
    if cron and runs_as == REQUESTER:
        raise ValueError(f"task {name} is periodic: nobody asks for it, so it needs an actor")

    def declare(run: Run) -> Run:
        if next(iter(signature(run).parameters), "") != "actor":
            raise ValueError(f"the first parameter of task {name} is the actor")
        TASKS.add(name, Task(name, run, runs_as, cron, reacts_to))
        return run

    return declare


def reactions_to(verb: str) -> list[Task]:
    """Return the tasks that follow the decision `verb`."""
    return [each for each in TASKS if verb in each.reacts_to]


def fill_queue(enqueue: Enqueue) -> None:
    """Set the one function that puts a job into the queue; a second call replaces the first."""
    _queue[:] = [enqueue]


def enqueue(actor: Actor, name: str, **arguments: Argument) -> None:
    """Put the task `name` into the queue: it runs if, and only if, this transaction commits.

    Raises KeyError for a name that nobody declares, RuntimeError where there is no queue.
    """
    if not _queue:
        raise RuntimeError("no queue: access is not installed")
    _queue[0](actor.user_id, TASKS[name].name, arguments)
