"""The sealed files of recordings: opened for listening, destroyed for good, and the reports that lie beside them.

It knows paths and keys, no people and no rows.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Final
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from ahize.kernel.envelopes import Envelope, Key
from ahize.kernel.envelopes import destroy as destroy_seal
from ahize.kernel.errors import NotFound, Unavailable

REPORTS: Final = "reports"


def folder() -> Path:
    return Path(settings.RECORDINGS_ROOT)


@cache
def _keys(told: str) -> dict[str, Key]:
    found = (Key.from_bytes(base64.b64decode(one)) for one in told.split(",") if one.strip())
    return {key.lock().mark.hex(): key for key in found}


@contextlib.contextmanager
def opened(path: str, *, attempt: UUID, key: str) -> Iterator[Envelope]:
    """The recording of a call, for listening.

    Raises:
        NotFound: where its file is not there.
        Unavailable: where this process has not the key.
        BrokenSeal: where the file is not what was sealed.
    """
    held = _keys(settings.RECORDING_KEYS).get(key)
    if held is None:
        raise Unavailable(
            _("This recording was sealed to a key that is not here."),
            code="no_recording_key",
            next_step=_("Restore the room's keys from a back-up."),
        )
    with contextlib.ExitStack() as stack:
        yield Envelope(stack.enter_context(_file(path)), key=held, purpose=b"recording " + attempt.bytes)


def _file(path: str) -> BinaryIO:
    try:
        return (folder() / path).open("rb")
    except FileNotFoundError:
        raise NotFound(
            _("The file of this recording is not there."),
            code="recording_file_gone",
            next_step=_("Restore it from a back-up; its SHA-256 is on record."),
        ) from None


def destroy(path: str) -> None:
    """Make it noise, then remove it; nothing where it is gone already. Raises: OSError."""
    file = folder() / path
    try:
        with file.open("r+b") as out:
            destroy_seal(out)
            out.flush()
            os.fsync(out.fileno())
    except FileNotFoundError:
        return
    file.unlink(missing_ok=True)


def reports() -> Iterator[tuple[Path, dict[str, Any]]]:
    """What the gate wrote down beside the recordings and nobody has settled yet."""
    for file in sorted((folder() / REPORTS).glob("*.json")):
        with contextlib.suppress(FileNotFoundError, ValueError):
            read = json.loads(file.read_bytes())
            if isinstance(read, dict):
                yield file, read
