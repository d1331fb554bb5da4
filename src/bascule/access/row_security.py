"""What the tables of access let the serving role see."""

ACTING_USER = "user_id = (select current_setting('bascule.actor')::bigint)"
ELEVATION = f"{ACTING_USER} or (select bascule_may('review_elevations'))"
OWN_ELEVATION = f"{ACTING_USER} and (select bascule_may('elevate'))"
