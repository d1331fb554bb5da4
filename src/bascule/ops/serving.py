"""Serve the pages: gunicorn as the serving role, and as root under the serving user."""

import os
import sys

from bascule.ops.cluster.places import WEB_USER, is_root
from bascule.ops.process import is_private, private_settings
from bascule.ops.runtime import runtime_for

WORKERS, THREADS = "2", "4"


def serve_pages(port: int) -> int:
    """Become the web server; returns only where it cannot start."""
    settings = {**os.environ, **(private_settings() if is_private() else {})}
    settings["BASCULE_RUN_AS"] = "app"
    settings["DJANGO_SETTINGS_MODULE"] = "bascule.config.settings"
    command = [
        "-m", "gunicorn", "bascule.config.wsgi:application",
        "--bind", f"{os.environ.get('BASCULE_BIND', '127.0.0.1')}:{port}",
        "--workers", WORKERS, "--threads", THREADS,
        "--no-control-socket", "--access-logfile", "/dev/null", "--log-level", "warning",
        "--worker-tmp-dir", "/dev/shm" if os.path.isdir("/dev/shm") else "/tmp",  # noqa: S108, PTH112
    ]  # fmt: skip
    python = sys.executable
    if is_root():
        runtime = runtime_for(WEB_USER)
        python, added = runtime.python, runtime.environment
        settings.update(added, HOME="/nonexistent")
        runtime.step_down()
    os.execve(python, [python, *command], settings)  # noqa: S606 - this process becomes the server
