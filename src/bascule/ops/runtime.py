"""A runtime that another user may read, where checkout, environment and Python lie under root.

A serving process gives its rights away, and then cannot enter a folder that only root may. Where
that is so, the interpreter, the installed packages and our source are linked (or copied) once
per version under /var/lib/bascule; the source anew at each start.
"""

import compileall
import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import sysconfig
import time
from dataclasses import dataclass, field
from pathlib import Path

from bascule.ops.cluster.places import ROOT_HOME

SOURCE = Path(__file__).resolve().parents[2]
A_DAY = 24 * 60 * 60
_LEFT_OUT = shutil.ignore_patterns("test", "tests", "idlelib", "*.a")


@dataclass(frozen=True)
class Runtime:
    """An interpreter that `user` can run, and the environment it needs."""

    user: pwd.struct_passwd
    python: str
    environment: dict[str, str] = field(default_factory=dict)

    def step_down(self) -> None:
        """Give this process to the user, for good."""
        groups = os.getgrouplist(self.user.pw_name, self.user.pw_gid)
        os.chdir("/")
        os.setgroups(groups)
        os.setgid(self.user.pw_gid)
        os.setuid(self.user.pw_uid)


def runtime_for(name: str) -> Runtime:
    """Return a runtime that the user `name` can read: the present one where that is possible."""
    user = pwd.getpwnam(name)
    if _can_run(user):
        return Runtime(user, sys.executable)
    folder = _mirrored()
    source = _copied_source(folder)
    prefix = folder / "python"
    return Runtime(
        user,
        str(prefix / "bin" / Path(sys.base_prefix, "bin", _python_name()).name),
        {
            "PYTHONHOME": str(prefix),
            "LD_LIBRARY_PATH": str(prefix / "lib"),  # its own libpython, not the machine's
            "PYTHONPATH": f"{source}:{folder / 'packages'}",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
    )


def _python_name() -> str:
    return f"python{sys.version_info.major}.{sys.version_info.minor}"


def _can_run(user: pwd.struct_passwd) -> bool:
    trial = [sys.executable, "-c", "import django, bascule.kernel.environment"]
    try:
        tried = subprocess.run(  # noqa: S603 - our own interpreter
            trial, user=user.pw_uid, group=user.pw_gid, extra_groups=[], cwd="/",
            capture_output=True, env={"PATH": "/usr/bin:/bin"},
        )  # fmt: skip
    except PermissionError:
        return False
    return tried.returncode == 0


def _mirrored() -> Path:
    """Link interpreter and packages, once per version."""
    packages = Path(sysconfig.get_path("purelib"))
    installed = sorted(path.name for path in packages.glob("*.dist-info"))
    key = hashlib.sha256(repr((sys.version, sys.base_prefix, installed)).encode()).hexdigest()[:16]
    folder = ROOT_HOME / "runtime" / key
    if not folder.exists():
        fresh = folder.with_name(f"{key}.{os.getpid()}")
        shutil.rmtree(fresh, ignore_errors=True)
        stdlib = Path(sysconfig.get_path("stdlib"))
        below = stdlib.relative_to(sys.base_prefix)
        _link_tree(stdlib, fresh / "python" / below, skip="site-packages")
        _link_tree(packages, fresh / "packages")
        _link_interpreter(fresh / "python")
        fresh.rename(folder)
    return folder


def _link_tree(source: Path, target: Path, skip: str = "") -> None:
    def left_out(place: str, names: list[str]) -> set[str]:
        return set(_LEFT_OUT(place, names)) | ({skip} if skip in names else set())

    shutil.copytree(source, target, ignore=left_out, copy_function=_link, symlinks=True)
    for path in [target, *(each for each in target.rglob("*") if each.is_dir())]:
        path.chmod(0o755)


def _link(source: str, target: str) -> str:
    """Link a file that everybody may read; copy any other, readable."""
    if os.stat(source).st_mode & 0o004:  # noqa: PTH116
        try:
            os.link(source, target)
            return target
        except OSError:  # another file system
            pass
    shutil.copyfile(source, target)
    Path(target).chmod(0o755 if os.access(source, os.X_OK) else 0o644)
    return target


def _link_interpreter(prefix: Path) -> None:
    (prefix / "bin").mkdir(parents=True)
    real = Path(os.path.realpath(sys.executable))
    _link(str(real), str(prefix / "bin" / _python_name()))
    for library in Path(sys.base_prefix, "lib").glob("libpython*"):
        _link(str(library), str(prefix / "lib" / library.name))
    for folder in (prefix, prefix / "bin", prefix / "lib"):
        folder.chmod(0o755)


def _copied_source(folder: Path) -> Path:
    """Copy our source once per state of it: what runs from an older copy keeps that copy."""
    files = sorted(path for path in SOURCE.rglob("*") if path.suffix != ".pyc" and path.is_file())
    told = [(str(path.relative_to(SOURCE)), path.stat().st_mtime_ns) for path in files]
    target = folder / f"source-{hashlib.sha256(repr(told).encode()).hexdigest()[:16]}"
    if target.exists():
        return target
    fresh = folder / f"fresh.{os.getpid()}"
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(SOURCE, fresh, ignore=shutil.ignore_patterns("__pycache__"))
    compileall.compile_dir(fresh, quiet=1)
    for path in [fresh, *fresh.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    os.utime(fresh)  # its age counts from now, not from our source's folder
    try:
        fresh.rename(target)
    except OSError:  # another process of ours was faster
        shutil.rmtree(fresh)
    _forget_old_sources(folder, target)
    return target


def _forget_old_sources(folder: Path, kept: Path) -> None:
    """Remove copies older than a day: nothing that starts today uses them."""
    for path in folder.glob("source-*"):
        if path != kept and path.stat().st_mtime < time.time() - A_DAY:
            shutil.rmtree(path, ignore_errors=True)
