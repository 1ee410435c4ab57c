"""The sound of made-up telephones: a tone in PCMU over RTP, and an ear that notes when somebody is heard.

Times are seconds of the machine's one monotonic clock. It knows neither SIP nor calls.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import secrets
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic

FRAME_S = 0.02
FRAME = 160
GAP_S = 0.1
"""So long without a voice, and whoever is heard next is heard anew."""
_LOUD = 500
"""Of 32,124: what is weaker is not a voice."""
_HEADER = struct.Struct("!BBHII")


def _heard(code: int) -> int:
    """The loudness of one PCMU sample (ITU-T G.711)."""
    code = ~code & 0xFF
    return (((code & 0x0F) << 3) + 0x84 << ((code & 0x70) >> 4)) - 0x84


def _pcmu(sample: int) -> int:
    sign, sample = (0x80, -sample) if sample < 0 else (0, sample)
    sample = min(sample, 32_635) + 0x84
    exponent = max(0, sample.bit_length() - 8)
    return ~(sign | exponent << 4 | sample >> exponent + 3 & 0x0F) & 0xFF


_IS_LOUD = bytes(1 if _heard(code) > _LOUD else 0 for code in range(256))


def tone(hertz: int, *, loudness: int = 8000) -> bytes:
    """A second of it; silence for 0."""
    if not hertz:
        return bytes([0xFF]) * 8000
    return bytes(_pcmu(round(loudness * math.sin(2 * math.pi * hertz * n / 8000))) for n in range(8000))


def pcmu(samples: Iterable[float]) -> bytes:
    """Samples from -1 to 1, as a telephone network sends them."""
    return bytes(_pcmu(round(32_000 * one)) for one in samples)


def is_voice(frame: bytes) -> bool:
    """Is an eighth of these samples loud?"""
    return frame.translate(_IS_LOUD).count(1) * 8 > len(frame)


@dataclass(slots=True)
class Onset:
    """Something was heard, from ``at`` until ``last_at``; ``gap_s``: the longest pause within it."""

    at: float
    last_at: float
    packets: int = 1
    gap_s: float = 0.0


def _note(stretches: list[Onset], now: float) -> None:
    last = stretches[-1] if stretches else None
    if last is None or now - last.last_at > GAP_S:
        stretches.append(Onset(now, now))
    else:
        last.gap_s = max(last.gap_s, now - last.last_at)
        last.last_at = now
        last.packets += 1


@dataclass(slots=True)
class Ear(asyncio.DatagramProtocol):
    """Counts what arrives.

    Attributes:
        packets: all of them.
        heard: stretches in which somebody was heard, in order.
        arrived: stretches in which sound came at all, silence included.
    """

    packets: int = 0
    heard: list[Onset] = field(default_factory=list)
    arrived: list[Onset] = field(default_factory=list)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:  # noqa: ARG002  asyncio hands it over
        if len(data) < _HEADER.size + 1 or data[1] & 0x7F != 0:
            return
        self.packets += 1
        now = monotonic()
        _note(self.arrived, now)
        if is_voice(data[_HEADER.size :]):
            _note(self.heard, now)

    def hears(self, now: float) -> bool:
        """Is somebody heard at this moment?"""
        return bool(self.heard) and now - self.heard[-1].last_at <= GAP_S

    def silence_s(self, since: float, until: float) -> float:
        """The longest time between these instants in which nobody was heard."""
        edges = [since]
        longest = 0.0
        for one in self.heard:
            if one.last_at < since or one.at > until:
                continue
            longest = max(longest, one.gap_s, one.at - edges[-1])
            edges.append(one.last_at)
        return max(longest, until - edges[-1])


class Mouth:
    """Speaks into one call until it is stopped: a frame each 20 ms, by the clock and not by the pauses between."""

    def __init__(self, line: asyncio.DatagramTransport, far: tuple[str, int], *, tone_hz: int) -> None:
        self.line, self.far = line, far
        self._sound = tone(tone_hz)
        self._source = secrets.randbits(32)
        self._frames = itertools.count(secrets.randbits(12))
        self._next_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._next_at = asyncio.get_running_loop().time()
        self._speak()

    def say(self, tone_hz: int) -> None:
        """Another tone from now on; silence for 0."""
        self._sound = tone(tone_hz)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _speak(self) -> None:
        if self.line.is_closing():
            return
        loop = asyncio.get_running_loop()
        number = next(self._frames)
        begin = number * FRAME % len(self._sound)
        header = _HEADER.pack(0x80, 0, number & 0xFFFF, number * FRAME & 0xFFFFFFFF, self._source)
        self.line.sendto(header + self._sound[begin : begin + FRAME], self.far)
        self._next_at = max(self._next_at + FRAME_S, loop.time() - 5 * FRAME_S)
        self._timer = loop.call_at(self._next_at, self._speak)
