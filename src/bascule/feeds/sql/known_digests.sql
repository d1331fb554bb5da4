-- Which students are there, and from which lines were the claims of each derived, where we know?
-- As lines of cells, thousands in a row. A key that would break a line counts as not known.
select string_agg(concat_ws(chr(31), id, coalesce(student_key, ''), coalesce(digest, ''),
                            coalesce(claims, 0)) || chr(10), '')
from (
  select student.id, kept.student_key, kept.digest, kept.claims
  from roster_student student
  left join roster_claimdigest kept
    on kept.source = %(source)s and student.source = kept.source
   and student.source_key = kept.student_key
   and translate(kept.student_key, chr(10) || chr(13) || chr(31), '') = kept.student_key
) student
group by id / 5000
