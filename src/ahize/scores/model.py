"""A trained score: from cells to a probability, and the reasons that sum to it.

In log-odds, everything adds up: ``base`` (the average row) and one reason for each column. The file is our own JSON of
numbers and words; nothing in it is run, and what is not as it should be is refused before it is used.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from ahize.kernel.errors import BadInput
from ahize.scores.cells import Floats, Style
from ahize.scores.columns import Column, Field, LeftOut, field_for
from ahize.scores.level import Level, chance
from ahize.scores.matching import match
from ahize.scores.points import Points
from ahize.scores.table import Ints, Table
from ahize.scores.trees import DEPTH_MAX, Forest, Tree

FORMAT = "ahize-score/1"
KINDS = ("points", "boosting", "both")


@dataclass(frozen=True)
class Parts:
    """What scores a row: points, trees, or the mean of the two; at least one is there."""

    points: Points | None
    forest: Forest | None

    @property
    def kind(self) -> str:
        """``points``, ``boosting`` or ``both``."""
        return "both" if self.points and self.forest else "points" if self.points else "boosting"

    def log_odds(self, values: Floats, bins: Ints) -> Floats:
        """Before the level, shape (rows,)."""
        said = []
        if self.points is not None:
            said.append(self.points.base + self.points.reasons(bins).sum(axis=1))
        if self.forest is not None:
            said.append(self.forest.scores(values))
        return np.mean(said, axis=0)  # type: ignore[no-any-return]  # numpy's mean is untyped over lists

    def reasons(self, values: Floats, bins: Ints, absent: Collection[int] = ()) -> tuple[float, Floats]:
        """The average row's log-odds, and what each column adds, shape (rows, columns)."""
        bases, found = [], []
        if self.points is not None:
            by_points = self.points.reasons(bins)
            by_points[:, list(absent)] = 0.0
            bases.append(self.points.base)
            found.append(by_points)
        if self.forest is not None:
            base, by_trees = self.forest.reasons(values, absent=absent)
            bases.append(base)
            found.append(by_trees)
        return float(np.mean(bases)), np.mean(found, axis=0)


@dataclass(frozen=True)
class Applied:
    """What a model said about a file.

    Args:
        probability: shape (rows,).
        base: log-odds of the average row, level included.
        reasons: log-odds by column, shape (rows, columns); empty where they were not asked for. ``base`` and a row's
            reasons sum to the log-odds of its probability.
        notes: what was amiss with the file, in words.
        absent: columns that the file does not have, or has nothing in.
    """

    probability: Floats
    base: float
    reasons: Floats
    notes: tuple[str, ...]
    absent: tuple[str, ...]


@dataclass(frozen=True)
class ScoreModel:
    """Args:
    target: the outcome column, for the reader.
    positive: its word for yes.
    columns: what the model sees.
    parts: what scores.
    level: the line that makes log-odds honest.
    score_edges: borders of the tenths of training scores (probabilities), for the drift watch.
    trained: rows, yes, rate, seed, how the kind was chosen; for the reader.
    left_out: what the model does not see, and why.
    """

    target: str
    positive: str
    columns: tuple[Column, ...]
    parts: Parts
    level: Level
    score_edges: tuple[float, ...]
    trained: Mapping[str, Any]
    left_out: tuple[LeftOut, ...]

    def read(self, table: Table, renamed: Mapping[str, str] | None = None) -> tuple[list[Field | None], list[str]]:
        """The model's columns in a file; None where it is not there or nothing is in it.

        Args:
            renamed: names of the file's columns by the model's.
        """
        matched, notes = match(self.columns, table, renamed or {})
        found: list[Field | None] = []
        for column in self.columns:
            name = matched.get(column.name)
            field = None if name is None else field_for(column, table.columns[name], table.style)
            if field is not None and (column.binned(field) == column.bins - 1).all() and column.shares[-1] < 1:
                notes.append(
                    f"“{column.name}” is empty in this file and was filled in training: it gives no "
                    "reason here, and its "
                    "place is taken by what it was on average. Fill it, or train again without it."
                )
                field = None
            found.append(field)
        return found, notes

    def apply(self, table: Table, *, reasons: bool = False, renamed: Mapping[str, str] | None = None) -> Applied:
        """Probabilities for a file, and reasons if asked for.

        Raises:
            BadInput: ``no_known_column`` where none of the model's columns is in the file.
        """
        fields, notes = self.read(table, renamed)
        if not any(fields) and self.columns:
            raise BadInput(
                "None of the columns that the model learned from is in this file with anything that can be read: "
                + ", ".join(f"“{column.name}”" for column in self.columns[:12])
                + ".",
                code="no_known_column",
                next_step="Give the file the columns' names of training, or --rename OLD=NEW.",
            )
        rows = table.rows
        values = np.column_stack(
            [np.full(rows, np.nan) if f is None else c.values(f) for c, f in zip(self.columns, fields, strict=True)]
        )
        bins = np.column_stack(
            [np.full(rows, c.bins - 1) if f is None else c.binned(f) for c, f in zip(self.columns, fields, strict=True)]
        )
        absent = [i for i, field in enumerate(fields) if field is None]
        if not reasons and not absent:
            log_odds = self.parts.log_odds(values, bins)
            return Applied(chance(self.level.applied(log_odds)), 0.0, np.empty((0, 0)), tuple(notes), ())
        base, found = self.parts.reasons(values, bins, absent)
        base, found = float(self.level.applied(np.array([base]))[0]), found * self.level.scale
        gone = tuple(self.columns[i].name for i in absent)
        return Applied(chance(base + found.sum(axis=1)), base, found, tuple(notes), gone)

    def as_text(self) -> str:
        """The model file. Equal models give equal bytes."""
        points, forest = self.parts.points, self.parts.forest
        said = {
            "format": FORMAT,
            "target": self.target,
            "positive": self.positive,
            "kind": self.parts.kind,
            "level": asdict(self.level),
            "columns": [asdict(column) for column in self.columns],
            "points": asdict(points) if points else None,
            "forest": {"start": forest.start, "trees": [_tree_as_json(t) for t in forest.trees]} if forest else None,
            "score_edges": list(self.score_edges),
            "trained": dict(self.trained),
            "left_out": [asdict(left) for left in self.left_out],
        }
        return json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False) + "\n"


def _tree_as_json(tree: Tree) -> dict[str, list[Any]]:
    return {name: getattr(tree, name).tolist() for name in Tree.__dataclass_fields__}


def model_from_text(text: str) -> ScoreModel:
    """Read a model file, and trust none of it.

    Raises:
        BadInput: ``not_a_model``.
    """
    try:
        said = json.loads(text)
        if said["format"] != FORMAT:
            raise ValueError(f"its format is not {FORMAT}")
        columns = tuple(_column(each) for each in said["columns"])
        points = None if said["points"] is None else _points(said["points"], columns)
        forest = None if said["forest"] is None else _forest(said["forest"], len(columns))
        if points is None and forest is None:
            raise ValueError("it has neither points nor trees")
        return ScoreModel(
            target=str(said["target"]),
            positive=str(said["positive"]),
            columns=columns,
            parts=Parts(points, forest),
            level=Level(_finite(said["level"]["scale"]), _finite(said["level"]["shift"])),
            score_edges=tuple(_ascending(said["score_edges"])),
            trained=dict(said["trained"]),
            left_out=tuple(LeftOut(**each) for each in said["left_out"]),
        )
    except (ValueError, KeyError, TypeError, IndexError, OverflowError, RecursionError) as wrong:
        what = f"it lacks {wrong}" if isinstance(wrong, KeyError) else str(wrong)
        raise BadInput(
            f"This is no model that ./ahize score train wrote: {what[:200]}.",
            code="not_a_model",
            next_step="Give --model the file that train wrote, unchanged.",
        ) from wrong


def _finite(given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not np.isfinite(given):
        raise ValueError("a number is none")
    return float(given)


def _ascending(given: Sequence[Any]) -> list[float]:
    found = [_finite(each) for each in given]
    if any(b <= a for a, b in pairwise(found)):
        raise ValueError("borders are out of order")
    return found


def _column(given: Mapping[str, Any]) -> Column:
    style = Style(comma=bool(given["style"]["comma"]), point=bool(given["style"]["point"]))
    levels = tuple(str(level) for level in given["levels"])
    shares = tuple(_finite(share) for share in given["shares"])
    column = Column(str(given["name"]), tuple(_ascending(given["edges"])), levels, shares, style)
    if len(shares) != column.bins:
        raise ValueError(f"the shares of “{column.name}” do not fit its bins")
    return column


def _points(given: Mapping[str, Any], columns: Sequence[Column]) -> Points:
    of = tuple(tuple(int(point) for point in each) for each in given["of"])
    if [len(each) for each in of] != [column.bins for column in columns] or len(given["average"]) != len(of):
        raise ValueError("the points do not fit the columns")
    return Points(int(given["start"]), of, tuple(_finite(each) for each in given["average"]))


def _forest(given: Mapping[str, Any], width: int) -> Forest:
    return Forest(_finite(given["start"]), tuple(_tree(each, width) for each in given["trees"]), width)


def _tree(given: Mapping[str, Any], width: int) -> Tree:
    feature, left, right = (np.array(given[name], dtype=np.int64) for name in ("feature", "left", "right"))
    threshold, value, cover = (np.array(given[name], dtype=np.float64) for name in ("threshold", "value", "cover"))
    unknown_left = np.array(given["unknown_left"], dtype=bool)
    n = len(feature)
    if n == 0 or any(each.shape != (n,) for each in (left, right, threshold, value, cover, unknown_left)):
        raise ValueError("a tree's columns differ in length")
    if not all(np.isfinite(each).all() for each in (threshold, value, cover)) or (cover <= 0).any():
        raise ValueError("a tree holds what is no number")
    depth = np.zeros(n, dtype=np.int64)
    for at in range(n):
        if feature[at] < 0:
            continue
        # A child behind its parent: no tree can lead in a circle.
        if feature[at] >= width or not at < left[at] < n or not at < right[at] < n:
            raise ValueError("a tree leads out of itself")
        depth[left[at]] = depth[right[at]] = depth[at] + 1
    if depth.max() > DEPTH_MAX:
        raise ValueError("a tree is too deep")
    return Tree(feature, threshold, left, right, unknown_left, value, cover)
