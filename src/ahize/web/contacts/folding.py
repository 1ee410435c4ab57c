"""How are names made comparable? The one fold behind ``Contact.search_key`` and every search for it.

Letters lose their case, accents and the Turkish dots, so that "ISIK", "Işık" and "ışık" find each other; spaces
become single. It refuses to judge whether two people are the same.
"""

from __future__ import annotations

import unicodedata

_TURKISH_I = str.maketrans({"İ": "i", "I": "i", "ı": "i"})


def fold(*parts: str) -> str:
    """The parts as one folded text: lower case, no accents, single spaces between words."""
    text = unicodedata.normalize("NFKD", " ".join(parts).translate(_TURKISH_I)).casefold()
    return " ".join("".join(letter for letter in text if not unicodedata.combining(letter)).split())
