"""The zip or folder that a OneRoster package comes in: what lies in it and what should not.

Nothing is unpacked: files are read from the zip as streams, so no name can lead outside.
Rules: standards.md 1.2 (one zip, all files at the root, exact names, each once).
"""

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from bascule.feeds.reading import Reason, Severity
from bascule.feeds.standards.oneroster.columns import DATA_FILES

MANIFEST = "manifest.csv"
CATALOG = {MANIFEST, *(file.file_name for file in DATA_FILES.values())}
MAX_BYTES = 16 << 30
MAX_RATIO = 1_000

Opener = Callable[[], BinaryIO]


@dataclass
class Contents:
    """The catalog files of a package by exact name, and what is wrong with its layout."""

    openers: dict[str, Opener] = field(default_factory=dict)
    reasons: list[Reason] = field(default_factory=list)

    def open(self, file_name: str) -> BinaryIO:
        """Open one file of the package as a stream of bytes."""
        return self.openers[file_name]()


def looks_like_package(path: Path) -> bool:
    """Say whether a zip or folder holds files of the catalog.

    A manifest alone in a folder may be anybody's: there, a data file must lie beside it.
    """
    lower = {name.lower() for name in CATALOG}
    if path.is_dir():
        names = [child.name for child in path.iterdir() if child.name.lower() != MANIFEST]
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            names = [PurePosixPath(name).name for name in archive.namelist()]
    else:
        return path.suffix.lower() == ".zip"
    return any(name.lower() in lower for name in names)


def contents_of(path: Path, *, strict: bool) -> Contents:
    """List a package. Strict reports every deviation as an error; tolerant reads past harmless
    ones (an inner folder, system files, another case) and warns."""
    found = Contents()
    members = _folder_members(path) if path.is_dir() else _zip_members(path, found, strict=strict)
    listed = list(members)
    root = PurePosixPath() if strict else _inner_root([name for name, _ in listed])
    if root != PurePosixPath():
        text = f"The files lie in the folder “{root}”. Zip the files themselves, not the folder."
        found.reasons.append(Reason(path.name, None, None, "nested-file", text, "warning"))
    for name, opener in listed:
        _place(found, name, opener, root, "error" if strict else "warning")
    return found


def _folder_members(path: Path) -> Iterator[tuple[str, Opener]]:
    for child in sorted(path.rglob("*")):
        if child.is_file():
            yield child.relative_to(path).as_posix(), _file_opener(child)


def _file_opener(path: Path) -> Opener:
    return lambda: path.open("rb")


def _zip_members(path: Path, found: Contents, *, strict: bool) -> list[tuple[str, Opener]]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        text = f"The zip cannot be opened ({error}). Create it again."
        found.reasons.append(Reason(path.name, None, None, "damaged-zip", text))
        return []
    members: list[tuple[str, Opener]] = []
    with archive:
        for info in archive.infolist():
            found.reasons.extend(_member_reasons(info, strict=strict))
            members.append((info.filename, _member_opener(path, info)))
        if sum(info.file_size for info in archive.infolist()) > MAX_BYTES:
            text = f"The zip unpacks to more than {MAX_BYTES >> 30} GB."
            found.reasons.append(Reason(path.name, None, None, "too-large", text))
    return members


def _member_opener(path: Path, info: zipfile.ZipInfo) -> Opener:
    return lambda: cast(BinaryIO, zipfile.ZipFile(path).open(info))


def _member_reasons(info: zipfile.ZipInfo, *, strict: bool) -> Iterator[Reason]:
    name = info.filename
    if info.flag_bits & 1:
        yield Reason(name, None, None, "encrypted-file", "The file is encrypted in the zip.")
    elif info.compress_type not in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
        text = "The file is packed by a method other than deflate. Zip it with an ordinary tool."
        yield Reason(name, None, None, "not-deflated", text)
    if info.file_size > MAX_RATIO * max(info.compress_size, 1 << 12):
        text = "The file unpacks to more than 1,000 times its size, as only a harmful one does."
        yield Reason(name, None, None, "too-large", text)
    if strict and info.is_dir():
        text = "The zip holds a folder. All files must lie at its root."
        yield Reason(name, None, None, "nested-file", text)


def _inner_root(names: list[str]) -> PurePosixPath:
    """Return the one folder that holds the manifest where the root holds none."""
    places = {
        PurePosixPath(name).parent
        for name in names
        if PurePosixPath(name).name.lower() == MANIFEST and not _is_system_file(name)
    }
    return places.pop() if len(places) == 1 else PurePosixPath()


def _is_system_file(name: str) -> bool:
    path = PurePosixPath(name)
    return "__MACOSX" in path.parts or path.name.startswith(".") or path.name == "Thumbs.db"


def _place(
    found: Contents, name: str, opener: Opener, root: PurePosixPath, severity: Severity
) -> None:
    """Take one member into the contents, or report why it is not one of the catalog's files."""
    if name.endswith("/"):
        return
    path = PurePosixPath(name.replace("\\", "/"))
    if path.parent != root:
        text = "The file lies in a folder of the package. All files must lie at its root."
        found.reasons.append(Reason(name, None, None, "nested-file", text, severity))
        return
    exact = path.name if path.name in CATALOG else _other_case(path.name)
    if exact is None:
        text = "The file is not one of the 22 files of OneRoster CSV 1.2. Remove it."
        found.reasons.append(Reason(name, None, None, "unknown-file", text, severity))
        return
    if exact != path.name:
        text = f"The file must be named {exact}, in exactly this case."
        found.reasons.append(Reason(name, None, None, "file-name-case", text, severity))
        if severity == "error":
            return
    if exact in found.openers:
        text = "The file stands twice in the package. Keep one."
        found.reasons.append(Reason(name, None, None, "repeated-file", text))
    found.openers.setdefault(exact, opener)


def _other_case(name: str) -> str | None:
    return {known.lower(): known for known in CATALOG}.get(name.lower())
