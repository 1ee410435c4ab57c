"""How near to the exact optimum does our pacer come, where that optimum can be computed?

``./ahize bench pacing --markov --json`` prints a line for each answer rate, ring and team: what the best rule there can
be reaches at 3 %, at the share that ours left, what the best fixed ratio does, and ours, which must learn everything.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from ahize.kernel.chance import stream
from ahize.sim.markov import Model, best_ratio, optimum, play

CAP: Final = 0.03
SEATS: Final = (5, 10, 25, 50, 100)
CASES: Final = ((0.15, 0.05), (0.15, 0.15), (0.4, 0.05), (0.4, 0.15), (0.05, 0.05), (0.05, 0.15))
"""Answer rate, and the mean ring in mean talks."""
CALLS: Final = 20_000
BEATS: Final = 20.0
"""Decisions in a mean ring."""
RING_S: Final = 20.0


def main(*, as_json: bool) -> int:
    for row in rows():
        says = "  ".join(f"{name} {value}" for name, value in row.items())
        print(json.dumps(row) if as_json else says, flush=True)
    return 0


def rows() -> Iterator[dict[str, Any]]:
    for answer, ring in CASES:
        for seats in SEATS:
            model = Model(seats, answer, ring)
            chance = stream(1, f"markov/{answer}/{ring}/{seats}")
            busy, lost = play(model, CAP, CALLS, chance, talk_s=RING_S / ring, beat_s=RING_S / BEATS)
            best = optimum(model, lost)
            yield {
                "answer": answer,
                "ring": ring,
                "seats": seats,
                "optimum": round(optimum(model, CAP), 4),
                "optimum_there": round(best, 4),
                "predictive": round(busy, 4),
                "abandonment": round(lost, 5),
                "short_of_it": round(best - busy, 4),
                "best_ratio": round(best_ratio(model, CAP), 4),
            }
