"""What does this file hold, record by record?

``sniff`` finds encoding, delimiter, line ends, sheet and header; ``read`` then streams the records, in constant memory
for text. A record is numbered from 1 below the header; records of empty cells only are counted and not numbered.
It knows nothing of what the columns mean.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from ahize.intake import delimited, sheets
from ahize.intake.encodings import Encoding, Fallback, detect, is_stray, mend, unreadable
from ahize.intake.folding import plain_key
from ahize.intake.headers import VICIDIAL_COLUMNS, is_header, is_vicidial, looks_like_header
from ahize.kernel.errors import BadInput

Source = Path | str | bytes

_SAMPLE_BYTES = 1 << 20
_SAMPLE_CHARS = 262_144
_SAMPLES = 200
_TITLES_MAX = 10
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\x00]+")


@dataclass(frozen=True, slots=True)
class Truth:
    """What a file turned out to be.

    Args:
        kind: ``text``, ``workbook`` or ``empty``.
        encoding: as people say it, or None for a workbook or an empty file.
        delimiter: one character, or None likewise.
        header: whether the first record names the columns; None for an empty file.
        eol: ``CRLF``, ``LF``, ``CR``, ``mixed`` or None.
        bom: whether a byte order mark leads.
        columns: names of the columns, as written; ``Column 1`` … where there is no header.
        skip: records to pass over before the first one of data: titles, and the header.
        titles: how many of them stand above the header.
        samples: the first records, at most 200.
        sheet: the sheet that is read, of a workbook.
        sheets: all sheets with data: name, rows, columns.
        formulas: True where the workbook computes cells.
        preset: the program that wrote the file, where its layout is known, like ``vicidial``.
    """

    kind: str
    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    eol: str | None = None
    bom: bool = False
    columns: tuple[str, ...] = ()
    skip: int = 0
    titles: int = 0
    samples: tuple[tuple[str, ...], ...] = ()
    sheet: str | None = None
    sheets: tuple[sheets.Sheet, ...] = ()
    formulas: bool = False
    preset: str | None = None
    codec: str = field(default="utf-8", repr=False)
    bom_bytes: int = field(default=0, repr=False)
    fallback: Fallback = field(default="cp1252", repr=False)

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.columns)

    def as_json(self) -> dict[str, object]:
        """The object ``truth`` of the check; a workbook adds its sheets."""
        found: dict[str, object] = {
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "header": self.header,
            "eol": self.eol,
            "bom": self.bom,
        }
        if self.kind == "workbook":
            found["format"] = "workbook"
            found["sheet"] = self.sheet
            found["sheets"] = [{"name": s.name, "rows": s.rows, "columns": s.columns} for s in self.sheets]
        return found


@dataclass(frozen=True, slots=True)
class Record:
    """One record of data.

    Args:
        row: 1-based, below the header, blank records not counted.
        line: the physical line (or row of the sheet) it begins on, 1-based.
        cells: as many as the file has columns, padded with empty ones; surplus filled cells stay at the end.
        codes: what is wrong with the record as a whole: ``long_row``, ``short_row``, ``unclosed_quote``,
            ``repeated_header``, ``nul_bytes``, ``mixed_encoding``.
    """

    row: int
    line: int
    cells: tuple[str, ...]
    codes: tuple[str, ...] = ()


@contextmanager
def _opened(source: Source) -> Iterator[BinaryIO]:
    if isinstance(source, bytes):
        yield io.BytesIO(source)
        return
    try:
        stream = Path(source).open("rb")  # noqa: SIM115 - closed below, the error belongs to the opening alone.
    except OSError as error:
        raise BadInput(
            f"The file cannot be opened: {error.strerror}.",
            code="no_such_file",
            next_step="Check the path.",
            path=str(source),
        ) from error
    try:
        yield stream
    finally:
        stream.close()


def sniff(source: Source, *, region: str | None = None, sheet: str | None = None) -> Truth:
    """What the file is.

    Args:
        source: a path, or the bytes themselves.
        region: ISO 3166-1 of the list, for the rare file whose letters leave its encoding open.
        sheet: the sheet to take of a workbook; else the first with data.

    Raises:
        BadInput: ``unreadable_file``, ``line_too_long``, ``too_many_columns``, ``unknown_sheet``, ``no_such_file``.
    """
    with _opened(source) as stream:
        head = stream.read(8)
        if sheets.is_workbook(head):
            return _sniff_book(stream, sheet)
        encoding = detect(stream, region=region)
        if encoding is None:
            return Truth("empty")
        stream.seek(encoding.bom_bytes)
        sample = stream.read(_SAMPLE_BYTES).decode(encoding.codec, "replace")
        if not _INVISIBLE.sub("", sample):
            return Truth("empty")
        ends = delimited.line_ends(sample)
        if len(sample) > _SAMPLE_CHARS:
            sample = sample[:_SAMPLE_CHARS]
            sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample
        declared = delimited.declared_delimiter(sample)
        if declared:
            sample = sample.split("\n", 1)[-1]
        delimiter = declared or delimited.find_delimiter(sample)
        found = []
        for cells in _text_records(stream, encoding, delimiter, width=None):
            found.append(cells)
            if len(found) > _SAMPLES + _TITLES_MAX + 1:
                break
        layout = _layout(found, declared=declared is not None)
        return Truth(
            kind="text",
            encoding=encoding.name,
            delimiter=delimiter,
            header=layout.header,
            eol=ends,
            bom=encoding.bom_bytes > 0,
            columns=layout.columns,
            skip=layout.skip,
            titles=layout.titles,
            samples=layout.samples,
            preset=layout.preset,
            codec=encoding.codec,
            bom_bytes=encoding.bom_bytes,
            fallback=encoding.fallback,
        )


def _sniff_book(stream: BinaryIO, wanted: str | None) -> Truth:
    book = sheets.open_book(stream)
    if wanted is not None and wanted not in {s.name for s in book.sheets}:
        there = ", ".join(f"“{s.name}”" for s in book.sheets) or "none"
        raise BadInput(f"The workbook has no sheet of that name with data; it has {there}.", code="unknown_sheet")
    if not book.sheets:
        return Truth("empty")
    name = wanted or book.sheets[0].name
    found = []
    for number, cells in enumerate(book.rows(name), start=1):
        found.append(delimited.Cells(cells, number))
        if len(found) > _SAMPLES + _TITLES_MAX + 1:
            break
    layout = _layout(found, declared=False)
    return Truth(
        kind="workbook",
        header=layout.header,
        columns=layout.columns,
        skip=layout.skip,
        titles=layout.titles,
        samples=layout.samples,
        sheet=name,
        sheets=book.sheets,
        formulas=book.formulas,
        preset=layout.preset,
    )


def _text_records(
    stream: BinaryIO, encoding: Encoding, delimiter: str, *, width: int | None
) -> Iterator[delimited.Cells]:
    stream.seek(encoding.bom_bytes)
    errors = (
        "replace" if encoding.codec.startswith("utf-16") or encoding.codec.startswith("utf-32") else "surrogateescape"
    )
    text = io.TextIOWrapper(stream, encoding=encoding.codec, errors=errors, newline="")
    try:
        yield from delimited.records(text, delimiter, width=width)
    finally:
        text.detach()  # the wrapper would close a stream that is not its own


@dataclass(frozen=True, slots=True)
class _Layout:
    header: bool
    columns: tuple[str, ...]
    skip: int
    titles: int
    samples: tuple[tuple[str, ...], ...]
    preset: str | None


def _layout(found: list[delimited.Cells], *, declared: bool) -> _Layout:
    """Header, titles above it, names of the columns, from the first records."""
    rows = [tuple(_trim(cell) for cell in record.cells) for record in found]
    start = 1 if declared else 0
    filled = [i for i in range(start, len(rows)) if not is_blank(rows[i])]
    if not filled:
        return _Layout(False, (), start, 0, (), None)
    widths = Counter(len(rows[i]) for i in filled)
    usual = max(widths.items(), key=lambda item: (item[1], item[0]))[0]
    first = filled[0]
    for i in filled[:_TITLES_MAX]:
        # A title stands alone in its line, above a table that is wider.
        if usual < 2 or sum(not is_blank((cell,)) for cell in rows[i]) > 1:
            first = i
            break
    titles = sum(1 for i in filled if i < first)
    if is_vicidial(rows[first]) and not looks_like_header(rows[first]):
        columns = tuple(VICIDIAL_COLUMNS) + tuple(f"Column {n}" for n in range(len(VICIDIAL_COLUMNS) + 1, usual + 1))
        return _Layout(
            False, columns, first, titles, tuple(rows[i] for i in filled if i >= first)[:_SAMPLES], "vicidial"
        )
    if is_header(rows[first], [rows[i] for i in filled if i > first]):
        columns = rows[first]
        samples = tuple(rows[i] for i in filled if i > first)[:_SAMPLES]
        return _Layout(True, columns, first + 1, titles, samples, None)
    columns = tuple(f"Column {n}" for n in range(1, usual + 1))
    return _Layout(False, columns, first, titles, tuple(rows[i] for i in filled if i >= first)[:_SAMPLES], None)


def is_blank(cells: tuple[str, ...]) -> bool:
    """True where no cell shows anything."""
    return not any(cell and _INVISIBLE.sub("", cell) for cell in cells)


def _trim(cell: str) -> str:
    """A cell as it is stored: outer spaces and inner marks of order off, composed letters; tabs and line ends stay."""
    cell = cell.strip(" \ufeff")
    if cell.isascii():
        return cell
    return unicodedata.normalize("NFC", cell.strip(" \ufeff\u00a0"))


class Reading:
    """The records of one file, in order; ``blank_rows`` grows while they are read."""

    def __init__(self, source: Source, truth: Truth, after_row: int) -> None:
        self._source = source
        self._truth = truth
        self._after = after_row
        self.blank_rows = 0
        self.rows_read = 0

    def __iter__(self) -> Iterator[Record]:
        truth = self._truth
        if truth.kind == "empty":
            return
        header = tuple(plain_key(name) for name in truth.columns) if truth.header else ()
        with _opened(self._source) as stream:
            for number, raw in enumerate(self._raw(stream)):
                if number < truth.skip:
                    continue
                codes: list[str] = []
                cells = self._clean(raw.cells, codes)
                if is_blank(cells):
                    self.blank_rows += 1
                    continue
                self.rows_read += 1
                if self.rows_read <= self._after:
                    continue
                yield self._record(raw, cells, codes, header)

    def _raw(self, stream: BinaryIO) -> Iterator[delimited.Cells]:
        truth = self._truth
        if truth.kind == "workbook":
            assert truth.sheet is not None
            book = sheets.open_book(stream)
            return (delimited.Cells(cells, n) for n, cells in enumerate(book.rows(truth.sheet), start=1))
        encoding = Encoding(truth.encoding or "utf-8", truth.codec, truth.bom_bytes, truth.fallback)
        return _text_records(stream, encoding, truth.delimiter or ",", width=truth.width)

    def _clean(self, raw: list[str], codes: list[str]) -> tuple[str, ...]:
        cells = []
        for cell in raw:
            if "\x00" in cell:
                cell = cell.replace("\x00", "")  # noqa: PLW2901 - the cell without its zero bytes.
                codes.append("nul_bytes")
            if is_stray(cell):
                cell = mend(cell, self._truth.fallback)  # noqa: PLW2901 - the cell with its letters.
                codes.append("mixed_encoding")
            cells.append(_trim(cell))
        return tuple(cells)

    def _record(
        self, raw: delimited.Cells, cells: tuple[str, ...], codes: list[str], header: tuple[str, ...]
    ) -> Record:
        width = self._truth.width
        if raw.unclosed:
            codes.append("unclosed_quote")
        if len(cells) > width:
            if is_blank(cells[width:]):
                cells = cells[:width]
            else:
                codes.append("long_row")
        elif len(cells) < width:
            cells = cells + ("",) * (width - len(cells))
            codes.append("short_row")
        if header and len(header) > 1 and cells[0] == self._truth.columns[0] and tuple(map(plain_key, cells)) == header:
            codes.append("repeated_header")
        return Record(self.rows_read, raw.line, cells, tuple(dict.fromkeys(codes)))


def read(source: Source, truth: Truth, *, after_row: int = 0) -> Reading:
    """The records of the file, streamed.

    Args:
        after_row: rows up to this one are passed over, to go on where a run was broken off.

    Raises:
        BadInput: while iterating, as for ``sniff``.
    """
    return Reading(source, truth, after_row)


__all__ = ["Reading", "Record", "Source", "Truth", "is_blank", "read", "sniff", "unreadable"]
