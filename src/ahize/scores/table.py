"""A client's file as columns of folded cells, and which rows said yes.

Reading the bytes is intake's work; whoever hands the records over says what was wrong with them. Each cell that occurs
often is folded once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ahize.kernel.errors import BadInput
from ahize.scores.cells import Style, folded, is_nothing, style_of

Words = NDArray[np.object_]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

YES = frozenset(
    ("yes", "y", "true", "t", "1", "1.0", "evet", "e", "var", "sale", "sold", "won", "satış", "oui", "ja", "si", "sí")
)
_NO = frozenset(("no", "n", "false", "f", "0", "0.0", "hayır", "h", "non", "nein", "lost", "yok"))


@dataclass(frozen=True)
class Table:
    """A file.

    Args:
        names: of the columns, as written and each one once.
        columns: by name, the folded cells, shape (rows,).
        raw: by name, the cells as written, shape (rows,).
        notes: what was found while reading, in words.
        style: how the file as a whole writes decimals.
    """

    names: tuple[str, ...]
    columns: dict[str, Words]
    raw: dict[str, Words]
    notes: tuple[str, ...] = ()
    style: Style = field(default=Style(comma=False, point=True))

    @property
    def rows(self) -> int:
        """How many there are."""
        return len(self.columns[self.names[0]]) if self.names else 0

    def taken(self, rows: Ints | Bools) -> Table:
        """Some of the rows, in the order asked for."""
        return Table(
            self.names,
            {name: cells[rows] for name, cells in self.columns.items()},
            {name: cells[rows] for name, cells in self.raw.items()},
            self.notes,
            self.style,
        )


def table_of(header: Sequence[str], records: Iterable[Sequence[str]], *, notes: Sequence[str] = ()) -> Table:
    """The file as columns. Names that occur twice get a number behind them; a column without a name is called by place.

    Args:
        records: each at least as long as the header; cells beyond it are passed over.

    Raises:
        BadInput: ``empty_file``.
    """
    names: list[str] = []
    said = list(notes)
    for place, given in enumerate(header, start=1):
        name = " ".join(given.split()) or f"Column {place}"
        if name in names:
            said.append(f"The column “{name}” stands there twice; the second is called “{name} ({place})”.")
            name = f"{name} ({place})"
        names.append(name)
    rows = [tuple(record[: len(names)]) for record in records]
    if not names or not rows:
        raise BadInput(
            "The file holds no rows below its header.", code="empty_file", next_step="Export it again with its rows."
        )
    fold = lru_cache(maxsize=1 << 16)(folded)
    raw: dict[str, Words] = {}
    columns: dict[str, Words] = {}
    for name, cells in zip(names, zip(*rows, strict=True), strict=True):
        raw[name] = np.array(cells, dtype=object)
        columns[name] = np.array([fold(cell) for cell in cells], dtype=object)
    seen = [word for cells in columns.values() for word in list(dict.fromkeys(cells[:2000].tolist()))[:200]]
    style = style_of(seen, otherwise=Style(comma=False, point=True))
    return Table(tuple(names), columns, raw, tuple(said), style)


def column_called(table: Table, name: str, *, what: str) -> str:
    """The column's name as the file writes it; capitals and outer space do not matter.

    Raises:
        BadInput: ``no_such_column``.
    """
    for there in table.names:
        if there == name:
            return there
    for there in table.names:
        if folded(there) == folded(name):
            return there
    raise BadInput(
        f"The file has no column “{name}” for {what}; its columns are {_listed(table.names)}.",
        code="no_such_column",
        next_step="Give one of these names.",
    )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"“{name}”" for name in names[:30])
    return f"{shown} and {len(names) - 30} more" if len(names) > 30 else shown


@dataclass(frozen=True)
class Outcomes:
    """Which rows said yes.

    Args:
        known: rows whose outcome can be read, shape (rows,).
        yes: shape (rows,); False where unknown.
        positive: the word that stands for yes.
        notes: what was left out, in words.
    """

    known: Bools
    yes: Bools
    positive: str
    notes: tuple[str, ...]


def outcomes(table: Table, target: str, positive: str | None) -> Outcomes:
    """Read the outcome column.

    Args:
        positive: the word for yes; without it the usual words of six languages are known.

    Raises:
        BadInput: ``one_class``, ``no_such_outcome``, ``which_is_yes``.
    """
    words = table.columns[target]
    known = np.array([not is_nothing(word) for word in words])
    counts = Counter(words[known].tolist())
    wanted = _positive(counts, target, positive)
    yes = np.array([word in wanted for word in words]) & known
    notes = []
    if not known.all():
        notes.append(f"{int((~known).sum())} rows have no outcome in “{target}” and were not learned from.")
    if len(counts) > 2 and positive is None:
        strange = {word for word in counts if word not in YES and word not in _NO}
        if strange:
            odd = np.array([word in strange for word in words])
            known = known & ~odd
            notes.append(
                f"{int(odd.sum())} rows have an outcome that is neither yes nor no "
                f"({_listed(sorted(strange)[:5])}) and "
                "were not learned from; --positive WORD makes everything else a no."
            )
    n_yes, n = int((yes & known).sum()), int(known.sum())
    if n_yes in (0, n):
        which = "no" if n_yes == 0 else "yes"
        raise BadInput(
            f"All {n} outcomes in “{target}” are {which}: there is nothing to tell apart.",
            code="one_class",
            next_step="Add rows of the other outcome, or give --positive the word that stands for yes.",
        )
    return Outcomes(known, yes & known, " / ".join(sorted(wanted)), tuple(notes))


def _positive(counts: Counter[str], target: str, positive: str | None) -> set[str]:
    values = _listed([word for word, _ in counts.most_common(8)])
    if positive is not None:
        if folded(positive) not in counts:
            raise BadInput(
                f"No row of “{target}” says “{positive}”; it has {values or 'only empty cells'}.",
                code="no_such_outcome",
                next_step="Give --positive one of these words.",
            )
        return {folded(positive)}
    if len(counts) == 1 and not set(counts) & (YES | _NO):
        return set()
    found = set(counts) & YES
    if not found and set(counts) & _NO:
        found = set(counts) - _NO if len(counts) == 2 else set()
        if not found and len(counts) == 1:
            return set()
    if not found:
        raise BadInput(
            f"Which word of “{target}” means yes? It has {values or 'only empty cells'}.",
            code="which_is_yes",
            next_step="Say it with --positive WORD.",
        )
    return found
