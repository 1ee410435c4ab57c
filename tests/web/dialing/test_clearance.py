"""Clearance on PostgreSQL: one transaction, facts under lock, a permit for one number and seconds."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import translation

from ahize.compliance.again import compare, law_ruling
from ahize.dialer.events import Barred, Cleared
from ahize.kernel.errors import AhizeError
from ahize.web.consents.services import suppress
from ahize.web.dialing import lawful, why_not
from ahize.web.dialing.chain import canonical, committed, ruling_hash
from ahize.web.dialing.models import Attempt, Permit, Ruling
from ahize.web.dialing.schemas import MayWeIn
from ahize.web.policies import queries as policies
from ahize.web.policies.services import set_measure, switch_pack
from web.dialing import shop as shops
from web.dialing.shop import NOW, Shop


def seek(shop: Shop, *asks):
    with shops.ledger_of(shop) as ledger, shops.clearance_of(shop) as clearance:
        ledger.recover(shop.clock.now(), seed=1, lines=10)
        return clearance.rule_on(asks, floor=ledger.floor, epoch=ledger.epoch, clock=shop.clock)


def test_a_lawful_number_gets_attempt_ruling_and_a_permit_of_five_seconds(shop: Shop):
    ask = shop.ask(0)
    (answer,) = seek(shop, ask)
    assert isinstance(answer, Cleared), answer
    assert shops.sealer().verifier().holds(answer.permit.payload(), answer.permit.signature)
    assert answer.permit.covers("+12025550100", NOW)
    assert answer.permit.valid_until - NOW <= timedelta(seconds=5)
    with shop.open():
        attempt = Attempt.objects.get(pk=ask.attempt)
        assert attempt.live
        assert attempt.verdict == "allow"
        assert Permit.objects.get(pk=ask.attempt).payload == answer.permit.payload().decode()
        ruling = Ruling.objects.get(pk=ask.attempt)
        assert (ruling.number, ruling.facts["number"]["e164"]) == ("+12025550100", "+12020000000")
        assert ruling.hash == ruling_hash(
            "",
            attempt=ask.attempt,
            seq=1,
            at=ruling.at,
            facts=canonical(ruling.facts),
            ruling=canonical(ruling.ruling),
            sources=canonical(ruling.sources),
            commitment=committed(ruling.salt, ruling.number),
        )
        assert ruling.sources["law"] == policies.rulebook().in_force
        assert ruling.sources["as_of"]["read"] == "2026-03-02T15:00:00Z"
        assert compare(ruling.ruling, ruling.sources, law_ruling(policies.rulebook(), ruling.facts)) is None


def test_nobody_is_in_two_live_attempts(shop: Shop):
    first, second = seek(shop, shop.ask(0), shop.ask(0, salt=1))
    assert isinstance(first, Cleared)
    assert isinstance(second, Barred)
    assert second.grounds == ("in_call",)
    with shop.open():
        assert Attempt.objects.filter(live=True).count() == 1
        assert Attempt.objects.count() == Ruling.objects.count() == 2


def test_a_suppressed_number_is_barred_and_says_so(shop: Shop):
    with shop.open():
        suppress(tenant=shop.tenant, seller=shop.seller, e164="+12025550100", source="agent", by=None, now=NOW)
    barred, allowed = seek(shop, shop.ask(0), shop.ask(1))
    assert isinstance(barred, Barred)
    assert "suppression" in barred.grounds
    assert isinstance(allowed, Cleared)


def test_an_unknown_zone_bars_and_names_the_fact(shop: Shop):
    with shop.open():
        shops.add_person(shop, 7, zones=[])
    (answer,) = seek(shop, shop.ask(3))
    assert isinstance(answer, Barred)
    assert answer.grounds == ("unknown callee.zones",)


def test_a_country_without_a_rulebook_is_not_dialled(shop: Shop):
    with shop.open():
        phone = shops.add_person(shop, 8, e164="+4366012345678", zones=["Europe/Vienna"], regions=[])
        phone.contact.country, phone.contact.region = "AT", ""
        phone.contact.save()
    (answer,) = seek(shop, shop.ask(3))
    assert isinstance(answer, Barred)
    assert "unknown law.AT" in answer.grounds


def test_the_campaigns_own_hours_bar_with_the_time_they_begin_again(shop: Shop):
    shop.clock.move_to(NOW + timedelta(hours=10, minutes=30))  # 20:30 in New York, lawful until 21:00.
    (answer,) = seek(shop, shop.ask(0))
    assert isinstance(answer, Barred)
    assert "campaign_hours" in answer.grounds
    assert answer.next_lawful == NOW + timedelta(hours=23)


def test_without_the_key_nothing_is_answered(shop: Shop):
    with shops.ledger_of(shop) as ledger, shops.clearance_of(shop) as clearance:
        ledger.recover(NOW, seed=1, lines=10)
        clearance.sealer = None
        assert clearance.rule_on([shop.ask(0)], floor=ledger.floor, epoch=ledger.epoch, clock=shop.clock) == []
    with shop.open():
        assert not Permit.objects.exists()


def test_a_deposed_engine_gets_no_answer(shop: Shop):
    with shops.ledger_of(shop) as ledger, shops.clearance_of(shop) as clearance:
        ledger.recover(NOW, seed=1, lines=10)
        assert clearance.rule_on([shop.ask(0)], floor=ledger.floor, epoch=ledger.epoch - 1, clock=shop.clock) == []


def test_a_suppression_in_flight_is_waited_for_and_seen(shop: Shop):
    """Clearance begins while a suppression holds the number; it answers after the commit, and the answer is no."""
    answers = []
    with shop.open():
        suppress(tenant=shop.tenant, seller=shop.seller, e164="+12025550100", source="agent", by=None, now=NOW)
        ask = shop.ask(0)

        def clear():
            answers.extend(seek(shop, ask))
            connections.close_all()

        asking = threading.Thread(target=clear)
        asking.start()
        asking.join(0.7)
        assert asking.is_alive(), "clearance did not wait for the lock"
    asking.join(10)
    assert isinstance(answers[0], Barred)


@pytest.mark.parametrize("batch", [1, 40])
def test_a_batch_is_chained_in_order(shop: Shop, batch: int):
    with shop.open():
        for row in range(10, 10 + batch):
            shops.add_person(shop, row)
    answers = seek(shop, *(shop.ask(index) for index in range(3, 3 + batch)))
    assert len(answers) == batch
    with shop.open():
        previous = ""
        for ruling in Ruling.objects.order_by("seq"):
            assert ruling.previous_hash == previous
            previous = ruling.hash


def test_the_ruling_api_speaks_the_contract_with_sentences(shop: Shop):
    with shops.ledger_of(shop) as ledger, shops.clearance_of(shop) as clearance:
        ledger.recover(NOW, seed=1, lines=10)
        ask = shop.ask(0)
        clearance.rule_on([ask], floor=ledger.floor, epoch=ledger.epoch, clock=shop.clock)
    with shop.open():
        kept = Ruling.objects.get(pk=ask.attempt)
    again = lawful.rule_on({"id": "again", "facts": kept.facts})
    assert again["id"] == "again"
    assert again["verdict"] == kept.ruling["verdict"] == "allow"
    assert again["sentences"]
    at_night = lawful.rule_on({"facts": {**kept.facts, "at": "2026-03-02T23:00:00-05:00", "promotes": True}})
    assert at_night["verdict"] != "allow"
    with translation.override("tr"):
        assert lawful.rule_on({"facts": kept.facts})["sentences"] != again["sentences"]
    with pytest.raises(AhizeError):
        lawful.rule_on({"facts": {**kept.facts, "channel": "pigeon"}})


def test_a_bare_number_is_ruled_on_without_a_trace(shop: Shop):
    with shop.open():
        said = lawful.may_we_call(MayWeIn(campaign=shop.campaign, number="+12025550188"), now=NOW)
        assert said["facts"]["number"]["e164"] == "+12025550188"
        assert said["verdict"] in ("allow", "review")
        assert not Attempt.objects.exists()
        barred = lawful.may_we_call(MayWeIn(campaign=shop.campaign, number="+4366012345678"), now=NOW)
        assert "law.AT" in barred["unknown"]


def test_a_tightened_policy_binds_the_next_permit(shop: Shop):
    asks = [shop.ask(0), shop.ask(1, salt=1)]
    with shops.ledger_of(shop) as ledger, shops.clearance_of(shop) as clearance:
        ledger.recover(shop.clock.now(), seed=1, lines=10)
        (before,) = clearance.rule_on(asks[:1], floor=ledger.floor, epoch=ledger.epoch, clock=shop.clock)
        with shop.open():
            set_measure("ring_s_max", 20, reason="", by=shop.house.person(), now=NOW)
        (after,) = clearance.rule_on(asks[1:], floor=ledger.floor, epoch=ledger.epoch, clock=shop.clock)
    assert isinstance(before, Cleared)
    assert isinstance(after, Barred)
    assert after.grounds == ("ring_time",)
    with shop.open():
        versions = [Ruling.objects.get(pk=ask.attempt).ruling["house"] for ask in asks]
        assert versions == ["1.0", "1.1"]
        asked = MayWeIn(campaign=shop.campaign, contact=shop.contacts[1])
        said = lawful.may_we_call(asked, now=NOW)
        assert [bar["rule"] for bar in said["bars"]] == ["HOUSE-RING"]
        bare = lawful.may_we_call(MayWeIn(campaign=shop.campaign, number="+12025550177"), now=NOW)
        assert "HOUSE-RING" in [bar["rule"] for bar in bare["bars"]]
        reasons = why_not.panel(shop.campaign, sample=1, now=NOW)["reasons"]
        assert {reason["code"]: reason["count"] for reason in reasons} == {"in_call": 1, "ring_time": 2}


def test_a_country_switched_off_is_not_dialled_and_says_so(shop: Shop):
    with shop.open():
        switch_pack("US", on=False, reason="", by=shop.house.person(), now=NOW)
    (answer,) = seek(shop, shop.ask(0))
    assert isinstance(answer, Barred)
    assert "unknown law.US" in answer.grounds
    with shop.open():
        (reason,) = why_not.panel(shop.campaign, sample=1, now=NOW)["reasons"]
        assert reason["sentence"] == "Calls to US are switched off by your house."


@pytest.mark.parametrize("before_s", [28, 8, 3])
def test_no_telephone_rings_past_the_end_of_the_hours(shop: Shop, before_s: int):
    """The permit's last instant and all that it may ring end in time, or the attempt is barred until the morning."""
    ends = NOW.replace(hour=1) + timedelta(days=1)  # 20:00 in Washington, when the campaign's hours end.
    shop.clock.move_to(ends - timedelta(seconds=before_s))
    (answer,) = seek(shop, shop.ask(0))
    if before_s > 5:
        assert isinstance(answer, Cleared), answer
        assert answer.permit.valid_until + timedelta(seconds=answer.permit.ring_s_max) <= ends
    else:
        assert isinstance(answer, Barred)
        assert answer.grounds == ("hours",)
        assert answer.next_lawful is not None
        assert answer.next_lawful > ends
