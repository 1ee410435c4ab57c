"""Plans that somebody had simulated, and the evenings that came of each.

Answers: what was asked, from what it was drawn, and what came of it. A run is never changed once it has ended; asking
again is another run. Refuses to know how an evening is simulated.
"""

from __future__ import annotations

from django.db import models

from ahize.web.base import TenantModel
from ahize.web.campaigns.models import Campaign


class Kind(models.TextChoices):
    """What was asked: evenings to come, or one that was."""

    WHAT_IF = "what_if"
    REPLAY = "replay"


class RunState(models.TextChoices):
    """Where a run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Run(TenantModel):
    """One plan and its evenings.

    ``asked`` is what somebody entered, ``plan`` and ``habits`` are what is simulated (``sim/plan.py``,
    ``sim/habits.py``), ``result`` is what is shown, as far as it has come. Equal plan, habits and seed, equal result.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=100, blank=True, default="")
    asked = models.JSONField(default=dict)
    plan = models.JSONField(default=dict)
    habits = models.JSONField(default=dict)
    seed = models.PositiveIntegerField()
    wanted = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=RunState.choices, default=RunState.WAITING)
    done = models.PositiveSmallIntegerField(default=0)
    result = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    by = models.UUIDField(null=True)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        indexes = (models.Index(fields=["campaign", "-asked_at"], name="run_newest"),)


class SimulatedEvening(TenantModel):
    """What came of one simulated evening, as ``sim/evening.py`` tells it."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="evenings")
    seed = models.PositiveIntegerField()
    came = models.JSONField()

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["run", "seed"], name="simulated_evening_once"),)
