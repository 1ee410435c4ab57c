"""A text with merge fields, checked before anybody reads it aloud.

Answers: which fields does a text use, which of them are unknown, and how does it read for one contact. A literal brace
is written twice. Refuses to know rows: values are handed in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")

CONTACT_FIELDS = (
    "first_name", "last_name", "company", "city", "region", "postal_code", "address", "email", "external_id",
)  # fmt: skip
SHARED_FIELDS = ("agent_name", "seller_name", "seller_phone", "brand", "product", "campaign_name", "caller_id")
FIELDS = frozenset(CONTACT_FIELDS) | frozenset(SHARED_FIELDS)
"""What may stand between braces; a list's further columns are written ``{field.Column name}``."""

EXTRA = "field."


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something wrong at one place: ``unknown_field``, ``stray_brace`` or ``too_long``."""

    code: str
    at: int
    text: str = ""


LENGTH_MAX = 20_000


def is_field(name: str) -> bool:
    """Whether the person or the house can fill it."""
    if name.startswith(EXTRA):
        return bool(name[len(EXTRA) :].strip())
    return name in FIELDS


def problems_in(text: str, known: Callable[[str], bool] = is_field) -> list[Misfit]:
    """What keeps a text from being read aloud, in the order it stands there."""
    if len(text) > LENGTH_MAX:
        return [Misfit("too_long", LENGTH_MAX)]
    found = []
    for piece in _PIECE.finditer(text):
        name = piece.group(1)
        if piece.group(0) in ("{{", "}}"):
            continue
        if name is None:
            found.append(Misfit("stray_brace", piece.start(), piece.group(0)))
        elif not known(name):
            found.append(Misfit("unknown_field", piece.start(), name))
    return found


def fields_of(text: str) -> frozenset[str]:
    """The merge fields a text uses, unknown ones included."""
    return frozenset(piece.group(1) for piece in _PIECE.finditer(text) if piece.group(1) is not None)


def merged(text: str, values: Mapping[str, str]) -> str:
    """The text with each field's value; where a value is missing or empty, nothing stands there, and no gap is left."""

    def put(piece: re.Match[str]) -> str:
        if piece.group(0) in ("{{", "}}"):
            return piece.group(0)[0]
        name = piece.group(1)
        return piece.group(0) if name is None else values.get(name, "")

    return re.sub(r"[ \t]+([,.;:!?])|([ \t]){2,}", r"\1\2", _PIECE.sub(put, text))
