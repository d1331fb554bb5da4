"""What the nightly job did."""

from django.db import models


class NightRun(models.Model):
    """One nightly run: each stage with its counts and seconds, and what it said at the end."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    as_of = models.DateField()
    stages = models.JSONField(default=list)

    class Meta:
        ordering = ["-started_at", "-id"]
