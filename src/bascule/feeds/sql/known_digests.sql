-- Which students are there, and from which lines were the claims of each derived, where we know?
-- As lines of cells, thousands in a row. A key that would break a line is told as another one.
select string_agg(
         student.id || chr(31) || coalesce(
           translate(kept.student_key, chr(10) || chr(13) || chr(31), '') || chr(31)
           || kept.digest || chr(31) || kept.claims, chr(31) || chr(31)
         ) || chr(10), ''
       )
from roster_student student
left join roster_claimdigest kept
  on kept.source = %(source)s and student.source = kept.source
 and student.source_key = kept.student_key
group by student.id / 5000
