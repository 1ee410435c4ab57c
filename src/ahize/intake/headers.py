"""Is this record a header, and whose?

It answers from the record alone: a header has words and no data. A few programs write no header but always the same
columns; those are known by their shape. What the names mean is asked in ``mapping``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ahize.intake.fields import field_named
from ahize.intake.folding import plain_key

VICIDIAL_COLUMNS = (
    "vendor_lead_code", "source_id", "list_id", "phone_code", "phone_number", "title", "first_name", "middle_initial",
    "last_name", "address1", "address2", "address3", "city", "state", "province", "postal_code", "country_code",
    "gender", "date_of_birth", "alt_phone", "email", "security_phrase", "comments", "rank", "owner",
)  # fmt: skip

_DIGITS = re.compile(r"\d")
_NUMBER = re.compile(r"[+-]?[\d.,' \u00a0]*\d%?")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:[ T].*)?")


def looks_like_data(cell: str) -> bool:
    """True for what no column would be called: a number, a date, an address of mail, seven digits or more."""
    text = cell.strip()
    return bool(
        text
        and (
            "@" in text
            or len(_DIGITS.findall(text)) >= 7
            or (_NUMBER.fullmatch(text) and not re.fullmatch(r"(?:19|20)\d\d|\d{1,2}", text))
            or _DATE.fullmatch(text)
        )
    )


def looks_like_header(cells: tuple[str, ...]) -> bool:
    """True where no cell looks like data and at least one holds a letter."""
    return any(any(c.isalpha() for c in cell) for cell in cells) and not any(looks_like_data(cell) for cell in cells)


def is_header(cells: tuple[str, ...], below: Sequence[tuple[str, ...]]) -> bool:
    """True where the record names the columns of those below it.

    A first record of data whose number is missing looks like a header too. It is none where no name in it is known and
    the column that holds numbers has no name.
    """
    if not looks_like_header(cells):
        return False
    if any(field_named(cell) for cell in cells):
        return True
    for index, cell in enumerate(cells):
        numbers = [row[index] for row in below if index < len(row) and row[index].strip()]
        long = sum(len(_DIGITS.findall(text)) >= 7 for text in numbers)
        if numbers and long >= 0.6 * len(numbers) and plain_key(cell) in {"", "n a", "na", "none", "yok", "null"}:
            return False
    return True


def is_vicidial(cells: tuple[str, ...]) -> bool:
    """True for the standard layout of a VICIdial list: some 25 columns, the number in the fifth."""
    return (
        20 <= len(cells) <= 27
        and re.fullmatch(r"\d{1,4}", cells[3].strip()) is not None
        and re.fullmatch(r"\d{6,15}", cells[4].strip()) is not None
        and (len(cells) < 18 or cells[17].strip().upper() in {"", "M", "F", "U"})
    )
