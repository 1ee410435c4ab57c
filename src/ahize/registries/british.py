"""Which numbers does this British registry file hold?

TPS and CTPS, whole: fixed width of 12, a dialling code and the rest with blanks between, or the number alone. The code
printed is not the true area code, so the two are joined and read as one national number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from ahize.registries.lines import HEADER, Numbers, blocks, refuse, refuse_html

_NATIONAL = re.compile(rb"0([1235789][0-9]{8,9})")
_BLANKS = re.compile(rb"[\s\"',]+")
_WIDTH = 12
_EXPECTED = "a British number: 0, then 9 or 10 digits, in at most 12 characters"


def numbers_of(stream: BinaryIO) -> Iterator[Numbers]:
    """E.164 without the plus, in blocks.

    Raises:
        BadInput: ``registry_line`` with its number, ``registry_html``.
    """
    line = 1
    for block in blocks(stream):
        quick = _fixed(block, 2)
        if quick is None:
            quick = _fixed(block, 1)
        numbers = quick if quick is not None else np.array(list(_lines(block, line)), dtype=np.int64)
        line += block.count(b"\n")
        if numbers.size:
            yield numbers


def _fixed(block: bytes, ends: int) -> Numbers | None:
    """The numbers of a block in which each line is 12 characters and its end, or None where a line is not."""
    width = _WIDTH + ends
    if len(block) % width or not block:
        return None
    table = np.frombuffer(block, dtype=np.uint8).reshape(-1, width)
    if (table[:, -1] != 10).any() or (ends == 2 and (table[:, -2] != 13).any()):
        return None
    cells = table[:, :_WIDTH]
    is_digit = (cells >= 48) & (cells <= 57)
    digits = is_digit.sum(axis=1)
    if not (is_digit | (cells == 32)).all() or digits.min() < 10 or digits.max() > 11:
        return None
    if (cells[:, 0] != 48).any() or not np.isin(cells[:, 1], np.frombuffer(b"1235789", dtype=np.uint8)).all():
        return None
    national = np.zeros(len(cells), dtype=np.int64)
    for column in range(_WIDTH):
        national = np.where(is_digit[:, column], national * 10 + (cells[:, column] - np.int64(48)), national)
    numbers: Numbers = national + 44 * 10 ** (digits.astype(np.int64) - 1)
    return numbers


def _lines(block: bytes, first: int) -> Iterator[int]:
    for line, text in enumerate(block.splitlines(), start=first):
        if not text.strip() or (line == 1 and HEADER.fullmatch(text)):
            continue
        match = _NATIONAL.fullmatch(_BLANKS.sub(b"", text))
        if match is None:
            refuse_html(text, line)
            refuse(line, _EXPECTED)
        yield int(b"44" + match[1])
