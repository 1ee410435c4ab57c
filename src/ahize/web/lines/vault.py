"""Secrets of a house at rest: sealed with a key of this installation, opened only for the gate.

AES-256-GCM under ``settings.FIELD_KEY``. A sealed value is bound to its place, so that it cannot be moved to another
row. Whoever may read the table reads nothing.
"""

from __future__ import annotations

import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

from ahize.kernel.errors import Unavailable

_NONCE = 12


def seal(text: str, *, of: UUID, field: str) -> bytes:
    """Sealed for one field of one row; an empty text stays empty."""
    if not text:
        return b""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(settings.FIELD_KEY).encrypt(nonce, text.encode(), _place(of, field))


def unseal(sealed: bytes | memoryview, *, of: UUID, field: str) -> str:
    """What was sealed. Raises: Unavailable where this installation's key does not open it."""
    raw = bytes(sealed)
    if not raw:
        return ""
    try:
        return AESGCM(settings.FIELD_KEY).decrypt(raw[:_NONCE], raw[_NONCE:], _place(of, field)).decode()
    except InvalidTag:
        raise Unavailable(
            _("A secret was sealed with another key than this installation has."),
            code="sealed_with_another_key",
            next_step=_("Restore the key from a back-up, or enter the secret again."),
            field=field,
        ) from None


def _place(of: UUID, field: str) -> bytes:
    return f"ahize/lines/{field}/{of}".encode()
