"""Where do the records of a text file begin and end, and by what are their cells parted?

A stream of text in, records out, never the whole file at once. CRLF, LF and a lone CR end a record outside quotes.
A quotation mark that is never closed costs its own line and not the rest of the file. It knows nothing of headers.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from ahize.intake.encodings import unreadable

LINE_MAX = 4_000_000
COLUMNS_MAX = 10_000
_RECORD_LINES_MAX = 200
_RECORD_CHARS_MAX = 200_000
_CANDIDATES = ("\t", ";", "|", ",")
_SAMPLE_RECORDS = 200
_QUOTED = re.compile(r'"[^"]*(?:""[^"]*)*"')
_SEP = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)

# The csv module refuses cells of over 131,072 characters; our own guards stand before it.
csv.field_size_limit(LINE_MAX + 1)


@dataclass(slots=True)
class Cells:
    """One record: its cells as they came, the physical line it began on, and whether a quote in it never closed."""

    cells: list[str]
    line: int
    unclosed: bool = False


class _Runaway(Exception):
    """A record that goes on and on: a quote was opened and not closed."""


class _Lines:
    """Physical lines, with those given back coming first, and the lines of the present record remembered."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._given_back: deque[str] = deque()
        self.taken: list[str] = []
        self._chars = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._given_back.popleft() if self._given_back else self._stream.readline(LINE_MAX)
        if not line:
            raise StopIteration
        if len(line) >= LINE_MAX:
            raise unreadable("A line is longer than 4 million characters: this is no list.", code="line_too_long")
        self.taken.append(line)
        self._chars += len(line)
        if len(self.taken) > 1 and (len(self.taken) > _RECORD_LINES_MAX or self._chars > _RECORD_CHARS_MAX):
            raise _Runaway
        return line

    def next_record(self) -> None:
        """Forgets the lines of the record before."""
        self.taken.clear()
        self._chars = 0

    def give_back_all_but_first(self) -> str:
        """Gives the lines after the first back to be read again, and returns the first."""
        first, *rest = self.taken
        self._given_back.extendleft(reversed(rest))
        self.next_record()
        return first


def records(stream: TextIO, delimiter: str, *, width: int | None = None) -> Iterator[Cells]:
    """The records of a text stream that was opened with ``newline=""``.

    Args:
        delimiter: one character.
        width: how many cells a record should have, where known; it helps to see a quote that closed too late.

    Raises:
        BadInput: ``line_too_long`` or ``too_many_columns``.
    """
    lines = _Lines(stream)
    line = 1
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        lines.next_record()
        unclosed = False
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _Runaway:
            unclosed = True
            cells = []
        except csv.Error:
            unclosed = len(lines.taken) > 1
            cells = _bare(lines.taken[0], delimiter) if lines.taken else []
        taken = lines.taken
        if not unclosed and any('"' in text for text in taken):
            # A quote that a later one closed by accident shows too: letters stand right behind it, or the width is off.
            fault = _fault(taken, delimiter)
            swallowed = len(taken) > 1 and (fault is not None or (width is not None and len(cells) != width))
            unclosed = fault == "unclosed" or (swallowed and len(_bare(taken[0], delimiter)) == width)
        if unclosed:
            first = lines.give_back_all_but_first()
            reader = csv.reader(lines, delimiter=delimiter)
            yield Cells(_bare(first, delimiter), line, unclosed=True)
            line += 1
            continue
        if len(cells) > COLUMNS_MAX:
            raise unreadable("There are more than 10,000 columns: this is no list.", code="too_many_columns")
        yield Cells(cells, line)
        line += len(taken)


def _bare(line: str, delimiter: str) -> list[str]:
    """A line cut at each delimiter, quotes taken as ordinary characters."""
    return line.rstrip("\r\n").split(delimiter)


def _fault(taken: list[str], delimiter: str) -> str | None:
    """``unclosed`` where a quote is still open at the end, ``stray`` where one stands amid a cell, else None."""
    if len(taken) == 1 and taken[0].count('"') % 2 == 0:
        return None
    try:
        for _ in csv.reader(taken, delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        return "unclosed" if "unexpected end of data" in str(error) else "stray"
    return None


def line_ends(sample: str) -> str | None:
    """``CRLF``, ``LF``, ``CR`` or ``mixed``, outside quotes; None where nothing ends."""
    bare = _QUOTED.sub("", sample)
    crlf = bare.count("\r\n")
    kinds = {"CRLF": crlf, "LF": bare.count("\n") - crlf, "CR": bare.count("\r") - crlf}
    there = [name for name, count in kinds.items() if count > 0]
    return None if not there else there[0] if len(there) == 1 else "mixed"


def declared_delimiter(sample: str) -> str | None:
    """The delimiter that a first line ``sep=;`` names, as some spreadsheets write it."""
    match = _SEP.match(sample)
    return match[1] if match else None


def find_delimiter(sample: str) -> str:
    """The character that parts the cells of most records in the same way; a comma where there is one column only.

    Each candidate is tried as a whole: counting characters would fall for commas inside addresses and amounts.
    """
    best, best_score = ",", 0.0
    for candidate in _CANDIDATES:
        if candidate in sample and (score := _evenness(sample, candidate)) > best_score:
            best, best_score = candidate, score
    return best


def _evenness(sample: str, delimiter: str) -> float:
    """How evenly a candidate cuts the records: share of records of the usual width, more for more columns."""
    widths = []
    try:
        for number, cells in enumerate(csv.reader(sample.splitlines(keepends=True), delimiter=delimiter)):
            if number >= _SAMPLE_RECORDS:
                break
            if any(cell.strip() for cell in cells):
                widths.append(len(cells))
    except csv.Error:
        return 0.0
    if not widths:
        return 0.0
    usual, times = max(Counter(widths).items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
    if usual < 2:
        return 0.0
    return times / len(widths) * (1 - 1 / usual) * (1.0 if widths[0] == usual else 0.5)
