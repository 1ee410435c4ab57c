"""What people asked about their data, by when they must be answered, what was answered, and the receipts they hold.

Answers: who asked what, under which clock, and where does it stand? Refuses to know who called whom, and by which door
somebody came: ``called`` and the screens stand above. A receipt holds no number: whoever has its code can prove that it
is about theirs, and nobody else can find out.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ahize.web.base import TenantModel
from ahize.web.tenants.models import Seller

E164_LENGTH_MAX = 16


class Kind(models.TextChoices):
    """What somebody asks for."""

    ACCESS = "access"
    CORRECTION = "correction"
    ERASURE = "erasure"
    OBJECTION = "objection"


class Came(models.TextChoices):
    """By which door a request came in."""

    PAGE = "page"
    SCREEN = "screen"
    API = "api"


class State(models.TextChoices):
    """Where a request stands."""

    OPEN = "open"
    DOING = "doing"
    DONE = "done"
    REFUSED = "refused"


class Receipt(TenantModel):
    """What somebody holds in their hand: that they asked, when, and the hash that stands in the chain.

    ``code_hash`` is all that is kept of the code. ``facts`` are what was hashed into ``digest``; no number, no name.
    """

    code_hash = models.CharField(max_length=64)
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()
    facts = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["tenant", "code_hash"], name="rights_receipt_once"),)


class Request(TenantModel):
    """One request, with the clock it stands under.

    ``proven``: a code was delivered to the number and came back. ``e164`` is empty once it was erased; what is left is
    ``pseudonym``. ``due_at`` moves once at most, with notice to the person.
    """

    kind = models.CharField(max_length=10, choices=Kind.choices)
    came = models.CharField(max_length=6, choices=Came.choices)
    e164 = models.CharField(max_length=E164_LENGTH_MAX)
    pseudonym = models.CharField(max_length=E164_LENGTH_MAX, blank=True, default="")
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, null=True, related_name="+")
    proven = models.BooleanField(default=False)
    language = models.CharField(max_length=8, blank=True, default="")
    said = models.TextField(blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="")
    region = models.CharField(max_length=6, blank=True, default="")
    clock = models.CharField(max_length=20)
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    extended_at = models.DateTimeField(null=True)
    extended_why = models.TextField(blank=True, default="")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    reason = models.TextField(blank=True, default="")
    answer = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    by = models.UUIDField(null=True)

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(
                fields=["tenant", "due_at"], name="rights_request_due", condition=Q(state__in=("open", "doing"))
            ),
            models.Index(fields=["tenant", "-at"], name="rights_request_newest"),
            models.Index(fields=["e164"], name="rights_request_by_number"),
        )


class Erasure(TenantModel):
    """One number's erasure: which step is done, what went and what is kept for which reason. Taken up where it stood.

    ``e164`` is empty from the last step on; ``counts`` is rows by class, ``kept`` is rows by class with the reason.
    """

    request = models.OneToOneField(Request, on_delete=models.PROTECT, null=True, related_name="erasure")
    e164 = models.CharField(max_length=E164_LENGTH_MAX, blank=True, default="")
    pseudonym = models.CharField(max_length=E164_LENGTH_MAX, blank=True, default="")
    step = models.PositiveSmallIntegerField(default=0)
    counts = models.JSONField(default=dict)
    kept = models.JSONField(default=list)
    began_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        default_permissions = ()
        indexes = (models.Index(fields=["tenant", "began_at"], name="rights_erasure_open", condition=Q(done_at=None)),)
