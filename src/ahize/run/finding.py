"""What ``./ahize doctor`` says of one thing it looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["good", "look", "bad", "need"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Attributes:
    state: *good*; *look* works, but somebody should know; *bad* will not work, or will lose data; *need* is for
        production alone.
    what: the thing looked at.
    says: what was found.
    how: what to do; empty where nothing is to be done.
    """

    state: State
    what: str
    says: str
    how: str = ""
