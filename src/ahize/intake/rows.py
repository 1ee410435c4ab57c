"""What contact does one record make?

The record, the mapping and the options in; fields, numbers, what was kept as it is, and every problem with its reason
out. One bad number does not cost the contact, one shifted row does. It knows nothing of tables and duplicates.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from zoneinfo import available_timezones

from ahize.intake.countries import country_of
from ahize.intake.fields import choices_of
from ahize.intake.folding import plain_key, words
from ahize.intake.mapping import Column, Mapping
from ahize.intake.numbers import Found, read_numbers
from ahize.intake.plans import region_of_calling_code
from ahize.intake.reader import Record
from ahize.intake.reasons import REASONS, Problem
from ahize.intake.values import parse_day, parse_decimal
from ahize.kernel.phone import PhoneNumber

Value = str | bool | dt.date | dt.datetime

_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
_HARMLESS = re.compile(r"[+\-][\d\s.,()/%-]*|[-–—+=@]+|\+\d[\d\s()./-]*")
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]{2,}")
_EMAIL_MAX = 320
_POSTCODE_DIGITS = {
    **dict.fromkeys(words("US DE FR TR ES IT MX FI SE GR EE UA HR RS MY TH KR SA"), 5),
    **dict.fromkeys(words("IN CN RU SG RO KZ VN CO"), 6),
    **dict.fromkeys(words("AU AT BE CH DK NO NZ HU BG LU ZA CY SI LV PH TN"), 4),
}
_YES = frozenset({"1", "y", "yes", "true", "t", "x", "evet", "e", "var", "ja", "oui", "si", "on"})
_NO = frozenset({"", "0", "n", "no", "false", "f", "hayir", "h", "yok", "nein", "non", "off"})
_FATAL = frozenset({"long_row", "unclosed_quote", "repeated_header"})
_NO_COUNTRY = frozenset({"", "n a", "na", "none", "null", "unknown", "yok"})


@dataclass(frozen=True, slots=True)
class Options:
    """What the user set on the import screen.

    Args:
        region: ISO 3166-1 of the list, for numbers without a country; None reads only numbers with +.
        want_phone: whether a row without a number is refused.
        received_at: when the list came in: nobody agreed to anything after that. None: unknown.
    """

    region: str | None = None
    want_phone: bool = True
    received_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class RowNumber:
    """A number of a row: what was found, and the column it stood in."""

    found: Found
    column: Column

    @property
    def number(self) -> PhoneNumber:
        """The number itself."""
        return self.found.number


@dataclass(slots=True)
class Row:
    """What a record came to.

    Args:
        row, line: where it stands, see ``Record``.
        cells: the decoded cells, in the order of the columns.
        region: ISO 3166-1 by which its numbers were read.
        fields: our fields by key; only those that hold something. Days are ``date``, moments ``datetime`` (naive where
            the file gave no offset: local time of the list), ``country`` is ISO 3166-1.
        extra: columns that are none of ours, by name; a second of the same name gets `` (2)``.
        numbers: the numbers accepted, each once.
        dates: by place of the column, the day.
        decimals: by place of the column, the amount.
        problems: everything found, errors and remarks.
    """

    row: int
    line: int
    cells: tuple[str, ...]
    region: str | None = None
    fields: dict[str, Value] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    numbers: list[RowNumber] = field(default_factory=list)
    dates: dict[int, dt.date] = field(default_factory=dict)
    decimals: dict[int, Decimal] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        """What was refused."""
        return [problem for problem in self.problems if problem.is_error]

    @property
    def warnings(self) -> list[Problem]:
        """What was taken with a remark."""
        return [problem for problem in self.problems if not problem.is_error]

    @property
    def accepted(self) -> bool:
        """True where a contact can be made of it: nothing wrong with the row itself, and a number to call."""
        return not any(p.is_error and p.scope == "row" for p in self.problems) and bool(self.numbers)

    def _say(self, code: str, column: Column | None = None, value: str = "", detail: str = "") -> None:
        self.problems.append(Problem(self.row, code, column.name if column else "", value, detail))


def convert(record: Record, mapping: Mapping, options: Options) -> Row:
    """What the record makes of a contact."""
    row = Row(record.row, record.line, record.cells)
    for code in record.codes:
        row._say(code, value=record.cells[0] if REASONS[code].severity == "error" and record.cells else "")
    if _FATAL & set(record.codes):
        return row
    country_cell, calling = _cell(record, mapping, "country"), _cell(record, mapping, "phone_calling_code")
    row.region, unknown = _region(country_cell, calling, options)
    for column in mapping.columns:
        text = record.cells[column.index] if column.index < len(record.cells) else ""
        if not text.strip():
            continue
        if not column.is_phone and is_formula_like(text):
            row._say("formula_like", column, text)
        _take(row, column, text)
    if unknown:
        row._say("unknown_country", mapping.first("country"), country_cell)
    _phones(row, record, mapping, unknown=unknown)
    _consent(row, mapping, options)
    if (
        options.want_phone
        and mapping.phones
        and not row.numbers
        and not any(p.scope == "number" and p.is_error for p in row.problems)
    ):
        row._say("country_unknown" if unknown and row.problems and _any_phone(record, mapping) else "no_phone")
    return row


def _consent(row: Row, mapping: Mapping, options: Options) -> None:
    """Take out a consent that is none. A refusal stays, with words or without: nobody needs words to say no."""
    given = row.fields.get("consent_given_at")
    if not isinstance(given, dt.date):
        return
    refused = row.fields.get("consent_status") == "refused" or "consent_revoked_at" in row.fields
    worded = {"consent_words", "consent_proof"} & set(row.fields) or row.fields.get("consent_form") == "registry"
    if not worded and not refused:
        code = "consent_without_words"
    elif options.received_at is not None and _earliest(given) > options.received_at:
        code = "consent_in_future"
    else:
        return
    column = mapping.first("consent_given_at")
    cell = row.cells[column.index] if column and column.index < len(row.cells) else ""
    row._say(code, column, cell)
    del row.fields["consent_given_at"]


def _earliest(given: dt.date) -> dt.datetime:
    """The first instant that a day or a local time of the file can mean, wherever the person is."""
    moment = given if isinstance(given, dt.datetime) else dt.datetime.combine(given, dt.time())
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=dt.timezone(dt.timedelta(hours=14)))


def is_formula_like(text: str) -> bool:
    """True for a cell that a spreadsheet would run; plain amounts and numbers with a sign are not meant."""
    return bool(_FORMULA.match(text)) and not _HARMLESS.fullmatch(text.strip(" "))


def _cell(record: Record, mapping: Mapping, key: str) -> str:
    column = mapping.first(key)
    return record.cells[column.index].strip() if column and column.index < len(record.cells) else ""


def _any_phone(record: Record, mapping: Mapping) -> bool:
    return any(record.cells[c.index].strip() for c in mapping.phones if c.index < len(record.cells))


def _region(country: str, calling: str, options: Options) -> tuple[str | None, bool]:
    """The country by which the row's numbers are read, and whether a country was named that nobody knows."""
    if not country and any(c.isalpha() for c in calling):
        country, calling = calling, ""  # “country code” is a calling code in one file and letters in the next
    if plain_key(country).isdecimal():
        country, calling = "", calling or country
    found = country_of(country) if country else None
    if calling and (by_code := region_of_calling_code(calling, found or options.region)):
        return by_code, False
    if found:
        return found, False
    if plain_key(country) in _NO_COUNTRY:
        return options.region, False
    return None, True


def _phones(row: Row, record: Record, mapping: Mapping, *, unknown: bool) -> None:
    there: set[str] = set()
    ext = _cell(record, mapping, "phone_extension")
    for column in mapping.phones:
        text = record.cells[column.index] if column.index < len(record.cells) else ""
        reading = read_numbers(text, row.region, fax=column.field == "fax")
        for code in dict.fromkeys(reading.codes):
            row._say("country_unknown" if unknown and code == "phone_no_country" else code, column, text)
        for found in reading.found:
            if found.number.e164 in there:
                continue
            there.add(found.number.e164)
            row.numbers.append(RowNumber(found, column))
    if ext:
        row.fields["phone_extension"] = ext


def _take(row: Row, column: Column, text: str) -> None:  # noqa: PLR0912 - one case for each kind of field.
    """Puts one filled cell where it belongs."""
    spec = column.spec
    if spec is None:
        _keep(row, column, text)
        return
    match spec.kind:
        case "date" | "moment":
            _day(row, column, text)
        case "email":
            if len(text) > _EMAIL_MAX or not _EMAIL.fullmatch(text.strip()):
                row._say("bad_email", column, text)
            row.fields[spec.key] = text.strip()
        case "country":
            if found := country_of(text):
                row.fields[spec.key] = found
        case "postcode":
            digits = _POSTCODE_DIGITS.get(row.region or "", 0)
            if text.strip().isdecimal() and len(text.strip()) < digits:
                row._say("postcode_short", column, text)
            row.fields[spec.key] = text.strip()
        case "choice":
            value = choices_of(spec.key).get(plain_key(text))
            if value is None:
                row._say("value_unknown", column, text)
            else:
                row.fields[spec.key] = value
        case "flag":
            _flag(row, column, text)
        case "time_zone":
            if text.strip() in _zones():
                row.fields[spec.key] = text.strip()
            else:
                row._say("value_unknown", column, text)
        case "phone" | "calling_code":
            pass
        case _:
            row.fields.setdefault(spec.key, text.strip())


def _day(row: Row, column: Column, text: str) -> None:
    order = column.order
    day = parse_day(text, order.order if order else "dmy")
    if day.value is None:
        if not day.empty:
            row._say("bad_date", column, text)
        return
    if day.ambiguous and order is not None and order.assumed:
        row._say("date_order_assumed", column, text)
    assert day.day is not None
    row.dates[column.index] = day.day
    if column.field:
        row.fields[column.field] = day.value if column.spec and column.spec.kind == "moment" else day.day
    else:
        _keep(row, column, text)


def _keep(row: Row, column: Column, text: str) -> None:
    if column.order is not None and column.field is None and column.index not in row.dates:
        _day(row, column, text)
        if column.index in row.dates:
            return
    if column.mark is not None:
        amount = parse_decimal(text, column.mark)
        if amount is None:
            row._say("bad_decimal", column, text)
        else:
            row.decimals[column.index] = amount
    name = column.name or f"Column {column.index + 1}"
    unique, n = name, 2
    while unique in row.extra:
        unique, n = f"{name} ({n})", n + 1
    row.extra[unique] = text


def _flag(row: Row, column: Column, text: str) -> None:
    assert column.field is not None
    plain = plain_key(text)
    if plain in _YES:
        row.fields[column.field] = True
    elif plain in _NO:
        row.fields[column.field] = False
    else:
        # Somebody wrote something into “do not call”: until a person says otherwise it is taken for a yes.
        row.fields[column.field] = True
        row._say("value_unknown", column, text, "Taken as yes.")


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
