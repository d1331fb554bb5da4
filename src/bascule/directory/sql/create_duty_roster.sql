-- Who could be on duty for every position on a day, in the declared order of cover, and who is it?
-- The order stands in `directory_cover_candidates` alone. It has no setting of its own, so that
-- PostgreSQL puts it into the question that is asked: of some positions, or of one person. Each
-- question is planned once a connection: to plan it takes ten times as long as to answer it.
create or replace function directory_cover_candidates(the_day date)
returns table (
  position_id bigint, person_id bigint, rank integer, place bigint, because text, until date
)
language sql stable
begin atomic
  with away as not materialized (
    select person_id, cover_id, ends_on
    from directory_absence
    where starts_on <= the_day and (ends_on is null or ends_on >= the_day)
  ),
  holder as not materialized (
    select position_id, person_id
    from directory_assignment
    where starts_on <= the_day and (ends_on is null or ends_on >= the_day)
  ),
  present as not materialized (
    select position_id, person_id from holder
    where not exists (select from away where away.person_id = holder.person_id)
  )
  select position_id, person_id, 1 as rank, 0::bigint as place, 'holder' as because,
         null::date as until
  from present
  union all
  select holder.position_id, away.cover_id, 2, 0, 'cover', away.ends_on
  from holder join away using (person_id)
  where away.cover_id is not null
    and not exists (select from away too where too.person_id = away.cover_id)
  union all
  select position.id, present.person_id, 3, 0, 'backup', away.ends_on
  from directory_position position
  join present on present.position_id = position.backup_id
  left join holder on holder.position_id = position.id
  left join away on away.person_id = holder.person_id
  union all
  select position.id, present.person_id, 4, next_in_line.id, 'next_in_line', null
  from directory_position position
  join directory_position next_in_line
    on next_in_line.role = position.role
   and next_in_line.organization_id = position.organization_id
   and next_in_line.id <> position.id
  join present on present.position_id = next_in_line.id
  union all
  select position.id, present.person_id, 5, lead.id, 'lead', null
  from directory_position position
  join directory_position lead on lead.role = 'mobility_lead' and lead.id <> position.id
  join present on present.position_id = lead.id
  where position.role in ('transition_specialist', 'options_desk')
  union all
  select position.id, present.person_id, 6, desk.id, 'desk', null
  from directory_position position
  join directory_position desk on desk.role = 'options_desk' and desk.id <> position.id
  join present on present.position_id = desk.id
  where position.role in ('transition_specialist', 'mobility_lead')
  union all
  select id, null, 9, 0, 'nobody', null from directory_position;
end;

-- All positions.
create or replace function directory_duty_roster(the_day date)
returns table (position_id bigint, person_id bigint, because text, until date)
language plpgsql stable
set search_path = public, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
  select distinct on (candidate.position_id)
         candidate.position_id, candidate.person_id, candidate.because, candidate.until
  from directory_cover_candidates(the_day) candidate
  order by candidate.position_id, candidate.rank, candidate.place;
end
$$;

-- Some positions: what a page asks.
create or replace function directory_duty_of(the_positions bigint[], the_day date)
returns table (position_id bigint, person_id bigint, because text, until date)
language plpgsql stable rows 10
set search_path = public, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
  select distinct on (candidate.position_id)
         candidate.position_id, candidate.person_id, candidate.because, candidate.until
  from directory_cover_candidates(the_day) candidate
  where candidate.position_id = any (the_positions)
  order by candidate.position_id, candidate.rank, candidate.place;
end
$$;

-- One person: for which positions is this person on duty?
create or replace function directory_on_duty_for(the_person bigint, the_day date)
returns table (position_id bigint)
language plpgsql stable rows 10
set search_path = public, pg_temp
set plan_cache_mode = force_generic_plan
as $$
declare
  possible bigint[];
begin
  select array_agg(candidate.position_id) into possible
  from directory_cover_candidates(the_day) candidate
  where candidate.person_id = the_person;
  return query
  select duty.position_id from directory_duty_of(possible, the_day) duty
  where duty.person_id = the_person;
end
$$;
