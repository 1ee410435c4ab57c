"""What a pacer has learned as a short text, and back: a campaign outlives the engine that dials it.

A text that is of another make, or none, is refused as a whole: half a memory would be worse than none. One of the make
before knew no ends of wrap-ups and no scores; the rest of it is read.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Final

import numpy as np

from ahize.pacing.laws import Array, Times
from ahize.pacing.predictive import Predictive

MAKE: Final = "3:"
"""Raised whenever what is kept changes its meaning or its length."""
BEFORE: Final = "2:"
KINDS_MAX: Final = 96
"""So many lists and hours are kept, those of which most is known: some 2,900 letters."""


def written(pacer: Predictive) -> str:
    """All it knows of its campaign, in single precision: some 9,000 letters at most."""
    talk, wrap = pacer.talk_ends, pacer.wrap_ends
    parts = [
        *(times.kept for times in (*_times(pacer), talk.until, talk.after, wrap.until, wrap.after)),
        pacer.rate.kept.ravel(),
        np.array([talk.said, wrap.said, pacer.in_need]),
    ]
    kinds = [(kind, round(answers, 2), round(hoped, 2)) for kind, answers, hoped in pacer.kinds.kept(KINDS_MAX)]
    words = json.dumps([kinds, pacer.scores.kept()], ensure_ascii=True, separators=(",", ":"))
    return f"{MAKE}{_text(np.concatenate(parts))}:{words}"


def read(pacer: Predictive, text: str) -> bool:
    """Let a new pacer know what another one knew; False and nothing is changed where the text does not say."""
    fresh = Predictive([], pacer.patience_s)
    talk, wrap = fresh.talk_ends, fresh.wrap_ends
    numbers, _, words = text[len(MAKE) :].partition(":")
    try:
        if text.startswith(MAKE):
            ends = (talk.until, talk.after, wrap.until, wrap.after)
            talk.said, wrap.said, need = _read_numbers(fresh, ends, numbers, 3)
            kinds, scores = json.loads(words)
            fresh.scores.recall(*scores)
        elif text.startswith(BEFORE):
            talk.said, need = _read_numbers(fresh, (talk.until, talk.after), numbers, 2)
            kinds = json.loads(words)
        else:
            return False
        talk.said, wrap.said = min(talk.said, 1.0), min(wrap.said, 1.0)
        fresh.kinds.recall((tuple(map(str, kind)), *seen) for kind, *seen in kinds[:KINDS_MAX])
    except (ValueError, TypeError):
        return False
    pacer.answer_s, pacer.open_s, pacer.talk_s, pacer.wrap_s, pacer.rate = *_times(fresh), fresh.rate
    pacer.kinds, pacer.scores, pacer.talk_ends, pacer.wrap_ends = fresh.kinds, fresh.scores, talk, wrap
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
