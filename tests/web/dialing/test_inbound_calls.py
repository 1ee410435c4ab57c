"""Who calls us back is written down with their opt-out, for every seller who shows that number, and once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from ahize.dialer.events import Barred, NumberSuppressed
from ahize.telephony.house import house_of
from ahize.web.base import draw_id
from ahize.web.consents import keyed as following
from ahize.web.consents.models import Suppression
from ahize.web.contacts.models import Phone
from ahize.web.dialing.models import InboundCall
from ahize.web.permissions import Role
from ahize.web.tenants.models import CallerId, Seller
from web.dialing import shop as shops
from web.dialing.shop import NOW, Shop

OURS = "+12025550101"
SECOND = timedelta(seconds=1)
HOSTILE = "<script>alert(1)</script> Robert'); DROP TABLE dialing_inboundcall;--\0$(id)"


def report(shop: Shop, caller: str, **changed: Any) -> dict[str, Any]:
    return {
        **{"id": str(UUID(int=5)), "number": OURS, "seller": str(shop.seller), "caller": caller, "name": "Somebody"},
        **{"at": NOW.isoformat(), "outcome": "", "stopped_at": None, "ended_at": None},
        **changed,
    }


def caller_of(shop: Shop) -> str:
    with shop.open():
        return Phone.objects.get(pk=shop.phones[0]).e164


def test_from_the_keys_commit_on_they_are_not_called(shop: Shop) -> None:
    caller = caller_of(shop)
    at = NOW + SECOND
    with shops.ledger_of(shop) as ledger, shops.clearance_of(shop) as clearance:
        ledger.recover(NOW, seed=1, lines=10)
        ledger.note_inbound(report(shop, caller), NOW)
        pressed = report(shop, caller, stopped_at=at.isoformat())
        ledger.note_inbound(pressed, at)
        ledger.note_inbound(pressed | {"outcome": "opted_out", "ended_at": at.isoformat()}, at + SECOND)
        ledger.note_inbound(pressed, at + SECOND)  # told again to a new engine
        told = [event for event in ledger.asked(at) if isinstance(event, NumberSuppressed)]
        assert [(one.number, one.seller) for one in told] == [(caller, shop.seller)]
        given = {"floor": ledger.floor, "epoch": ledger.epoch, "clock": shop.clock}
        (answer,) = clearance.rule_on([shop.ask(0)], **given)
        assert isinstance(answer, Barred)
        assert "suppression" in answer.grounds
    with shop.open():
        suppression = Suppression.objects.get()
        call = InboundCall.objects.get()
        assert (suppression.e164, suppression.seller_id, suppression.source) == (caller, shop.seller, "key_press")
        assert (call.stop_receipt, call.outcome, call.ended_at) == (suppression.receipt, "opted_out", at)
        assert following.follow_up(shop.tenant, now=at + SECOND) == 1
    (shown,) = shop.house.browser().get("/api/inbound-calls").json()
    assert (shown["caller"], shown["receipt"], shown["called"]) == (caller, suppression.receipt, OURS)


def test_a_number_that_two_sellers_show_stops_both(shop: Shop) -> None:
    with shop.open():
        other = Seller.objects.get(pk=shop.seller)
        other.pk, other.name = draw_id(NOW), "The other one"
        other.save(force_insert=True)
        shared = CallerId.objects.get(e164=OURS)
        shared.pk, shared.seller = draw_id(NOW), other
        shared.save(force_insert=True)
    with shops.ledger_of(shop) as ledger:
        ledger.recover(NOW, seed=1, lines=10)
        ledger.note_inbound(report(shop, "+12025550177", stopped_at=NOW.isoformat()), NOW)
    with shop.open():
        assert set(Suppression.objects.values_list("seller_id", flat=True)) == {shop.seller, other.pk}


@pytest.mark.parametrize("caller", ["", "anonymous", "'; DROP TABLE x;--"])
def test_nobody_is_suppressed_without_a_number(shop: Shop, caller: str) -> None:
    with shops.ledger_of(shop) as ledger:
        ledger.recover(NOW, seed=1, lines=10)
        ledger.note_inbound(report(shop, caller, stopped_at=NOW.isoformat()), NOW)
    with shop.open():
        assert not Suppression.objects.exists()
        assert InboundCall.objects.get().caller == ""


@pytest.mark.parametrize("name", [HOSTILE, "A" * 10_000])
def test_a_hostile_name_is_kept_as_text(shop: Shop, name: str) -> None:
    with shops.ledger_of(shop) as ledger:
        ledger.recover(NOW, seed=1, lines=10)
        ledger.note_inbound(report(shop, "+12025550177", name=name), NOW)
    answer = shop.house.browser().get("/api/inbound-calls")
    assert answer["Content-Type"].startswith("application/json")
    assert answer.json()[0]["name"] == name.replace("\0", "")[:200]


def test_a_number_that_nobody_shows_any_more_ends_no_life(shop: Shop) -> None:
    with shops.ledger_of(shop) as ledger:
        ledger.recover(NOW, seed=1, lines=10)
        ledger.note_inbound(report(shop, "+12025550177", number="+12025550142"), NOW)
    with shop.open():
        assert not InboundCall.objects.exists()


def test_the_gate_is_told_every_number_with_its_seller(shop: Shop) -> None:
    with shop.open():
        Seller.objects.filter(pk=shop.seller).update(country="TR", phone_e164="no number", address="1 Street\n34000")
        CallerId.objects.filter(e164=OURS).update(valid_until=NOW)  # shown no more, and still called back
    with shops.ledger_of(shop) as ledger:
        ledger.recover(NOW, seed=1, lines=10)
        house = house_of(ledger.house(NOW))
    (one,) = [one for one in house.inbound if one.number == OURS]
    assert (one.seller, one.language, one.phone, one.address) == (shop.seller, "tr", "", "1 Street\n34000")


def test_an_agent_does_not_see_who_called(shop: Shop) -> None:
    assert shop.house.browser(Role.AGENT).get("/api/inbound-calls").status_code == 403
    assert shop.house.browser(Role.SUPERVISOR).get("/api/inbound-calls").status_code == 200
