"""Which calls were recorded, where that lies, how long it is kept; and which days of keeping a house has set.

Answers: is there a recording, is it whole, may it go? Refuses to know what is in it: the sound is sealed, in files.
dialerd writes a recording down as the gate reports it; the web holds it back and lets it go early, the worker when its
time has come. A row stays when its file has gone: that something was recorded, and why it is no more, is on record.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ahize.web.base import TenantModel
from ahize.web.campaigns.models import Campaign
from ahize.web.dialing.models import Attempt
from ahize.web.tenants.models import Seller


class Gone(models.TextChoices):
    """Why a recording is no more."""

    RETENTION = "retention"
    ASKED = "asked"


class Recording(TenantModel):
    """
    Attributes:
        path: under the room's ``recordings/``; empty where nothing could be kept.
        not_kept: why not: ``disk_full``, ``disk_fails``, ``no_take``, ``bad_take``.
        seconds, expected_s: how long it is and how long the talk was, both without the pauses.
        cut_short: part of the talk is missing.
        gaps: ``{at_s, lasted_s}``: pauses, as for card data; ``at_s`` is of the file.
        peaks: the loudest moments of the person and of what they heard, base64 of one byte each.
        key: the mark of the key that opens it.
        keep_until: when it goes, unless somebody holds it.
        litigation: the hold (``web/retention``) that keeps it; null where a person holds this one recording, or nobody.
    """

    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="recording")
    began_at = models.DateTimeField()
    noted_at = models.DateTimeField()
    seconds = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    expected_s = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    rate = models.PositiveIntegerField(default=8_000)
    channels = models.PositiveSmallIntegerField(default=2)
    path = models.CharField(max_length=80, blank=True, default="")
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    key = models.CharField(max_length=16, blank=True, default="")
    cut_short = models.BooleanField(default=False)
    not_kept = models.CharField(max_length=12, blank=True, default="")
    gaps = models.JSONField(default=list)
    peaks = models.JSONField(default=list)
    keep_until = models.DateTimeField()
    held_at = models.DateTimeField(null=True)
    held_by = models.UUIDField(null=True)
    hold_reason = models.TextField(blank=True, default="")
    litigation = models.UUIDField(null=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.UUIDField(null=True)
    deleted_why = models.CharField(max_length=10, choices=Gone.choices, blank=True, default="")
    deleted_reason = models.TextField(blank=True, default="")

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(fields=["tenant", "-began_at"], name="recording_newest"),
            models.Index(
                fields=["tenant", "keep_until"],
                name="recording_due_to_go",
                condition=Q(deleted_at__isnull=True, held_at__isnull=True),
            ),
        )


class Retention(TenantModel):
    """How many days recordings are kept: of a campaign, of a seller, or (neither) of the house."""

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, null=True, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, null=True, related_name="+")
    days = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "seller", "campaign"], name="retention_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(seller__isnull=True) | Q(campaign__isnull=True), name="retention_of_one_thing"
            ),
            models.CheckConstraint(condition=Q(days__gte=1), name="retention_of_a_day_at_least"),
        )
