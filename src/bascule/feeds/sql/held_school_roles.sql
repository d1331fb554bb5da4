-- Who holds which role where? One role of a user at an organization can be the primary one.
select role.source_key as key, role.ended_at is not null as ends,
       coalesce(student.source_key, guardian.source_key, person.source_key) as person_key,
       place.source_key as org_key, role.role,
       (role.is_primary and row_number() over (
          partition by student.source_key, guardian.source_key, person.source_key, place.id,
                       role.ended_at is null
          order by role.is_primary desc nulls last, role.source_key) = 1)::text as is_primary,
       role.starts_on::text as starts_on, role.ends_on::text as ends_on
from roster_schoolrole role
join directory_organization place on place.id = role.organization_id
left join roster_student student
  on student.id = coalesce(role.reported_for, role.student_id)
left join roster_guardian guardian on guardian.id = role.guardian_id
left join directory_person person on person.id = role.person_id
where role.source = %(source)s
  and (%(since)s::timestamptz is null and role.ended_at is null and place.ended_at is null
       and student.ended_at is null and guardian.ended_at is null and person.ended_at is null
       or role.changed_at > %(since)s)
order by role.source_key
