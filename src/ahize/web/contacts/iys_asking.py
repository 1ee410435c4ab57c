"""Whom İYS is to be asked about: the Turkish numbers on a seller's lists whose answer is missing or grows old.

Answers are asked for before calls, not when a call is due: a permit is sealed within milliseconds, İYS answers within
seconds and a hundred times a minute. What was not asked in time is Unknown, and not called.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce

from ahize.kernel.errors import BadInput, Unavailable
from ahize.web import base
from ahize.web.consents import iys_answers, iys_house
from ahize.web.consents.iys_answers import IYS
from ahize.web.consents.models import Channel, RegistryAnswer
from ahize.web.contacts.models import Capacity, ListState, Phone, PhoneState
from ahize.web.rls import tenant_scope
from ahize.web.tenants.kinds import EvidenceKind
from ahize.web.tenants.models import Evidence

log = logging.getLogger(__name__)

AT_ONCE: Final = 400
"""Numbers a round of five minutes, under İYS's hundred a minute."""
AGAIN_AFTER: Final = timedelta(hours=20)
"""A private person's answer is asked for anew before it is a day old."""
TRADERS: Final = (Capacity.SOLE_TRADER, Capacity.BUSINESS)


def due(seller: UUID, now: datetime, most: int = AT_ONCE) -> list[tuple[str, bool]]:
    """Numbers to ask about and whether their owner is a trader; those never asked about first, then the oldest."""
    answers = RegistryAnswer.objects.filter(
        seller_id=seller, registry=IYS, channel=Channel.VOICE, e164=OuterRef("e164")
    )
    long_ago = datetime(1970, 1, 1, tzinfo=now.tzinfo)
    rows = (
        Phone.objects.filter(
            contact__seller_id=seller,
            contact__erased_at=None,
            contact__list__state=ListState.PUBLISHED,
            e164__startswith="+90",
            state=PhoneState.USABLE,
            do_not_dial=False,
        )
        .filter(~Exists(answers.filter(checked_at__gt=now - AGAIN_AFTER)))
        .annotate(asked_at=Coalesce(Subquery(answers.values("checked_at")[:1]), long_ago))
        .order_by("asked_at", "e164")
        .values_list("e164", "contact__capacity")
    )
    found: dict[str, bool] = {}
    for e164, capacity in rows[: 2 * most]:
        # A number that stands on two lists is a private person's unless both call it a trader's.
        found[e164] = found.get(e164, True) and capacity in TRADERS
    return list(found.items())[:most]


def brands(now: datetime) -> Iterator[tuple[UUID, str, str]]:
    """Sellers registered with İYS: the seller, the provider's code and the brand's."""
    rows = Evidence.objects.filter(kind=EvidenceKind.BRAND, code=IYS, seller__isnull=False, valid_from__lte=now)
    rows = rows.exclude(valid_until__lte=now).exclude(ended_at__lte=now)
    seen: set[UUID] = set()
    for row in rows.order_by("-valid_from", "-id"):
        if row.seller_id is not None and row.seller_id not in seen:
            seen.add(row.seller_id)
            yield row.seller_id, row.account or row.number, row.number


def round_of(tenant: UUID) -> int:
    """One round for a tenant: changes first, then what is due; how many answers were given."""
    try:
        make = iys_house.client_maker(tenant)
    except BadInput as wrong:
        log.error("%s %s", wrong.message, wrong.next_step)
        return 0
    if make is None:
        return 0
    now, given = base.CLOCK.now(), 0
    with tenant_scope(tenant):
        asked = [(seller, provider, brand, due(seller, now)) for seller, provider, brand in brands(now)]
    for seller, provider, brand, people in asked:
        try:
            client = make(provider, brand)
            for feed in iys_answers.FEEDS:
                iys_answers.follow(client, feed, tenant=tenant, seller=seller)
        except (BadInput, Unavailable) as failed:
            log.error("İYS: %s", failed.message)
            continue
        given += iys_answers.ask(client, people, tenant=tenant, seller=seller)
    return given
