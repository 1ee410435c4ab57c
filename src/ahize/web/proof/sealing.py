"""Seal what is new: one head over the rulings and audit entries since the last, signed by the key of proof.

Only the worker does it, one at a time in each house, never in the way of clearance: it reads what was committed. Where
a head was written for the day's first time and outside files are named, it is kept there too (``outside.py``).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection

from ahize.kernel.errors import Conflict
from ahize.kernel.seals import Sealer
from ahize.proof import heads
from ahize.proof.canonical import when_text
from ahize.proof.merkle import root_of
from ahize.web.audit import services as audit
from ahize.web.audit.models import Entry
from ahize.web.base import draw_id
from ahize.web.dialing.models import Ruling
from ahize.web.proof.laws import keep_laws
from ahize.web.proof.models import Head
from ahize.web.rls import tenant_scope

SEALED_AT_ONCE = 100_000
"""Lines of each ledger under one head at most; the next head takes the rest."""


def seal_all(tenant: UUID, sealer: Sealer, *, now: datetime) -> list[Head]:
    """Heads until nothing is left to seal; none where nothing is new. Raises: Conflict where another key seals now."""
    audit.seal(tenant)
    made = []
    while (head := seal(tenant, sealer, now=now)) is not None:
        made.append(head)
    return made


def hand_over(tenant: UUID, old: Sealer, new: Sealer, *, now: datetime) -> Head | None:
    """The first head of a new key, signed by both; what came before is sealed by the old one.

    None where nothing was ever sealed, so that there is nothing to hand over, or where it was handed over already.
    """
    with tenant_scope(tenant):
        last = Head.objects.order_by("-number").first()
        if last is None or last.key == new.verifier().to_bytes().hex():
            return None
    seal_all(tenant, old, now=now)
    with tenant_scope(tenant):
        audit.record(
            tenant=tenant,
            by=None,
            action="rotate_proof_key",
            subject_kind="proof_key",
            subject_id=new.verifier().to_bytes().hex()[:32],
            after={"key": new.verifier().to_bytes().hex(), "last_key": last.key},
            now=now,
        )
    audit.seal(tenant)
    head = seal(tenant, new, now=now, last=old)
    if head is None:
        raise Conflict("Somebody else is sealing just now.", next_step="Try again in a few seconds.", code="sealing")
    return head


def seal(tenant: UUID, sealer: Sealer, *, now: datetime, last: Sealer | None = None) -> Head | None:
    """The next head; None where nothing is new, or somebody else is sealing just now.

    Args:
        last: the key of the head before, where ``sealer`` takes over from it.

    Raises: Conflict where the head before is of another key and that one does not hand over.
    """
    with tenant_scope(tenant):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"proof {tenant}"])
            if not cursor.fetchone()[0]:
                return None
        before = Head.objects.order_by("-number").first()
        if before is not None and before.key != (last or sealer).verifier().to_bytes().hex():
            raise Conflict(
                "The last head is signed by another key than this process has.",
                next_step="Start Ahize anew, so that its worker has the key of today: ./ahize stop, then ./ahize up.",
                code="other_proof_key",
            )
        ends = (1, 1) if before is None else (before.until_seq, before.audit_until)
        rulings = _span(Ruling.objects.filter(seq__gte=ends[0]).order_by("seq").values_list("seq", "hash"), ends[0])
        entries = Entry.objects.filter(number__gte=ends[1]).exclude(hash="")
        audited = _span(entries.order_by("number").values_list("number", "hash"), ends[1])
        if not rulings.count and not audited.count:
            return None
        value = heads.sealed(
            sealer,
            tenant=str(tenant),
            before=None if before is None else before.value,
            rulings=rulings,
            audit=audited,
            at=when_text(now),
            last=last,
        )
        keep_laws(tenant, rulings.first, rulings.until, now=now)
        return Head.objects.create(
            id=draw_id(now),
            tenant_id=tenant,
            number=value.number,
            **{"first_seq": rulings.first, "until_seq": rulings.until, "root": rulings.root},
            **{"audit_first": audited.first, "audit_until": audited.until, "audit_root": audited.root},
            **{"previous": value.previous, "at": now, "key": value.key, "signature": value.signature},
            **{"last_key": value.last_key, "handover": value.handover},
            hash=value.hash,
        )


def _span(lines: object, first: int) -> heads.Span:
    """Up to a gap: what comes after it may still be on its way, and what is lost shows when all is checked."""
    until, hashes = first, []
    for number, line_hash in lines[:SEALED_AT_ONCE]:  # type: ignore[index]  # a queryset of pairs
        if number != until:
            break
        hashes.append(line_hash)
        until += 1
    return heads.Span(first, until, root_of(hashes))
