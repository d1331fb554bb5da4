-- Which figures of a school year are gone, which are new, and what do the others say now?
create temp table value_gone on commit drop as
select id from metrics_value known
where school_year = %(school_year)s
  and not exists (
    select from value_found found
    where found.measure = known.measure and found.profile = known.profile
      and found.unit_kind = known.unit_kind and found.organization_id = known.organization_id
  );
delete from metrics_openvalue where value_id in (select id from value_gone);
delete from metrics_value where id in (select id from value_gone);

insert into metrics_value
  (measure, profile, version, unit_kind, organization_id, school_year, as_of,
   numerator, denominator, percent, is_hidden)
select measure, profile, version, unit_kind, organization_id, %(school_year)s, as_of,
       numerator, denominator, percent, is_hidden
from value_found
on conflict (measure, profile, school_year, unit_kind, organization_id) do update
set version = excluded.version, as_of = excluded.as_of, numerator = excluded.numerator,
    denominator = excluded.denominator, percent = excluded.percent, is_hidden = excluded.is_hidden;

create temp table value_now on commit drop as
select known.id, found.*
from value_found found
join metrics_value known
  on known.measure = found.measure and known.profile = found.profile
 and known.unit_kind = found.unit_kind and known.organization_id = found.organization_id
 and known.school_year = %(school_year)s;

insert into metrics_openvalue as known
  (value_id, organization_id, numerator, denominator, percent, students)
select id, organization_id, open_numerator, open_denominator, open_percent, students from value_now
on conflict (value_id) do update
set numerator = excluded.numerator, denominator = excluded.denominator, percent = excluded.percent,
    students = excluded.students
where (known.numerator, known.denominator, known.percent, known.students)
  is distinct from
  (excluded.numerator, excluded.denominator, excluded.percent, excluded.students)
