"""Rounds: all who wait are placed into the free seats of a window at once; what came of it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bascule.cases.models import CaseFile
from bascule.directory.models import span_is_ordered
from bascule.mobility.models.seats import SeatLine
from bascule.roster.models import Student


class PlacementRound(models.Model):
    """One round for the seats of one start window: who did what to it, and when.

    The `seed` of the lottery is drawn once, with the first run, and published; a later run draws
    the same numbers from it. `seats` has of each line (by uuid) how many were "free" as it was run
    and how many it "filled"; `version` is that of the declared priorities. Without
    `odds_counted_at` no odds are known.
    """

    class State(models.TextChoices):
        PREPARED = "prepared", _("Prepared")
        RUN = "run", _("Run, not offered yet")
        OFFERED = "offered", _("Offers made")
        CANCELLED = "cancelled", _("Cancelled")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    window = models.CharField(max_length=40)
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=12, choices=State, default=State.PREPARED)
    version = models.PositiveSmallIntegerField()
    prepared_at = models.DateTimeField()
    prepared_by = models.BigIntegerField()
    prepared_name = models.CharField(max_length=160)
    listed_at = models.DateTimeField()
    entrants = models.PositiveIntegerField(default=0)
    seed = models.BigIntegerField(null=True)
    seats = models.JSONField(default=dict)
    placed = models.PositiveIntegerField(default=0)
    blocking_pairs = models.PositiveIntegerField(null=True)
    run_at = models.DateTimeField(null=True)
    run_by = models.BigIntegerField(null=True)
    run_name = models.CharField(max_length=160, blank=True)
    odds_draws = models.PositiveIntegerField(null=True)
    odds_counted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.BigIntegerField(null=True)
    ended_name = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["-prepared_at", "-id"]
        constraints = [
            span_is_ordered("round_span_ordered"),
            models.UniqueConstraint(
                fields=["window", "starts_on"],
                condition=Q(state__in=["prepared", "run"]),
                name="round_once_a_window",
                violation_error_message=_("A round for this window is under way."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["run", "offered"])
                | Q(seed__isnull=False, run_at__isnull=False, blocking_pairs=0),
                name="round_run_is_stable",
                violation_error_message=_("A round that was run has a seed and no blocking pair."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["prepared", "run"], ended_at__isnull=True)
                | Q(state__in=["offered", "cancelled"], ended_at__isnull=False),
                name="round_ends_at_an_instant",
            ),
            models.CheckConstraint(
                condition=Q(odds_counted_at__isnull=True, odds_draws__isnull=True)
                | Q(odds_counted_at__isnull=False, odds_draws__gte=1),
                name="round_odds_of_draws",
            ),
        ]

    def __str__(self) -> str:
        return self.window

    @property
    def is_open(self) -> bool:
        """Whether it can still be run, offered or cancelled."""
        return self.state in (self.State.PREPARED, self.State.RUN)


class RoundResult(models.Model):
    """One student in one round: the choices as they were listed, and what came of them.

    `choices` and `told` are those of `mobility.rounds`; they hold programs, priorities and numbers,
    and nothing that is restricted. `left_at`: the student waited no more when the list was made
    anew. `odds`: in how many lotteries each choice, and none, was obtained; with the next-best
    plan. The `offer` of a placed student is due until a job of its own has made or skipped it.
    """

    class Offer(models.TextChoices):
        DUE = "due", _("Being made")
        MADE = "made", _("Done")
        SKIPPED = "skipped", _("Skipped")

    class Skipped(models.TextChoices):
        NO_SEAT = "no_seat", _("The seat was given to somebody else after the round was run.")
        MOVED_ON = "moved_on", _("The case moved on after the round was run.")
        RANKED_ANEW = "ranked_anew", _("The student's ranking changed after the round was run.")
        NOT_YOURS = "not_yours", _("Whoever made the offers may not make this one.")
        REFUSED = "refused", _("The step was refused: offer the seat on the case to read why.")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(PlacementRound, models.PROTECT, related_name="results")
    case = models.ForeignKey(CaseFile, models.PROTECT, related_name="round_results")
    student = models.ForeignKey(Student, models.PROTECT, related_name="round_results")
    choices = models.JSONField(default=list)
    left_at = models.DateTimeField(null=True)
    number = models.PositiveIntegerField(null=True)
    rank = models.PositiveSmallIntegerField(null=True)
    line = models.ForeignKey(SeatLine, models.PROTECT, null=True, related_name="round_results")
    told = models.JSONField(default=list)
    odds = models.JSONField(default=dict)
    offer = models.CharField(max_length=12, choices=Offer, blank=True)
    offer_at = models.DateTimeField(null=True)
    skipped_because = models.CharField(max_length=12, choices=Skipped, blank=True)

    class Meta:
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["round", "case"], name="round_result_once_a_case"),
            models.CheckConstraint(
                condition=Q(rank__isnull=True, line__isnull=True)
                | Q(rank__isnull=False, line__isnull=False, number__isnull=False),
                name="round_result_placed_or_not",
            ),
            models.CheckConstraint(
                condition=Q(offer="", offer_at__isnull=True) | Q(line__isnull=False),
                name="round_result_offers_a_seat",
            ),
            models.CheckConstraint(
                condition=Q(offer="skipped") & ~Q(skipped_because="")
                | ~Q(offer="skipped") & Q(skipped_because=""),
                name="round_result_skipped_for_a_reason",
            ),
        ]
