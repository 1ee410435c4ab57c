"""What a pacer has learned as a short text, and back: a campaign outlives the engine that dials it.

A text that is of another make, or none, is refused as a whole: half a memory would be worse than none. One of the make
before knew no lists, hours and ends of talks; the rest of it is read.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Final

import numpy as np

from ahize.pacing.laws import Array, Times
from ahize.pacing.predictive import Predictive

MAKE: Final = "2:"
"""Raised whenever what is kept changes its meaning or its length."""
BEFORE: Final = "1:"
KINDS_MAX: Final = 96
"""So many lists and hours are kept, those of which most is known: some 2,900 letters."""


def written(pacer: Predictive, closing_s: Times) -> str:
    """All it knows of its campaign, in single precision: some 7,000 letters at most.

    Args:
        closing_s: how long talks go on after their agents said that they come to their end.
    """
    parts = [
        *(times.kept for times in (*_times(pacer), closing_s)),
        pacer.rate.kept.ravel(),
        np.array([pacer.in_need]),
    ]
    kinds = [(kind, round(answers, 2), round(hoped, 2)) for kind, answers, hoped in pacer.kinds.kept(KINDS_MAX)]
    return f"{MAKE}{_text(np.concatenate(parts))}:{json.dumps(kinds, ensure_ascii=True, separators=(',', ':'))}"


def read(pacer: Predictive, text: str, closing_s: Times) -> bool:
    """Let a new pacer know what another one knew; False and nothing is changed where the text does not say."""
    fresh, closing = Predictive([], pacer.patience_s), Times(closing_s.edges, closing_s.prior)
    numbers, _, kinds = text.removeprefix(MAKE).partition(":")
    try:
        if text.startswith(BEFORE):
            need = _read_numbers(fresh, (), text.removeprefix(BEFORE))
        elif text.startswith(MAKE):
            need = _read_numbers(fresh, (closing,), numbers)
            fresh.kinds.recall((tuple(map(str, kind)), *seen) for kind, *seen in json.loads(kinds)[:KINDS_MAX])
            closing_s.recall(closing.kept)
        else:
            return False
    except (ValueError, TypeError):
        return False
    pacer.answer_s, pacer.open_s, pacer.talk_s, pacer.wrap_s, pacer.rate = *_times(fresh), fresh.rate
    pacer.kinds = fresh.kinds
    pacer.need(need)
    return True


def _text(numbers: Array) -> str:
    return base64.b64encode(numbers.astype("<f4").tobytes()).decode("ascii")


def _read_numbers(pacer: Predictive, more: Sequence[Times], text: str) -> float:
    """Into these; answers with what is kept for dials in the air. Raises: ValueError."""
    flat = np.frombuffer(base64.b64decode(text, validate=True), "<f4").astype(float)
    taking = (*_times(pacer), *more)
    sizes = [len(times.edges) for times in taking]
    if len(flat) != sum(sizes) + pacer.rate.kept.size + 1 or not np.isfinite(flat).all():
        raise ValueError("no numbers of a pacer")
    *parts, rate, need = np.split(flat, np.cumsum([*sizes, pacer.rate.kept.size]))
    for times, kept in zip(taking, parts, strict=True):
        times.recall(kept)
    pacer.rate.recall(rate.reshape(pacer.rate.kept.shape))
    return max(0.0, float(need[0]))


def _times(pacer: Predictive) -> tuple[Times, Times, Times, Times]:
    return pacer.answer_s, pacer.open_s, pacer.talk_s, pacer.wrap_s
