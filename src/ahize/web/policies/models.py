"""Changes of house policy: each is one row, decided once; what is in force is what they add up to. And what somebody
of the house says of emergencies: each word is one row, and the last of a region holds.

Answers: who asked for what, when, why, and who the second person was. Refuses to know the law.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from ahize.web.base import TenantModel


class Subject(models.TextChoices):
    """What a change is about."""

    PACK = "pack"
    MEASURE = "measure"


class Change(TenantModel):
    """One change: of a measure's value, or of a country that is on or off.

    What tightens is in force when it is asked for; what loosens waits for a second person, and PostgreSQL itself
    refuses one person (``policy_loosens_with_two_people``). A decided change is never touched again.

    ``name`` is the measure's, or the layer of a country's law; ``version`` numbers what came into force, from 1.
    """

    subject = models.CharField(max_length=8, choices=Subject.choices)
    name = models.CharField(max_length=32)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    loosens = models.BooleanField()
    reason = models.TextField(blank=True, default="")
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    version = models.PositiveIntegerField(null=True)
    in_force_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "version"], name="policy_version_once"),
            models.UniqueConstraint(
                fields=["tenant", "subject", "name"],
                condition=Q(in_force_at__isnull=True, refused_at__isnull=True),
                name="policy_one_waits",
            ),
            models.CheckConstraint(
                condition=Q(in_force_at__isnull=True, version__isnull=True)
                | Q(in_force_at__isnull=False, version__isnull=False, refused_at__isnull=True),
                name="policy_decided_once",
            ),
            models.CheckConstraint(
                condition=Q(in_force_at__isnull=True)
                | Q(loosens=False)
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
                name="policy_loosens_with_two_people",
            ),
            models.CheckConstraint(condition=Q(loosens=False) | ~Q(reason=""), name="policy_loosens_with_a_reason"),
        )


class EmergencyWord(TenantModel):
    """Somebody looked: whether a state of emergency is declared in a region. Never changed; a newer word follows.

    ``region`` is ISO 3166-2, like ``US-NY``; ``source`` says where it was looked up.
    """

    region = models.CharField(max_length=6)
    declared = models.BooleanField()
    source = models.CharField(max_length=300)
    said_at = models.DateTimeField()
    said_by = models.UUIDField()

    class Meta:
        indexes = (models.Index(fields=["tenant", "region", "-said_at"], name="policy_emergency_last"),)
