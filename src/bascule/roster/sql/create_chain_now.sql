-- What are the chains of the changed students now? (Filled from their claims, then compared.)
drop table if exists pg_temp.chain_now;
create temp table chain_now (
  student_id bigint, school_id bigint, school_year int, starts_on date, ends_on date,
  entry_code text, exit_code text, grade text, claim_id bigint
) on commit drop
