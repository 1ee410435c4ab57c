"""The hashes that chain journal lines and rulings: each covers the one before, so that a change anywhere shows.

JSON is hashed in one canonical form (sorted keys, no spaces), the same before it is stored and after it is read back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID


def canonical(value: Any) -> str:
    """One text for one JSON value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _hash(*parts: object) -> str:
    return hashlib.sha256("\n".join(str(part) for part in parts).encode()).hexdigest()


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
    when = at.astimezone(UTC).isoformat(timespec="microseconds")
    return _hash(previous_hash, floor, seq, epoch, when, canonical(event), canonical(list(commands)))


def ruling_hash(previous_hash: str, *, attempt: UUID, seq: int, at: datetime, facts: str, ruling: str) -> str:
    """The hash of one ruling; facts and ruling as ``canonical`` writes them."""
    when = at.astimezone(UTC).isoformat(timespec="microseconds")
    return _hash(previous_hash, attempt, seq, when, facts, ruling)
