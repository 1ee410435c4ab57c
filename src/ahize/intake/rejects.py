"""What was refused or changed, as a file for the person who brought the list.

CSV with row, column, value and reason. Every cell that a spreadsheet would run is defused by an apostrophe, because the
values are strangers' text. It decides nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import TextIO

from ahize.intake.reasons import Problem

HEADER = {
    "en": ("row", "column", "value", "reason", "code"),
    "tr": ("satır", "sütun", "değer", "neden", "kod"),
}
_DANGEROUS = frozenset("=+-@＝＋－＠")
_BLANKS = frozenset("\t\r\n")


def defused(text: str) -> str:
    """The text as a spreadsheet may open it: an apostrophe before what it would take for a formula."""
    shown = next((char for char in text if char.isprintable() and not char.isspace()), "")
    return "'" + text if shown in _DANGEROUS or text[:1] in _BLANKS else text


def write_rejects(out: TextIO, problems: Iterable[Problem], *, language: str = "en", warnings: bool = False) -> int:
    """Writes the refused cells, and on wish those that were taken with a remark.

    Args:
        out: opened with ``newline=""``; UTF-8 with a byte order mark suits spreadsheets.
        language: ``en`` or ``tr``.

    Returns:
        How many lines were written below the header.
    """
    writer = csv.writer(out)
    writer.writerow(HEADER.get(language, HEADER["en"]))
    count = 0
    for problem in problems:
        if problem.is_error or warnings:
            cells = (problem.column, problem.value, problem.sentence(language))
            writer.writerow((problem.row, *map(defused, cells), problem.code))
            count += 1
    return count
