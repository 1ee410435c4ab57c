"""What somebody gets in their hand, and how it is found again.

The code is drawn here and kept nowhere: a receipt is found by the code's hash. Its facts, hashed, stand in the audit's
chain, so that neither side can change afterwards what was asked and when. They hold a commitment to the number under
the code: with code and number together anybody can check that they belong to each other, with the table alone nobody.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from ahize.web.audit import services as audit
from ahize.web.audit.models import Entry
from ahize.web.base import draw_id
from ahize.web.rights.models import Receipt

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 16
ACTION = "give_receipt"


@dataclass(frozen=True, slots=True)
class Given:
    """A receipt with its code, which is shown this once."""

    code: str
    digest: str


@dataclass(frozen=True, slots=True)
class Found:
    """A receipt that somebody brought, and its place in the chain (``None``: its entry is not sealed yet)."""

    receipt: Receipt
    number: int | None
    chained: str


def draw_code() -> str:
    """Eighty bits that can be read aloud, like ``7K3M-Q9ZT-04HC-W2XA``."""
    text = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    return "-".join(text[at : at + 4] for at in range(0, _LENGTH, 4))


def code_read(text: str) -> str:
    """A code as somebody typed or spelled it: O is 0, I and L are 1, blanks and dashes don't matter."""
    letters = "".join(one for one in text.upper().translate(str.maketrans("OIL", "011")) if one in _LETTERS)
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def commitment(code: str, e164: str) -> str:
    """The number, for whoever has the code."""
    return hmac.new(code.encode(), e164.encode(), hashlib.sha256).hexdigest()


def digest_of(facts: Mapping[str, Any]) -> str:
    """SHA-256 over the facts' canonical JSON."""
    return hashlib.sha256(
        json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ).hexdigest()


def give(kind: str, *, tenant: UUID, e164: str, now: datetime, by: UUID | None = None, **told: Any) -> Given:
    """Write a receipt and its entry in the chain; call it in the transaction of the deed it is for.

    Args:
        told: further facts for the person, without names and numbers.
    """
    code = draw_code()
    facts = {
        "kind": kind,
        "at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "number": commitment(code, e164),
        **told,
    }
    receipt = Receipt.objects.create(
        id=draw_id(now),
        tenant_id=tenant,
        code_hash=_hash(code),
        kind=kind,
        at=now,
        facts=facts,
        digest=digest_of(facts),
    )
    audit.record(
        tenant=tenant,
        by=by,
        action=ACTION,
        subject_kind="receipt",
        subject_id=receipt.pk,
        after={"kind": kind, "digest": receipt.digest},
        now=now,
    )
    return Given(code, receipt.digest)


def find(code: str) -> Found | None:
    """The receipt of this code, as somebody typed it; None where there is none."""
    receipt = Receipt.objects.filter(code_hash=_hash(code_read(code))).first()
    if receipt is None:
        return None
    entry = Entry.objects.filter(subject_kind="receipt", subject_id=str(receipt.pk), action=ACTION).first()
    return Found(receipt, entry.number if entry else None, entry.hash if entry else "")


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
