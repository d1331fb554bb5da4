-- Which sections are staged, of which course, school and terms?
create unlogged table stage.resolved_section as
with strange as (
  select staged.key, min(term.key) as session_key
  from stage.section staged
  cross join regexp_split_to_table(staged.session_keys, ',') as term (key)
  where not exists (select from directory_academicsession known
                    where known.source = %(source)s and known.source_key = term.key)
  group by staged.key
)
select staged.file, staged.line, staged.key as source_key, staged.ends, staged.title, staged.code,
       staged.kind, staged.session_keys, staged.grades, staged.location, staged.periods,
       staged.subjects, staged.subject_codes, course.id as course_id, school.id as school_id,
       case when course.id is null then 'unknown-course'
            when school.id is null then 'unknown-school'
            when strange.session_key is not null then 'unknown-session' end as fault,
       case when course.id is null then staged.course_key
            when school.id is null then staged.school_key
            else strange.session_key end as fault_value
from stage.section staged
left join roster_course course
  on course.source = %(source)s and course.source_key = staged.course_key
left join directory_organization school
  on school.source = %(source)s and school.source_key = staged.school_key
left join strange on strange.key = staged.key
