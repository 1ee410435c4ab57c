"""Which numbers does this plain list of numbers hold?

For do-not-call uploads, litigator lists and the like: one number a line, or any table with a column of numbers. Every
number counts, a fax too, and a row that cannot be read is a problem to show: whoever is on such a list and gets lost
here would be called. It knows nothing of what the list is for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ahize.intake.check import settle_mapping
from ahize.intake.reader import Source, read, sniff
from ahize.intake.reasons import Problem
from ahize.intake.rows import Options, convert
from ahize.kernel.errors import BadInput
from ahize.kernel.phone import PhoneNumber


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the list: its numbers, and what was refused in it."""

    row: int
    numbers: tuple[PhoneNumber, ...]
    errors: tuple[Problem, ...]


def number_list(source: Source, *, region: str | None = None, phone_columns: Sequence[str] = ()) -> Iterator[Entry]:
    """The rows of a list of numbers, streamed.

    Args:
        region: ISO 3166-1 for numbers without a country.
        phone_columns: where they stand; else it is found.

    Raises:
        BadInput: ``no_phone_column``, ``empty_file``, ``unknown_column`` and those of ``sniff``.
    """
    truth = sniff(source, region=region)
    if truth.kind == "empty":
        raise BadInput("The file is empty.", code="empty_file", next_step="Choose the file with the numbers.")
    mapping = settle_mapping(truth, region=region, phone_columns=phone_columns)
    if not mapping.phones:
        raise BadInput(
            "No column with telephone numbers was found.", code="no_phone_column", next_step="Name the column."
        )
    options = Options(region)
    for record in read(source, truth):
        row = convert(record, mapping, options)
        numbers = tuple(one.number for one in row.numbers)
        yield Entry(row.row, numbers, tuple(p for p in row.errors if p.scope in {"row", "number"}))
