"""The only place that asks what time it is.

Cores take ``now`` as an argument; shells hold a Clock. The made-up world's clock is the system's, moved by a fixed
offset, so that its morning is lawful whatever the hour outside.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Protocol

OFFSET_VARIABLE = "AHIZE_CLOCK_OFFSET_S"


class Clock(Protocol):
    """Tells the time, aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock, moved by ``offset_s`` seconds (0 outside the made-up world)."""

    def __init__(self, offset_s: float = 0.0) -> None:
        self.offset = timedelta(seconds=offset_s)

    @classmethod
    def from_environment(cls) -> SystemClock:
        """The clock this process was started with; see ``AHIZE_CLOCK_OFFSET_S``."""
        return cls(float(os.environ.get(OFFSET_VARIABLE, "0")))

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


class VirtualClock:
    """A clock that stands still until it is moved; it never goes back."""

    def __init__(self, start: datetime) -> None:
        assert start.tzinfo is not None, "a clock needs an aware time"
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def move_to(self, at: datetime) -> None:
        assert at >= self._now, f"time goes forward: {at} is before {self._now}"
        self._now = at
