-- How far did each re-engagement case that was opened between two days come, as known on %(day)s?
-- Restricted cases are left out: the counts are the same for everybody. A stay is looked at on the
-- first school day from the 30th (90th, 180th) day on; credit counts at a school that the student
-- entered since, and is not known where the same year there began before.
with kept as (
  select exists (
    select from roster_programspell spell where spell.program = 'el'
  ) as learners
),
opened as (
  select id, student_id, (opened_at at time zone %(zone)s)::date as opened_on
  from cases_casefile
  where workflow = 'reengagement' and tier = 'student' and absorbed_by_id is null
    and student_id is not null
    and (opened_at at time zone %(zone)s)::date between %(first)s and %(last)s
),
path as (
  select opened.*,
         exists (select from cases_transition step
                 where step.case_id = opened.id and step.to_state = 'intake'
                   and step.undone_at is null) as intake,
         exists (select from cases_note note
                 where note.case_id = opened.id and note.kind = any (%(attempts)s)
                   and note.undone_at is null) as tried,
         (select min((step.at at time zone %(zone)s)::date) from cases_transition step
          where step.case_id = opened.id and step.step = 'confirm_enrollment'
            and step.undone_at is null) as placed_on
  from opened
),
since as (
  select path.*, (
    select array_agg(case when looked_at <= %(day)s then exists (
      select from roster_stint stint
      where stint.student_id = path.student_id and stint.starts_on <= looked_at
        and coalesce(stint.ends_on >= looked_at, true)
    ) end order by days)
    from (values (30), (90), (180)) stay (days)
    left join lateral (
      select min(session.day) as looked_at from directory_calendarday session
      where session.organization_id is null and session.day >= path.placed_on + days
    ) look on true
  ) as stayed
  from path
)
select date_trunc('month', opened_on)::date, tried or intake, intake, placed_on is not null,
       case when placed_on is null then array[null, null, null]::boolean[] else stayed end,
       (
         select bool_or(mark.credits_earned > 0) from roster_mark mark
         where mark.student_id = since.student_id and mark.ended_at is null
           and mark.credits_earned is not null and placed_on is not null
           and mark.school_year >= extract(year from placed_on + interval '6 months')
           and exists (
             select from roster_stint stint
             where stint.student_id = since.student_id and stint.school_id = mark.school_id
               and stint.starts_on >= opened_on and stint.school_year <= mark.school_year
           )
           and not exists (
             select from roster_stint before
             where before.student_id = since.student_id and before.school_id = mark.school_id
               and before.school_year = mark.school_year and before.starts_on < opened_on
           )
       ),
       placed_on is not null and exists (
         select from roster_stint stint
         where stint.student_id = since.student_id and stint.ends_on between opened_on and %(day)s
           and stint.exit_code = any (%(graduated)s)
       ),
       coalesce(case when about.is_hispanic then 'hispanic'
            when about.is_of_two_or_more_races or count.races > 1 then 'two_or_more'
            when about.is_american_indian then 'american_indian'
            when about.is_asian then 'asian' when about.is_black then 'black'
            when about.is_pacific_islander then 'pacific_islander'
            when about.is_white then 'white' end, 'unknown'),
       case when not kept.learners then 'unknown' when exists (
         select from roster_programspell spell
         where spell.student_id = since.student_id and spell.program = 'el'
           and spell.ended_at is null and spell.starts_on <= opened_on
           and coalesce(spell.ends_on >= opened_on, true)
       ) then 'yes' else 'no' end
from since
cross join kept
left join roster_demographics about
  on about.student_id = since.student_id and about.ended_at is null
left join lateral (
  select coalesce(about.is_american_indian::int, 0) + coalesce(about.is_asian::int, 0)
       + coalesce(about.is_black::int, 0) + coalesce(about.is_pacific_islander::int, 0)
       + coalesce(about.is_white::int, 0) as races
) count on true
