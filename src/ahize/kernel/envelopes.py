"""A file that its writer cannot read again: sealed in segments to a lock, opened anywhere in it with the key.

The process that records calls holds the ``Lock`` alone; whoever lets people listen holds the ``Key``. Each file has a
data key of its own, drawn for it and wrapped to the lock (X25519, HKDF-SHA-256, AES-256-GCM). Its content is
AES-256-GCM in segments of 64 KiB whose nonces count, the last one marked, so that a part can be opened alone and none
can be cut off, moved or put into another file. Destroying the first bytes of a file destroys all of it.

    AHIZEv1\\n | lock's mark 8 | one-time public key 32 | wrapped data key 48 | nonce prefix 7 | segments (≤ 65536 + 16)

Refuses to know what is in a file and where it lies. Chance is an argument: ``draw(n)`` gives n secret random bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from ahize.kernel.errors import Conflict

MAGIC: Final = b"AHIZEv1\n"
SEGMENT: Final = 65_536
TAG: Final = 16
_MARK: Final = 8
_PREFIX: Final = 7
HEAD: Final = len(MAGIC) + _MARK + 32 + 48 + _PREFIX
_ZERO: Final = bytes(12)
"""The wrapping key is used once, so its nonce may be anything."""


class BrokenSeal(Conflict):
    """The file is not what was sealed, or not for this key or this purpose."""

    code = "broken_seal"


class Source(Protocol):
    """What is opened: an open file, or bytes behind one's interface."""

    def seek(self, at: int, whence: int = 0, /) -> int: ...
    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Lock:
    """Seals; cannot open."""

    public: X25519PublicKey

    @classmethod
    def from_bytes(cls, raw: bytes) -> Lock:
        """Args: raw: 32 bytes. Raises: ValueError for any other length."""
        return cls(X25519PublicKey.from_public_bytes(raw))

    def to_bytes(self) -> bytes:
        return self.public.public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def mark(self) -> bytes:
        """Eight bytes by which the fitting key is found."""
        return hashlib.sha256(self.to_bytes()).digest()[:_MARK]


@dataclass(frozen=True, slots=True)
class Key:
    """Opens what was sealed to its lock."""

    private: X25519PrivateKey

    @classmethod
    def from_bytes(cls, raw: bytes) -> Key:
        """Args: raw: 32 secret bytes. Raises: ValueError for any other length."""
        return cls(X25519PrivateKey.from_private_bytes(raw))

    def to_bytes(self) -> bytes:
        return self.private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())

    def lock(self) -> Lock:
        return Lock(self.private.public_key())


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was written: all its bytes, and their SHA-256 in hexadecimal."""

    size: int
    sha256: str


# ── sealing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def seal(chunks: Iterable[bytes], out: BinaryIO, *, lock: Lock, purpose: bytes, draw: Callable[[int], bytes]) -> Sealed:
    """Write ``chunks``, of any sizes, sealed; nothing plain ever reaches ``out``.

    Args:
        purpose: what the file is of, like a call's id; it is not written, and must be named again to open it.
    """
    once = X25519PrivateKey.from_private_bytes(draw(32))
    once_public = once.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    data_key = draw(32)
    start = MAGIC + lock.mark + once_public
    wrapping = _wrapping(once.exchange(lock.public), start, purpose)
    head = start + AESGCM(wrapping).encrypt(_ZERO, data_key, purpose) + draw(_PREFIX)
    cipher, digest, size = AESGCM(data_key), hashlib.sha256(head), len(head)
    out.write(head)
    for number, (plain, last) in enumerate(_segments(chunks)):
        sealed = cipher.encrypt(_nonce(head, number, last=last), plain, head)
        digest.update(sealed)
        size += len(sealed)
        out.write(sealed)
    return Sealed(size, digest.hexdigest())


def _segments(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The same bytes in whole segments, the last marked; an empty content is one empty segment."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) > SEGMENT:  # one is always held back, for it may be the last
            yield bytes(held[:SEGMENT]), False
            del held[:SEGMENT]
    yield bytes(held), True


def _wrapping(shared: bytes, start: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=start, info=b"ahize envelope 1" + purpose).derive(shared)


def _nonce(head: bytes, number: int, *, last: bool) -> bytes:
    return head[-_PREFIX:] + number.to_bytes(4, "big") + (b"\1" if last else b"\0")


# ── opening ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Envelope:
    """A sealed file, opened for reading anywhere in it.

    Raises: BrokenSeal where it is none, was sealed to another lock, or for another purpose.

    Attributes:
        size: of the plain content, in bytes.
    """

    def __init__(self, source: Source, *, key: Key, purpose: bytes) -> None:
        length = source.seek(0, 2)
        source.seek(0)
        head = source.read(HEAD)
        if len(head) < HEAD or not head.startswith(MAGIC) or length < HEAD + TAG:
            raise BrokenSeal("This is no sealed file, or only its beginning is there.")
        start, wrapped = head[: len(MAGIC) + _MARK + 32], head[len(MAGIC) + _MARK + 32 : -_PREFIX]
        if not any(wrapped):
            raise BrokenSeal("The key of this file was destroyed; nobody can open it.", code="seal_destroyed")
        if start[len(MAGIC) :][:_MARK] != key.lock().mark:
            raise BrokenSeal("This file was sealed to another key.", next_step="Restore the key it was sealed to.")
        try:
            shared = key.private.exchange(X25519PublicKey.from_public_bytes(start[-32:]))
            data_key = AESGCM(_wrapping(shared, start, purpose)).decrypt(_ZERO, wrapped, purpose)
        except (InvalidTag, ValueError):
            raise BrokenSeal("This file is not what was sealed, or belongs to something else.") from None
        body = length - HEAD
        self._last = max(0, -(-body // (SEGMENT + TAG)) - 1)
        self.size = body - (self._last + 1) * TAG
        self._source, self._head, self._cipher = source, head, AESGCM(data_key)

    def read(self, start: int = 0, until: int | None = None) -> Iterator[bytes]:
        """The plain bytes ``[start, until)``, in pieces, as far as there are any.

        Raises: BrokenSeal at the first segment that is not what was sealed; what came before is good.
        """
        until = self.size if until is None else min(until, self.size)
        if start >= until:
            if start == until == 0 == self.size:
                self._segment(0)  # An empty content is proven too.
            return
        for number in range(start // SEGMENT, (until - 1) // SEGMENT + 1):
            plain = self._segment(number)
            begins = number * SEGMENT
            yield plain[max(0, start - begins) : until - begins]

    def _segment(self, number: int) -> bytes:
        self._source.seek(HEAD + number * (SEGMENT + TAG))
        sealed = self._source.read(SEGMENT + TAG)
        try:
            return self._cipher.decrypt(_nonce(self._head, number, last=number == self._last), sealed, self._head)
        except InvalidTag:
            raise BrokenSeal(
                "This file has changed since it was sealed.", next_step="Restore it from a backup."
            ) from None


def destroy(file: BinaryIO) -> None:
    """Overwrite what opens the file (opened ``r+b``); the rest is noise from then on. The caller syncs and unlinks."""
    file.seek(len(MAGIC) + _MARK)
    file.write(bytes(32 + 48))
