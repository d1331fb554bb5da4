-- Which exits are proven, because somebody closed the case about them with a proof?
select distinct flag.student_id, flag.school_id, flag.began_on
from cases_casefile proven
join mobility_flag flag
  on flag.student_id = proven.student_id and flag.rule = 'unproven_transfer'
where proven.workflow = 'unproven_transfer' and proven.state = 'proven'
  and flag.began_on <= proven.closed_at
  and coalesce(proven.particulars ->> 'began_on', flag.began_on::text) = flag.began_on::text
