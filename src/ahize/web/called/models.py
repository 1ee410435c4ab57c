"""What the page for people who are called keeps: its address, stops, codes, complaints, and who knocked how often.

Answers: which house is this page of, may somebody read about a number, was a stop followed up? Refuses to know rulings.
A code is kept as a keyed hash, knocks as keyed hashes of addresses and numbers; neither outlives a day.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ahize.web.base import TenantModel
from ahize.web.dialing.models import Attempt

E164_LENGTH_MAX = 16


class Page(TenantModel):
    """Under which word a house's page stands, ``/called/WORD``, besides the tenant's own id. One word, one house."""

    word = models.CharField(max_length=40, unique=True)

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["tenant"], name="called_page_once"),)


class Knock(models.Model):
    """Somebody did something that is limited, under the keyed hash of who or what. No tenant: counted before any."""

    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(fields=["key", "at"], name="called_knock_key_at"),
            models.Index(fields=["at"], name="called_knock_at"),
        )


class Stop(TenantModel):
    """A stop from the page: the suppression it stands by, and when what follows a withdrawal was done."""

    suppression_id = models.UUIDField()
    at = models.DateTimeField()
    followed_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        indexes = (models.Index(fields=["tenant", "at"], name="called_stop_to_follow", condition=Q(followed_at=None)),)


class Way(models.TextChoices):
    """How a code is brought."""

    TEXT = "text"
    CALL = "call"


class Code(TenantModel):
    """The one code of a number: asked for by somebody, drawn and sent by the worker, spent by whoever read it.

    ``hash`` is empty until it was drawn, and stays so for a number that this house never called: nothing is sent there.
    ``proof`` is the hash of what the page hands out after the right code, good until ``proven_until``.
    """

    e164 = models.CharField(max_length=E164_LENGTH_MAX)
    language = models.CharField(max_length=8)
    way = models.CharField(max_length=4, choices=Way.choices, default=Way.TEXT, db_default=Way.TEXT)
    asked_at = models.DateTimeField()
    until = models.DateTimeField()
    hash = models.CharField(max_length=64, blank=True, default="")
    handled_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    proof = models.CharField(max_length=64, blank=True, default="")
    proven_until = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["tenant", "e164"], name="called_code_one_at_a_time"),)


class MadeUpMessage(TenantModel):
    """What a made-up telephone shows. Written in made-up houses alone; the database refuses it elsewhere."""

    e164 = models.CharField(max_length=E164_LENGTH_MAX)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes = (models.Index(fields=["e164", "-at"], name="called_made_up_newest"),)


class CallWord(TenantModel):
    """The short code an agent reads out in one call, so that the person can ask the page who is calling."""

    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="+")
    word = models.CharField(max_length=8)
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["tenant", "word"], name="called_call_word_once"),)


class Complaint(TenantModel):
    """A complaint from the page, its number proven. Whoever handles complaints takes it: ``taken_at``, once."""

    e164 = models.CharField(max_length=E164_LENGTH_MAX)
    said = models.TextField()
    language = models.CharField(max_length=8)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        indexes = (models.Index(fields=["tenant", "at"], name="called_complaint_waits", condition=Q(taken_at=None)),)
