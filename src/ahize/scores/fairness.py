"""Does the score pass over a group, or lean on a stand-in for one? The answer can hold activation back.

The group's own column is never learned from. A *proxy* is a column that tells the group well; the score may still use
it, and the report names it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ahize.scores.cells import Floats
from ahize.scores.columns import Field, Labels, learn
from ahize.scores.measures import auc
from ahize.scores.table import Bools

RATIO_MIN = 0.8
"""Four fifths: what the least chosen group must reach of the most chosen one."""

PROXY_AUC = 0.75
LEVEL_OFF_MAX = 0.05
GROUP_ROWS_MIN = 100


@dataclass(frozen=True, slots=True)
class Group:
    """One group.

    Args:
        chosen: share of its rows in the best ``share`` of the list.
        said: mean probability; ``came`` the share of yes.
    """

    name: str
    rows: int
    chosen: float
    said: float
    came: float


@dataclass(frozen=True)
class Fairness:
    """A score beside the groups of one column.

    Args:
        ratio: least chosen share over the largest; 1 where nobody is chosen.
        proxies: columns that tell a group, with the AUC at which they do.
        small: groups too small to be judged.
        holds_back: why the score must not be activated as it is, in words; empty where it may.
    """

    column: str
    share: float
    groups: tuple[Group, ...]
    ratio: float
    proxies: tuple[tuple[str, float], ...]
    small: tuple[str, ...]
    holds_back: tuple[str, ...]

    @property
    def may_be_activated(self) -> bool:
        """Whether nothing holds it back."""
        return not self.holds_back


def fairness(group: Labels, fields: Sequence[Field], p: Floats, yes: Bools, *, share: float = 0.2) -> Fairness:
    """Judge a score on rows with known outcomes.

    Args:
        group: of each row, shape (rows,).
        fields: what the model sees of the same rows.
        share: of the list that would be called.
    """
    chosen = np.zeros(len(p), dtype=bool)
    chosen[np.argsort(-p, kind="stable")[: max(1, round(share * len(p)))]] = True
    found, small = [], []
    for code, name in [*enumerate(group.levels), (-1, "not known")]:
        rows = group.codes == code
        n = int(rows.sum())
        if 0 < n < GROUP_ROWS_MIN:
            small.append(name)
        elif n:
            found.append(Group(name, n, float(chosen[rows].mean()), float(p[rows].mean()), float(yes[rows].mean())))
    shares = [each.chosen for each in found]
    ratio = min(shares) / max(shares) if shares and max(shares) > 0 else 1.0
    proxies = tuple(_proxies(group, fields))
    holds: list[str] = []
    if len(found) < 2:
        holds.append(
            f"“{group.name}” has fewer than two groups of {GROUP_ROWS_MIN} rows: nothing can be said of fairness."
        )
    if ratio < RATIO_MIN:
        least, most = min(found, key=lambda g: g.chosen), max(found, key=lambda g: g.chosen)
        holds.append(
            f"Of “{least.name}” {least.chosen:.0%} would be called and of “{most.name}” {most.chosen:.0%}: a ratio of "
            f"{ratio:.2f}, below {RATIO_MIN}."
        )
    for each in found:
        chance_s = 3 * np.sqrt(max(1e-9, each.came * (1 - each.came)) / each.rows)
        if abs(each.said - each.came) > max(LEVEL_OFF_MAX, chance_s):
            holds.append(
                f"Of “{each.name}” {each.came:.0%} said yes and {each.said:.0%} were to: the score is not honest there."
            )
    return Fairness(group.name, share, tuple(found), ratio, proxies, tuple(small), tuple(holds))


def _proxies(group: Labels, fields: Sequence[Field]) -> list[tuple[str, float]]:
    """Columns that tell the largest group from the rest, the best first."""
    if not group.levels:
        return []
    largest = int(np.argmax(np.bincount(group.codes[group.codes >= 0], minlength=len(group.levels))))
    member = group.codes == largest
    if member.all():
        return []
    rows = np.arange(len(member))
    found = []
    for field, column in zip(fields, learn(fields, rows, member), strict=True):
        bins = column.binned(field)
        counts = np.bincount(bins, minlength=column.bins)
        hits = np.bincount(bins, weights=member.astype(float), minlength=column.bins)
        told = auc(member, ((hits + 1) / (counts + 2))[bins])
        if told >= PROXY_AUC:
            found.append((field.name, told))
    return sorted(found, key=lambda each: -each[1])
