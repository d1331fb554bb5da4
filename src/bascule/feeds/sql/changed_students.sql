-- Whose lines are to be read?
select student_key from stage.line_digest
except all
select student_key from stage.student_unchanged
