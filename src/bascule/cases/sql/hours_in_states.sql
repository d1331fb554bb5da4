-- How many hours did cases stand in each state that they left since a day, at the median?
with stay as (
  select held.workflow, taken.from_state, taken.at,
         lag(taken.at) over (partition by taken.case_id order by taken.at, taken.id) as since
  from cases_transition taken
  join cases_casefile held on held.id = taken.case_id and held.tier = 'student'
  where taken.undone_at is null and (held.closed_at is null or held.closed_at >= %(since)s)
)
select workflow, from_state,
       percentile_cont(0.5) within group (order by extract(epoch from at - since) / 3600),
       count(*)
from stay
where at >= %(since)s and from_state <> '' and since is not null
group by workflow, from_state
