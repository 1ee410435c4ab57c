"""The key and certificate with which calls are signed (STIR/SHAKEN): do they fit together, and until when do they hold?

Reads PEM; refuses to know trunks and to sign anything. RFC 8226 asks for P-256 keys.
"""

from __future__ import annotations

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput


def holds_until(certificate: str, *, now: datetime) -> datetime:
    """When it expires. Raises: BadInput where the text is no certificate, or it is not in force."""
    read = _certificate(certificate)
    if read.not_valid_after_utc <= now:
        raise _bad(
            "certificate",
            _("This certificate expired on %(day)s.") % {"day": read.not_valid_after_utc.date().isoformat()},
            _("Ask your certification authority for a new one."),
        )
    if read.not_valid_before_utc > now:
        raise _bad(
            "certificate",
            _("This certificate is in force only from %(day)s.")
            % {"day": read.not_valid_before_utc.date().isoformat()},
            _("Enter it then, and keep the present one until that day."),
        )
    return read.not_valid_after_utc


def fit(key: str, certificate: str) -> None:
    """Raises: BadInput where the key is no P-256 key, or not the one that the certificate speaks of."""
    try:
        private = load_pem_private_key(key.encode(), password=None)
    except (ValueError, TypeError):
        raise _bad(
            "stir_key",
            _("This is no private key in PEM without a password."),
            _("Paste the whole text, from BEGIN to END."),
        ) from None
    if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
        raise _bad(
            "stir_key", _("Calls are signed with a P-256 key; this is another kind."), _("Ask for an ES256 key.")
        )
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if private.public_key().public_bytes(*form) != _certificate(certificate).public_key().public_bytes(*form):
        raise _bad(
            "stir_key",
            _("The key and the certificate do not belong together."),
            _("Enter the key with which the certificate was asked for."),
        )


def _certificate(text: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(text.encode())
    except ValueError:
        raise _bad(
            "certificate",
            _("This is no certificate in PEM."),
            _("Paste the whole text, from BEGIN CERTIFICATE to END CERTIFICATE."),
        ) from None


def _bad(field: str, said: str, next_step: str) -> BadInput:
    return BadInput(said, next_step=next_step, fields=[{"field": field, "message": said}])
