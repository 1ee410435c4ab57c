"""What is heard on hold when a house has uploaded nothing: soft chords, made here, so that nobody owns their rights."""

from __future__ import annotations

import io
import math
import struct
import wave
from functools import lru_cache

RATE = 8000
_BAR_S = 3.2
_CHORDS = (
    (220.00, 261.63, 329.63),  # A minor
    (174.61, 261.63, 349.23),  # F
    (196.00, 261.63, 329.63),  # C over G
    (196.00, 246.94, 293.66),  # G
)


@lru_cache(maxsize=1)
def music() -> bytes:
    """A WAV of 8 kHz, 16 bit, one channel, which goes on from its beginning without a click."""
    samples: list[int] = []
    for chord in _CHORDS:
        count = round(_BAR_S * RATE)
        for at in range(count):
            t = at / RATE
            value = 0.0
            for place, pitch in enumerate(chord):
                since = t - place * _BAR_S / 8  # plucked one after the other
                if since > 0:
                    rise = min(1.0, since / 0.02)
                    value += rise * math.exp(-1.4 * since) * math.sin(2 * math.pi * pitch * since)
            samples.append(round(4000 * value * min(1.0, (count - at) / 400)))
    out = io.BytesIO()
    with wave.open(out, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(RATE)
        made.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return out.getvalue()
