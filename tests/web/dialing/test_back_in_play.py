"""Whom only a ruling had taken out comes back in play once a fact that it rested on is otherwise; nobody else does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from ahize.web.consents import ledger as consents
from ahize.web.consents import services as suppressions
from ahize.web.contacts import origins
from ahize.web.contacts import services as contacts
from ahize.web.contacts.models import Contact, ContactList, Phone
from ahize.web.dialing.models import Due
from ahize.web.permissions import Role
from ahize.web.policies import emergencies
from ahize.web.policies import services as policies
from ahize.web.tenants import evidence
from ahize.web.tenants import services as house
from ahize.web.tenants.models import CallerId, Seller
from web.dialing.shop import NOW, Shop, ledger_of

ONE, EVERYBODY = {0}, {0, 1}


def consent_given(shop: Shop) -> set[int]:
    phone = Phone.objects.get(pk=shop.phones[0])
    consents.record_consent(
        tenant=shop.tenant,
        seller=shop.seller,
        e164=phone.e164,
        given_at=NOW - timedelta(days=1),
        words="Yes, call me.",
        by=None,
        now=NOW,
    )
    return ONE


def relationship_recorded(shop: Shop) -> set[int]:
    phone = Phone.objects.get(pk=shop.phones[0])
    suppressions.record_relationship(
        tenant=shop.tenant, seller=shop.seller, e164=phone.e164, kind="purchase", last_on=NOW.date(), by=None, now=NOW
    )
    return ONE


def suppression_ended(shop: Shop) -> set[int]:
    phone = Phone.objects.get(pk=shop.phones[0])
    asker, second = shop.house.users[Role.SUPERVISOR], shop.house.users[Role.COMPLIANCE_OFFICER]
    made = suppressions.suppress(
        tenant=shop.tenant, seller=shop.seller, e164=phone.e164, source="agent", by=asker.pk, now=NOW
    )
    suppressions.ask_unsuppress(made, reason="a mistake", by=asker.pk, now=NOW)
    suppressions.confirm_unsuppress(made, by=second.pk, now=NOW)
    return ONE


def place_corrected(shop: Shop) -> set[int]:
    contacts.correct(Contact.objects.get(pk=shop.contacts[0]), {"region": "US-OH"}, by=None, now=NOW)
    return ONE


def number_brought_back(shop: Shop) -> set[int]:
    phone = Phone.objects.get(pk=shop.phones[0])
    contacts.put_phone_state(phone, "disconnected", reason="no tone", by=None, now=NOW)
    contacts.put_phone_state(phone, "usable", reason="rings again", by=None, now=NOW)
    return ONE


def origin_said(shop: Shop) -> set[int]:
    of = ContactList.objects.get(pk=shop.list)
    origins.say(of, data_source="person", notice_given=False, notice="", by=None, now=NOW)
    return EVERYBODY


def evidence_added(shop: Shop) -> set[int]:
    record = {"kind": "state_licence", "code": "US-NY", "number": "1", "note": "", "valid_from": NOW}
    seller = Seller.objects.get(pk=shop.seller)
    evidence.add_evidence(seller, record, by=shop.house.person(Role.ADMINISTRATOR), now=NOW)
    return EVERYBODY


def caller_id_proven(shop: Shop) -> set[int]:
    shown = CallerId.objects.get(seller_id=shop.seller)
    house.change_caller_id(shown, {"label": "Ours"}, by=shop.house.person(Role.ADMINISTRATOR), now=NOW)
    return EVERYBODY


def policy_changed(shop: Shop) -> set[int]:
    officer = shop.house.person(Role.COMPLIANCE_OFFICER)
    policies.set_measure("attempts_day", 1, reason="", by=officer, now=NOW)
    return EVERYBODY


def emergency_looked_up(shop: Shop) -> set[int]:
    region = emergencies.regions()[0]
    officer = shop.house.person(Role.COMPLIANCE_OFFICER)
    emergencies.say(region, declared=False, source="the governor's page", by=officer, now=NOW)
    return EVERYBODY


@pytest.mark.parametrize(
    "changed",
    [
        *(consent_given, relationship_recorded, suppression_ended, place_corrected, number_brought_back),
        *(origin_said, evidence_added, caller_id_proven, policy_changed, emergency_looked_up),
    ],
)
def test_a_fact_that_changes_puts_its_people_back_in_play(shop: Shop, changed: Callable[[Shop], set[int]]) -> None:
    """The third had said no to us: that is no ruling, and stays."""
    reasons = ("consent_missing", "unknown callee.country", "disposed")
    with ledger_of(shop) as ledger:
        ledger.recover(NOW, seed=1, lines=10)
        ledger.asked(NOW)  # What was said while the shop was founded is heard before.
        with shop.open():
            for contact, reason in zip(shop.contacts, reasons, strict=True):
                Due.objects.filter(contact_id=contact).update(done=True, done_reason=reason)
            back = changed(shop)
        ledger.asked(NOW)
    with shop.open():
        waiting = {shop.contacts.index(due.contact_id) for due in Due.objects.filter(done=False)}
    assert waiting == back
