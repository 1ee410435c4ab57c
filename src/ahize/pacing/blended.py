"""Seats that serve callers and dial out in the gaps: how few keep both promises.

Callers come first: who is free takes who waits longest. Of the seats that nobody calls, all but a *reserve* dial out,
and a talk that has begun is finished. A seat that dials out has its next talk after a gap, the one that the pacer
leaves to as many seats as callers leave to it. With one handle time for both the number of busy seats is a chain of
births and deaths, and everything is exact for it: without callers it is the pacer's curve, without talks Erlang-A.
Refuses to know who is called.

Source: docs/how-to/staffing.md, "The mathematics".
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ahize.pacing.staffing import (
    HALF_HOUR_S,
    Load,
    Service,
    Target,
    busy_share,
    dialling_seats,
    least_seats,
    log_sum,
    met,
)


@dataclass(frozen=True, slots=True)
class Blend:
    """Seats for both.

    Args:
        reserve: so many free seats are left for callers; only those beyond dial out.
        service: what callers meet; its occupancy is of both kinds of talk.
        talks: of dialling out in a half hour.
    """

    seats: int
    reserve: int
    service: Service
    talks: float


def gap_s(load: Load, seats: int) -> float:
    """The mean time, in seconds, that a seat waits for its next talk when it dials out.

    As busy as our pacer keeps so many seats as callers leave to it (``staffing.BUSY_BY_SEATS``).
    """
    busy = busy_share(seats - load.erlangs)
    return load.handle_s * (1.0 - busy) / busy


def blend(load: Load, seats: int, reserve: int, within_s: float) -> Blend:
    """What so many seats (at least 1) come to.

    Args:
        load: with callers, and a patience of more than 0.
        reserve: from 0 to ``seats``.
    """
    arrival, gap = load.calls / HALF_HOUR_S, gap_s(load, seats)
    busy = np.arange(seats)
    dials = np.maximum(seats - busy - reserve, 0) / gap
    grows = np.log(arrival + dials) - np.log((busy + 1) / load.handle_s)
    logs = np.concatenate(([0.0], np.cumsum(grows)))
    logs -= logs[-1]
    no_queue = log_sum(logs)
    service = met(load, seats, no_queue, within_s)
    # Whoever comes while a seat is free does not wait: that share tells how likely each number of busy seats is.
    nobody_waits = 1.0 - service.waits
    chances = np.exp(logs[:-1] - log_sum(logs[:-1])) * nobody_waits
    talks = float((chances * dials).sum()) * HALF_HOUR_S
    occupancy = min(1.0, service.occupancy + talks / HALF_HOUR_S * load.handle_s / seats)
    return Blend(seats, reserve, replace(service, occupancy=occupancy), talks)


def least_reserve(load: Load, seats: int, target: Target) -> Blend | None:
    """With the fewest seats in reserve that keep the callers' target; None: not even with all of them."""
    low, high = -1, seats
    kept = blend(load, seats, high, target.within_s)
    if not target.is_met_by(kept.service):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        tried = blend(load, seats, middle, target.within_s)
        if target.is_met_by(tried.service):
            high, kept = middle, tried
        else:
            low = middle
    return kept


def least_blend(load: Load, talks: float, target: Target) -> Blend | None:
    """The fewest seats that keep the callers' target and come to so many talks besides.

    None where there are no callers or no talks to share seats, or where two groups apart need no more: callers come
    first here, so where hundreds of seats let some of them wait by themselves, that saves more than sharing does.

    Raises: BadInput where no number of seats meets the callers' target.
    """
    if load.calls == 0.0 or talks == 0.0:
        return None
    high = least_seats(load, target) + dialling_seats(talks, load.handle_s)
    low = math.ceil(Load(talks, load.handle_s).erlangs) - 1
    best: Blend | None = None
    while high - low > 1:
        middle = (low + high) // 2
        tried = least_reserve(load, middle, target)
        if tried is not None and tried.talks >= talks:
            high, best = middle, tried
        else:
            low = middle
    return best
