-- Which students, by surrogate id and the groups that figures are cut by?
-- Race by the federal rule: Hispanic first, then two or more, then the one that is reported.
-- Without any list of programs nobody knows who is in none: missing is not false.
with listed as (
  select program.name, exists (
    select from roster_programspell spell where spell.program = program.name
  ) as is_kept
  from (values ('low_income'), ('el'), ('iep'), ('homeless')) program (name)
),
kept as (
  select bool_or(is_kept and name = 'low_income') as low_income,
         bool_or(is_kept and name = 'el') as el, bool_or(is_kept and name = 'iep') as iep,
         bool_or(is_kept and name = 'homeless') as homeless
  from listed
),
belongs as (
  select student_id, bool_or(program = 'low_income') as low_income, bool_or(program = 'el') as el,
         bool_or(program = 'iep') as iep, bool_or(program = 'homeless') as homeless
  from roster_programspell
  where ended_at is null and ends_on is null
  group by student_id
)
select student.id, student.birth_on, nullif(student.gender, ''),
       case when about.is_hispanic then 'hispanic'
            when about.is_of_two_or_more_races or count.races > 1 then 'two_or_more'
            when about.is_american_indian then 'american_indian'
            when about.is_asian then 'asian' when about.is_black then 'black'
            when about.is_pacific_islander then 'pacific_islander'
            when about.is_white then 'white' end,
       case when kept.low_income then coalesce(belongs.low_income, false) end,
       case when kept.el then coalesce(belongs.el, false) end,
       case when kept.iep then coalesce(belongs.iep, false) end,
       case when kept.homeless then coalesce(belongs.homeless, false) end
from roster_student student
cross join kept
left join belongs on belongs.student_id = student.id
left join roster_demographics about on about.student_id = student.id and about.ended_at is null
left join lateral (
  select coalesce(about.is_american_indian::int, 0) + coalesce(about.is_asian::int, 0)
       + coalesce(about.is_black::int, 0) + coalesce(about.is_pacific_islander::int, 0)
       + coalesce(about.is_white::int, 0) as races
) count on true
