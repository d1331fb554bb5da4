"""OneRoster CSV 1.2 (binding 1.2.1): consumer of bulk and delta rostering sets; reads 1.1.

Strict judges a package by the letter; tolerant reads past harmless deviations with a warning.
Gradebook and resource files are checked and not loaded. See ADR 0021.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bascule.feeds.standards.oneroster.canonical import FILE_TARGETS
from bascule.feeds.standards.oneroster.container import looks_like_package
from bascule.feeds.standards.oneroster.package import OneRosterPackage
from bascule.feeds.targets import LOAD_ORDER, TARGETS

_FED = {target for targets in FILE_TARGETS.values() for target in targets}
_ORGANIZATION = frozenset({"name", "kind", "identifier", "parent_key"})


@dataclass(frozen=True)
class OneRoster:
    """The standard `oneroster` (see the module)."""

    key: str = "oneroster"
    title: str = "OneRoster CSV 1.2 (zip or folder)"
    targets: tuple[str, ...] = tuple(target for target in LOAD_ORDER if target in _FED)

    @property
    def owns(self) -> Mapping[str, frozenset[str]]:
        """Return the columns the feed owns: all it can report, but not where a school lies."""
        return {
            key: _ORGANIZATION if key == "organization" else frozenset(TARGETS[key].names)
            for key in self.targets
        }

    def recognizes(self, path: Path) -> bool:
        """Say whether the path is a zip or folder with a manifest or files of the catalog."""
        return (
            path.exists()
            and (path.is_dir() or path.suffix.lower() == ".zip")
            and (looks_like_package(path))
        )

    def open(
        self, path: Path, *, strict: bool = False, options: Mapping[str, str] | None = None
    ) -> OneRosterPackage:
        """Open a package. Option `enrollment_claims=roles`: the source has no E/W rows, so its
        student roles with dates are the claims."""
        claims = (options or {}).get("enrollment_claims") == "roles"
        return OneRosterPackage(path, strict, claims_from_roles=claims)


STANDARD = OneRoster()
"""The one instance that is registered."""
