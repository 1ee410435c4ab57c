"""Which numbers does this registry file hold?

Flat files of North American registries (``212,5550100``, ten digits a line and their relatives), their XML twins and
change files with A and D. Streamed, in blocks of numbers. A line that is none of these refuses the whole file: half a
registry is worse than yesterday's. It knows nothing of who holds the copy and how old it may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, NoReturn

import numpy as np
import numpy.typing as npt

from ahize.kernel.errors import BadInput

Numbers = npt.NDArray[np.int64]

_BLOCK = 4 << 20
_LINE_MAX = 10_000
_POWERS = 10 ** np.arange(9, -1, -1, dtype=np.int64)
_AREA_AND_NUMBER = re.compile(rb"\s*([2-9][0-9]{2})\s*[,;|\t]\s*([0-9]{7}|[0-9]{3}-[0-9]{4})\s*[,;|\t]?\s*")
_TEN = re.compile(rb"\s*(?:\+?1[ .-]?)?\(?([2-9][0-9]{2})\)?[ .-]{0,2}([0-9]{3})[ .-]?([0-9]{4})\s*[,;|\t]?\s*")
_HEADER = re.compile(rb"[\sA-Za-z_,;|\"#.()-]*")
_DATE = re.compile(rb"[0-9]{4}-?[0-9]{2}-?[0-9]{2}(?:[T ][0-9:.]+Z?)?|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}(?: [0-9:]+)?")
_TAG = re.compile(rb"<\s*(list|ac|ph)\b([^<>]*)>", re.IGNORECASE)
_QUOTE = rb"(?:'|\"|\xe2\x80[\x98\x99\x9c\x9d])"
_VAL = re.compile(rb"\bval\s*=\s*" + _QUOTE + rb"\s*([0-9]*)\s*" + _QUOTE, re.IGNORECASE)
_TYPE = re.compile(rb"\btype\s*=\s*" + _QUOTE + rb"\s*(\w+)\s*" + _QUOTE, re.IGNORECASE)


def _refuse(line: int, expected: str) -> NoReturn:
    raise BadInput(
        f"Line {line:,} of the registry file is not {expected}.",
        code="registry_line",
        next_step="Fetch the file again; nothing was loaded.",
        line=line,
    )


def full(stream: BinaryIO) -> Iterator[Numbers]:
    """The numbers of a full file, ten digits each, in blocks.

    Args:
        stream: a seekable binary stream.

    Raises:
        BadInput: ``registry_empty``, ``registry_line`` (with its number), ``registry_is_change``.
    """
    if _is_xml(stream):
        for kind, numbers in _xml(stream):
            if kind != "A":
                raise BadInput("This is a change file, not a full one.", code="registry_is_change")
            yield numbers
        return
    line = 1
    for block in _blocks(stream):
        quick = _fixed(block, 12)
        if quick is None:
            quick = _fixed(block, 13)
        numbers = quick if quick is not None else np.array(list(_lines(block, line)), dtype=np.int64)
        line += block.count(b"\n")
        if numbers.size:
            yield numbers


def changes(stream: BinaryIO) -> Iterator[tuple[str, Numbers]]:
    """The entries of a change file: ``A`` with the numbers added, ``D`` with those taken off, in the order they stand.

    The A or D and the date are known by their look, whatever their place in the line.
    """
    if _is_xml(stream):
        yield from _xml(stream)
        return
    line = 0
    run: list[int] = []
    run_kind = "A"
    for block in _blocks(stream):
        for text in block.splitlines():
            line += 1
            if not text.strip() or (line == 1 and _HEADER.fullmatch(text)):
                continue
            kind, number = _change(text, line)
            if kind != run_kind and run:
                yield run_kind, np.array(run, dtype=np.int64)
                run = []
            run_kind = kind
            run.append(number)
    if run:
        yield run_kind, np.array(run, dtype=np.int64)


def _change(text: bytes, line: int) -> tuple[str, int]:
    kind, rest = "", []
    for item in (part.strip(b" \"'\t") for part in re.split(rb"[,;|\t]", text)):
        if item.upper() in {b"A", b"D"}:
            kind = item.upper().decode()
        elif item and not _DATE.fullmatch(item):
            rest.append(item)
    number = _number(b",".join(rest))
    if not kind or number is None:
        _refuse(line, "a number with A (added) or D (deleted)")
    return kind, number


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Blocks that end with a line, each line at most 10,000 bytes long."""
    stream.seek(0)
    if stream.read(3) != b"\xef\xbb\xbf":
        stream.seek(0)
    tail = b""
    while chunk := stream.read(_BLOCK):
        block = tail + chunk
        end = block.rfind(b"\n") + 1
        if len(block) - end > _LINE_MAX and b"\r" in block[end:]:
            block = block[:end] + block[end:].replace(b"\r", b"\n")
            end = block.rfind(b"\n") + 1
        if len(block) - end > _LINE_MAX:
            raise BadInput("A line of the registry file is too long: this is no registry file.", code="registry_line")
        tail = block[end:]
        if end:
            yield block[:end]
    if tail.strip():
        yield tail


def _fixed(block: bytes, width: int) -> Numbers | None:
    """The numbers of a block where each line is ``AAA,NNNNNNN`` and nothing else, or None: a hundred times faster."""
    if len(block) % width or not block:
        return None
    table = np.frombuffer(block, dtype=np.uint8).reshape(-1, width)
    digits = table[:, [0, 1, 2, 4, 5, 6, 7, 8, 9, 10]]
    ends = (table[:, width - 1] == 10) & (table[:, 3] == 44)
    if width == 13:
        ends &= table[:, 11] == 13
    if not ends.all() or digits.min() < 48 or digits.max() > 57 or digits[:, 0].min() < 50:
        return None
    return (digits - 48).astype(np.int64) @ _POWERS


def _lines(block: bytes, first: int) -> Iterator[int]:
    for line, text in enumerate(block.splitlines(), start=first):
        if not text.strip() or (line == 1 and _HEADER.fullmatch(text)):
            continue
        number = _number(text)
        if number is None:
            if _looks_like_change(text):
                raise BadInput("This is a change file, not a full one.", code="registry_is_change")
            _refuse(line, "an area code and seven digits, or ten digits")
        yield number


def _looks_like_change(text: bytes) -> bool:
    return any(item.strip(b" \"'").upper() in {b"A", b"D"} for item in re.split(rb"[,;|\t]", text))


def _number(text: bytes) -> int | None:
    plain = text.replace(b'"', b"")
    if match := _AREA_AND_NUMBER.fullmatch(plain):
        return int(match[1] + match[2].replace(b"-", b""))
    if match := _TEN.fullmatch(plain):
        return int(match[1] + match[2] + match[3])
    return None


def _is_xml(stream: BinaryIO) -> bool:
    stream.seek(0)
    return stream.read(200).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")


def _xml(stream: BinaryIO) -> Iterator[tuple[str, Numbers]]:
    """The ``ph`` elements with their area codes, read as tags and not as a document: printed examples do not parse."""
    stream.seek(0)
    area = b""
    tail = b""
    while chunk := stream.read(_BLOCK):
        window = tail + chunk
        end = window.rfind(b">") + 1
        if len(window) - end > _LINE_MAX:
            raise BadInput("A tag of the registry file never ends.", code="registry_line")
        tail = window[end:]
        added: list[int] = []
        deleted: list[int] = []
        for tag in _TAG.finditer(window, 0, end):
            value = _VAL.search(tag[2])
            digits = value[1] if value else b""
            if tag[1].lower() != b"ph":
                area = digits or area
                continue
            whole = digits if len(digits) == 10 else area + digits.rjust(7, b"0")
            if not digits or len(whole) != 10 or whole[:1] in b"01":
                raise BadInput("A number of the registry file has no area code.", code="registry_line")
            number = int(whole)
            kind = _TYPE.search(tag[2])
            (deleted if kind and kind[1].upper() == b"D" else added).append(number)
        if added:
            yield "A", np.array(added, dtype=np.int64)
        if deleted:
            yield "D", np.array(deleted, dtype=np.int64)
