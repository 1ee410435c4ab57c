"""Everything on record about a number for whoever brings it: also what stands under its pseudonym since it was erased.

Only a process with the key of pseudonyms finds those; the web does not. Answers rows, and refuses to know who asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from ahize.web.consents.models import Consent, Suppression
from ahize.web.consents.pseudonyms import pseudonyms
from ahize.web.dialing.models import Attempt
from ahize.web.rights.models import Erasure, Request


@dataclass(frozen=True, slots=True)
class History:
    """What stands under a number and its pseudonyms, the oldest first."""

    names: tuple[str, ...]
    attempts: QuerySet[Attempt]
    consents: QuerySet[Consent]
    suppressions: QuerySet[Suppression]
    requests: QuerySet[Request]
    erasures: QuerySet[Erasure]


def of_number(tenant: UUID, e164: str) -> History:
    """Inside the house's wall."""
    names = (e164, *pseudonyms(tenant, e164))
    return History(
        names=names,
        attempts=Attempt.objects.select_related("ruling", "campaign", "seller")
        .filter(e164__in=names)
        .order_by("at", "id"),
        consents=Consent.objects.filter(e164__in=names).order_by("given_at", "id"),
        suppressions=Suppression.objects.filter(e164__in=names).order_by("at", "id"),
        requests=(Request.objects.filter(e164=e164) | Request.objects.filter(pseudonym__in=names[1:])).order_by(
            "at", "id"
        ),
        erasures=Erasure.objects.filter(pseudonym__in=names[1:]).order_by("began_at", "id"),
    )
