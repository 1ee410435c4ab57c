"""What the page holds of a number that is erased: codes and made-up messages go, a complaint loses number and words.

Calls that read a code out stay as calls that were made, under the pseudonym and without their permit's text.
"""

from __future__ import annotations

from uuid import UUID

from ahize.web.called.models import Code, Complaint, MadeUpMessage
from ahize.web.dialing import code_calls


def forget(tenant: UUID, e164: str, mark: str) -> dict[str, int]:  # noqa: ARG001 - the wall stands already
    """How many rows of each class; see ``rights/erasure.py``."""
    Code.objects.filter(e164=e164).delete()
    MadeUpMessage.objects.filter(e164=e164).delete()
    return {
        "complaints": Complaint.objects.filter(e164=e164).update(e164=mark, said=""),
        "code_calls": code_calls.forget(e164, mark),
    }
