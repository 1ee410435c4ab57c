"""A number of the house's own is called with a permit like any other, and nobody else's ever is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from ahize.dialer.gate import Gate, Refused, Spent
from ahize.web.consents.services import suppress
from ahize.web.contacts.models import Phone
from ahize.web.dialing.models import OwnCall
from ahize.web.lines.models import Trunk
from ahize.web.permissions import Role
from ahize.web.tenants.models import CallerId
from web.dialing import shop as shops
from web.dialing.shop import NOW, Shop

JSON = "application/json"
OURS = "+12025550101"
SELLERS = "+12025550100"


@pytest.fixture
def trunk(shop: Shop) -> UUID:
    with shop.open():
        # The seller's own numbers stand on the list of the made-up people; here they do not.
        Phone.objects.filter(e164__in=(OURS, SELLERS)).update(e164="+12025550190")
        return Trunk.objects.create(
            **{"tenant_id": shop.tenant, "name": "Carrier", "kind": "ip", "host": "203.0.113.7"},
            **{"codecs": ["alaw"], "caller_ids": [OURS], "created_at": NOW},
        ).pk


def ask(shop: Shop, trunk: UUID, number: str = SELLERS, **more: Any) -> Any:
    return shop.house.browser().post(
        f"/api/lines/trunks/{trunk}/test-call", {"number": number, **more}, content_type=JSON
    )


def test_a_test_call_gets_a_permit_the_gate_takes_once(shop: Shop, trunk: UUID) -> None:
    admin = shop.house.browser()
    numbers = {one["number"]: one["what"] for one in admin.get("/api/lines/test-numbers").json()}
    assert numbers == {OURS: "caller_id", SELLERS: "seller"}
    made = ask(shop, trunk).json()
    assert (made["state"], made["caller_id"], made["quality"]) == ("asked", OURS, None)
    with shops.ledger_of(shop) as ledger, shops.clearance_of(shop) as clearance:
        ledger.recover(NOW, seed=1, lines=10)
        ledger.asked(NOW)
        assert ledger.deeds.own_calls_asked
        with shop.open():
            at = OwnCall.objects.get().at
        (asked,) = ledger.own_calls(at)
        assert (str(asked.id), asked.purpose, asked.trunk) == (made["id"], "test", trunk)
        shop.clock.move_to(at)
        given = {"floor": ledger.floor, "epoch": ledger.epoch, "clock": shop.clock}
        assert clearance.seal_own_number(asked.id, **{**given, "epoch": 9}) is None, "of a deposed engine's"
        permit = clearance.seal_own_number(asked.id, **given)
        assert permit is not None
        assert (permit.number, permit.caller_id, permit.duties) == (SELLERS, OURS, ("own_number",))
        assert clearance.seal_own_number(asked.id, **given) is None, "sealed once"
        gate = Gate(world="made_up", verifier=shops.sealer().verifier())
        assert isinstance(gate.spend(permit, at), Spent)
        assert gate.spend(permit, at) == Refused("already_spent")
        assert ledger.own_calls(at) == []
        ledger.note_own_call(asked.id, "ringing", at)
        ledger.note_own_call(asked.id, "answered", at + timedelta(seconds=4))
        figures = {"mos": 4.3, "jitter_ms": 2.5, "loss_share": 0.0, "rtt_ms": 31, "codec": "alaw", "more": 1}
        ledger.note_own_call(asked.id, "ended", at + timedelta(seconds=9), cause=16, quality=figures)
        ledger.note_own_call(asked.id, "ringing", at + timedelta(seconds=10))
    told = admin.get(f"/api/lines/test-calls/{made['id']}").json()
    assert (told["state"], told["cause"], told["quality"]["mos"]) == ("ended", 16, 4.3)
    assert told == admin.get(f"/api/lines/trunks/{trunk}/test-calls").json()[0]


def test_nobody_elses_number_is_ever_asked_for(shop: Shop, trunk: UUID) -> None:
    refused = ask(shop, trunk, "+12025550155")
    assert (refused.status_code, refused.json()["code"]) == (422, "not_own")
    assert ask(shop, trunk, caller_id="+12025550199").json()["fields"][0]["field"] == "caller_id"
    assert shop.house.browser(Role.SUPERVISOR).post(f"/api/lines/trunks/{trunk}/test-call").status_code == 403


@pytest.mark.parametrize("why", ["not_own", "suppressed", "on_a_list", "caller_id"])
def test_clearance_looks_again_and_says_why_not(shop: Shop, trunk: UUID, why: str) -> None:
    made = ask(shop, trunk, OURS if why == "not_own" else SELLERS).json()
    with shop.open():
        if why == "not_own":
            CallerId.objects.update(dialable=False)
        elif why == "suppressed":
            suppress(
                **{"tenant": shop.tenant, "seller": None, "e164": SELLERS, "source": "agent", "by": None, "now": NOW}
            )
        elif why == "on_a_list":
            Phone.objects.filter(pk=shop.phones[2]).update(e164=SELLERS)
        else:
            CallerId.objects.update(valid_until=NOW + timedelta(seconds=1))
        at = OwnCall.objects.get().at
    shop.clock.move_to(at)
    with shops.ledger_of(shop) as ledger, shops.clearance_of(shop) as clearance:
        ledger.recover(NOW, seed=1, lines=10)
        given = {"floor": ledger.floor, "epoch": ledger.epoch, "clock": shop.clock}
        assert clearance.seal_own_number(UUID(made["id"]), **given) is None
    told = shop.house.browser().get(f"/api/lines/test-calls/{made['id']}").json()
    assert (told["state"], told["why"]) == ("refused", why)


def test_a_number_is_not_tested_all_day(shop: Shop, trunk: UUID) -> None:
    for _ in range(20):
        assert ask(shop, trunk).status_code == 201
    assert ask(shop, trunk).json()["code"] == "too_many_tests"
