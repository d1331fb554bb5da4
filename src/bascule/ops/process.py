"""How one process gets its database role and Django: chosen once, before anything is imported."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bascule.ops.runtime import Runtime

DATABASE = "bascule"


def instance() -> str:
    """The name of the private instance: BASCULE_INSTANCE, or `demo`."""
    return os.environ.get("BASCULE_INSTANCE", "demo")


def is_private() -> bool:
    """Say whether the program runs its own server: no BASCULE_DATABASE_URL is set."""
    return not os.environ.get("BASCULE_DATABASE_URL")


def enter(run_as: str) -> None:
    """Become a process of one database role: start the private server if needed, set Django up."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bascule.config.settings")
    os.environ["BASCULE_RUN_AS"] = run_as
    if is_private():
        os.environ.update(private_settings())
    import django

    django.setup()


def private_settings() -> dict[str, str]:
    """Start (or join) the private server and return the settings that reach it."""
    from bascule.ops.cluster.database import prepare_database
    from bascule.ops.cluster.launcher import run_cluster

    cluster = run_cluster(instance())
    prepare_database(cluster, DATABASE)
    return {
        "BASCULE_SOCKET": str(cluster.places.socket),
        "BASCULE_PASSWORDS": str(cluster.places.home / "secrets"),
        "BASCULE_DATABASE": DATABASE,
        "BASCULE_HOME": str(cluster.places.home),
    }


def home() -> Path:
    """Return the folder of this instance: snapshots, generated files, backups."""
    return Path(os.environ["BASCULE_HOME"])


def run_verb(*words: str, settings: Mapping[str, str] | None = None) -> None:
    """Run another verb as a process of its own, with its own role; raise where it fails."""
    command = [sys.executable, "-m", "bascule.ops.command_line", *words]
    subprocess.run(command, check=True, env={**os.environ, **(settings or {})})  # noqa: S603


@dataclass(frozen=True)
class ServingProcess:
    """What serves people: the serving role's settings and, as root, another user's runtime."""

    python: str
    settings: dict[str, str]
    runtime: "Runtime | None"

    def become(self, *words: str) -> None:
        """Give rights away and turn this process into `python *words`; does not return."""
        if self.runtime is not None:
            self.runtime.step_down()
        os.execve(self.python, [self.python, *words], self.settings)  # noqa: S606 - ours

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        """Start `python *words` beside this process, with the rights of the serving user."""
        step_down = self.runtime.step_down if self.runtime else None
        return subprocess.Popen(  # noqa: S603 - ours
            [self.python, *words], env=self.settings, stdin=subprocess.DEVNULL, close_fds=False,
            preexec_fn=step_down,
        )  # fmt: skip


def _mail_folder(home: Path, runtime: "Runtime | None") -> Path:
    """Make the folder into which the private mode writes its mail, for the serving user alone."""
    folder = home / "mail"
    folder.mkdir(mode=0o700, exist_ok=True)
    if runtime is not None:
        os.chown(folder, runtime.user.pw_uid, runtime.user.pw_gid)
    return folder


def serving_process() -> ServingProcess:
    """Prepare a process of the serving role; as root, it will run as the serving user."""
    from bascule.ops.cluster.places import WEB_USER, is_root
    from bascule.ops.runtime import runtime_for

    settings = {**os.environ, **(private_settings() if is_private() else {})}
    settings["BASCULE_RUN_AS"] = "app"
    settings["DJANGO_SETTINGS_MODULE"] = "bascule.config.settings"
    runtime = runtime_for(WEB_USER) if is_root() else None
    if is_private():
        settings["BASCULE_MAIL_FOLDER"] = str(_mail_folder(Path(settings["BASCULE_HOME"]), runtime))
    if runtime is None:
        return ServingProcess(sys.executable, settings, None)
    settings.update(runtime.environment, HOME="/nonexistent")
    return ServingProcess(runtime.python, settings, runtime)
