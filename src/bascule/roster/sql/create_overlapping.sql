-- Whose claims share a day? Kept with the chains, so that nobody looks through all claims for it.
create table roster_overlappingstudent (
  student_id bigint primary key references roster_student (id)
)
