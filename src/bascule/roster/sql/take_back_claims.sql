-- Which students does a run concern whose claims are taken back, and what was known before it?
create temp table changed_student on commit drop as
select distinct student_id from roster_enrollmentclaim
where source = %(source)s and (known_from = %(at)s or known_until = %(at)s);
delete from roster_stint where student_id in (select student_id from changed_student);
delete from roster_enrollmentclaim where source = %(source)s and known_from = %(at)s;
update roster_enrollmentclaim set known_until = null
where source = %(source)s and known_until = %(at)s
