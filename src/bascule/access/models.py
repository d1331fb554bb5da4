"""Accounts, the mirror of the declared roles, and the records that are only ever added to."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bascule.directory.models import Person
from bascule.kernel.clock import now


class Accounts(BaseUserManager["User"]):
    """Accounts with their person: no request acts without both."""

    def get_queryset(self) -> models.QuerySet["User"]:
        """Return all accounts, the person joined."""
        return super().get_queryset().select_related("person")


class User(AbstractBaseUser):
    """An account of one person. What it may do comes from the positions that the person holds."""

    username = models.CharField(max_length=80, unique=True)
    person = models.OneToOneField(Person, models.PROTECT, related_name="account")
    language = models.CharField(max_length=5, default="en")
    is_active = models.BooleanField(default=True)

    objects = Accounts()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.username


class Session(AbstractBaseSession):
    """One signed-in browser, and whose it is: so that a session can be ended from outside.

    `begun_on` is the day of the sign-in. Both are null before somebody has signed in. The store is
    `access/sessions.py`.
    """

    user_id = models.BigIntegerField(null=True, db_index=True)
    begun_on = models.DateField(null=True)


class DeclaredRole(models.Model):
    """The mirror of `roles.py` that row-level security reads; written by every migrate."""

    key = models.CharField(max_length=40, primary_key=True)
    reach = models.CharField(max_length=12)
    sees_restricted = models.BooleanField()
    permissions = ArrayField(models.CharField(max_length=40))

    class Meta:
        db_table = "access_declared_role"


class Disclosure(models.Model):
    """One response that showed students: who looked, where, on which ground, at whom.

    34 CFR 99.32. Students by uuid without a foreign key: the record outlives the row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(default=now)
    user_id = models.BigIntegerField()
    page = models.CharField(max_length=120)
    ground = models.CharField(max_length=200)
    filter = models.JSONField(default=dict)
    count = models.PositiveIntegerField()
    students = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["user_id", "-at"], name="disclosure_by_user")]


class Visit(models.Model):
    """When a person opened a page whose news count from the last visit."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(default=now)
    user_id = models.BigIntegerField()
    page = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["user_id", "page", "-at"], name="visit_latest")]


class Decision(models.Model):
    """One verb carried out: who, what, about which record. Chained by hash, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(default=now)
    user_id = models.BigIntegerField()
    verb = models.CharField(max_length=60)
    kind = models.CharField(max_length=40)
    uuid = models.UUIDField(null=True)
    particulars = models.JSONField(default=dict)
    # `number`, `previous_hash` and `hash` are set by a trigger (access/sql/decision_chain.sql).

    class Meta:
        indexes = [models.Index(fields=["kind", "uuid", "-at"], name="decision_history")]


class FinishedJob(models.Model):
    """A job whose work is committed: written with the work, so that it cannot happen twice."""

    job_id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(default=now, db_index=True)


class Elevation(models.Model):
    """One record opened by necessity: who, whose, why, until when. Never changed; ends by itself.

    The student by uuid without a foreign key: students stand above access, and the record of who
    looked outlives the row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user_id = models.BigIntegerField()
    student = models.UUIDField()
    reason = models.CharField(max_length=400)
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("started_at"))
                & Q(ends_at__lte=models.F("started_at") + timedelta(minutes=60)),
                name="elevation_of_an_hour",
                violation_error_message=_("Access by necessity lasts an hour at most."),
            )
        ]
        indexes = [
            models.Index(fields=["user_id", "-started_at"], name="elevation_by_user"),
            models.Index(fields=["-started_at"], name="elevation_latest"),
        ]


class Export(models.Model):
    """A list that somebody asked for, written by a job with the rights of who asked.

    For the requester alone, and only until `expires_at`. `students` is whom the file shows; the
    record of reads gets them when the file is taken.
    """

    class Kind(models.TextChoices):
        STUDENTS = "students", _("Students")
        QUEUE = "queue", _("My queue")
        ADHERENCE = "adherence", _("Adherence")
        ANSWERS = "answers", _("Answers by school")
        CERTIFIED = "certified", _("Certified staff")

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user_id = models.BigIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    format = models.CharField(max_length=4, choices=Format, default=Format.CSV, db_default="csv")
    filter = models.JSONField(default=dict)
    asked_at = models.DateTimeField(default=now)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    ground = models.CharField(max_length=200, blank=True)
    count = models.PositiveIntegerField(null=True)
    students = ArrayField(models.UUIDField(), default=list)
    content = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ready_at__isnull=True, content__isnull=True, expires_at__isnull=True)
                | Q(ready_at__isnull=False, content__isnull=False, expires_at__isnull=False),
                name="export_ready_with_file",
                violation_error_message=_("A list is ready when its file is there, and expires."),
            )
        ]
        indexes = [models.Index(fields=["user_id", "-asked_at"], name="export_by_user")]


class EarlierRow(models.Model):
    """What a reported row held before a feed changed it: kept by a trigger, for taking a run back.

    `replaced_at` is the instant of the run, as the row's own `changed_at` says afterwards.
    """

    table_name = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    was = models.JSONField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["table_name", "replaced_at", "row_id"], name="earlier_of_run")
        ]


class Draft(models.Model):
    """What somebody typed into a form and has not sent: nobody else ever reads it.

    It belongs to the page on which it was typed, whose own check decides whether it is shown again,
    and to one form of that page. `fields` are the names of the form and what stood in them.
    """

    user_id = models.BigIntegerField()
    page = models.CharField(max_length=200)
    form = models.CharField(max_length=60)
    fields = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["saved_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["user_id", "page", "form"], name="draft_once_a_form")
        ]
