"""Which day, which amount is meant by this text?

Dates in the notations of several countries, decimals with point or comma. A column is judged as a whole first: which
comes first, day or month; which mark parts the cents. It asks no clock, and a day that does not exist is no date.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from ahize.intake.folding import fold, plain_key, words

Order = Literal["dmy", "mdy"]
Mark = Literal[".", ","]

_MONTH_FIRST = frozenset({"US", "PR", "GU", "AS", "VI", "MP", "PH", "FM", "MH", "PW"})
_POINT = words(
    "US CA GB IE AU NZ IN PK BD LK IL JP CN KR TW HK SG MY TH PH MX GT HN NI PA DO PR NG KE GH ZA CH MT JM BS BB"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan ocak oca januar janvier enero", "february feb subat sub februar fevrier febrero",
            "march mar mart marz mars marzo", "april apr nisan nis avril abril", "may mayis mai mayo",
            "june jun haziran haz juni juin junio", "july jul temmuz tem juli juillet julio",
            "august aug agustos agu aout agosto", "september sep sept eylul eyl septembre septiembre",
            "october oct ekim eki oktober octobre octubre", "november nov kasim kas novembre noviembre",
            "december dec aralik ara dezember decembre diciembre",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_NO_DATE = frozenset(
    {"0000 00 00", "0000 00 00 00 00 00", "00 00 0000", "n a", "na", "none", "null", "yok", "unknown", "0", ""}
)
_TIME = r"(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s*([AaPp]\.?[Mm]\.?)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
_ISO = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})" + _TIME)
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_PARTS = re.compile(r"(\d{1,2})([-./ ])(\d{1,2})\2(\d{4}|\d{2})" + _TIME)
_NAMED = re.compile(
    r"(?:(\d{1,2})\.?[-/ ]+)?([^\W\d_]{3,})\.?[-/ ]+(?:(\d{1,2})(?:st|nd|rd|th)?,?[-/ ]+)?(\d{4}|\d{2})" + _TIME
)
_AMOUNT = re.compile(
    r"[-+−]?\s*(?:[€$£₺]|TL|USD|EUR|GBP|TRY)?\s*[-+]?(\d[\d.,'’\s]*\d|\d)\s*(?:[€$£₺%]|TL|USD|EUR|GBP|TRY|,-)?",
    re.IGNORECASE,
)


# Longer cells are prose, and prose is neither a date nor an amount.
_TEXT_MAX = 80


@dataclass(frozen=True, slots=True)
class DayOrder:
    """Whether day or month comes first in a column; ``assumed`` where its values leave it open."""

    order: Order
    assumed: bool


def day_order(samples: Iterable[str], region: str | None) -> DayOrder:
    """Judges a column of dates by those that can be read in one way only, else by the country's habit."""
    votes = {"dmy": 0, "mdy": 0}
    for text in samples:
        match = _PARTS.fullmatch(text.strip()) if len(text) <= _TEXT_MAX else None
        if match and match[2] != ".":
            first, second = int(match[1]), int(match[3])
            if first > 12 >= second:
                votes["dmy"] += 1
            elif second > 12 >= first:
                votes["mdy"] += 1
    if votes["dmy"] != votes["mdy"]:
        return DayOrder("dmy" if votes["dmy"] > votes["mdy"] else "mdy", assumed=False)
    return DayOrder("mdy" if region in _MONTH_FIRST else "dmy", assumed=True)


def are_days(samples: Iterable[str]) -> bool:
    """True where nearly all filled cells have the shape of a date; eight digits alone do not count."""
    shapes = [_has_shape(text.strip()) for text in samples if text.strip()]
    return bool(shapes) and sum(shapes) >= 0.8 * len(shapes)


def _has_shape(text: str) -> bool:
    return len(text) <= _TEXT_MAX and bool(_ISO.fullmatch(text) or _PARTS.fullmatch(text))


@dataclass(frozen=True, slots=True)
class Day:
    """What a text came to.

    Args:
        value: the day, or the local time where one was given (aware only where an offset was); None for no date.
        empty: True where the text says that there is no date, like ``0000-00-00``.
        ambiguous: True where day and month could be the other way round.
    """

    value: dt.date | dt.datetime | None
    empty: bool = False
    ambiguous: bool = False

    @property
    def day(self) -> dt.date | None:
        """The day alone."""
        return self.value.date() if isinstance(self.value, dt.datetime) else self.value


_BAD = Day(None)


def parse_day(text: str, order: Order) -> Day:  # noqa: PLR0911 - one case for each notation.
    """Reads a date, with or without a time. Years 1900 to 2100; two digits mean 1950 to 2049."""
    if len(text) > _TEXT_MAX:
        return _BAD
    plain = fold(text).text.strip().lstrip("'")
    if plain_key(plain) in _NO_DATE:
        return Day(None, empty=True)
    if match := _ISO.fullmatch(plain):
        return _day(int(match[1]), int(match[2]), int(match[3]), match.groups()[3:])
    if match := _COMPACT.fullmatch(plain):
        return _day(int(match[1]), int(match[2]), int(match[3]), ())
    if match := _PARTS.fullmatch(plain):
        first, second = int(match[1]), int(match[3])
        dotted = match[2] == "."
        day, month = (first, second) if dotted or order == "dmy" else (second, first)
        ambiguous = not dotted and first <= 12 and second <= 12 and first != second
        return _day(_year(match[4]), month, day, match.groups()[4:], ambiguous=ambiguous)
    if match := _NAMED.fullmatch(plain):
        month = _MONTHS.get(plain_key(match[2]), 0)
        day_text = match[1] or match[3]
        if month and day_text and not (match[1] and match[3]):
            return _day(_year(match[4]), month, int(day_text), match.groups()[4:])
    return _BAD


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 50 else 1900)


def _day(year: int, month: int, day: int, time: tuple[str | None, ...], *, ambiguous: bool = False) -> Day:
    if not 1900 <= year <= 2100:
        return _BAD
    try:
        date = dt.date(year, month, day)
        if not time or time[0] is None:
            return Day(date, ambiguous=ambiguous)
        hour, minute, second = int(time[0]), int(time[1] or 0), int(time[2] or 0)
        if time[3]:
            if not 1 <= hour <= 12:
                return _BAD
            hour = hour % 12 + (12 if time[3][0] in "pP" else 0)
        zone = None
        if time[4]:
            zone = dt.timezone.utc if time[4] == "Z" else dt.datetime.strptime(time[4].replace(":", ""), "%z").tzinfo  # noqa: UP017 - reads as the offset it is.
        return Day(dt.datetime.combine(date, dt.time(hour, minute, second), zone), ambiguous=ambiguous)
    except ValueError:
        return _BAD


def decimal_mark(samples: Iterable[str], *, region: str | None, delimiter: str | None) -> Mark | None:
    """The mark before the cents in a column of amounts, or None where the column holds something else."""
    votes = {".": 0, ",": 0}
    marked = amounts = others = 0
    for text in samples:
        plain = text.strip()
        if not plain:
            continue
        match = _AMOUNT.fullmatch(plain) if len(plain) <= _TEXT_MAX else None
        if match is None or len(match[1]) > 24 or _has_shape(plain):
            others += 1
            continue
        amounts += 1
        body = match[1]
        if "." in body or "," in body:
            marked += 1
            if mark := _sure_mark(body):
                votes[mark] += 1
    if not marked or amounts < 4 * others:
        return None
    if votes["."] != votes[","]:
        return "." if votes["."] > votes[","] else ","
    return "," if delimiter == ";" or (region is not None and region not in _POINT) else "."


def _sure_mark(body: str) -> Mark | None:
    """The decimal mark of one amount, where it can be no other."""
    points, commas = body.count("."), body.count(",")
    if points and commas:
        return "." if body.rfind(".") > body.rfind(",") else ","
    mark: Mark = "." if points else ","
    if points + commas > 1:
        return "," if mark == "." else "."
    after = len(body) - body.rfind(mark) - 1
    return mark if after != 3 or body.startswith(("0.", "0,")) else None


def parse_decimal(text: str, mark: Mark) -> Decimal | None:
    """An amount in the notation of its column, its cents kept as written; None for anything else."""
    match = _AMOUNT.fullmatch(fold(text).text.strip()) if len(text) <= _TEXT_MAX else None
    if match is None:
        return None
    group = "," if mark == "." else "."
    whole, _, cents = re.sub(r"['’\s]", "", match[1]).partition(mark)
    parts = whole.split(group)
    if len(parts) > 1 and not (1 <= len(parts[0]) <= 3 and all(len(part) == 3 for part in parts[1:])):
        return None
    if group in cents or mark in cents:
        return None
    sign = "-" if re.match(r"\s*(?:[€$£₺]|TL|USD|EUR|GBP|TRY)?\s*[-−]", text, re.IGNORECASE) else ""
    try:
        return Decimal(sign + "".join(parts) + ("." + cents if cents else ""))
    except InvalidOperation:
        return None
