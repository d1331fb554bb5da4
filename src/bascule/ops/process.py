"""How one process gets its database role and Django: chosen once, before anything is imported."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

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
