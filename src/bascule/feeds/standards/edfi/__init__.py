"""Ed-Fi 5.2 bulk XML: reads four interchanges, writes two; refuses the others by name.

Read: Student, EducationOrganization, StudentEnrollment, StudentAttendance. Written, valid against
Ed-Fi's own XSD: StudentEnrollment, StudentAttendance. See ADR 0022.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bascule.feeds.reading import Mode
from bascule.feeds.standards.edfi.interchange import interchange_of
from bascule.feeds.standards.edfi.package import EdFiPackage
from bascule.feeds.targets import LOAD_ORDER, TARGETS

_FED = {"organization", "student", "demographics", "course", "enrollment_claim", "attendance_event"}
_NOT_OWNED = {
    "organization": {"identifier", "latitude", "longitude", "community_area", "enrollment"},
    "student": {"username", "email", "sms", "phone", "user_ids", "enabled", "pronouns"},
}


@dataclass(frozen=True)
class EdFi:
    """The standard `edfi` (see the module)."""

    key: str = "edfi"
    title: str = "Ed-Fi 5.2 XML interchanges"
    targets: tuple[str, ...] = tuple(target for target in LOAD_ORDER if target in _FED)

    @property
    def owns(self) -> Mapping[str, frozenset[str]]:
        """Return the columns the feed owns: what its interchanges can report."""
        return {
            key: frozenset(TARGETS[key].names) - _NOT_OWNED.get(key, set()) for key in self.targets
        }

    def recognizes(self, path: Path) -> bool:
        """Say whether the path is an Ed-Fi interchange or a folder that holds one."""
        if path.is_dir():
            return any(interchange_of(child) for child in path.glob("*.xml"))
        return path.suffix.lower() == ".xml" and path.is_file() and bool(interchange_of(path))

    def open(
        self, path: Path, *, strict: bool = False, options: Mapping[str, str] | None = None
    ) -> EdFiPackage:
        """Open files. Options: `mode=bulk` for complete files; `exit_dates=exclusive` where the
        state counts the exit date as the first day away."""
        chosen = options or {}
        mode: Mode = "bulk" if chosen.get("mode") == "bulk" else "delta"
        return EdFiPackage(path, strict, mode, chosen.get("exit_dates") == "exclusive")


STANDARD = EdFi()
"""The one instance that is registered."""
