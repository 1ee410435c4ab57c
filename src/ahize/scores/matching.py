"""Which column of another file is which of the model's?

By name, whatever its capitals, spaces and dots; else, where a name was changed, by what is in it. A column found by its
cells is always said, and never taken where two would fit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from ahize.scores.cells import folded, is_nothing
from ahize.scores.columns import Column, Labels, Numbers, field_for
from ahize.scores.measures import psi
from ahize.scores.table import Table, column_called

ALIKE_MAX = 0.1
_CLEARLY = 3.0


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", folded(name))


def match(columns: Sequence[Column], table: Table, renamed: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Names in the file by the model's, and what had to be guessed or is missing, in words.

    Args:
        renamed: names of the file's columns by the model's, as a person said; these are not doubted.

    Raises:
        BadInput: ``no_such_column`` for a name in ``renamed``.
    """
    found = {model: column_called(table, name, what=f"“{model}”") for model, name in renamed.items()}
    plain = {_plain(name): name for name in reversed(table.names)}
    for column in columns:
        if column.name in found:
            continue
        same = column.name if column.name in table.columns else plain.get(_plain(column.name))
        if same is not None and same not in found.values():
            found[column.name] = same
    notes = []
    missing = [column for column in columns if column.name not in found]
    for column, name in _by_cells(missing, [n for n in table.names if n not in found.values()], table):
        found[column.name] = name
        notes.append(
            f"“{column.name}” is not in this file; “{name}” is taken for it, since its cells are "
            "alike. If that is wrong, "
            f"give --rename with the right one."
        )
    for column in columns:
        if column.name not in found:
            notes.append(
                f"“{column.name}” is not in this file and no other column is alike: it gives no reason "
                "here, and its place "
                "is taken by what it was on average. Add it, or name it with --rename."
            )
    return found, notes


def _by_cells(missing: Sequence[Column], free: Sequence[str], table: Table) -> list[tuple[Column, str]]:
    """Pairs whose cells are spread alike, each clearly better than any other pair of either."""
    if not missing or not free:
        return []
    far = np.array([[_distance(column, name, table) for name in free] for column in missing])
    pairs = []
    for i, column in enumerate(missing):
        j = int(np.argmin(far[i]))
        others = np.concatenate([np.delete(far[i], j), np.delete(far[:, j], i)])
        if far[i, j] <= ALIKE_MAX and (others > _CLEARLY * max(far[i, j], 0.01)).all():
            pairs.append((column, free[j]))
    return pairs


def _distance(column: Column, name: str, table: Table) -> float:
    field = field_for(column, table.columns[name], table.style)
    filled = sum(not is_nothing(word) for word in table.columns[name])
    if isinstance(field, Numbers) and np.isnan(field.values).mean() > 1 - 0.9 * filled / max(1, table.rows):
        return np.inf
    bins = column.binned(field)
    if isinstance(field, Labels) and (bins == len(column.levels)).mean() > 0.2:
        return np.inf
    return psi(np.array(column.shares), np.bincount(bins, minlength=column.bins) / max(1, len(bins)))
