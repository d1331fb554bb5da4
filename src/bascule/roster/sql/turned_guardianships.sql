-- Which staged links are told by the guardian alone, of somebody known as a student?
select from stage.guardian_link staged
where exists (select from roster_student pupil
              where pupil.source = %(source)s and pupil.source_key = staged.guardian_key)
  and not exists (select from roster_student one
                  where one.source = %(source)s and one.source_key = staged.student_key)
