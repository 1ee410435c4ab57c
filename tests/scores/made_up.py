"""Calls of a made-up client: what is known before the call, what came of it, and what only the call could tell."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

Columns = dict[str, list[str]]

MONTHS = ("may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def calls(rows: int, *, seed: int = 1) -> Columns:
    """So many calls, oldest first. Age, trade and what came of the last call tell something; ``noise`` tells nothing;
    ``duration`` is long where somebody said yes."""
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 85, rows)
    trade = rng.choice(["clerk", "farmer", "student", "retired"], rows, p=[0.5, 0.3, 0.1, 0.1])
    last = rng.choice(["none yet", "refused", "bought"], rows, p=[0.7, 0.2, 0.1])
    balance = np.round(rng.gamma(2, 700, rows), 2)
    season = np.linspace(0, 0.8, rows)
    z = -2.2 + season + 1.8 * (last == "bought") - 0.7 * (last == "refused") + 0.9 * (trade == "student")
    z = z + 0.0006 * (age - 50) ** 2 + 0.0003 * balance
    yes = rng.random(rows) < 1 / (1 + np.exp(-z))
    duration = np.round(rng.gamma(2, np.where(yes, 260, 70))).astype(int)
    return {
        "row_id": [f"c{i}" for i in range(rows)],
        "age": [str(each) for each in age],
        "trade": list(trade),
        "last result": list(last),
        "balance": [f"{each:.2f}" for each in balance],
        "noise": [f"{each:.3f}" for each in rng.normal(size=rows)],
        "month": [MONTHS[i * len(MONTHS) // rows] for i in range(rows)],
        "duration": [str(each) for each in duration],
        "y": ["yes" if each else "no" for each in yes],
    }


def without(columns: Columns, *names: str) -> Columns:
    return {name: cells for name, cells in columns.items() if name not in names}


def part(columns: Columns, begin: int, end: int) -> Columns:
    return {name: cells[begin:end] for name, cells in columns.items()}


def written(path: Path, columns: Mapping[str, Sequence[str]], *, delimiter: str = ",") -> Path:
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, delimiter=delimiter)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return path
