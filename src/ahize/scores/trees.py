"""Boosted trees as plain arrays: what they say, and exactly why.

The trees are grown by scikit-learn and read out of it, so that a model file is numbers and no program. Reasons are
Shapley values of the tree game: a column that is not yet known sends a row down both branches, by how many training
rows went there. On the way to one leaf each column is either in agreement or not, so a leaf has at most 2^depth
answers; they are worked out once and looked up for each row.

Source: S. Lundberg and others, “From local explanations to global understanding with explainable AI for trees”, 2020
(the game); the look-up by patterns is our own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from math import factorial
from typing import Any

import numpy as np

from ahize.kernel.errors import Unavailable
from ahize.scores.cells import Floats
from ahize.scores.table import Bools, Ints

DEPTH_MAX = 6
_FAR = float(np.finfo(np.float64).max)


@dataclass(frozen=True)
class Tree:
    """One tree; node 0 is the root, a child stands behind its parent. All of shape (nodes,).

    Args:
        feature: the column asked, -1 at a leaf.
        threshold: at or below goes left.
        left: place of the child; 0 at a leaf.
        right: likewise.
        unknown_left: whether an unknown value goes left.
        value: log-odds of a leaf; 0 elsewhere.
        cover: training rows that came by.
    """

    feature: Ints
    threshold: Floats
    left: Ints
    right: Ints
    unknown_left: Bools
    value: Floats
    cover: Floats


@dataclass(frozen=True)
class Forest:
    """A sum of trees over a start.

    Args:
        start: log-odds before the first tree.
        trees: in the order they were grown.
        width: how many columns there are.
    """

    start: float
    trees: tuple[Tree, ...]
    width: int

    def scores(self, values: Floats) -> Floats:
        """Log-odds, shape (rows,).

        Args:
            values: shape (rows, width), NaN where not known.
        """
        total = np.full(len(values), self.start)
        every = np.arange(len(values))
        for tree in self.trees:
            at = np.zeros(len(values), dtype=np.int64)
            for _ in range(DEPTH_MAX):
                asked = tree.feature[at]
                cell = values[every, np.maximum(asked, 0)]
                goes_left = np.where(np.isnan(cell), tree.unknown_left[at], cell <= tree.threshold[at])
                at = np.where(asked < 0, at, np.where(goes_left, tree.left[at], tree.right[at]))
            total += tree.value[at]
        return total

    def reasons(self, values: Floats, *, absent: Collection[int] = ()) -> tuple[float, Floats]:
        """The mean score, and by column what moves a row away from it: shape (rows, width).

        Their sum is the score, where no column is absent. A column that is absent gives no reason, and the score is the
        mean over what it might have been.
        """
        base = self.start
        found = np.zeros((len(values), self.width))
        for tree in self.trees:
            for leaf in _leaves(tree):
                shares = np.array(leaf.shares)
                base += leaf.value * float(shares.prod())
                pattern = np.zeros(len(values), dtype=np.int64)
                for i, column in enumerate(leaf.columns):
                    pattern |= leaf.agrees(i, values[:, column]).astype(np.int64) << i
                away = [i for i, column in enumerate(leaf.columns) if column in absent]
                found[:, list(leaf.columns)] += leaf.value * _answers(shares, away)[pattern]
        return base, found


@dataclass(frozen=True)
class _Leaf:
    value: float
    columns: tuple[int, ...]
    shares: tuple[float, ...]
    spans: tuple[tuple[float, float, bool], ...]

    def agrees(self, i: int, cells: Floats) -> Bools:
        low, high, unknown = self.spans[i]
        return np.where(np.isnan(cells), unknown, (cells > low) & (cells <= high))


def _leaves(tree: Tree) -> Iterator[_Leaf]:
    """Every leaf with the columns on its way, the span it asks of each, and the share of rows that "
    "each lets through."""
    waiting: list[tuple[int, dict[int, tuple[float, float, bool, float]]]] = [(0, {})]
    while waiting:
        at, way = waiting.pop()
        asked = int(tree.feature[at])
        if asked < 0:
            yield _Leaf(
                float(tree.value[at]),
                tuple(way),
                tuple(share for *_, share in way.values()),
                tuple((low, high, unknown) for low, high, unknown, _ in way.values()),
            )
            continue
        low, high, unknown, share = way.get(asked, (-np.inf, np.inf, True, 1.0))
        border, to_left = float(tree.threshold[at]), bool(tree.unknown_left[at])
        left, right = int(tree.left[at]), int(tree.right[at])
        all_rows = float(tree.cover[left] + tree.cover[right])
        part = float(tree.cover[left]) / all_rows
        waiting.append((left, {**way, asked: (low, min(high, border), unknown and to_left, share * part)}))
        waiting.append((right, {**way, asked: (max(low, border), high, unknown and not to_left, share * (1 - part))}))


def _answers(shares: Floats, away: list[int]) -> Floats:
    """Shapley values of a leaf of value 1, shape (2^columns, columns), by which columns agree.

    Args:
        shares: of each column, what it is worth while not known.
        away: columns that stay unknown.
    """
    n = len(shares)
    patterns = np.arange(1 << n)
    ones = ((patterns[:, None] >> np.arange(n)) & 1).astype(np.float64)
    ones[:, away] = shares[away]
    found = np.zeros((1 << n, n))
    for i in range(n):
        sizes = np.zeros((1 << n, n))  # by how many others are known, the sum over which
        sizes[:, 0] = 1.0
        for j in range(n):
            if j != i:
                sizes[:, 1:] = sizes[:, 1:] * shares[j] + sizes[:, :-1] * ones[:, [j]]
                sizes[:, 0] *= shares[j]
        weights = np.array([factorial(k) * factorial(n - 1 - k) / factorial(n) for k in range(n)])
        found[:, i] = (ones[:, i] - shares[i]) * (sizes @ weights)
    return found


def grow(values: Floats, yes: Bools, weights: Floats, *, seed: int, trees: int = 150) -> Forest:
    """Boost shallow trees: 12 leaves, depth 6, 40 rows a leaf, rate 0.05.

    Args:
        values: shape (rows, columns), NaN where not known.
        yes: shape (rows,), both outcomes in it.
        weights: of the rows, shape (rows,), positive.

    Raises:
        Unavailable: ``no_scikit_learn``.
    """
    boosting, limits = _scikit_learn()
    blank = np.isnan(values).all(axis=0)
    told = np.where(blank, 0.0, values)  # scikit-learn cannot bin a column of which nothing is known
    grown = boosting(
        max_iter=trees,
        learning_rate=0.05,
        max_leaf_nodes=12,
        max_depth=DEPTH_MAX,
        min_samples_leaf=max(2, min(40, len(values) // 25)),
        l2_regularization=5.0,
        early_stopping=False,
        random_state=seed,
    )
    with limits(limits=1):  # sums in one order, so that equal seeds give equal bytes
        grown.fit(told, yes, sample_weight=weights)
    read = tuple(_read_tree(stage[0].nodes) for stage in grown._predictors)
    return Forest(float(np.ravel(grown._baseline_prediction)[0]), read, values.shape[1])


def _read_tree(nodes: Any) -> Tree:
    leaf = nodes["is_leaf"].astype(bool)
    return Tree(
        feature=np.where(leaf, -1, nodes["feature_idx"]).astype(np.int64),
        # “Known or not” is asked with an infinite border, which JSON does not have.
        threshold=np.clip(np.where(leaf, 0.0, nodes["num_threshold"]), -_FAR, _FAR).astype(np.float64),
        left=np.where(leaf, 0, nodes["left"]).astype(np.int64),
        right=np.where(leaf, 0, nodes["right"]).astype(np.int64),
        unknown_left=nodes["missing_go_to_left"].astype(bool) & ~leaf,
        value=np.where(leaf, nodes["value"], 0.0).astype(np.float64),
        cover=nodes["count"].astype(np.float64),
    )


def _scikit_learn() -> tuple[Any, Any]:
    try:
        from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415  heavy, and an extra
        from threadpoolctl import threadpool_limits  # noqa: PLC0415
    except ImportError as missing:
        raise Unavailable(
            "Learning trees needs scikit-learn, which is not installed here.",
            code="no_scikit_learn",
            next_step="Run it as ./ahize score, which installs it, or: pip install -r locks/score.txt.",
        ) from missing
    return HistGradientBoostingClassifier, threadpool_limits
