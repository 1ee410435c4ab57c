"""The machine's cores, each a process of its own, for work that can be shared out."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Cores:
    """
    Attributes:
        number: how many may work at the same time.
    """

    number: int
    _pool: ProcessPoolExecutor

    def map(self, deed: Callable[[Given], Made], parts: Sequence[Given]) -> Iterator[Made]:
        """What the deed makes of each, in order."""
        return self._pool.map(deed, parts)


@contextmanager
def cores() -> Iterator[Cores]:
    """As many as this process may use.

    They are begun anew, not forked: a fork takes over locks that threads hold and connections that are in use. They
    live for one work, whose results stand in no circles: the collector would look through all of them again and again.
    """
    number = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(number, mp_context=get_context("spawn"), initializer=gc.disable) as pool:
        yield Cores(number, pool)
