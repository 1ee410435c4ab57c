"""How does a cell look once its typography is set aside?

Digits of every script become 0 to 9, odd hyphens and spaces become plain ones, invisible marks vanish. Superscripts
and circled digits are left alone: nobody dials them. It knows nothing of telephone numbers.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_ODD = {"−": "-", "⁃": "-", "ー": "-", "＝": "=", "＠": "@", "…": "..."}


@lru_cache(maxsize=4096)
def _fold(char: str) -> tuple[str, str]:  # noqa: PLR0911 - a list of cases.
    """The plain form of one character, and the script block of its zero where it is a decimal digit."""
    if char.isascii():
        return (" " if char in "\t\r\n\v\f" else char), ("0" if char.isdigit() else "")
    kind = unicodedata.category(char)
    if kind == "Nd":
        value = unicodedata.decimal(char)
        return str(value), chr(ord(char) - value)
    if kind in {"Cf", "Mn", "Me"}:
        return "", ""
    if kind in {"Zs", "Zl", "Zp", "Cc"}:
        return " ", ""
    if kind == "Pd" or char in _ODD:
        return _ODD.get(char, "-"), ""
    if kind[0] in "PSL":
        # Full-width signs and letters; anything that unfolds to digits stays as it is.
        plain = unicodedata.normalize("NFKC", char)
        return (plain if plain.isascii() and not any(c.isdigit() for c in plain) else char), ""
    return char, ""


@dataclass(frozen=True, slots=True)
class Folded:
    """A cell in plain characters.

    Args:
        text: the plain text; line ends are kept as ``\\n``, because two numbers may stand below each other.
        mixed_digits: True where the digits come from more than one script.
    """

    text: str
    mixed_digits: bool


def fold(text: str) -> Folded:
    """The cell in plain characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        return Folded(text.replace("\t", " "), False)
    parts: list[str] = []
    scripts: set[str] = set()
    for char in text:
        plain, script = ("\n", "") if char == "\n" else _fold(char)
        parts.append(plain)
        if script:
            scripts.add(script)
    return Folded("".join(parts), len(scripts) > 1)


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set: tables of words read better so."""
    return frozenset(text.split())


def plain_key(text: str) -> str:
    """A header or a value for comparison: case, accents, dots on i, punctuation and outer spaces aside."""
    text = unicodedata.normalize("NFKD", text.replace("İ", "i").replace("I", "i").replace("ı", "i"))
    kept = (c if c.isalnum() else " " for c in text.casefold() if not unicodedata.combining(c))
    return " ".join("".join(kept).split())
