"""Which numbers does this registry's XML hold?

``list``, ``ac`` and ``ph`` elements, read as tags and not as a document: they are far too large for a tree, and the
printed examples do not parse. Anything else in the file refuses it, and so does an end that is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np

from ahize.kernel.errors import BadInput
from ahize.registries.lines import AGAIN, BLOCK, LINE_MAX, Days, Numbers, refuse, refuse_html

_QUOTE = rb"(?:'|\"|\xe2\x80[\x98\x99\x9c\x9d])"
_TAG = re.compile(rb"\s*<(/?)\s*(\?xml|!--|[A-Za-z][\w:-]*)([^<>]*)>\s*")
_VAL = re.compile(rb"\bval\s*=\s*" + _QUOTE + rb"\s*([0-9]*)\s*" + _QUOTE, re.IGNORECASE)
_TYPE = re.compile(rb"\btype\s*=\s*" + _QUOTE + rb"\s*(\w+)\s*" + _QUOTE, re.IGNORECASE)
_DAY = re.compile(rb"\bchgdate\s*=\s*" + _QUOTE + rb"\s*([^'\"<>]*?)\s*" + _QUOTE, re.IGNORECASE)
_FIRST_OF_MANY = re.compile(rb"\s*(<ph\s+val=(['\"])[0-9]{7}\2\s*/>\s*)(?=<ph)")
_RUN_BYTES = 1 << 17
_POWERS = 10 ** np.arange(6, -1, -1, dtype=np.int64)
_EXPECTED = "a tag of a registry list (list, ac, ph)"


def is_markup(stream: BinaryIO) -> bool:
    """True where the file begins with a tag."""
    stream.seek(0)
    return stream.read(200).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")


@dataclass(slots=True)
class _Place:
    """Where in the document we are."""

    expected: str
    days: Days
    area: bytes = b""
    is_closed: bool = False
    line: int = 1
    added: list[int] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)


def read(stream: BinaryIO, days: Days, *, expected: str) -> Iterator[tuple[str, Numbers]]:
    """Kind (A or D) and numbers, ten digits each, in blocks.

    Args:
        days: is told the day of each change.
        expected: ``full`` or ``change``; a list that says it is the other is refused.

    Raises:
        BadInput: ``registry_line``, ``registry_html``, ``registry_cut_short``, ``registry_is_change``,
            ``registry_is_full``.
    """
    stream.seek(0)
    if stream.read(3) != b"\xef\xbb\xbf":
        stream.seek(0)
    at = _Place(expected, days)
    tail = b""
    while chunk := stream.read(BLOCK):
        window = tail + chunk
        end = window.rfind(b">") + 1
        if len(window) - end > LINE_MAX:
            raise BadInput("A tag of the registry file never ends.", code="registry_line", next_step=AGAIN)
        tail = window[end:]
        yield from _window(window[:end], at)
        at.line += window.count(b"\n", 0, end)
    if tail.strip() or not at.is_closed:
        raise BadInput(
            f"The registry file ends in the midst of the list, at line {at.line + tail.count(bytes([10])):,}: "
            "its closing tag is missing, so it was cut short.",
            code="registry_cut_short",
            next_step=AGAIN,
            line=at.line,
        )


def _window(window: bytes, at: _Place) -> Iterator[tuple[str, Numbers]]:
    place = 0
    while place < len(window):
        if at.expected == "full" and at.area and (run := _run(window, place)) is not None:
            yield from _flush(at)
            numbers, place = run
            yield "A", numbers + int(at.area) * 10_000_000
            continue
        tag = _TAG.match(window, place)
        if tag is None:
            if not window[place:].strip():
                break
            line = at.line + window.count(b"\n", 0, place)
            refuse_html(window[place : place + LINE_MAX], line)
            refuse(line, _EXPECTED)
        if _take(tag, at, window):
            yield from _flush(at)
        place = tag.end()
    yield from _flush(at)


def _flush(at: _Place) -> Iterator[tuple[str, Numbers]]:
    """Additions and deletions in their order: a change of kind is flushed before."""
    for kind, numbers in (("A", at.added), ("D", at.deleted)):
        if numbers:
            yield kind, np.array(numbers, dtype=np.int64)
            numbers.clear()


def _take(tag: re.Match[bytes], at: _Place, window: bytes) -> bool:
    """Take note of one tag. True where what was gathered must be given out before."""
    name, said = tag[2].lower(), tag[3]
    line = at.line + window.count(b"\n", 0, tag.start(2))
    if name in {b"?xml", b"!--"}:
        return False
    if name not in {b"list", b"ac", b"ph"}:
        refuse_html(b"<" + tag[2] + b">", line)
        refuse(line, _EXPECTED)
    if tag[1]:
        at.is_closed = name == b"list"
        return False
    value = _VAL.search(said)
    digits = value[1] if value else b""
    if name == b"ph":
        return _number(at, digits, said, line)
    if name == b"list":
        _refuse_other(at, said)
    at.area = digits or at.area
    return False


def _number(at: _Place, digits: bytes, said: bytes, line: int) -> bool:
    whole = digits if len(digits) == 10 else at.area + digits.rjust(7, b"0")
    if not digits or len(whole) != 10 or whole[:1] in b"01":
        refuse(line, "a number with an area code")
    kind = _TYPE.search(said)
    is_deleted = kind is not None and kind[1].upper() == b"D"
    if at.expected == "change" and (kind is None or kind[1].upper() not in b"AD"):
        refuse(line, "a number with A (added) or D (deleted)")
    if (day := _DAY.search(said)) and not at.days.is_day(day[1]):
        refuse(line, "a number with a day that can be read")
    (at.deleted if is_deleted else at.added).append(int(whole))
    return len(at.added if is_deleted else at.deleted) > 0


def _refuse_other(at: _Place, said: bytes) -> None:
    found = _TYPE.search(said)
    kind = found[1].lower() if found else at.expected.encode()
    if kind == b"change" and at.expected == "full":
        raise BadInput(
            "This is a change file, not a full one.", code="registry_is_change", next_step="Load it as a change."
        )
    if kind == b"full" and at.expected == "change":
        raise BadInput(
            "This is a full file, not a change.", code="registry_is_full", next_step="Load it as a full file."
        )


def _run(window: bytes, place: int) -> tuple[Numbers, int] | None:
    """Seven-digit numbers of a run of ``ph`` tags that look alike, and where it ends: fifty times faster than each."""
    first = _FIRST_OF_MANY.match(window, place)
    if first is None:
        return None
    start, width = first.start(1), len(first[1])
    count = min(len(window) - start, _RUN_BYTES) // width
    table = np.frombuffer(window, dtype=np.uint8, count=count * width, offset=start).reshape(count, width)
    digit = first[1].index(first[2]) + 1
    around = np.delete(np.arange(width), np.arange(digit, digit + 7))
    numbers = table[:, digit : digit + 7]
    alike = (table[:, around] == table[0, around]).all(axis=1) & ((numbers >= 48) & (numbers <= 57)).all(axis=1)
    long = count if alike.all() else int(alike.argmin())
    return (numbers[:long] - 48).astype(np.int64) @ _POWERS, start + long * width
