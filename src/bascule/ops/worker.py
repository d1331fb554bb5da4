"""The worker: takes jobs from the queue and runs each once, as the actor that it names.

Two roles: `bascule_worker` keeps the queue and sees no record; the work itself is done as the
serving role, under row-level security. Any number of workers may run; one that is killed is
noticed by its missing heartbeat, and its jobs are taken up again by the others.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bascule.ops.process import serving_process

STALLED_AFTER = 20.0  # seconds without a heartbeat
PARENT_WATCHED_EVERY = 1.0
NOTICED_WITHIN = 8.0  # seconds without a connection until the worker begins anew with fresh ones
logger = logging.getLogger(__name__)


def run_jobs(*, stalled_after: float = STALLED_AFTER) -> int:
    """Become a worker; returns only where it cannot start."""
    process = serving_process()
    words = ["-m", "bascule.ops.worker", "--stalled-after", str(stalled_after)]
    process.become(*words)
    return 1


@dataclass
class Shift:
    """One worker process from its start to SIGTERM: it outlives restarts of the database."""

    stalled_after: float
    is_over: bool = False
    worker: Any = None

    def stop(self) -> None:
        """Finish the job in hand, take no other one, and end."""
        self.is_over = True
        if self.worker is not None:
            self.worker.stop()

    async def work(self) -> None:
        """Run until stopped; where the database goes away, wait for it."""
        while not self.is_over:
            try:
                await self._work_connected()
            except Exception as fault:
                logger.warning("the queue is out of reach (%s); trying again", type(fault).__name__)
            if not self.is_over:
                await asyncio.sleep(1)

    async def _work_connected(self) -> None:
        from procrastinate.worker import Worker

        from bascule.access.jobs import register_tasks

        queue = _queue()
        register_tasks(queue)
        async with queue.open_async():
            self.worker = Worker(
                queue,
                concurrency=1,
                delete_jobs="successful",
                install_signal_handlers=False,
                update_heartbeat_interval=self.stalled_after / 4,
                stalled_worker_timeout=self.stalled_after,
            )
            ended = asyncio.Event()
            keeper = asyncio.create_task(self._take_up_stalled(queue, ended))
            try:
                await self.worker.run()
            finally:
                ended.set()
                await keeper

    async def _take_up_stalled(self, queue: Any, ended: asyncio.Event) -> None:
        """Put the jobs of workers that died back into the queue, until this one has ended.

        It is told and not cancelled: a cancellation that meets the end of a wait is lost
        (`asyncio.wait_for` before Python 3.12), and the worker would wait for it for ever.
        """
        from procrastinate.exceptions import ConnectorException

        while not ended.is_set():
            # Another worker may be faster, or the server away: the next round looks again.
            with suppress(ConnectorException):
                stalled = await queue.job_manager.get_stalled_jobs(
                    seconds_since_heartbeat=self.stalled_after
                )
                for job in stalled:
                    logger.warning("job %s of a worker that died is taken up again", job.id)
                    await queue.job_manager.retry_job(job)
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), self.stalled_after / 4)


def _queue() -> Any:
    """Open-able queue of the role that keeps it, apart from the connection of the work."""
    from procrastinate import App, PsycopgConnector

    from bascule.kernel.environment import ENVIRONMENT

    place = ENVIRONMENT.database("worker")
    known = {
        "host": place["HOST"], "port": place.get("PORT"), "dbname": place["NAME"],
        "user": place["USER"], "password": place["PASSWORD"],
    }  # fmt: skip
    kwargs = {name: value for name, value in known.items() if value}
    pool = PsycopgConnector(
        kwargs=kwargs,
        min_size=1,
        max_size=4,
        timeout=NOTICED_WITHIN,
        reconnect_timeout=NOTICED_WITHIN,
    )
    return App(connector=pool)


async def _watch_parent(shift: Shift, parent: int) -> None:
    """Stop where the process that this worker belongs to is gone."""
    while os.getppid() == parent:
        await asyncio.sleep(PARENT_WATCHED_EVERY)
    shift.stop()


async def _work(options: argparse.Namespace) -> None:
    shift = Shift(options.stalled_after)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, shift.stop)
    watcher = None
    if options.parent:
        watcher = asyncio.create_task(_watch_parent(shift, options.parent))
    await shift.work()
    if watcher is not None:
        watcher.cancel()


def main() -> int:
    """Run one worker in this process, which has its settings and its user already."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--stalled-after", type=float, default=STALLED_AFTER)
    parser.add_argument("--parent", type=int, default=0, help="stop when this process is gone")
    options = parser.parse_args()
    import django

    django.setup()
    asyncio.run(_work(options))
    return 0


if __name__ == "__main__":
    # Imported anew under its own name: what the queue is given must not belong to "__main__".
    from bascule.ops.worker import main as run

    sys.exit(run())
