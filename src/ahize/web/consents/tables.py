"""The numbers of a registry whose layout nobody publishes: any table, workbook or plain list with a column of numbers.

The column is named by a person, or found by its heading, or by its cells. A cell that is no number of the registry's
countries refuses the file with its line, for each stands for somebody who must not be called; an empty cell stands for
nobody. What is found is a guess, and the version says so. Refuses to know what a listing means.
"""

from __future__ import annotations

import hashlib
import zipfile
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from django.utils.translation import gettext as _

from ahize.intake.check import settle_mapping
from ahize.intake.folding import plain_key
from ahize.intake.mapping import named_columns
from ahize.intake.reader import Record, Truth, read, sniff
from ahize.intake.values import DayOrder, day_order, parse_day
from ahize.kernel.errors import BadInput
from ahize.registries.bodies import Ints
from ahize.registries.registers import Register
from ahize.registries.writing import Writing

_HEADINGS: Final = frozenset(
    plain_key(name)
    for name in (
        *("numero", "número", "numero telefonico", "número telefónico", "numero de telefono", "número de teléfono"),
        *("telefono", "teléfono", "numero di telefono", "utenza", "numerazione", "telefone", "número de telefone"),
        *("linha", "linea", "línea", "numéro", "numéro de téléphone", "téléphone", "phone_no", "phoneno", "mobile no"),
        *("subscriber number", "subscriber no", "cli", "terminal", "celular", "móvil", "movil", "cellulare", "ani"),
    )
)
_SURE: Final = 0.8
"""The share of a column's cells that must be numbers for it to be taken for the column of numbers."""


@dataclass(frozen=True, slots=True)
class Table:
    """What a file held.

    Args:
        numbers: E.164 without the plus, in the order they stand.
        days: proleptic ordinals of when each was listed, as long as ``numbers``; 0 where the file does not say.
        sha256: of the file.
        columns: the headings that were read.
    """

    numbers: Ints
    days: Ints
    sha256: str
    columns: tuple[str, ...]


def read_table(file: Path, kind: Register, *, column: str = "", day_column: str = "") -> Table:
    """The numbers of a file.

    Args:
        column: the column that holds them, by its heading or its place from 1; found where it is empty.
        day_column: the column that says since when each is listed; none where it is empty.

    Raises:
        BadInput: ``registry_line``, ``registry_empty``, ``no_phone_column``, ``several_phone_columns``,
            ``unknown_column``, ``registry_archive``, and what ``intake.reader`` says of files it cannot read.
    """
    assert kind.writing is not None, "only lists of no known layout come as tables"
    with file.open("rb") as raw:
        sha256 = hashlib.file_digest(raw, "sha256").hexdigest()
    draft = _Draft(kind.code[:2], kind.writing, column, day_column)
    with _members(file) as members:
        for name, member in members:
            draft.take(member, name)
    if not draft.numbers:
        raise BadInput(
            _("The registry file holds no number."), code="registry_empty", next_step=_("Fetch the file again.")
        )
    numbers, days = np.array(draft.numbers, np.int64), np.array(draft.days, np.int64)
    return Table(numbers, days, sha256, tuple(draft.headings))


class _Draft:
    """The numbers so far, of one file or of several in an archive."""

    def __init__(self, region: str, written: Writing, column: str, day_column: str) -> None:
        self.region = region
        self.written = written
        self.column = column
        self.day_column = day_column
        self.numbers, self.days = array("q"), array("q")
        self.headings: dict[str, None] = {}

    def take(self, file: Path, name: str) -> None:
        """Adds what one file holds."""
        truth = sniff(file, region=self.region)
        if truth.kind == "empty":
            return
        places = _number_columns(truth, self.written, self.region, self.column)
        day_place = _named(truth, self.day_column, "day_column") if self.day_column else None
        order = _order(truth, day_place, self.region)
        for record in read(file, truth):
            if "repeated_header" in record.codes:
                continue
            listed = _day(record, day_place, order, name)
            for place in places:
                cell = record.cells[place] if place < len(record.cells) else ""
                found = self.written.numbers(cell)
                if found is None:
                    raise _no_number(record.line, name, truth.columns[place], self.region)
                self.numbers.extend(found)
                self.days.extend([listed] * len(found))
        self.headings |= dict.fromkeys(truth.columns[place] for place in places)
        if day_place is not None:
            self.headings[truth.columns[day_place]] = None


def _number_columns(truth: Truth, written: Writing, region: str, column: str) -> list[int]:
    if column:
        return [_named(truth, column, "column")]
    if truth.width == 1:
        return [0]
    named = [at for at, heading in enumerate(truth.columns) if truth.header and plain_key(heading) in _HEADINGS]
    mapping = settle_mapping(truth, region=region)
    named = named or [one.index for one in mapping.phones if one.because == "name"]
    if named:
        return named
    alike = [at for at in range(truth.width) if _share(truth, at, written) >= _SURE]
    if len(alike) == 1:
        return alike
    there = ", ".join(f"“{heading}”" for heading in truth.columns[:20])
    if alike:
        raise BadInput(
            _("More than one column looks like telephone numbers: %(columns)s.")
            % {"columns": ", ".join(f"“{truth.columns[at]}”" for at in alike)},
            code="several_phone_columns",
            next_step=_("Name the column that holds the numbers."),
            field="column",
        )
    raise BadInput(
        _("No column of the file looks like telephone numbers; it has %(columns)s.") % {"columns": there},
        code="no_phone_column",
        next_step=_("Name the column that holds the numbers."),
        field="column",
    )


def _named(truth: Truth, column: str, field: str) -> int:
    try:
        return named_columns(truth.columns, [column])[0]
    except BadInput as missing:
        there = ", ".join(f"“{heading}”" for heading in truth.columns[:20])
        raise BadInput(
            _("There is no column “%(column)s”; the file has %(columns)s.") % {"column": column, "columns": there},
            code="unknown_column",
            next_step=_("Name a column by its heading, or by its place from 1."),
            field=field,
        ) from missing


def _share(truth: Truth, place: int, written: Writing) -> float:
    """Which share of a column's filled cells can be read as numbers."""
    cells = [row[place] for row in truth.samples if place < len(row) and row[place].strip()]
    return sum(bool(written.numbers(cell)) for cell in cells) / len(cells) if cells else 0.0


def _order(truth: Truth, place: int | None, region: str) -> DayOrder | None:
    if place is None:
        return None
    return day_order([row[place] for row in truth.samples if place < len(row)], region)


def _day(record: Record, place: int | None, order: DayOrder | None, name: str) -> int:
    """Since when the numbers of a row are listed, as a proleptic ordinal; 0 where it does not say."""
    if place is None or order is None or place >= len(record.cells) or not record.cells[place].strip():
        return 0
    text = record.cells[place]
    found = parse_day(text, order.order)
    if found.day is not None and found.value is not None:
        return found.day.toordinal()
    if found.empty:
        return 0
    raise BadInput(
        _("Line %(line)d of the registry file: “%(text)s” is no day.") % {"line": record.line, "text": text[:40]},
        code="registry_day",
        next_step=_("Write days as 2026-11-23, or load the list without that column; nothing was loaded."),
        line=record.line,
        file=name,
    )


def _no_number(line: int, name: str, heading: str, region: str) -> BadInput:
    return BadInput(
        _("Line %(line)d of the registry file holds no telephone number of %(country)s in column “%(column)s”.")
        % {"line": line, "country": region, "column": heading},
        code="registry_line",
        next_step=_("Mend that row or take it out, or name the right column, and load the list again."),
        line=line,
        file=name,
    )


def told_days(table: Table, today: date) -> Ints:
    """The days of a table. Raises: BadInput where one lies ahead, ``registry_future``."""
    if len(table.days) and int(table.days.max()) > today.toordinal():
        raise BadInput(
            _("The file says that a number was listed on %(day)s, which lies ahead.")
            % {"day": date.fromordinal(int(table.days.max())).isoformat()},
            code="registry_future",
            next_step=_("See whether the right column was named, and whether day and month stand in that order."),
            field="day_column",
        )
    return table.days


@contextmanager
def _members(file: Path) -> Iterator[list[tuple[str, Path]]]:
    """The file itself, or those of a zip archive that is no workbook, unpacked for as long as they are read."""
    if not zipfile.is_zipfile(file):
        yield [("", file)]
        return
    with TemporaryDirectory(prefix="registry-") as folder:
        try:
            with zipfile.ZipFile(file) as archive:
                entries = [one for one in archive.infolist() if not one.is_dir()]
                if any(one.filename in {"[Content_Types].xml", "mimetype"} for one in entries):
                    yield [("", file)]
                    return
                if sum(one.file_size for one in entries) > _UNPACKED_MAX:
                    raise _archive()
                unpacked = []
                for place, one in enumerate(entries):
                    target = Path(folder) / f"{place}"
                    with archive.open(one) as packed, target.open("wb") as out:
                        while chunk := packed.read(1 << 20):
                            out.write(chunk)
                    unpacked.append((one.filename, target))
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as damaged:
            raise _archive() from damaged
        yield unpacked


_UNPACKED_MAX: Final = 8 << 30


def _archive() -> BadInput:
    return BadInput(
        _("The archive is damaged, cut short or locked."),
        code="registry_archive",
        next_step=_("Fetch the file again; nothing was loaded."),
    )
