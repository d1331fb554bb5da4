-- Which days are in session, as the staged calendar says? One school's rows replace that school's.
with spoken_for as (
  select distinct school.id as organization_id
  from stage.calendar_day staged
  left join directory_organization school
    on school.source = %(source)s and school.source_key = staged.school_key
),
span as (select min(day_on::date) as first, max(day_on::date) as last from stage.calendar_day),
gone as (
  delete from directory_calendarday known
  using spoken_for, span
  where known.organization_id is not distinct from spoken_for.organization_id
    and known.day between span.first and span.last
    and not exists (
      select from stage.calendar_day staged
      left join directory_organization school
        on school.source = %(source)s and school.source_key = staged.school_key
      where school.id is not distinct from known.organization_id
        and staged.day_on::date = known.day and staged.kind in ('school_day', 'half_day')
    )
  returning 1
),
added as (
  insert into directory_calendarday (organization_id, day)
  select school.id, staged.day_on::date
  from stage.calendar_day staged
  left join directory_organization school
    on school.source = %(source)s and school.source_key = staged.school_key
  where staged.kind in ('school_day', 'half_day')
  on conflict do nothing
  returning 1
)
select (select count(*) from added), (select count(*) from gone)
