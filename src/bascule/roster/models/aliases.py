"""Students with two records: what the night proposes, what stewards say of it, and what became one.

A record that is another student's is not deleted: it stays under its own key, an alias, and what
sources go on reporting of it is kept with the student who remains.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bascule.roster.models.students import Student


class LookAlike(models.Model):
    """Two students who may be one, as a night found them; `first` has the smaller id.

    `weight` is in bits; `reasons` lists (what was compared, how alike, weight) as `roster.alike`
    declares them. `cleared_at` says since when the rule finds the pair no more.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    first = models.ForeignKey(Student, models.PROTECT, related_name="+")
    second = models.ForeignKey(Student, models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    weight = models.FloatField()
    reasons = models.JSONField(default=list)
    found_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="look_alike_once"),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="look_alike_smaller_id_first"
            ),
        ]
        indexes = [models.Index(fields=["-weight", "id"], name="look_alike_by_weight")]


class Judgment(models.Model):
    """What a steward said of two look-alikes. The newest word holds; the loader carries it out."""

    class Answer(models.TextChoices):
        SAME = "same", _("One student")
        DIFFERENT = "different", _("Two different students")

    pair = models.ForeignKey(LookAlike, models.PROTECT, related_name="judgments")
    answer = models.CharField(max_length=10, choices=Answer)
    survivor = models.ForeignKey(Student, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=400, blank=True)
    user_id = models.BigIntegerField()
    actor_name = models.CharField(max_length=160)
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="same", survivor__isnull=False)
                | Q(answer="different", survivor__isnull=True),
                name="judgment_names_who_remains",
                violation_error_message=_("Say which record remains."),
            )
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(done_at__isnull=True), name="judgment_open")
        ]


class Alias(models.Model):
    """The record `student` is the student `survivor`, until `undone_at`.

    `keeper` is who keeps the rows now: the survivor, or whose alias the survivor has become since.
    `grades` are those of both before, by id: all else about them comes back from their claims.
    `address` and `number` are the alias's own, so that old links and lists still find the student.
    """

    student = models.ForeignKey(Student, models.PROTECT, related_name="aliases")
    survivor = models.ForeignKey(Student, models.PROTECT, related_name="+")
    keeper = models.ForeignKey(Student, models.PROTECT, related_name="other_records")
    judgment = models.ForeignKey(Judgment, models.PROTECT, null=True, related_name="aliases")
    address = models.UUIDField(db_index=True)
    number = models.CharField(max_length=255)
    grades = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["student"], condition=Q(undone_at__isnull=True), name="alias_of_one"
            ),
            models.CheckConstraint(
                condition=~Q(student=F("survivor")), name="alias_is_another_record"
            ),
        ]


class AliasRow(models.Model):
    """A row that no feed reports (a case, a reach, a flag, a consent) went with an alias."""

    alias = models.ForeignKey(Alias, models.PROTECT, related_name="rows")
    table_name = models.CharField(max_length=63)
    row_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alias", "table_name", "row_id"], name="alias_row_once")
        ]


class LookAlikeSearch(models.Model):
    """One look for look-alikes: when, by which version, through all students or the changed."""

    at = models.DateTimeField()
    version = models.PositiveSmallIntegerField()
    is_whole = models.BooleanField()
    students = models.PositiveIntegerField()
    pairs = models.PositiveIntegerField()

    class Meta:
        ordering = ["-at", "-id"]
