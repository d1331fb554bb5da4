"""Give back what is held, as OneRoster 1.2: all of it, or what changed since an instant.

The rows of each target come from `sql/held_<target>s.sql` in the words of `feeds.targets`. A load
of the same file again changes nothing: what we hold of a row is what its source reported.
"""

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext as _

from bascule.feeds.reading import Row
from bascule.feeds.standards.oneroster.writing import Exported, write_package
from bascule.feeds.turns import keep_loaders_out
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.named_sql import named_sql
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import Refusal

HELD = {
    "organization": "held_organizations",
    "session": "held_sessions",
    "student": "held_students",
    "staff": "held_staff",
    "guardian": "held_guardians",
    "guardian_link": "held_guardian_links",
    "demographics": "held_demographics",
    "school_role": "held_school_roles",
    "course": "held_courses",
    "section": "held_sections",
    "section_enrollment": "held_section_enrollments",
}
"""The SQL that gives the rows of each target that OneRoster has a file for."""

AT_ONCE = 5_000


@transaction.atomic
def export_package(
    actor: Actor,
    *,
    path: Path,
    since: datetime | None = None,
    system: str = "sis",
    at: datetime | None = None,
) -> Exported:
    """Write what is held of `system` to `path`: a zip by its name, or else a folder.

    With `since`, a delta: what a feed wrote after that instant, and what ended. Raises Refusal
    for a folder that holds files already, and ExportRefusedError where the rows held do not make
    a valid package.
    """
    if path.suffix.lower() != ".zip" and path.exists() and any(path.iterdir()):
        raise Refusal(
            "not-empty",
            _("%(path)s holds files already. Name a new folder, or a zip.") % {"path": path},
        )
    keep_loaders_out()
    rows = {target: held_rows(target, system=system, since=since) for target in HELD}
    instant = (at or now()) if since else None
    with _zip_for(path) as target:
        done = write_package(target, rows, mode="delta" if since else "bulk", at=instant)
    record_decision(
        actor, "export_package", kind="package", uuid=None,
        particulars={"system": system, "since": str(since or ""), "rows": done.rows},
    )  # fmt: skip
    return Exported(path, done.rows)


@contextmanager
def _zip_for(path: Path) -> Iterator[Path]:
    """Give the zip to write: `path` itself, or one that is unpacked into the folder `path`."""
    if path.suffix.lower() == ".zip":
        yield path
        return
    path.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        packed = Path(folder) / "package.zip"
        yield packed
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(path)


def held_rows(target: str, *, system: str, since: datetime | None) -> Iterator[Row]:
    """Yield the rows held of a target: all that are live, or those changed after `since`."""
    query = named_sql("feeds", HELD[target])
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, {"source": system, "since": since})
        names: list[str] = []
        while batch := cursor.fetchmany(AT_ONCE):
            names = names or [column[0] for column in cursor.description]
            for key, ends, *cells in batch:
                yield Row(target, "", 0, key, dict(zip(names[2:], cells, strict=True)), ends)
