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


def written(pacer: Predictive) -> str:
    """All it knows of its campaign, in single precision: some 8,000 letters at most."""
    ends = pacer.talk_ends
    parts = [
        *(times.kept for times in (*_times(pacer), ends.until, ends.after)),
        pacer.rate.kept.ravel(),
        np.array([ends.said, pacer.in_need]),
    ]
    kinds = [(kind, round(answers, 2), round(hoped, 2)) for kind, answers, hoped in pacer.kinds.kept(KINDS_MAX)]
    return f"{MAKE}{_text(np.concatenate(parts))}:{json.dumps(kinds, ensure_ascii=True, separators=(',', ':'))}"


def read(pacer: Predictive, text: str) -> bool:
    """Let a new pacer know what another one knew; False and nothing is changed where the text does not say."""
    fresh = Predictive([], pacer.patience_s)
    numbers, _, kinds = text.removeprefix(MAKE).partition(":")
    try:
        if text.startswith(BEFORE):
            (need,) = _read_numbers(fresh, (), text.removeprefix(BEFORE), 1)
        elif text.startswith(MAKE):
            ends = fresh.talk_ends
            said, need = _read_numbers(fresh, (ends.until, ends.after), numbers, 2)
            ends.said = min(max(said, 0.0), 1.0)
            fresh.kinds.recall((tuple(map(str, kind)), *seen) for kind, *seen in json.loads(kinds)[:KINDS_MAX])
        else:
            return False
    except (ValueError, TypeError):
        return False
    pacer.answer_s, pacer.open_s, pacer.talk_s, pacer.wrap_s, pacer.rate = *_times(fresh), fresh.rate
    pacer.kinds, pacer.talk_ends = fresh.kinds, fresh.talk_ends
    pacer.need(need)
    return True


def _text(numbers: Array) -> str:
    return base64.b64encode(numbers.astype("<f4").tobytes()).decode("ascii")


def _read_numbers(pacer: Predictive, more: Sequence[Times], text: str, single: int) -> list[float]:
    """Into these; answers with the single numbers behind them. Raises: ValueError."""
    flat = np.frombuffer(base64.b64decode(text, validate=True), "<f4").astype(float)
    taking = (*_times(pacer), *more)
    sizes = [len(times.edges) for times in taking]
    if len(flat) != sum(sizes) + pacer.rate.kept.size + single or not np.isfinite(flat).all():
        raise ValueError("no numbers of a pacer")
    *parts, rate, last = np.split(flat, np.cumsum([*sizes, pacer.rate.kept.size]))
    for times, kept in zip(taking, parts, strict=True):
        times.recall(kept)
    pacer.rate.recall(rate.reshape(pacer.rate.kept.shape))
    return [max(0.0, float(number)) for number in last]


def _times(pacer: Predictive) -> tuple[Times, Times, Times, Times]:
    return pacer.answer_s, pacer.open_s, pacer.talk_s, pacer.wrap_s
