-- How many open cases, and how many late ones, has each owner, each state and each school?

select grouping(owner_id, workflow, state, school_id), owner_id, workflow, state, school_id,
       count(*), count(*) filter (where due_at < %s)
from ({rows}) as open_cases
group by grouping sets ((owner_id), (workflow, state), (school_id))
