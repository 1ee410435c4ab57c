"""Which of our fields is each column?

A proposal from names first and cells second, with a confidence and a reason, for a person to confirm. Columns are
meant by their place, never by their name: two may be called the same. A column that is none of ours is kept.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ahize.intake.fields import Field, by_key, by_name, choices_of, field_named
from ahize.intake.folding import plain_key
from ahize.intake.numbers import read_numbers
from ahize.intake.values import DayOrder, Mark, are_days, day_order, decimal_mark
from ahize.kernel.errors import BadInput

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NUMBERED = re.compile(r"(.*?)\s*\d{1,2}")
SHORTEST_KIND = 3
"""Letters that a cell needs to say a kind of line beyond doubt: “M” may as well be a name."""

# Layouts of other programs, told by columns that only they have together.
_PRESETS: tuple[tuple[str, frozenset[str]], ...] = (
    ("vicidial", frozenset({"vendor lead code", "phone code", "phone number", "security phrase"})),
    ("five9", frozenset({"number1", "number2", "number3"})),
    ("omnileads", frozenset({"telefono", "nombre", "apellido"})),
    ("hubspot", frozenset({"record id", "lifecycle stage", "phone number"})),
    ("salesforce", frozenset({"lead owner", "lead source", "lead status"})),
    ("iys", frozenset({"recipient", "recipienttype", "consentdate"})),
)
# What a known program means by a name that means something else elsewhere.
_PRESET_FIELDS: dict[str, dict[str, str]] = {
    "vicidial": {"source id": "source", "list id": "", "rank": "", "owner": "", "province": "", "alt phone": "phone"},
    "iys": {"source": "consent_form", "type": "consent_channels", "status": "consent_status"},
}


@dataclass(frozen=True)
class Column:
    """What one column of the file is taken for.

    Args:
        index: 0-based place in the file.
        name: as the header has it.
        field: key of our field, or None: kept under its own name.
        confidence: 0 to 1.
        because: ``name``, ``cells``, ``preset``, ``person`` or empty.
        order: day or month first, for a column of dates.
        mark: the decimal mark, for a column of amounts.
    """

    index: int
    name: str
    field: str | None = None
    confidence: float = 0.0
    because: str = ""
    order: DayOrder | None = None
    mark: Mark | None = None

    @cached_property
    def spec(self) -> Field | None:
        """Our field, or None."""
        return by_key()[self.field] if self.field else None

    @cached_property
    def is_phone(self) -> bool:
        """True where the column holds telephone or fax numbers."""
        return self.spec is not None and self.spec.kind == "phone"

    @cached_property
    def is_date(self) -> bool:
        """True where the column holds days or moments."""
        return self.order is not None


@dataclass(frozen=True)
class Mapping:
    """What the columns are, in the order of the file, and which program wrote it, where that shows."""

    columns: tuple[Column, ...]
    preset: str | None = None

    def first(self, field: str) -> Column | None:
        """The column that feeds one of our fields, or None."""
        return self._by_field.get(field)

    @cached_property
    def _by_field(self) -> dict[str, Column]:
        return {column.field: column for column in reversed(self.columns) if column.field}

    @cached_property
    def phones(self) -> tuple[Column, ...]:
        """The columns with telephone numbers."""
        return tuple(column for column in self.columns if column.is_phone)

    def with_fields(self, chosen: dict[int, str | None], samples: Samples, *, region: str | None = None) -> Mapping:
        """The mapping after a person chose: place of the column to key of our field, or None to keep it as it is.

        Raises:
            BadInput: ``unknown_field`` or ``unknown_column``.
        """
        columns = list(self.columns)
        for index, key in chosen.items():
            if key is not None and key not in by_key():
                raise BadInput(f"There is no field “{key}”.", code="unknown_field")
            if not 0 <= index < len(columns):
                raise BadInput(f"There is no column {index + 1}.", code="unknown_column")
            column = replace(columns[index], field=key, confidence=1.0, because="person", order=None, mark=None)
            columns[index] = _with_style(column, samples, region, None)
        return Mapping(tuple(columns), self.preset)

    def as_json(self) -> dict[str, object]:
        """For the screen: one object a column."""
        return {
            "preset": self.preset,
            "columns": [
                {
                    "index": c.index,
                    "name": c.name,
                    "field": c.field,
                    "confidence": round(c.confidence, 2),
                    "because": c.because,
                    "day_order": c.order.order if c.order else None,
                    "day_order_assumed": c.order.assumed if c.order else None,
                    "decimal_mark": c.mark,
                }
                for c in self.columns
            ],
        }


Samples = Sequence[Sequence[str]]


def fingerprint(header: Sequence[str]) -> str:
    """A short name for a layout, so that a mapping once confirmed can be offered again: same columns, same order."""
    text = "\x1f".join(plain_key(name) for name in header)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def preset_of(header: Sequence[str]) -> str | None:
    """The program whose export has these columns, or None."""
    names = {plain_key(name) for name in header}
    return next((preset for preset, needed in _PRESETS if needed <= names), None)


def propose_mapping(
    header: Sequence[str],
    samples: Samples,
    *,
    region: str | None = None,
    delimiter: str | None = None,
    preset: str | None = None,
) -> Mapping:
    """What each column probably is.

    Args:
        header: names of the columns.
        samples: some records, each as wide as the header or not.
        region: ISO 3166-1 of the list; decides how numbers and doubtful dates are read.
        delimiter: of the file; a semicolon speaks for decimal commas.
        preset: where the reader already knew the program.
    """
    preset = preset or preset_of(header)
    taken: set[str] = set()
    columns = []
    for index, name in enumerate(header):
        column = _by_name(index, name, preset, taken)
        if column.field == "full_name" and _are_line_types(_cells(samples, index)):
            # “contact: cellular” says how somebody was reached, not who they are.
            column = replace(column, field=None if "line_type" in taken else "line_type", because="cells")
        elif column.field is None:
            column = _by_cells(column, samples, region, taken)
        if column.field:
            taken.add(column.field)
        columns.append(column)
    if "last_name" in taken and "first_name" not in taken:
        # Beside a surname, a column that is called only “name” holds the other one.
        columns = [replace(c, field="first_name") if c.field == "full_name" else c for c in columns]
    return Mapping(tuple(_with_style(c, samples, region, delimiter) for c in columns), preset)


def _by_name(index: int, name: str, preset: str | None, taken: set[str]) -> Column:
    plain = plain_key(name)
    override = _PRESET_FIELDS.get(preset or "", {}).get(plain)
    if override is not None:
        return Column(index, name, override or None, 1.0, "preset")
    names = by_name()
    field, confidence = field_named(name), 0.95
    if field is None and (match := _NUMBERED.fullmatch(plain)):
        field, confidence = field_named(match[1]), 0.85
    if field is None:
        # “Customer mobile number (new)”: the longest known name inside, for telephones and mail only.
        inside = [
            f
            for key, f in names.items()
            if len(key) >= 5 and f.kind in {"phone", "email"} and f" {key} " in f" {plain} "
        ]
        field, confidence = (inside[0], 0.6) if inside else (None, 0.0)
    if field is None or (field.key in taken and not field.many):
        return Column(index, name)
    return Column(index, name, field.key, confidence, "name")


def _cells(samples: Samples, index: int) -> list[str]:
    return [row[index] for row in samples if index < len(row) and row[index].strip()]


def _are_line_types(cells: list[str]) -> bool:
    kinds = choices_of("line_type")
    return bool(cells) and all(len(cell) >= SHORTEST_KIND and plain_key(cell) in kinds for cell in cells)


def _by_cells(column: Column, samples: Samples, region: str | None, taken: set[str]) -> Column:
    cells = _cells(samples, column.index)[:50]
    if not cells or plain_key(column.name).split(" ")[0] in {
        "id",
        "ssn",
        "tc",
        "iban",
        "account",
        "date",
        "tarih",
        "zip",
    }:
        return column
    if "email" not in taken and sum(
        len(cell) < 320 and bool(_EMAIL.fullmatch(cell.strip())) for cell in cells
    ) >= 0.8 * len(cells):
        return replace(column, field="email", confidence=0.9, because="cells")
    long_enough = [cell for cell in cells if sum(c.isdigit() for c in cell) >= 9]
    if len(long_enough) >= 0.6 * len(cells):
        good = sum(bool(read_numbers(cell, region).found) for cell in cells)
        if good >= 0.6 * len(cells):
            return replace(column, field="phone", confidence=round(0.7 * good / len(cells), 2), because="cells")
    return column


def _with_style(column: Column, samples: Samples, region: str | None, delimiter: str | None) -> Column:
    cells = _cells(samples, column.index)
    if column.spec is not None:
        if column.spec.kind in {"date", "moment"}:
            return replace(column, order=day_order(cells, region))
        return column
    if are_days(cells):
        return replace(column, order=day_order(cells, region))
    return replace(column, mark=decimal_mark(cells, region=region, delimiter=delimiter))


def named_columns(header: Sequence[str], wanted: Iterable[str]) -> list[int]:
    """Places of the columns that a person named: as written, else case and accents aside, else by number from 1.

    Raises:
        BadInput: ``unknown_column``, where there is none of that name.
    """
    places: list[int] = []
    for name in wanted:
        exact = [i for i, column in enumerate(header) if column == name]
        loose = exact or [
            i for i, column in enumerate(header) if plain_key(column) == plain_key(name) and plain_key(name)
        ]
        if not loose and name.isdecimal() and 1 <= int(name) <= len(header):
            loose = [int(name) - 1]
        if not loose:
            there = ", ".join(f"“{column}”" for column in header[:20])
            raise BadInput(f"There is no column “{name}”. The file has {there}.", code="unknown_column")
        places += [place for place in loose if place not in places]
    return places
