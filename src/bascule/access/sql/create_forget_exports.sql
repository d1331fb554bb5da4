-- Which files may nobody take any more, and when are they gone? Runs as the role of the sweep.
create function access_forget_exports(the_now timestamptz) returns bigint
language sql volatile security definer
set search_path = public, pg_temp
as $$
  with gone as (
    delete from access_export
    where expires_at <= the_now or asked_at < the_now - interval '2 days'
    returning 1
  )
  select count(*) from gone
$$;
