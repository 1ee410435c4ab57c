"""A few minutes' leave to hear one recording, for one person in one session.

A player asks for its sound in many pieces, each by an address; without a ticket an address that was copied would be
worth something, and every piece would have to be explained anew. It knows no rows.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.core import signing
from django.utils.translation import gettext as _

from ahize.kernel.errors import NotAllowed
from ahize.web.base import Request

GOOD_FOR: Final = timedelta(minutes=30)
_SALT: Final = "ahize/recordings"


def made(recording: UUID, request: Request) -> tuple[str, datetime]:
    """A ticket, and until when it is good."""
    until = request.now + GOOD_FOR
    said = {"recording": str(recording), "for": _holder(request), "until": until.timestamp()}
    return signing.dumps(said, salt=_SALT), until


def check(ticket: str, recording: UUID, request: Request) -> None:
    """Raises: NotAllowed where the ticket is not for this recording, person and session, or too old."""
    try:
        said = signing.loads(ticket, salt=_SALT)
        good = (
            said["recording"] == str(recording)
            and said["for"] == _holder(request)
            and request.now < datetime.fromtimestamp(said["until"], UTC)
        )
    except (signing.BadSignature, KeyError, TypeError):
        good = False
    if not good:
        raise NotAllowed(
            _("This address is good for a few minutes and for one person."),
            code="listen_again",
            next_step=_("Open the recording again and say why you listen."),
        )


def _holder(request: Request) -> str:
    session = request.session.session_key or ""
    return hashlib.sha256(f"{request.person.id}/{session}".encode()).hexdigest()
