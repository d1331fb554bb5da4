"""Sources, their runs, rows that could not be loaded, and the nights. Rows in flight: `stage`."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    """One feed: the standard it speaks, and the system whose identifiers it uses.

    Feeds of one system share `system`: a student of the OneRoster package and of the entry and
    withdrawal rows is the same student.
    """

    key = models.CharField(max_length=40, unique=True)
    system = models.CharField(max_length=40, default="sis")
    title = models.CharField(max_length=120)
    standard = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.title


class FileRun(models.Model):
    """One loading of one package: its bytes, its counts per file, its outcome."""

    class Outcome(models.TextChoices):
        RUNNING = "running", _("Running")
        LOADED = "loaded", _("Loaded")
        UNCHANGED = "unchanged", _("Nothing new")
        REFUSED = "refused", _("Refused")
        HELD = "held", _("Held by the brakes")
        UNDONE = "undone", _("Undone")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.ForeignKey(Source, models.PROTECT, related_name="runs")
    path = models.CharField(max_length=400)
    digest = models.CharField(max_length=64)
    outcome = models.CharField(max_length=12, choices=Outcome)
    counts = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at", "-id"]
        indexes = [models.Index(fields=["source", "-started_at"], name="run_latest")]


class Quarantine(models.Model):
    """One row that could not be loaded, as it stood, with the reason and where to fix it."""

    run = models.ForeignKey(FileRun, models.PROTECT, related_name="quarantined")
    file = models.CharField(max_length=200)
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=80, blank=True)
    code = models.CharField(max_length=60)
    message = models.CharField(max_length=400)
    target = models.CharField(max_length=40, blank=True)
    key = models.CharField(max_length=255, blank=True)
    cells = models.JSONField(default=list)

    class Meta:
        ordering = ["id"]


class KeptDigests(models.Model):
    """What a source's last complete run said of one target: each row's key and digest, packed.

    The next run compares with it and takes over only rows that say something new
    (`feeds.sifting`). Whatever else writes the target's rows takes it away.
    """

    source = models.ForeignKey(Source, models.PROTECT, related_name="kept_digests")
    target = models.CharField(max_length=40)
    way = models.CharField(max_length=64)  # how rows were taken over; another way voids it
    packed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target"], name="kept_digests_once")
        ]


class NightRun(models.Model):
    """One nightly run: each stage with its counts and seconds, and whether it came through."""

    as_of = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    stages = models.JSONField(default=list)

    class Meta:
        ordering = ["-started_at", "-id"]


class Order(models.Model):
    """What a steward asked for on the screen: the loader takes a run back before its next file.

    An approval counts for the next load of the run's source and for no other. The pages run as a
    role that may not touch the roster, so they leave an order.
    """

    class Verb(models.TextChoices):
        UNDO = "undo", _("Take the run back")
        APPROVE = "approve", _("Let the mass change pass")

    run = models.ForeignKey(FileRun, models.PROTECT, related_name="orders")
    verb = models.CharField(max_length=10, choices=Verb)
    user_id = models.BigIntegerField()
    actor_name = models.CharField(max_length=160)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "verb"], condition=models.Q(done_at__isnull=True),
                name="order_once_while_open",
                violation_error_message=_("This has been asked for already."),
            )
        ]  # fmt: skip
