-- Which staged claims cannot be loaded, and why?
select staged.file, staged.line, 'school_id' as "column", 'unknown-school' as code,
       format('No school is called %%s. Load the list of schools first, or correct the row.',
              staged.school_key) as message,
       staged.key
from stage.enrollment_claim staged
where not exists (
  select from directory_organization school
  where school.source = %(source)s and school.source_key = staged.school_key
    and school.kind = 'school'
)
union all
select staged.file, staged.line, 'date', 'withdrawal-without-entry',
       'A withdrawal with no entry before it: report the entry, or remove the withdrawal.',
       staged.key
from stage.enrollment_claim staged
where staged.starts_on is null
