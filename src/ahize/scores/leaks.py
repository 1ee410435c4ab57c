"""Does a column know what only the call could tell?

By name: the length of the call to be made, its outcome, its disposition. By test: a column that gives the outcome away
alone, a value that (almost) only one outcome has, a column without which the rest can no longer tell, and one that was
filled once and is empty now. A refusal is a ``LeftOut``; ``keep`` overrules it, for a person who knows better.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import numpy as np

from ahize.scores.cells import folded
from ahize.scores.columns import Column, Field, LeftOut, learn
from ahize.scores.measures import auc
from ahize.scores.table import Bools, Ints
from ahize.scores.trees import grow

ALONE_MAX = 0.90
"""AUC that no honest column reaches alone; see performance figures of real campaigns (0.80 with everything)."""

TOGETHER_MAX = 0.83
LOST_MAX = 0.04
_SUSPECT = 0.62
_ROWS_MAX = 12_000

_FACTS = frozenset(
    ("duration", "talktime", "talk", "billsec", "length", "disposition", "outcome", "result", "hangup", "wrapup")
) | frozenset(("süre", "süresi", "sure", "suresi", "sonuç", "sonucu", "sonuc"))
_OF_CALLS = frozenset(
    ("call", "calls", "talk", "time", "contact", "conversation", "sale", "code", "reason", "status", "in", "of", "the")
) | frozenset(("s", "sec", "secs", "second", "seconds", "min", "mins", "minutes", "ms", "sn", "dk"))
_OF_CALLS_TR = frozenset(
    ("arama", "aramanın", "çağrı", "çağrının", "görüşme", "konuşma", "satış", "kodu", "saniye", "dakika")
)

_OVERRULE = "If it was known before the call, train again with --keep “{name}”."


def leaks_by_name(names: Sequence[str]) -> list[LeftOut]:
    """Columns that are called after what only the call tells; ``previous_outcome`` and "
    "``contract_duration`` are not."""
    found = []
    for name in names:
        words = [
            folded(word) for word in re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-zçğışöü])(?=[A-ZÇĞİŞÖÜ])", " ", name))
        ]
        facts = [word for word in words if word in _FACTS]
        others = [word for word in words if word not in _FACTS | _OF_CALLS | _OF_CALLS_TR]
        if facts and not others:
            says = "By its name it is known only after the call it would choose."
            found.append(LeftOut(name, "leak_by_name", says, _OVERRULE.format(name=name)))
    return found


def leaks_by_test(fields: Sequence[Field], yes: Bools, rows: Ints, *, seed: int, ordered: bool) -> list[LeftOut]:
    """Columns that tell more than they can have known.

    Args:
        yes: of all rows, shape (rows of the file,).
        rows: that are learned from, in order.
        ordered: whether their order is that of time.
    """
    columns = learn(fields, rows, yes)
    found: dict[str, LeftOut] = {}
    alone: dict[str, float] = {}
    for field, column in zip(fields, columns, strict=True):
        bins = column.binned(field)[rows]
        alone[field.name] = _alone(bins, yes[rows], column.bins)
        says = _gives_away(column, bins, yes[rows], alone[field.name])
        if says:
            found[field.name] = LeftOut(field.name, "leak_by_test", says, _OVERRULE.format(name=field.name))
        elif ordered and (emptied := _emptied(column, bins)):
            found[field.name] = LeftOut(
                field.name, "emptied", emptied, "Fill it for the rows to be called as well, then train again."
            )
    rest = [field for field in fields if field.name not in found]
    for name, says in _missed(rest, alone, yes, rows, seed):
        found[name] = LeftOut(name, "leak_by_test", says, _OVERRULE.format(name=name))
    return list(found.values())


def _alone(bins: Ints, yes: Bools, size: int) -> float:
    """AUC of the column's own rates, each half of the rows judged by the rates of the other."""
    half = np.arange(len(bins)) % 2 == 0
    p = np.empty(len(bins))
    for learn_from in (half, ~half):
        counts = np.bincount(bins[learn_from], minlength=size)
        hits = np.bincount(bins[learn_from], weights=yes[learn_from].astype(float), minlength=size)
        p[~learn_from] = ((hits + 5 * yes.mean()) / (counts + 5))[bins[~learn_from]]
    return auc(yes, p)


def _gives_away(column: Column, bins: Ints, yes: Bools, alone: float) -> str:
    if alone >= ALONE_MAX:
        return (
            f"It gives the outcome away: alone it ranks with an AUC of {alone:.2f} (honest columns "
            f"stay below {ALONE_MAX})."
        )
    counts = np.bincount(bins, minlength=column.bins)
    hits = np.bincount(bins, weights=yes.astype(float), minlength=column.bins)
    rate, n_yes = float(yes.mean()), int(yes.sum())
    # The groups to look at: each bin, and “filled” against “not known”.
    groups = [(column.bin_name(i), int(counts[i]), float(hits[i])) for i in range(column.bins)]
    groups.append(("filled", int(counts[:-1].sum()), float(hits[:-1].sum())))
    for name, n, k in groups:
        if n == 0 or n == len(bins):
            continue
        if rate <= 0.6 and k >= max(20, 0.05 * n_yes) and k >= 0.97 * n:
            return (
                f"“{name}” is there for {n} rows and {k / n:.0%} of them said yes (of all, "
                f"{rate:.0%}): it was filled afterwards."
            )
        if n * rate >= 40 and n >= 0.2 * len(bins) and k <= 0.02 * rate * n:
            return (
                f"“{name}” is there for {n} rows and next to none of them said yes (of all, "
                f"{rate:.0%}): it was filled afterwards."
            )
    return ""


def _emptied(column: Column, bins: Ints) -> str:
    known = bins != column.bins - 1
    late = len(bins) // 10
    if late < 30:
        return ""
    before, after = float(known[:-late].mean()), float(known[-late:].mean())
    if before >= 0.5 and after <= 0.05:
        return (
            f"It is filled in {before:.0%} of the earlier rows and in {after:.0%} of the last tenth: "
            "it comes too late to help."
        )
    return ""


def _missed(
    fields: Sequence[Field], alone: dict[str, float], yes: Bools, rows: Ints, seed: int
) -> list[tuple[str, str]]:
    """Columns without which trees on all the others fall back into the honest range, the most telling first."""
    suspects = sorted((f.name for f in fields if alone[f.name] >= _SUSPECT), key=lambda name: -alone[name])[:6]
    if not suspects or len(rows) < 200:
        return []
    if len(rows) > _ROWS_MAX:
        rows = np.sort(np.random.default_rng(seed).choice(rows, _ROWS_MAX, replace=False))
    found = []
    gone: list[str] = []
    whole = _together(fields, gone, yes, rows, seed)
    for name in suspects:
        if whole <= TOGETHER_MAX:
            break
        without = _together(fields, [*gone, name], yes, rows, seed)
        if whole - without >= LOST_MAX:
            says = (
                f"With it all columns together rank with an AUC of {whole:.2f}, without it {without:.2f}: "
                f"above {TOGETHER_MAX} such data has always been told the outcome."
            )
            found.append((name, says))
            gone.append(name)
            whole = without
    return found


def _together(fields: Sequence[Field], gone: Collection[str], yes: Bools, rows: Ints, seed: int) -> float:
    """AUC of trees on all columns but those gone, each half judged by the other."""
    kept = [field for field in fields if field.name not in gone]
    if not kept:
        return 0.5
    half = np.random.default_rng(seed).permutation(len(rows)) % 2 == 0
    if not all(0 < yes[rows[part]].sum() < part.sum() for part in (half, ~half)):
        return 0.5
    p = np.empty(len(rows))
    for part in (half, ~half):
        columns = learn(kept, rows[part], yes)
        values = np.column_stack([c.values(f)[rows] for c, f in zip(columns, kept, strict=True)])
        p[~part] = grow(values[part], yes[rows[part]], np.ones(int(part.sum())), seed=seed, trees=60).scores(
            values[~part]
        )
    return auc(yes[rows], p)
