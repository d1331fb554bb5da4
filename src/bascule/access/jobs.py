"""The queue: jobs in the same database, each run once, with row-level security knowing who acts.

A worker may die between the end of a job's work and its entry as finished; the job is then taken
up again. That it ran is therefore kept in the transaction of its work: its effects happen once.
"""

from functools import partial
from typing import Any

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils.translation import gettext as _
from procrastinate import App, JobContext, RetryStrategy

from bascule.access.acting import acting, actor_of
from bascule.access.models import User
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.jobs import TASKS, Argument, Task
from bascule.kernel.refusal import NotPermitted

AGAIN = RetryStrategy(
    max_attempts=60, wait=1, linear_wait=1, retry_exceptions=[OperationalError, InterfaceError]
)
"""A server that restarts is waited for, a second longer each time; being taken up from a worker
that died counts as an attempt too. A refusal or a fault of ours is not tried again."""


def put_in_queue(user_id: int, name: str, arguments: dict[str, Argument]) -> None:
    """Add one job through the caller's own connection, inside its transaction."""
    from procrastinate.contrib.django import app

    app.configure_task(name).defer(user_id=user_id, **arguments)


def register_tasks(queue: App) -> None:
    """Give every declared task to the queue of a worker."""
    for declared in TASKS:
        run = partial(_run, declared)
        # Of a periodic task one waits at most: after a pause it is done once, not once a minute.
        waiting = declared.name if declared.cron else None
        made = queue.task(
            name=declared.name, pass_context=True, retry=AGAIN, queueing_lock=waiting
        )(run)
        if declared.cron:
            queue.periodic(cron=declared.cron)(made)


def _run(
    declared: Task,
    context: JobContext,
    user_id: int = 0,
    timestamp: int | None = None,
    **arguments: Any,
) -> None:
    """Run one job on a live connection. A periodic job comes with the instant it was due."""
    close_old_connections()
    run_once(declared, job_id=context.job.id or 0, user_id=user_id, arguments=arguments)


def run_once(declared: Task, *, job_id: int, user_id: int, arguments: dict[str, Argument]) -> bool:
    """Do the work of one job in one transaction as its actor; False where it was done before.

    Two workers that hold the same job wait for each other at the row that says it is done.
    """
    actor = _actor(declared, user_id)
    with acting(actor):
        if not _is_first(job_id):
            return False
        declared.run(actor, **arguments)
    return True


def _actor(declared: Task, user_id: int) -> Actor:
    """The machine that the task names, or the requester with the rights of today."""
    if isinstance(declared.runs_as, Actor):
        return declared.runs_as
    user = User.objects.select_related("person").filter(pk=user_id, is_active=True).first()
    actor = actor_of(user) if user else None
    if actor is None or not actor.roles:
        raise NotPermitted("no-position", _("Whoever asked for this holds no position any more."))
    return actor


def _is_first(job_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into access_finishedjob (job_id, at) values (%s, %s) on conflict do nothing",
            [job_id, now()],
        )
        return cursor.rowcount == 1
