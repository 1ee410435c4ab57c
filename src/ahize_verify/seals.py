"""Hashes, trees of hashes, and signatures (Ed25519, RFC 8032), in plain Python: slow, short, and nobody else's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any


def canonical(value: Any) -> str:
    """The one text of a JSON value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# ── trees ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _leaf(text: str) -> bytes:
    return hashlib.sha256(b"\x00" + text.encode("ascii")).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def leads_to(root: str, text: str, index: int, size: int, path: Sequence[str]) -> bool:
    """Does the path show that this hash stands at ``index`` of ``size`` under the root?"""
    if not 0 <= index < size:
        return False
    found, beside = _leaf(text), [bytes.fromhex(one) for one in path]
    while size > 1:
        if index % 2 or index + 1 < size:
            if not beside:
                return False
            found = _node(beside.pop(0), found) if index % 2 else _node(found, beside.pop(0))
        index, size = index // 2, (size + 1) // 2
    return not beside and found.hex() == root


# ── signatures ──────────────────────────────────────────────────────────────────────────────────────────────────────

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_1 = pow(2, (_P - 1) // 4, _P)
_LENGTH = 32

Point = tuple[int, int, int, int]
"""Extended coordinates: x = X/Z, y = Y/Z, xy = T/Z."""


def _add(one: Point, two: Point) -> Point:
    a = (one[1] - one[0]) * (two[1] - two[0]) % _P
    b = (one[1] + one[0]) * (two[1] + two[0]) % _P
    c, d = 2 * one[3] * two[3] * _D % _P, 2 * one[2] * two[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(count: int, point: Point) -> Point:
    found: Point = (0, 1, 1, 0)
    while count:
        if count & 1:
            found = _add(found, point)
        point, count = _add(point, point), count >> 1
    return found


def _same(one: Point, two: Point) -> bool:
    return (one[0] * two[2] - two[0] * one[2]) % _P == 0 and (one[1] * two[2] - two[1] * one[2]) % _P == 0


def _x_of(y: int, sign: int) -> int | None:
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_1 % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    return _P - x if x & 1 != sign else x


def _point(raw: bytes) -> Point | None:
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = _x_of(y, sign) if y < _P else None
    return None if x is None else (x, y, 1, x * y % _P)


_BASE_Y = 4 * pow(5, _P - 2, _P) % _P
_BASE_X = _x_of(_BASE_Y, 0) or 0
_BASE: Point = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % _P)


def is_signed(key: bytes, signature: bytes, message: bytes) -> bool:
    """Was this message signed by that key's owner?"""
    if len(key) != _LENGTH or len(signature) != 2 * _LENGTH:
        return False
    owner, commitment = _point(key), _point(signature[:_LENGTH])
    proof = int.from_bytes(signature[_LENGTH:], "little")
    if owner is None or commitment is None or proof >= _ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:_LENGTH] + key + message).digest(), "little") % _ORDER
    return _same(_times(proof, _BASE), _add(commitment, _times(challenge, owner)))
