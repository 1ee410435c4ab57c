"""What İYS said of a seller's numbers: asked one by one, and told by its changes.

An answer is a row with the moment it was given (a fact by ``on_record.py``); how long it may be relied on is the law's
to say. Where changes may have been missed every answer counts as not given. Who is to be asked about is the caller's to
know: contacts are a floor above.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from ahize.kernel.errors import Unavailable
from ahize.registries import iys
from ahize.web import notices
from ahize.web.base import draw_id
from ahize.web.consents.models import Channel, RegistryAnswer, RegistryFeed, RegistryWord
from ahize.web.rls import tenant_scope

IYS: Final = "TR-IYS"
CHANNELS: Final[dict[str, iys.Channel]] = {Channel.VOICE: "ARAMA", Channel.SMS: "MESAJ"}
"""What İYS keeps by number."""
FEEDS: Final[tuple[iys.Feed, ...]] = ("IYS", "HS")
TOGETHER: Final = 50
"""Answers that are kept in one transaction; İYS gives so many in half a minute."""

_BACK: Final = {theirs: ours for ours, theirs in CHANNELS.items()}
_WORDS: Final = {"ONAY": RegistryWord.GRANTED, "RET": RegistryWord.REFUSED}


def ask(
    client: iys.Client, people: Iterable[tuple[str, bool]], *, tenant: UUID, seller: UUID, channel: str = Channel.VOICE
) -> int:
    """Ask about each number and keep the answers; how many were given.

    Nothing is kept of a number that İYS did not answer for: it stays as it was, and no call rests on silence. Where İYS
    is away the rest is left for another time. Answers are kept by the handful; a kill costs asking for those again.
    Call it outside any transaction: it waits for the network.

    Args:
        people: E.164 of Türkiye, and whether the person is called as a trader.
    """
    given = 0
    answers = _asked(client, people, tenant=tenant, seller=seller, channel=channel)
    while some := list(islice(answers, TOGETHER)):
        with tenant_scope(tenant), transaction.atomic():
            RegistryAnswer.objects.bulk_create(
                some,
                update_conflicts=True,
                unique_fields=["tenant", "seller", "registry", "e164", "channel"],
                update_fields=["trader", "status", "source", "reference", "said_at", "checked_at"],
            )
        given += len(some)
    if given:
        with tenant_scope(tenant):
            _tell(tenant, seller, client.now())
    return given


def _asked(
    client: iys.Client, people: Iterable[tuple[str, bool]], *, tenant: UUID, seller: UUID, channel: str
) -> Iterator[RegistryAnswer]:
    for e164, trader in people:
        try:
            said = client.status(e164, "TACIR" if trader else "BIREYSEL", CHANNELS[channel])
        except iys.Refused:
            continue
        except Unavailable:
            return
        at = client.now()
        yield RegistryAnswer(
            id=draw_id(at),
            tenant_id=tenant,
            seller_id=seller,
            registry=IYS,
            e164=e164,
            channel=channel,
            **_columns(trader, said, at),
        )


def follow(client: iys.Client, feed: iys.Feed, *, tenant: UUID, seller: UUID) -> int:
    """Read İYS's changes since last time into the answers; how many there were.

    The cursor is moved in the transaction that keeps the changes. After a gap every answer must be asked for anew. An
    empty page refreshes nothing: that feed is no proof that nobody withdrew.

    Raises: Unavailable.
    """
    with tenant_scope(tenant):
        last = RegistryFeed.objects.filter(seller_id=seller, registry=IYS, feed=feed).first()
    now = client.now()
    pulled = iys.pull(
        client, feed, after=last.after if last else "", pulled_at=last.pulled_at if last else None, now=now
    )
    with tenant_scope(tenant), transaction.atomic():
        if pulled.has_gap:
            RegistryAnswer.objects.filter(seller_id=seller, registry=IYS).update(checked_at=None)
        for said in pulled.changes:
            _heard(tenant, seller, said)
        RegistryFeed.objects.update_or_create(
            tenant_id=tenant,
            seller_id=seller,
            registry=IYS,
            feed=feed,
            defaults={"after": pulled.after, "pulled_at": now},
            create_defaults={"id": draw_id(now), "after": pulled.after, "pulled_at": now},
        )
        if pulled.changes or pulled.has_gap:
            _tell(tenant, seller, now)
    return len(pulled.changes)


def _keep(  # noqa: PLR0917 - one row's columns, in their order
    tenant: UUID, seller: UUID, e164: str, channel: str, trader: bool, said: iys.Said | None, at: datetime
) -> None:
    known = _columns(trader, said, at)
    RegistryAnswer.objects.update_or_create(
        tenant_id=tenant,
        seller_id=seller,
        registry=IYS,
        e164=e164,
        channel=channel,
        defaults=known,
        create_defaults={"id": draw_id(at), **known},
    )


def _columns(trader: bool, said: iys.Said | None, at: datetime) -> dict[str, Any]:
    return {
        "trader": trader,
        "status": RegistryWord.NONE if said is None else _WORDS[said.consent.status],
        "source": "" if said is None else said.consent.source,
        "reference": "" if said is None else said.transaction_id,
        "said_at": None if said is None else said.created_at,
        "checked_at": at,
    }


def _heard(tenant: UUID, seller: UUID, said: iys.Said) -> None:
    """A change is as fresh as the moment it was made; an older word never replaces a newer one."""
    channel = _BACK.get(said.consent.channel)
    if channel is None:
        return
    trader = said.consent.recipient_type == "TACIR"
    row = RegistryAnswer.objects.filter(
        seller_id=seller, registry=IYS, e164=said.consent.recipient, channel=channel
    ).first()
    if row is not None and (row.trader != trader or (row.said_at is not None and row.said_at > said.created_at)):
        return
    checked_at = max(filter(None, (row.checked_at if row is not None else None, said.created_at)))
    _keep(tenant, seller, said.consent.recipient, channel, trader, said, checked_at)


def _tell(tenant: UUID, seller: UUID, now: datetime) -> None:
    notices.tell_facts_changed(tenant, seller=seller, now=now)
