"""Who calls, and what they can prove, reaches the law: a record that ends stops the calls that rest on it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from ahize.dialer.events import Barred, Cleared
from ahize.web.campaigns.models import Campaign
from ahize.web.consents import registries
from ahize.web.dialing.facts import Subject, gather
from ahize.web.dialing.models import Permit
from ahize.web.tenants import evidence, services
from ahize.web.tenants.models import Evidence, Seller
from web.dialing import shop as shops
from web.dialing.shop import NOW, Shop

HOUR = timedelta(hours=1)


def seek(shop: Shop, *asks: Any) -> list[Cleared | Barred]:
    with shops.ledger_of(shop) as ledger, shops.clearance_of(shop) as clearance:
        ledger.recover(shop.clock.now(), seed=1, lines=10)
        return clearance.rule_on(asks, floor=ledger.floor, epoch=ledger.epoch, clock=shop.clock)


def sells(shop: Shop, folder: Path, settings: Any, *, listed: str = "2025559999") -> None:
    """The shop's campaign sells, with a copy of the registry that covers its people."""
    settings.MEDIA_ROOT = folder / "files"
    file = folder / "list.txt"
    file.write_text(f"{listed[:3]},{listed[3:]}\n", encoding="ascii")
    with shop.open():
        Campaign.objects.filter(pk=shop.campaign).update(
            purpose="sales",
            promotes=True,
            mode="preview",
            script_discloses=["identity", "principal", "purpose", "goods", "opt_out"],
        )
        registries.load(
            "us-ftc", file, tenant=shop.tenant, seller=shop.seller, as_of=NOW.date() - timedelta(days=3),
            areas=["202"], by=None, now=NOW,
        )  # fmt: skip


def facts_at(shop: Shop, at: Any) -> dict[str, Any]:
    subject = Subject(shop.campaign, shop.contacts[0], shop.phones[0], "preview")
    with shop.open():
        return gather([subject], NOW).facts(subject, at)


def test_a_subscription_that_ends_stops_sales_calls_at_that_instant(shop: Shop, tmp_path: Path, settings: Any) -> None:
    sells(shop, tmp_path, settings)
    until = NOW + HOUR
    with shop.open():
        by, seller = shop.house.person(), Seller.objects.get(pk=shop.seller)
        evidence.end_evidence(Evidence.objects.get(code="US-FTC-SAN"), reason="not renewed", by=by, now=NOW)
        values = {"kind": "registry_subscription", "code": "US-FTC-SAN", "number": "1", "areas": ["202"]}
        evidence.add_evidence(seller, {**values, "valid_from": NOW, "valid_until": until}, by=by, now=NOW)
    shop.clock.move_to(until - timedelta(seconds=30))
    before = shop.ask(0, method="preview")
    (answer,) = seek(shop, before)
    assert isinstance(answer, Cleared), answer
    rings = timedelta(seconds=answer.permit.ring_s_max)
    assert answer.permit.valid_until + rings <= until, "no permit and no ringing outlives what it rests on"
    shop.clock.move_to(until)
    (answer,) = seek(shop, shop.ask(1, method="preview"))
    assert isinstance(answer, Barred)
    assert "registry_unpaid" in answer.grounds or "registration" in answer.grounds
    with shop.open():
        assert Permit.objects.count() == 1


def test_a_record_ended_by_hand_stops_the_next_permit(shop: Shop, tmp_path: Path, settings: Any) -> None:
    sells(shop, tmp_path, settings)
    (answer,) = seek(shop, shop.ask(0, method="preview"))
    assert isinstance(answer, Cleared), answer
    with shop.open():
        record = Evidence.objects.get(code="US-FTC-SAN")
        evidence.end_evidence(record, reason="cancelled", by=shop.house.person(), now=NOW)
    (answer,) = seek(shop, shop.ask(1, method="preview"))
    assert isinstance(answer, Barred), answer


def ended_evidence(shop: Shop) -> None:
    record = Evidence.objects.get(code="US-FTC-SAN")
    evidence.end_evidence(record, reason="cancelled", by=shop.house.person(), now=NOW)


def withdrawn_proof_of_the_caller_id(shop: Shop) -> None:
    shown = Campaign.objects.get(pk=shop.campaign).caller_id
    services.change_caller_id(shown, {"rights_proof": ""}, by=shop.house.person(), now=NOW)


@pytest.mark.parametrize("deed", [ended_evidence, withdrawn_proof_of_the_caller_id])
def test_what_is_just_being_ended_is_waited_for_and_seen(
    shop: Shop, tmp_path: Path, settings: Any, deed: Callable[[Shop], None]
) -> None:
    sells(shop, tmp_path, settings)
    answers: list[Cleared | Barred] = []
    with shop.open():
        deed(shop)
        ask = shop.ask(0, method="preview")

        def clear() -> None:
            answers.extend(seek(shop, ask))
            connections.close_all()

        asking = threading.Thread(target=clear)
        asking.start()
        asking.join(0.7)
        assert asking.is_alive(), "clearance did not wait for the lock"
    asking.join(10)
    assert isinstance(answers[0], Barred), answers


def test_the_facts_say_who_calls_and_from_where(shop: Shop) -> None:
    own = facts_at(shop, NOW)
    assert (own["caller"]["role"], own["caller"]["country"]) == ("in_house", "US")
    assert own["caller"]["registrations"] == ["US-FTC-SAN"]
    assert own["principal"]["registered_charity_in"] == []
    with shop.open():
        by, seller = shop.house.person(), Seller.objects.get(pk=shop.seller)
        values = {"name": "Callers", "role": "telefunder", "country": "CA", "region": "CA-BC"}
        agency = services.make_agency(values, by=by, now=NOW)
        evidence.add_evidence(agency, {"kind": "provincial_licence", "code": "CA-BC", "number": "3"}, by=by, now=NOW)
        evidence.add_evidence(
            seller,
            {"kind": "charity", "code": "US-CHARITY", "number": "12-345", "valid_until": NOW + HOUR},
            by=by,
            now=NOW,
        )
        Campaign.objects.filter(pk=shop.campaign).update(agency=agency.pk)
    theirs = facts_at(shop, NOW)
    assert theirs["caller"] == {
        **{"country": "CA", "region": "CA-BC", "role": "telefunder"},
        **{"registrations": ["CA-BC", "US-FTC-SAN"], "pays_registry_for": ["202"]},
    }
    assert theirs["principal"]["country"] == "US"
    assert theirs["principal"]["registered_charity_in"] == ["US"]
    assert facts_at(shop, NOW + HOUR)["principal"]["registered_charity_in"] == []


@pytest.mark.parametrize("edge", ["since", "until"])
def test_the_right_to_the_caller_id_is_asked_of_the_instant(shop: Shop, edge: str) -> None:
    assert facts_at(shop, NOW)["cli"]["rights_proven"]
    with shop.open():
        shown = Campaign.objects.get(pk=shop.campaign).caller_id
        assert shown is not None
        if edge == "until":
            shown.valid_until = NOW + HOUR
        else:
            shown.valid_from = NOW + HOUR
        shown.save()
    assert facts_at(shop, NOW)["cli"]["rights_proven"] is (edge == "until")
    assert facts_at(shop, NOW + HOUR)["cli"]["rights_proven"] is (edge == "since")
