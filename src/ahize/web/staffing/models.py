"""What somebody expects of a day, and what we said of the end of a list.

Answers: which half hours were planned with which calls and target, and which finish was foretold on which day. Refuses
to know how seats are counted.
"""

from __future__ import annotations

from django.db import models

from ahize.web.base import TenantModel
from ahize.web.campaigns.models import Campaign


class DayPlan(TenantModel):
    """One day of one campaign, of the inbound lines, or of both on the same seats, as somebody entered it last.

    ``halves`` are the half hours with what is expected of them; ``target`` what is asked for.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, null=True, related_name="+")
    inbound = models.BooleanField()
    day = models.DateField()
    target = models.JSONField()
    halves = models.JSONField()
    at = models.DateTimeField()
    by = models.UUIDField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "campaign", "inbound", "day"], name="staffing_plan_once", nulls_distinct=False
            ),
        )


class FinishForecast(TenantModel):
    """On day ``on`` this campaign had so many contacts left, came to so many a day, and so would finish on ``finish``.

    Never changed afterwards: that is what it is held against. ``finish`` is null where nothing moved; ``earliest`` and
    ``latest`` hold in 19 of 20 cases if the days to come are like the days that were.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    at = models.DateTimeField()
    remaining = models.PositiveIntegerField()
    pace = models.FloatField()
    finish = models.DateField(null=True)
    earliest = models.DateField(null=True)
    latest = models.DateField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["campaign", "on"], name="staffing_forecast_once_a_day"),)
