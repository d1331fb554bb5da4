-- Which of the changed students overlap now, and which no more?
delete from roster_overlappingstudent
where student_id in (select student_id from changed_student);
insert into roster_overlappingstudent select student_id from overlapping_student
