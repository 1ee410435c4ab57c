"""One recording as a browser hears it: opened while it is sent, from wherever the player asks (HTTP ``Range``)."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Final

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from ahize.kernel.envelopes import BrokenSeal
from ahize.kernel.errors import Conflict
from ahize.web.recordings import files
from ahize.web.recordings.models import Recording

_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})\Z", re.ASCII)


def played(recording: Recording, wanted: str | None) -> HttpResponseBase:
    """The sound, or the part of it that ``wanted`` names; never kept by anybody on the way.

    Raises: NotFound, Unavailable; Conflict where the file is not what was sealed.
    """
    stack = contextlib.ExitStack()
    with _in_words(), stack:
        opened = files.opened(recording.path, attempt=recording.attempt_id, key=recording.key)
        envelope = stack.enter_context(opened)
        part = _part(wanted, envelope.size)
        if part is None:
            refused = HttpResponse(status=416)
            refused.headers["Content-Range"] = f"bytes */{envelope.size}"
            return refused
        start, until = part
        pieces = envelope.read(start, until)
        first = next(pieces, b"")  # A file that has changed is refused before anything is sent.
        response = StreamingHttpResponse(
            _sent(stack.pop_all(), first, pieces), status=206 if wanted else 200, content_type="audio/wav"
        )
        response.headers["Content-Length"] = str(until - start)
        if wanted:
            response.headers["Content-Range"] = f"bytes {start}-{until - 1}/{envelope.size}"
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = "inline"
    return response


@contextlib.contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except BrokenSeal as broken:
        raise Conflict(
            _("The file of this recording is not what was sealed."),
            code=broken.code,
            next_step=_("Restore it from a back-up; its SHA-256 is on record."),
        ) from broken


def _sent(stack: contextlib.ExitStack, first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    with stack:
        yield first
        yield from pieces


def _part(wanted: str | None, size: int) -> tuple[int, int] | None:
    """``[start, until)`` of what was asked for; None where there is no such part. Several parts at once are all."""
    found = _RANGE.match(wanted.strip()) if wanted else None
    if found is None or found.group(0) == "bytes=-":
        return 0, size
    first, last = found[1], found[2]
    start, until = (max(0, size - int(last)), size) if not first else (int(first), int(last) + 1 if last else size)
    return (start, min(until, size)) if start < min(until, size) else None
