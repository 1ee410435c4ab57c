"""The built screens: files from one folder, held in memory, with the right headers. What they show it doesn't know."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ahize.web.middleware import SAFE_HEADERS

Scope = MutableMapping[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]

HASHED = "/assets/"
"""The build names these files by their content, so a copy is good for ever."""
SMALL = 1_024
NOT_BUILT = b"The screens are not built. Run ./ahize up, which builds them.\n"


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is sent."""

    body: bytes
    zipped: bytes | None
    kind: str
    tag: str
    built_ns: int


class Screens:
    """Answers GET and HEAD from ``folder``; an address that is no file is one of the application's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._files: dict[Path, File] = {}

    async def answer(self, scope: Scope, send: Send) -> None:
        if scope["method"] not in {"GET", "HEAD"}:
            await _send(send, 405, b"", {"Allow": "GET, HEAD", "Content-Length": "0"})
            return
        found = self._find(scope["path"])
        if found is None:
            status, body = (503, NOT_BUILT) if not (self._folder / "index.html").is_file() else (404, b"Not found.\n")
            await _send(send, status, body, {"Content-Type": "text/plain; charset=utf-8"})
            return
        file, for_ever = found
        headers = {
            "Content-Type": file.kind,
            "ETag": file.tag,
            "Vary": "Accept-Encoding",
            "Cache-Control": "public, max-age=31536000, immutable" if for_ever else "no-cache",
        }
        asked = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        if file.tag in asked.get("if-none-match", ""):
            await _send(send, 304, b"", headers)
            return
        body = file.body
        if file.zipped is not None and "gzip" in asked.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = file.zipped
        headers["Content-Length"] = str(len(body))
        await _send(send, 200, body if scope["method"] == "GET" else b"", headers)

    def _find(self, path: str) -> tuple[File, bool] | None:
        """The file for an address, and whether a copy of it is good for ever."""
        wanted = (self._folder / path.lstrip("/")).resolve() if "\x00" not in path else self._folder
        if wanted.is_relative_to(self._folder) and wanted.is_file():
            return self._read(wanted), path.startswith(HASHED)
        index = self._folder / "index.html"
        # An address with an ending is a file that is not there; answering it with a page would only confuse.
        if path.startswith(HASHED) or "." in path.rsplit("/", 1)[-1] or not index.is_file():
            return None
        return self._read(index), False

    def _read(self, path: Path) -> File:
        built_ns = path.stat().st_mtime_ns
        known = self._files.get(path)
        if known is not None and known.built_ns == built_ns:
            return known
        body = path.read_bytes()
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        textual = kind.startswith("text/") or kind in {"application/javascript", "application/json", "image/svg+xml"}
        file = File(
            body=body,
            zipped=gzip.compress(body, 6, mtime=0) if textual and len(body) > SMALL else None,
            kind=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
            tag=f'"{hashlib.sha256(body).hexdigest()[:32]}"',
            built_ns=built_ns,
        )
        self._files[path] = file
        return file


async def _send(send: Send, status: int, body: bytes, headers: dict[str, str]) -> None:
    every = {**SAFE_HEADERS, "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", **headers}
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in every.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
