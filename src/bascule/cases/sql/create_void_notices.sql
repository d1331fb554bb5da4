-- Which unseen notices hold no more: of a closed case, or of a state that the case has left?
create function cases_void_notices(the_now timestamptz) returns bigint
language sql volatile security definer
set search_path = public, pg_temp
as $$
  with void as (
    update cases_notice notice
    set void_at = the_now
    from cases_casefile cases
    where cases.id = notice.case_id and notice.seen_at is null and notice.void_at is null
      and (
        cases.closed_at is not null
        or notice.kind in ('late', 'unstaffed', 'family') and notice.revision <> cases.revision
      )
    returning 1
  )
  select count(*) from void
$$;
