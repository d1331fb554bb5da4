-- Which steward has not been told of a record that was opened by necessity?
create function cases_tell_elevations(the_now timestamptz) returns bigint
language sql volatile security definer
set search_path = public, pg_temp
as $$
  with told as (
    insert into cases_notice (id, kind, about, position_id, at)
    select gen_random_uuid(), 'elevation', elevation.id, position.id, the_now
    from access_elevation elevation
    join access_declared_role role on 'review_elevations' = any (role.permissions)
    join directory_position position on position.role = role.key
    where elevation.started_at between the_now - interval '7 days' and the_now
      and not exists (
        select from cases_notice known
        where known.about = elevation.id and known.position_id = position.id
      )
    on conflict do nothing
    returning 1
  )
  select count(*) from told
$$;
