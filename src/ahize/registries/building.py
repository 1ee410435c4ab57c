"""How does a registry's full file become a version?

Full files of North America and of the United Kingdom, and private lists. A file that would shrink the list by more than
a share is refused without a person's word, and one that names numbers outside the areas or the country it claims is
refused always. Where versions are kept is handed in; ``changing`` does the change files.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import numpy as np

from ahize.kernel.errors import BadInput
from ahize.kernel.phone import is_e164
from ahize.registries import british, lines, parsing
from ahize.registries.bodies import BLOCK_BYTES, LISTED, NANP_FIRST, NOTHING, Bytes, Ints
from ahize.registries.changing import SHRINK_SHARE_MAX, shrank, some
from ahize.registries.downloads import opened
from ahize.registries.registers import register
from ahize.registries.versions import Manifest, RegistryVersion, damaged, store

_AREA_BYTES = 1_250_000
_SAMPLED = 16
GB = "+44"


class _Draft:
    """Bits of the numbers so far, 1.25 MB for each area code that has any."""

    def __init__(self) -> None:
        self.areas: dict[int, Bytes] = {}
        self.lines = 0
        self.sample: list[int] = []

    def add(self, numbers: Ints) -> None:
        """Ten digits each."""
        self.lines += len(numbers)
        self.sample += numbers[:: max(1, len(numbers) // _SAMPLED)].tolist()
        areas = numbers // 10_000_000
        # A file goes area by area, so a block mostly has one.
        only = areas.min() == areas.max()
        for area in areas[:1] if only else np.unique(areas):
            bits = self.areas.setdefault(int(area), np.zeros(_AREA_BYTES, dtype=np.uint8))
            local = (numbers if only else numbers[areas == area]) % 10_000_000
            np.bitwise_or.at(bits, local >> 3, np.left_shift(np.uint8(1), (local & 7).astype(np.uint8)))

    def count(self, area: str) -> int:
        bits = self.areas.get(int(area))
        return int(np.bitwise_count(bits).sum(dtype=np.int64)) if bits is not None else 0

    def rows(self) -> int:
        return sum(self.count(f"{area:03d}") for area in self.areas)

    def body(self, areas: Collection[str]) -> Iterator[bytes]:
        slots = sorted(areas)
        ranks = np.full(len(slots) * 1000, NOTHING, dtype="<u4")
        rank = 0
        for slot, area in enumerate(slots):
            bits = self.areas.get(int(area))
            if bits is not None:
                filled = np.flatnonzero(bits.reshape(1000, BLOCK_BYTES).any(axis=1))
                ranks[slot * 1000 + filled] = np.arange(rank, rank + len(filled), dtype=np.uint32)
                rank += len(filled)
        yield ranks.tobytes()
        for area in slots:
            bits = self.areas.get(int(area))
            if bits is not None:
                blocks = bits.reshape(1000, BLOCK_BYTES)
                yield blocks[blocks.any(axis=1)].tobytes()


def build_full(
    source: Path | str,
    folder: Path,
    *,
    code: str,
    as_of: dt.date,
    areas: Collection[str] | None = None,
    foreign: Collection[str] = (),
    previous: RegistryVersion | None = None,
    may_shrink: bool = False,
) -> RegistryVersion:
    """A version from a full file, or from a zip archive of full files.

    Args:
        code: of the register, which says how its files are read.
        folder: where versions are kept.
        as_of: the day of the data.
        areas: area codes that the file covers; those without a number in it are then known to be clean. None: those
            that occur in it. Not for the United Kingdom, whose files are whole.
        foreign: area codes of other countries: a file with a number in one of them is another country's.
        previous: the version in force, to notice a file that was cut short.
        may_shrink: a person's word that the list is really so much smaller.

    Raises:
        BadInput: ``registry_line``, ``registry_html``, ``registry_cut_short``, ``registry_empty``,
            ``registry_is_change``, ``registry_areas``, ``registry_country``, ``area_code``.
        Conflict: ``registry_shrank``.
    """
    kind = register(code)
    if kind.plan == "gb":
        return _build_gb(Path(source), folder, code=code, as_of=as_of, previous=previous, may_shrink=may_shrink)
    covered = _area_codes(areas) if areas is not None else None
    draft = _Draft()
    with opened(Path(source)) as (streams, sha256):
        for name, stream in streams:
            with lines.naming(name):
                for numbers in parsing.full(stream, state=kind.state):
                    draft.add(numbers)
    found = frozenset(f"{area:03d}" for area in draft.areas)
    if not found:
        raise _empty()
    if elsewhere := found & frozenset(foreign):
        raise BadInput(
            f"The file holds numbers of another country's area codes: {some(elsewhere)}.",
            code="registry_country",
            next_step=f"Load it under its own registry's code; it is not {code}.",
            areas=some(elsewhere),
        )
    if covered is not None and found - covered:
        raise BadInput(
            f"The file holds numbers of area codes that it should not cover: {some(found - covered)}.",
            code="registry_areas",
            next_step="Name all area codes of the file, or load the right file.",
            areas=some(found - covered),
        )
    covered = covered or found
    if previous is not None and not may_shrink and (both := previous.areas & covered):
        _refuse_shrinking(previous.count(both), sum(draft.count(area) for area in both))
    manifest = Manifest(code, as_of, covered, False, draft.rows(), draft.lines, sha256)
    return _proven(store(folder, manifest, "map", draft.body(covered)), np.array(draft.sample) + NANP_FIRST)


def build_dense(
    blocks: Iterable[Ints], folder: Path, *, code: str, as_of: dt.date, areas: Collection[str], sha256: str
) -> RegistryVersion:
    """A version from blocks of ten-digit numbers that were read already: as :func:`build_full` makes it of a file."""
    draft = _Draft()
    for numbers in blocks:
        draft.add(numbers)
    manifest = Manifest(code, as_of, _area_codes(areas), False, draft.rows(), draft.lines, sha256)
    return _proven(store(folder, manifest, "map", draft.body(manifest.areas)), np.array(draft.sample) + NANP_FIRST)


def _build_gb(
    source: Path, folder: Path, *, code: str, as_of: dt.date, previous: RegistryVersion | None, may_shrink: bool
) -> RegistryVersion:
    blocks = []
    with opened(source) as (streams, sha256):
        for name, stream in streams:
            with lines.naming(name):
                blocks += list(british.numbers_of(stream))
    if not blocks:
        raise _empty()
    numbers = np.concatenate(blocks)
    distinct = _distinct(numbers)
    if previous is not None and not may_shrink:
        _refuse_shrinking(previous.rows, len(distinct))
    manifest = Manifest(code, as_of, frozenset({GB}), False, len(distinct), len(numbers), sha256)
    made = store(folder, manifest, "sorted", [distinct.data.cast("B")])
    return _proven(made, numbers[:: max(1, len(numbers) // 1000)])


def build_own(
    numbers: Iterable[str],
    folder: Path,
    *,
    code: str,
    as_of: dt.date,
    sha256: str,
    previous: RegistryVersion | None = None,
    may_shrink: bool = False,
) -> RegistryVersion:
    """A version from numbers in E.164, of any country: our own do-not-call list, a litigator list.

    It covers all numbers: one that is not in it is not listed.

    Args:
        numbers: as read at the border.
        sha256: hash of the file they came from.

    Raises:
        BadInput: ``not_e164``.
        Conflict: ``registry_shrank``.
    """
    values = []
    for number in numbers:
        if not is_e164(number):
            raise BadInput("A number of the list is not in E.164.", code="not_e164", personal_number=number)
        values.append(int(number[1:]))
    distinct = _distinct(np.array(values, dtype="<i8"))
    if previous is not None and not may_shrink:
        _refuse_shrinking(previous.rows, len(distinct))
    manifest = Manifest(code, as_of, frozenset(), True, len(distinct), len(values), sha256)
    return store(folder, manifest, "sorted", [distinct.data.cast("B")] if len(distinct) else [])


def build_table(
    numbers: Ints,
    folder: Path,
    *,
    code: str,
    as_of: dt.date,
    sha256: str,
    previous: RegistryVersion | None = None,
    may_shrink: bool = False,
) -> RegistryVersion:
    """A version from numbers that were found in a table. It covers all numbers of the register's calling codes.

    Raises:
        BadInput: ``registry_empty``.
        Conflict: ``registry_shrank``.
    """
    kind = register(code)
    assert kind.writing is not None, "only lists of no known layout come as tables"
    if not len(numbers):
        raise _empty()
    distinct = _distinct(numbers)
    if previous is not None and not may_shrink:
        _refuse_shrinking(previous.rows, len(distinct))
    manifest = Manifest(code, as_of, frozenset(kind.writing.codes), False, len(distinct), len(numbers), sha256)
    made = store(folder, manifest, "sorted", [distinct.data.cast("B")])
    return _proven(made, numbers[:: max(1, len(numbers) // 1000)])


def _distinct(numbers: Ints) -> Ints:
    """In order, each once. Sorting beats ``np.unique``, which hashes: minutes for a quarter of a billion."""
    ordered = np.sort(numbers).astype("<i8", copy=False)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered


def _empty() -> BadInput:
    return BadInput("The registry file holds no number.", code="registry_empty", next_step="Fetch the file again.")


def _area_codes(areas: Collection[str]) -> frozenset[str]:
    for area in areas:
        if len(area) != 3 or not area.isascii() or not area.isdigit() or area[0] in "01":
            raise BadInput(f"“{area}” is no area code.", code="area_code", next_step="Write three digits, like 212.")
    return frozenset(areas)


def _refuse_shrinking(before: int, after: int) -> None:
    """A file cut short must not free the numbers it lost."""
    if before and after < before * (1 - SHRINK_SHARE_MAX):
        raise shrank(before, after)


def _proven(made: RegistryVersion, sample: Ints) -> RegistryVersion:
    """The copy as it lies on the disk: does it hold as many numbers as were counted, and a sample of those read?

    Raises:
        BadInput: ``registry_damaged``; the copy is gone then.
    """
    if made.count() == made.rows and (made.lookup(sample) == LISTED).all():
        return made
    made.path.unlink(missing_ok=True)
    raise damaged("what was written is not what was read")
