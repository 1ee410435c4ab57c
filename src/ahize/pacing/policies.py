"""How many numbers each way of dialling would like to dial now.

A policy proposes; ``dials_now`` holds it to the strict bound. A policy sees counts only, never who or when.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Protocol

from ahize.pacing import budget
from ahize.pacing.snapshot import Snapshot


class Pacer(Protocol):
    """Says how many more numbers it would like to dial; the answer may be negative, and means then: wait."""

    def __call__(self, snapshot: Snapshot) -> int: ...


def by_hand(snapshot: Snapshot) -> int:  # noqa: ARG001 - every Pacer is handed the snapshot
    """Manual and preview: nothing is dialled unless an agent asks for it."""
    return 0


def progressive(snapshot: Snapshot) -> int:
    """One number for each free seat."""
    return snapshot.ready - snapshot.in_flight


def ratio(snapshot: Snapshot) -> int:
    """A fixed multiple: so many lines for each seat at work, those in a talk included.

    With a ratio of 1.5, ten seats and six of them talking, fifteen lines are wanted; six are taken, so nine may be in
    flight for the four free seats and for those about to be free. The strict bound allows only as much of that as the
    budget can pay for.
    """
    seats_at_work = snapshot.ready + snapshot.talking
    return math.floor(snapshot.ratio * seats_at_work) - snapshot.talking - snapshot.in_flight


def broadcast(snapshot: Snapshot) -> int:
    """As many calls at once as the campaign may have: a flow waits for nobody."""
    return snapshot.lines_max - snapshot.in_flight


PACERS: Mapping[str, Pacer] = {
    "manual": by_hand,
    "preview": by_hand,
    "progressive": progressive,
    "ratio": ratio,
    "predictive": progressive,  # what is dialled ahead of seats comes on the beat (``predictive.py``)
    "broadcast": broadcast,
}


def dials_now(mode: str, snapshot: Snapshot) -> int:
    """How many numbers to dial now: what the policy wants, held to the strict bound; 0 means wait."""
    return max(0, min(PACERS[mode](snapshot), budget.most_dials(snapshot)))
