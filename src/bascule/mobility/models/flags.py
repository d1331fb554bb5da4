"""What the night found about a student: a dated flag with its rule, version and sentence."""

from django.db import models

from bascule.directory.models import Organization
from bascule.roster.models import Student


class Flag(models.Model):
    """One finding of a declared rule that is true now, or was until `cleared_at`."""

    student = models.ForeignKey(Student, models.PROTECT, related_name="flags")
    school = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    rule = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    began_on = models.DateField()
    because = models.CharField(max_length=400)
    figures = models.JSONField(default=dict)
    found_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["student", "school", "rule", "began_on"],
                condition=models.Q(cleared_at__isnull=True),
                name="flag_once_while_true",
            )
        ]
        indexes = [models.Index(fields=["rule", "cleared_at"], name="flag_by_rule")]
