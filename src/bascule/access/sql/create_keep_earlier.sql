-- What did a row hold before a feed changed it? Only what a feed writes has another `changed_at`.
-- Of what a statement changed the planner knows no number, and keeps its first plan for the session:
-- joined row by row, 10,000 changed rows were compared 100,000,000 times.
create function access_keep_earlier() returns trigger
language plpgsql security definer set search_path = public, pg_temp set enable_nestloop = off
as $$
begin
  if current_setting('bascule.restoring', true) = 'on' then
    return null; -- what is taken back is no new state
  end if;
  insert into access_earlierrow (table_name, row_id, was, replaced_at)
  select tg_table_name, earlier.id, to_jsonb(earlier), later.changed_at
  from earlier join later using (id)
  where later.changed_at is distinct from earlier.changed_at;
  return null;
end
$$;
