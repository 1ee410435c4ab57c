"""Which country does this cell name?

Codes of two and three letters, names in some twenty languages (``data/countries.csv``), and what people type. The
answer is ISO 3166-1 alpha-2 or None, and never guesses from the number beside it.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import lru_cache
from importlib import resources

import phonenumbers

_TYPED = {
    "uk": "GB", "u k": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "britain": "GB",
    "northern ireland": "GB", "ingiltere": "GB", "büyük britanya": "GB", "usa": "US", "u s": "US", "u s a": "US",
    "america": "US", "united states of america": "US", "the united states": "US", "abd": "US", "amerika": "US",
    "amerika birleşik devletleri": "US", "etats unis": "US", "estados unidos": "US", "ee uu": "US",
    "turkiye": "TR", "türkiye": "TR", "turkiye cumhuriyeti": "TR", "türkiye cumhuriyeti": "TR", "turkey": "TR",
    "deutschland": "DE", "almanya": "DE", "allemagne": "DE", "alemania": "DE", "fransa": "FR", "holland": "NL",
    "hollanda": "NL", "the netherlands": "NL", "kanada": "CA", "ispanya": "ES", "espana": "ES", "italya": "IT",
    "isviçre": "CH", "isveç": "SE", "korea": "KR", "south korea": "KR", "russia": "RU", "rusya": "RU",
    "czech republic": "CZ", "uae": "AE", "kktc": "TR", "avusturya": "AT", "avustralya": "AU",
}  # fmt: skip


def _plain(text: str) -> str:
    """Case, dots and spaces aside, so that ``U.S.A.`` and ``usa`` are one; dotted and dotless i are one too."""
    folded = unicodedata.normalize("NFC", text).replace("İ", "i").replace("I", "i").casefold().replace("ı", "i")
    return re.sub(r"[\W_]+", " ", folded).strip()


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    text = resources.files("ahize.intake").joinpath("data/countries.csv").read_text(encoding="utf-8")
    for line in csv.DictReader(text.splitlines()):
        names.setdefault(_plain(line["name"]), line["code"])
    for code in phonenumbers.SUPPORTED_REGIONS:
        names[_plain(code)] = code
    for name, code in _TYPED.items():
        names[_plain(name)] = code
    return names


@lru_cache(maxsize=4096)
def country_of(text: str) -> str | None:
    """ISO 3166-1 alpha-2 of a code or name, or None where it is not known.

    A calling code with its plus (``+90``) is taken where it belongs to one country only.
    """
    plain = _plain(text)
    if not plain:
        return None
    if plain.isdecimal():
        regions = phonenumbers.region_codes_for_country_code(int(plain)) if len(plain) <= 3 else ()
        return regions[0] if len(regions) == 1 else None
    return _names().get(plain)
