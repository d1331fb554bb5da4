-- Which sessions outlast what they were begun under: account, positions, assignments as they were?
delete from access_session session
using access_user account
where account.id = session.user_id
  and (
    not account.is_active
    or exists (
      select from directory_assignment changed
      where changed.person_id = account.person_id
        and (
          changed.ends_on >= session.begun_on and changed.ends_on < %(day)s
          or changed.starts_on > session.begun_on and changed.starts_on <= %(day)s
        )
    )
    or not exists (
      select from directory_assignment held
      where held.person_id = account.person_id
        and held.starts_on <= %(day)s and (held.ends_on is null or held.ends_on >= %(day)s)
    )
    and not exists (
      select from directory_duty_roster(%(day)s) covered
      where covered.person_id = account.person_id
    )
  )
