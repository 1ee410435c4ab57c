"""A journal slice through a fresh engine: does it decide the same again?

Each life begins with ``Recovered``; that is where a fresh engine starts. A slice from the middle of a life can
be read but not replayed, and this file says so rather than guess.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ahize.dialer import codec
from ahize.dialer.commands import Command
from ahize.dialer.engine import Dialer
from ahize.dialer.events import Event, Recovered

Entry = tuple[datetime, Event, tuple[Command, ...]]


@dataclass(frozen=True, slots=True)
class Difference:
    """At this line (1 is the first) the engine of today commands something else."""

    line: int
    at: datetime
    event: Event
    journaled: tuple[Command, ...]
    commanded: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of it.

    Args:
        entries: lines replayed; ``skipped``: lines before the first ``Recovered``, which no engine can be given.
        sha256: over the journal's lines as they are.
    """

    entries: int
    lives: int
    skipped: int
    differences: tuple[Difference, ...]
    sha256: str

    @property
    def is_same(self) -> bool:
        return not self.differences


def replay(journal: Iterable[Entry], *, most_differences: int = 20) -> Replay:
    """Run the journal again. After a difference the rest of that life is still compared: one cause may show often."""
    digest = hashlib.sha256()
    differences: list[Difference] = []
    dialer: Dialer | None = None
    entries = lives = skipped = 0
    for number, (at, event, journaled) in enumerate(journal, start=1):
        digest.update(codec.line(at, event, journaled).encode())
        digest.update(b"\n")
        if isinstance(event, Recovered):
            dialer = Dialer()
            lives += 1
        if dialer is None:
            skipped += 1
            continue
        entries += 1
        commanded = dialer.handle(event, at)
        if commanded != journaled and len(differences) < most_differences:
            differences.append(Difference(number, at, event, journaled, commanded))
    return Replay(entries, lives, skipped, tuple(differences), digest.hexdigest())
