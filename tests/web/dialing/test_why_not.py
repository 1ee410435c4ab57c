"""The why-not panel: sums to N, one first reason each, and agrees with clearance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import count, islice

from ahize.dialer.events import Cleared
from ahize.web.campaigns.models import Campaign
from ahize.web.consents.services import suppress
from ahize.web.contacts.models import Phone
from ahize.web.dialing import why_not
from ahize.web.dialing.models import Due
from web.dialing import shop as shops
from web.dialing.shop import NOW, Shop

FEW = {"callable": 20, "early": 10, "nowhere": 5, "abroad": 3, "suppressed": 4, "wrong": 2, "kept": 2}
SAMPLED = 500
"""So many of each reason are asked of clearance one by one."""


def make(shop: Shop, kinds: Mapping[str, int] = FEW) -> None:
    """So many people of each kind, committed."""
    rows = count(10)

    def people(kind: str, **phone: object) -> list[Phone]:
        return [
            shops.add_person(shop, row, **{"e164": f"+1202{2_000_000 + row}", **phone})
            for row in islice(rows, kinds[kind])
        ]

    people("callable")
    people("early", zones=["America/Los_Angeles"])  # 07:00 there.
    people("nowhere", zones=[])
    for row in islice(rows, kinds["abroad"]):
        phone = shops.add_person(shop, row, e164=f"+90555000{row:04d}", zones=["Europe/Istanbul"], regions=[])
        phone.contact.country, phone.contact.region = "XK", ""  # A country that no law here speaks of.
        phone.contact.save()
    for phone in people("suppressed"):
        suppress(tenant=shop.tenant, seller=shop.seller, e164=phone.e164, source="upload", by=None, now=NOW)
    people("wrong", state="wrong_number")
    people("kept", do_not_dial=True)
    shops.restock(shop.campaign, now=NOW)
    Due.objects.filter(contact_id=shop.contacts[0]).update(done=True, done_reason="sale")


def postpone(shop: Shop, contact: int) -> None:
    """Due in an hour; dialerd alone may say so."""
    with shops.ledger_of(shop) as ledger:
        ledger.recover(NOW, seed=1, lines=10)
        with ledger.transaction() as cursor:
            cursor.execute(
                "UPDATE dialing_due SET due_at = %s WHERE contact_id = %s",
                (NOW + timedelta(hours=1), shop.contacts[contact]),
            )


def test_every_contact_stands_under_one_first_reason(shop: Shop):
    with shop.open():
        make(shop)
    postpone(shop, 1)
    with shop.open():
        panel = why_not.panel(shop.campaign, sample=3, now=NOW)
    counts = {reason["code"]: reason["count"] for reason in panel["reasons"]}
    assert panel["total"] == 49 == panel["callable"] + sum(counts.values())
    assert counts == {
        "hours": 10,
        "unknown.callee.zones": 5,
        "law.XK": 3,
        "suppression": 4,
        "phone_wrong_number": 2,
        "do_not_dial": 2,
        "done": 1,
        "not_due": 1,
    }
    assert all(reason["sentence"] for reason in panel["reasons"])
    assert all(len(reason["sample"]) <= 3 for reason in panel["reasons"])


def test_a_campaign_that_does_not_run_holds_everybody_unless_one_asks_as_if(shop: Shop):
    with shop.open():
        Campaign.objects.update(state="paused")
        panel = why_not.panel(shop.campaign, sample=1, now=NOW)
        assert [(reason["code"], reason["count"]) for reason in panel["reasons"]] == [("campaign_paused", 3)]
        assert why_not.panel(shop.campaign, sample=1, now=NOW, as_if_running=True)["callable"] == 3


def test_clearance_agrees_with_every_reason(shop: Shop):
    with shop.open():
        make(shop, dict.fromkeys(FEW, SAMPLED))
    postpone(shop, 1)
    with shop.open():
        piles = why_not.sort(Campaign.objects.get(pk=shop.campaign), NOW)
        phone_of = dict(Phone.objects.values_list("contact_id", "id"))
    index_of = {phone: index for index, phone in enumerate(shop.phones)}
    with shops.ledger_of(shop, "other") as ledger, shops.clearance_of(shop) as clearance:
        ledger.recover(NOW + timedelta(seconds=30), seed=1, lines=10)
        for code, pile in piles.items():
            if code in ("done", "not_due"):
                continue  # Reasons of the list's order, not of the call's lawfulness.
            asks = [shop.ask(index_of[phone_of[contact]]) for contact in pile.contacts[:SAMPLED]]
            assert len(asks) == SAMPLED
            answers = clearance.rule_on(asks, floor=ledger.floor, epoch=ledger.epoch, clock=shop.clock)
            assert len(answers) == len(asks)
            for answer in answers:
                if code == why_not.CALLABLE:
                    assert isinstance(answer, Cleared)
                else:
                    assert not isinstance(answer, Cleared), code
                    assert answer.grounds[0] in (code, code.replace("unknown.", "unknown "), f"unknown {code}") or (
                        code in ("phone_wrong_number", "do_not_dial")
                        and answer.grounds[0] in ("phone_state", "suppression")
                    )
