"""Where signed-in browsers are kept: Django's table of sessions, with whose each one is."""

from datetime import date
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection

from bascule.access.models import Session
from bascule.kernel.clock import today
from bascule.kernel.named_sql import named_sql

BEGUN = "_begun_on"


class SessionStore(DatabaseStore):
    """One browser's session; its row says who is signed in, and since which day.

    While a request only reads (`is_reading`), an ended session is forgotten by its browser at
    once and its row is left to the sweep: a GET cannot write.
    """

    is_reading = False

    @classmethod
    def get_model_class(cls) -> type[Session]:  # the name is Django's
        """Return the table of sessions."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row of this session, with the person and the day of the sign-in."""
        if SESSION_KEY in data:
            data.setdefault(BEGUN, today().isoformat())
        row = cast(Session, super().create_model_instance(data))
        if SESSION_KEY in data:
            row.user_id = int(data[SESSION_KEY])
            row.begun_on = date.fromisoformat(data[BEGUN])
        return row

    def cycle_key(self) -> None:
        """Go on under another key: a new beginning, as at every sign-in."""
        self.pop(BEGUN, None)
        super().cycle_key()

    def delete(self, session_key: str | None = None) -> None:
        """Remove the row, unless the request only reads."""
        if not self.is_reading:
            super().delete(session_key)


def remove_ended_sessions(day: date) -> int:
    """Remove expired sessions, and those that outlast what they were begun under: how many.

    A session ends when the account is closed, when the person answers for no position on `day`,
    and when an assignment of the person ended or began since the sign-in.
    """
    SessionStore.clear_expired()
    with connection.cursor() as cursor:
        cursor.execute(named_sql("access", "end_sessions"), {"day": day})
        return int(cursor.rowcount)
