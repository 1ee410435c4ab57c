"""The ledger of deeds: each entry carries the hash of the one before."""

from __future__ import annotations

from django.db import models

from ahize.web.notices import Outbox

__all__ = ["ChainHead", "Entry", "Outbox"]


class Entry(models.Model):
    """Who did what to which thing, with the state before and after.

    No role may delete one or change what it says. Its place in the chain (``number`` and the hashes) is written once,
    just after its commit; the wall lets nobody touch an entry that has a hash.
    """

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    previous_hash = models.CharField(max_length=64, default="")
    hash = models.CharField(max_length=64, default="")

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["tenant", "number"], name="audit_entry_number"),)
        indexes = (
            models.Index(fields=["tenant", "subject_kind", "subject_id"], name="audit_entry_subject"),
            models.Index(fields=["tenant"], condition=models.Q(hash=""), name="audit_entry_unsealed"),
        )


class ChainHead(models.Model):
    """The last entry's number and hash: the lock that keeps the chain single, and what shows a tail cut off."""

    tenant = models.OneToOneField("tenants.Tenant", on_delete=models.PROTECT, primary_key=True, related_name="+")
    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    class Meta:
        default_permissions = ()
