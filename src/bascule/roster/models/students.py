"""Students, the claims of schools about them, and the chain of stints derived from the claims."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bascule.directory.models import (
    Organization,
    Person,
    Position,
    no_overlap,
    span_is_ordered,
)


def of_alias() -> "models.BigIntegerField[int | None, int | None]":
    """Return the column for the id of the alias that a row's source names, null for the student.

    Not a foreign key: students never vanish, and millions of rows would be checked for nothing.
    """
    return models.BigIntegerField(null=True)


def by_alias(name: str) -> models.Index:
    """Return the index that finds the few rows reported for an alias."""
    return models.Index(fields=["reported_for"], condition=Q(reported_for__isnull=False), name=name)


class Student(models.Model):
    """A student as the source reports them. `school` is where the latest stint was or is.

    `left_on` is null while the student is enrolled; both are derived with the chain of stints.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=255)
    given_name = models.CharField(max_length=255, blank=True)
    middle_name = models.CharField(max_length=255, blank=True)
    family_name = models.CharField(max_length=255, blank=True)
    preferred_given_name = models.CharField(max_length=255, blank=True, db_default="")
    preferred_family_name = models.CharField(max_length=255, blank=True, db_default="")
    sort_name = models.CharField(max_length=800, blank=True, db_collation="C")
    birth_on = models.DateField(null=True)
    gender = models.CharField(max_length=20, blank=True)
    grade = models.CharField(max_length=4, blank=True)
    state_id = models.CharField(max_length=255, blank=True)
    school = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="students")
    entered_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    exit_code = models.CharField(max_length=10, blank=True)
    also_reported = models.JSONField(null=True)  # what its source says and we do not use
    source = models.CharField(max_length=40)
    source_key = models.CharField(max_length=255)
    fed_by = models.CharField(max_length=40, null=True)  # noqa: DJ001 - the feed whose row it is
    changed_at = models.DateTimeField(null=True)  # when a feed last wrote it
    ended_at = models.DateTimeField(null=True)  # no longer reported by its source since

    class Meta:
        ordering = ["sort_name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "source_key"], name="student_once_per_source")
        ]
        indexes = [
            models.Index(
                fields=["sort_name", "id"], include=["school", "uuid"], name="student_by_name"
            ),
            models.Index(fields=["school", "sort_name", "id"], name="student_by_school"),
            models.Index(fields=["number"], name="student_by_number"),
            GinIndex(fields=["sort_name"], name="student_name_like", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Family name first, as on every list; the number where no name was reported."""
        if not self.family_name:
            return f"No name reported ({self.number})"
        return f"{self.family_name}, {' '.join(filter(None, (self.given_name, self.middle_name)))}"

    @property
    def is_enrolled(self) -> bool:
        """Whether a stint is open."""
        return self.school_id is not None and self.left_on is None


class SchoolTotal(models.Model):
    """How many students the list holds of each school (0: of none), kept by triggers alone."""

    school_id = models.BigIntegerField(primary_key=True)
    students = models.BigIntegerField()

    class Meta:
        managed = False


class EnrollmentClaim(models.Model):
    """What one school reports: the student belongs to it in this span. Claims may overlap.

    A corrected claim is not overwritten: the old row keeps when it was known (`known_from` up to
    `known_until`), so that a published figure can be computed again as it was known then.
    """

    student = models.ForeignKey(Student, models.PROTECT, related_name="claims")
    reported_for = of_alias()
    school = models.ForeignKey(Organization, models.PROTECT, related_name="claims")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    entry_code = models.CharField(max_length=10, blank=True)
    exit_code = models.CharField(max_length=10, blank=True)
    grade = models.CharField(max_length=4, blank=True)
    source = models.CharField(max_length=40)
    source_key = models.CharField(max_length=255)
    known_from = models.DateTimeField()
    known_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_key"],
                condition=Q(known_until__isnull=True),
                name="claim_once_per_source",
            ),
            span_is_ordered("claim_span_ordered"),
        ]
        indexes = [by_alias("claim_by_alias")]


class Stint(models.Model):
    """One primary stint of the derived chain: on any day a student has at most one."""

    student = models.ForeignKey(Student, models.PROTECT, related_name="stints")
    school = models.ForeignKey(Organization, models.PROTECT, related_name="stints")
    school_year = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    entry_code = models.CharField(max_length=10, blank=True)
    exit_code = models.CharField(max_length=10, blank=True)
    grade = models.CharField(max_length=4, blank=True)
    claim = models.ForeignKey(EnrollmentClaim, models.PROTECT, related_name="stints")

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            span_is_ordered("stint_span_ordered"),
            no_overlap(
                "stint_one_a_day", "student", message=_("The student has another stint then.")
            ),
        ]


class Reach(models.Model):
    """A dated reason why somebody may reach a student beyond their own schools.

    Written by `actions.grant_reach` inside the verb that creates the reason; held by a person, by
    a position (whoever is on duty for it) or by a school, for `because` (what the verb was about).
    At the restricted tier it shows the restricted cases of its `ground` alone, and of the
    student's programs those that it `shows` (ADR 0097).
    """

    class Tier(models.TextChoices):
        STUDENT = "student", _("Student record")
        RESTRICTED = "restricted", _("Restricted record")

    student = models.ForeignKey(Student, models.PROTECT, related_name="reaches")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="reaches")
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="reaches"
    )
    position = models.ForeignKey(Position, models.PROTECT, null=True, related_name="reaches")
    ground = models.CharField(max_length=40)
    tier = models.CharField(max_length=12, choices=Tier, default=Tier.STUDENT)
    shows = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    because = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, organization__isnull=True, position__isnull=True)
                | Q(person__isnull=True, organization__isnull=False, position__isnull=True)
                | Q(person__isnull=True, organization__isnull=True, position__isnull=False),
                name="reach_has_one_holder",
                violation_error_message=_("A reach is held by one person, position or school."),
            ),
            models.UniqueConstraint(
                fields=[
                    "student",
                    "person",
                    "organization",
                    "position",
                    "ground",
                    "tier",
                    "because",
                ],
                name="reach_once_for_a_reason",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                name="reach_span_ordered",
            ),
        ]
        indexes = [models.Index(fields=["because"], name="reach_by_reason")]
