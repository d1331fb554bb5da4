-- What of these flags is no longer true from now on?
update mobility_flag set cleared_at = %(at)s where id = any (%(flags)s::bigint[])
