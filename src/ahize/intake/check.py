"""What would come of importing this file?

The whole file is read once and nothing is kept: numbers, errors, remarks, decoded cells, dates and amounts, as one JSON
object or as a page of text. Findings go to temporary files on the way, so a million rows take no more memory than ten.
It touches no database and knows nothing of duplicates outside the file.
"""

from __future__ import annotations

import heapq
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, TextIO

import numpy as np

from ahize.intake.countries import country_of
from ahize.intake.fields import field_named
from ahize.intake.folding import plain_key
from ahize.intake.mapping import Column, Mapping, named_columns, propose_mapping
from ahize.intake.reader import Reading, Source, Truth, read, sniff
from ahize.intake.reasons import REASONS, Problem
from ahize.intake.rows import Options, Row, convert
from ahize.intake.values import day_order
from ahize.kernel.errors import BadInput

LISTS = ("numbers", "errors", "warnings", "cells", "dates", "decimals")
_RUN = 50_000
_EXAMPLES = 5


@dataclass(slots=True)
class Check:
    """A check under way: ``findings`` streams, the counts grow with it."""

    truth: Truth
    mapping: Mapping | None
    options: Options
    source: Source
    refused: Problem | None = None
    reading: Reading | None = None
    accepted: int = 0
    numbers: int = 0
    distinct: int = 0
    codes: Counter[str] = field(default_factory=Counter)

    @property
    def rows_read(self) -> int:
        """Records with something in them, the refused ones included."""
        return self.reading.rows_read if self.reading else 0

    @property
    def blank_rows(self) -> int:
        """Records of empty cells only."""
        return self.reading.blank_rows if self.reading else 0

    def findings(self) -> Iterator[tuple[str, dict[str, object]]]:
        """Everything found, in the order of the file: the name of its list, and the object."""
        for problem in self._about_the_file():
            yield self._told(problem)
        if self.mapping is None:
            return
        self.reading = read(self.source, self.truth)
        try:
            for record in self.reading:
                yield from self._of_row(convert(record, self.mapping, self.options))
        except BadInput as error:
            yield self._told(_of_error(error))
            return
        if self.reading.rows_read == 0:
            yield self._told(Problem(0, "no_data_rows"))

    def _told(self, problem: Problem) -> tuple[str, dict[str, object]]:
        self.codes[problem.code] += 1
        return ("errors" if problem.is_error else "warnings"), problem.as_json()

    def _about_the_file(self) -> Iterator[Problem]:
        truth = self.truth
        if self.refused:
            yield self.refused
            return
        if truth.kind == "empty":
            yield Problem(0, "empty_file")
            return
        seen: set[str] = set()
        for name in truth.columns if truth.header else ():
            plain = plain_key(name)
            if not name.strip():
                yield Problem(0, "empty_header")
            elif plain in seen:
                yield Problem(0, "duplicate_header", name)
            seen.add(plain)
        if truth.titles:
            yield Problem(0, "title_rows", detail=f"There are {truth.titles}.")
        if truth.formulas:
            yield Problem(0, "formula_values")
        if len(truth.sheets) > 1:
            others = ", ".join(f"“{s.name}” ({s.rows} rows)" for s in truth.sheets if s.name != truth.sheet)
            yield Problem(0, "other_sheets", detail=f"Read: “{truth.sheet}”. Not read: {others}.")
        if self.mapping is not None and not self.mapping.phones:
            yield Problem(0, "no_phone_column")

    def _of_row(self, row: Row) -> Iterator[tuple[str, dict[str, object]]]:
        columns = self.truth.columns
        for index, value in enumerate(row.cells):
            yield "cells", {"row": row.row, "column": columns[index] if index < len(columns) else "", "value": value}
        for one in row.numbers:
            found = one.found
            entry: dict[str, object] = {"row": row.row, "e164": found.number.e164, "column": one.column.name}
            if found.ext:
                entry["ext"] = found.ext
            if found.label:
                entry["label"] = found.label
            if found.flags:
                entry["flags"] = list(found.flags)
            if found.do_not_dial:
                entry["do_not_dial"] = True
            yield "numbers", entry
        self.numbers += len(row.numbers)
        self.accepted += row.accepted
        for index, day in row.dates.items():
            yield "dates", {"row": row.row, "column": columns[index], "iso": day.isoformat()}
        for index, amount in row.decimals.items():
            yield "decimals", {"row": row.row, "column": columns[index], "value": f"{amount:f}"}
        for problem in row.problems:
            yield self._told(problem)


def _of_error(error: BadInput) -> Problem:
    code = error.code if error.code in REASONS else "unreadable_file"
    # The sentence of a code says it already; any other message is the whole news.
    return Problem(
        0, code, detail="" if REASONS[code].en == error.message else f"{error.message} {error.next_step}".strip()
    )


def begin(
    source: Source,
    *,
    region: str | None = None,
    phone_columns: Sequence[str] = (),
    date_columns: Sequence[str] = (),
    sheet: str | None = None,
) -> Check:
    """Looks at the file and settles what its columns are; what keeps it from being read becomes a finding."""
    options = Options(region=_known_region(region))
    try:
        truth = sniff(source, region=options.region, sheet=sheet)
    except BadInput as error:
        if error.code in {"no_such_file", "unknown_sheet"}:
            raise
        return Check(Truth("empty"), None, options, source, refused=_of_error(error))
    if truth.kind == "empty":
        return Check(truth, None, options, source)
    mapping = settle_mapping(truth, region=options.region, phone_columns=phone_columns, date_columns=date_columns)
    return Check(truth, mapping, options, source)


def _known_region(text: str | None) -> str | None:
    if not text:
        return None
    region = country_of(text)
    if region is None:
        raise BadInput(f"“{text}” is no country.", code="unknown_region", next_step="Write two letters, like US or TR.")
    return region


def settle_mapping(
    truth: Truth, *, region: str | None, phone_columns: Sequence[str] = (), date_columns: Sequence[str] = ()
) -> Mapping:
    """The proposal for a file, with the columns that a person named taken at their word.

    Where telephone columns are named, no others are; dates are then only what was named too.

    Raises:
        BadInput: ``unknown_column``.
    """
    mapping = propose_mapping(
        truth.columns, truth.samples, region=region, delimiter=truth.delimiter, preset=truth.preset
    )
    columns = list(mapping.columns)
    if phone_columns:
        named = named_columns(truth.columns, phone_columns)
        for index, column in enumerate(columns):
            if index in named:
                field = field_named(column.name)
                key = field.key if field and field.kind == "phone" else column.field if column.is_phone else "phone"
                columns[index] = Column(index, column.name, key, 1.0, "person")
            elif column.is_phone or column.is_date:
                columns[index] = Column(index, column.name)
    for index in named_columns(truth.columns, date_columns):
        cells = [row[index] for row in truth.samples if index < len(row)]
        columns[index] = replace(mapping.columns[index], order=day_order(cells, region), mark=None)
    return Mapping(tuple(columns), mapping.preset)


def check_file(
    path: Source,
    *,
    region: str | None = None,
    phone_columns: Sequence[str] = (),
    date_columns: Sequence[str] = (),
    sheet: str | None = None,
) -> dict[str, object]:
    """The check as one object, in memory: for small files and for programs. See ``write_check`` for large ones.

    Args:
        path: the file, or its bytes.
        region: ISO 3166-1 for numbers without a country.
        phone_columns, date_columns: names as in the header; none given means that they are found.
        sheet: of a workbook.

    Raises:
        BadInput: ``unknown_column``, ``unknown_sheet``, ``no_such_file``; all else stands among ``errors``.
    """
    check = begin(path, region=region, phone_columns=phone_columns, date_columns=date_columns, sheet=sheet)
    lists: dict[str, list[dict[str, object]]] = {name: [] for name in LISTS}
    for name, entry in check.findings():
        lists[name].append(entry)
    return {
        "truth": check.truth.as_json(),
        "rows_read": check.rows_read,
        "blank_rows": check.blank_rows,
        "numbers": lists["numbers"],
        "valid_e164": sorted({str(entry["e164"]) for entry in lists["numbers"]}),
        "errors": lists["errors"],
        "warnings": lists["warnings"],
        "cells": lists["cells"],
        "dates": lists["dates"],
        "decimals": lists["decimals"],
    }


check = check_file


def write_check(
    path: Source,
    out: TextIO,
    *,
    region: str | None = None,
    phone_columns: Sequence[str] = (),
    date_columns: Sequence[str] = (),
    sheet: str | None = None,
) -> None:
    """Writes the object of ``check_file`` as JSON, in memory that does not grow with the file."""
    check = begin(path, region=region, phone_columns=phone_columns, date_columns=date_columns, sheet=sheet)
    with _Spools() as spools, _Distinct() as distinct:
        for name, entry in check.findings():
            spools.add(name, json.dumps(entry, ensure_ascii=False))
            if name == "numbers":
                distinct.add(str(entry["e164"]))
        out.write('{"truth": ' + json.dumps(check.truth.as_json(), ensure_ascii=False))
        out.write(f', "rows_read": {check.rows_read}, "blank_rows": {check.blank_rows}, "numbers": [')
        spools.copy("numbers", out)
        out.write('], "valid_e164": [')
        for index, e164 in enumerate(distinct):
            out.write(f'{", " if index else ""}"{e164}"')
        for name in LISTS[1:]:
            out.write(f'], "{name}": [')
            spools.copy(name, out)
        out.write("]}\n")


class _Spools:
    """One temporary file for each list of the JSON."""

    def __init__(self) -> None:
        self._files: dict[str, IO[str]] = {}

    def __enter__(self) -> _Spools:
        for name in LISTS:
            self._files[name] = tempfile.TemporaryFile("w+", encoding="utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.close()

    def add(self, name: str, text: str) -> None:
        file = self._files[name]
        if file.tell():
            file.write(",\n")
        file.write(text)

    def copy(self, name: str, out: TextIO) -> None:
        file = self._files[name]
        file.seek(0)
        while chunk := file.read(1 << 16):
            out.write(chunk)


class _Distinct:
    """Numbers, each once and in the order of their text, sorted outside memory."""

    def __init__(self) -> None:
        self._fresh: list[str] = []
        self._runs: list[tuple[int, int]] = []

    def __enter__(self) -> _Distinct:
        self._file = tempfile.TemporaryFile()
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, e164: str) -> None:
        """Takes one number."""
        self._fresh.append(e164)
        if len(self._fresh) >= _RUN:
            self._flush()

    def _flush(self) -> None:
        run = np.unique(np.array(self._fresh, dtype="S16"))
        self._file.seek(0, 2)
        self._runs.append((self._file.tell(), len(run)))
        self._file.write(run.tobytes())
        self._fresh.clear()

    def _run(self, start: int, length: int) -> Iterator[str]:
        for offset in range(0, length, 1024):
            self._file.seek(start + offset * 16)
            block = self._file.read(min(1024, length - offset) * 16)
            yield from (value.decode("ascii") for value in np.frombuffer(block, dtype="S16").tolist())

    def __iter__(self) -> Iterator[str]:
        if self._fresh:
            self._flush()
        last = ""
        for value in heapq.merge(*(self._run(start, length) for start, length in self._runs)):
            if value != last:
                yield value
                last = value


def render(
    path: Path | str,
    *,
    region: str | None = None,
    phone_columns: Sequence[str] = (),
    date_columns: Sequence[str] = (),
    sheet: str | None = None,
) -> str:
    """The check for people, in English: what the file is, what its columns are, what was refused and why."""
    check = begin(path, region=region, phone_columns=phone_columns, date_columns=date_columns, sheet=sheet)
    examples: dict[str, list[str]] = {}
    with _Distinct() as distinct:
        for name, entry in check.findings():
            if name == "numbers":
                distinct.add(str(entry["e164"]))
            elif name in {"errors", "warnings"}:
                some = examples.setdefault(str(entry["code"]), [])
                if len(some) < _EXAMPLES and entry["row"]:
                    some.append(str(entry["row"]))
        check.distinct = sum(1 for _ in distinct)
    return _page(check, examples)


def _page(check: Check, examples: dict[str, list[str]]) -> str:
    truth = check.truth
    lines = [_about(truth), ""]
    if check.mapping is not None:
        lines.append("Columns")
        for column in check.mapping.columns:
            spec = column.spec
            lines.append(
                f"  {column.name or f'(no name, {column.index + 1})':<28} {spec.en if spec else 'kept as it is'}"
            )
        lines.append("")
    lines.append(f"{check.rows_read:,} rows read, {check.blank_rows:,} blank ones passed over.")
    lines.append(f"{check.accepted:,} of them make a contact.")
    again = check.numbers - check.distinct
    lines.append(
        f"{check.numbers:,} numbers, {check.distinct:,} of them different" + (f" ({again:,} again)." if again else ".")
    )
    for severity, title in (("error", "Refused"), ("warning", "Taken with a remark")):
        codes = [(code, n) for code, n in check.codes.most_common() if REASONS[code].severity == severity]
        if codes:
            lines += ["", title]
        for code, n in codes:
            rows = examples.get(code, [])
            where = f" (row {', '.join(rows)}{' …' if n > len(rows) else ''})" if rows else ""
            detail = f" {check.refused.detail}" if check.refused and check.refused.code == code else ""
            lines.append(f"  {n:>7,}  {REASONS[code].en}{detail}{where}")
    return "\n".join(lines) + "\n"


def _about(truth: Truth) -> str:
    if truth.kind == "empty":
        return "There is no list in this file."
    header = "with a header" if truth.header else "without a header"
    if truth.kind == "workbook":
        return f"A workbook, sheet “{truth.sheet}”, {truth.width} columns, {header}."
    names = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "pipe"}
    ends = f", line ends {truth.eol}" if truth.eol else ""
    preset = f", layout of {truth.preset}" if truth.preset else ""
    mark = names.get(truth.delimiter or "", truth.delimiter)
    return f"Text in {truth.encoding}, cells parted by {mark}{ends}, {truth.width} columns, {header}{preset}."
