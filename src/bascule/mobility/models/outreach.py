"""Outreach to inactive students: their bands of last night, the lot, and how far they came."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bascule.cases.models import CaseFile


class OutreachSlice(models.Model):
    """A time in which newly found students are drawn by lot: who started it, and who approved it.

    `seed` is that of the lot (`mobility.outreach_slice`), kept to be checked. One runs at a time.
    """

    class Question(models.TextChoices):
        FIRST = "first", _("Who comes first, and what is tried first")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    question = models.CharField(max_length=10, choices=Question, default=Question.FIRST)
    seed = models.BigIntegerField()
    version = models.PositiveSmallIntegerField()
    approved_by = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    started_by = models.BigIntegerField()
    started_name = models.CharField(max_length=160)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.BigIntegerField(null=True)
    ended_name = models.CharField(max_length=160, blank=True, db_default="")

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["question"], condition=Q(ended_at__isnull=True),
                name="outreach_slice_one_runs",
                violation_error_message=_("Students are drawn already."),
            )
        ]  # fmt: skip


class OutreachBands(models.Model):
    """The bands of a re-engagement case, by the rules of `mobility.outreach_bands`.

    `told` keeps the facts behind each band as sentences; `highs` is how many of the three are
    high, by which the list is ordered and which it shows. Once a case is no longer to be reached,
    its row stays as it was on the last night before. `slice` is the one in which the case was
    drawn or not, on the night that found it; `first_kind` what was drawn to be tried first.
    """

    class Band(models.TextChoices):
        HIGH = "high", _("High")
        MIDDLE = "middle", _("Middle")
        LOW = "low", _("Low")
        UNKNOWN = "unknown", _("Not known")

    case = models.OneToOneField(CaseFile, models.PROTECT, related_name="outreach_bands")
    reach = models.CharField(max_length=8, choices=Band)
    comeback = models.CharField(max_length=8, choices=Band)
    finish = models.CharField(max_length=8, choices=Band)
    highs = models.PositiveSmallIntegerField()
    told = models.JSONField(default=dict)
    slice = models.ForeignKey(OutreachSlice, models.PROTECT, null=True, related_name="cases")
    first_kind = models.CharField(max_length=12, blank=True, db_default="")
    version = models.PositiveSmallIntegerField()
    as_of = models.DateField()


class OutreachCount(models.Model):
    """How many inactive students of a school year came to a step, as `mobility.outreach_funnel`.

    Of one `month` of opening or the whole year, of a `group` of a `cut` or of all ("").
    `is_hidden` where the count, or another one through it, would tell of few. No student stands
    behind a row, and restricted cases count in none.
    """

    year = models.PositiveSmallIntegerField()
    month = models.DateField(null=True)
    cut = models.CharField(max_length=8, blank=True)
    group = models.CharField(max_length=20, blank=True)
    key = models.CharField(max_length=20)
    count = models.PositiveIntegerField()
    is_hidden = models.BooleanField()
    version = models.PositiveSmallIntegerField()
    as_of = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["year", "month", "cut", "group", "key"], name="outreach_count_once",
                nulls_distinct=False,
            )
        ]  # fmt: skip
