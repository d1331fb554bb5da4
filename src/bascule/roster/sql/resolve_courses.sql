-- Which courses are staged, of whom and of which school year?
create unlogged table stage.resolved_course as
select staged.file, staged.line, staged.key as source_key, staged.ends, staged.title, staged.code,
       staged.grades, staged.subjects, staged.subject_codes, place.id as organization_id,
       year.id as session_id,
       case when place.id is null then 'unknown-organization'
            when staged.school_year_key is not null and year.id is null then 'unknown-session'
       end as fault,
       case when place.id is null then staged.org_key else staged.school_year_key end
         as fault_value
from stage.course staged
left join directory_organization place
  on place.source = %(source)s and place.source_key = staged.org_key
left join directory_academicsession year
  on year.source = %(source)s and year.source_key = staged.school_year_key
