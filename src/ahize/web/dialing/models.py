"""What was decided, dialled, heard and said, and who sits where.

Answers: which attempts there were and why they were lawful, where each contact stands in a campaign, what every seat
does. Refuses to know: how many to dial and what the law says. One writer for each table, and the database enforces it
(migrations/0002): clearance alone inserts attempts, rulings and permits; dialerd alone writes journal, leases and what
the engine owns of a seat; the web writes deeds, presence, dispositions and drafts.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from ahize.web.accounts.models import User
from ahize.web.base import TenantModel
from ahize.web.campaigns.models import Campaign
from ahize.web.contacts.models import E164_LENGTH_MAX, Contact, Phone
from ahize.web.lines.models import Trunk
from ahize.web.tenants.models import Seller, Tenant


class Origin(models.TextChoices):
    """What started an attempt."""

    DIALER = "dialer"
    PREVIEW = "preview"
    TYPED = "typed"
    CALLBACK = "callback"
    API = "api"


class Verdict(models.TextChoices):
    """What clearance said."""

    ALLOW = "allow"
    BLOCK = "block"
    REVIEW = "review"


class CallbackState(models.TextChoices):
    """Where a promised call stands."""

    WAITING = "waiting"
    DIALLED = "dialled"
    DONE = "done"
    CANCELLED = "cancelled"


class SeatState(models.TextChoices):
    """What a seat does."""

    CLOSED = "closed"
    PAUSED = "paused"
    READY = "ready"
    PREVIEWING = "previewing"
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap_up"


class Floor(TenantModel):
    """The seats one engine serves, and which engine: the highest ``epoch`` is the present owner's."""

    epoch = models.PositiveBigIntegerField(default=0)
    owner = models.TextField(blank=True, default="")
    lease_until = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    gate_up = models.BooleanField(default=False)
    stopped = models.BooleanField(default=False)
    hang_up_asked = models.BooleanField(default=False)
    forecasts = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    learned = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))

    class Meta:
        constraints = (models.UniqueConstraint(fields=["tenant"], name="floor_one_per_tenant"),)


class Attempt(TenantModel):
    """One decision to dial one number, lawful or barred; the call it may become carries the same id."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    campaign_version = models.PositiveIntegerField(default=0)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="attempts")
    phone = models.ForeignKey(Phone, on_delete=models.PROTECT, related_name="+")
    e164 = models.CharField(max_length=E164_LENGTH_MAX)
    caller_id = models.CharField(max_length=E164_LENGTH_MAX, blank=True, default="")
    method = models.CharField(max_length=12)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.DIALER)
    callback_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    verdict = models.CharField(max_length=6, choices=Verdict.choices)
    live = models.BooleanField(default=False)
    agent = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    seat_id = models.UUIDField(null=True)
    originated_at = models.DateTimeField(null=True)
    ringing_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    greeting = models.TextField(blank=True, default="")
    connected_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    talk_s = models.DecimalField(max_digits=8, decimal_places=1, null=True)
    outcome = models.CharField(max_length=24, blank=True, default="")
    cause = models.PositiveSmallIntegerField(null=True)
    disposition = models.CharField(max_length=32, blank=True, default="")
    disposed_at = models.DateTimeField(null=True)
    # How the talk stands; defaults of the database's own, for clearance names only what it knows.
    held = models.BooleanField(default=False, db_default=False)
    recording_paused = models.BooleanField(default=False, db_default=False)
    three_way = models.BooleanField(default=False, db_default=False)
    consulting = models.UUIDField(null=True)
    transferred_from = models.UUIDField(null=True)
    # What a broadcast's flow came to, in its own word, and the receipt of whoever opted out in the call.
    flow_outcome = models.CharField(max_length=64, blank=True, default="", db_default="")
    stop_receipt = models.CharField(max_length=16, blank=True, default="", db_default="")
    # A person was taken for a machine and hung up on: somebody heard it later, and it counts as abandoned.
    mistaken = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["contact"], condition=Q(live=True), name="attempt_live_contact_once"),
            models.UniqueConstraint(fields=["seller", "e164"], condition=Q(live=True), name="attempt_live_number_once"),
        )
        indexes = (
            models.Index(fields=["tenant", "-at"], name="attempt_newest"),
            models.Index(fields=["campaign", "at"], name="attempt_by_campaign"),
            # What laws count abandonment in (``abandoned.counted``): few of a month's attempts.
            models.Index(
                fields=["campaign", "at"],
                name="attempt_answered",
                condition=Q(outcome="abandoned")
                | Q(mistaken=True)
                | (Q(heard_at__isnull=False) & Q(greeting__startswith="person:") & ~Q(outcome="hung_up")),
            ),
            models.Index(fields=["contact", "at"], name="attempt_by_contact"),
            models.Index(fields=["e164", "at"], name="attempt_by_number"),
            models.Index(fields=["agent", "-at"], name="attempt_by_agent", condition=Q(agent__isnull=False)),
            models.Index(
                fields=["tenant", "ended_at"], name="attempt_to_fix", condition=Q(disposition="not_dispositioned")
            ),
        )


class Was(models.TextChoices):
    """Who really picked up."""

    PERSON = "person"
    MACHINE = "machine"


class Heard(TenantModel):
    """What somebody says picked up, whatever was taken for it; the last word on an attempt stands here."""

    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="heard")
    was = models.CharField(max_length=7, choices=Was.choices)
    by = models.UUIDField(null=True)
    at = models.DateTimeField()


class LegKind(models.TextChoices):
    """What somebody of the house did in a call."""

    TALK = "talk"
    CONSULT = "consult"
    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"


class Leg(TenantModel):
    """Who of the house was in a call, as what, over ``[since, until)``; ``until`` null: still is."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="legs")
    seat_id = models.UUIDField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=8, choices=LegKind.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["attempt", "since"], name="leg_by_attempt"),)
        constraints = (
            models.UniqueConstraint(fields=["attempt", "seat_id"], condition=Q(until=None), name="leg_open_once"),
        )


class OwnPurpose(models.TextChoices):
    """Why a number of the house's own is called."""

    TEST = "test"
    PHONE = "phone"


class OwnCallState(models.TextChoices):
    """Where a call to an own number stands."""

    ASKED = "asked"
    SEALED = "sealed"
    REFUSED = "refused"
    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"


class OwnCall(TenantModel):
    """A call to a number of the house's own: a trunk's test, or an agent's ear at home. Nobody else is ever called so.

    The web asks, clearance seals or refuses, dialerd writes what came of it.
    """

    purpose = models.CharField(max_length=5, choices=OwnPurpose.choices)
    trunk = models.ForeignKey(Trunk, on_delete=models.SET_NULL, null=True, related_name="+")
    seat_id = models.UUIDField(null=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    e164 = models.CharField(max_length=E164_LENGTH_MAX)
    caller_id = models.CharField(max_length=E164_LENGTH_MAX)
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=OwnCallState.choices, default=OwnCallState.ASKED)
    why = models.TextField(blank=True, default="")
    payload = models.TextField(blank=True, default="")
    signature = models.BinaryField(default=b"")
    sealed_at = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    cause = models.PositiveSmallIntegerField(null=True)
    quality = models.JSONField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["tenant", "-at"], name="own_call_newest"),
            models.Index(fields=["tenant", "at"], name="own_call_asked", condition=Q(state="asked")),
        )


class InboundCall(TenantModel):
    """Somebody called a number that a seller shows. The gate's word; dialerd writes it, nobody else may.

    ``caller`` is empty where no number was sent; ``name`` is whatever the caller's carrier said.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    called = models.CharField(max_length=E164_LENGTH_MAX)
    caller = models.CharField(max_length=E164_LENGTH_MAX, blank=True, default="")
    name = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=30, blank=True, default="")
    stopped_at = models.DateTimeField(null=True)
    stop_receipt = models.CharField(max_length=16, blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["tenant", "-at"], name="inbound_call_newest"),)


class Ruling(TenantModel):
    """Why an attempt was allowed or barred: the facts, the answer, and the law's versions; chained by tenant.

    The facts hold of the number what the law reads of it (``apart.py``). ``number`` is all of it, and the hash covers a
    commitment to it under ``salt``; once it is forgotten (``forgetting.py``) ``commitment`` stands in their place. In
    rulings from before that was so, the number stands in the facts and all three are empty.

    ``sources`` says how old each fact was and by which laws exactly it was ruled (``sources.py``); null in rulings from
    before that was kept, whose hash is of facts and ruling alone.
    """

    id = None  # type: ignore[assignment]  # the attempt is the key
    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, primary_key=True, related_name="ruling")
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    facts = models.JSONField()
    ruling = models.JSONField()
    sources = models.JSONField(null=True)
    number = models.CharField(max_length=E164_LENGTH_MAX, blank=True, default="", db_default="")
    salt = models.CharField(max_length=32, blank=True, default="", db_default="")
    commitment = models.CharField(max_length=64, blank=True, default="", db_default="")
    forgotten_at = models.DateTimeField(null=True)
    rulebook = models.TextField()
    tzdata = models.TextField()
    federal_only = models.BooleanField(default=False)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["tenant", "seq"], name="ruling_seq_once"),)


class Permit(TenantModel):
    """The permit sealed for an attempt: what was signed, and whether the gate spent it or it was voided."""

    id = None  # type: ignore[assignment]  # the attempt is the key
    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, primary_key=True, related_name="permit")
    e164 = models.CharField(max_length=E164_LENGTH_MAX)
    sealed_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    payload = models.TextField()
    signature = models.BinaryField()
    spent_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    void_reason = models.TextField(blank=True, default="")


class Journal(models.Model):
    """Every event of a floor with its time and the commands it caused, in order, each line chained to the last.

    ``people`` is what stands in the places of event and commands (``apart.py``); null in lines that name nobody, and in
    those from before anything was taken out of them.
    """

    pk = models.CompositePrimaryKey("floor_id", "seq")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False)
    floor = models.ForeignKey(Floor, on_delete=models.PROTECT, related_name="+", db_index=False)
    seq = models.PositiveBigIntegerField()
    epoch = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    event = models.JSONField()
    commands = models.JSONField()
    people = models.JSONField(null=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = (models.Index(fields=["tenant", "at"], name="journal_by_time"),)


class Due(models.Model):
    """Where one contact stands in one campaign: due when, leased, or done and why."""

    pk = models.CompositePrimaryKey("campaign_id", "contact_id")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    list_position = models.PositiveSmallIntegerField(default=0)
    row = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    front = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.BooleanField(default=False)
    done_reason = models.TextField(blank=True, default="")
    leased_until = models.DateTimeField(null=True)
    lease_epoch = models.PositiveBigIntegerField(null=True)
    last_outcome = models.TextField(blank=True, default="")
    last_at = models.DateTimeField(null=True)
    phone_position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = (
            models.Index(
                fields=["campaign", "-front", "due_at", "list_position", "row"],
                name="due_in_dialing_order",
                condition=Q(done=False, leased_until__isnull=True),
            ),
            models.Index(fields=["campaign"], name="due_leased", condition=Q(leased_until__isnull=False)),
        )


class Callback(TenantModel):
    """A promise to call at a time, owned by one agent until ``anyone_after``."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    phone = models.ForeignKey(Phone, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    zone = models.TextField(blank=True, default="")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    anyone_after = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=CallbackState.choices, default=CallbackState.WAITING)
    by = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    attempt_id = models.UUIDField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["campaign", "contact"], condition=Q(state="waiting"), name="callback_waiting_once"
            ),
        )
        indexes = (
            models.Index(fields=["tenant", "at"], name="callback_waiting", condition=Q(state="waiting")),
            models.Index(fields=["owner", "at"], name="callback_mine", condition=Q(state="waiting")),
        )


class Seat(TenantModel):
    """An agent's working place. The web writes who sits there, since when they were heard and which campaign they
    chose (``wanted``); the engine all the rest."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="seat")
    session = models.UUIDField(null=True)
    session_epoch = models.PositiveIntegerField(default=0)
    alive_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    wanted = models.ForeignKey(Campaign, on_delete=models.PROTECT, null=True, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, null=True, related_name="+")
    epoch = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=SeatState.choices, default=SeatState.CLOSED)
    since = models.DateTimeField()
    deadline = models.DateTimeField(null=True)
    pause_code = models.CharField(max_length=32, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    attempt_id = models.UUIDField(null=True)
    offer = models.JSONField(null=True)
    finish_after = models.BooleanField(default=False)
    lost_at = models.DateTimeField(null=True)
    shift_ends_at = models.DateTimeField(null=True)

    @property
    def leaving(self) -> str:
        """The pause it goes into as soon as those who ring for it let it; empty: it stays."""
        return self.pause_code if self.state == SeatState.READY else ""


class Deed(models.Model):
    """What a person (or the web) asked of the dialer; taken once, in order."""

    seq = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    kind = models.TextField()
    payload = models.JSONField(default=dict)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["tenant", "seq"], name="deed_waiting", condition=Q(taken_at__isnull=True)),)


class DispositionRecord(TenantModel):
    """What a person (or the expired wrap-up) said a call came to; never changed, only corrected by a later one."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="records")
    code = models.CharField(max_length=32)
    flags = ArrayField(models.TextField(), default=list)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    idempotency_key = models.TextField(null=True)
    notes = models.TextField(blank=True, default="")
    callback_id = models.UUIDField(null=True)
    receipt = models.CharField(max_length=16, blank=True, default="")
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "idempotency_key"], name="disposition_key_once"),
            models.UniqueConstraint(fields=["corrects"], name="disposition_corrected_once"),
            models.UniqueConstraint(
                fields=["attempt"], condition=Q(corrects__isnull=True), name="disposition_first_once"
            ),
        )


class Draft(models.Model):
    """Notes and chosen code of a call that is not disposed yet; survives the tab."""

    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, primary_key=True, related_name="draft")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False)
    text = models.TextField(blank=True, default="")
    code = models.CharField(max_length=32, blank=True, default="")
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()
