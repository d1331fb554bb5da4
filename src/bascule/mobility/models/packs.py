"""What leaves of the trends each month: audited figures, kept as they were published."""

import uuid

from django.db import models
from django.db.models import Q

from bascule.directory.models import Organization

LONGEST = 4000


class TrendPack(models.Model):
    """The pack of one month (its first day), with what the Lead says to it.

    The words are written until the night makes the pack (`made_at`); after that nothing of it
    changes. `as_of` is the day of the roster that was counted, by `rule` in its `version`.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    month = models.DateField(unique=True)
    words = models.TextField(max_length=LONGEST, blank=True)
    written_by = models.BigIntegerField(null=True)
    written_name = models.CharField(max_length=160, blank=True)
    written_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(null=True)
    as_of = models.DateField(null=True)
    rule = models.CharField(max_length=40, blank=True)
    version = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(
                condition=Q(words="", written_by=None, written_at=None)
                | Q(written_by__isnull=False, written_at__isnull=False) & ~Q(words=""),
                name="pack_words_of_somebody",
            ),
            models.CheckConstraint(
                condition=Q(made_at=None, as_of=None, version=None)
                | Q(made_at__isnull=False, as_of__isnull=False, version__isnull=False),
                name="pack_made_of_a_day",
            ),
        ]


class PackFigure(models.Model):
    """One month's moves of one unit as they left the house; null where hidden.

    Published with `pack`, and repeated unchanged by every later pack of the school year: two
    versions of one month would tell of the students between them (ADR 0103).
    """

    pack = models.ForeignKey(TrendPack, models.PROTECT, related_name="figures")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    month = models.DateField()
    arrived = models.PositiveIntegerField(null=True)
    left = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "month"], name="pack_figure_once")
        ]
        indexes = [models.Index(fields=["month", "organization"], name="pack_figure_of_month")]
