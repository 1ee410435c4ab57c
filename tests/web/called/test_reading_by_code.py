"""Only whoever holds the telephone reads what is on record about it, and nobody can have a stranger disturbed."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import Error, transaction

from ahize.web import base
from ahize.web.called import codes, deeds, tasks
from ahize.web.called.models import CallWord, Code, Complaint, MadeUpMessage
from ahize.web.consents import ledger
from ahize.web.contacts.models import Phone
from ahize.web.dialing.models import Seat
from ahize.web.permissions import Role
from ahize.web.rights.models import Receipt, Request
from ahize.web.tenants.models import Tenant
from web.called.callers import KNOWN, UNKNOWN, Clock, at, called, stranger
from web.called.worker import as_worker
from web.dialing.shop import NOW, Shop


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(base, "CLOCK", made)
    monkeypatch.setattr(settings.ENVIRONMENT, "world", "made_up")
    return made


def ask_code(shop: Shop, number: str, **headers: str) -> Any:
    """Ask on the page; then the worker does its part."""
    answer = stranger(**headers).post(at(shop, "/code"), {"number": number})
    with shop.open():
        code = Code.objects.filter(e164=number).first()
    if code is not None:
        with as_worker():
            tasks.send_code(code.pk, shop.tenant)
    return answer


def brought(shop: Shop, number: str) -> list[str]:
    with shop.open():
        texts = MadeUpMessage.objects.filter(e164=number).values_list("text", flat=True)
        return [re.sub(r"\D", "", found[0]) for text in texts if (found := re.search(r"\d{4} \d{4}", text))]


def read(shop: Shop, number: str, code: str, **more: str) -> Any:
    return stranger().post(at(shop, "/read"), {"number": number, "code": code, **more})


def token_in(answer: Any) -> str:
    found = re.search(r'name="token" value="([^"]+)"', answer.content.decode())
    assert found is not None
    return found[1]


def test_the_code_opens_who_called_why_for_whom_from_which_list_and_to_what_end(shop: Shop, admin_url: str) -> None:
    called(shop, admin_url)
    with shop.open():
        ledger.record_consent(
            tenant=shop.tenant, seller=shop.seller, e164=KNOWN, given_at=NOW, words="Call me.", by=None, now=NOW
        )
    assert ask_code(shop, KNOWN).status_code == 200
    (code,) = brought(shop, KNOWN)
    with shop.open():
        kept = Code.objects.get()
        assert code not in f"{kept.hash}{kept.proof}"
    page = read(shop, KNOWN, f" {code[:4]}-{code[4:]}")
    text = page.content.decode()
    assert page.status_code == 200
    for word in (
        "Acme Garden Tools",
        "a survey: gardens",
        "Neighbours (site, own)",
        "You spoke with one of our agents.",
    ):
        assert word in text
    for word in ("+12025550101", "“Call me.”", "Ann 0", "big"):
        assert word in text
    assert "agent of shop" not in text, "no agent's name"
    token = token_in(page)
    copy = stranger().post(at(shop, "/copy"), {"token": token})
    told = json.loads(copy.content)
    assert copy["Content-Disposition"].startswith("attachment")
    assert (told["calls"][0]["for"], told["calls"][0]["list"]) == ("Acme Garden Tools", "Neighbours")
    assert told["consents"][0]["words"] == "Call me."
    with shop.open():
        assert Receipt.objects.get(kind="copy").digest == told["receipt_sha256"]
    assert read(shop, KNOWN, code).status_code == 403, "a code is spent once"


def test_half_an_hour_later_nothing_is_read_any_more(shop: Shop, admin_url: str, clock: Clock) -> None:
    called(shop, admin_url)
    ask_code(shop, KNOWN)
    token = token_in(read(shop, KNOWN, brought(shop, KNOWN)[0]))
    assert stranger().post(at(shop, "/read"), {"token": token}).status_code == 200
    clock.at = NOW + timedelta(minutes=31)
    assert stranger().post(at(shop, "/read"), {"token": token}).status_code == 403
    assert stranger().post(at(shop, "/copy"), {"token": token}).status_code == 403
    assert stranger().post(at(shop, "/copy"), {"token": ""}).status_code == 403


def test_a_token_of_one_house_opens_nothing_at_another(shop: Shop, admin_url: str) -> None:
    from web.dialing import shop as shops  # noqa: PLC0415 - a second house, here alone

    called(shop, admin_url)
    ask_code(shop, KNOWN)
    token = token_in(read(shop, KNOWN, brought(shop, KNOWN)[0]))
    other = shops.build("neighbour")
    assert stranger().post(at(other, "/read"), {"token": token}).status_code == 403
    assert stranger().get("/api/rights/requests").status_code == 401, "the page opens no door of the API"


def test_nobody_can_have_a_stranger_rung_and_the_page_does_not_tell(shop: Shop, admin_url: str) -> None:
    called(shop, admin_url)
    with shop.open():
        never_rung = Phone.objects.get(pk=shop.phones[1]).e164
    pages = [ask_code(shop, number).content.decode().replace(number, "N") for number in (KNOWN, UNKNOWN, never_rung)]
    assert pages[0] == pages[1] == pages[2]
    assert [len(brought(shop, number)) for number in (KNOWN, UNKNOWN, never_rung)] == [1, 0, 0]
    wrong = [read(shop, number, "00000000") for number in (KNOWN, UNKNOWN, never_rung, "+12025550155")]
    assert {(one.status_code, re.sub(r"\+\d+", "N", one.content.decode())) for one in wrong} == {
        (403, re.sub(r"\+\d+", "N", wrong[0].content.decode()))
    }


def test_a_code_is_one_at_a_time_ten_minutes_and_five_tries(shop: Shop, admin_url: str, clock: Clock) -> None:
    called(shop, admin_url)
    ask_code(shop, KNOWN)
    ask_code(shop, KNOWN)
    (code,) = brought(shop, KNOWN)
    wrong = "00000000" if code != "00000000" else "00000001"
    for _ in range(codes.TRIES):
        assert read(shop, KNOWN, wrong).status_code == 403
    assert read(shop, KNOWN, code).status_code == 403, "even the right one, after five wrong ones"
    clock.at = NOW + timedelta(minutes=10)
    ask_code(shop, KNOWN)
    second = brought(shop, KNOWN)[-1]
    clock.at += timedelta(minutes=10)
    assert read(shop, KNOWN, second).status_code == 403, "ten minutes are over"
    assert ask_code(shop, KNOWN).status_code == 429, "three times an hour, known or not"
    clock.at += timedelta(hours=1)
    ask_code(shop, KNOWN)
    assert read(shop, KNOWN, brought(shop, KNOWN)[-1]).status_code == 200
    clock.at += timedelta(hours=2)
    assert ask_code(shop, KNOWN).status_code == 200
    assert len(brought(shop, KNOWN)) == 3, "and three a day reach the telephone"


def test_at_night_no_telephone_is_disturbed(shop: Shop, admin_url: str, clock: Clock) -> None:
    called(shop, admin_url)
    clock.at = NOW.replace(hour=3)  # ten in the evening there
    ask_code(shop, KNOWN)
    assert brought(shop, KNOWN) == []


def test_guessing_from_one_address_is_answered_in_words_and_harmless(shop: Shop, admin_url: str) -> None:
    called(shop, admin_url)
    ask_code(shop, KNOWN)
    answers = [read(shop, KNOWN if n % 2 else UNKNOWN, f"{n:08d}") for n in range(25)]
    assert [one.status_code for one in answers] == [403] * 20 + [429] * 5
    assert "Please try again in 10 minutes." in answers[-1].content.decode()
    asks = [stranger().post(at(shop, "/code"), {"number": f"+1202555{n:04d}"}) for n in range(120, 135)]
    assert [one.status_code for one in asks] == [200] * 9 + [429] * 6


def test_what_a_stranger_typed_in_does_not_outlive_a_day(shop: Shop) -> None:
    ask_code(shop, UNKNOWN)
    with as_worker(), shop.open():
        assert codes.sweep(now=NOW + timedelta(days=2)) == 1
        assert not Code.objects.exists()


def test_made_up_telephones_are_shown_in_made_up_houses_alone(
    shop: Shop, admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    called(shop, admin_url)
    ask_code(shop, KNOWN)
    shown = stranger().post(at(shop, "/made-up-telephone"), {"number": KNOWN})
    assert "Your code is" in shown.content.decode()
    monkeypatch.setattr(settings.ENVIRONMENT, "world", "real")
    assert stranger().post(at(shop, "/made-up-telephone"), {"number": KNOWN}).status_code == 404
    assert "Please write to it" in stranger().get(at(shop)).content.decode()
    with shop.open():
        Tenant.objects.filter(pk=shop.tenant).update(world="real")
    with as_worker(), shop.open(), pytest.raises(Error), transaction.atomic():
        MadeUpMessage.objects.create(tenant_id=shop.tenant, e164=KNOWN, text="no", at=NOW)


def test_corrections_erasures_and_complaints_each_get_a_clock_and_a_receipt(shop: Shop, admin_url: str) -> None:
    called(shop, admin_url)
    ask_code(shop, KNOWN)
    token = token_in(read(shop, KNOWN, brought(shop, KNOWN)[0]))
    for kind, said in (("correction", "I am Bob.\0"), ("erasure", ""), ("complaint", "You called at dinner.")):
        answer = stranger().post(at(shop, "/ask"), {"token": token, "kind": kind, "said": said}, follow=True)
        assert answer.status_code == 200, answer.content.decode()
        assert "Your receipt" in answer.content.decode()
    assert stranger().post(at(shop, "/ask"), {"token": token, "kind": "complaint"}).status_code == 422
    assert stranger().post(at(shop, "/ask"), {"token": token, "kind": "riches", "said": "x"}).status_code == 422
    assert stranger().post(at(shop, "/ask"), {"kind": "erasure", "said": "x"}).status_code == 403
    with shop.open():
        assert sorted(Request.objects.values_list("kind", "proven", "said")) == [
            ("correction", True, "I am Bob."),
            ("erasure", True, ""),
        ]
        assert Complaint.objects.get().digest == Receipt.objects.get(kind="complaint").digest
        with transaction.atomic():
            (taken,) = deeds.take(now=NOW)
        assert taken.said == "You called at dinner."
        assert deeds.take(now=NOW) == []
    page = stranger().post(at(shop, "/read"), {"token": token}).content.decode()
    assert "You asked to be erased." in page


def test_the_page_confirms_the_agents_code_for_this_call_and_tells_no_more(
    shop: Shop, admin_url: str, clock: Clock
) -> None:
    attempt = called(shop, admin_url, live=True, ended_at=None, outcome="", originated_at=NOW)
    agent = shop.house.browser(Role.AGENT)
    assert agent.post(f"/api/calls/{attempt}/word").status_code == 404, "not at this seat"
    with shop.open():
        seat = Seat.objects.create(tenant_id=shop.tenant, user=shop.house.users[Role.AGENT], since=NOW)
    import psycopg  # noqa: PLC0415 - what dialerd would write

    with psycopg.connect(admin_url) as db:
        db.execute("UPDATE dialing_seat SET attempt_id = %s, state = 'talking' WHERE id = %s", [attempt, seat.pk])
    shown = agent.post(f"/api/calls/{attempt}/word").json()
    assert agent.post(f"/api/calls/{attempt}/word").json() == shown, "read out twice it is the same"
    yes = stranger().post(at(shop, "/really"), {"word": f"{shown['word'][:3]} {shown['word'][3:]}"}).content.decode()
    assert "Yes: Acme Garden Tools is calling you now about this: a survey." in yes
    assert "Ann" not in yes
    assert "agent of" not in yes
    clock.at = NOW + timedelta(minutes=10)
    assert (
        "No. This code belongs to no call"
        in stranger().post(at(shop, "/really"), {"word": shown["word"]}).content.decode()
    )
    wrong = [stranger().post(at(shop, "/really"), {"word": f"{n:06d}"}).status_code for n in range(12)]
    assert wrong[-1] == 429
    assert shop.house.browser(Role.COMPLIANCE_OFFICER).post(f"/api/calls/{attempt}/word").status_code == 403
    with shop.open():
        assert CallWord.objects.count() == 1
