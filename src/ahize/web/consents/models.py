"""Consent, its proof and what became of it, relationships, suppressions, and the copies of registries a seller holds.

Answers: what is on record about a number for a seller. Refuses to know: contacts (they are a floor above, so their ids
stand here as plain ids) and what the law makes of a record; the rulebook reads these rows as facts. An absent value is
unknown, never "no".
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from ahize.web.base import TenantModel
from ahize.web.tenants.models import Agency, Seller

E164_LENGTH_MAX = 16
"""A plus sign and at most 15 digits (E.164)."""


class ConsentForm(models.TextChoices):
    """How consent was taken (``law/facts.md``)."""

    WRITTEN = "written"
    ESIGN = "esign"
    WEB = "web"
    VOICE_RECORDED = "voice_recorded"
    VERBAL = "verbal"
    PAPER = "paper"
    REGISTRY = "registry"


class ConsentLevel(models.TextChoices):
    """How far consent goes."""

    EXPRESS = "express"
    EXPRESS_WRITTEN = "express_written"
    INVITATION = "invitation"


class RelationshipKind(models.TextChoices):
    """What ties a person to a seller."""

    PURCHASE = "purchase"
    TRANSACTION = "transaction"
    LEASE = "lease"
    INQUIRY = "inquiry"
    APPLICATION = "application"
    CONTRACT = "contract"
    DONATION = "donation"
    MEMBERSHIP = "membership"
    VOLUNTEER = "volunteer"
    ATTENDANCE = "attendance"
    PERSONAL = "personal"


class Channel(models.TextChoices):
    """A way to reach someone."""

    VOICE = "voice"
    SMS = "sms"
    FAX = "fax"
    EMAIL = "email"


class Covers(models.TextChoices):
    """What a suppression stops."""

    MARKETING = "marketing"
    EVERYTHING = "everything"


class Door(models.TextChoices):
    """By which door somebody's word came in. What it means does not depend on it."""

    VOICE = "voice"
    KEY_PRESS = "key_press"
    SMS = "sms"
    EMAIL = "email"
    WEB = "web"
    AGENT = "agent"
    LETTER = "letter"
    REGISTRY = "registry"
    IMPORT = "import"


class EventKind(models.TextChoices):
    """What may become of a consent after it was given."""

    REVOKED = "revoked"
    EXPIRED = "expired"
    REGISTRY = "registry"
    TAKEN_BACK = "taken_back"


class RegistryState(models.TextChoices):
    """Where a consent stands with the registry that must know of it."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class RegistryWord(models.TextChoices):
    """What a consent registry has on record (``law/facts.md``). ``none`` is an answer too."""

    GRANTED = "granted"
    REFUSED = "refused"
    NONE = "none"


class Snapshot(TenantModel):
    """The page, form or recording on which people agreed. Many consents may rest on one; never changed."""

    name = models.CharField(max_length=200)
    file = models.TextField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    by = models.UUIDField(null=True)


class Consent(TenantModel):
    """Someone agreed: who, to whom, in exactly which words, by which channels, for what, when. Never changed.

    What becomes of it later stands in its events. ``form``, ``level`` and ``conditional`` may be unknown (empty or
    null); the lists hold only what was shown to cover, an empty ``brand`` or ``product`` means that none was named.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    contact_id = models.UUIDField(null=True)
    e164 = models.CharField(max_length=E164_LENGTH_MAX)
    form = models.CharField(max_length=16, choices=ConsentForm.choices, blank=True, default="")
    level = models.CharField(max_length=16, choices=ConsentLevel.choices, blank=True, default="")
    channels = ArrayField(models.TextField(), default=list)
    methods = ArrayField(models.TextField(), default=list)
    purposes = ArrayField(models.TextField(), default=list)
    brand = models.TextField(blank=True, default="")
    product = models.TextField(blank=True, default="")
    window = models.JSONField(null=True)
    given_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    words = models.TextField(blank=True, default="")
    words_version = models.CharField(max_length=60, blank=True, default="")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, null=True, related_name="+")
    source = models.TextField(blank=True, default="")
    proof_kept = models.BooleanField(null=True)
    signed = models.BooleanField(null=True)
    conditional = models.BooleanField(null=True)
    flaws = ArrayField(models.TextField(), default=list)
    import_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    by = models.UUIDField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["seller", "e164"], name="consent_by_number"),
            models.Index(fields=["import_id"], name="consent_by_import", condition=Q(import_id__isnull=False)),
        )


class ConsentEvent(TenantModel):
    """What became of a consent: withdrawn, run out, answered by a registry, or taken back as entered in error.

    Never changed. ``channels`` of a withdrawal: only those; empty: all of the consent's.
    """

    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=EventKind.choices)
    at = models.DateTimeField()
    door = models.CharField(max_length=12, choices=Door.choices, blank=True, default="")
    said = models.TextField(blank=True, default="")
    channels = ArrayField(models.TextField(), default=list)
    registry = models.CharField(max_length=16, blank=True, default="")
    registry_state = models.CharField(max_length=8, choices=RegistryState.choices, blank=True, default="")
    registry_reference = models.CharField(max_length=100, blank=True, default="")
    created_at = models.DateTimeField()
    by = models.UUIDField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="registry") ^ Q(registry_state=""), name="consent_event_registry_has_a_state"
            ),
        )


class Relationship(TenantModel):
    """A purchase, an inquiry, a membership…: the kind, and its last date."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    contact_id = models.UUIDField(null=True)
    e164 = models.CharField(max_length=E164_LENGTH_MAX)
    kind = models.CharField(max_length=16, choices=RelationshipKind.choices)
    last_on = models.DateField()
    ended_on = models.DateField(null=True)
    product = models.TextField(blank=True, default="")
    opt_out_offered = models.BooleanField(null=True)
    source = models.TextField(blank=True, default="")
    import_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    by = models.UUIDField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["seller", "e164"], name="relationship_by_number"),
            models.Index(fields=["contact_id"], name="relationship_by_contact"),
            models.Index(fields=["import_id"], name="relationship_by_import", condition=Q(import_id__isnull=False)),
        )


class Suppression(TenantModel):
    """A number not to be called, over all lists and campaigns of a seller (of every seller where ``seller`` is null).

    A row is never deleted or changed but for its end, and an end needs two people: the one who asks and another who
    confirms.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, null=True, related_name="+")
    e164 = models.CharField(max_length=E164_LENGTH_MAX)
    channel = models.CharField(max_length=8, choices=Channel.choices, null=True)
    covers = models.CharField(max_length=16, choices=Covers.choices, default=Covers.EVERYTHING)
    at = models.DateTimeField()
    source = models.TextField()
    reason = models.TextField(blank=True, default="")
    receipt = models.CharField(max_length=16)
    by = models.UUIDField(null=True)
    end_asked_at = models.DateTimeField(null=True)
    end_asked_by = models.UUIDField(null=True)
    end_reason = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    end_confirmed_by = models.UUIDField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "receipt"], name="suppression_receipt_once"),
            models.UniqueConstraint(
                fields=["tenant", "seller", "e164", "channel", "covers"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="suppression_in_force_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True)
                | (Q(end_asked_by__isnull=False) & Q(end_confirmed_by__isnull=False) & ~Q(end_reason="")),
                name="suppression_end_has_two_people",
            ),
            models.CheckConstraint(
                condition=Q(end_confirmed_by__isnull=True) | ~Q(end_confirmed_by=models.F("end_asked_by")),
                name="suppression_end_by_another",
            ),
        )
        indexes = (models.Index(fields=["e164"], name="suppression_by_number", condition=Q(ended_at__isnull=True)),)


class CheckKey(TenantModel):
    """The key with which one agency may ask about one seller's suppressions, without ever seeing a number of them.

    Agency and house both hold ``secret``; a token is the HMAC-SHA-256 of a number in E.164 under it.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    secret = models.BinaryField(max_length=32)
    tokens_per_day = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "agency", "seller"], condition=Q(ended_at__isnull=True), name="check_key_in_use_once"
            ),
        )


class CheckToken(TenantModel):
    """A suppression as one agency may ask for it."""

    key = models.ForeignKey(CheckKey, on_delete=models.PROTECT, related_name="+")
    suppression = models.ForeignKey(Suppression, on_delete=models.PROTECT, related_name="+")
    token = models.BinaryField(max_length=32)

    class Meta:
        indexes = (models.Index(fields=["key", "token"], name="check_token_of_key"),)


class Check(TenantModel):
    """One batch that an agency asked about: how many tokens, and how many of them stood on the list. Never changed."""

    key = models.ForeignKey(CheckKey, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    asked = models.PositiveIntegerField()
    found = models.PositiveIntegerField()

    class Meta:
        indexes = (models.Index(fields=["key", "at"], name="check_of_key"),)


class ReportState(models.TextChoices):
    """How far a report to a consent registry is."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class RegistryReport(TenantModel):
    """A consent or a withdrawal that a registry must hear of in time; one row for each channel."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, null=True, related_name="+")
    registry = models.CharField(max_length=16)
    e164 = models.CharField(max_length=E164_LENGTH_MAX)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    granted = models.BooleanField()
    form = models.CharField(max_length=16, blank=True, default="")
    trader = models.BooleanField(default=False)
    happened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=ReportState.choices, default=ReportState.WAITING)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    reference = models.CharField(max_length=100, blank=True, default="")
    problem = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["seller", "next_try_at"], name="report_waiting", condition=Q(state="waiting")),)


class RegistryAnswer(TenantModel):
    """What a consent registry said last of a number and channel. ``checked_at`` null: it must be asked anew."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    registry = models.CharField(max_length=16)
    e164 = models.CharField(max_length=E164_LENGTH_MAX)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    trader = models.BooleanField(default=False)
    status = models.CharField(max_length=8, choices=RegistryWord.choices)
    source = models.CharField(max_length=40, blank=True, default="")
    reference = models.CharField(max_length=100, blank=True, default="")
    said_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "seller", "registry", "e164", "channel"], name="registry_answer_once"
            ),
        )


class RegistryFeed(TenantModel):
    """How far a registry's changes were followed for a seller: the cursor to go on from, and when it was moved."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    registry = models.CharField(max_length=16)
    feed = models.CharField(max_length=8)
    after = models.TextField(blank=True, default="")
    pulled_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "seller", "registry", "feed"], name="registry_feed_once"),
        )


class RegistryVersion(TenantModel):
    """One loaded copy of a do-not-call registry: whose, of which day, covering which area codes, and its hash.

    Never changed; the copy in force for an area is the newest ``as_of`` that covers it (empty ``areas``: all of it).
    ``inferred``: nobody publishes the layout; the numbers were found in a table, by the columns named in ``read_from``,
    and ``attributes`` (what the register bars of each number) were given by who loaded it.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=16)
    as_of = models.DateField()
    areas = ArrayField(models.TextField(), default=list)
    rows = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.TextField()
    loaded_at = models.DateTimeField()
    by = models.UUIDField(null=True)
    inferred = models.BooleanField(default=False)
    attributes = models.JSONField(default=dict)
    read_from = ArrayField(models.TextField(), default=list)

    class Meta:
        indexes = (models.Index(fields=["seller", "code", "-as_of"], name="registry_newest"),)
