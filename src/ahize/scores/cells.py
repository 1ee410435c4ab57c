"""What does one cell say: a number, a date, a word, or nothing?

Cells come as people export them: ``1.234,5`` beside ``1,234.5``, ``N/A``, ``unknown``. A separator that is followed by
exactly three digits may mean either; the other cells of its column, and else of its file, decide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NOTHING = frozenset(
    ("", "?", "-", "--", ".", "na", "n/a", "#n/a", "nan", "null", "nil", "none", "unknown", "missing", "(blank)")
) | frozenset(("bilinmiyor", "belirsiz", "boş"))
"""Words for a value that is not known, folded."""

_ORNAMENT = re.compile(r"[\s\u00a0\u202f'’_€$£₺%]|(?<![a-z])(?:tl|try|eur|usd)(?![a-z])")
_NUMBER = re.compile(r"[+-]?(?:\d[\d.,]*|[.,]\d+)(?:e[+-]?\d+)?\Z")
_EITHER = re.compile(r"[+-]?\d{1,3}([.,])\d{3}\Z")
_DATES = (
    (re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ t]\d.*)?\Z"), (1, 2, 3)),
    (re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?: \d.*)?\Z"), (3, 2, 1)),
)


def folded(cell: str) -> str:
    """The cell without outer space and capitals; ``İ`` and ``I`` of Turkish words fall together with ``i``."""
    return " ".join(cell.replace("İ", "i").casefold().split())


def is_nothing(word: str) -> bool:
    """Whether a folded cell stands for “not known”."""
    return word in NOTHING


@dataclass(frozen=True, slots=True)
class Style:
    """Which marks begin the decimals.

    Args:
        comma: ``1,5`` is one and a half.
        point: ``1.5`` is one and a half. Both may hold where a file was put together from two.
    """

    comma: bool
    point: bool


def style_of(words: Sequence[str], *, otherwise: Style) -> Style:
    """The style that cells with anything but three digits behind a single mark give away."""
    comma = point = False
    for word in words:
        bare = _ORNAMENT.sub("", word)
        if not _NUMBER.match(bare) or _EITHER.match(bare):
            continue
        commas, points = bare.count(","), bare.count(".")
        if commas and points:
            last_is_comma = bare.rfind(",") > bare.rfind(".")
            comma, point = comma or last_is_comma, point or not last_is_comma
        elif commas == 1:
            comma = True
        elif points == 1:
            point = True
    return Style(comma, point) if comma or point else otherwise


def number(word: str, style: Style) -> float | None:
    """The number that a folded cell says, or None where it says none (or one beyond what a float holds)."""
    bare = _ORNAMENT.sub("", word)
    if not _NUMBER.match(bare):
        return None
    commas, points = bare.count(","), bare.count(".")
    if commas and points:
        grouping = "." if bare.rfind(",") > bare.rfind(".") else ","
        bare = bare.replace(grouping, "")
    elif commas > 1 or points > 1:
        bare = bare.replace(",", "").replace(".", "")
    elif either := _EITHER.match(bare):
        decimal = style.comma if either[1] == "," else style.point
        bare = bare if decimal else bare.replace(either[1], "")
    try:
        found = float(bare.replace(",", "."))
    except ValueError:
        return None
    return found if np.isfinite(found) else None


def day(word: str) -> date | None:
    """The day that a folded cell names: ``2026-11-24`` or ``24.11.2026``, with or without an hour behind it."""
    for pattern, (year, month, of_month) in _DATES:
        if found := pattern.match(word):
            try:
                return date(int(found[year]), int(found[month]), int(found[of_month]))
            except ValueError:
                return None
    return None
