"""The lines of a registry file: cut into blocks, counted, and refused with their number where they are not what they
should be. Shared by all readers; it knows no layout."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, NoReturn

import numpy as np
import numpy.typing as npt

from ahize.kernel.errors import BadInput

Numbers = npt.NDArray[np.int64]

BLOCK = 4 << 20
LINE_MAX = 10_000
AGAIN = "Fetch the file again; nothing was loaded."

HEADER = re.compile(rb"[\sA-Za-z_,;|\"#.()-]*")
DATE = re.compile(
    rb"([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?:[T ][0-9:.]+Z?)?|([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(?: [0-9:]+)?"
)
_HTML = re.compile(
    rb"<\s*(?:!doctype\s+html|html|head|body|title|script|div|p|br|h[1-6]|meta|table|a|span|form)\b", re.I
)


def refuse(line: int, expected: str) -> NoReturn:
    """This line is not what it should be."""
    raise BadInput(
        f"Line {line:,} of the registry file is not {expected}.", code="registry_line", next_step=AGAIN, line=line
    )


def refuse_html(text: bytes, line: int) -> None:
    """Raise where ``text`` has a web page's tag in it: the download met an error page, at its start or half-way.

    Args:
        line: of the file, of the first line of ``text``.
    """
    if found := _HTML.search(text):
        at = line + text.count(b"\n", 0, found.start())
        raise BadInput(
            f"Line {at:,} of the registry file is part of a web page, not of a list: what was downloaded is an error "
            "or a sign-in page, or holds one.",
            code="registry_html",
            next_step="Sign in at the registry and fetch the file again; nothing was loaded.",
            line=at,
        )


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Says in which file of an archive it was. An empty name says nothing."""
    try:
        yield
    except BadInput as wrong:
        if not name:
            raise
        raise BadInput(
            f"In {name}: {wrong.message}", code=wrong.code, next_step=wrong.next_step, **{**wrong.facts, "file": name}
        ) from wrong


def blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Blocks that end with a line, each line at most 10,000 bytes long."""
    stream.seek(0)
    if stream.read(3) != b"\xef\xbb\xbf":
        stream.seek(0)
    tail = b""
    while chunk := stream.read(BLOCK):
        block = tail + chunk
        end = block.rfind(b"\n") + 1
        if len(block) - end > LINE_MAX and b"\r" in block[end:]:
            block = block[:end] + block[end:].replace(b"\r", b"\n")
            end = block.rfind(b"\n") + 1
        if len(block) - end > LINE_MAX:
            raise BadInput(
                "A line of the registry file is too long: this is no registry file.",
                code="registry_line",
                next_step=AGAIN,
            )
        tail = block[end:]
        if end:
            yield block[:end]
    if tail.strip():
        yield tail


class Days:
    """The last day that a change file names."""

    def __init__(self) -> None:
        self.latest: dt.date | None = None
        self._seen: set[bytes] = set()

    def is_day(self, text: bytes) -> bool:
        """True where the text is a date; then it is noted. Two numbers with slashes are month and day, as in the US."""
        if text in self._seen:
            return True
        found = DATE.fullmatch(text)
        if found is None:
            return False
        year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[4], found[5])
        try:
            on = dt.date(int(year), int(month), int(day))
        except ValueError:
            return False
        self._seen.add(text)
        self.latest = on if self.latest is None else max(self.latest, on)
        return True
