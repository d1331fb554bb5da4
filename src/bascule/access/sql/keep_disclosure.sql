-- Who saw which students, where and on which ground, in one response?
insert into access_disclosure (id, at, user_id, page, ground, filter, count, students)
values (%(id)s, %(at)s, %(user)s, %(page)s, %(ground)s, %(filter)s, %(count)s, %(students)s)
