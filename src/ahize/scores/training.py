"""From a client's own history to a model: what is learned from, by which kind of model, and how honestly.

Three kinds stand for choice: points that can be read aloud, boosted trees, and the mean of both. The history decides:
each kind learns from the earlier part and is judged on the later one by its ranking inside short lists, since that is
what a score is used for; that it knows the season is worth nothing there. The plainer kind wins where it is as good.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np

from ahize.kernel.errors import BadInput
from ahize.scores.cells import Floats, day, is_nothing
from ahize.scores.columns import Column, Field, Fields, LeftOut, learn, read_fields
from ahize.scores.leaks import leaks_by_name, leaks_by_test
from ahize.scores.level import Level, chance, fit_level
from ahize.scores.measures import figures, within
from ahize.scores.model import Parts, ScoreModel
from ahize.scores.points import fit_points
from ahize.scores.table import Bools, Ints, Outcomes, Table, column_called, outcomes
from ahize.scores.trees import grow

TREES_ROWS_MIN = 500
TREES_YES_MIN = 40
LEVEL_YES_MIN = 20
MARGIN_AUC = 0.005
"""By how much a less readable kind must rank better."""

STEPS = 5
"""Into so many steps the last two fifths of a history are cut; each is judged by what was learned before it."""

LIST_ROWS = 500
"""What counts as one list: neighbouring rows, called within days of each other."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked to be trained.

    Args:
        target: the outcome column.
        positive: its word for yes; None finds it.
        identity: the column that names a row; never learned from.
        time: a column of dates to order the rows by; None takes the order of the file, oldest first.
        keep: columns that the leak check must not refuse.
        leave: columns that the model must not see.
        groups: columns of the fairness report; not learned from either.
        kind: ``points``, ``boosting``, ``both``, or None for the best on this history.
        seed: equal seeds give equal models.
    """

    target: str
    positive: str | None = None
    identity: str | None = None
    time: str | None = None
    keep: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    kind: str | None = None
    seed: int = 1


@dataclass(frozen=True)
class History:
    """A client's calls, ready to be learned from.

    Args:
        fields: columns that may be learned from.
        yes: shape (rows,).
        rows: places in the fields, oldest first, shape (rows,).
        source: the file's rows behind these places, in any order, shape (rows,).
        ordered: whether that order tells time; else neighbours have nothing in common.
        positive: the word for yes.
        left_out: columns that are not learned from.
        notes: what was noticed, in words.
    """

    fields: tuple[Field, ...]
    yes: Bools
    rows: Ints
    source: Ints
    ordered: bool
    positive: str
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Trained:
    """A model and how it came about; ``figures`` by kind are of rows that the kind had not seen."""

    model: ScoreModel
    history: History
    figures: dict[str, dict[str, float]]
    notes: tuple[str, ...] = field(default=())


def history_of(table: Table, asked: Asked, *, today: date) -> History:
    """Read a file as a history: outcomes, order, columns, leaks.

    Raises:
        BadInput: ``no_such_column``, ``one_class``, ``which_is_yes``, ``no_such_outcome``, ``not_a_date``,
            ``future_date``, ``nothing_to_learn_from``.
    """
    target = column_called(table, asked.target, what="the outcome")
    named = {what: [column_called(table, name, what=what) for name in names] for what, names in _names(asked).items()}
    skip = {target, *named["the row's name"], *named["the order"], *named["--leave"], *named["--group"]}
    keep = set(named["--keep"])
    came = outcomes(table, target, asked.positive)
    notes = [*table.notes, *came.notes]
    rows = np.flatnonzero(came.known)
    if asked.time is not None:
        rows = _in_order(table, named["the order"][0], rows, today)
    rows = _without_copies(table, rows, notes)
    by_name = [leak for leak in leaks_by_name([n for n in table.names if n not in skip]) if leak.name not in keep]
    left_out = [LeftOut(name, "asked", "It was to be left out.") for name in named["--leave"]]
    left_out += [LeftOut(name, "group", "It is for the fairness report only.") for name in named["--group"]]
    left_out += by_name
    read: Fields = read_fields(table.taken(np.sort(rows)), skip=skip | {leak.name for leak in by_name}, today=today)
    fields = read.fields
    yes = came.yes[np.sort(rows)]
    places = np.searchsorted(np.sort(rows), rows)
    alike = _alike_neighbours(fields, places, yes)
    ordered = asked.time is not None or bool(alike)
    found = leaks_by_test(fields, yes, places, seed=asked.seed, ordered=ordered) if fields else []
    leaks = [leak for leak in found if leak.name not in keep]
    gone = {leak.name for leak in leaks}
    fields = tuple(each for each in fields if each.name not in gone)
    if asked.time is None:
        notes.append(_about_order(alike))
    history = History(
        fields,
        yes,
        places,
        np.sort(rows),
        ordered,
        came.positive,
        (*left_out, *leaks, *read.left_out),
        (*notes, *read.notes),
    )
    _worth_learning(history)
    return history


def _names(asked: Asked) -> dict[str, tuple[str, ...]]:
    one: Callable[[str | None], tuple[str, ...]] = lambda name: () if name is None else (name,)  # noqa: E731
    return {
        "the row's name": one(asked.identity),
        "the order": one(asked.time),
        "--keep": asked.keep,
        "--leave": asked.leave,
        "--group": asked.groups,
    }


def _worth_learning(history: History) -> None:
    if history.fields:
        return
    reasons = "; ".join(f"“{left.name}”: {left.says}" for left in history.left_out[:8])
    raise BadInput(
        f"No column is left to learn from. {reasons}",
        code="nothing_to_learn_from",
        next_step="Add what was known before the calls, or overrule a refusal with --keep NAME.",
    )


def _in_order(table: Table, name: str, rows: Ints, today: date) -> Ints:
    days = [day(word) for word in table.columns[name][rows]]
    bad = [int(row) for row, found in zip(rows, days, strict=True) if found is None]
    if bad:
        raise BadInput(
            f"“{name}” holds no date in {len(bad)} rows, the first of them row {bad[0] + 1}; "
            "2026-11-24 or 24.11.2026 is expected.",
            code="not_a_date",
            next_step="Mend these cells, or leave --time away and give the rows in order, oldest first.",
        )
    future = [int(row) for row, found in zip(rows, days, strict=True) if found is not None and found > today]
    if future:
        raise BadInput(
            f"“{name}” holds a date after today ({today.isoformat()}) in {len(future)} rows, the first of them row "
            f"{future[0] + 1}: an outcome cannot come from the future.",
            code="future_date",
            next_step="Mend the dates, or take these rows out.",
        )
    stamps = np.array([found.toordinal() for found in days if found is not None])
    return rows[np.argsort(stamps, kind="stable")]


def _without_copies(table: Table, rows: Ints, notes: list[str]) -> Ints:
    """Rows that repeat another in every cell count once, where a column tells rows apart at all."""
    seen: set[tuple[Any, ...]] = set()
    kept = []
    for row, cells in zip(rows.tolist(), zip(*(table.columns[n][rows] for n in table.names), strict=True), strict=True):
        if cells not in seen:
            seen.add(cells)
            kept.append(row)
    copies = len(rows) - len(kept)
    if not copies:
        return rows
    if any(len(set(table.columns[n][rows].tolist())) >= 0.5 * len(rows) for n in table.names):
        notes.append(f"{copies} rows repeat another in every cell; each counts once.")
        return np.array(kept, dtype=np.int64)
    notes.append(
        f"{copies} rows are the same as another in every cell. They were kept, since no column tells people apart; "
        "with a column that does (a number of the row or the contact) copies are found."
    )
    return rows


def _alike_neighbours(fields: Sequence[Field], rows: Ints, yes: Bools) -> list[str]:
    """Columns in which neighbouring rows agree far more often than chance would have it: time runs through them."""
    found = []
    for each, column in zip(fields, learn(fields, rows, yes), strict=True):
        bins = column.binned(each)[rows]
        by_chance = float(
            (np.bincount(bins, minlength=column.bins) / len(bins))
            @ (np.bincount(bins, minlength=column.bins) / len(bins))
        )
        agree = float((bins[1:] == bins[:-1]).mean())
        if by_chance < 0.98 and (agree - by_chance) / (1 - by_chance) > 0.3:
            found.append(each.name)
    return found


def _about_order(alike: list[str]) -> str:
    if alike:
        names = ", ".join(f"“{name}”" for name in alike[:3])
        return f"The rows are taken as in order, oldest first: neighbours are alike in {names}."
    return (
        "The order of the rows tells nothing of time, so kinds were compared on shuffled rows; --time "
        "COLUMN orders them."
    )


@dataclass(frozen=True)
class Fitted:
    """Columns and parts learned from some rows, before the level."""

    columns: tuple[Column, ...]
    parts: Parts

    def log_odds(self, fields: Sequence[Field], rows: Ints) -> Floats:
        """Of some rows of the same file, shape (rows,)."""
        values, bins = _seen(self.columns, fields, rows)
        return self.parts.log_odds(values, bins)


def _seen(columns: Sequence[Column], fields: Sequence[Field], rows: Ints) -> tuple[Floats, Ints]:
    values = np.column_stack([c.values(f)[rows] for c, f in zip(columns, fields, strict=True)])
    bins = np.column_stack([c.binned(f)[rows] for c, f in zip(columns, fields, strict=True)])
    return values, bins


def fit(
    fields: Sequence[Field], yes: Bools, rows: Ints, *, kind: str, seed: int, half_life: int | None = None
) -> Fitted:
    """Learn one kind from some rows.

    Args:
        rows: oldest first.
        kind: ``points``, ``boosting`` or ``both``.
        half_life: rows after which one counts half as much; for models that are trained again soon.
    """
    columns = learn(fields, rows, yes)
    values, bins = _seen(columns, fields, rows)
    weights = np.ones(len(rows)) if half_life is None else 0.5 ** (np.arange(len(rows))[::-1] / half_life)
    points = fit_points(bins, yes[rows], weights, columns) if kind != "boosting" else None
    forest = grow(values, yes[rows], weights, seed=seed) if kind != "points" else None
    return Fitted(columns, Parts(points, forest))


def kinds_for(yes: Bools) -> tuple[str, ...]:
    """The kinds that so much history can carry, plainest first."""
    enough = len(yes) >= TREES_ROWS_MIN and min(int(yes.sum()), int((~yes).sum())) >= TREES_YES_MIN
    return ("points", "both", "boosting") if enough else ("points",)


def _splits(history: History, seed: int) -> Iterator[tuple[Ints, Ints]]:
    rows = history.rows
    if history.ordered:
        borders = np.linspace(0.6 * len(rows), len(rows), STEPS + 1).astype(int).tolist()
        for at, until in pairwise(borders):
            yield rows[:at], rows[at:until]
    else:
        parts = np.array_split(np.random.default_rng(seed).permutation(rows), 3)
        for i, part in enumerate(parts):
            yield np.sort(np.concatenate(parts[:i] + parts[i + 1 :])), np.sort(part)


def choose(history: History, *, seed: int, wanted: str | None = None) -> tuple[str, dict[str, dict[str, float]]]:
    """The kind to use, and each kind's figures on rows it had not seen.

    Args:
        wanted: a kind to be used whatever the history says; only its figures are taken.

    Returns:
        Figures are empty where there is too little history for a choice.
    """
    kinds = (wanted,) if wanted else kinds_for(history.yes[history.rows])
    told: dict[str, list[dict[str, float]]] = {kind: [] for kind in kinds}
    for earlier, later in _splits(history, seed):
        y = history.yes
        if not (0 < y[earlier].sum() < len(earlier) and 0 < y[later].sum() < len(later)) or len(later) < 30:
            continue
        single = {
            kind: fit(history.fields, y, earlier, kind=kind, seed=seed).log_odds(history.fields, later)
            for kind in kinds
            if kind != "both" or len(kinds) == 1
        }
        if "both" in kinds and len(kinds) > 1:
            single["both"] = (single["points"] + single["boosting"]) / 2
        for kind, said in single.items():
            p = chance(said)
            found = figures(y[later], p)
            lists = within(y[later], p, np.arange(len(later)) // LIST_ROWS)
            told[kind].append({**found, "within_list_auc": found["auc"] if np.isnan(lists) else lists})
    mean = {
        kind: {name: float(np.mean([each[name] for each in found])) for name in found[0]}
        for kind, found in told.items()
        if found
    }
    best = kinds[0]
    for kind in kinds[1:]:
        if kind in mean and mean[kind]["within_list_auc"] > mean[best]["within_list_auc"] + MARGIN_AUC:
            best = kind
    return best, mean


def honest_level(history: History, kind: str, *, seed: int, folds: int = 5) -> Level:
    """The level from rows that were not learned from; the folds are shuffled, for the rate of yes drifts with time."""
    y = history.yes[history.rows]
    if min(int(y.sum()), int((~y).sum())) < LEVEL_YES_MIN:
        return Level()
    said = np.empty(len(y))
    for part in np.array_split(np.random.default_rng(seed).permutation(len(y)), folds):
        kept = np.setdiff1d(np.arange(len(y)), part)
        model = fit(history.fields, history.yes, history.rows[kept], kind=kind, seed=seed)
        said[part] = model.log_odds(history.fields, history.rows[part])
    return fit_level(said, y)


def train(table: Table, asked: Asked, *, today: date) -> Trained:
    """Learn a model from a file.

    Raises:
        BadInput: as ``history_of``.
        Unavailable: ``no_scikit_learn``, where trees are wanted and it is not installed.
    """
    history = history_of(table, asked, today=today)
    notes = list(history.notes)
    kind, compared = choose(history, seed=asked.seed, wanted=asked.kind)
    if asked.kind is None and len(compared) < 2:
        notes.append(
            f"There are {len(history.rows)} rows to learn from; trees want {TREES_ROWS_MIN} and "
            f"{TREES_YES_MIN} of each outcome, "
            "so the points were taken."
        )
        kind = "points"
    if compared and (auc := max(each["auc"] for each in compared.values())) > 0.83:
        notes.append(
            f"An AUC of {auc:.2f} on unseen rows is more than such data has ever honestly given "
            "(0.80): look for a column "
            "that was filled after the call."
        )
    fitted = fit(history.fields, history.yes, history.rows, kind=kind, seed=asked.seed)
    level = honest_level(history, kind, seed=asked.seed)
    p = chance(level.applied(fitted.log_odds(history.fields, history.rows)))
    edges = tuple(float(each) for each in np.unique(np.quantile(p, np.linspace(0.1, 0.9, 9))))
    y = history.yes[history.rows]
    trained = {
        "rows": len(y),
        "yes": int(y.sum()),
        "rate": round(float(y.mean()), 6),
        "seed": asked.seed,
        "ordered": history.ordered,
        "compared": {k: {n: round(v, 4) for n, v in each.items()} for k, each in compared.items()},
        "scores": np.bincount(np.searchsorted(np.array(edges), p, side="right"), minlength=len(edges) + 1).tolist(),
    }
    model = ScoreModel(
        target=asked.target,
        positive=history.positive,
        columns=fitted.columns,
        parts=fitted.parts,
        level=level,
        score_edges=edges,
        trained=trained,
        left_out=history.left_out,
    )
    return Trained(model, history, compared, tuple(notes))


def known_outcomes(table: Table, model: ScoreModel, target: str | None = None) -> Outcomes:
    """Which rows of a later file said yes, by the model's own word."""
    name = column_called(table, target or model.target, what="the outcome")
    words = table.columns[name]
    positive = set(model.positive.split(" / "))
    known = np.array([not is_nothing(word) for word in words])
    return Outcomes(known, np.array([word in positive for word in words]) & known, model.positive, ())
