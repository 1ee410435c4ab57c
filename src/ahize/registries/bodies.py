"""Is this number in that map? The two layouts of a copy's numbers, as they lie in the mapped file.

``DenseMap``, North America: for each area code covered a slot of 1,000 ranks, then a block of 10,000 bits for every
exchange that holds a number. ``SortedList``, small and foreign lists: E.164 numbers as sorted 64-bit integers.
One number and ten million are answered from the same bytes. Neither knows of files, days or sellers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from ahize.kernel.phone import E164

Ints = npt.NDArray[np.int64]
Verdicts = npt.NDArray[np.int8]
Bytes = npt.NDArray[np.uint8]

Look = Callable[[str], bool | None]
"""Of one number as text: True where it is listed, False where it is not, None where the copy does not cover it."""

LISTED, NOT_LISTED, NOT_COVERED = 1, 0, -1
"""The verdicts of a batch. What no copy covers is never taken for clean."""

BLOCK_BYTES: Final = 1250  # 10,000 bits: one exchange
NOTHING: Final = 0xFFFFFFFF
"""The rank of an exchange that holds no number."""

NANP_FIRST, NANP_LAST = 10_000_000_000, 19_999_999_999
_NANP_LENGTH = len("+12125550100")
_NANP_BLOCKS = 1_000_000
_BATCH = 1 << 17  # its temporary arrays stay in a core's second cache
_EMPTY, _OUTSIDE = -2, -1


class DenseMap:
    """One bit for each number of each exchange that holds any.

    Args:
        areas: the area codes covered, three digits each.
        body: ranks, then blocks.
    """

    def __init__(self, areas: Collection[str], body: memoryview) -> None:
        self.areas = sorted(areas)
        table = len(self.areas) * 1000 * 4
        self.ranks: npt.NDArray[np.uint32] = np.frombuffer(body[:table], dtype="<u4")
        self.bits: Bytes = np.frombuffer(body[table:], dtype=np.uint8)

    @property
    def private_bytes(self) -> int:
        """What a process adds to the mapped file once it has looked up a batch."""
        return int(self._starts.nbytes)

    def look(self) -> Look:
        """A single look-up, made for this map: what it needs is bound once, for at the moment of dialling it counts."""
        rank_of, byte_of = self.ranks.data, self.bits.data  # a plain int from these costs a fifth of numpy's
        # By the digits before the exchange: what takes a number's exchange to its rank, without a division more.
        shifts: list[int | None] = [None] * 2000
        for slot, area in enumerate(self.areas):
            shifts[1000 + int(area)] = (slot - 1000 - int(area)) * 1000

        def listed(e164: str) -> bool | None:
            # Twelve characters with eleven digits of our own script behind a plus: a look at each by an expression
            # would cost more than all the rest.
            if len(e164) != _NANP_LENGTH or e164[0] != "+" or not e164.isascii():
                return None
            try:
                number = int(e164)
            except ValueError:
                return None
            # A blank or an underscore, which Python reads over, leaves a digit too few: no area code is there then.
            shift = shifts[number // 10_000_000] if number <= NANP_LAST else None
            if shift is None:
                return None
            block = number // 10_000
            rank = rank_of[block + shift]
            if rank == NOTHING:
                return False
            line = number - block * 10_000
            return byte_of[rank * BLOCK_BYTES + (line >> 3)] >> (line & 7) & 1 == 1

        return listed

    @cached_property
    def _starts(self) -> npt.NDArray[np.int32]:
        """Where each exchange's block begins, by exchange, with a guard at either end; negative where there is none."""
        starts = np.full(_NANP_BLOCKS + 2, _OUTSIDE, dtype=np.int32)
        for slot, area in enumerate(self.areas):
            ranks = self.ranks[slot * 1000 : slot * 1000 + 1000]
            here = np.where(ranks == NOTHING, np.int64(_EMPTY), ranks.astype(np.int64) * BLOCK_BYTES)
            starts[1 + int(area) * 1000 : 1001 + int(area) * 1000] = here
        return starts

    def lookup(self, numbers: Ints) -> Verdicts:
        """A verdict for each number, shape (n,)."""
        verdicts = np.empty(len(numbers), dtype=np.int8)
        for first in range(0, len(numbers), _BATCH):
            some = numbers[first : first + _BATCH]
            blocks = some // 10_000
            lines = some - blocks * 10_000
            # Numbers of other plans are clipped onto the guards, which cover nothing.
            starts = np.take(self._starts, blocks - (_NANP_BLOCKS - 1), mode="clip")
            without = starts < 0
            is_without = bool(without.any())
            if not len(self.bits):
                verdicts[first : first + _BATCH] = -(starts & 1).astype(np.int8)
                continue
            # A negative start is clipped onto the first byte; what is read there is overwritten below.
            found = np.take(self.bits, (lines >> 3) + starts, mode="clip")
            found >>= (lines & 7).astype(np.uint8)
            found &= 1
            answer = found.view(np.int8)
            if is_without:
                answer[without] = -(starts[without] & 1)
            verdicts[first : first + _BATCH] = answer
        return verdicts

    def numbers(self) -> Iterator[Ints]:
        """All numbers listed, ascending, an area code at a time."""
        for area in self.areas:
            found = np.flatnonzero(np.unpackbits(self.blocks(area), axis=1, bitorder="little"))
            if len(found):
                yield found.astype(np.int64) + (NANP_FIRST + int(area) * 10_000_000)

    def blocks(self, area: str) -> Bytes:
        """The bits of an area code as they would stand in full, shape (1000, BLOCK_BYTES); a copy."""
        ranks = self.ranks[self.areas.index(area) * 1000 :][:1000]
        whole = np.zeros((1000, BLOCK_BYTES), dtype=np.uint8)
        filled = np.flatnonzero(ranks != NOTHING)
        whole[filled] = self.bits.reshape(-1, BLOCK_BYTES)[ranks[filled]]
        return whole

    def count(self, areas: Collection[str] | None = None) -> int:
        """How many numbers are listed, in some area codes or in all."""
        if areas is None:
            return int(np.bitwise_count(self.bits).sum(dtype=np.int64))
        mine = [area for area in self.areas if area in areas]
        return sum(int(np.bitwise_count(self.blocks(area)).sum(dtype=np.int64)) for area in mine)


class SortedList:
    """Numbers in order.

    Args:
        codes: calling codes covered, like ``+44``; empty where it covers all numbers.
        body: the numbers, ascending, distinct.
    """

    def __init__(self, codes: Collection[str], body: memoryview) -> None:
        self.sorted: Ints = np.frombuffer(body, dtype="<i8")
        self._codes = tuple(code.lstrip("+") for code in codes)

    @property
    def private_bytes(self) -> int:
        """Nothing is added to the mapped file."""
        return 0

    def look(self) -> Look:
        """A single look-up."""
        is_number, numbers, codes = E164.fullmatch, self.sorted, self._codes

        def listed(e164: str) -> bool | None:
            if not is_number(e164) or (codes and not e164.startswith(codes, 1)):
                return None
            number = int(e164)
            place = int(numbers.searchsorted(number))
            return place < len(numbers) and int(numbers[place]) == number

        return listed

    def lookup(self, numbers: Ints) -> Verdicts:
        """A verdict for each number, shape (n,)."""
        verdicts = np.full(len(numbers), NOT_COVERED if self._codes else NOT_LISTED, dtype=np.int8)
        for code in self._codes:
            for length in range(7, 16):  # calling codes are prefix-free, so the digits at the head decide
                first = int(code) * 10 ** (length - len(code))
                verdicts[(numbers >= first) & (numbers < first + 10 ** (length - len(code)))] = NOT_LISTED
        if len(self.sorted):
            place = np.minimum(np.searchsorted(self.sorted, numbers), len(self.sorted) - 1)
            verdicts[self.sorted[place] == numbers] = LISTED
        return verdicts

    def numbers(self) -> Iterator[Ints]:
        """All numbers listed, ascending."""
        if len(self.sorted):
            yield self.sorted

    def count(self, areas: Collection[str] | None = None) -> int:
        """How many numbers are listed."""
        return len(self.sorted) if areas is None or areas else 0


Body = DenseMap | SortedList
