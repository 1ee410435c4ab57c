"""One text for one JSON value: what is hashed, signed or compared byte by byte is written so."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(value: Any) -> str:
    """Sorted keys, no blanks, no NaN. Raises: ValueError for NaN and infinities, TypeError for what is no JSON."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def in_order(value: Any) -> str:
    """The same, but names stay in their order: for laws, in which a term stands above its first use."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256(text: str | bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()
