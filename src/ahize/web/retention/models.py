"""Litigation holds with their scope, how long the house keeps each class of record, and the purges with their receipts.

Answers: what must stay, since when, who said so; by which term does the rest go, and what went? Refuses to know what is
in a record. That nothing held goes is enforced by the database itself (``migrations/0002_guards.py``).
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from ahize.web.base import TenantModel
from ahize.web.campaigns.models import Campaign
from ahize.web.contacts.models import E164_LENGTH_MAX, ContactList


class Hold(TenantModel):
    """Somebody ordered that everything in scope stays. Only its end is ever written to it, and that takes two people.

    Attributes:
        reference: of the matter, as lawyers or the court name it.
        ordered_by: who ordered it, in words: counsel, a court, an authority.
        from_on: since when it was ordered; it binds from the moment it is placed.
    """

    name = models.CharField(max_length=120)
    reference = models.CharField(max_length=120, blank=True, default="")
    reason = models.TextField()
    ordered_by = models.CharField(max_length=200)
    from_on = models.DateField()
    placed_at = models.DateTimeField()
    placed_by = models.UUIDField()
    lift_asked_at = models.DateTimeField(null=True)
    lift_asked_by = models.UUIDField(null=True)
    lift_reason = models.TextField(blank=True, default="")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.UUIDField(null=True)

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True)
                | (
                    Q(lift_asked_by__isnull=False, lifted_by__isnull=False)
                    & ~Q(lifted_by=F("lift_asked_by"))
                    & ~Q(lift_reason="")
                ),
                name="hold_lifted_by_two_people",
            ),
        )
        indexes = (models.Index(fields=["tenant", "-placed_at"], name="hold_newest"),)


class Scope(TenantModel):
    """One line of a hold's scope. All that is named in a line must fit, and one line that fits is enough.

    Attributes:
        contact_id, case_id: plain ids, for once the hold is lifted contact and case may go.
        marks: pseudonyms under which records of ``e164`` stand since an erasure; only the worker can find them.
        since, until: of the calls, half-open.
        lifted_at: as its hold's; beside the line, for the database asks at every deletion.
    """

    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, related_name="scope")
    e164 = models.CharField(max_length=E164_LENGTH_MAX, blank=True, default="")
    marks = ArrayField(models.CharField(max_length=E164_LENGTH_MAX), default=list)
    contact_id = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, null=True, related_name="+")
    list = models.ForeignKey(ContactList, on_delete=models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=~Q(e164="")
                | Q(contact_id__isnull=False)
                | Q(case_id__isnull=False)
                | Q(campaign__isnull=False)
                | Q(list__isnull=False)
                | Q(since__isnull=False)
                | Q(until__isnull=False),
                name="hold_scope_names_something",
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(since__lt=F("until")),
                name="hold_scope_begins_before_it_ends",
            ),
        )
        indexes = (models.Index(fields=["tenant"], name="hold_scope_in_force", condition=Q(lifted_at=None)),)


class Change(TenantModel):
    """Another term for a class of record. What keeps longer holds at once; what keeps shorter needs a second person.

    ``before`` and ``after`` are ``{months, days}``. A decided change is never touched again.
    """

    code = models.CharField(max_length=24)
    before = models.JSONField()
    after = models.JSONField()
    shortens = models.BooleanField()
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    in_force_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "code"],
                condition=Q(in_force_at__isnull=True, refused_at__isnull=True),
                name="retention_one_change_waits",
            ),
            models.CheckConstraint(
                condition=Q(in_force_at__isnull=True)
                | Q(shortens=False)
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
                name="retention_shortens_with_two_people",
            ),
        )
        indexes = (models.Index(fields=["tenant", "-asked_at"], name="retention_change_newest"),)


class Run(TenantModel):
    """One night's purge: what it said beforehand, how far it is. Taken up where it stood.

    ``planned`` is a list of ``{code, keeps, before_on, due, held, oldest}``; ``counts`` rows gone by class,
    ``problems`` a sentence by class that could not be finished.
    """

    began_at = models.DateTimeField()
    planned = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["tenant"], condition=Q(done_at__isnull=True), name="retention_one_run_at_a_time"
            ),
        )
        indexes = (models.Index(fields=["tenant", "-began_at"], name="retention_run_newest"),)


class Receipt(TenantModel):
    """What a purge did, in counts: signed by the worker, each covering the one before. Never changed.

    ``hash`` is SHA-256 over the canonical text of ``facts``, which name the hash before; ``signature`` is Ed25519 over
    ``hash`` by the key of proof whose public half is ``key`` (hexadecimal).
    """

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="receipt")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    facts = models.JSONField()
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["tenant", "number"], name="retention_receipt_once"),)
