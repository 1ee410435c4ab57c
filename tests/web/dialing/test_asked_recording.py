"""Where a yes to recording is asked, the desk says that nothing is recorded until somebody has heard it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ahize.calls.events import AgentJoined, Answered, Ringing
from ahize.dialer.commands import Originate, PauseRecording
from ahize.dialer.events import Cleared, Tick
from ahize.kernel.ids import CallId, SeatId
from ahize.web.campaigns.models import Campaign
from ahize.web.dialing import seats
from ahize.web.dialing.models import Attempt
from ahize.web.dialing.store import Entry, Ledger
from web.dialing import shop as shops
from web.dialing.shop import NOW, Shop

SECOND = timedelta(seconds=1)


def talk(shop: Shop, ledger: Ledger, seat: SeatId) -> CallId:
    with shops.clearance_of(shop) as clearance:
        (cleared,) = clearance.rule_on([shop.ask()], floor=ledger.floor, epoch=ledger.epoch, clock=shop.clock)
    assert isinstance(cleared, Cleared)
    call = CallId(cleared.attempt)
    ledger.append([Entry(NOW, cleared, (Originate(call, cleared.permit, 25),))])
    ledger.append([Entry(NOW + SECOND, Ringing(call), ()), Entry(NOW + 2 * SECOND, Answered(call), ())])
    ledger.append([Entry(NOW + 3 * SECOND, AgentJoined(call, seat), ())])
    return call


@pytest.mark.parametrize(
    ("setup", "paused"),
    [
        ({"records_call": True, "announces_recording": True, "asks_recording_consent": True}, True),
        ({"records_call": True, "announces_recording": True, "asks_recording_consent": False}, False),
        ({"records_call": False, "asks_recording_consent": True}, False),
    ],
)
def test_a_talk_begins_without_recording_where_a_yes_is_asked(shop: Shop, setup: dict[str, bool], paused: bool) -> None:
    with shop.open():
        campaign = Campaign.objects.get(pk=shop.campaign)
        campaign.setup |= setup
        campaign.save()
        taken = seats.open_seat(
            shop.agent(), campaign=shop.campaign, session=shops.draw_id(NOW), take_over=False, now=NOW
        )
    seat = SeatId(taken.pk)
    with shops.ledger_of(shop) as ledger:
        ledger.recover(NOW, seed=1, lines=10)
        call = talk(shop, ledger, seat)

        def stands() -> bool:
            with shop.open():
                return Attempt.objects.get(pk=call).recording_paused

        assert stands() is paused
        ledger.append([Entry(NOW + 9 * SECOND, Tick(), (PauseRecording(call, False),))])
        assert stands() is False
        ledger.append([Entry(NOW + 20 * SECOND, AgentJoined(call, seat), ())])
        assert stands() is False, "a yes holds for as long as the talk does"
