"""A tree of hashes: one root for many leaves, and a path of a few hashes that shows one leaf under it.

As RFC 9162 splits it (at the largest power of two below the count), with one difference that is no difference: a leaf
is the text of a hash. leaf = SHA-256(0x00 ‖ text), node = SHA-256(0x01 ‖ left ‖ right); the root of nothing is
SHA-256 of nothing. Refuses to know what the leaves stand for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

EMPTY = hashlib.sha256(b"").hexdigest()
"""The root of no leaves."""


def leaf(text: str) -> bytes:
    """The leaf of a hash in hexadecimal, as ASCII."""
    return hashlib.sha256(b"\x00" + text.encode("ascii")).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """All levels over some leaves; 64 bytes a leaf.

    Pairing from the left and carrying an odd one up makes the same tree as the standard's splitting from the top.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self.levels = [[leaf(text) for text in texts]]
        while len(self.levels[-1]) > 1:
            below = self.levels[-1]
            above = [_node(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)]
            if len(below) % 2:
                above.append(below[-1])
            self.levels.append(above)

    @property
    def size(self) -> int:
        return len(self.levels[0])

    @property
    def root(self) -> str:
        """In hexadecimal."""
        return self.levels[-1][0].hex() if self.size else EMPTY

    def path(self, index: int) -> list[str]:
        """The hashes beside the way from a leaf to the root, the lowest first. Raises: IndexError."""
        if not 0 <= index < self.size:
            raise IndexError(f"leaf {index} of {self.size}")
        found = []
        for level in self.levels[:-1]:
            beside = index ^ 1
            if beside < len(level):
                found.append(level[beside].hex())
            index //= 2
        return found


def root_of(texts: Iterable[str]) -> str:
    """The root over these hashes, in hexadecimal."""
    return Tree(texts).root


def leads_to(root: str, text: str, *, index: int, size: int, path: Sequence[str]) -> bool:
    """Does this path show that the leaf stands at ``index`` of ``size`` under the root?"""
    if not 0 <= index < size:
        return False
    found, rest = leaf(text), list(path)
    while size > 1:
        if index ^ 1 < size:
            if not rest:
                return False
            try:
                beside = bytes.fromhex(rest.pop(0))
            except ValueError:
                return False
            found = _node(beside, found) if index % 2 else _node(found, beside)
        index, size = index // 2, (size + 1) // 2
    return not rest and found.hex() == root
