"""Journals in which one person stands in every way that a journal names somebody."""

from __future__ import annotations

import json
from uuid import UUID

from ahize.compliance.ruling import Permit
from ahize.dialer import codec
from ahize.dialer.commands import Originate, SendDigits
from ahize.dialer.engine import Dialer
from ahize.dialer.events import Cleared, DigitsAsked, Leased, NumberSuppressed, Tick
from ahize.dialer.replay import Replay, replay
from ahize.kernel.ids import AttemptId, CallId, CampaignId, SeatId
from ahize.web.base import draw_id
from ahize.web.dialing.apart import journal_whole
from ahize.web.dialing.models import Journal
from ahize.web.dialing.models import Permit as PermitRow
from ahize.web.dialing.store import Entry
from web.dialing import shop as shops
from web.dialing.shop import NOW, Shop


def journaled(shop: Shop, attempt: UUID, number: str) -> None:
    """A call to that number: leased beside somebody else, cleared, dialled, its own digits pressed, then a stop."""
    call, seat = CallId(attempt), SeatId(draw_id(NOW))
    with shop.open():
        row = PermitRow.objects.get(pk=attempt)
    permit = Permit.from_json({**json.loads(row.payload), "signature": "c2lnbmVk"})
    asks = tuple(shop.ask(index, salt=5) for index in (1, 2))
    with shops.ledger_of(shop) as ledger:
        ledger.recover(NOW, seed=1, lines=10)
        ledger.append(
            [
                Entry(NOW, Leased(CampaignId(shop.campaign), tuple(ask.candidate for ask in asks)), asks),
                Entry(NOW, Cleared(AttemptId(attempt), permit), (Originate(call, permit, 25),)),
                Entry(NOW, DigitsAsked(seat, call, number[1:]), (SendDigits(call, number[1:]),)),
                Entry(NOW, NumberSuppressed(number, None), ()),
                Entry(NOW, Tick(), ()),
            ]
        )


def lived(shop: Shop, number: str) -> None:
    """A life of an engine as dialerd journals it: it is handed people, and one of them asks to be left in peace."""
    people = tuple(shop.candidate(index) for index in (1, 2))
    dialer, told = Dialer(), []
    with shops.ledger_of(shop) as ledger:
        events = [
            ledger.recover(NOW, seed=1, lines=10),
            Leased(CampaignId(shop.campaign), people),
            NumberSuppressed(number, None),
            Tick(),
        ]
        for event in events:
            told.append(Entry(NOW, event, dialer.handle(event, NOW)))
        ledger.append(told)


def replayed(shop: Shop) -> Replay:
    """The journal as it stands, through a fresh engine."""
    with shop.open():
        rows = list(Journal.objects.order_by("seq").values_list("at", "event", "commands", "people"))
    whole = ((at, *journal_whole(event, commands, people)) for at, event, commands, people in rows)
    return replay(
        (at, codec.decode_event(event), tuple(codec.decode_command(one) for one in commands))
        for at, event, commands in whole
    )
