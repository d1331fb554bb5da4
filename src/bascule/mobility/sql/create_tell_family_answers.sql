-- What did families say to seats that are still offered, and who owns the case and was not told yet?
-- Runs as the role of the sweep, which sees cases and writes notices. Once for each offer; what was
-- answered otherwise after the notice is told again.
create function mobility_tell_family_answers(the_now timestamptz) returns bigint
language sql volatile security definer
set search_path = public, pg_temp
as $$
  with latest as (
    select file.id, file.revision, file.owner_id, max(said.at) as at
    from mobility_familyanswer said
    join cases_casefile file on file.id = said.case_id and file.revision = said.revision
    where file.closed_at is null
    group by file.id
  ),
  told as (
    insert into cases_notice (id, kind, case_id, revision, position_id, at)
    select gen_random_uuid(), 'family', latest.id, latest.revision, latest.owner_id, the_now
    from latest
    where not exists (
      select from cases_notice known
      where known.case_id = latest.id and known.kind = 'family'
        and known.revision = latest.revision and known.at >= latest.at
    )
    on conflict (case_id, kind, revision)
    do update set at = excluded.at, seen_at = null, seen_by = null
    returning 1
  )
  select count(*) from told
$$;
