"""Migration operations: whose reported rows were changed by other hands than their feed's?

A feed's rows that say what they said are not read again (`feeds.sifting`), so a row that anybody
else changes in a column that the feed owns is noted: its feed's word is asked again. What a merge
writes bears the instant of its run; whoever leaves that instant is somebody else.
"""

from django.db.migrations.operations import RunSQL

NOTE = """
create function directory_note_touched() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$ begin
  insert into directory_touchedrow (table_name, source, source_key)
  values (tg_table_name, new.source, new.source_key);
  return null;
end $$
"""


def touched_rows_noted(table: str, *columns: str) -> RunSQL:
    """Note a row of `table` when one of `columns` changes by other hands than a merge."""
    return RunSQL(
        f"create trigger note_touched after update on {table} for each row when"
        " (old.changed_at is not distinct from new.changed_at"
        f" and {_row('old', columns)} is distinct from {_row('new', columns)})"
        " execute function directory_note_touched()",
        f"drop trigger note_touched on {table}",
    )


FORGET = """
create function bascule_forget_row_digest() returns trigger
language plpgsql set search_path = public, pg_temp
as $$ begin new.row_digest := null; return new; end $$
"""
"""Until `directory_note_touched` came, each row held a digest and lost it."""


def digest_forgotten_with(table: str, *columns: str) -> RunSQL:
    """Take a row's digest away when one of `columns` changes (until migration 0041)."""
    return RunSQL(
        f"create trigger forget_row_digest before update on {table} for each row when"
        " (old.row_digest is not distinct from new.row_digest and old.row_digest is not null"
        f" and {_row('old', columns)} is distinct from {_row('new', columns)})"
        " execute function bascule_forget_row_digest()",
        f"drop trigger forget_row_digest on {table}",
    )


def _row(alias: str, columns: tuple[str, ...]) -> str:
    return f"row({', '.join(f'{alias}.{column}' for column in columns)})"
