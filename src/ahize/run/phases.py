"""Says on the terminal what is being done and how long it took; the network's time is kept apart from ours."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator


def say(line: str = "") -> None:
    """One line for the person at the terminal. Standard output is kept for what programs read."""
    print(line, file=sys.stderr, flush=True)


class Phases:
    """A list of what was done, with times in seconds."""

    def __init__(self) -> None:
        self.ours_s = 0.0
        self.network_s = 0.0

    @contextlib.contextmanager
    def phase(self, name: str, *, network: bool = False) -> Iterator[None]:
        """Time what is done inside; said when it is done, and only where anybody would have noticed it."""
        begun = time.monotonic()
        yield
        spent = time.monotonic() - begun
        if network:
            self.network_s += spent
        else:
            self.ours_s += spent
        if spent >= 0.05:
            say(f"  {name:<42} {spent:6.1f} s{'  (network)' if network else ''}")
