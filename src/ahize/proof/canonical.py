"""One text for one JSON value, and the hashes over it that chain journal lines and rulings.

Each hash covers the one before, so that a change anywhere shows. JSON is hashed in one canonical form (sorted keys, no
blanks, no NaN), the same before it is stored and after it is read back. Refuses to know where lines are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from ahize.kernel.canonical import canonical, sha256

__all__ = ["canonical", "journal_hash", "ruling_hash", "sha256", "when_text"]


def when_text(at: datetime) -> str:
    """An instant as hashes have it: UTC, to the microsecond, with ``+00:00``."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _hash(*parts: object) -> str:
    return sha256("\n".join(str(part) for part in parts))


def journal_hash(
    previous_hash: str,
    *,
    floor: UUID,
    seq: int,
    epoch: int,
    at: datetime,
    event: dict[str, Any],
    commands: Sequence[dict[str, Any]],
) -> str:
    """The hash of one journal line."""
    return _hash(previous_hash, floor, seq, epoch, when_text(at), canonical(event), canonical(list(commands)))


def ruling_hash(
    previous_hash: str, *, attempt: UUID, seq: int, at: datetime, facts: str, ruling: str, sources: str = ""
) -> str:
    """The hash of one ruling; facts, ruling and sources as ``canonical`` writes them.

    Args:
        sources: how old each fact was and by which laws exactly; empty in rulings from before that was kept (their
            hash is over the first five alone, so that they stay valid).
    """
    parts = (previous_hash, attempt, seq, when_text(at), facts, ruling)
    return _hash(*parts, sources) if sources else _hash(*parts)
