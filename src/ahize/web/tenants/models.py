"""Whose data it is, on whose behalf is called and by whom, what they can prove, and which numbers may be shown."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from ahize.web.base import TenantModel, fresh_id
from ahize.web.tenants.kinds import EvidenceKind


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
    """On whose behalf a call is made; ``principal`` in facts and rulings.

    ``region`` is where its own people sit (ISO 3166-2): they call where no agency does.
    """

    name = models.CharField(max_length=200)
    brand = models.CharField(max_length=200, blank=True)
    org_type = models.CharField(max_length=30)
    sector = models.CharField(max_length=30)
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=6, blank=True, default="")
    phone_e164 = models.CharField(max_length=16, blank=True)
    address = models.TextField(blank=True)
    opt_out_url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["tenant", "name"], name="tenants_seller_name"),)

    def __str__(self) -> str:
        return self.name


class CallerRole(models.TextChoices):
    """As what somebody calls for a seller (``caller.role`` in facts)."""

    IN_HOUSE = "in_house"
    OUTSOURCED = "outsourced"
    TELEFUNDER = "telefunder"
    VOLUNTEER = "volunteer"


class Agency(TenantModel):
    """Who calls where the seller's own people at home do not: an agency, a telefunder, volunteers, an own room abroad.

    ``country`` and ``region`` (ISO 3166-2) are where its agents sit.
    """

    name = models.CharField(max_length=200)
    role = models.CharField(max_length=12, choices=CallerRole.choices)
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=6, blank=True, default="")
    phone_e164 = models.CharField(max_length=16, blank=True, default="")
    address = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["tenant", "name"], name="tenants_agency_name"),)

    def __str__(self) -> str:
        return self.name


class Evidence(TenantModel):
    """One proof of a status, of a seller or an agency, with its document. In force over ``[valid_from, valid_until)``.

    Never changed but for its early end; a renewal is another record.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, null=True, related_name="evidence")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="evidence")
    kind = models.CharField(max_length=24, choices=[(kind.value, kind.value) for kind in EvidenceKind])
    code = models.CharField(max_length=40)
    number = models.CharField(max_length=100, blank=True, default="")
    account = models.CharField(max_length=100, blank=True, default="")
    areas = ArrayField(models.CharField(max_length=10), default=list)
    note = models.TextField(blank=True, default="")
    document = models.TextField(blank=True, default="")
    document_name = models.CharField(max_length=200, blank=True, default="")
    document_size = models.PositiveIntegerField(default=0)
    document_sha256 = models.CharField(max_length=64, blank=True, default="")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    end_reason = models.TextField(blank=True, default="")

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=models.Q(seller__isnull=False, agency__isnull=True)
                | models.Q(seller__isnull=True, agency__isnull=False),
                name="tenants_evidence_one_holder",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gt=models.F("valid_from")),
                name="tenants_evidence_has_a_time",
            ),
        )
        indexes = (
            models.Index(fields=["seller"], name="tenants_evidence_seller"),
            models.Index(fields=["agency"], name="tenants_evidence_agency"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.number}".strip()


class CallerId(TenantModel):
    """A number a seller may show, with the proof that it may. In force over ``[valid_from, valid_until)``.

    ``proven_at``: a second person has looked at the proof; a new proof wants a new look.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="caller_ids")
    e164 = models.CharField(max_length=16)
    label = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=20)
    dialable = models.BooleanField()
    route_country = models.CharField(max_length=2, blank=True, default="")
    rights_proof = models.TextField(blank=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    proven_at = models.DateTimeField(null=True)
    proven_by = models.UUIDField(null=True)

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["tenant", "seller", "e164"], name="tenants_callerid_once"),)

    def __str__(self) -> str:
        return self.label or self.e164
