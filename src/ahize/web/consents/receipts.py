"""The short code a called person gets when asking not to be called: readable aloud, hard to mistake.

Crockford's base 32 has no I, L, O or U; eight of them carry the chance of the suppression's own id.
"""

from __future__ import annotations

from uuid import UUID

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 8


def receipt_of(suppression: UUID) -> str:
    """Like ``7K3M-Q9ZT``: the lowest 40 bits of the id, five to a letter."""
    bits = suppression.int
    letters = []
    for _ in range(_LENGTH):
        letters.append(_LETTERS[bits & 31])
        bits >>= 5
    text = "".join(reversed(letters))
    return f"{text[:4]}-{text[4:]}"


def receipt_read(text: str) -> str:
    """A receipt as someone typed or spelled it, in the form we keep: O is 0, I and L are 1, spaces don't matter."""
    letters = text.upper().replace("-", "").replace(" ", "").translate(str.maketrans("OIL", "011"))
    return f"{letters[:4]}-{letters[4:]}"
