"""Named streams of chance from one seed.

Each stream has its own name, so a new one leaves the other stories of that seed as they were. The digest, not Python's
``hash``, makes the start value: the same in every process, whatever PYTHONHASHSEED says.
"""

from __future__ import annotations

import hashlib
import secrets
from random import Random

Chance = Random
"""The type of a stream; everyone else names it, only this file makes one."""


def stream(seed: int, name: str) -> Chance:
    """A generator for one purpose; equal seed and name, equal draws."""
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return Random(int.from_bytes(digest[:16], "big"))


def system_stream() -> Chance:
    """Chance that cannot be foreseen, for shells that draw ids and tokens in the real world."""
    return secrets.SystemRandom()
