-- Which students does this account see by necessity at this instant?
-- Runs as the role of the sweep: it is asked while the scope is still being found out.
create function access_elevated(the_user bigint, the_now timestamptz) returns uuid[]
language sql stable security definer
set search_path = public, pg_temp
as $$
  select coalesce(array_agg(distinct student), '{}')
  from access_elevation
  where user_id = the_user and started_at <= the_now and ends_at > the_now
$$;
