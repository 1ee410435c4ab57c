"""Whoever says stop, by whatever route, is not dialled again: the next permit, asked in the same second, is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from ahize.calls.events import HungUp, StopPressed
from ahize.dialer.commands import Conclude
from ahize.dialer.events import Barred
from ahize.kernel.ids import AttemptId
from ahize.web.campaigns.models import Campaign
from ahize.web.permissions import Role
from ahize.web.rights import tasks
from web.called.callers import at, stranger
from web.called.worker import as_worker
from web.dialing import shop as shops
from web.dialing.shop import Shop
from web.dialing.test_inbound_calls import report
from web.dialing.test_talk import Talk

NUMBER = "+12025550100"
SECOND = timedelta(seconds=1)


@pytest.fixture
def talk(shop: Shop) -> Any:
    with shops.ledger_of(shop) as ledger:
        yield Talk(shop, ledger)


def by_page(talk: Talk) -> int:
    return int(stranger().post(at(talk.shop, "/stop"), {"number": "(202) 555-0100", "region": "US"}).status_code)


def by_screen(talk: Talk) -> int:
    body = {"number": NUMBER, "source": "letter", "reason": "wrote to us"}
    return int(talk.post("suppressions", body, Role.COMPLIANCE_OFFICER).status_code)


def by_door(door: str) -> Callable[[Talk], int]:
    def withdraw(talk: Talk) -> int:
        # Whoever takes back what they agreed to is not called to sell; a survey needed no consent.
        with talk.shop.open():
            Campaign.objects.filter(pk=talk.shop.campaign).update(purpose="sales", promotes=True)
        body = {"number": NUMBER, "seller": str(talk.shop.seller), "door": door, "said": "STOP"}
        return int(talk.post("consents/revocations", body, Role.COMPLIANCE_OFFICER).status_code)

    return withdraw


def by_objection(talk: Talk) -> int:
    return int(
        talk.post("rights/requests", {"kind": "objection", "number": NUMBER}, Role.COMPLIANCE_OFFICER).status_code
    )


def by_disposition(talk: Talk) -> int:
    return int(talk.asks("dispose", {"code": "do_not_call", "idempotency_key": "do-not-call-1"}).status_code)


def by_agents_button(talk: Talk) -> int:
    return int(talk.asks("remove-me", {"reason": "asked"}).status_code)


def by_key_or_word(talk: Talk) -> int:
    """A key and a spoken word are one event of the gate's (docs/adr/0013)."""
    talk.hear(StopPressed(talk.call))
    return 200


def by_calling_back(talk: Talk) -> int:
    talk.ledger.note_inbound(report(talk.shop, NUMBER, stopped_at=talk.at.isoformat()), talk.at)
    return 200


def by_erasure(talk: Talk) -> int:
    body = {"kind": "erasure", "number": NUMBER}
    made = talk.post("rights/requests", body, Role.COMPLIANCE_OFFICER).json()["request"]["id"]
    talk.post(f"rights/requests/{made}/proof", {"reason": "came with a contract"}, Role.COMPLIANCE_OFFICER)
    told = {"grant": True, "reason": "asked"}
    status = talk.post(f"rights/requests/{made}/decision", told, Role.COMPLIANCE_OFFICER).status_code
    with as_worker():
        tasks.erase_all()
    return int(status)


ROUTES = {
    "page": by_page,
    "screen or API": by_screen,
    **{door: by_door(door) for door in ("voice", "sms", "email", "letter", "web")},
    "objection": by_objection,
    "disposition": by_disposition,
    "agent's button": by_agents_button,
    "key or spoken word": by_key_or_word,
    "calling back": by_calling_back,
    "erasure": by_erasure,
}


@pytest.mark.parametrize("route", ["nothing", *ROUTES])
def test_a_stop_by_any_route_bars_the_next_permit_within_a_second(talk: Talk, route: str) -> None:
    shop = talk.shop
    if route in ROUTES:
        assert ROUTES[route](talk) in (200, 201, 303)
    talk.hear(HungUp(talk.call, 16, "callee"), Conclude(AttemptId(talk.call), "hung_up", 16, False))
    with shops.clearance_of(shop) as clearance:
        given = {"floor": talk.ledger.floor, "epoch": talk.ledger.epoch, "clock": shop.clock}
        (answer,) = clearance.rule_on([shop.ask(0, salt=7)], **given)
    stopped = isinstance(answer, Barred) and "suppression" in answer.grounds
    assert stopped == (route in ROUTES), answer
