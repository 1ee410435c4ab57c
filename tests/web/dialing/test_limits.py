"""Every law's definition of abandonment in the engine's settings: its cap, its period, what came of it so far."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from ahize.calls.events import Answered, HumanHeard, HungUp
from ahize.dialer.commands import Conclude, Originate
from ahize.dialer.events import CampaignSet, Cleared, Event
from ahize.dialer.values import Limit
from ahize.kernel.errors import BadInput
from ahize.kernel.ids import CallId
from ahize.web.campaigns import set_up
from ahize.web.campaigns.models import Campaign
from ahize.web.dialing.deeds import _facts_changed
from ahize.web.dialing.opening import campaign_settings
from ahize.web.dialing.store import Entry
from web.dialing import shop as shops
from web.dialing.shop import NOW, Shop


def limits(shop: Shop, now: datetime) -> dict[str, Limit]:
    with shops.ledger_of(shop) as ledger:
        ledger.recover(now, seed=1, lines=10)
        with ledger.transaction() as cursor:
            (settings,) = campaign_settings(cursor, shop.tenant, now, [shop.campaign])
    assert settings.period_days == 30
    return {limit.layer: limit for limit in settings.limits}


def test_each_law_has_its_cap_its_period_and_its_people(shop: Shop) -> None:
    with shop.open():
        Campaign.objects.filter(pk=shop.campaign).update(abandon_cap="0.04")
    found = limits(shop, NOW)
    assert (found["US"].cap, found["US"].days, "PR" in found["US"].countries) == (0.03, 30, True)
    assert (found["CA"].cap, found["CA"].days) == (0.04, 31), "the campaign's own is the smaller one"
    assert (found["GB"].cap, found["GB"].days) == (0.0, 1), "the house allows none there"
    month = found["CA"].until
    assert month is not None
    assert (month.day, month.hour, month > NOW) == (1, 0, True)


def test_the_last_day_comes_by_its_hours(shop: Shop) -> None:
    with shops.clearance_of(shop) as clearance, shops.ledger_of(shop) as ledger:
        ledger.recover(NOW, seed=1, lines=10)
        (cleared,) = clearance.rule_on([shop.ask(0)], floor=ledger.floor, epoch=ledger.epoch, clock=shop.clock)
        assert isinstance(cleared, Cleared)
        call = CallId(cleared.attempt)
        ledger.append([Entry(NOW, cleared, (Originate(call, cleared.permit, 25),))])
        ledger.append([Entry(NOW, Answered(call), ()), Entry(NOW, HumanHeard(call, "a short greeting"), ())])
        ledger.append([Entry(NOW, HungUp(call, 16, "callee"), (Conclude(cleared.attempt, "abandoned", 16, False),))])
    (hour,) = limits(shop, NOW + timedelta(hours=3))["GB"].past
    assert (hour.live_answers, hour.abandoned) == (1, 1)
    assert limits(shop, NOW + timedelta(hours=30))["GB"].past == ()


def test_candidates_say_whose_law_protects_them(shop: Shop) -> None:
    with shops.ledger_of(shop) as ledger:
        ledger.recover(NOW, seed=1, lines=10)
        assert {one.country for one in ledger.lease(shop.campaign, 3, NOW)} == {"US"}


def test_a_confidence_needs_a_limit_above_nothing(shop: Shop) -> None:
    with shop.open():
        campaign = Campaign.objects.get(pk=shop.campaign)
        set_up.apply(campaign, {"mode": "predictive", "confidence": "0.99"}, now=NOW)
        assert float(campaign.confidence or 0) == 0.99
        for wrong in ({"confidence": "0.5"}, {"confidence": "1"}, {"abandon_cap": "0"}):
            with pytest.raises(BadInput):
                set_up.apply(Campaign.objects.get(pk=shop.campaign), wrong, now=NOW)
        set_up.apply(campaign, {"confidence": None}, now=NOW)
        assert campaign.confidence is None


def test_another_policy_of_the_house_reaches_an_engine_that_runs(shop: Shop) -> None:
    def told(about: dict[str, Any]) -> list[Event]:
        with ledger.transaction() as cursor:
            return list(_facts_changed(cursor, shop.tenant, about, NOW))

    with shops.ledger_of(shop) as ledger:
        ledger.recover(NOW, seed=1, lines=10)
        assert not told({"seller": None, "numbers": ["+12125550100"]})
        (anybody,) = told({"seller": None, "numbers": None})
    assert isinstance(anybody, CampaignSet)
    assert {limit.layer for limit in anybody.settings.limits} >= {"US", "CA", "GB"}
