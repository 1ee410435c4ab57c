"""Is what comes now still like what was learned from? Columns, scores and outcomes.

A column has moved at a population stability index of 0.1 and is another one at 0.25. What comes of the calls is judged
by itself: a ranking above 0.83 is as much an alarm as one that is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ahize.scores.cells import Floats, is_nothing
from ahize.scores.columns import Column, Field, Labels
from ahize.scores.measures import auc, psi
from ahize.scores.model import ScoreModel
from ahize.scores.table import Bools, Table

MOVED = 0.1
ANOTHER = 0.25
ALARM_AUC = 0.83


@dataclass(frozen=True, slots=True)
class Moved:
    """One column beside training.

    Args:
        psi: population stability index of its bins.
        unknown: share of rows in which it is not known; ``unknown_before`` in training.
        unseen: share of rows with a category that training did not have (or hardly).
        says: what is different, in words; empty where nothing is.
    """

    column: str
    psi: float
    unknown: float
    unknown_before: float
    unseen: float
    says: str


@dataclass(frozen=True)
class Drift:
    """A file beside training: its columns, and the scores it got."""

    columns: tuple[Moved, ...]
    scores_psi: float
    notes: tuple[str, ...]

    @property
    def alarm(self) -> bool:
        """Whether a person should look before the scores are used."""
        return self.scores_psi >= ANOTHER or any(each.says for each in self.columns)


def drift_of(model: ScoreModel, table: Table, probability: Floats, renamed: Mapping[str, str] | None = None) -> Drift:
    """Compare a file that was just scored with the training.

    Args:
        probability: what the model said about it, shape (rows,).
    """
    fields, notes = model.read(table, renamed)
    columns = tuple(
        _moved(column, field) for column, field in zip(model.columns, fields, strict=True) if field is not None
    )
    edges = np.array(model.score_edges)
    now = np.bincount(np.searchsorted(edges, probability, side="right"), minlength=len(edges) + 1)
    before = np.array(model.trained.get("scores") or np.ones(len(edges) + 1), dtype=float)
    if len(before) != len(now):
        before = np.ones(len(now))
    return Drift(columns, psi(before / before.sum(), now / max(1, now.sum())), tuple(notes))


def _moved(column: Column, field: Field) -> Moved:
    bins = column.binned(field)
    now = np.bincount(bins, minlength=column.bins) / max(1, len(bins))
    # With few rows some of the difference is chance: about (bins - 1) / rows of it.
    found = max(0.0, psi(np.array(column.shares), now) - (column.bins - 1) / max(1, len(bins)))
    unknown, before = float(now[-1]), column.shares[-1]
    unseen = 0.0
    if isinstance(field, Labels):
        unseen = max(0.0, float(now[-2]) - column.shares[-2])
    says = []
    if unknown - before > 0.2:
        says.append(f"it is not known in {unknown:.0%} of the rows, in training {before:.0%}")
    if unseen > 0.05:
        says.append(f"{unseen:.0%} of the rows have a category that training did not know")
    if found >= ANOTHER:
        says.append(f"it is spread quite differently (PSI {found:.2f}; 0.25 is another population)")
    elif found >= MOVED:
        says.append(f"it has moved (PSI {found:.2f})")
    return Moved(column.name, found, unknown, before, unseen, f"“{column.name}”: {'; '.join(says)}." if says else "")


def broken_cells(model: ScoreModel, table: Table) -> list[str]:
    """Columns of numbers in which this file has words: how many, and the first row."""
    fields, _ = model.read(table)
    said = []
    for column, field in zip(model.columns, fields, strict=True):
        if field is None or not column.is_number or column.name not in table.columns:
            continue
        words = table.columns[column.name]
        bad = [i for i in np.flatnonzero(column.binned(field) == column.bins - 1) if not is_nothing(words[i])]
        if bad:
            said.append(
                f"“{column.name}” was numbers in training and has {len(bad)} cells that are none (the first in row "
                f"{bad[0] + 1}); they count as not known. Mend them in the file."
            )
    return said


@dataclass(frozen=True, slots=True)
class Watch:
    """What came of scored calls.

    Args:
        auc: of the ranking within the days' lists or over all, as given.
        said: mean probability; ``came`` the share of yes.
        alarms: in words; empty where all is well.
    """

    auc: float
    said: float
    came: float
    alarms: tuple[str, ...]


def watch(yes: Bools, p: Floats, *, promised_auc: float) -> Watch:
    """Outcomes of scored calls against what was promised.

    Args:
        yes: what came, shape (rows,). Take rows of the random share, which were called whatever their score.
        promised_auc: of the evaluation that activated the model.
    """
    found, said, came = auc(yes, p), float(p.mean()), float(yes.mean())
    n_yes, n_no = int(yes.sum()), int((~yes).sum())
    alarms = []
    if found > ALARM_AUC:
        alarms.append(
            f"An AUC of {found:.2f} is too good: a column of the score knows the outcome. Run train's leak check."
        )
    # Standard error of an AUC near one half; three of them are no chance.
    error = np.sqrt((n_yes + n_no + 1) / (12 * n_yes * n_no)) if n_yes and n_no else np.inf
    if found < promised_auc - 3 * error:
        alarms.append(f"The ranking is down to an AUC of {found:.2f}; {promised_auc:.2f} was promised. Train again.")
    spread = np.sqrt(float((p * (1 - p)).sum())) / max(1, len(p))
    if abs(said - came) > max(0.01, 3 * spread):
        alarms.append(f"{said:.1%} were to say yes and {came:.1%} did: the level is off. Follow it, or train again.")
    return Watch(found, said, came, tuple(alarms))
