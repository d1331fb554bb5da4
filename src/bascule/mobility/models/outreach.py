"""In which bands of outreach an inactive student was last night, and what put them there."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bascule.cases.models import CaseFile


class OutreachBands(models.Model):
    """The bands of a re-engagement case, by the rules of `mobility.outreach_bands`.

    `told` keeps the facts behind each band as sentences; `highs` is how many of the three are
    high, by which the list is ordered and which it shows. Once a case is no longer to be reached,
    its row stays as it was on the last night before.
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
