"""Accounts, the mirror of the declared roles, and the records that are only ever added to."""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from bascule.directory.models import Person
from bascule.kernel.clock import now


class User(AbstractBaseUser):
    """An account of one person. What it may do comes from the positions that the person holds."""

    username = models.CharField(max_length=80, unique=True)
    person = models.OneToOneField(Person, models.PROTECT, related_name="account")
    language = models.CharField(max_length=5, default="en")
    is_active = models.BooleanField(default=True)

    objects = BaseUserManager["User"]()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.username


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
