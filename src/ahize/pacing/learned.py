"""What a pacer has learned as a short text, and back: a campaign outlives the engine that dials it.

A text that is of another make, or none, is refused as a whole: half a memory would be worse than none.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final

import numpy as np

from ahize.pacing.laws import Times
from ahize.pacing.predictive import Predictive

MAKE: Final = "1:"
"""Raised whenever what is kept changes its meaning or its length."""


def written(pacer: Predictive) -> str:
    """All it knows of its campaign, in single precision: some 3,000 letters."""
    parts = [*(times.kept for times in _times(pacer)), pacer.rate.kept.ravel(), np.array([pacer.in_need])]
    return MAKE + base64.b64encode(np.concatenate(parts).astype("<f4").tobytes()).decode("ascii")


def read(pacer: Predictive, text: str) -> bool:
    """Let a new pacer know what another one knew; False and nothing is changed where the text does not say."""
    try:
        flat = np.frombuffer(base64.b64decode(text.removeprefix(MAKE), validate=True), "<f4").astype(float)
    except (binascii.Error, ValueError):
        return False
    sizes = [len(times.edges) for times in _times(pacer)]
    rates = pacer.rate.kept
    if not text.startswith(MAKE) or len(flat) != sum(sizes) + rates.size + 1 or not np.isfinite(flat).all():
        return False
    *parts, rate, need = np.split(flat, np.cumsum([*sizes, rates.size]))
    fresh = Predictive([], pacer.patience_s)
    try:
        for times, kept in zip(_times(fresh), parts, strict=True):
            times.recall(kept)
        fresh.rate.recall(rate.reshape(rates.shape))
    except ValueError:
        return False
    pacer.answer_s, pacer.open_s, pacer.talk_s, pacer.wrap_s, pacer.rate = *_times(fresh), fresh.rate
    pacer.need(max(0.0, float(need[0])))
    return True


def _times(pacer: Predictive) -> tuple[Times, Times, Times, Times]:
    return pacer.answer_s, pacer.open_s, pacer.talk_s, pacer.wrap_s
