-- Whose lines are exactly those that the claims we know were derived from?
insert into stage.student_unchanged
select reported.student_key, student.id, kept.claims
from stage.line_digest reported
join roster_claimdigest kept
  on kept.source = %(source)s and kept.student_key = reported.student_key
 and kept.digest = reported.digest
join roster_student student
  on student.source = %(source)s and student.source_key = reported.student_key
