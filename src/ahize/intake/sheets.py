"""What is on the sheets of this workbook?

An .xlsx (or .ods) file in, rows of text out. Nothing is ever computed: of a formula the value last saved is read.
Bombs, locked files and the old .xls are refused with a sentence. It knows nothing of headers and columns.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

import python_calamine

from ahize.intake.encodings import unreadable
from ahize.kernel.errors import BadInput

_UNPACKED_MAX = 600_000_000
_RATIO_MAX = 200
_RATIO_FROM = 50_000_000
_ENTRIES_MAX = 10_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, its rows and columns with anything in them."""

    name: str
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook that may be read.

    Args:
        sheets: those with at least one cell, in the order of the book; hidden ones left out where others are there.
        formulas: True where a cell of the book is computed.
    """

    sheets: tuple[Sheet, ...]
    formulas: bool
    _workbook: Any

    def rows(self, name: str) -> Iterator[list[str]]:
        """The rows of a sheet as text, from its first row and its first filled column on."""
        with _the_file_is_at_fault():
            for row in self._workbook.get_sheet_by_name(name).iter_rows():
                yield [as_text(value) for value in row]


@contextmanager
def _the_file_is_at_fault() -> Iterator[None]:
    """Whatever the library raises over a damaged file, of many kinds and some without a name, becomes one sentence."""
    try:
        yield
    except BadInput:
        raise
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise unreadable("This workbook is damaged and cannot be read.") from error
        raise


def is_workbook(head: bytes) -> bool:
    """True where the first bytes are those of a zip archive or of an old Office file."""
    return head.startswith((OLE, ZIP, _EMPTY_ZIP))


def open_book(stream: BinaryIO) -> Book:
    """Opens a workbook.

    Raises:
        BadInput: where it is locked, of the old format, no workbook at all, or too large when unpacked.
    """
    stream.seek(0)
    data = stream.read()
    if data.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise unreadable(
                "This workbook is locked with a password.", next_step="Remove the password and save again."
            )
        raise unreadable(
            "This is a workbook of the old .xls format.",
            next_step="Open it in a spreadsheet and save it as .xlsx or CSV (UTF-8).",
        )
    formulas = _inspect(data)
    with _the_file_is_at_fault():
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = _sheets(workbook)
    return Book(sheets, formulas, workbook)


def _inspect(data: bytes) -> bool:
    """Refuses what is no workbook or would not fit in memory; tells whether there are formulas."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise unreadable("This archive is damaged.") from error
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    bomb = unpacked > _RATIO_FROM and unpacked > _RATIO_MAX * max(1, packed)
    if unpacked > _UNPACKED_MAX or bomb or len(entries) > _ENTRIES_MAX:
        raise unreadable("This workbook is too large when unpacked.", next_step="Save the sheet as CSV (UTF-8).")
    names = {entry.filename for entry in entries}
    if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        raise unreadable("This archive holds no workbook.", next_step="Unpack it and take the list inside.")
    return any(
        _has_formula(archive, name) for name in names if name.startswith("xl/worksheets/") and name.endswith(".xml")
    )


def _has_formula(archive: zipfile.ZipFile, name: str) -> bool:
    try:
        with archive.open(name) as part:
            tail = b""
            while chunk := part.read(1 << 18):
                window = tail + chunk
                if b"<f>" in window or b"<f " in window:
                    return True
                tail = window[-3:]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise unreadable("This workbook is damaged or locked.") from error
    except Exception as error:  # zlib.error has no common parent with the rest.
        raise unreadable("This workbook is damaged.") from error
    return False


def _sheets(workbook: Any) -> tuple[Sheet, ...]:
    shown = [meta.name for meta in workbook.sheets_metadata if str(meta.visible).endswith(".Visible")]
    found = []
    for name in shown or list(workbook.sheet_names):
        try:
            sheet = workbook.get_sheet_by_name(name)
        except python_calamine.WorksheetNotFound:
            continue  # a chart has a name among the sheets, and no cells
        if sheet.start is not None and sheet.height:
            found.append(Sheet(name, sheet.height, sheet.width))
    return tuple(found)


def as_text(value: object) -> str:  # noqa: PLR0911 - one case for each type.
    """A cell's value as text. Whole numbers lose the ``.0`` that the file format gives them, dates become ISO."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case dt.datetime():
            return (
                value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ", timespec="seconds")
            )
        case dt.date() | dt.time():
            return value.isoformat()
    return str(value)
