"""Sign and verify with keys that are handed in (Ed25519)."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat


@dataclass(frozen=True, slots=True)
class Sealer:
    """Holds the private key; only clearance has one."""

    private: Ed25519PrivateKey

    @classmethod
    def from_bytes(cls, raw: bytes) -> Sealer:
        """Args: raw: 32 bytes of private key. Raises: ValueError for any other length."""
        return cls(Ed25519PrivateKey.from_private_bytes(raw))

    def sign(self, message: bytes) -> bytes:
        """64 bytes that only this key can make for this message."""
        return self.private.sign(message)

    def verifier(self) -> Verifier:
        return Verifier(self.private.public_key())

    def to_bytes(self) -> bytes:
        return self.private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())


@dataclass(frozen=True, slots=True)
class Verifier:
    """Holds the public key; every gate has one."""

    public: Ed25519PublicKey

    @classmethod
    def from_bytes(cls, raw: bytes) -> Verifier:
        """Args: raw: 32 bytes of public key. Raises: ValueError for any other length."""
        return cls(Ed25519PublicKey.from_public_bytes(raw))

    def holds(self, message: bytes, signature: bytes) -> bool:
        """True where the signature was made for just this message by the key's owner."""
        try:
            self.public.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def to_bytes(self) -> bytes:
        return self.public.public_bytes(Encoding.Raw, PublicFormat.Raw)
