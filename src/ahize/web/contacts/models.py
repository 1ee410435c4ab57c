"""Contacts, their phones, the lists they stand in, and the imports that brought them.

Answers: whom may a seller call at all, by which numbers, and where each came from. Refuses to know: campaigns,
attempts and whether a call is lawful. Empty text is unknown, never "no".
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from ahize.web.base import TenantModel
from ahize.web.tenants.models import Seller

E164_LENGTH_MAX = 16


class ListState(models.TextChoices):
    """A list is published whole, or not at all."""

    DRAFT = "draft"
    PUBLISHED = "published"
    UNDONE = "undone"


class Capacity(models.TextChoices):
    """In which capacity someone is called; empty is unknown."""

    CONSUMER = "consumer"
    SOLE_TRADER = "sole_trader"
    BUSINESS = "business"
    PUBLIC_BODY = "public_body"


class PhoneState(models.TextChoices):
    """A wrong number retires the phone, not the person."""

    USABLE = "usable"
    WRONG_NUMBER = "wrong_number"
    DISCONNECTED = "disconnected"
    FAX = "fax"
    RETIRED = "retired"


class ImportState(models.TextChoices):
    """Where an import stands."""

    RECEIVED = "received"
    READING = "reading"
    READY = "ready"
    ACCEPTED = "accepted"
    DISCARDED = "discarded"
    UNDONE = "undone"
    CANCELLED = "cancelled"
    FAILED = "failed"


class DataSource(models.TextChoices):
    """Who told us of the people on a list; empty is unknown."""

    PERSON = "person"
    BROKER = "broker"
    PUBLIC = "public"


class ContactList(TenantModel):
    """A set of contacts with one source and date.

    ``data_source`` and ``notice_given`` are facts the law reads, said by somebody; ``notice`` is which privacy notice
    the people were given, and how. Both unknown (empty, null) until then.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    supplier = models.TextField(blank=True, default="")
    source = models.TextField(blank=True, default="")
    acquired_on = models.DateField(null=True)
    price_cents = models.PositiveBigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=ListState.choices, default=ListState.DRAFT)
    contacts_count = models.PositiveIntegerField(default=0)
    data_source = models.CharField(max_length=8, choices=DataSource.choices, blank=True, default="")
    notice_given = models.BooleanField(null=True)
    notice = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    by = models.UUIDField(null=True)


class Contact(TenantModel):
    """A person or household that may be called, as one row of one list."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    list = models.ForeignKey(ContactList, on_delete=models.PROTECT, related_name="contacts")
    row = models.PositiveIntegerField()
    external_id = models.TextField(blank=True, default="")
    first_name = models.TextField(blank=True, default="")
    last_name = models.TextField(blank=True, default="")
    company = models.TextField(blank=True, default="")
    address = models.TextField(blank=True, default="")
    city = models.TextField(blank=True, default="")
    region = models.TextField(blank=True, default="")
    postal_code = models.TextField(blank=True, default="")
    country = models.TextField(blank=True, default="")
    email = models.TextField(blank=True, default="")
    language = models.TextField(blank=True, default="")
    capacity = models.CharField(max_length=12, choices=Capacity.choices, blank=True, default="")
    fields = models.JSONField(default=dict)
    search_key = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["list", "row"], name="contact_in_list_order"),
            models.Index(fields=["tenant", "search_key"], name="contact_by_name", opclasses=["", "text_pattern_ops"]),
        )


class Phone(TenantModel):
    """One number of one contact, with a state of its own."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="phones")
    position = models.PositiveSmallIntegerField()
    e164 = models.CharField(max_length=E164_LENGTH_MAX)
    ext = models.TextField(blank=True, default="")
    label = models.TextField(blank=True, default="")
    line_type = models.CharField(max_length=12, blank=True, default="")
    zones = ArrayField(models.TextField(), default=list)
    regions = ArrayField(models.TextField(), default=list)
    state = models.CharField(max_length=12, choices=PhoneState.choices, default=PhoneState.USABLE)
    state_reason = models.TextField(blank=True, default="")
    state_at = models.DateTimeField(null=True)
    do_not_dial = models.BooleanField(default=False)
    reassigned = models.CharField(max_length=3, blank=True, default="")
    reassigned_checked_on = models.DateField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["contact", "position"], name="phone_position_once"),)
        indexes = (models.Index(fields=["e164"], name="phone_by_number"),)


class FieldChange(TenantModel):
    """An agent or a manager corrected a field: before, after, who, when, in which attempt."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="changes")
    field = models.TextField()
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    attempt_id = models.UUIDField(null=True)

    class Meta:
        indexes = (models.Index(fields=["contact", "at"], name="change_by_contact"),)


class Import(TenantModel):
    """A file on its way to a list: what it is, how its columns are read, how far it got, what was found."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    list = models.ForeignKey(ContactList, on_delete=models.PROTECT, null=True, related_name="imports")
    filename = models.TextField()
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.TextField()
    supplier = models.TextField(blank=True, default="")
    source = models.TextField(blank=True, default="")
    region = models.CharField(max_length=2, blank=True, default="")
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.RECEIVED)
    truth = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    progress_rows = models.PositiveIntegerField(default=0)
    total_rows = models.PositiveIntegerField(null=True)
    checkpoint = models.JSONField(default=dict)
    cancel_asked = models.BooleanField(default=False)
    problem = models.JSONField(null=True)
    created_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    by = models.UUIDField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["seller", "fingerprint"], name="import_by_fingerprint"),
            models.Index(fields=["tenant", "-created_at"], name="import_newest"),
        )


class ImportRow(TenantModel):
    """One staged row, as it will become a contact; gone once the import is accepted or thrown away."""

    imported = models.ForeignKey(Import, on_delete=models.CASCADE, db_column="import_id", related_name="rows")
    row = models.PositiveIntegerField()
    bad = models.BooleanField(default=False)
    duplicate = models.CharField(max_length=8, blank=True, default="")
    contact = models.JSONField(default=dict)
    records = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["imported", "row"], name="import_row_once"),)


class ImportPhone(TenantModel):
    """One staged number of a staged row."""

    imported = models.ForeignKey(Import, on_delete=models.CASCADE, db_column="import_id", related_name="+")
    row = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField()
    e164 = models.CharField(max_length=E164_LENGTH_MAX)
    ext = models.TextField(blank=True, default="")
    label = models.TextField(blank=True, default="")
    line_type = models.CharField(max_length=12, blank=True, default="")
    zones = ArrayField(models.TextField(), default=list)
    regions = ArrayField(models.TextField(), default=list)
    do_not_dial = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["imported", "row", "position"], name="import_phone_once"),)
        indexes = (models.Index(fields=["imported", "e164"], name="import_phone_by_number"),)


class ImportReject(TenantModel):
    """One thing wrong with one cell, row or file: where, what stood there, and why it cannot be used."""

    imported = models.ForeignKey(Import, on_delete=models.CASCADE, db_column="import_id", related_name="rejects")
    row = models.PositiveIntegerField()
    line = models.PositiveIntegerField(null=True)
    column = models.TextField(blank=True, default="")
    code = models.CharField(max_length=40)
    value = models.TextField(blank=True, default="")
    warning = models.BooleanField(default=False)

    class Meta:
        indexes = (models.Index(fields=["imported", "row"], name="reject_by_row"),)
