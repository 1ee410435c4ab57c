"""How does a registry file become a version?

Full files, change files upon an older version, and our own lists. A file that would shrink the list by more than a
share is refused without a person's word, and one that names numbers outside the areas it claims is refused always.
Where versions are kept is handed in.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import zipfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import numpy.typing as npt

from ahize.kernel.errors import BadInput, Conflict
from ahize.kernel.phone import is_e164
from ahize.registries import parsing
from ahize.registries.versions import BLOCK_BYTES, NOTHING, Manifest, RegistryVersion, store

SHRINK_SHARE_MAX = 0.05
_AREA_BYTES = 1_250_000

Bits = npt.NDArray[np.uint8]


class _Draft:
    """Bits of the numbers so far, 1.25 MB for each area code that has any."""

    def __init__(self) -> None:
        self.areas: dict[int, Bits] = {}
        self.lines = 0

    def _each(self, numbers: parsing.Numbers) -> Iterator[tuple[Bits, parsing.Numbers]]:
        areas = numbers // 10_000_000
        for area in np.unique(areas):
            bits = self.areas.setdefault(int(area), np.zeros(_AREA_BYTES, dtype=np.uint8))
            yield bits, numbers[areas == area] % 10_000_000

    def add(self, numbers: parsing.Numbers) -> None:
        self.lines += len(numbers)
        for bits, local in self._each(numbers):
            np.bitwise_or.at(bits, local >> 3, (1 << (local & 7)).astype(np.uint8))

    def take_off(self, numbers: parsing.Numbers) -> None:
        self.lines += len(numbers)
        for bits, local in self._each(numbers):
            np.bitwise_and.at(bits, local >> 3, (255 - (1 << (local & 7))).astype(np.uint8))

    def rows(self) -> int:
        return sum(int(np.bitwise_count(bits).sum(dtype=np.int64)) for bits in self.areas.values())

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
    previous: RegistryVersion | None = None,
    may_shrink: bool = False,
) -> RegistryVersion:
    """A version from a full file, or from a zip archive of full files.

    Args:
        folder: where versions are kept.
        as_of: the day of the data.
        areas: area codes that the file covers; those without a number in it are then known to be clean. None: those
            that occur in it.
        previous: the version in force, to notice a file that was cut short.
        may_shrink: a person's word that the list is really so much smaller.

    Raises:
        BadInput: ``registry_line``, ``registry_empty``, ``registry_is_change``, ``registry_areas``, ``area_code``.
        Conflict: ``registry_shrank``.
    """
    covered = _area_codes(areas) if areas is not None else None
    draft = _Draft()
    with _streams(Path(source)) as (streams, sha256):
        for stream in streams:
            for numbers in parsing.full(stream):
                draft.add(numbers)
    found = frozenset(f"{area:03d}" for area in draft.areas)
    if not found:
        raise BadInput("The registry file holds no number.", code="registry_empty", next_step="Fetch the file again.")
    if covered is not None and found - covered:
        raise BadInput(
            f"The file holds numbers of area codes that it should not cover: {_some(found - covered)}.",
            code="registry_areas",
            next_step="Name all area codes of the file, or load the right file.",
        )
    covered = covered or found
    rows = draft.rows()
    if previous is not None and not may_shrink:
        _refuse_shrinking(previous, draft, covered)
    manifest = Manifest(code, as_of, covered, False, rows, draft.lines, sha256)
    return store(folder, manifest, "map", draft.body(covered))


def build_changes(source: Path | str, base: RegistryVersion, folder: Path, *, as_of: dt.date) -> RegistryVersion:
    """A version from an older one and a change file.

    Raises:
        BadInput: as for a full file, and ``registry_order`` where the change is not newer than its base.
    """
    if as_of <= base.as_of:
        raise BadInput(
            f"The change of {as_of} is not newer than the copy it should change, of {base.as_of}.",
            code="registry_order",
            next_step="Load the changes in the order of their days, or load a full file.",
        )
    draft = _Draft()
    for numbers in base.numbers():
        draft.add(numbers - 10_000_000_000)
    draft.lines = 0
    with _streams(Path(source)) as (streams, sha256):
        for stream in streams:
            for kind, numbers in parsing.changes(stream):
                if kind == "A":
                    draft.add(numbers)
                else:
                    draft.take_off(numbers)
    outside = frozenset(f"{area:03d}" for area in draft.areas) - base.areas
    if outside:
        raise BadInput(
            f"The change names area codes that the copy does not cover: {_some(outside)}.",
            code="registry_areas",
            next_step="Load a full file of those area codes first.",
        )
    chained = hashlib.sha256(f"{base.sha256}:{sha256}".encode()).hexdigest()
    manifest = Manifest(base.code, as_of, base.areas, False, draft.rows(), draft.lines, chained)
    return store(folder, manifest, "map", draft.body(base.areas))


def build_own(numbers: Iterable[str], folder: Path, *, code: str, as_of: dt.date, sha256: str) -> RegistryVersion:
    """A version from numbers in E.164, of any country: our own do-not-call list, a litigator list, a foreign register.

    It covers all numbers: one that is not in it is not listed.

    Args:
        numbers: as read at the border.
        sha256: hash of the file they came from.

    Raises:
        BadInput: ``not_e164``.
    """
    values = []
    for number in numbers:
        if not is_e164(number):
            raise BadInput("A number of the list is not in E.164.", code="not_e164", personal_number=number)
        values.append(int(number[1:]))
    ordered = np.sort(np.array(values, dtype="<i8"))
    distinct = ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered
    manifest = Manifest(code, as_of, frozenset(), True, len(distinct), len(values), sha256)
    return store(folder, manifest, "sorted", [distinct.tobytes()])


def _area_codes(areas: Collection[str]) -> frozenset[str]:
    for area in areas:
        if len(area) != 3 or not area.isascii() or not area.isdigit() or area[0] in "01":
            raise BadInput(f"“{area}” is no area code.", code="area_code", next_step="Write three digits, like 212.")
    return frozenset(areas)


def _some(areas: Collection[str]) -> str:
    names = sorted(areas)
    return ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")


def _refuse_shrinking(previous: RegistryVersion, draft: _Draft, covered: frozenset[str]) -> None:
    """Compares the areas that both cover: a file cut short must not free the numbers it lost."""
    both = previous.areas & covered
    if not both:
        return
    before = after = 0
    for area in both:
        bits = draft.areas.get(int(area))
        after += int(np.bitwise_count(bits).sum(dtype=np.int64)) if bits is not None else 0
    for numbers in previous.numbers():
        before += len(numbers) if f"{int(numbers[0]) // 10_000_000 - 1000:03d}" in both else 0
    if before and after < before * (1 - SHRINK_SHARE_MAX):
        raise Conflict(
            f"The list would shrink from {before:,} to {after:,} numbers in the area codes that both copies cover.",
            code="registry_shrank",
            next_step="Fetch the file again. If the list is really so much smaller, confirm it.",
            before=before,
            after=after,
        )


@contextmanager
def _streams(source: Path) -> Iterator[tuple[Iterator[BinaryIO], str]]:
    """The files of a download, one or those of a zip archive, and the hash of the download."""
    try:
        with source.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            if file.read(4) != b"PK\x03\x04":
                yield iter([file]), sha256
                return
            file.seek(0)
            try:
                with zipfile.ZipFile(file) as archive:
                    yield _members(archive), sha256
            except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
                raise BadInput("The archive is damaged or locked.", code="registry_archive") from error
    except OSError as error:
        raise BadInput(
            f"The registry file cannot be opened: {error.strerror}.", code="no_such_file", path=str(source)
        ) from error


def _members(archive: zipfile.ZipFile) -> Iterator[BinaryIO]:
    for entry in archive.infolist():
        if not entry.is_dir():
            with archive.open(entry) as member:
                yield cast(BinaryIO, member)  # it reads and seeks like a file
