"""What does a change make of a copy, and in what do two copies differ?

A change is applied to the copy's bytes in memory: a bit each, milliseconds for a day's quarter of a million; the result
is a version of its own. A change that was made for another copy is refused.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ahize.kernel.errors import BadInput, Conflict
from ahize.registries import lines, parsing
from ahize.registries.bodies import BLOCK_BYTES, LISTED, NANP_FIRST, NOTHING, Bytes, DenseMap, Ints, SortedList
from ahize.registries.downloads import opened
from ahize.registries.versions import Manifest, RegistryVersion, store

SHRINK_SHARE_MAX = 0.05
STRANGE_SHARE_MAX = 0.05
"""Of the numbers a change takes off, how many the copy may lack before the change is taken for another copy's."""
_STRANGE_MIN = 20

Ranks = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Difference:
    """Numbers put on and taken off, each ascending and distinct, E.164 without the plus."""

    added: Ints
    removed: Ints


def difference(newer: RegistryVersion, older: RegistryVersion) -> Difference | None:
    """What has to be put on and taken off the older copy to get the newer; None where their layouts differ."""
    new, old = newer.body, older.body
    if isinstance(new, SortedList) and isinstance(old, SortedList):
        return Difference(
            np.setdiff1d(new.sorted, old.sorted, assume_unique=True),
            np.setdiff1d(old.sorted, new.sorted, assume_unique=True),
        )
    if not isinstance(new, DenseMap) or not isinstance(old, DenseMap) or new.areas != old.areas:
        return None
    added: list[Ints] = []
    removed: list[Ints] = []
    for area in new.areas:
        after, before = new.blocks(area), old.blocks(area)
        for which, bits in ((added, after & ~before), (removed, before & ~after)):
            found = np.flatnonzero(np.unpackbits(bits, axis=1, bitorder="little")) if bits.any() else np.empty(0)
            which.append(found.astype(np.int64) + (NANP_FIRST + int(area) * 10_000_000))
    return Difference(np.concatenate(added), np.concatenate(removed))


@dataclass(slots=True)
class Draft:
    """A copy's bytes, ours to change."""

    ranks: Ranks
    bits: Bytes
    slots: npt.NDArray[np.int64]
    rows: int
    gained: int = 0
    lost: int = 0

    @classmethod
    def of(cls, base: RegistryVersion) -> Draft:
        """A private copy of a dense map."""
        body = base.body
        assert isinstance(body, DenseMap)
        slots = np.full(1000, -1, dtype=np.int64)
        slots[[int(area) for area in body.areas]] = np.arange(len(body.areas)) * 1000
        return cls(body.ranks.copy(), body.bits.copy(), slots, base.rows)

    def apply(self, change: Difference) -> None:
        """Puts on and takes off; what was so already stays so. All numbers must lie in areas covered."""
        blocks = change.added // 10_000
        exchanges = self._exchanges(blocks)
        self._make_room(exchanges)
        gained = self._flip(change.added - blocks * 10_000, self.ranks[exchanges], on=True)
        blocks = change.removed // 10_000
        ranks, lines = self.ranks[self._exchanges(blocks)], change.removed - blocks * 10_000
        held = ranks != NOTHING
        if not held.all():
            ranks, lines = ranks[held], lines[held]
        lost = self._flip(lines, ranks, on=False)
        self.gained, self.lost = self.gained + gained, self.lost + lost
        self.rows += gained - lost

    def _exchanges(self, blocks: Ints) -> Ints:
        """Where the ranks of these blocks of ten thousand stand."""
        local = blocks - NANP_FIRST // 10_000
        areas = local // 1000
        places: Ints = self.slots[areas] + (local - areas * 1000)
        return places

    def _make_room(self, exchanges: Ints) -> None:
        """An exchange that held no number gets a block of its own, behind the others."""
        missing = np.unique(exchanges[self.ranks[exchanges] == NOTHING])
        if len(missing):
            count = len(self.bits) // BLOCK_BYTES
            self.ranks[missing] = np.arange(count, count + len(missing), dtype=np.uint32)
            self.bits = np.concatenate([self.bits, np.zeros(len(missing) * BLOCK_BYTES, dtype=np.uint8)])

    def _flip(self, lines: Ints, ranks: Ranks, *, on: bool) -> int:
        """How many bits changed. One write a byte: numbers that share one stand together, for they are in order."""
        if not len(lines):
            return 0
        places = ranks.astype(np.int64)
        places *= BLOCK_BYTES
        places += lines >> 3
        masks = np.left_shift(np.uint8(1), (lines & 7).astype(np.uint8))
        is_first = np.empty(len(places), dtype=np.bool_)
        is_first[0] = True
        np.not_equal(places[1:], places[:-1], out=is_first[1:])
        first = np.flatnonzero(is_first)
        if len(first) < len(places):
            masks, places = np.bitwise_or.reduceat(masks, first), places[first]
        before = self.bits[places]
        after = before | masks if on else before & ~masks
        self.bits[places] = after
        return int(np.bitwise_count(before ^ after).sum(dtype=np.int64))


@dataclass(slots=True)
class _Change:
    """What a change file comes to: the last word on each number."""

    blocks: list[Ints] = field(default_factory=list)
    kinds: list[npt.NDArray[np.bool_]] = field(default_factory=list)
    lines: int = 0

    def add(self, kind: str, numbers: Ints) -> None:
        self.blocks.append(numbers + NANP_FIRST)
        self.kinds.append(np.full(len(numbers), kind == "A"))
        self.lines += len(numbers)

    def settled(self) -> Difference:
        numbers, put_on = np.concatenate(self.blocks), np.concatenate(self.kinds)
        order = np.argsort(numbers, kind="stable")
        numbers, put_on = numbers[order], put_on[order]
        last = np.concatenate((numbers[1:] != numbers[:-1], [True]))
        numbers, put_on = numbers[last], put_on[last]
        return Difference(numbers[put_on], numbers[~put_on])


def build_changes(
    source: Path | str, base: RegistryVersion, folder: Path, *, as_of: dt.date, may_shrink: bool = False
) -> RegistryVersion:
    """A version from an older one and a change file.

    Args:
        as_of: the day that the change brings the copy to.
        may_shrink: a person's word that so many numbers are really taken off.

    Raises:
        BadInput: as for a full file; ``registry_order`` where the change is not newer than its base, or was made for
            another one.
        Conflict: ``registry_shrank``.
    """
    if as_of <= base.as_of:
        raise _out_of_order(f"The change of {as_of} is not newer than the copy it should change, of {base.as_of}.")
    if not isinstance(base.body, DenseMap):
        raise BadInput(
            f"Change files of {base.code} are not published in a layout we know.",
            code="registry_is_change",
            next_step="Load a full file.",
        )
    read, days = _Change(), lines.Days()
    with opened(Path(source)) as (streams, sha256):
        for name, stream in streams:
            with lines.naming(name):
                for kind, numbers in parsing.changes(stream, days):
                    read.add(kind, numbers)
    if not read.blocks:
        raise BadInput("The change file holds no number.", code="registry_empty", next_step="Fetch the file again.")
    _refuse_other_days(days, base, as_of)
    change = read.settled()
    _refuse_outside(change, base)
    _refuse_stranger(change, base)
    draft = Draft.of(base)
    draft.apply(change)
    if draft.rows < base.rows * (1 - SHRINK_SHARE_MAX) and not may_shrink:
        raise shrank(base.rows, draft.rows)
    return publish(draft, base, folder, as_of=as_of, lines=read.lines, sha256=sha256)


def publish(
    draft: Draft, base: RegistryVersion, folder: Path, *, as_of: dt.date, lines: int, sha256: str
) -> RegistryVersion:
    """Writes a changed copy as a version of its own. ``sha256``: of the change file."""
    chained = hashlib.sha256(f"{base.sha256}:{sha256}".encode()).hexdigest()
    manifest = Manifest(base.code, as_of, base.areas, False, draft.rows, lines, chained)
    return store(folder, manifest, "map", [draft.ranks.data.cast("B"), draft.bits.data])


def shrank(before: int, after: int) -> Conflict:
    """A list that is suddenly so much shorter was probably cut short."""
    return Conflict(
        f"The list would shrink from {before:,} to {after:,} numbers in the area codes that both copies cover.",
        code="registry_shrank",
        next_step="Fetch the file again. If the list is really so much smaller, confirm it.",
        before=before,
        after=after,
    )


def _out_of_order(message: str) -> BadInput:
    return BadInput(
        message,
        code="registry_order",
        next_step="Load the changes in the order of their days, or load a full file.",
    )


def _refuse_other_days(days: lines.Days, base: RegistryVersion, as_of: dt.date) -> None:
    if days.latest is not None and days.latest <= base.as_of:
        raise _out_of_order(
            f"The last entry of the change is of {days.latest}; the copy in use, of {base.as_of}, has it already."
        )
    if days.latest is not None and days.latest > as_of:
        raise _out_of_order(f"The change holds entries of {days.latest}, after its day, {as_of}.")


def _refuse_outside(change: Difference, base: RegistryVersion) -> None:
    found = {f"{int(numbers // 10_000_000) - 1000:03d}" for numbers in np.concatenate((change.added, change.removed))}
    if outside := found - base.areas:
        raise BadInput(
            f"The change names area codes that the copy does not cover: {some(outside)}.",
            code="registry_areas",
            next_step="Load a full file of those area codes first.",
            areas=some(outside),
        )


def _refuse_stranger(change: Difference, base: RegistryVersion) -> None:
    """A change that takes off numbers which the copy never held was made for another copy."""
    lacking = int((base.lookup(change.removed) != LISTED).sum())
    if lacking >= _STRANGE_MIN and lacking > STRANGE_SHARE_MAX * len(change.removed):
        raise _out_of_order(
            f"The change takes off {len(change.removed):,} numbers, of which the copy of {base.as_of} does not hold "
            f"{lacking:,}: a change between the two is missing, or it is another list's."
        )


def some(areas: set[str] | frozenset[str]) -> str:
    """The first ten of them, and how many more."""
    names = sorted(areas)
    return ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")
