-- Which flags of this rule are true, and how do they read?
select id, student_id, school_id, began_on, because, version
from mobility_flag
where rule = %(rule)s and cleared_at is null
