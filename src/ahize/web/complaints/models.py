"""Cases: somebody complains; which numbers, what was found, what was answered, and the bundles that were sealed.

Answers: what was said, when it came, by when it is due, where it stands. Refuses to know what the law makes of a call
(rulings stand with the attempts) and suppressions, which are the consents' and only named here by their receipts.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from ahize.web.accounts.models import User
from ahize.web.base import TenantModel
from ahize.web.consents.models import Door
from ahize.web.tenants.models import Seller

E164_LENGTH_MAX = 16


class State(models.TextChoices):
    """Where a case stands."""

    RECEIVED = "received"
    INVESTIGATING = "investigating"
    NEEDS_COUNSEL = "needs_counsel"
    ANSWERED = "answered"
    CLOSED = "closed"


OPEN_STATES = (State.RECEIVED, State.INVESTIGATING, State.NEEDS_COUNSEL)


class Source(models.TextChoices):
    """By which of our ways in it came."""

    SCREEN = "screen"
    API = "api"
    MAIL = "mail"


class Standing(models.TextChoices):
    """What is known of a number on a case: read in a mail, said to be the one, or said not to be."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class JobState(models.TextChoices):
    """How far a bundle or a reading of the meter is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Case(TenantModel):
    """One complaint.

    Attributes:
        number: counted in the house, from 1.
        authority: whose complaint it is, as ``authorities.yaml`` names it; empty: the person's own.
        happened_at: when the call was, as they say.
        deadlines: ``{id, what, due_at, title, title_tr, cites, mark}`` as they were reckoned when it came; ``what`` is
            ``stop``, ``acknowledge`` or ``answer``.
        due_at: the first of them by which something is still to be said; null where nothing is.
        counsel: what makes it need counsel: ``{at, kind, attempt, what}``; only ever added to.
        mail: where the mail lies as it came; empty where it came otherwise.
        mail_notes: what could not be read of it, in codes.
    """

    number = models.PositiveIntegerField()
    state = models.CharField(max_length=13, choices=State.choices, default=State.RECEIVED)
    source = models.CharField(max_length=6, choices=Source.choices)
    door = models.CharField(max_length=12, choices=Door.choices)
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, null=True, related_name="+")
    who = models.TextField(blank=True, default="")
    contact = models.TextField(blank=True, default="")
    said = models.TextField(blank=True, default="")
    happened_at = models.DateTimeField(null=True)
    authority = models.CharField(max_length=24, blank=True, default="")
    authority_reference = models.CharField(max_length=120, blank=True, default="")
    received_at = models.DateTimeField()
    deadlines = models.JSONField(default=list)
    due_at = models.DateTimeField(null=True)
    counsel = models.JSONField(default=list)
    assigned = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    mail = models.TextField(blank=True, default="")
    mail_name = models.CharField(max_length=200, blank=True, default="")
    mail_size = models.PositiveIntegerField(default=0)
    mail_sha256 = models.CharField(max_length=64, blank=True, default="")
    mail_notes = ArrayField(models.TextField(), default=list)
    acknowledged_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True, default="")
    closed_at = models.DateTimeField(null=True)
    opened_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "number"], name="complaint_number_once"),
            # The same letter twice is one case; whoever brings it again is told of it.
            models.UniqueConstraint(
                fields=["tenant", "mail_sha256"], condition=~Q(mail_sha256=""), name="complaint_mail_once"
            ),
        )
        indexes = (
            models.Index(fields=["tenant", "state", "due_at"], name="complaint_by_clock"),
            models.Index(fields=["tenant", "authority", "authority_reference"], name="complaint_by_reference"),
        )


class CaseNumber(TenantModel):
    """One number of a case. ``receipts`` are the stops that were written with it: ``{seller, receipt, at}``."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="numbers")
    e164 = models.CharField(max_length=E164_LENGTH_MAX)
    raw = models.TextField(blank=True, default="")
    standing = models.CharField(max_length=9, choices=Standing.choices)
    called = models.BooleanField()
    receipts = models.JSONField(default=list)
    stopped_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "e164"], name="complaint_has_a_number_once"),)
        indexes = (models.Index(fields=["tenant", "e164"], name="complaint_by_telephone"),)


class Note(TenantModel):
    """What somebody wrote on a case, or what was done with it; never changed.

    ``kind``: ``note``, ``state``, ``repeat``, ``number``, ``redecision``, ``assigned`` or ``bundle``.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    kind = models.CharField(max_length=10)
    text = models.TextField(blank=True, default="")
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=["case", "at"], name="complaint_note_of_case"),)


class Redecision(TenantModel):
    """Each ruling of a case decided again; never changed. ``findings`` are what is not the same, one by one."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="redecisions")
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    attempts = models.PositiveIntegerField()
    same = models.PositiveIntegerField()
    findings = models.JSONField(default=list)

    class Meta:
        indexes = (models.Index(fields=["case", "at"], name="complaint_redecision_of_case"),)


class Bundle(TenantModel):
    """An evidence bundle: asked for by somebody, made by the worker, sealed, kept.

    ``recordings``: whoever asked may hear recordings, so that opened copies are in it. ``notes`` say what could not be
    put in and why, ``{path, code}``.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="bundles")
    asked_at = models.DateTimeField()
    by = models.UUIDField()
    language = models.CharField(max_length=2)
    recordings = models.BooleanField()
    state = models.CharField(max_length=7, choices=JobState.choices, default=JobState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True, default="")
    notes = models.JSONField(default=list)
    path = models.TextField(blank=True, default="")
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["case", "-asked_at"], name="complaint_bundle_of_case"),)


class Meter(TenantModel):
    """One reading of the penalty-exposure meter: what was found among the calls of ``[since, until)``; never changed
    once it is done.

    ``found`` are its lines, ``totals`` what they may cost by currency; ``version`` is that of the amounts.
    """

    asked_at = models.DateTimeField()
    by = models.UUIDField(null=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    state = models.CharField(max_length=7, choices=JobState.choices, default=JobState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True, default="")
    version = models.CharField(max_length=20, blank=True, default="")
    found = models.JSONField(default=list)
    totals = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["tenant", "-asked_at"], name="complaint_meter_newest"),)
