"""What the tables of access let the serving role see."""

ACTING_USER = "user_id = (select current_setting('bascule.actor')::bigint)"
