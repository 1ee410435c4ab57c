"""Whom İYS is to be asked about: the Turkish numbers on a seller's lists whose answer is missing or grows old.

Answers are asked for before calls, not when a call is due: a permit is sealed within milliseconds, İYS answers within
seconds and a hundred times a minute. What was not asked in time is Unknown, and not called.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ahize.kernel.errors import BadInput, Unavailable
from ahize.web import base
from ahize.web.consents import iys_answers, iys_house
from ahize.web.consents.iys_answers import IYS
from ahize.web.consents.models import (
    Channel,
    RegistryAnswer,
    RegistryFeed,
    RegistryReport,
    RegistryWord,
    ReportState,
)
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
    long_ago = datetime(1970, 1, 1, tzinfo=now.tzinfo)
    rows = (
        _due(seller, now)
        .annotate(asked_at=Coalesce(Subquery(_answers(seller).values("checked_at")[:1]), long_ago))
        .order_by("asked_at", "e164")
        .values_list("e164", "contact__capacity")
    )
    found: dict[str, bool] = {}
    for e164, capacity in rows[: 2 * most]:
        # A number that stands on two lists is a private person's unless both call it a trader's.
        found[e164] = found.get(e164, True) and capacity in TRADERS
    return list(found.items())[:most]


def _answers(seller: UUID) -> QuerySet[RegistryAnswer]:
    return RegistryAnswer.objects.filter(seller_id=seller, registry=IYS, channel=Channel.VOICE, e164=OuterRef("e164"))


def _due(seller: UUID, now: datetime) -> QuerySet[Phone]:
    return Phone.objects.filter(
        contact__seller_id=seller,
        contact__erased_at=None,
        contact__list__state=ListState.PUBLISHED,
        e164__startswith="+90",
        state=PhoneState.USABLE,
        do_not_dial=False,
    ).filter(~Exists(_answers(seller).filter(checked_at__gt=now - AGAIN_AFTER)))


@dataclass(frozen=True, slots=True)
class Standing:
    """How a seller stands with İYS.

    Args:
        brand: its number there; empty: not registered, nothing goes up and nobody is asked about.
        waiting, overdue, refused, accepted: lines of the queue; ``overdue`` are those waiting past their deadline.
        next_due_at: the soonest deadline of what waits.
        granted, refusals, none: what İYS said last of numbers that may be called by voice.
        void: answers that count no more and must be asked for anew.
        asked_at: when it last answered about a number. ``pulled_at``: when its changes were last followed.
        to_ask: Turkish numbers on published lists without an answer that is fresh.
    """

    brand: str
    waiting: int
    overdue: int
    refused: int
    accepted: int
    next_due_at: datetime | None
    granted: int
    refusals: int
    none: int
    void: int
    asked_at: datetime | None
    pulled_at: datetime | None
    to_ask: int


def standing(seller: UUID, now: datetime) -> Standing:
    """How a seller stands with İYS, counted now."""
    waits = Q(state=ReportState.WAITING)
    queue = RegistryReport.objects.filter(seller_id=seller, registry=IYS).aggregate(
        waiting=Count("id", filter=waits),
        overdue=Count("id", filter=waits & Q(due_at__lte=now)),
        refused=Count("id", filter=Q(state=ReportState.REFUSED)),
        accepted=Count("id", filter=Q(state=ReportState.ACCEPTED)),
        next_due_at=Min("due_at", filter=waits),
    )
    known = Q(checked_at__isnull=False)
    answers = RegistryAnswer.objects.filter(seller_id=seller, registry=IYS, channel=Channel.VOICE).aggregate(
        granted=Count("id", filter=known & Q(status=RegistryWord.GRANTED)),
        refusals=Count("id", filter=known & Q(status=RegistryWord.REFUSED)),
        none=Count("id", filter=known & Q(status=RegistryWord.NONE)),
        void=Count("id", filter=~known),
        asked_at=Max("checked_at"),
    )
    followed = dict(RegistryFeed.objects.filter(seller_id=seller, registry=IYS).values_list("feed", "pulled_at"))
    brand = next((number for one, _provider, number in brands(now) if one == seller), "")
    return Standing(
        brand=brand,
        # The feed that was followed longest ago says how far we are behind.
        pulled_at=min(followed.values(), default=None),
        to_ask=_due(seller, now).values("e164").distinct().count(),
        **queue,
        **answers,
    )


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
