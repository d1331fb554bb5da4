"""Published values for everybody, and open values with their rows for who may open them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from bascule.directory.models import Organization


class Value(models.Model):
    """One figure as everybody may see it: audited, hidden where it would tell about a student."""

    measure = models.CharField(max_length=40)
    profile = models.CharField(max_length=10)
    version = models.PositiveSmallIntegerField()
    unit_kind = models.CharField(max_length=10)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="values")
    school_year = models.PositiveSmallIntegerField()
    as_of = models.DateField()
    numerator = models.IntegerField(null=True)
    denominator = models.IntegerField(null=True)
    percent = models.DecimalField(max_digits=7, decimal_places=1, null=True)
    is_hidden = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "profile", "school_year", "unit_kind", "organization"],
                name="value_once",
            )
        ]


class OpenValue(models.Model):
    """The same figure without suppression: for who may open its rows, and nobody else.

    `students` are the ids of the rows of a school's figure: whom it counts, or whom it does not
    where it counts nearly everybody. A network's rows are those of its schools.
    """

    value = models.OneToOneField(Value, models.CASCADE, related_name="open_value")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="open_values")
    numerator = models.IntegerField()
    denominator = models.IntegerField()
    percent = models.DecimalField(max_digits=7, decimal_places=1, null=True)
    students = ArrayField(models.BigIntegerField(), default=list)


class MonthlyMoves(models.Model):
    """Students whom a unit gained and lost by moves in one month; for who may open the rows."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="monthly_moves")
    school_year = models.PositiveSmallIntegerField()
    month = models.DateField()
    arrived = models.PositiveIntegerField()
    left = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "month"], name="monthly_moves_once")
        ]


class FlowCount(models.Model):
    """Moves from one school or network to another in one school year, in summer included."""

    school_year = models.PositiveSmallIntegerField()
    sender = models.ForeignKey(Organization, models.PROTECT, related_name="flows_out")
    receiver = models.ForeignKey(Organization, models.PROTECT, related_name="flows_in")
    moves = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school_year", "sender", "receiver"], name="flow_count_once"
            )
        ]
