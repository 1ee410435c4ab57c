"""A text as a voice should read it: telephone numbers digit by digit, dates as days.

Voices read “+16145550100” as thousands of millions and “2026-11-23” as a sum. Everything else they know better than a
table could, so only what is certain is touched. It knows no voice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

_ISO_DATE: Final = re.compile(r"(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?![\d-])", re.ASCII)
_NUMBER: Final = re.compile(
    r"(?<![\w.,])(\+\d[\d ().-]{5,22}\d|\d{7,15}|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4})(?![\w])", re.ASCII
)
_HARMLESS: Final = re.compile(r"\[\[|\]\]")

MONTHS: Final[Mapping[str, tuple[str, ...]]] = {
    language: tuple(names.split())
    for language, names in {
        "en": "January February March April May June July August September October November December",
        "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
        "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "nl": "januari februari maart april mei juni juli augustus september oktober november december",
        "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    }.items()
}
_DAY: Final[Mapping[str, str]] = {"de": "{day}. {month} {year}", "es": "{day} de {month} de {year}"}


def aloud(text: str, language: str) -> str:
    """The same text with its telephone numbers and dates as they are said; blanks and line ends become one blank."""
    plain = " ".join(_HARMLESS.sub(" ", text).split())
    return _NUMBER.sub(lambda found: _digits(found[0]), _ISO_DATE.sub(lambda found: _day(found, language), plain))


def _digits(number: str) -> str:
    """In groups as they are written, else of three; the comma is where a voice takes breath."""
    groups = re.findall(r"\d+", number)
    if len(groups) == 1:
        groups = _grouped(groups[0], international=number.startswith("+"))
    return ", ".join(" ".join(group) for group in groups)


def _grouped(digits: str, *, international: bool) -> list[str]:
    if international and digits.startswith("1") and len(digits) == 11:  # North America
        return [digits[0], digits[1:4], digits[4:7], digits[7:]]
    first = len(digits) % 3 or 3
    return [digits[:first], *(digits[at : at + 3] for at in range(first, len(digits), 3))]


def _day(found: re.Match[str], language: str) -> str:
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return found[0]  # No day of any month, so no date either.
    months = MONTHS.get(language[:2])
    if months is None:
        return found[0]
    return _DAY.get(language[:2], "{day} {month} {year}").format(
        day=day.day, month=months[day.month - 1], year=day.year
    )
