"""The standards that Bascule reads, and which of them a path is.

To add one, write a module here with a `Standard` and list it below; staging, mapping report,
brakes, quarantine and history follow from its declaration.
"""

from contextlib import suppress
from pathlib import Path

from bascule.feeds.reading import Reason, Standard
from bascule.feeds.standards.daily_files import DAILY_FILES
from bascule.feeds.standards.edfi import STANDARD as EDFI
from bascule.feeds.standards.oneroster import STANDARD as ONEROSTER
from bascule.feeds.standards.school_spine import STANDARD as SCHOOL_SPINE
from bascule.feeds.standards.sis_ew import STANDARD as SIS_ENTRY_WITHDRAWAL

STANDARDS: tuple[Standard, ...] = (
    SCHOOL_SPINE,
    ONEROSTER,
    EDFI,
    SIS_ENTRY_WITHDRAWAL,
    *DAILY_FILES,
)


class UnrecognizedFileError(ValueError):
    """No standard recognizes the path; `reason` says what was looked for."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.message)
        self.reason = reason


def recognize(path: Path) -> Standard:
    """Return the first standard that recognizes `path`, by its names and headers alone.

    Raises UnrecognizedFileError with a sentence that lists what can be read.
    """
    if not path.exists():
        message = f"There is no file or folder {path}."
        raise UnrecognizedFileError(Reason(path.name, None, None, "no-such-file", message))
    for standard in STANDARDS:
        if standard.recognizes(path):
            return standard
    known = ", ".join(standard.title for standard in STANDARDS)
    message = f"{path.name} is none of the formats that can be loaded: {known}."
    raise UnrecognizedFileError(Reason(path.name, None, None, "unrecognized-file", message))


def recognized_in(folder: Path) -> list[tuple[Path, Standard]]:
    """Return the files and packages in a folder that a standard recognizes, in load order.

    What no standard recognizes is left out: notes and mapping files may lie beside the feeds.
    """
    found: list[tuple[Path, Standard]] = []
    for path in sorted(folder.iterdir()):
        with suppress(UnrecognizedFileError):
            found.append((path, recognize(path)))
    return sorted(found, key=lambda item: STANDARDS.index(item[1]))


def standard_named(key: str) -> Standard:
    """Return the standard with this key; raises KeyError where there is none."""
    return {standard.key: standard for standard in STANDARDS}[key]
