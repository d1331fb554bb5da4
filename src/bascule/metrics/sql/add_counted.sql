-- Which students does each school's figure count?
insert into metrics_countedstudent (value_id, student_id)
select * from unnest(%(values)s::bigint[], %(students)s::bigint[])
