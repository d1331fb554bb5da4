"""What happens to a network's cases when its desk is empty: agreed with its chief, and tried."""

import uuid

from django.db import models
from django.db.models import Q

from bascule.directory.models import Organization

LONGEST = 2000


class ContingencyPlan(models.Model):
    """One writing of a network's plan. Never changed: the next writing stands before it.

    The newest one that the network's chief has agreed to holds.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    network = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    words = models.TextField(max_length=LONGEST)
    written_by = models.BigIntegerField()
    written_name = models.CharField(max_length=160)
    written_at = models.DateTimeField()
    agreed_by = models.BigIntegerField(null=True)
    agreed_name = models.CharField(max_length=160, blank=True)
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-written_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_by=None, agreed_at=None, agreed_name="")
                | Q(agreed_by__isnull=False, agreed_at__isnull=False),
                name="plan_agreed_by_somebody",
            )
        ]


class Rehearsal(models.Model):
    """One try of a plan: had these people been away on `day`, who would have had which cases.

    `lines` are desk, open cases in the writer's sight, who would answer ("" nobody) and why.
    """

    plan = models.ForeignKey(ContingencyPlan, models.PROTECT, related_name="rehearsals")
    day = models.DateField()
    away = models.JSONField()
    lines = models.JSONField()
    tried_by = models.BigIntegerField()
    tried_name = models.CharField(max_length=160)
    tried_at = models.DateTimeField()

    class Meta:
        ordering = ["-tried_at", "-id"]
