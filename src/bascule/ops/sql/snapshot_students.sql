-- Which students, by surrogate id and the groups that figures are cut by?
select id, birth_on, nullif(gender, ''), null, null, null, null, null from roster_student
