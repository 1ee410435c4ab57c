"""Heads: each seals a stretch of rulings and of audit entries under one signature, and names the head before it.

What is signed is the canonical JSON of all fields but ``signature``, ``handover`` and ``anchors``; a head's own hash is
over the same text, and the next head's ``previous`` is that hash. So heads can neither be changed, left out nor
reordered, and one head kept elsewhere pins everything before it.

Where the key is changed, the first head of the new one names the last one (``last_key``) and is signed by both, so that
the chain of keys stands in the chain of heads. Refuses to know who keeps the key and where heads are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ahize.kernel.seals import Sealer, Verifier
from ahize.proof.canonical import canonical, sha256
from ahize.proof.merkle import EMPTY


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch ``[first, until)`` of numbered lines and the root over their hashes."""

    first: int
    until: int
    root: str = EMPTY

    @property
    def count(self) -> int:
        return self.until - self.first


@dataclass(frozen=True, slots=True)
class Head:
    """One signed head.

    Args:
        number: from 1, without gaps, in each tenant.
        rulings, audit: what it seals of each ledger; every line once, in order.
        previous: the hash of the head before; empty in the first.
        at: RFC 3339 in UTC.
        key: the public key, 32 bytes in hexadecimal.
        signature: 64 bytes in hexadecimal.
        last_key: in the first head of a new key, the key before it; else empty.
        handover: that key's signature over the same text.
    """

    tenant: str
    number: int
    rulings: Span
    audit: Span
    previous: str
    at: str
    key: str
    signature: str = ""
    last_key: str = ""
    handover: str = ""

    def signed(self) -> str:
        """What is signed and hashed."""
        return canonical(
            {
                **{"tenant": self.tenant, "number": self.number, "previous": self.previous, "at": self.at},
                **{"first_seq": self.rulings.first, "until_seq": self.rulings.until, "root": self.rulings.root},
                **{"audit_first": self.audit.first, "audit_until": self.audit.until, "audit_root": self.audit.root},
                **({"last_key": self.last_key} if self.last_key else {}),
                "key": self.key,
            }
        )

    @property
    def hash(self) -> str:
        """Names this head for good: what the next one has as ``previous``, and what is kept elsewhere."""
        return sha256(self.signed())

    def is_signed(self, by: bytes | None = None) -> bool:
        """Does its signature hold, and is it of this key (None: of the one that it names)?"""
        try:
            key, signature = bytes.fromhex(self.key), bytes.fromhex(self.signature)
            return (by is None or key == by) and Verifier.from_bytes(key).holds(self.signed().encode(), signature)
        except ValueError:
            return False

    def is_handed_over(self) -> bool:
        """Does the signature of the key before it hold?"""
        try:
            return Verifier.from_bytes(bytes.fromhex(self.last_key)).holds(
                self.signed().encode(), bytes.fromhex(self.handover)
            )
        except ValueError:
            return False

    def to_json(self, anchors: Iterable[Any] = ()) -> dict[str, Any]:
        """As ``heads.json`` has it."""
        return {
            **{"tenant": self.tenant, "number": self.number, "previous": self.previous, "at": self.at},
            **{"first_seq": self.rulings.first, "until_seq": self.rulings.until, "root": self.rulings.root},
            **{"audit_first": self.audit.first, "audit_until": self.audit.until, "audit_root": self.audit.root},
            **({"last_key": self.last_key, "handover": self.handover} if self.last_key else {}),
            **{"key": self.key, "signature": self.signature, "anchors": list(anchors)},
        }

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Head:
        """Raises: KeyError, TypeError or ValueError where it is none."""
        return cls(
            tenant=str(given["tenant"]),
            number=int(given["number"]),
            rulings=Span(int(given["first_seq"]), int(given["until_seq"]), str(given["root"])),
            audit=Span(int(given["audit_first"]), int(given["audit_until"]), str(given["audit_root"])),
            previous=str(given["previous"]),
            at=str(given["at"]),
            key=str(given["key"]),
            signature=str(given["signature"]),
            last_key=str(given.get("last_key", "")),
            handover=str(given.get("handover", "")),
        )


def sealed(
    sealer: Sealer,
    *,
    tenant: str,
    before: Head | None,
    rulings: Span,
    audit: Span,
    at: str,
    last: Sealer | None = None,
) -> Head:
    """The next head, signed. It begins where the one before it ended, or it is a mistake of ours.

    Args:
        last: the key of the head before, where this one is the first of a new key.
    """
    ends = (1, 1) if before is None else (before.rulings.until, before.audit.until)
    assert (rulings.first, audit.first) == ends, "a head begins where the last one ended"
    key = _name(sealer)
    last_key = "" if before is None or before.key == key else before.key
    assert last_key == ("" if last is None else _name(last)), "a key is followed by another only by its own signature"
    head = Head(
        tenant=tenant,
        number=1 if before is None else before.number + 1,
        rulings=rulings,
        audit=audit,
        previous="" if before is None else before.hash,
        at=at,
        key=key,
        last_key=last_key,
    )
    text = head.signed().encode()
    handover = "" if last is None else last.sign(text).hex()
    return replace(head, signature=sealer.sign(text).hex(), handover=handover)


def _name(sealer: Sealer) -> str:
    return sealer.verifier().to_bytes().hex()
