"""Trunks, how they stand, agents' phones, numbers of people's own, and recordings to be played.

Answers: over which line a call may go and what an agent hears with. Refuses to know: calls, campaigns and the switch;
the words of a switch stand in ``telephony``. dialerd writes how lines and phones stand, the web all else.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from ahize.web.accounts.models import User
from ahize.web.base import TenantModel

E164_LENGTH_MAX = 16


class TrunkKind(models.TextChoices):
    """How a carrier knows us."""

    REGISTRATION = "registration"
    IP = "ip"


class Transport(models.TextChoices):
    """What carries SIP."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


class Attestation(models.TextChoices):
    """How far we vouch for a caller ID (STIR/SHAKEN): fully, partly, as a gateway; or nothing is said."""

    FULL = "A"
    PARTIAL = "B"
    GATEWAY = "C"
    NONE = ""


class PhoneKind(models.TextChoices):
    """What an agent hears with."""

    BROWSER = "browser"
    SIP = "sip"
    NUMBER = "number"


class Trunk(TenantModel):
    """A line to a carrier. ``secret`` and ``stir_key`` are sealed (``vault.py``) and never shown again.

    ``prices`` is a list of ``{prefix, per_minute, first_s, then_s}`` in ``currency``, and ``spend_max`` the most that
    may be spent in 24 hours; ``codecs`` stand in order of preference; an empty ``caller_ids`` allows whatever clearance
    names. ``watched``: asked every 15 seconds if it is there (SIP OPTIONS).
    """

    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=12, choices=TrunkKind.choices)
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=5060)
    transport = models.CharField(max_length=3, choices=Transport.choices, default=Transport.UDP)
    username = models.CharField(max_length=100, blank=True, default="")
    secret = models.BinaryField(default=b"")
    codecs = ArrayField(models.CharField(max_length=8))
    channels_max = models.PositiveIntegerField(default=30)
    per_second_max = models.DecimalField(max_digits=6, decimal_places=2, default=10)
    spend_max = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    prices = models.JSONField(default=list)
    caller_ids = ArrayField(models.CharField(max_length=E164_LENGTH_MAX), default=list)
    attestation = models.CharField(max_length=1, choices=Attestation.choices, blank=True, default="")
    stir_key = models.BinaryField(default=b"")
    certificate = models.TextField(blank=True, default="")
    certificate_url = models.CharField(max_length=500, blank=True, default="")
    certificate_until = models.DateTimeField(null=True)
    watched = models.BooleanField(default=True)
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    by = models.UUIDField(null=True)

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["tenant", "name"], name="lines_trunk_name"),)

    def __str__(self) -> str:
        return self.name


class LineState(TenantModel):
    """How a trunk stands, as the gate last said; without a trunk: how the switch does.

    ``state`` of a trunk: ``registered``, ``reachable``, ``unreachable``, ``rejected`` or ``unknown``; of a switch:
    ``up``, ``stale`` or ``away``. ``reason`` is the far end's own word, like ``503 Service Unavailable``.
    """

    trunk = models.OneToOneField(Trunk, on_delete=models.CASCADE, null=True, related_name="state")
    state = models.CharField(max_length=12)
    reason = models.CharField(max_length=200, blank=True, default="")
    since = models.DateTimeField()
    channels = models.PositiveIntegerField(default=0)
    version = models.CharField(max_length=60, blank=True, default="")
    up_since = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=["tenant"], condition=Q(trunk=None), name="lines_one_switch_per_tenant"),
        )


class SeatPhone(TenantModel):
    """With what the agent of one seat hears and speaks, for one login. The web makes it, dialerd says if it is up.

    ``ha1`` is all that is kept of the password; ``session_epoch`` and ``until`` end it with the login it was made for.
    """

    seat_id = models.UUIDField(unique=True)
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=PhoneKind.choices)
    ha1 = models.CharField(max_length=32, blank=True, default="")
    number = models.CharField(max_length=E164_LENGTH_MAX, blank=True, default="")
    session_epoch = models.IntegerField(default=0)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    up = models.BooleanField(null=True)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()


class OwnNumber(TenantModel):
    """A telephone number that somebody of the house says is their own; called only once another has approved it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    e164 = models.CharField(max_length=E164_LENGTH_MAX)
    at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    approved_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=["user", "e164"], condition=Q(ended_at=None), name="lines_own_number_once"),
        )


class Sound(TenantModel):
    """A recording to be played to people, as it was brought; used once a second person has approved it.

    ``name`` and ``language`` name it, ``version`` counts what was brought under them; a version is never changed.
    """

    name = models.CharField(max_length=100)
    language = models.CharField(max_length=8)
    version = models.PositiveIntegerField()
    use = models.CharField(max_length=10)
    path = models.TextField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    seconds = models.DecimalField(max_digits=7, decimal_places=2)
    text = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.UUIDField(null=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=["tenant", "name", "language", "version"], name="lines_sound_version"),
        )
