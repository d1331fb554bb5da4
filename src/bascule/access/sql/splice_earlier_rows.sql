-- What was before a run, as runs after it shall know it once that run is taken back?
update access_earlierrow later
set was = coalesce(
  (select mine.was from access_earlierrow mine
   where mine.table_name = %(table)s and mine.replaced_at = %(run)s
     and mine.row_id = later.row_id),
  later.was || jsonb_build_object('ended_at', %(at)s::timestamptz, 'changed_at', %(at)s::timestamptz)
)
where later.table_name = %(table)s and later.replaced_at > %(run)s
  and (later.was ->> 'changed_at')::timestamptz = %(run)s
