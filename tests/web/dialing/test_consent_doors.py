"""Whoever takes back a consent is not called again, whatever door they took: the next permit knows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ahize.dialer.events import Barred, Cleared
from ahize.web.campaigns.models import Campaign
from ahize.web.consents import ledger
from ahize.web.consents.models import ConsentEvent
from ahize.web.contacts.models import Phone
from ahize.web.dialing.facts import Subject, gather
from web.dialing.shop import NOW, Shop
from web.dialing.test_who_calls import seek, sells

NUMBER = "+12025550100"
WORDS = "I agree that Acme may call me with an autodialer to sell garden tools. I need not agree to buy."


def agree(shop: Shop, **how: Any) -> Any:
    told = {
        **{"form": "web", "level": "express_written", "channels": ["voice"], "methods": ["live", "automated"]},
        **{"purposes": ["sales"], "signed": True, "conditional": False, "proof_kept": True},
        **{"given_at": NOW - timedelta(days=30), "words": WORDS, "by": None, "now": NOW, **how},
    }
    with shop.open():
        return ledger.record_consent(tenant=shop.tenant, seller=shop.seller, e164=NUMBER, **told)


@pytest.fixture
def selling(shop: Shop, tmp_path: Path, settings: Any) -> Shop:
    """The shop sells, and its first person stands on the registry: only a consent lets it call them."""
    sells(shop, tmp_path, settings, listed=NUMBER.removeprefix("+1"))
    with shop.open():
        Phone.objects.filter(pk=shop.phones[0]).update(reassigned="no", reassigned_checked_on=NOW.date())
    return shop


def test_without_a_consent_the_registry_bars_and_with_one_it_does_not(selling: Shop) -> None:
    (answer,) = seek(selling, selling.ask(0, method="preview"))
    assert isinstance(answer, Barred)
    assert "registry" in answer.grounds
    agree(selling)
    (answer,) = seek(selling, selling.ask(0, method="preview", salt=1))
    assert isinstance(answer, Cleared), answer


@pytest.mark.parametrize("door", ["voice", "key_press", "sms", "email", "web", "agent"])
def test_a_withdrawal_by_any_door_is_in_force_for_the_next_permit(selling: Shop, door: str) -> None:
    agree(selling)
    with selling.open():
        ledger.revoke(
            tenant=selling.tenant, seller=selling.seller, e164=NUMBER, door=door, said="stop", by=None, now=NOW
        )
        assert ConsentEvent.objects.get().door == door
    (answer,) = seek(selling, selling.ask(0, method="preview"))
    assert isinstance(answer, Barred)
    assert "suppression" in answer.grounds


def test_a_consent_for_another_product_does_not_cover_this_call(selling: Shop) -> None:
    with selling.open():
        Campaign.objects.filter(pk=selling.campaign).update(product="Mowers")
    agree(selling, product="insurance")
    (answer,) = seek(selling, selling.ask(0, method="preview"))
    assert isinstance(answer, Barred)
    agree(selling, product="mowers")
    (answer,) = seek(selling, selling.ask(0, method="preview", salt=1))
    assert isinstance(answer, Cleared), answer


def test_a_membership_on_record_is_a_fact_of_the_person(selling: Shop) -> None:
    from ahize.web.consents.services import record_relationship  # noqa: PLC0415 - beside its only use

    subject = Subject(selling.campaign, selling.contacts[0], selling.phones[0], "preview")
    with selling.open():
        assert gather([subject], NOW).facts(subject)["callee"]["member_of"] == []
        told = {"tenant": selling.tenant, "seller": selling.seller, "e164": NUMBER, "by": None, "now": NOW}
        record_relationship(**told, kind="membership", last_on=NOW.date())
        assert gather([subject], NOW).facts(subject)["callee"]["member_of"] == [str(selling.seller)]
