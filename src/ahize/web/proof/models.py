"""Heads over rulings and audit, where they were kept, the laws that were read, exports, and the past decided again.

Answers: what was sealed when, under which key, and what came of each re-audit. Nothing sealed is ever changed. Refuses
to know what a ruling says.
"""

from __future__ import annotations

from django.db import models

from ahize.proof import heads
from ahize.proof.canonical import when_text
from ahize.web.base import TenantModel


class Head(TenantModel):
    """One signed head over a stretch of rulings and of audit entries (``ahize.proof.heads``). Only the worker signs."""

    number = models.PositiveBigIntegerField()
    first_seq = models.PositiveBigIntegerField()
    until_seq = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    audit_first = models.PositiveBigIntegerField()
    audit_until = models.PositiveBigIntegerField()
    audit_root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)
    last_key = models.CharField(max_length=64, blank=True, default="")
    handover = models.CharField(max_length=128, blank=True, default="")
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["tenant", "number"], name="proof_head_once"),)
        indexes = (models.Index(fields=["tenant", "until_seq"], name="proof_head_by_ruling"),)

    @property
    def value(self) -> heads.Head:
        """As it was signed."""
        return heads.Head(
            tenant=str(self.tenant_id),
            number=self.number,
            rulings=heads.Span(self.first_seq, self.until_seq, self.root),
            audit=heads.Span(self.audit_first, self.audit_until, self.audit_root),
            previous=self.previous,
            at=when_text(self.at),
            key=self.key,
            signature=self.signature,
            last_key=self.last_key,
            handover=self.handover,
        )


class AnchorKind(models.TextChoices):
    """Where a head can be kept outside the house."""

    FILE = "file"
    DOWNLOAD = "download"


class Anchor(TenantModel):
    """A head was given away: where to, when and by whom. ``by`` null: the house by itself."""

    number = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=AnchorKind.choices)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    where = models.TextField(blank=True, default="")

    class Meta:
        indexes = (models.Index(fields=["tenant", "number"], name="proof_anchor_by_head"),)


class LawKind(models.TextChoices):
    """Whose law a text is."""

    RULEBOOK = "rulebook"
    HOUSE = "house"


class LawText(TenantModel):
    """A law that rulings of this house were decided by, word for word, for as long as they are kept.

    A text, not JSON: its names stand in an order that means something.
    """

    kind = models.CharField(max_length=8, choices=LawKind.choices)
    sha256 = models.CharField(max_length=64)
    version = models.TextField()
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["tenant", "kind", "sha256"], name="proof_law_once"),)


class State(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


class Export(TenantModel):
    """A bundle of rulings that somebody asked for. ``about`` is what was asked; the file lies in the house's files."""

    about = models.JSONField()
    asked_at = models.DateTimeField()
    by = models.UUIDField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    rulings = models.PositiveBigIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    error = models.TextField(blank=True, default="")
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["tenant", "-asked_at"], name="proof_export_newest"),)


class Reaudit(TenantModel):
    """A span ``[since, until)`` of the past, decided again by another rulebook.

    ``house``: with the house's policy of today beside it, else with that of each ruling's time. ``rules`` counts, by
    rule, the rulings in which it would newly bar (``come``) or no longer bar (``gone``); ``reached`` is the last seen.
    """

    since = models.DateTimeField()
    until = models.DateTimeField()
    rulebook = models.TextField(blank=True, default="")
    rulebook_sha256 = models.CharField(max_length=64, blank=True, default="")
    house = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    by = models.UUIDField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    total = models.PositiveBigIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    reached = models.PositiveBigIntegerField(default=0)
    differing = models.PositiveBigIntegerField(default=0)
    verdicts = models.JSONField(default=dict)
    rules = models.JSONField(default=dict)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")

    class Meta:
        indexes = (models.Index(fields=["tenant", "-asked_at"], name="proof_reaudit_newest"),)


class Different(TenantModel):
    """One ruling that would come out otherwise."""

    reaudit = models.ForeignKey(Reaudit, on_delete=models.CASCADE, related_name="differences")
    seq = models.PositiveBigIntegerField()
    attempt_id = models.UUIDField()
    at = models.DateTimeField()
    rulebook = models.TextField()
    before = models.CharField(max_length=8)
    now = models.CharField(max_length=8)
    parts = models.JSONField(default=list)
    gone = models.JSONField(default=list)
    come = models.JSONField(default=list)
    duties_gone = models.JSONField(default=list)
    duties_come = models.JSONField(default=list)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["reaudit", "seq"], name="proof_different_once"),)
