"""Whoever has proven a number hears their own calls: a signed address for each, good as long as the proof is.

An audio element asks by an address and sends no form, so the address carries a ticket: which recording, for which
proof. It names no number, and opens nothing once the proof is over, the number erased or the sound destroyed. Refuses
to know how a recording is opened.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.core import signing
from django.utils.translation import gettext as _

from ahize.kernel.errors import NotAllowed
from ahize.web.called import codes
from ahize.web.recordings.models import Recording

_SALT: Final = "ahize/called/hearing"


def ticket(recording: UUID, token: str) -> str:
    """What the address of this recording holds, for whoever has this token."""
    return signing.dumps({"recording": str(recording), "proof": codes.proof_of(token)}, salt=_SALT)


def recording_of(told: str, *, now: datetime) -> Recording:
    """The recording that may be heard with this ticket now. Raises: NotAllowed in the same words whatever is wrong."""
    try:
        said = signing.loads(told, salt=_SALT)
        number = codes.number_of_proof(said["proof"], now=now)
        found = Recording.objects.select_related("attempt").filter(pk=UUID(said["recording"])).first()
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        number, found = "", None
    if found is None or not number or found.attempt.e164 != number:
        raise NotAllowed(
            _("This address of a recording is no longer good."),
            code="listen_again",
            next_step=_("Ask for a new code to go on."),
        )
    return found
