-- What does the night find, before it is compared with what is published?
create temp table value_found (
  measure text, profile text, version int, unit_kind text, organization_id bigint, as_of date,
  numerator int, denominator int, percent numeric, is_hidden boolean,
  open_numerator int, open_denominator int, open_percent numeric
) on commit drop;
create temp table counted_found (profile text, organization_id bigint, student_id bigint)
on commit drop
