"""Which numbers does this North American registry file hold?

Flat files (``212,5550100``, ten digits a line and their relatives), states' lists of any delimiter, and change files
with A and D; XML is ``markup``'s. Streamed, in blocks of numbers. A line that is none of these refuses the whole file:
half a registry is worse than yesterday's. It knows nothing of who holds the copy and how old it may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from ahize.kernel.errors import BadInput
from ahize.registries import markup
from ahize.registries.lines import AGAIN, HEADER, Days, Numbers, blocks, refuse, refuse_html
from ahize.registries.registers import US_STATES

_POWERS = 10 ** np.arange(9, -1, -1, dtype=np.int64)
_AREA_AND_NUMBER = re.compile(rb"\s*([2-9][0-9]{2})\s*[,;|\t]\s*([0-9]{7}|[0-9]{3}-[0-9]{4})\s*[,;|\t]?\s*")
_TEN = re.compile(rb"\s*(?:\+?1[ .-]?)?\(?([2-9][0-9]{2})\)?[ .-]{0,2}([0-9]{3})[ .-]?([0-9]{4})\s*[,;|\t]?\s*")
_AREA = re.compile(rb"\(?([2-9][0-9]{2})\)?")
_SEVEN = re.compile(rb"([0-9]{3})[ .-]?([0-9]{4})")
_DELIMITER = re.compile(rb"[,;|\t]")
_RUN_MAX = 100_000
_LIKE_NUMBER = 7  # so many digits in a cell are no name and no house number

_FULL = "an area code and seven digits, or ten digits"
_CHANGED = "a number with A (added) or D (deleted)"


def full(stream: BinaryIO, *, state: str = "") -> Iterator[Numbers]:
    """The numbers of a full file, ten digits each, in blocks.

    Args:
        stream: a seekable binary stream.
        state: two letters for a state's own list, of which no layout is published: the number is found among its
            columns, and a column that names another state refuses the file.

    Raises:
        BadInput: ``registry_line`` (with its number), ``registry_html``, ``registry_cut_short``,
            ``registry_is_change``, ``registry_country``.
    """
    if markup.is_markup(stream):
        for kind, numbers in markup.read(stream, Days(), expected="full"):
            if kind != "A":
                raise _is_change()
            yield numbers
        return
    line = 1
    for block in blocks(stream):
        quick = _fixed(block, 12)
        if quick is None:
            quick = _fixed(block, 13)
        numbers = quick if quick is not None else np.array(list(_lines(block, line, state)), dtype=np.int64)
        line += block.count(b"\n")
        if numbers.size:
            yield numbers


def changes(stream: BinaryIO, days: Days) -> Iterator[tuple[str, Numbers]]:
    """The entries of a change file: ``A`` with the numbers added, ``D`` with those taken off, in the order they stand.

    The A or D and the date are known by their look, whatever their place in the line.

    Args:
        days: is told every day that the file names.
    """
    if markup.is_markup(stream):
        yield from markup.read(stream, days, expected="change")
        return
    line = 0
    run: list[int] = []
    run_kind = "A"
    for block in blocks(stream):
        for text in block.splitlines():
            line += 1
            if not text.strip() or (line == 1 and HEADER.fullmatch(text)):
                continue
            kind, number = _change(text, line, days)
            if run and (kind != run_kind or len(run) >= _RUN_MAX):
                yield run_kind, np.array(run, dtype=np.int64)
                run = []
            run_kind = kind
            run.append(number)
    if run:
        yield run_kind, np.array(run, dtype=np.int64)


def _change(text: bytes, line: int, days: Days) -> tuple[str, int]:
    kind, rest = "", []
    for item in (part.strip(b" \"'\t") for part in _DELIMITER.split(text)):
        if item.upper() in {b"A", b"D"}:
            kind = item.upper().decode()
        elif item and not days.is_day(item):
            rest.append(item)
    number = _number(b",".join(rest))
    if not kind or number is None:
        refuse_html(text, line)
        refuse(line, _CHANGED)
    return kind, number


def _fixed(block: bytes, width: int) -> Numbers | None:
    """The numbers of a block where each line is ``AAA,NNNNNNN`` and nothing else, or None: a hundred times faster."""
    if len(block) % width or not block:
        return None
    table = np.frombuffer(block, dtype=np.uint8).reshape(-1, width)
    ends = (table[:, width - 1] == 10) & (table[:, 3] == 44)
    if width == 13:
        ends &= table[:, 11] == 13
    if not ends.all():
        return None
    digits = table[:, [0, 1, 2, 4, 5, 6, 7, 8, 9, 10]]
    if digits.min() < 48 or digits.max() > 57 or digits[:, 0].min() < 50:
        return None
    return (digits - 48).astype(np.int64) @ _POWERS


def _lines(block: bytes, first: int, state: str) -> Iterator[int]:
    for line, text in enumerate(block.splitlines(), start=first):
        if not text.strip() or (line == 1 and HEADER.fullmatch(text)):
            continue
        number = _number(text)
        if number is None and state:
            number = _among(text, state, line)
        if number is None:
            if any(item.strip(b" \"'").upper() in {b"A", b"D"} for item in _DELIMITER.split(text)):
                raise _is_change()
            refuse_html(text, line)
            refuse(line, _FULL)
        yield number


def _is_change() -> BadInput:
    return BadInput(
        "This is a change file, not a full one.", code="registry_is_change", next_step="Load it as a change."
    )


def _number(text: bytes) -> int | None:
    plain = text.replace(b'"', b"")
    if match := _AREA_AND_NUMBER.fullmatch(plain):
        return int(match[1] + match[2].replace(b"-", b""))
    if match := _TEN.fullmatch(plain):
        return int(match[1] + match[2] + match[3])
    return None


def _among(text: bytes, state: str, line: int) -> int | None:
    """The one number among a line's columns; None where there is none, or more than one."""
    found: list[int] = []
    area: bytes | None = None
    for item in (part.strip(b" \"'") for part in _DELIMITER.split(text)):
        before, area = area, None
        if match := _TEN.fullmatch(item):
            found.append(int(match[1] + match[2] + match[3]))
        elif before is not None and (match := _SEVEN.fullmatch(item)):
            found.append(int(before + match[1] + match[2]))
        elif match := _AREA.fullmatch(item):
            area = match[1]
        elif len(item) == 2 and item.isalpha() and item.upper().decode() in US_STATES - {state}:
            raise BadInput(
                f"Line {line:,} of the registry file is of {item.upper().decode()}, not of {state}.",
                code="registry_country",
                next_step=f"Load the list of {state}, or this one under its own code. {AGAIN}",
                line=line,
                areas=item.upper().decode(),
            )
        elif sum(48 <= byte <= 57 for byte in item) >= _LIKE_NUMBER and not Days().is_day(item):
            return None
    return found[0] if len(found) == 1 else None
