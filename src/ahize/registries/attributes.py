"""What does a preference register bar besides the number: which categories, ways, hours and days?

Given by whoever loads a file, for all its numbers, because no published layout says where it stands. The words are
those of a ruling's facts. It knows no file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from ahize.kernel.errors import BadInput

MODES: Final = ("voice", "sms", "auto_prerecorded", "auto_live", "robocall")
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday")
KEYS: Final = ("categories", "modes", "bands", "days")
_CATEGORY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_BAND = re.compile(r"(?:[01][0-9]|2[0-3])-(?:[01][0-9]|2[0-4])")
_SHAPES: Final[Mapping[str, tuple[re.Pattern[str], str]]] = {
    "categories": (_CATEGORY, "a word of small letters, digits, - and _, like finance"),
    "modes": (re.compile("|".join(MODES)), f"one of {', '.join(MODES)}"),
    "bands": (_BAND, "two hours of the day, like 18-21"),
    "days": (re.compile("|".join(DAYS)), f"one of {', '.join(DAYS)}"),
}


def attributes(given: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    """The attributes in order, each word once; those without any are left out.

    Raises:
        BadInput: ``registry_attribute``, naming the word and what is expected.
    """
    found: dict[str, list[str]] = {}
    for key, words in given.items():
        if key not in _SHAPES:
            raise BadInput(
                f"“{key}” is nothing that a register says of a number.",
                code="registry_attribute",
                next_step=f"Give {', '.join(KEYS)}.",
                field=key,
                word=key,
                expected=", ".join(KEYS),
            )
        shape, expected = _SHAPES[key]
        read = list(dict.fromkeys(word.strip().lower() for word in words if word.strip()))
        for word in read:
            if not shape.fullmatch(word):
                raise BadInput(
                    f"“{word}” is none of a register's {key}.",
                    code="registry_attribute",
                    next_step=f"Write {expected}.",
                    field=key,
                    word=word,
                    expected=expected,
                )
        if read:
            found[key] = sorted(read)
    return found
