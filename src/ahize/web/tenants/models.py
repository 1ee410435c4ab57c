"""Whose data it is, on whose behalf is called, and which numbers may be shown."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from ahize.web.base import TenantModel, fresh_id


class Tenant(models.Model):
    """A house or an agency: the wall stands round it. In ``zone`` its screens tell the time."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    name = models.CharField(max_length=200)
    world = models.CharField(max_length=10, choices=[("real", "real"), ("made_up", "made up")])
    zone = models.CharField(max_length=60, default="UTC")
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class Seller(TenantModel):
    """On whose behalf a call is made; ``principal`` in facts and rulings."""

    name = models.CharField(max_length=200)
    brand = models.CharField(max_length=200, blank=True)
    org_type = models.CharField(max_length=30)
    sector = models.CharField(max_length=30)
    country = models.CharField(max_length=2)
    phone_e164 = models.CharField(max_length=16, blank=True)
    address = models.TextField(blank=True)
    registrations = ArrayField(models.CharField(max_length=40), default=list)
    pays_registry_for = ArrayField(models.CharField(max_length=10), default=list)
    opt_out_url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["tenant", "name"], name="tenants_seller_name"),)

    def __str__(self) -> str:
        return self.name


class CallerId(TenantModel):
    """A number a seller may show, with the proof that it may. In force over ``[valid_from, valid_until)``."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="caller_ids")
    e164 = models.CharField(max_length=16)
    label = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=20)
    dialable = models.BooleanField()
    rights_proof = models.TextField(blank=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["tenant", "seller", "e164"], name="tenants_callerid_once"),)

    def __str__(self) -> str:
        return self.label or self.e164
