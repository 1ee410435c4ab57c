"""The bundle: a zip of items with a signed manifest last, the same bytes for the same content.

``Writer`` makes one, ``Reader`` opens one and says in words what does not fit: which item, what was expected, what was
found. It knows the names of items and their bytes, and refuses to know what they mean (``docs/reference/proof.md``).

    manifest.json  {"format", "made_at", "made_by", "tenant", "about", "items": [{"path", "bytes", "sha256", "line"}],
                    "head", "signature", "key"}

A line is SHA-256 of the line before (or nothing), a newline, and the canonical JSON of the item's path, bytes and
sha256; ``head`` is the last line. Signed is the canonical manifest without ``signature``.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from types import TracebackType
from typing import IO, Any, Final, cast

from ahize.kernel.errors import BadInput
from ahize.kernel.seals import Sealer, Verifier
from ahize.proof.canonical import canonical, sha256

FORMAT: Final = "ahize-bundle/1"
MANIFEST: Final = "manifest.json"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The first time that a zip can name; the real one stands in the manifest."""
_PACKED: Final = (".json", ".jsonl", ".txt", ".csv")
"""What is deflated; all else (PDF, sound) would not get smaller."""
_BLOCK: Final = 1 << 20
MANIFEST_BYTES_MAX: Final = 64 << 20


class BadBundle(BadInput):
    """A file that is no bundle, or not the one that was sealed."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that does not fit.

    Args:
        code: for programs, like ``changed``; ``Reader.check`` has them all.
        where: the item's path, or ``manifest.json``, or empty for the file itself.
        what: the sentence.
    """

    code: str
    where: str
    what: str
    expected: str = ""
    found: str = ""

    def __str__(self) -> str:
        beside = f" (expected {self.expected}, found {self.found})" if self.expected or self.found else ""
        return f"{self.where or 'the file'}: {self.what}{beside}"


def line_of(previous: str, path: str, size: int, digest: str) -> str:
    """The line of one item, chained to the line before."""
    return sha256(previous + "\n" + canonical({"path": path, "bytes": size, "sha256": digest}))


def _proper(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return (
        bool(path)
        and path == "/".join(parts)
        and not path.startswith("/")
        and ".." not in parts
        and "\\" not in path
        and path.isprintable()
    )


class _Outward(io.RawIOBase):
    """A stream that cannot go back: a zip written to it is the same whether it goes to a file or over the network."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._out.write(bytes(data))
        return len(data)


class Writer:
    """Writes one bundle. Add items in the order of their paths, then ``close``; a context manager does it.

    Args:
        out: where the zip goes; never sought back in, so a network stream will do.
        sealer: the proof key.
        about: what the bundle is of, in words of its maker: JSON.
    """

    def __init__(
        self,
        out: IO[bytes],
        *,
        sealer: Sealer,
        tenant: str,
        made_at: datetime,
        made_by: str,
        about: Mapping[str, Any],
    ) -> None:
        self._zip = zipfile.ZipFile(_Outward(out), "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self._sealer = sealer
        self._given = {
            "format": FORMAT,
            "made_at": made_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "made_by": made_by,
            "tenant": tenant,
            "about": dict(about),
        }
        self.items: list[dict[str, Any]] = []
        self.head = ""

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()

    def add(self, path: str, content: bytes | str | Iterable[bytes]) -> str:
        """Add an item, whole or in pieces; its SHA-256.

        Raises: ValueError where the path is none, is there already, or does not come after the last one.
        """
        if not _proper(path) or path == MANIFEST:
            raise ValueError(f"{path!r} is no path for an item: plain, relative, with forward slashes, not {MANIFEST}")
        if self.items and path <= self.items[-1]["path"]:
            raise ValueError(f"{path!r} comes after {self.items[-1]['path']!r}: add items in the order of their paths")
        if isinstance(content, str):
            content = content.encode()
        digest, size = hashlib.sha256(), 0
        with self._zip.open(_entry(path), "w", force_zip64=True) as item:
            for piece in (content,) if isinstance(content, bytes) else content:
                digest.update(piece)
                size += len(piece)
                item.write(piece)
        self.head = line_of(self.head, path, size, digest.hexdigest())
        self.items.append({"path": path, "bytes": size, "sha256": digest.hexdigest(), "line": self.head})
        return digest.hexdigest()

    def add_json(self, path: str, value: Any) -> str:
        """Add a JSON value in its canonical form."""
        return self.add(path, canonical(value))

    def close(self) -> dict[str, Any]:
        """Write the manifest and end the zip; the manifest."""
        manifest = {
            **self._given,
            "items": self.items,
            "head": self.head,
            "key": self._sealer.verifier().to_bytes().hex(),
        }
        manifest["signature"] = self._sealer.sign(canonical(manifest).encode()).hex()
        with self._zip.open(_entry(MANIFEST), "w", force_zip64=True) as item:
            item.write(canonical(manifest).encode())
        self._zip.close()
        return manifest


def _entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED if path.endswith(_PACKED) else zipfile.ZIP_STORED
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry


class Reader:
    """A bundle that is open. Nothing is believed of it before ``check`` has found no flaw.

    Raises:
        BadBundle: where it is no zip, cut short, has no manifest, or one of another format.
    """

    def __init__(self, file: IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as wrong:
            raise BadBundle(
                f"It is no whole zip: {wrong}. A bundle that was cut short in transfer looks like this.",
                next_step="Fetch it again and compare its size.",
                code="no_zip",
            ) from None
        self.manifest = self._manifest()

    def _manifest(self) -> dict[str, Any]:
        again = "Ask for the bundle again from where it was made."
        try:
            raw = b"".join(self._pieces(MANIFEST, MANIFEST_BYTES_MAX))
            found = json.loads(raw)
        except KeyError:
            raise BadBundle(
                f"It has no {MANIFEST}, so it is no bundle of ours.", next_step=again, code="no_manifest"
            ) from None
        except (*_UNREADABLE, ValueError, RecursionError) as wrong:
            raise BadBundle(f"{MANIFEST} cannot be read: {wrong}.", next_step=again, code="bad_manifest") from None
        version = found.get("format") if isinstance(found, dict) else None
        if version != FORMAT:
            raise BadBundle(
                f"{MANIFEST} says format {version!r}; this reader knows {FORMAT!r}.",
                next_step="Use the verifier of the release that made it.",
                code="other_format",
            )
        why = _misshapen(found)
        if why:
            raise BadBundle(f"{MANIFEST}: {why}.", next_step=again, code="bad_manifest")
        return cast(dict[str, Any], found)

    @property
    def paths(self) -> list[str]:
        """Of the items, as the manifest lists them."""
        return [item["path"] for item in self.manifest["items"]]

    def read(self, path: str) -> bytes:
        """An item whole. Raises: BadBundle where it is missing or is not what was sealed."""
        return b"".join(self.stream(path))

    def stream(self, path: str) -> Iterator[bytes]:
        """An item piece by piece; that it is what was sealed shows at its end. Raises: BadBundle."""
        listed = next((item for item in self.manifest["items"] if item["path"] == path), None)
        if listed is None:
            raise BadBundle(f"{path}: the manifest lists no such item.", code="not_listed")
        digest = hashlib.sha256()
        try:
            for piece in self._pieces(path, listed["bytes"]):
                digest.update(piece)
                yield piece
        except KeyError:
            raise BadBundle(f"{path}: it is missing.", code="missing") from None
        except _UNREADABLE as wrong:
            raise BadBundle(f"{path}: it cannot be read ({wrong}); bytes were changed.", code="changed") from None
        if digest.hexdigest() != listed["sha256"]:
            raise BadBundle(f"{path}: it is not what was sealed.", code="changed")

    def check(self, key: bytes | None = None) -> list[Flaw]:
        """All that does not fit, in the order of the manifest; an empty list: it is whole.

        Args:
            key: the public key that must have signed; None: the one that the manifest names (then somebody else's
                bundle, sealed anew, is whole too: compare the key with one that you had before).
        """
        return [*self._of_manifest(key), *self._of_zip(), *self._of_items()]

    def _of_manifest(self, key: bytes | None) -> Iterator[Flaw]:
        given = dict(self.manifest)
        signature, named = given.pop("signature"), bytes.fromhex(given["key"])
        if key is not None and named != key:
            yield Flaw("other_key", MANIFEST, "it is signed by another key", key.hex(), named.hex())
        try:
            holds = Verifier.from_bytes(named).holds(canonical(given).encode(), bytes.fromhex(signature))
        except ValueError:
            holds = False
        if not holds:
            yield Flaw("bad_signature", MANIFEST, "its signature does not hold: the manifest was changed")
        line = ""
        for item in given["items"]:
            line = line_of(line, item["path"], item["bytes"], item["sha256"])
            if line != item["line"]:
                what = "its line does not follow from the line before: the manifest was changed, or items reordered"
                yield Flaw("bad_line", item["path"], what, line, item["line"])
                line = item["line"]
        if line != given["head"]:
            yield Flaw(
                "bad_head", MANIFEST, "its head is not the last line: items are missing at the end", line, given["head"]
            )

    def _of_zip(self) -> Iterator[Flaw]:
        there, listed = self._zip.namelist(), self.paths
        for name in sorted({name for name in there if there.count(name) > 1} if len(set(there)) < len(there) else ()):
            yield Flaw("twice", name, "it stands in the zip twice")
        known = {*listed, MANIFEST}
        for name in there:
            if name not in known:
                yield Flaw("extra", name, "the manifest does not list it")
        both = [name for name in there if name in known]
        wanted = [name for name in [*listed, MANIFEST] if name in set(there)]
        if both != wanted:
            at = next((n for n, (one, two) in enumerate(zip(both, wanted, strict=False)) if one != two), 0)
            yield Flaw("reordered", both[at], "the zip has its items in another order", wanted[at], both[at])

    def _of_items(self) -> Iterator[Flaw]:
        for item in self.manifest["items"]:
            path, digest, size = item["path"], hashlib.sha256(), 0
            try:
                for piece in self._pieces(path, item["bytes"] + 1):
                    digest.update(piece)
                    size += len(piece)
            except KeyError:
                yield Flaw("missing", path, "it is missing from the zip")
            except _UNREADABLE as wrong:
                yield Flaw("changed", path, f"it cannot be read ({wrong}): bytes were changed")
            else:
                if size != item["bytes"]:
                    found = f"{size} bytes" if size <= item["bytes"] else "more"
                    yield Flaw("changed", path, "it has another length", f"{item['bytes']} bytes", found)
                elif digest.hexdigest() != item["sha256"]:
                    yield Flaw("changed", path, "its bytes were changed", item["sha256"], digest.hexdigest())

    def _pieces(self, path: str, most: int) -> Iterator[bytes]:
        """Never more than is expected: a small zip may claim to hold the world."""
        with self._zip.open(path) as item:
            while most > 0 and (piece := item.read(min(_BLOCK, most))):
                most -= len(piece)
                yield piece


_UNREADABLE: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)
"""How a zip says that bytes of an entry were changed, cut, or encrypted."""


def _misshapen(found: Mapping[str, Any]) -> str:
    """What is wrong with the manifest's shape; empty: nothing."""
    for name in ("made_at", "made_by", "tenant", "head", "signature", "key"):
        if not isinstance(found.get(name), str):
            return f"{name!r} must be a text"
    try:
        bytes.fromhex(found["key"])
    except ValueError:
        return "'key' must be hexadecimal"
    if not isinstance(found.get("about"), dict) or not isinstance(found.get("items"), list):
        return "'about' must be an object and 'items' a list"
    wrong = ((number, _misshapen_item(item)) for number, item in enumerate(found["items"], start=1))
    return next((f"item {number} {why}" for number, why in wrong if why), "")


def _misshapen_item(item: Any) -> str:
    if not isinstance(item, dict) or not all(isinstance(item.get(name), str) for name in ("path", "sha256", "line")):
        return "must have the texts path, sha256 and line"
    if not isinstance(item.get("bytes"), int) or isinstance(item["bytes"], bool) or item["bytes"] < 0:
        return f"({item['path']}) must have its length in bytes"
    return "" if _proper(item["path"]) else "has an improper path"
