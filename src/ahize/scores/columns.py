"""What does each column hold, and what of it may a model see?

``read_fields`` looks at cells only, never at outcomes: numbers, labels, or left out with a reason. ``learn`` then cuts
numbers into bins and puts labels in order, on the training rows alone, so that an evaluation can do it anew for each of
its splits. Bins serve the points, the drift watch and the reader.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ahize.scores.cells import Floats, Style, day, is_nothing, number, style_of
from ahize.scores.table import Bools, Ints, Table, Words

LEVELS_MAX = 1000
LEVEL_ROWS_MIN = 20
BINS = 8
IDENTITY_ROWS_MIN = 50


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A column that the model does not see.

    Args:
        name: of the column.
        why: a stable word, like ``identity`` or ``leak_by_name``.
        says: why, in a sentence.
        next_step: what to do if it should be seen; may be empty.
    """

    name: str
    why: str
    says: str
    next_step: str = ""


@dataclass(frozen=True)
class Numbers:
    """A column of numbers: NaN where none is known, shape (rows,)."""

    name: str
    values: Floats
    style: Style


@dataclass(frozen=True)
class Labels:
    """A column of words: ``codes`` are places in ``levels``, -1 where none is known, shape (rows,)."""

    name: str
    codes: Ints
    levels: tuple[str, ...]


Field = Numbers | Labels


@dataclass(frozen=True)
class Fields:
    """All columns of a file that can be learned from, what was left out, and what was noticed."""

    fields: tuple[Field, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]


def labels_of(name: str, words: Words) -> Labels:
    """Words as codes; the levels in alphabetical order."""
    levels, codes = np.unique(words.astype(str), return_inverse=True)
    known = np.array([not is_nothing(str(level)) for level in levels])
    places = np.where(known, np.cumsum(known) - 1, -1)
    return Labels(name, places[codes].astype(np.int64), tuple(str(level) for level in levels[known]))


def numbers_of(name: str, words: Words, style: Style) -> Numbers:
    """Words as numbers; what is none becomes NaN."""
    said = {word: number(word, style) for word in dict.fromkeys(words.tolist())}
    values = [float("nan") if (found := said[word]) is None else found for word in words]
    return Numbers(name, np.array(values, dtype=np.float64), style)


def read_fields(table: Table, *, skip: Collection[str], today: date) -> Fields:
    """Every column but those in ``skip``.

    Args:
        skip: names that are not read: the outcome, the row's name, groups of the fairness report.
        today: a later date in a cell is one of the future.
    """
    fields: list[Field] = []
    left_out: list[LeftOut] = []
    notes: list[str] = []
    for name in table.names:
        if name in skip:
            continue
        found = _read_field(name, table.columns[name], table.style, today, notes)
        if isinstance(found, LeftOut):
            left_out.append(found)
        else:
            fields.append(found)
    return Fields(tuple(fields), tuple(left_out), tuple(notes))


def _read_field(name: str, words: Words, style: Style, today: date, notes: list[str]) -> Field | LeftOut:
    distinct: dict[str, int] = {}
    for word in words:
        distinct[word] = distinct.get(word, 0) + 1
    filled = {word: count for word, count in distinct.items() if not is_nothing(word)}
    rows = sum(filled.values())
    if not filled:
        return LeftOut(name, "empty", "It is empty in every row.")
    if len(distinct) == 1:
        return LeftOut(name, "constant", "It says the same in every row.")
    days = {word: found for word in filled if (found := day(word)) is not None}
    if sum(filled[word] for word in days) >= 0.8 * rows:
        return _dates(name, days, filled, today)
    own = style_of(list(filled), otherwise=style)
    numeric = {word: value for word in filled if (value := number(word, own)) is not None}
    as_numbers = sum(filled[word] for word in numeric)
    if as_numbers >= 0.5 * rows:
        if as_numbers < rows:
            first = next(i for i, word in enumerate(words, start=1) if word in filled and word not in numeric)
            notes.append(
                f"“{name}” changes its type: {rows - as_numbers} of {rows} cells are no numbers (the "
                f"first in row {first}). "
                "They count as not known. Mend them in the file, or keep the words in a column of their own."
            )
        values = np.array(list(numeric.values()))
        if _is_identity(values, numeric, rows):
            return LeftOut(name, "identity", "It numbers the rows or the people: every row has its own.")
        if len(set(values.tolist())) > 1:
            return numbers_of(name, words, own)
    if as_numbers >= 0.05 * rows and as_numbers < 0.5 * rows:
        notes.append(
            f"“{name}” changes its type: {as_numbers} of {rows} cells are numbers, the others words. "
            "It is read as words."
        )
    return _as_labels(name, words, filled, rows)


def _as_labels(name: str, words: Words, filled: dict[str, int], rows: int) -> Field | LeftOut:
    group = "Group it (by region, trade or size, say) and train again."
    if rows >= IDENTITY_ROWS_MIN and len(filled) > 0.5 * rows:
        return LeftOut(name, "identity", f"Nearly every row has its own: {len(filled)} words in {rows} rows.", group)
    if len(filled) > LEVELS_MAX:
        says = f"It has {len(filled)} categories, {rows // len(filled)} rows each: too few to learn from."
        return LeftOut(name, "too_many_categories", says, group)
    common = sum(count for count in filled.values() if count >= LEVEL_ROWS_MIN)
    if rows >= 20 * LEVEL_ROWS_MIN and common < 0.5 * rows:
        says = f"Most of its {len(filled)} categories have fewer than {LEVEL_ROWS_MIN} rows."
        return LeftOut(name, "too_many_categories", says, group)
    return labels_of(name, words)


def _dates(name: str, days: dict[str, date], filled: dict[str, int], today: date) -> LeftOut:
    future = sum(filled[word] for word, found in days.items() if found > today)
    if future:
        return LeftOut(
            name,
            "future_date",
            f"{future} cells hold a date after today ({today.isoformat()}): what has not happened "
            "cannot have been known.",
            "Mend the dates, or turn them into what was known at the call, like days since the last order.",
        )
    return LeftOut(
        name,
        "date",
        "It holds dates, and a date only knows when: it would not come again.",
        "Turn it into what was known at the call, like days since the last order; --time takes it as the order.",
    )


def _is_identity(values: Floats, numeric: dict[str, float], rows: int) -> bool:
    if rows < IDENTITY_ROWS_MIN or len(numeric) < 0.9 * rows or not np.all(values == np.round(values)):
        return False
    return bool(np.ptp(values) <= 20 * rows or np.median(np.abs(values)) >= 1e6)


@dataclass(frozen=True, slots=True)
class Column:
    """A column as a model knows it.

    Args:
        name: as in training.
        edges: of a number: borders of its bins, ascending; a bin holds what is at or above its lower border.
        levels: of a label: in order of their rate of yes. Exactly one of the two is filled.
        shares: of the training rows in each bin; the last is “not known”, of a label the last but one “any other”.
        style: how training wrote decimals.
    """

    name: str
    edges: tuple[float, ...]
    levels: tuple[str, ...]
    shares: tuple[float, ...]
    style: Style

    @property
    def is_number(self) -> bool:
        """Whether it holds numbers."""
        return not self.levels

    @property
    def bins(self) -> int:
        """How many there are, “not known” included."""
        return len(self.levels) + 2 if self.levels else len(self.edges) + 2

    def bin_name(self, place: int) -> str:
        """A bin in words."""
        if place == self.bins - 1:
            return "not known"
        if self.levels:
            return self.levels[place] if place < len(self.levels) else "any other"
        if not self.edges:
            return "known"
        if place == 0:
            return f"below {self.edges[0]:g}"
        if place == len(self.edges):
            return f"{self.edges[-1]:g} or more"
        return f"{self.edges[place - 1]:g} to {self.edges[place]:g}"

    def binned(self, field: Field) -> Ints:
        """The bin of each row, shape (rows,)."""
        if isinstance(field, Numbers):
            places = np.searchsorted(np.array(self.edges), field.values, side="right")
            return np.where(np.isnan(field.values), self.bins - 1, places).astype(np.int64)
        place = {level: i for i, level in enumerate(self.levels)}
        known = np.array([*(place.get(level, len(self.levels)) for level in field.levels), self.bins - 1])
        return known[field.codes].astype(np.int64)

    def values(self, field: Field) -> Floats:
        """What trees see, shape (rows,): the number, or the label's place; NaN where not known or never seen."""
        if isinstance(field, Numbers):
            return field.values
        places = self.binned(field).astype(np.float64)
        places[places >= len(self.levels)] = np.nan
        return places


def learn(fields: Sequence[Field], rows: Ints, yes: Bools) -> tuple[Column, ...]:
    """Bins and orders from the training rows.

    Args:
        rows: places of the training rows.
        yes: of all rows of the file, shape (rows of the file,).
    """
    return tuple(_learn(field, rows, yes) for field in fields)


def _learn(field: Field, rows: Ints, yes: Bools) -> Column:
    if isinstance(field, Numbers):
        part = field.values[rows]
        edges = _edges(part[~np.isnan(part)])
        bare = Column(field.name, edges, (), (), field.style)
        taken: Field = Numbers(field.name, part, field.style)
    else:
        codes = field.codes[rows]
        known = codes >= 0
        counts = np.bincount(codes[known], minlength=len(field.levels))
        hits = np.bincount(codes[known], weights=yes[rows][known].astype(float), minlength=len(field.levels))
        rate = (hits + 20 * yes[rows].mean()) / (counts + 20)  # a rare level stands near the middle
        few = min(LEVEL_ROWS_MIN, max(1, len(rows) // 50))
        order = [int(i) for i in np.argsort(rate, kind="stable") if counts[i] >= few]
        bare = Column(
            field.name, (), tuple(field.levels[i] for i in order) or ("(none)",), (), Style(comma=False, point=True)
        )
        taken = Labels(field.name, codes, field.levels)
    counts = np.bincount(bare.binned(taken), minlength=bare.bins)
    shares = tuple((counts / max(1, len(rows))).tolist())
    return Column(bare.name, bare.edges, bare.levels, shares, bare.style)


def _edges(known: Floats) -> tuple[float, ...]:
    """Borders of about equal bins; a value that fills a bin of its own gets one, as 999 for “never” does."""
    if not len(known):
        return ()
    values, counts = np.unique(known, return_counts=True)
    wanted, least = len(known) / BINS, max(10, len(known) // 200)
    edges: list[float] = []
    held = 0
    for value, count in zip(values.tolist(), counts.tolist(), strict=True):
        if held and (held >= wanted or (count >= wanted and held >= least)):
            edges.append(value)
            held = 0
        held += count
    return tuple(edges)


def field_for(column: Column, words: Words, file_style: Style) -> Field:
    """A column of another file, read as the model knows it."""
    if not column.is_number:
        return labels_of(column.name, words)
    distinct = list(dict.fromkeys(words.tolist()))
    told = style_of(distinct, otherwise=Style(comma=False, point=False))
    if not (told.comma or told.point):
        told = file_style if file_style.comma and not column.style.comma else column.style
    return numbers_of(column.name, words, told)
