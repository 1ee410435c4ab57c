"""What the page holds of a number that is erased: codes and made-up messages go, a complaint loses number and words."""

from __future__ import annotations

from uuid import UUID

from ahize.web.called.models import Code, Complaint, MadeUpMessage


def forget(tenant: UUID, e164: str, mark: str) -> dict[str, int]:  # noqa: ARG001 - the wall stands already
    """How many rows of each class; see ``rights/erasure.py``."""
    Code.objects.filter(e164=e164).delete()
    MadeUpMessage.objects.filter(e164=e164).delete()
    return {"complaints": Complaint.objects.filter(e164=e164).update(e164=mark, said="")}
