-- What does the night find, before it is compared with what is published?
create temp table value_found (
  measure text, profile text, version int, unit_kind text, organization_id bigint, as_of date,
  numerator int, denominator int, percent numeric, is_hidden boolean,
  open_numerator int, open_denominator int, open_percent numeric, students bigint[]
) on commit drop
