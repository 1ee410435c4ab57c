"""How good would a score have been on this history? At random, in time, and within a month.

*Random* is what papers report and no list is like: the same weeks are in both parts. *In time* is a list of tomorrow:
the model is retrained every so many calls on what was known then, and its level is kept up with outcomes in between.
*Within a month* asks only for the order inside a month, where knowing the season is no help.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ahize.kernel.errors import BadInput
from ahize.scores.cells import Floats
from ahize.scores.level import chance, followed
from ahize.scores.measures import Bin, calibration, figures, gains, lift_interval
from ahize.scores.table import Ints
from ahize.scores.training import History, choose, fit, kinds_for

ALARM_AUC = 0.83
ROWS_MIN = 500
YES_MIN = 40
HALF_LIFE = 3000
"""Rows after which one counts half, in models that are trained again soon."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """How time passes in the evaluation.

    Args:
        last_share: of the rows, the last ones that are judged in time.
        every: calls between two trainings.
        window: newest rows that a training takes.
        late: calls after which an outcome is known.
        random_share: of the rows that the random split learns from.
    """

    last_share: float = 0.2
    every: int = 500
    window: int = 20_000
    late: int = 200
    random_share: float = 0.7


@dataclass(frozen=True)
class Evaluated:
    """Figures by way of splitting and kind of model; ``chosen`` is the kind that the history itself would take.

    Args:
        random: figures by kind.
        in_time: likewise, each with ``within_month_auc``.
        chosen: by ``random`` and ``in_time``, the kind.
        calibration: tenths of the rows judged in time, of the chosen kind.
        gains: of the same.
        lift: the chosen kind's lift at 10 % in time, with the range of nine in ten resamples.
        alarms: what should make a reader suspicious, in words.
    """

    random: dict[str, dict[str, float]]
    in_time: dict[str, dict[str, float]]
    chosen: dict[str, str]
    calibration: list[Bin]
    gains: dict[str, float]
    lift: tuple[float, float, float]
    alarms: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)


def evaluate(history: History, months: Ints, *, protocol: Protocol, seed: int) -> Evaluated:
    """Judge every kind in every way.

    Args:
        history: whose rows are in order of time.
        months: by place in the fields, a number for each month, shape (rows,).

    Raises:
        BadInput: ``too_few_rows``.
    """
    y = history.yes[history.rows]
    if len(y) < ROWS_MIN or min(int(y.sum()), int((~y).sum())) < YES_MIN:
        raise BadInput(
            f"{len(y)} rows with {int(y.sum())} yes are too few to judge by; {ROWS_MIN} and {YES_MIN} "
            "of each outcome are "
            "needed.",
            code="too_few_rows",
            next_step="Collect more outcomes; ./ahize score train makes a model of points from fewer.",
        )
    random, chosen_random = _random(history, protocol, seed)
    in_time, said = _in_time(history, months, protocol, seed)
    chosen = "both" if "both" in said else "points"
    begin = int((1 - protocol.last_share) * len(history.rows))
    later = history.rows[begin:]
    y, p = history.yes[later], chance(said[chosen])
    interval = lift_interval(y, p, seed=seed)
    alarms = tuple(
        f"{where}: an AUC of {each['auc']:.3f} for “{kind}” is above {ALARM_AUC}; "
        "look for a column that was filled after the call."
        for where, by_kind in (("at random", random), ("in time", in_time))
        for kind, each in by_kind.items()
        if each["auc"] > ALARM_AUC
    )
    return Evaluated(
        random,
        in_time,
        {"random": chosen_random, "in_time": chosen},
        calibration(y, p),
        gains(y, p),
        (interval.value, interval.low, interval.high),
        alarms,
    )


def _random(history: History, protocol: Protocol, seed: int) -> tuple[dict[str, dict[str, float]], str]:
    order = np.random.default_rng(seed).permutation(history.rows)
    border = int(protocol.random_share * len(order))
    learned, judged = np.sort(order[:border]), np.sort(order[border:])
    mixed = History(history.fields, history.yes, learned, history.source, False, history.positive, (), ())
    chosen, _ = choose(mixed, seed=seed)
    said = _by_kind(history, learned, judged, seed, None)
    return {kind: figures(history.yes[judged], chance(each)) for kind, each in said.items()}, chosen


def _by_kind(history: History, learned: Ints, judged: Ints, seed: int, half_life: int | None) -> dict[str, Floats]:
    said = {
        kind: fit(history.fields, history.yes, learned, kind=kind, seed=seed, half_life=half_life).log_odds(
            history.fields, judged
        )
        for kind in kinds_for(history.yes[learned])
        if kind != "both"
    }
    if "boosting" in said:
        said["both"] = (said["points"] + said["boosting"]) / 2
    return said


def _in_time(
    history: History, months: Ints, protocol: Protocol, seed: int
) -> tuple[dict[str, dict[str, float]], dict[str, Floats]]:
    rows = history.rows
    begin = int((1 - protocol.last_share) * len(rows))
    parts: dict[str, list[Floats]] = {}
    for at in range(begin, len(rows), protocol.every):
        known = rows[max(0, at - protocol.late - protocol.window) : max(1, at - protocol.late)]
        judged = rows[at : at + protocol.every]
        for kind, each in _by_kind(history, known, judged, seed, HALF_LIFE).items():
            parts.setdefault(kind, []).append(each)
    later = rows[begin:]
    y = history.yes[later]
    told: dict[str, dict[str, float]] = {}
    said: dict[str, Floats] = {}
    for kind, pieces in parts.items():
        raw = np.concatenate(pieces)
        if len(raw) != len(later):  # a kind for which some trainings had too little
            continue
        said[kind] = followed(raw, y, late=protocol.late)
        told[kind] = {
            **figures(y, chance(said[kind]), months[later]),
            "ece_without_following": figures(y, chance(raw))["ece"],
        }
    return told, said


def months_of(words: Any) -> Ints:
    """Runs of equal words, numbered: a month that comes again in the next year is another one."""
    changes = np.concatenate([[False], words[1:] != words[:-1]])
    return np.cumsum(changes).astype(np.int64)
