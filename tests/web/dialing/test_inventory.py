"""The callable inventory says of each hour what clearance then does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from ahize.dialer.events import Cleared
from ahize.kernel.clock import VirtualClock
from ahize.web.contacts.models import Phone
from ahize.web.dialing.inventory import HOUR, HOURS, inventory
from ahize.web.dialing.models import Due
from web.dialing import shop as shops
from web.dialing.shop import NOW, Shop
from web.dialing.test_why_not import make

DAY = timedelta(days=1)


@pytest.fixture
def week(shop: Shop):
    with shop.open():
        make(shop)
        return inventory(shop.campaign, now=NOW)


def test_every_hour_holds_everybody_the_campaign_is_not_finished_with(shop: Shop, week):
    assert len(week["hours"]) == HOURS
    assert week["hours"][1]["at"].minute == 0
    assert all(
        later["at"] - hour["at"] == HOUR for hour, later in zip(week["hours"][1:], week["hours"][2:], strict=False)
    )
    with shop.open():
        usable = Phone.objects.filter(state="usable", do_not_dial=False).values("contact").distinct().count()
        finished = Due.objects.filter(done_reason="sale").count()
    assert week["total"] == usable - finished
    codes = {reason["code"] for reason in week["reasons"]}
    for hour in week["hours"]:
        assert hour["callable"] + sum(hour["barred"].values()) == week["total"]
        assert hour["callable"] == sum(hour["by_zone"].values())
        assert set(hour["barred"]) <= codes


def test_clearance_agrees_hour_by_hour(shop: Shop, week):
    """Through nights, a weekend, and the day on which the copy of the registry grows too old."""
    with shop.open():
        done = set(Due.objects.filter(done_reason="sale").values_list("contact_id", flat=True))
        phones = Phone.objects.filter(state="usable", do_not_dial=False).exclude(contact__in=done)
        asks = [shop.ask(shop.phones.index(phone)) for phone in phones.values_list("id", flat=True)]
    assert len({hour["callable"] for hour in week["hours"]}) > 2, "an inventory that never changes shows nothing"
    with shops.ledger_of(shop, "other") as ledger, shops.clearance_of(shop) as clearance:
        ledger.recover(NOW + timedelta(seconds=30), seed=1, lines=10)
        clearance.rule_on(asks[:1], floor=ledger.floor, epoch=-1, clock=shop.clock)  # Opens its connection, no more.
        for hour in week["hours"][::5]:
            clock = VirtualClock(hour["at"])
            with transaction.atomic(using="clearance"):
                answers = clearance.rule_on(asks, floor=ledger.floor, epoch=ledger.epoch, clock=clock)
                transaction.set_rollback(True, using="clearance")
            assert len(answers) == len(asks)
            assert sum(isinstance(answer, Cleared) for answer in answers) == hour["callable"], hour["at"]
