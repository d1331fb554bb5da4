-- Which students does each school's figure count now, and which no longer?
create temp table counted_now on commit drop as
select value_now.id as value_id, found.student_id
from counted_found found
join value_now on value_now.profile = found.profile
              and value_now.organization_id = found.organization_id
where value_now.measure = %(opened)s and value_now.unit_kind = 'school';
analyze counted_now;

delete from metrics_countedstudent known
using metrics_value
where metrics_value.id = known.value_id and metrics_value.school_year = %(school_year)s
  and not exists (
    select from counted_now now
    where now.value_id = known.value_id and now.student_id = known.student_id
  );
insert into metrics_countedstudent (value_id, student_id)
select value_id, student_id from counted_now now
where not exists (
  select from metrics_countedstudent known
  where known.value_id = now.value_id and known.student_id = now.student_id
)
