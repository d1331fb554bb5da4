"""Which staged rows say what they said when they were last merged? Those are not looked at again.

A merged row keeps a digest of the staged row it came from. The next night the digests are compared
first, and only rows whose digest differs are resolved and merged: of a large package, the few that
changed. A row in which anybody changes a column that the feed owns loses its digest, so that the
feed's word is asked again; so does every row when the way in which rows are resolved changes.
"""

from collections.abc import Sequence
from zlib import crc32

from django.db.migrations.operations import RunSQL

FORGET = """
create function bascule_forget_row_digest() returns trigger
language plpgsql set search_path = public, pg_temp
as $$ begin new.row_digest := null; return new; end $$
"""


def digest_of_staged(alias: str, columns: Sequence[str], way: str) -> str:
    """Return SQL for the digest of a staged row: of `columns`, and of the `way` it is resolved."""
    cells = ", ".join(f"{alias}.{column}" for column in columns)
    return f"hashtextextended(row({cells})::text, {crc32(way.encode())})"


def fresh_rows(target: str, table: str, columns: Sequence[str], way: str) -> str:
    """Return the statement that makes `stage.fresh_<target>`: the staged rows that say something
    new, with their digest, and every other row of the same key."""
    return (
        f"create unlogged table stage.fresh_{target} as"
        f" select staged.*, {digest_of_staged('staged', columns, way)} as digest"
        f" from stage.{target} staged where staged.key in ("
        f"select each.key from stage.{target} each left join {table} known"
        " on known.source = %(source)s and known.source_key = each.key"
        " and known.ended_at is null where each.ends"
        f" or known.row_digest is distinct from {digest_of_staged('each', columns, way)})"
    )


def digest_forgotten_with(table: str, *columns: str) -> RunSQL:
    """Take a row's digest away when one of `columns` changes by other hands than a merge."""
    before = ", ".join(f"old.{column}" for column in columns)
    after = ", ".join(f"new.{column}" for column in columns)
    return RunSQL(
        f"create trigger forget_row_digest before update on {table} for each row when"
        " (old.row_digest is not distinct from new.row_digest and old.row_digest is not null"
        f" and row({before}) is distinct from row({after}))"
        " execute function bascule_forget_row_digest()",
        f"drop trigger forget_row_digest on {table}",
    )
