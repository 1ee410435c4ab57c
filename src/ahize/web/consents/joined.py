"""Since when does a number stand on a register whose files name numbers and no days?

Some laws let a listing bind only so many days after it was made. What a seller's own copies show is written down beside
each copy when it is loaded: who joined since the copy before, and since when copies are held at all. The day told is
the earliest on which the number may have joined; for whoever stands there longer than is kept, a day on which it stood
there already. Of registers where a consent counts that is younger than the listing, it is the latest day instead. What
a file itself says of the day goes before. Where the copies show neither nothing is told: the day is Unknown then.
Refuses to know what a law makes of it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from ahize.registries.bodies import LISTED, Ints
from ahize.registries.changing import difference
from ahize.registries.registers import is_readable, register
from ahize.registries.versions import RegistryVersion as Copy

log = logging.getLogger(__name__)

KEPT: Final = timedelta(days=31)
"""Longer than British law takes from a listing until it binds."""
KEPT_OF_TABLES: Final = timedelta(days=61)
"""Longer than any law we know."""
_ENDING: Final = ".joined.npz"


@dataclass(frozen=True, slots=True)
class Joined:
    """What the copies up to one day show.

    Args:
        first: the day of the oldest copy from which on none is missing.
        numbers, days: who joined lately, ascending, and the earliest day (proleptic ordinal) on which each may have.
    """

    as_of: date
    first: date
    numbers: Ints
    days: Ints
    kept: timedelta = KEPT
    latest: bool = False

    def listed_on(self, e164: str) -> date | None:
        """Of a number that the copy lists; None where the copies do not show it."""
        number = int(e164[1:])
        place = int(self.numbers.searchsorted(number))
        if place < len(self.numbers) and int(self.numbers[place]) == number:
            return date.fromordinal(int(self.days[place]))
        long_ago = self.as_of - self.kept
        if self.latest:
            return max(long_ago, self.first)
        return long_ago if self.first <= long_ago else None


def is_dated(code: str) -> bool:
    """Is it noted of this register since when its numbers stand there?"""
    return is_readable(code) and bool(register(code).dated)


def write_down(copy: Copy, previous: Copy | None, told: tuple[Ints, Ints] | None = None) -> None:
    """Note beside a new copy who joined since the one before; call it once the copy is whole.

    Args:
        told: numbers and days (proleptic ordinals, 0 for none) as the file itself names them.
    """
    if not is_dated(copy.code):
        return
    kind = register(copy.code)
    kept, latest = KEPT_OF_TABLES if kind.is_inferred else KEPT, kind.dated == "latest"
    before = None if previous is None else read(previous.path)
    change = None if previous is None else difference(copy, previous)
    numbers = days = np.empty(0, np.int64)
    first = copy.as_of
    if previous is not None and change is not None:
        numbers = change.added.astype(np.int64)
        joined_on = copy.as_of if latest else previous.as_of + timedelta(days=1)
        days = np.full(len(numbers), joined_on.toordinal(), dtype=np.int64)
        first = previous.as_of
        if before is not None:
            first = before.first
            stays = (copy.lookup(before.numbers) == LISTED) & (before.days > (copy.as_of - kept).toordinal())
            numbers = np.concatenate([before.numbers[stays], numbers])
            days = np.concatenate([before.days[stays], days])
    if told is not None:
        numbers, days = _told(numbers, days, told, latest=latest)
    order = np.argsort(numbers)
    _write(copy.path, Joined(copy.as_of, first, numbers[order], days[order], kept, latest))


def _told(numbers: Ints, days: Ints, told: tuple[Ints, Ints], *, latest: bool) -> tuple[Ints, Ints]:
    """What the file says of the days goes before what the copies show; of two days the one that binds more."""
    theirs, on = told[0][told[1] > 0], told[1][told[1] > 0]
    order = np.lexsort((-on if latest else on, theirs))
    theirs, on = theirs[order], on[order]
    once = np.concatenate(([True], theirs[1:] != theirs[:-1])) if len(theirs) else np.empty(0, np.bool_)
    theirs, on = theirs[once], on[once]
    others = ~np.isin(numbers, theirs)
    return np.concatenate([numbers[others], theirs]), np.concatenate([days[others], on])


def read(path: Path) -> Joined | None:
    """What is noted beside a copy; None where nothing is, or nothing that can be read."""
    try:
        with np.load(_beside(path)) as kept:
            as_of, first = (date.fromordinal(int(day)) for day in kept["span"][:2])
            span = kept["span"]
            told = (timedelta(days=int(span[2])), bool(span[3])) if len(span) > 2 else (KEPT, False)
            return Joined(as_of, first, kept["numbers"], kept["days"], *told)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError) as wrong:
        log.error("what joined by registry copy %s cannot be read: %s", path, wrong)
        return None


def listed_on(path: Path, e164: str) -> date | None:
    """Since when a number stands in the copy at ``path``, which lists it."""
    kept = _kept(path)
    return None if kept is None else kept.listed_on(e164)


@lru_cache(maxsize=64)
def _kept(path: Path) -> Joined | None:
    """Read once a process: neither a copy nor what is noted beside it changes once written."""
    return read(path)


def forget(folder: Path, names: Collection[str]) -> None:
    """Remove what is noted beside copies that are no longer in force."""
    for name in names:
        (folder / f"{name}{_ENDING}").unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(path.stem + _ENDING)


def _write(path: Path, joined: Joined) -> None:
    """Written beside its place and renamed: whole or not at all."""
    target = _beside(path)
    draft = target.with_name(f"{target.name}.{os.getpid()}.draft")
    try:
        with draft.open("wb") as out:
            np.savez(
                out,
                span=np.array(
                    [joined.as_of.toordinal(), joined.first.toordinal(), joined.kept.days, joined.latest],
                    dtype=np.int64,
                ),
                numbers=joined.numbers,
                days=joined.days,
            )
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
