"""İYS is asked about Turkish numbers before calls; its answers are facts; the ledger's queue reports through it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings as django_settings

from ahize.kernel.errors import BadInput
from ahize.registries import iys
from ahize.web.base import draw_id
from ahize.web.consents import iys_answers, iys_house, on_record
from ahize.web.consents.models import RegistryAnswer, RegistryFeed
from ahize.web.consents.reporting import Entry
from ahize.web.contacts import iys_asking
from ahize.web.contacts.models import Contact, ContactList, ListState, Phone
from registries.test_iys import ACCOUNT, StandIn, consent
from web.campaigns.house import NOW, House, build

pytestmark = pytest.mark.django_db(transaction=True)

NUMBERS = [f"+90555000000{n}" for n in range(4)]
TRADER = NUMBERS[3]


@pytest.fixture
def house() -> House:
    house = build()
    with house.open():
        row = {"tenant_id": house.tenant}
        of = ContactList.objects.create(
            id=draw_id(NOW), seller_id=house.seller, name="List", state=ListState.PUBLISHED, created_at=NOW, **row
        )
        for place, number in enumerate([*NUMBERS, "+12125550100"]):
            capacity = "business" if number == TRADER else "consumer"
            contact = Contact.objects.create(
                id=draw_id(NOW), list=of, seller_id=house.seller, row=place, capacity=capacity, created_at=NOW, **row
            )
            Phone.objects.create(id=draw_id(NOW), contact=contact, position=0, e164=number, **row)
    return house


@pytest.fixture
def stand_in() -> StandIn:
    iys_ = StandIn(now=NOW)
    for number, status in ((NUMBERS[0], "ONAY"), (NUMBERS[1], "RET")):
        iys_.record(consent(status, recipient=number, at=NOW - timedelta(days=30)).to_wire())
    return iys_


def client(stand_in: StandIn) -> iys.Client:
    def pause(seconds: float) -> None:
        stand_in.now += timedelta(seconds=seconds)

    return iys.Client(stand_in, ACCOUNT, clock=lambda: stand_in.now, pause=pause)


def said(house: House) -> list[str | None]:
    with house.open():
        facts = on_record.facts_for(house.seller, NUMBERS)
    return [facts[number].registries.get("TR-IYS", {}).get("status") for number in NUMBERS]


def asked(house: House, stand_in: StandIn) -> int:
    with house.open():
        people = iys_asking.due(house.seller, stand_in.now)
    return iys_answers.ask(client(stand_in), people, tenant=house.tenant, seller=house.seller)


def test_turkish_numbers_are_asked_about_and_nobody_else(house, stand_in):
    with house.open():
        assert iys_asking.due(house.seller, NOW) == [(number, number == TRADER) for number in NUMBERS]
    assert said(house) == [None] * 4, "what was not asked is unknown"
    stand_in.now += timedelta(minutes=59)
    assert asked(house, stand_in) == 4
    assert said(house) == ["granted", "refused", "none", "none"]
    with house.open():
        fact = on_record.facts_for(house.seller, NUMBERS)[NUMBERS[0]].registries["TR-IYS"]
        assert fact == {"status": "granted", "checked_at": NOW.isoformat()}
        assert iys_asking.due(house.seller, NOW + timedelta(hours=19)) == []
        assert len(iys_asking.due(house.seller, NOW + timedelta(hours=21))) == 4


def test_where_iys_is_away_the_rest_stays_unknown(house, stand_in):
    stand_in.trouble = [iys.Reply(200, stand_in.records[NUMBERS[0], "BIREYSEL", "ARAMA"]), *[None] * 5]
    assert asked(house, stand_in) == 1
    assert said(house) == ["granted", None, None, None]


def test_one_sellers_answer_never_serves_another(house, stand_in):
    asked(house, stand_in)
    other = build("Other house")
    assert said(replace(other)) == [None] * 4


def test_a_citizens_own_withdrawal_binds_and_a_gap_asks_anew(house, stand_in):
    asked(house, stand_in)
    with house.open():
        RegistryFeed.objects.create(
            id=draw_id(NOW), tenant_id=house.tenant, seller_id=house.seller, registry="TR-IYS", feed="IYS",
            after="2", pulled_at=NOW,
        )  # fmt: skip
    stand_in.now += timedelta(minutes=5)
    stand_in.record(consent("RET", recipient=NUMBERS[0], source="IYS_3338", at=stand_in.now).to_wire())
    stand_in.now += timedelta(hours=2)
    assert iys_answers.follow(client(stand_in), "IYS", tenant=house.tenant, seller=house.seller) == 1
    assert said(house) == ["refused", "refused", "none", "none"]
    stand_in.now += timedelta(days=8)
    assert iys_answers.follow(client(stand_in), "IYS", tenant=house.tenant, seller=house.seller) == 0
    assert said(house) == [None] * 4, "what may have been missed is unknown"
    with house.open():
        assert RegistryAnswer.objects.count() == 4


def entry(**how) -> Entry:
    known = {"provider": "731000", "brand": "731001", "e164": NUMBERS[2], "channel": "voice", "granted": True}
    return Entry(**{**known, "form": "web", "trader": False, "happened_at": NOW - timedelta(hours=1), **how})


def test_the_ledgers_queue_is_reported_line_by_line(stand_in):
    reports = iys_house.Reports(lambda provider, brand: client(stand_in))
    answers = reports.report(
        [
            entry(),
            entry(granted=False, form=""),
            entry(e164=NUMBERS[3], granted=False, form=""),
            entry(form=""),
            entry(happened_at=NOW - timedelta(days=30)),
        ]
    )
    assert [answer.accepted for answer in answers if answer is not None] == [True, True, True, False, False]
    assert [answer.reference for answer in answers if answer is not None] == ["t-2", "t-3", "", "", ""]
    assert "H178" in answers[4].problem
    assert stand_in.records[NUMBERS[2], "BIREYSEL", "ARAMA"]["status"] == "RET"


def test_what_is_not_answered_is_asked_again_later(stand_in):
    reports = iys_house.Reports(lambda provider, brand: client(stand_in))
    stand_in.trouble = [None] * 5
    assert reports.report([entry(), entry()]) == [None, None]
    many = reports.report([entry()] * 60)
    assert [answer is None for answer in many] == [False] * iys_house.AT_ONCE + [True] * (60 - iys_house.AT_ONCE)


def test_a_house_without_an_account_asks_nothing_and_a_broken_file_is_said(house, monkeypatch, tmp_path):
    home = django_settings.ENVIRONMENT.model_copy(update={"home": tmp_path})
    monkeypatch.setattr(django_settings, "ENVIRONMENT", home)
    assert iys_house.reports_of(house.tenant) is None
    assert iys_asking.round_of(house.tenant) == 0
    (tmp_path / "secrets").mkdir()
    file = tmp_path / "secrets" / "iys.json"
    file.write_text(json.dumps({str(house.tenant): {"username": "house", "password": "secret"}}))
    made = iys_house.client_maker(house.tenant)
    assert made("731000", "731001").account == replace(ACCOUNT)
    with pytest.raises(BadInput, match="is a number"):
        made("731000", "ACME")
    file.write_text("{")
    with pytest.raises(BadInput, match="cannot be read"):
        iys_house.client_maker(house.tenant)
