-- Who is on duty for every position on a day: the declared order of cover, in one function?
create function directory_duty_roster(the_day date)
returns table (position_id bigint, person_id bigint, because text, until date)
language sql stable
set search_path = public, pg_temp
as $$
  with away as (
    select person_id, cover_id, ends_on
    from directory_absence
    where starts_on <= the_day and (ends_on is null or ends_on >= the_day)
  ),
  holder as (
    select position_id, person_id
    from directory_assignment
    where starts_on <= the_day and (ends_on is null or ends_on >= the_day)
  ),
  present as (
    select position_id, person_id from holder
    where person_id not in (select person_id from away)
  ),
  candidate as (
    select position_id, person_id, 1 as rank, 0::bigint as place, 'holder' as because,
           null::date as until
    from present
    union all
    select holder.position_id, away.cover_id, 2, 0, 'cover', away.ends_on
    from holder join away using (person_id)
    where away.cover_id is not null and away.cover_id not in (select person_id from away)
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
    select id, null, 9, 0, 'nobody', null from directory_position
  )
  select distinct on (candidate.position_id)
         candidate.position_id, candidate.person_id, candidate.because, candidate.until
  from candidate
  order by candidate.position_id, rank, place
$$;
