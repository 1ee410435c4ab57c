"""Every law's definition of abandonment in the engine's settings: its cap, its period, what came of it so far."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ahize.calls.events import Answered, HumanHeard, HungUp
from ahize.dialer.commands import Conclude, Originate
from ahize.dialer.events import CampaignSet, Cleared, Event
from ahize.dialer.values import Limit
from ahize.kernel.errors import BadInput
from ahize.kernel.ids import CallId
from ahize.web.base import draw_id
from ahize.web.campaigns import set_up
from ahize.web.campaigns.models import Campaign
from ahize.web.dialing.deeds import _facts_changed
from ahize.web.dialing.opening import campaign_settings
from ahize.web.dialing.store import Entry
from ahize.web.permissions import Role
from ahize.web.policies import queries as policies
from ahize.web.policies import services as policy
from ahize.web.policies.models import Change
from ahize.web.tenants.models import Tenant
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


def set_day(shop: Shop, value: dict[str, float] | None, now: datetime = NOW) -> None:
    with shop.open():
        before = policies.policy().values["abandonment_day"]
        Change.objects.create(
            id=draw_id(now),
            tenant_id=shop.tenant,
            subject="measure",
            name="abandonment_day",
            before=before,
            after=value,
            loosens=False,
            asked_at=now,
            asked_by=shop.house.person(Role.COMPLIANCE_OFFICER).id,
            in_force_at=now,
            version=policies.policy().version + 1,
        )


def test_a_day_of_the_house_is_one_account_of_all_campaigns_by_the_houses_clock(shop: Shop) -> None:
    with shop.open():
        Tenant.objects.filter(pk=shop.tenant).update(zone="Europe/Istanbul")
    assert "house" not in limits(shop, NOW)
    set_day(shop, {"house": 0.02, "seller": 0.01})
    with shops.clearance_of(shop) as clearance, shops.ledger_of(shop) as ledger:
        ledger.recover(NOW, seed=1, lines=10)
        (cleared,) = clearance.rule_on([shop.ask(0)], floor=ledger.floor, epoch=ledger.epoch, clock=shop.clock)
        assert isinstance(cleared, Cleared)
        call = CallId(cleared.attempt)
        ledger.append([Entry(NOW, cleared, (Originate(call, cleared.permit, 25),))])
        ledger.append([Entry(NOW, Answered(call), ()), Entry(NOW, HumanHeard(call, "a short greeting"), ())])
        ledger.append([Entry(NOW, HungUp(call, 16, "callee"), (Conclude(cleared.attempt, "abandoned", 16, False),))])
    found = limits(shop, NOW + timedelta(minutes=5))
    house, seller = found["house"], found["seller"]
    assert (house.cap, house.days, house.countries, house.shared) == (0.02, 1, (), "day:house")
    assert seller.shared == f"day:seller:{shop.seller}"
    assert [(one.live_answers, one.abandoned) for one in (house, seller)] == [(1, 1), (1, 1)]
    assert house.until is not None
    assert house.until.astimezone(ZoneInfo("Europe/Istanbul")).time() == time()
    later = limits(shop, house.until)["house"]
    assert (later.live_answers, later.abandoned) == (0, 0), "a new day"
    set_day(shop, None)
    assert not {"house", "seller"} & limits(shop, NOW).keys()


def test_a_day_of_the_house_is_set_in_policy_and_loosened_by_two(shop: Shop) -> None:
    with shop.open():
        tightened = policy.set_measure(
            "abandonment_day", {"house": 0.02}, reason="", by=shop.house.person(Role.COMPLIANCE_OFFICER), now=NOW
        )
        assert tightened.in_force_at == NOW
        wider = policy.set_measure(
            "abandonment_day", {"house": 0.03}, reason="a trial", by=shop.house.person(Role.COMPLIANCE_OFFICER), now=NOW
        )
        assert wider.in_force_at is None
        for wrong in ({"house": 2.0}, {"team": 0.1}, 0.02):
            with pytest.raises(BadInput):
                policy.set_measure(
                    "abandonment_day", wrong, reason="", by=shop.house.person(Role.COMPLIANCE_OFFICER), now=NOW
                )


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


def test_an_agent_is_at_the_answer_only_where_no_machine_can_be_heard_first(shop: Shop) -> None:
    early = {"join_while_ringing": "heard"}
    with shop.open():
        campaign = Campaign.objects.get(pk=shop.campaign)
        set_up.apply(campaign, {"mode": "progressive", "detect": False, **early}, now=NOW)
        for wrong in ({"detect": True}, {"mode": "broadcast"}, {"join_while_ringing": "loud"}):
            with pytest.raises(BadInput) as refused:
                set_up.apply(Campaign.objects.get(pk=shop.campaign), wrong, now=NOW)
            assert refused.value.facts["field"] == "join_while_ringing"
        set_up.apply(campaign, {"mode": "manual", "detect": True}, now=NOW)
    with shops.ledger_of(shop) as ledger:
        (settings,) = ledger.recover(NOW, seed=1, lines=10).campaigns
    assert settings.join_while_ringing == "heard"


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
