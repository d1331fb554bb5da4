"""Serve the pages: gunicorn as the serving role, and as root under the serving user."""

import os

from bascule.ops.process import serving_process

WORKERS, THREADS = "2", "4"


def serve_pages(port: int, *, with_worker: bool = False) -> int:
    """Become the web server, if wanted with a worker beside it that ends when the server ends.

    Returns only where the server cannot start.
    """
    process = serving_process()
    if with_worker:
        process.start("-m", "bascule.ops.worker", "--parent", str(os.getpid()))
    process.become(
        "-m", "gunicorn", "bascule.config.wsgi:application",
        "--bind", f"{os.environ.get('BASCULE_BIND', '127.0.0.1')}:{port}",
        "--workers", WORKERS, "--threads", THREADS,
        "--no-control-socket", "--access-logfile", "/dev/null", "--log-level", "warning",
        "--worker-tmp-dir", "/dev/shm" if os.path.isdir("/dev/shm") else "/tmp",  # noqa: S108, PTH112
    )  # fmt: skip
    return 1
