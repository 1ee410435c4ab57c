"""Is this number on that list, in the copy of which day?

One immutable file a version, mapped into memory and shared by all processes. The answer is yes, no, or None where the
copy does not cover the number: never “clean” for what nobody looked up. It knows nothing of sellers, ages and laws.

The file: 16 bytes (magic, length of the header), a JSON header, padding, then one of the two bodies of ``bodies``.
Beside it lies its seal: what the file looked like when its content was last hashed. A file that still looks so is
mapped at once; any other is hashed first.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import mmap
import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ahize.kernel.errors import BadInput
from ahize.kernel.phone import calling_code, is_e164
from ahize.registries.bodies import Body, DenseMap, Ints, Look, SortedList, Verdicts

MAGIC = b"AHIZEREG"
SUFFIX = ".ahreg"
SEAL = ".seal"
_HEADER_MAX = 1 << 20
_ALIGNED = 64
_NEEDED = frozenset(
    ("code", "as_of", "areas", "covers_all", "rows", "lines", "sha256", "kind", "body_bytes", "body_sha256")
)


def damaged(why: str) -> BadInput:
    """A stored copy cannot be relied on."""
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
        areas: what is covered: area codes of North America like ``212``, or calling codes like ``+44``; empty with
            ``covers_all``.
        covers_all: True where a number that is not in the copy is not listed, wherever it is.
        rows: numbers in it, each counted once.
        lines: numbers in the file it was made of, repeated ones included.
        sha256: of that file; of a change, of its base's and its own together.
    """

    code: str
    as_of: dt.date
    areas: frozenset[str]
    covers_all: bool
    rows: int
    lines: int
    sha256: str

    def covers(self, e164: str) -> bool:
        """True where the copy would name the number if it were listed."""
        return self.covers_all or area_of(e164) in self.areas

    @classmethod
    def of(cls, header: dict[str, Any]) -> Manifest:
        """As it stands in a header."""
        return cls(
            code=header["code"],
            as_of=dt.date.fromisoformat(header["as_of"]),
            areas=frozenset(header["areas"]),
            covers_all=header["covers_all"],
            rows=header["rows"],
            lines=header["lines"],
            sha256=header["sha256"],
        )

    def header(self) -> dict[str, Any]:
        """As it stands in a header."""
        return {
            "code": self.code,
            "as_of": self.as_of.isoformat(),
            "areas": sorted(self.areas),
            "covers_all": self.covers_all,
            "rows": self.rows,
            "lines": self.lines,
            "sha256": self.sha256,
        }

    @property
    def name(self) -> str:
        """The name of its file without ending.

        The same file claimed for other area codes is another copy: one in force never changes under its readers.
        """
        mark = hashlib.sha256(f"{self.sha256}:{','.join(sorted(self.areas))}".encode()).hexdigest()[:16]
        return f"{self.code}-{self.as_of.isoformat()}-{mark}"


def area_of(e164: str) -> str:
    """What a copy must cover to know the number: an area code of North America, or a calling code with its plus."""
    return e164[2:5] if len(e164) == 12 and e164.startswith("+1") else f"+{calling_code(e164)}"


class RegistryVersion:
    """One copy of a registry, opened for reading."""

    def __init__(self, path: Path, manifest: Manifest, body: Body) -> None:
        self.path = path
        self.manifest = manifest
        self.body = body
        self.listed: Look = body.look()

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
        """What is covered: area codes, or calling codes with a plus."""
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
            verify: whether the whole body is hashed and compared, sealed or not; about 0.2 s for the whole United
                States. Without it a file that looks as it did when it was sealed is taken at its seal's word.

        Raises:
            BadInput: ``registry_missing`` or ``registry_damaged``.
        """
        path = Path(path)
        try:
            with path.open("rb") as file:
                seal = _look(os.fstat(file.fileno()))
                head = file.read(16)
                if len(head) < 16 or head[:8] != MAGIC:
                    raise damaged("it is no registry copy")
                mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except OSError as error:
            raise BadInput(
                "The stored registry copy cannot be opened.",
                code="registry_missing",
                next_step="Load the registry file again.",
                path=str(path),
            ) from error
        if verify or not _is_sealed(path, seal):
            version = cls.read(path, mapped, verify=True)
            _seal(path, seal)
            return version
        return cls.read(path, mapped, verify=False)

    @classmethod
    def read(cls, path: Path, mapped: memoryview, *, verify: bool) -> RegistryVersion:
        """A copy that lies in memory, mapped or unpacked.

        Raises:
            BadInput: ``registry_damaged``.
        """
        length = int.from_bytes(mapped[8:16], "little")
        if bytes(mapped[:8]) != MAGIC or length > _HEADER_MAX or 16 + length > len(mapped):
            raise damaged("its header is cut off")
        header = _header(bytes(mapped[16 : 16 + length]))
        body = mapped[_padded(16 + length) :]
        if len(body) != header["body_bytes"]:
            raise damaged(f"it should hold {header['body_bytes']:,} bytes and holds {len(body):,}")
        if verify and hashlib.sha256(body).hexdigest() != header["body_sha256"]:
            raise damaged("its content has changed since it was written")
        manifest = Manifest.of(header)
        kind = DenseMap if header["kind"] == "map" else SortedList
        return cls(path, manifest, kind(manifest.areas, body))

    def covers(self, e164: str) -> bool:
        """True where the copy would name the number if it were listed."""
        return is_e164(e164) and self.manifest.covers(e164)

    def lookup(self, numbers: Ints) -> Verdicts:
        """Looks up many numbers at once: the clearing of a list and a single check read the same bytes.

        Args:
            numbers: E.164 without the plus, shape (n,).

        Returns:
            Shape (n,): ``LISTED``, ``NOT_LISTED`` or ``NOT_COVERED`` of ``bodies``.
        """
        return self.body.lookup(numbers)

    def numbers(self) -> Iterator[Ints]:
        """All numbers listed, E.164 without the plus, ascending, in blocks."""
        return self.body.numbers()

    def count(self, areas: Collection[str] | None = None) -> int:
        """How many numbers are listed, counted anew: in some area codes, or in all."""
        return self.body.count(areas)


def _header(raw: bytes) -> dict[str, Any]:
    try:
        header = json.loads(raw)
        if not isinstance(header, dict) or _NEEDED - header.keys() or header["kind"] not in {"map", "sorted"}:
            raise damaged("its header is incomplete")
        dt.date.fromisoformat(header["as_of"])
    except (ValueError, TypeError) as error:
        raise damaged("its header cannot be read") from error
    return header


def _padded(length: int) -> int:
    return -(-length // _ALIGNED) * _ALIGNED


# ── seals ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _look(state: os.stat_result) -> str:
    """What a change of the content cannot leave as it is, short of forging the clock of the file system."""
    return f"{state.st_ino} {state.st_size} {state.st_mtime_ns}"


def _is_sealed(path: Path, look: str) -> bool:
    try:
        return path.with_suffix(SEAL).read_text(encoding="ascii") == look
    except (OSError, ValueError):
        return False


def _seal(path: Path, look: str) -> None:
    """Whoever may not write beside the copy hashes it again next time; no more comes of it."""
    draft = path.with_suffix(f".{os.getpid()}{SEAL}")
    try:
        draft.write_text(look, encoding="ascii")
        draft.replace(path.with_suffix(SEAL))
    except OSError:
        draft.unlink(missing_ok=True)


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────


def store(folder: Path, manifest: Manifest, kind: str, body: Iterable[bytes | memoryview]) -> RegistryVersion:
    """Writes a copy under a name of its own and opens it; a file of that name with the same content is replaced.

    The file appears whole or not at all: written beside its place, synced, renamed, and the folder synced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{manifest.name}{SUFFIX}"
    draft = target.with_suffix(f".{os.getpid()}.draft")
    digest, size = hashlib.sha256(), 0
    # The header's length is settled first: what is not known yet is as long as what will stand there.
    room = len(_written(manifest, kind, "0" * 64, 10**18))
    try:
        with draft.open("wb") as out:
            out.seek(_padded(16 + room))
            for part in body:
                out.write(part)
                digest.update(part)
                size += memoryview(part).nbytes
            out.truncate(_padded(16 + room) + size)
            out.seek(0)
            out.write(MAGIC + room.to_bytes(8, "little"))
            out.write(_written(manifest, kind, digest.hexdigest(), size).ljust(room))
            out.flush()
            os.fsync(out.fileno())
            look = _look(os.fstat(out.fileno()))
        draft.replace(target)
        _sync_folder(folder)
    except OSError as error:
        raise BadInput(
            f"The registry copy cannot be written: {error.strerror}.",
            code="registry_unwritable",
            next_step="Make room on the disk, or have the folder's rights set, and load the file again.",
            path=str(folder),
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    _seal(target, look)
    return RegistryVersion.load(target, verify=False)


def _written(manifest: Manifest, kind: str, digest: str, size: int) -> bytes:
    return json.dumps({**manifest.header(), "kind": kind, "body_bytes": size, "body_sha256": digest}).encode()


def _sync_folder(folder: Path) -> None:
    """A rename is kept through a loss of power once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
