"""Procedures of the office: versions that follow each other, who signed which, and dead links."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bascule.directory.models import Person

LONGEST = 8000


class Procedure(models.Model):
    """A procedure by its title; what it says stands in its versions."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=160, unique=True)
    office = models.CharField(max_length=80)

    class Meta:
        ordering = ["title", "id"]


class ProcedureVersion(models.Model):
    """One version, never changed. It holds from its first day until the next one does, or ends.

    `signers` are the roles whose holders sign it each school year.
    """

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    words = models.TextField(max_length=LONGEST, blank=True)
    link = models.CharField(max_length=300, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    signers = models.JSONField()
    published_by = models.BigIntegerField()
    published_name = models.CharField(max_length=160)
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "number"],
                name="procedure_version_once",
                violation_error_message=_("Somebody published a version meanwhile."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="procedure_span_ordered",
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(words="", link=""),
                name="procedure_says_something",
                violation_error_message=_("A procedure has a text or a link."),
            ),
        ]


class ProcedureSignature(models.Model):
    """Somebody has read a version and signed it for a school year."""

    version = models.ForeignKey(ProcedureVersion, models.PROTECT, related_name="signatures")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    school_year = models.PositiveSmallIntegerField()
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["signed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "person", "school_year"],
                name="procedure_signed_once",
                violation_error_message=_("It is signed already."),
            )
        ]


class SchoolCertification(models.Model):
    """The Lead made a procedure the school certification; the newest row is the one that holds."""

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="+")
    marked_by = models.BigIntegerField()
    marked_name = models.CharField(max_length=160)
    marked_at = models.DateTimeField()

    class Meta:
        ordering = ["-marked_at", "-id"]


class ProcedureScenario(models.Model):
    """A short case with its question, asked of who signs a version; built from a masked failure.

    Of the failure stand here only kind, state, root cause, grade band and hours, never whose it
    was. `right` is the place of the right one in `answers`. Tries are kept as totals, of nobody.
    """

    version = models.ForeignKey(ProcedureVersion, models.PROTECT, related_name="scenarios")
    number = models.PositiveSmallIntegerField()
    workflow = models.CharField(max_length=40)
    state = models.CharField(max_length=40)
    root_cause = models.CharField(max_length=20, blank=True)
    grade_band = models.CharField(max_length=4, blank=True)
    hours = models.PositiveIntegerField()
    question = models.CharField(max_length=800)
    answers = models.JSONField()
    right = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=800)
    passage = models.CharField(max_length=800)
    tries = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    written_by = models.BigIntegerField()
    written_name = models.CharField(max_length=160)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "number"],
                name="scenario_once",
                violation_error_message=_("Somebody wrote a scenario meanwhile."),
            ),
            models.CheckConstraint(
                condition=Q(right__lt=4) & Q(wrong__lte=F("tries")),
                name="scenario_counts",
                violation_error_message=_("No more tries can be wrong than there were."),
            ),
        ]


class LinkCheck(models.Model):
    """What a night found at the link of a version: `problem` is empty where it answered."""

    version = models.ForeignKey(ProcedureVersion, models.PROTECT, related_name="checks")
    problem = models.CharField(max_length=80, blank=True)
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ["-checked_at", "-id"]
