-- Which student is meant by a key that a source names? Who keeps the rows, where it is an alias.
create view roster_named_student with (security_invoker = true) as
select coalesce(alias.keeper_id, named.id) as id,
       case when alias.keeper_id is not null then named.id end as reported_for,
       named.source, named.source_key
from roster_student named
left join roster_alias alias on alias.student_id = named.id and alias.undone_at is null
