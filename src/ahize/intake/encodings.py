"""In which encoding is this file?

Bytes in, the name of a codec out. A byte order mark is believed, then UTF-16 without one, then UTF-8 if the whole file
fits; of the one-byte encodings Turkish and Western European are told apart by the letters that only one of them has.
It knows nothing of columns.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import BinaryIO, Literal

import numpy as np

from ahize.kernel.errors import BadInput

_CHUNK = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Where windows-1254 has Ğ İ Ş ğ ı ş, windows-1252 has Ð Ý Þ ð ý þ, letters of Icelandic and Faroese. Those languages
# write them among á í ó ú æ, which Turkish has not; so the company the six bytes keep decides.
_TURKISH_ONLY = (0xD0, 0xDD, 0xDE, 0xF0, 0xFD, 0xFE)
_NOT_TURKISH = (0xC1, 0xC6, 0xCD, 0xD3, 0xDA, 0xE1, 0xE6, 0xED, 0xF3, 0xFA)
_CONTROLS = [b for b in range(32) if b not in (9, 10, 11, 12, 13, 26)]
_MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file; unpack it first"),
    (b"7z\xbc\xaf", "a compressed file; unpack it first"),
    (b"Rar!", "a compressed file; unpack it first"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database"),
    (b"PAR1", "a Parquet file"),
)

Fallback = Literal["cp1252", "cp1254"]


@dataclass(frozen=True, slots=True)
class Encoding:
    """What the bytes are.

    Args:
        name: as people say it: ``utf-8``, ``utf-16-le``, ``windows-1254``, ``windows-1252``, ``iso-8859-1``.
        codec: Python's name for it.
        bom_bytes: length of the byte order mark, 0 where there is none.
        fallback: codec for single bytes that do not fit.
    """

    name: str
    codec: str
    bom_bytes: int
    fallback: Fallback


def unreadable(message: str, *, code: str = "unreadable_file", next_step: str = "") -> BadInput:
    """The error for a file that cannot be read as a list at all."""
    return BadInput(message, code=code, next_step=next_step or "Export the list as CSV (UTF-8) or .xlsx and try again.")


def detect(stream: BinaryIO, *, region: str | None = None) -> Encoding | None:
    """The encoding of a seekable stream, read once from its start; None where it is empty.

    Args:
        region: where the list comes from; decides only where the letters leave both Turkish and Western open.

    Raises:
        BadInput: ``unreadable_file``, where the bytes are no text.
    """
    stream.seek(0)
    head = stream.read(4096)
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise unreadable(f"This is {what}, not a list.")
    for bom, name in _BOMS:
        if head.startswith(bom):
            return None if len(head) == len(bom) else Encoding(name, name, len(bom), "cp1252")
    if not head:
        return None
    if wide := _wide(head):
        return Encoding(wide, wide, 0, "cp1252")
    return _one_byte_or_utf8(stream, head, region)


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of Western text is zero."""
    even, odd = head[::2], head[1::2]
    if len(head) >= 4 and odd.count(0) > 0.4 * len(odd) and even.count(0) < 0.05 * len(even) + 1:
        return "utf-16-le"
    if len(head) >= 4 and even.count(0) > 0.4 * len(even) and odd.count(0) < 0.05 * len(odd) + 1:
        return "utf-16-be"
    return None


def _one_byte_or_utf8(stream: BinaryIO, head: bytes, region: str | None) -> Encoding:
    stream.seek(0)
    counts = np.zeros(256, dtype=np.int64)
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8 = True
    while chunk := stream.read(_CHUNK):
        counts += np.bincount(np.frombuffer(chunk, dtype=np.uint8), minlength=256)
        if is_utf8:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                is_utf8 = False
    if is_utf8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            is_utf8 = False
    total = int(counts.sum())
    if int(counts[_CONTROLS].sum()) > 0.1 * total:
        raise unreadable("This is no text: it is full of control bytes.")
    fallback = _turkish_or_western(counts, region)
    if is_utf8 or _mostly_utf8(head if total <= len(head) else _sample(stream)):
        return Encoding("utf-8", "utf-8", 0, fallback)
    if fallback == "cp1254":
        return Encoding("windows-1254", "cp1254", 0, fallback)
    return Encoding("windows-1252" if int(counts[0x80:0xA0].sum()) else "iso-8859-1", "cp1252", 0, fallback)


def _sample(stream: BinaryIO) -> bytes:
    stream.seek(0)
    return stream.read(_CHUNK)


def _turkish_or_western(counts: np.ndarray[tuple[int], np.dtype[np.int64]], region: str | None) -> Fallback:
    turkish, western = int(counts[list(_TURKISH_ONLY)].sum()), int(counts[list(_NOT_TURKISH)].sum())
    if turkish == western:
        return "cp1254" if region == "TR" else "cp1252"
    return "cp1254" if turkish > western else "cp1252"


def _mostly_utf8(sample: bytes) -> bool:
    """True for UTF-8 with a few foreign bytes in it, as when two files were glued together."""
    text = sample.decode("utf-8", "surrogateescape")
    strays = len(re.findall("[\udc80-\udcff]", text))
    return sum(1 for c in text if c > "\x7f") - strays > 10 * strays


_STRAY = re.compile("[\udc80-\udcff]")


def mend(text: str, fallback: Fallback) -> str:
    """Gives the stray bytes of a cell the letters they have in ``fallback``."""

    def letter(match: re.Match[str]) -> str:
        byte = bytes([ord(match[0]) - 0xDC00])
        try:
            return byte.decode(fallback)
        except UnicodeDecodeError:
            return byte.decode("latin-1")

    return _STRAY.sub(letter, text)


def is_stray(text: str) -> bool:
    """True where the text holds bytes that did not fit the encoding."""
    return not text.isascii() and _STRAY.search(text) is not None
