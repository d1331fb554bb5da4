-- Which cases are new, newly late, or owned by nobody on duty, and who has not been told yet?
-- Runs as a role that sees cases and writes notices and can do nothing else. Whether a case is
-- late is compared with now, so that an alarm missed for a day is fired by the next run; and once
-- for each entry into a state, whatever runs twice or side by side.
create function cases_fire_alarms(the_now timestamptz, the_day date) returns bigint
language sql volatile security definer
set search_path = public, pg_temp
as $$
  with found as (
    select 'opened' as kind, id, 1 as revision, owner_id as position_id
    from cases_casefile
    where closed_at is null and opened_at > the_now - interval '7 days' and opened_at <= the_now
    union all
    select 'late', id, revision, owner_id
    from cases_casefile
    where closed_at is null and due_at < the_now
    union all
    select 'unstaffed', cases.id, cases.revision, null
    from cases_casefile cases
    join directory_duty_roster(the_day) duty on duty.position_id = cases.owner_id
    where cases.closed_at is null and duty.person_id is null
  ),
  told as (
    insert into cases_notice (id, kind, case_id, revision, position_id, at)
    select gen_random_uuid(), found.kind, found.id, found.revision, found.position_id, the_now
    from found
    where not exists (
      select from cases_notice known
      where known.case_id = found.id and known.kind = found.kind
        and known.revision = found.revision
    )
    on conflict do nothing
    returning 1
  )
  select count(*) from told
$$;
