"""One text for one JSON value, and the hashes over it that chain journal lines and rulings.

Each hash covers the one before, so that a change anywhere shows. JSON is hashed in one canonical form (sorted keys, no
blanks, no NaN), the same before it is stored and after it is read back. What tells who somebody is stands beside the
text, and the hash covers a commitment to it, so that it can be taken away and the chain holds. Refuses to know where
lines are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from ahize.kernel.canonical import canonical, sha256

__all__ = ["canonical", "committed", "journal_hash", "ruling_hash", "sha256", "when_text"]


def when_text(at: datetime) -> str:
    """An instant as hashes have it: UTC, to the microsecond, with ``+00:00``."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _hash(*parts: object) -> str:
    return sha256("\n".join(str(part) for part in parts))


def committed(salt: str, text: str) -> str:
    """What a hash covers in place of a text that may have to go: with the salt anybody checks it, without nobody can.

    Args:
        salt: drawn for this one place, 128 bits or more, in hexadecimal; destroyed with the text.
    """
    return sha256(f"{salt}\n{text}")


def journal_hash(
    previous_hash: str,
    *,
    floor: UUID,
    seq: int,
    epoch: int,
    at: datetime,
    event: dict[str, Any],
    commands: Sequence[dict[str, Any]],
    commitments: Sequence[str] = (),
) -> str:
    """The hash of one journal line.

    Args:
        commitments: to what was taken out of event and commands, in the order of its places there; none in lines that
            name nobody, and in those from before anything was taken out.
    """
    parts = (previous_hash, floor, seq, epoch, when_text(at), canonical(event), canonical(list(commands)))
    return _hash(*parts, *commitments)


def ruling_hash(
    previous_hash: str,
    *,
    attempt: UUID,
    seq: int,
    at: datetime,
    facts: str,
    ruling: str,
    sources: str = "",
    commitment: str = "",
) -> str:
    """The hash of one ruling; facts, ruling and sources as ``canonical`` writes them.

    Args:
        sources: how old each fact was and by which laws exactly; empty in rulings from before that was kept (their
            hash is over the first five alone, so that they stay valid).
        commitment: to the number called; empty in rulings from before it stood apart from the facts.
    """
    if commitment:
        sources = f"{sources}\n{commitment}"
    parts = (previous_hash, attempt, seq, when_text(at), facts, ruling)
    return _hash(*parts, sources) if sources else _hash(*parts)
