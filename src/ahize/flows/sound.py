"""A sound as a telephone plays it: at the telephone's rate, with nothing above what that rate can carry.

Answers: what is to be kept of a sound that somebody brought or a voice spoke? Refuses to know where it is kept. The
resampler is our own: forty lines of numpy, which is here anyway, against a compiled library under another licence
for sounds that are converted once. What lies above the new band is suppressed by 80 dB.
"""

from __future__ import annotations

from math import gcd
from typing import Final

import numpy as np

from ahize.flows.wav import FULL, Floats, Sound, read_wav, to_wav, usable

TELEPHONE_RATE: Final = 8_000
RATES: Final = (8_000, 16_000)
"""What a telephone carries: as ever, and wideband."""

_STOP_DB: Final = 80.0
_PASS: Final = 0.425
"""Share of the lower rate up to which nothing is lost (3,400 Hz of 8,000); from one half on nothing is left."""
_BLOCK: Final = 1 << 15


def for_telephone(content: bytes, *, rate: int = TELEPHONE_RATE) -> bytes:
    """A WAV file that was brought, as the WAV file that is played: mono, 16 bits, ``rate``.

    Raises: BadSound where it cannot be read, or a person would hear nothing.
    """
    assert rate in RATES, f"a telephone plays {RATES}"
    return to_wav(resampled(usable(read_wav(content)), rate))


def resampled(sound: Sound, rate: int) -> Sound:
    """The same sound with ``rate`` samples a second; its length stays, to the sample."""
    if rate == sound.rate or not len(sound.samples):
        return Sound(sound.samples, rate)
    common = gcd(rate, sound.rate)
    up, down = rate // common, sound.rate // common
    phases = _phases(up, down)
    taps = phases.shape[1]
    frames = -(-len(sound.samples) * up // down)
    # Output n lies at input n·down/up; its window is the `taps` samples around it.
    before, after = taps // 2 - 1, taps // 2 + 1
    padded = np.pad(sound.samples.astype(np.float32), (before, after + down))
    windows = np.lib.stride_tricks.sliding_window_view(padded, taps)
    made = np.empty(frames, dtype=np.float32)
    for phase in range(min(up, frames)):
        outputs = np.arange(phase, frames, up, dtype=np.int64)
        starts = outputs * down // up
        weights = phases[(phase * down) % up]
        for at in range(0, len(outputs), _BLOCK):
            made[outputs[at : at + _BLOCK]] = windows[starts[at : at + _BLOCK]] @ weights
    return Sound(np.rint(np.clip(made, -FULL - 1, FULL)).astype(np.int16), rate)


def _phases(up: int, down: int) -> Floats:
    """The filter of each fraction of an input sample, shape (up, taps), each of them summing to 1."""
    slower = max(1.0, down / up)  # input samples for one of the lower rate
    width = (0.5 - _PASS) / slower  # of the transition, in cycles an input sample
    half = int(np.ceil((_STOP_DB - 7.95) / (14.36 * width) / 2))  # Kaiser's formula
    centre = (0.5 + _PASS) / 2 / slower
    offsets = np.arange(-half + 1, half + 1)[None, :] - (np.arange(up) / up)[:, None]
    beta = 0.1102 * (_STOP_DB - 8.7)
    window = np.i0(beta * np.sqrt(np.clip(1 - (offsets / half) ** 2, 0, None))) / np.i0(beta)
    filters = 2 * centre * np.sinc(2 * centre * offsets) * window
    even: Floats = (filters / filters.sum(axis=1, keepdims=True)).astype(np.float32)
    return even


def tone(*, hz: float, length_s: float, level: float = 0.25, rate: int = TELEPHONE_RATE) -> Sound:
    """A plain tone with soft edges; ``level`` is a share of full, 0 to 1."""
    at = np.arange(round(length_s * rate)) / rate
    edge = np.clip(np.minimum(at, at[::-1]) / 0.01, 0, 1)
    return Sound(np.rint(FULL * level * edge * np.sin(2 * np.pi * hz * at)).astype(np.int16), rate)
