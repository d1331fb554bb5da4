"""What the board shows of the night: figures that change with the roster and not with a step."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BoardFigure(models.Model):
    """One figure of the last night: a median of hours in a state, or days lost in a month.

    `about` is "workflow.state", or the month of arrival such as "2026-11"; `count` is how many
    cases or moves it was computed from. No student stands behind a row.
    """

    class Kind(models.TextChoices):
        HOURS = "hours", _("Median hours in a state")
        DAYS_LOST = "days_lost", _("Student-days lost between schools")

    kind = models.CharField(max_length=12, choices=Kind)
    about = models.CharField(max_length=90)
    figure = models.DecimalField(max_digits=10, decimal_places=1)
    count = models.PositiveIntegerField()
    as_of = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "about"], name="board_figure_once")]
