"""Organizations, adults and the dated rows that bind them. Spans are inclusive; null is open."""

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Span(Func):
    """The closed range of days of a dated row; an open end reaches forever."""

    function = "daterange"
    template = "%(function)s(%(expressions)s, '[]')"


def no_overlap(name: str, *columns: str, message: str | Promise) -> ExclusionConstraint:
    """Forbid two rows with equal `columns` whose spans share a day."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            *((column, RangeOperators.EQUAL) for column in columns),
            (Span(F("starts_on"), F("ends_on")), RangeOperators.OVERLAPS),
        ],
        violation_error_message=message,  # type: ignore[arg-type]  # lazily translated
    )


def span_is_ordered(name: str) -> models.CheckConstraint:
    """Forbid a span that ends before it starts."""
    return models.CheckConstraint(
        condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
        name=name,
        violation_error_message=_("The last day lies before the first day."),
    )


class Reported(models.Model):
    """What a source reports under its own key. A row that is reported no more stays, ended."""

    source = models.CharField(max_length=40)
    source_key = models.CharField(max_length=255)
    fed_by = models.CharField(max_length=40, null=True)  # noqa: DJ001 - the feed whose row it is
    changed_at = models.DateTimeField(null=True)  # when a feed last wrote it
    ended_at = models.DateTimeField(null=True)  # no longer reported by its source since

    class Meta:
        abstract = True


def once_per_source(name: str) -> models.UniqueConstraint:
    """Forbid two rows of one source with the same key."""
    return models.UniqueConstraint(fields=["source", "source_key"], name=name)


class Organization(Reported):
    """A district, network, school, office, agency or partner, as one kind of row."""

    class Kind(models.TextChoices):
        DISTRICT = "district", _("District")
        NETWORK = "network", _("Network")
        SCHOOL = "school", _("School")
        OFFICE = "office", _("Office")
        AGENCY = "agency", _("Agency")
        PARTNER = "partner", _("Partner")

    class Governance(models.TextChoices):
        DISTRICT = "district", _("District-run")
        CHARTER = "charter", _("Charter")
        CONTRACT = "contract", _("Contract")
        OPTIONS = "options", _("Options")
        ALOP = "alop", _("Alternative learning opportunities program")
        SAFE = "safe", _("SAFE school")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=255)
    short_name = models.CharField(max_length=255, blank=True)
    identifier = models.CharField(max_length=255, blank=True)
    reported_kind = models.CharField(max_length=80, blank=True)  # the source's own word
    governance = models.CharField(max_length=12, choices=Governance, blank=True)
    is_options = models.BooleanField(default=False)
    grades = models.CharField(max_length=255, blank=True)
    address = models.CharField(max_length=255, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    closed_on = models.DateField(null=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [once_per_source("organization_once_per_source")]
        indexes = [models.Index(fields=["kind", "name"], name="organization_kind_name")]

    def __str__(self) -> str:
        return self.name


class TouchedRow(models.Model):
    """A reported row that other hands than its feed's have changed; noted by a trigger."""

    table_name = models.CharField(max_length=63)
    source = models.CharField(max_length=40)
    source_key = models.CharField(max_length=255)

    class Meta:
        indexes = [models.Index(fields=["table_name", "source"], name="touched_by_table")]


class Membership(models.Model):
    """A school belongs to a network, a network to a district, from a day to a day."""

    member = models.ForeignKey(Organization, models.PROTECT, related_name="memberships")
    parent = models.ForeignKey(Organization, models.PROTECT, related_name="members")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    changed_at = models.DateTimeField(null=True)  # when a feed last wrote it

    class Meta:
        constraints = [
            span_is_ordered("membership_span_ordered"),
            no_overlap(
                "membership_one_parent_a_day",
                "member",
                message=_("It already belongs to another organization in these days."),
            ),
        ]


class Person(Reported):
    """An adult: staff of the district, of an agency or of a partner."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    given_name = models.CharField(max_length=255)
    family_name = models.CharField(max_length=255)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=255, blank=True)
    also_reported = models.JSONField(null=True)  # what its source says and we do not use

    class Meta:
        ordering = ["family_name", "given_name", "id"]
        constraints = [once_per_source("person_once_per_source")]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}"


class Position(models.Model):
    """A seat that outlives its holder: cases belong to it, people are assigned to it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    role = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="positions")
    backup = models.ForeignKey("self", models.PROTECT, null=True, related_name="backs_up")
    source = models.CharField(max_length=40)
    source_key = models.CharField(max_length=255)

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_key"], name="position_once_per_source"
            ),
            models.CheckConstraint(
                condition=~Q(backup=F("id")),
                name="position_backup_is_another",
                violation_error_message=_("A position cannot be its own backup."),
            ),
        ]
        indexes = [models.Index(fields=["role"], name="position_role")]

    def __str__(self) -> str:
        return self.title


class Remit(models.Model):
    """The organizations a position answers for, dated: the networks of a specialist."""

    position = models.ForeignKey(Position, models.PROTECT, related_name="remits")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="remits")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            span_is_ordered("remit_span_ordered"),
            no_overlap(
                "remit_once_a_day",
                "position",
                "organization",
                message=_("The position already answers for it in these days."),
            ),
        ]


class Assignment(models.Model):
    """A person holds a position from a day to a day; a vacancy is the absence of such a row."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments")
    position = models.ForeignKey(Position, models.PROTECT, related_name="assignments")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            span_is_ordered("assignment_span_ordered"),
            no_overlap(
                "assignment_one_holder_a_day",
                "position",
                message=_("Somebody else holds the position in these days."),
            ),
        ]


class Absence(models.Model):
    """A person is away; `cover` is who was named to stand in, if anybody was."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="absences")
    cover = models.ForeignKey(Person, models.PROTECT, null=True, related_name="covers")
    reason = models.CharField(max_length=120, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            span_is_ordered("absence_span_ordered"),
            no_overlap(
                "absence_once_a_day",
                "person",
                message=_("The person is already away in these days."),
            ),
            models.CheckConstraint(
                condition=Q(cover__isnull=True) | ~Q(cover=F("person")),
                name="absence_cover_is_another",
                violation_error_message=_("Nobody can cover for themselves."),
            ),
        ]


class AcademicSession(Reported):
    """A school year or a term. `school_year` is the year in which the school year ends."""

    class Kind(models.TextChoices):
        SCHOOL_YEAR = "school_year", _("School year")
        SEMESTER = "semester", _("Semester")
        TERM = "term", _("Term")
        GRADING_PERIOD = "grading_period", _("Grading period")

    title = models.CharField(max_length=255)
    kind = models.CharField(max_length=80)  # a Kind, or the source's own word
    school_year = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            once_per_source("session_once_per_source"),
            span_is_ordered("session_span_ordered"),
        ]


class CalendarDay(models.Model):
    """A day in session: of one school, or of every school without its own calendar (null)."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="calendar_days"
    )
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "day"], name="calendar_day_once", nulls_distinct=False
            )
        ]
