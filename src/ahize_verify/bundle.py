"""The bundle: a zip whose signed manifest names every item with its hash, each line chained to the one before."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ahize_verify.seals import canonical, is_signed, sha256

FORMAT = "ahize-bundle/1"
MANIFEST = "manifest.json"
_MANIFEST_BYTES_MAX = 64 << 20
_BLOCK = 1 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)


class NoBundle(Exception):
    """It cannot be read at all; the sentence says what it is and what to do."""


class Bundle:
    """An open bundle. Believe nothing in it before ``flaws`` is empty.

    Raises: NoBundle.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError:
            raise NoBundle(f"{path} is not there.") from None
        except _BROKEN as wrong:
            raise NoBundle(f"{path} is no whole zip ({wrong}). It was cut short or changed: fetch it again.") from None
        try:
            self.manifest: Mapping[str, Any] = json.loads(b"".join(self._pieces(MANIFEST, _MANIFEST_BYTES_MAX)))
            self._listed = {item["path"]: item for item in self.manifest["items"]}
            version = self.manifest["format"]
        except KeyError:
            raise NoBundle(f"{path} has no {MANIFEST} of ours: it is no bundle, or half of one.") from None
        except (*_BROKEN, ValueError, TypeError, RecursionError) as wrong:
            raise NoBundle(f"{MANIFEST} cannot be read ({wrong}): the bundle was changed.") from None
        if version != FORMAT:
            raise NoBundle(f"The bundle is of format {version!r}, and this program reads {FORMAT!r}: take its own.")

    def __contains__(self, path: str) -> bool:
        return path in self._listed

    @property
    def paths(self) -> list[str]:
        return list(self._listed)

    def flaws(self, key: bytes | None) -> Iterator[str]:
        """What was changed, left out, added or moved. ``key``: who must have signed; None: whom the manifest names."""
        try:
            yield from self._of_manifest(key)
        except (KeyError, TypeError, ValueError) as wrong:
            yield f"{MANIFEST}: it is misshapen ({wrong!r})"
            return
        names = self._zip.namelist()
        known = [*self._listed, MANIFEST]
        for name in sorted(set(names) - set(known)):
            yield f"{name}: the manifest does not name it"
        for name in sorted(set(known) - set(names)):
            yield f"{name}: it is missing"
        if sorted(names) == sorted(known) and names != known:
            yield "the items stand in another order than the manifest names them"
        if len(set(names)) < len(names):
            yield "an item stands in it twice"
        for path in (path for path in self._listed if path in names):
            yield from self._of_item(path)

    def _of_manifest(self, key: bytes | None) -> Iterator[str]:
        given = dict(self.manifest)
        signature, named = bytes.fromhex(given.pop("signature")), bytes.fromhex(given["key"])
        if key is not None and named != key:
            yield f"{MANIFEST}: it is signed by {named.hex()}, not by {key.hex()}"
        if not is_signed(named, signature, canonical(given).encode()):
            yield f"{MANIFEST}: its signature does not hold"
        line = ""
        for item in given["items"]:
            line = sha256(line + "\n" + canonical({name: item[name] for name in ("path", "bytes", "sha256")}))
            if line != item["line"]:
                yield f"{item['path']}: its line in the manifest does not follow from the line before"
                line = item["line"]
        if line != given["head"]:
            yield f"{MANIFEST}: its head is not its last line"

    def _of_item(self, path: str) -> Iterator[str]:
        item, digest, size = self._listed[path], hashlib.sha256(), 0
        try:
            for piece in self._pieces(path, item["bytes"] + 1):
                digest.update(piece)
                size += len(piece)
        except _BROKEN as wrong:
            yield f"{path}: its bytes were changed ({wrong})"
            return
        if size != item["bytes"]:
            yield f"{path}: {item['bytes']} bytes were sealed, and it has another length"
        elif digest.hexdigest() != item["sha256"]:
            yield f"{path}: its bytes were changed"

    def read(self, path: str) -> bytes:
        return b"".join(self._pieces(path, self._listed[path]["bytes"]))

    def json(self, path: str) -> Any:
        return json.loads(self.read(path))

    def lines(self, path: str) -> Iterator[tuple[int, Any]]:
        """Each line of JSON with its number from 1; the file is never whole in memory."""
        rest, number = b"", 0
        for piece in self._pieces(path, self._listed[path]["bytes"]):
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                number += 1
                yield number, json.loads(line)
        if rest.strip():
            yield number + 1, json.loads(rest)

    def _pieces(self, path: str, most: int) -> Iterator[bytes]:
        """Never more than was promised: a small zip may claim to hold the world."""
        with self._zip.open(path) as item:
            while most > 0 and (piece := item.read(min(_BLOCK, most))):
                most -= len(piece)
                yield piece
