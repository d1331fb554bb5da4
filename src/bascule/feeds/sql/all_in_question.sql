-- Whose claims are in question, where nobody was left out? Everybody's.
insert into stage.student_in_question
select id from roster_student
where not exists (select from stage.left_out where target = 'enrollment_claim')
