"""Verbs of access: accounts, records opened by necessity, lists taken away, forgetting."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import connection, transaction
from django.utils.translation import gettext as _

from bascule.access.models import Elevation, Export, FinishedJob, Session, User
from bascule.access.queries import WRITTEN_WITHIN, elevations_seen, exports_of
from bascule.directory.models import Person
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.jobs import enqueue
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted, Refusal

LASTS = timedelta(minutes=60)
SHORTEST_REASON = 10
KEPT_FOR = timedelta(hours=24)
REMEMBERED_FOR = timedelta(days=7)
WRITER = "cases.write_list"


@transaction.atomic
def give_account(actor: Actor, *, username: str, person: str) -> str:
    """Give the person of the source key `person` a local account, or anew; return its password.

    The password is drawn, second factors are forgotten and sessions end: whoever lost one starts
    anew. Raises Refusal where not exactly one person is called so, or the name is somebody else's.
    """
    found = list(Person.objects.filter(source_key=person, ended_at__isnull=True)[:2])
    if len(found) != 1:
        words = _("Not exactly one person has the key %(key)s.") % {"key": person}
        raise Refusal("no-such-person", words)
    if User.objects.filter(username=username).exclude(person=found[0]).exists():
        words = _("%(name)s is the account of somebody else.") % {"name": username}
        raise Refusal("name-taken", words)
    user = User.objects.filter(person=found[0]).first() or User(person=found[0])
    password = secrets.token_urlsafe(12)
    user.username, user.is_active = username, True
    user.set_password(password)
    user.save()
    Authenticator.objects.filter(user=user).delete()
    Session.objects.filter(user_id=user.pk).delete()
    record_decision(
        actor, "give_account", kind="person", uuid=found[0].uuid, particulars={"name": username}
    )
    return password


@transaction.atomic
def open_elevation(
    actor: Actor, *, student: UUID, reason: str, at: datetime | None = None
) -> Elevation:
    """Let the actor see one student for 60 minutes, for a reason; the steward is told.

    Whatever of the student is restricted stays so. Opened again while it lasts, the known one is
    returned. Raises NotPermitted without the permission `elevate`, Refusal without a reason.
    """
    if not actor.may("elevate"):
        raise NotPermitted("not-permitted", _("You may not open records by necessity."))
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refusal("no-reason", _("Say in a sentence why you need this record now."))
    at = at or now()
    open_now = elevations_seen(actor).filter(user_id=actor.user_id, student=student, ends_at__gt=at)
    if known := open_now.first():
        return known
    elevation = Elevation.objects.create(
        user_id=actor.user_id, student=student, reason=reason.strip()[:400], started_at=at,
        ends_at=at + LASTS,
    )  # fmt: skip
    record_decision(
        actor, "open_elevation", kind="elevation", uuid=elevation.pk,
        particulars={"student": str(student), "reason": elevation.reason},
    )  # fmt: skip
    return elevation


@transaction.atomic
def request_export(
    actor: Actor,
    *,
    kind: str,
    filter: Mapping[str, str],
    format: str = Export.Format.CSV,
    at: datetime | None = None,
) -> Export:
    """Ask for a list as a file; a job writes it with the actor's rights when it runs.

    The same list asked for again while it is being written is the known one. Raises NotPermitted
    without the permission `export`, Refusal for a kind of list or file that does not exist.
    """
    if not actor.may("export"):
        raise NotPermitted(
            "not-permitted", _("You may not take lists away."), _("your data steward")
        )
    if kind not in Export.Kind.values or format not in Export.Format.values:
        raise Refusal("no-such-list", _("There is no such list."))
    same = exports_of(actor).filter(kind=kind, format=format, filter=dict(filter))
    waiting = same.filter(ready_at__isnull=True)
    if known := waiting.filter(asked_at__gt=now() - WRITTEN_WITHIN).first():
        return known
    export = Export.objects.create(
        user_id=actor.user_id, kind=kind, format=format, filter=dict(filter), asked_at=at or now()
    )
    record_decision(
        actor, "request_export", kind="export", uuid=export.pk,
        particulars={"list": kind, "format": format, "filter": dict(filter)},
    )  # fmt: skip
    enqueue(actor, WRITER, export=str(export.pk))
    return export


@transaction.atomic
def keep_export(
    actor: Actor,
    *,
    export: Export,
    content: bytes,
    students: Sequence[UUID],
    count: int,
    ground: str,
    at: datetime | None = None,
) -> Export:
    """Keep the file of a list for 24 hours, with whom it shows and on which ground."""
    at = at or now()
    export.ready_at, export.expires_at = at, at + KEPT_FOR
    export.content, export.students = content, list(students)
    export.count, export.ground = count, ground[:200]
    export.save()
    record_decision(
        actor, "keep_export", kind="export", uuid=export.pk, particulars={"count": count}
    )
    return export


def forget_exports(actor: Actor, *, at: datetime | None = None) -> int:
    """Remove the files that are over, whoever asked for them; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("select access_forget_exports(%s)", [at or now()])
        return int(cursor.fetchone()[0])


def forget_finished_jobs(actor: Actor) -> int:
    """Forget jobs done over a week ago, which no worker can take up any more; return how many."""
    count, _ = FinishedJob.objects.filter(at__lt=now() - REMEMBERED_FOR).delete()
    return count
