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


def _row(alias: str, columns: tuple[str, ...]) -> str:
    return f"row({', '.join(f'{alias}.{column}' for column in columns)})"
