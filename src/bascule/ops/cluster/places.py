"""Where a private cluster lives: folders, users and the passwords of its roles."""

import os
import pwd
import secrets
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT_HOME = Path("/var/lib/bascule")
SERVER_USER = "bascule"
WEB_USER = "bascule-web"
SOCKET_LIMIT = 93  # bytes a socket folder's path may have


class ClusterError(RuntimeError):
    """The private cluster cannot run; the message says what a person can do about it."""


@dataclass(frozen=True)
class Places:
    """The folders of one instance ("demo", "test", ...) and the user that its server runs as."""

    instance: str
    home: Path
    socket: Path
    server_uid: int | None
    server_gid: int | None

    @property
    def data(self) -> Path:
        """The data folder of the server, 0700."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """What the server printed."""
        return self.home / "server.log"

    @property
    def supervisor(self) -> Path:
        """The process id of the supervisor that runs the server."""
        return self.home / "supervisor.pid"

    @property
    def lease(self) -> Path:
        """Held shared by every process that needs the server."""
        return self.home / "lease"

    @property
    def start_lock(self) -> Path:
        """Held by the one process that may start the server."""
        return self.home / "start.lock"

    def secret(self, role: str) -> Path:
        """The file with one role's password."""
        return self.home / "secrets" / role


def is_root() -> bool:
    """Say whether this process may change users."""
    return os.geteuid() == 0


def places_of(instance: str) -> Places:
    """Return the folders of `instance`, made if absent; as root they lie under /var/lib/bascule."""
    if is_root():
        return _places_as_root(instance)
    default = Path.home() / ".local" / "share"
    home = Path(os.environ.get("XDG_DATA_HOME") or default) / "bascule" / instance
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    socket = Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp") / f"bascule-{os.getuid()}-{instance}"  # noqa: S108 - made 0700 and ours alone, below
    _make_private(socket)
    return _checked(Places(instance, home, socket, None, None))


def _places_as_root(instance: str) -> Places:
    user = _system_user(SERVER_USER)
    _system_user(WEB_USER, groups=SERVER_USER)
    home = ROOT_HOME / instance
    home.mkdir(parents=True, exist_ok=True)
    for folder in (ROOT_HOME, home):
        folder.chmod(0o755)
    socket = home / "s"
    socket.mkdir(exist_ok=True)
    os.chown(socket, user.pw_uid, user.pw_gid)
    socket.chmod(0o750)
    return _checked(Places(instance, home, socket, user.pw_uid, user.pw_gid))


def _checked(places: Places) -> Places:
    if len(os.fsencode(places.socket)) > SOCKET_LIMIT:
        raise ClusterError(f"the socket folder {places.socket} is over {SOCKET_LIMIT} bytes long")
    folder = places.home / "secrets"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755 if is_root() else 0o700)
    return places


def _make_private(folder: Path) -> None:
    folder.mkdir(exist_ok=True, mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise ClusterError(f"{folder} belongs to somebody else; remove it and try again")
    folder.chmod(0o700)


def _system_user(name: str, groups: str = "") -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        command = ["useradd", "--system", "--user-group", "--no-create-home"]
        command += ["--shell", "/usr/sbin/nologin"] + (["--groups", groups] if groups else [])
        made = subprocess.run([*command, name], capture_output=True, text=True)  # noqa: S603 - our own fixed command
        if made.returncode not in (0, 9):  # 9: another process made it meanwhile
            raise ClusterError(f"cannot make the system user {name}: {made.stderr}") from None
        return pwd.getpwnam(name)


def password_of(places: Places, role: str, *, readable_by_web: bool = False) -> str:
    """Return the password of `role`, made once; its file is 0600, or 0640 for the serving group."""
    path = places.secret(role)
    if not path.exists():
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(32), encoding="ascii")
        if readable_by_web and is_root():
            os.chown(fresh, 0, pwd.getpwnam(WEB_USER).pw_gid)
            fresh.chmod(0o640)
        fresh.rename(path)
    return path.read_text(encoding="ascii")
