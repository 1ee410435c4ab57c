"""Was this number listed in the copy of that day? Copies that are no longer in force, kept small.

Beside the maps in use stand, packed with zstd, a snapshot a month and for each later version what it changed in the one
before. Any past version is answered from the nearest snapshot and the changes since; nothing that was ever relied on is
thrown away. It knows versions by their names; which was in force on a day is the caller's to know.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import zstandard

from ahize.kernel.errors import BadInput
from ahize.kernel.phone import is_e164
from ahize.registries.bodies import Ints
from ahize.registries.changing import difference
from ahize.registries.versions import SEAL, SUFFIX, Manifest, RegistryVersion, damaged

SNAPSHOT = ".ahreg.zst"
CHANGE = ".change.zst"
_LEVEL = 1  # bits of chance: higher levels cost time and gain nothing
_CHANGES_MAX = 40
_CHANGE_SHARE_MAX = 0.2


def keep(newer: RegistryVersion, older: RegistryVersion | None, folder: Path) -> Path:
    """Keep a version for good: as its change to the one before, or whole.

    Whole where there is none before, where its month is new, where the chain of changes grows long, or where the two
    have so little in common that the change saves nothing.
    """
    known = _kept(folder, newer.manifest.name)
    if known is not None:
        return known
    if older is None or _starts_anew(newer, older, folder):
        return keep_snapshot(newer, folder)
    change = difference(newer, older)
    if change is None or len(change.added) + len(change.removed) > _CHANGE_SHARE_MAX * older.rows:
        return keep_snapshot(newer, folder)
    head = {**newer.manifest.header(), "older": older.manifest.name, "added": len(change.added)}
    body = np.concatenate([np.diff(part, prepend=0) for part in (change.added, change.removed)]).astype("<i8")
    return _pack(folder / f"{newer.manifest.name}{CHANGE}", [json.dumps(head).encode() + b"\n", body.tobytes()])


def keep_snapshot(version: RegistryVersion, folder: Path) -> Path:
    """Keep a version whole, packed: 0.66 bytes a number for the United States."""
    with version.path.open("rb") as file:
        return _pack(folder / f"{version.manifest.name}{SNAPSHOT}", iter(lambda: file.read(1 << 22), b""))


def retire(folder: Path, names: Collection[str]) -> list[str]:
    """Remove the maps of these versions, which are no longer in force; the names of those that were there and are kept.

    Who has one mapped goes on reading it; who looks for it finds it under :func:`recall`.
    """
    gone = []
    for name in sorted(names):
        path = folder / f"{name}{SUFFIX}"
        if path.exists() and _kept(folder, name) is not None:
            path.unlink(missing_ok=True)
            path.with_suffix(SEAL).unlink(missing_ok=True)
            gone.append(name)
    return gone


def listed_then(folder: Path, name: str, e164: str) -> bool | None:
    """Was the number listed in that version? True, False, or None where it did not cover the number.

    Raises:
        BadInput: ``registry_missing`` where the version, or one it rests on, is not kept; ``registry_damaged``.
    """
    if not is_e164(e164):
        return None
    number = int(e164[1:])
    for step in _chain(folder, name):
        if isinstance(step, RegistryVersion):
            return step.listed(e164)
        if not step.manifest.covers(e164):
            return None
        if step.has_added(number):
            return True
        if step.has_removed(number):
            return False
    raise AssertionError("a chain ends with a whole version")


def recall(folder: Path, name: str) -> RegistryVersion:
    """A version that is whole: its map, or its unpacked snapshot.

    Raises:
        BadInput: ``registry_missing``, ``registry_damaged``.
    """
    path = folder / f"{name}{SUFFIX}"
    if path.exists():
        return RegistryVersion.load(path, verify=False)
    packed = folder / f"{name}{SNAPSHOT}"
    try:
        raw = zstandard.ZstdDecompressor().decompressobj()
        with packed.open("rb") as file:
            whole = b"".join(raw.decompress(part) for part in iter(lambda: file.read(1 << 22), b""))
    except OSError as error:
        raise BadInput(
            f"The registry copy {name} is not kept.",
            code="registry_missing",
            next_step="Bring it back from a backup.",
        ) from error
    except zstandard.ZstdError as error:
        raise damaged("its snapshot cannot be unpacked") from error
    if len(whole) < 16 or not raw.eof:
        raise damaged("its snapshot is cut off")
    return RegistryVersion.read(packed, memoryview(whole), verify=True)


# ── the chain ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Step:
    """What one version changed in the one before."""

    manifest: Manifest
    older: str
    added: Ints
    removed: Ints

    def has_added(self, number: int) -> bool:
        return _holds(self.added, number)

    def has_removed(self, number: int) -> bool:
        return _holds(self.removed, number)


def _holds(numbers: Ints, number: int) -> bool:
    place = int(numbers.searchsorted(number))
    return place < len(numbers) and int(numbers[place]) == number


def _chain(folder: Path, name: str) -> Iterator[_Step | RegistryVersion]:
    """From a version back to one that is whole."""
    for _ in range(10 * _CHANGES_MAX):
        change = folder / f"{name}{CHANGE}"
        if (folder / f"{name}{SUFFIX}").exists() or (folder / f"{name}{SNAPSHOT}").exists() or not change.exists():
            yield recall(folder, name)
            return
        step = _step(change)
        yield step
        name = step.older
    raise damaged("its changes go round in a circle")


def _step(path: Path) -> _Step:
    try:
        unpacker = zstandard.ZstdDecompressor().decompressobj()
        line, _, rest = unpacker.decompress(path.read_bytes()).partition(b"\n")
        if not unpacker.eof:
            raise ValueError("cut off")
        head: dict[str, Any] = json.loads(line)
        gaps = np.frombuffer(rest, dtype="<i8")
        added, removed = gaps[: head["added"]], gaps[head["added"] :]
        return _Step(Manifest.of(head), head["older"], np.cumsum(added), np.cumsum(removed))
    except (OSError, ValueError, KeyError, TypeError, zstandard.ZstdError) as error:
        raise damaged("the record of its changes cannot be read") from error


def _starts_anew(newer: RegistryVersion, older: RegistryVersion, folder: Path) -> bool:
    if _kept(folder, older.manifest.name) is None or newer.areas != older.areas:
        return True
    length, name = 0, older.manifest.name
    while (path := folder / f"{name}{CHANGE}").exists() and not (folder / f"{name}{SNAPSHOT}").exists():
        length, name = length + 1, _step(path).older
        if length >= _CHANGES_MAX:
            return True
    first = folder / f"{name}{SNAPSHOT}"
    month = newer.as_of.isoformat()[:7]
    return not first.exists() or not name.startswith(f"{newer.code}-{month}")


def _kept(folder: Path, name: str) -> Path | None:
    return next((path for end in (SNAPSHOT, CHANGE) if (path := folder / f"{name}{end}").exists()), None)


def _pack(target: Path, parts: Iterator[bytes] | list[bytes]) -> Path:
    """Written beside its place, synced and renamed: whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}.{os.getpid()}.draft")
    try:
        with draft.open("wb") as out:
            with zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).stream_writer(
                out, closefd=False
            ) as packed:
                for part in parts:
                    packed.write(part)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target
