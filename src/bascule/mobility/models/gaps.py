"""Gaps of the system: a pattern behind many tickets, whose it is to mend, and what was decided."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bascule.mobility.tickets import ROOT_CAUSES

LONGEST = 600


class SystemGap(models.Model):
    """One gap: seen, decided on, and closed. No student stands in it.

    `office` is who can mend it, `decided_on` the day from which the decision holds.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pattern = models.CharField(max_length=LONGEST)
    root_cause = models.CharField(
        max_length=20, choices=[(each.key, each.label) for each in ROOT_CAUSES.values()]
    )
    office = models.CharField(max_length=80)
    opened_by = models.BigIntegerField()
    opened_name = models.CharField(max_length=160)
    opened_at = models.DateTimeField()
    decision = models.CharField(max_length=LONGEST, blank=True)
    decided_on = models.DateField(null=True)
    decided_by = models.BigIntegerField(null=True)
    decided_name = models.CharField(max_length=160, blank=True)
    closed_because = models.CharField(max_length=LONGEST, blank=True)
    closed_name = models.CharField(max_length=160, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="", decided_on=None, decided_by=None)
                | ~Q(decision="") & Q(decided_on__isnull=False, decided_by__isnull=False),
                name="gap_decided_whole",
                violation_error_message=_("A decision has words and a day."),
            ),
            models.CheckConstraint(
                condition=Q(closed_because="", closed_at=None)
                | ~Q(closed_because="") & Q(closed_at__isnull=False),
                name="gap_closed_for_a_reason",
                violation_error_message=_("Why a gap is closed is said."),
            ),
        ]

    @property
    def state(self) -> str:
        """Where it stands: "open", "decided" or "closed"."""
        return "closed" if self.closed_at else "decided" if self.decided_on else "open"
