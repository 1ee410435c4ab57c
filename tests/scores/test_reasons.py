"""Reasons sum to the score, and are the Shapley values that the definition gives."""

from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from ahize.scores.trees import Forest, Tree, grow

RNG = np.random.default_rng(7)
VALUES = np.where(RNG.random((600, 4)) < 0.1, np.nan, RNG.normal(size=(600, 4)))
YES = np.nan_to_num(VALUES[:, 0] * VALUES[:, 1] + (VALUES[:, 2] > 0.3)) + RNG.normal(size=600) > 0.5
FOREST = grow(VALUES, YES, np.ones(600), seed=3, trees=4)


def expected(tree: Tree, row: np.ndarray, known: set[int], at: int = 0) -> float:
    """The definition: a column that is not known sends the row down both branches, by how many went there."""
    column = int(tree.feature[at])
    if column < 0:
        return float(tree.value[at])
    left, right = int(tree.left[at]), int(tree.right[at])
    if column in known:
        unknown = np.isnan(row[column])
        goes_left = tree.unknown_left[at] if unknown else row[column] <= tree.threshold[at]
        return expected(tree, row, known, left if goes_left else right)
    share = tree.cover[left] / (tree.cover[left] + tree.cover[right])
    return float(share * expected(tree, row, known, left) + (1 - share) * expected(tree, row, known, right))


def by_brute_force(forest: Forest, row: np.ndarray, players: list[int]) -> list[float]:
    def worth(known: set[int]) -> float:
        return forest.start + sum(expected(tree, row, known) for tree in forest.trees)

    n = len(players)
    found = []
    for i in players:
        others = [each for each in players if each != i]
        found.append(
            sum(
                factorial(k) * factorial(n - 1 - k) / factorial(n) * (worth({*known, i}) - worth(set(known)))
                for k in range(n)
                for known in combinations(others, k)
            )
        )
    return found


def test_reasons_are_shapleys_and_sum_to_the_score():
    rows = VALUES[:12]
    base, reasons = FOREST.reasons(rows)
    assert base + reasons.sum(axis=1) == pytest.approx(FOREST.scores(rows))
    for row, ours in zip(rows, reasons, strict=True):
        assert ours == pytest.approx(by_brute_force(FOREST, row, [0, 1, 2, 3]), abs=1e-12)


def test_a_column_that_is_absent_gives_no_reason_and_the_others_share_what_is_left():
    rows = VALUES[:6]
    base, reasons = FOREST.reasons(rows, absent=[1])
    assert (reasons[:, 1] == 0).all()
    for row, ours in zip(rows, reasons, strict=True):
        assert ours[[0, 2, 3]] == pytest.approx(by_brute_force(FOREST, row, [0, 2, 3]), abs=1e-12)
        assert base + ours.sum() == pytest.approx(FOREST.start + sum(expected(t, row, {0, 2, 3}) for t in FOREST.trees))


def test_our_trees_say_what_scikit_learns_say():
    theirs = HistGradientBoostingClassifier(
        max_iter=4, learning_rate=0.05, max_leaf_nodes=12, max_depth=6, min_samples_leaf=24, l2_regularization=5.0,
        early_stopping=False, random_state=3,
    ).fit(VALUES, YES)  # fmt: skip
    assert FOREST.scores(VALUES) == pytest.approx(theirs.decision_function(VALUES))
