"""Is this number on that list, in the copy of which day?

One immutable file a version, mapped into memory and shared by all processes. The answer is yes, no, or None where the
copy does not cover the number: never “clean” for what nobody looked up. It knows nothing of sellers, ages and laws.

The file: 16 bytes (magic, length of the header), a JSON header, padding to 64, then one of two bodies.
``map``, North America: a slot for each area code covered, 1,000 ranks a slot, and a block of 10,000 bits for every
exchange that holds a number. ``sorted``: E.164 numbers as sorted 64-bit integers, for small and foreign lists.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import mmap
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from ahize.kernel.errors import BadInput
from ahize.kernel.phone import is_e164

MAGIC = b"AHIZEREG"
SUFFIX = ".ahreg"
BLOCK_BYTES = 1250  # 10,000 bits: one exchange
NOTHING = np.uint32(0xFFFFFFFF)
_HEADER_MAX = 1 << 20

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


def _broken(why: str) -> BadInput:
    return BadInput(
        f"The stored registry copy is damaged: {why}.",
        code="registry_damaged",
        next_step="Load the registry file again; until then its numbers count as not looked up.",
    )


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of a copy besides its numbers.

    Args:
        code: of the registry, like ``US-FTC``.
        as_of: the day of the data, not of the upload.
        areas: area codes covered; empty with ``covers_all``.
        covers_all: True where a number that is not in the copy is not listed, wherever it is.
        rows: numbers in it, each counted once.
        lines: numbers in the file it was made of, repeated ones included.
        sha256: of that file.
    """

    code: str
    as_of: dt.date
    areas: frozenset[str]
    covers_all: bool
    rows: int
    lines: int
    sha256: str


class RegistryVersion:
    """One copy of a registry, opened for reading."""

    def __init__(self, path: Path, manifest: Manifest, kind: str, body: memoryview) -> None:
        self.path = path
        self.manifest = manifest
        self._kind = kind
        if kind == "sorted":
            self._sorted: Ints = np.frombuffer(body, dtype="<i8")
            return
        areas = sorted(manifest.areas)
        table = len(areas) * 1000 * 4
        self._slots = np.full(1000, -1, dtype=np.int32)
        self._slots[[int(area) for area in areas]] = np.arange(len(areas), dtype=np.int32)
        self._ranks: npt.NDArray[np.uint32] = np.frombuffer(body[:table], dtype="<u4")
        self._bits: Bytes = np.frombuffer(body[table:], dtype=np.uint8)

    @property
    def code(self) -> str:
        """Code of the registry."""
        return self.manifest.code

    @property
    def as_of(self) -> dt.date:
        """The day of the data."""
        return self.manifest.as_of

    @property
    def areas(self) -> frozenset[str]:
        """Area codes covered."""
        return self.manifest.areas

    @property
    def rows(self) -> int:
        """How many numbers are listed."""
        return self.manifest.rows

    @property
    def sha256(self) -> str:
        """Hash of the file that the copy was made of."""
        return self.manifest.sha256

    @classmethod
    def load(cls, path: Path | str, *, verify: bool = True) -> RegistryVersion:
        """Maps a copy into memory.

        Args:
            verify: whether the whole body is hashed and compared; about 0.2 s for the whole United States.

        Raises:
            BadInput: ``registry_missing`` or ``registry_damaged``.
        """
        path = Path(path)
        try:
            with path.open("rb") as file:
                head = file.read(16)
                if len(head) < 16 or head[:8] != MAGIC:
                    raise _broken("it is no registry copy")
                mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except OSError as error:
            raise BadInput(
                "The stored registry copy cannot be opened.",
                code="registry_missing",
                next_step="Load the registry file again.",
                path=str(path),
            ) from error
        length = int.from_bytes(head[8:16], "little")
        if length > _HEADER_MAX or 16 + length > len(mapped):
            raise _broken("its header is cut off")
        header = _header(bytes(mapped[16 : 16 + length]))
        body = mapped[_padded(16 + length) :]
        if len(body) != header["body_bytes"]:
            raise _broken(f"it should hold {header['body_bytes']:,} bytes and holds {len(body):,}")
        if verify and hashlib.sha256(body).hexdigest() != header["body_sha256"]:
            raise _broken("its content has changed since it was written")
        manifest = Manifest(
            code=header["code"],
            as_of=dt.date.fromisoformat(header["as_of"]),
            areas=frozenset(header["areas"]),
            covers_all=header["covers_all"],
            rows=header["rows"],
            lines=header["lines"],
            sha256=header["sha256"],
        )
        return cls(path, manifest, header["kind"], body)

    def covers(self, e164: str) -> bool:
        """True where the copy would name the number if it were listed."""
        return self.manifest.covers_all or (len(e164) == 12 and e164[:2] == "+1" and e164[2:5] in self.manifest.areas)

    def listed(self, e164: str) -> bool | None:
        """True where the number is listed, False where it is not, None where the copy does not cover it."""
        if not is_e164(e164) or not self.covers(e164):
            return None
        if self._kind == "sorted":
            number = int(e164[1:])
            place = int(np.searchsorted(self._sorted, number))
            return place < len(self._sorted) and int(self._sorted[place]) == number
        if not (len(e164) == 12 and e164[:2] == "+1"):
            return False
        slot = int(self._slots[int(e164[2:5])])
        if slot < 0:
            return False
        rank = int(self._ranks[slot * 1000 + int(e164[5:8])])
        if rank == int(NOTHING):
            return False
        line = int(e164[8:12])
        return bool(self._bits[rank * BLOCK_BYTES + (line >> 3)] >> (line & 7) & 1)

    def listed_many(self, numbers: Ints) -> npt.NDArray[np.int8]:
        """Looks up many numbers at once.

        Args:
            numbers: E.164 without the plus, shape (n,).

        Returns:
            Shape (n,): 1 listed, 0 not listed, -1 not covered.
        """
        answer = np.full(len(numbers), 0 if self.manifest.covers_all else -1, dtype=np.int8)
        if self._kind == "sorted":
            if len(self._sorted):
                place = np.minimum(np.searchsorted(self._sorted, numbers), len(self._sorted) - 1)
                answer[self._sorted[place] == numbers] = 1
            return answer
        nanp = (numbers >= 12_000_000_000) & (numbers <= 19_999_999_999)
        slots = np.full(len(numbers), -1, dtype=np.int64)
        slots[nanp] = self._slots[(numbers[nanp] // 10_000_000 - 1000).astype(np.int64)]
        here = np.flatnonzero(slots >= 0)
        answer[here] = 0
        ranks = self._ranks[slots[here] * 1000 + numbers[here] // 10_000 % 1000]
        there = here[ranks != NOTHING]
        offset = ranks[ranks != NOTHING].astype(np.int64) * BLOCK_BYTES
        line = numbers[there] % 10_000
        answer[there] = (self._bits[offset + (line >> 3)] >> (line & 7).astype(np.uint8)) & 1
        return answer

    def numbers(self) -> Iterator[Ints]:
        """All numbers listed, E.164 without the plus, ascending, in blocks."""
        if self._kind == "sorted":
            yield self._sorted
            return
        for area in sorted(self.manifest.areas):
            slot = int(self._slots[int(area)])
            for exchange in range(1000):
                rank = int(self._ranks[slot * 1000 + exchange])
                if rank != int(NOTHING):
                    block = self._bits[rank * BLOCK_BYTES : (rank + 1) * BLOCK_BYTES]
                    lines = np.flatnonzero(np.unpackbits(block, bitorder="little")).astype(np.int64)
                    yield lines + (10_000_000_000 + int(area) * 10_000_000 + exchange * 10_000)


def _header(raw: bytes) -> dict[str, Any]:
    try:
        header = json.loads(raw)
        needed = {
            "code",
            "as_of",
            "areas",
            "covers_all",
            "rows",
            "lines",
            "sha256",
            "kind",
            "body_bytes",
            "body_sha256",
        }
        if not isinstance(header, dict) or needed - header.keys() or header["kind"] not in {"map", "sorted"}:
            raise _broken("its header is incomplete")
        dt.date.fromisoformat(header["as_of"])
    except (ValueError, TypeError) as error:
        raise _broken("its header cannot be read") from error
    return header


def _padded(length: int) -> int:
    return -(-length // 64) * 64


def store(folder: Path, manifest: Manifest, kind: str, body: Iterable[bytes]) -> RegistryVersion:
    """Writes a copy under a name of its own and opens it; a file of that name with the same content is replaced.

    The file appears whole or not at all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # The same file claimed for other area codes is another copy: one that is in force never changes under its readers.
    mark = hashlib.sha256(f"{manifest.sha256}:{','.join(sorted(manifest.areas))}".encode()).hexdigest()[:16]
    target = folder / f"{manifest.code}-{manifest.as_of.isoformat()}-{mark}{SUFFIX}"
    draft = target.with_suffix(f".{os.getpid()}.draft")
    spill = target.with_suffix(f".{os.getpid()}.body")
    digest, size = hashlib.sha256(), 0
    try:
        with spill.open("w+b") as out:
            for part in body:
                out.write(part)
                digest.update(part)
                size += len(part)
            out.seek(0)
            _write_whole(draft, manifest, kind, digest.hexdigest(), size, out)
        draft.replace(target)
    except OSError as error:
        raise BadInput(
            f"The registry copy cannot be written: {error.strerror}.", code="registry_unwritable", path=str(folder)
        ) from error
    finally:
        spill.unlink(missing_ok=True)
        draft.unlink(missing_ok=True)
    return RegistryVersion.load(target, verify=False)


def _write_whole(  # noqa: PLR0917 - called in one place.
    draft: Path, manifest: Manifest, kind: str, digest: str, size: int, body: BinaryIO
) -> None:
    header = json.dumps(
        {
            "code": manifest.code,
            "as_of": manifest.as_of.isoformat(),
            "areas": sorted(manifest.areas),
            "covers_all": manifest.covers_all,
            "rows": manifest.rows,
            "lines": manifest.lines,
            "sha256": manifest.sha256,
            "kind": kind,
            "body_bytes": size,
            "body_sha256": digest,
        }
    ).encode()
    with draft.open("wb") as out:
        out.write(MAGIC + len(header).to_bytes(8, "little") + header)
        out.write(b"\0" * (_padded(16 + len(header)) - 16 - len(header)))
        while chunk := body.read(1 << 22):
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
