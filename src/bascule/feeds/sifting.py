"""Of the rows that a complete package reports, those go on that say something new.

Each row's digest is compared with that of the source's last run before the row is staged. Rows
that say what they said are counted and not looked at again; what was named the last time and is no
more stands in `stage.gone`. Rows that were kept back, and rows that other hands have changed since,
are new whatever they say. Whatever else writes a target's rows takes its digests away (ADR 0062).
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import connection
from psycopg import Cursor

from bascule.directory.actions import reported as directory
from bascule.directory.models import TouchedRow
from bascule.feeds.models import KeptDigests, Source
from bascule.feeds.row_sieve import VIEWS, Sieve
from bascule.feeds.targets import FEED_OWNED, TARGETS
from bascule.kernel.merge_statements import Merge, way_of
from bascule.roster.actions import reported as roster

if TYPE_CHECKING:
    import pyarrow as pa

_KEEP = """
insert into feeds_keptdigests (source_id, target, way, packed) values (%s, %s, %s, %b)
on conflict (source_id, target) do update set way = excluded.way, packed = excluded.packed
"""  # bytes go beside the statement: inside it, 10 MB would be written and read as 20 MB of text
MERGES: Mapping[str, Merge] = {**directory.MERGES, **roster.MERGES}
SIFTED = frozenset(MERGES) - {"organization", "session"}
"""Not the few rows of organizations and sessions, which look at each other."""
STAGED_WHOLE = frozenset({"attendance_event"})
"""Targets whose unchanged rows are staged too, marked `same`: totals are counted over all."""
LINKS = "guardian_link"
"""Only feeds write links (the application may read them), so that no other hand need be noted."""
PEOPLE = frozenset({"student", "staff", "guardian", LINKS})


def way_to(target: str) -> str:
    """Return a hash of how rows of a target are read into words and taken over."""
    import duckdb

    merge = MERGES[target]
    words = FEED_OWNED[target], TARGETS[target].names, VIEWS, duckdb.__version__
    text = f"{way_of(merge)} {words}"
    return sha256(text.encode()).hexdigest()


def sieves_for(source: str, system: str, targets: Iterable[str]) -> dict[str, Sieve]:
    """Return a sieve for each target that can be sifted, with what was kept of the last run."""
    chosen = SIFTED & set(targets)
    kept = KeptDigests.objects.filter(source__key=source, target__in=chosen)
    found = {each.target: each for each in kept if each.way == way_to(each.target)}
    return {
        target: Sieve(target, _unpacked(found[target], system) if target in found else None)
        for target in sorted(chosen)
    }


def _unpacked(kept: KeptDigests, system: str) -> "pa.Table":
    """Return the kept keys and digests; rows that other hands have changed have digest 0."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.read_table(pa.BufferReader(bytes(kept.packed)))
    touched = _touched(kept.target, system).values_list("source_key", flat=True)
    if not touched:
        return table
    digests = table["digest"].to_numpy().copy()
    digests[pc.is_in(table["key"], pa.array(list(touched), pa.string())).to_numpy()] = 0
    return table.set_column(1, "digest", pa.array(digests, pa.uint64()))


def _touched(target: str, system: str) -> Any:
    return TouchedRow.objects.filter(table_name=MERGES[target].table, source=system)


def void_digests(system: str, targets: Iterable[str]) -> None:
    """Let the next run of every source of a system take over all rows of these targets."""
    KeptDigests.objects.filter(source__system=system, target__in=list(targets)).delete()


def keep_row_digests(
    source: Source, sieves: Mapping[str, Sieve], doubtful: Mapping[str, Iterable[str]]
) -> None:
    """Keep what a complete run said of each target, for the next; `doubtful` keys by target."""
    for target, sieve in sieves.items():
        packed = sieve.packed(doubtful.get(target, ()))
        with Cursor(connection.connection) as cursor:
            cursor.execute(_KEEP, [source.pk, target, way_to(target), packed])
        touched = _touched(target, source.system)
        if touched.exists():
            KeptDigests.objects.filter(source__system=source.system, target=target).exclude(
                source=source
            ).delete()
            touched.delete()


def stage_left_out(sieves: Iterable[Sieve]) -> "pa.Table | None":
    """Say in the stage how many rows of each sifted target were left out; return what is gone."""
    import pyarrow as pa

    sifted = [sieve for sieve in sieves if sieve.kept is not None]
    with connection.cursor() as cursor:
        for sieve in sifted:
            cursor.execute(
                "insert into stage.left_out values (%s, %s)", [sieve.target, sieve.left_out]
            )
    return pa.concat_tables([sieve.gone() for sieve in sifted]).combine_chunks() if sifted else None
