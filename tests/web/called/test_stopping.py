"""Whoever types a number into the public page is not called again, and learns nothing about anybody."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ahize.dialer.events import Barred
from ahize.web import base
from ahize.web.audit.models import Entry
from ahize.web.called import knocks, stops
from ahize.web.called.models import Knock
from ahize.web.consents import ledger
from ahize.web.consents.models import ConsentEvent, Suppression
from ahize.web.rights.models import Receipt
from web.called.worker import as_worker
from web.dialing.shop import NOW, Shop
from web.dialing.test_who_calls import seek

KNOWN, UNKNOWN = "+12025550100", "+12025550190"
DRAWN = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}|[0-9a-f]{64}|<dd>\d+</dd>")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    class Set:
        at = NOW

        def now(self) -> datetime:
            return self.at

    made = Set()
    monkeypatch.setattr(base, "CLOCK", made)
    return made


def stranger(**headers: str) -> Client:
    """A browser that keeps no cookies worth having, and speaks English unless told."""
    return Client(HTTP_HOST="127.0.0.1", headers={"Accept-Language": "en", **headers}, enforce_csrf_checks=True)


def at(shop: Shop, path: str = "") -> str:
    return f"/called/{shop.tenant}{path}"


def press_stop(shop: Shop, number: str, **more: Any) -> Any:
    return stranger().post(at(shop, "/stop"), {"number": number, "region": "US", **more}, follow=True)


@pytest.mark.parametrize(
    "typed",
    [
        "+12025550100",
        "(202) 555-0100",
        "202.555.0100",
        "  1 202 555 01 00 ",
        "001 202 5550100",
        "tel: 202-555-0100",
        "٢٠٢٥٥٥٠١٠٠",
        "۲۰۲ ۵۵۵ ۰۱۰۰",
        "２０２５５５０１００",
    ],
)
def test_a_number_in_any_form_is_stopped_for_every_seller(shop: Shop, typed: str) -> None:
    answer = press_stop(shop, typed)
    assert answer.status_code == 200, answer.content.decode()
    with shop.open():
        made = Suppression.objects.get()
        assert (made.e164, made.seller, made.covers, made.source) == (KNOWN, None, "everything", "called_page")
    (after,) = seek(shop, shop.ask(0))
    assert isinstance(after, Barred)
    assert "suppression" in after.grounds


def test_known_unknown_and_stopped_already_are_the_same_work_and_words(shop: Shop) -> None:
    seen = []
    with shop.open():
        ledger.record_consent(
            tenant=shop.tenant, seller=shop.seller, e164=KNOWN, given_at=NOW, words="Call me.", by=None, now=NOW
        )
    press_stop(shop, "+12025550191")  # The first request of all pays for what later ones find warm.
    for number in (KNOWN, UNKNOWN, KNOWN, UNKNOWN):
        with CaptureQueriesContext(connection) as asked:
            first = stranger().post(at(shop, "/stop"), {"number": number})
        page = stranger().get(first["Location"])
        statements = [re.sub(r"'[^']*'|\d+|\(.*\)", "", one["sql"]).split(" ")[:3] for one in asked.captured_queries]
        words = DRAWN.sub("-", page.content.decode())
        seen.append(
            (first.status_code, len(first.content), first.cookies.output(), statements, page.status_code, words)
        )
    assert seen[0][0] == 303
    assert all(one == seen[0] for one in seen)
    with shop.open():
        assert Receipt.objects.count() == 5, "each time a fresh receipt: an old one would tell"
    with as_worker(), shop.open():
        assert stops.follow_up(now=NOW) == 5
        assert ConsentEvent.objects.get().kind == "revoked"
        assert stops.follow_up(now=NOW) == 0


def test_the_receipts_hash_stands_in_the_chain_and_names_nobody(shop: Shop) -> None:
    answer = press_stop(shop, KNOWN)
    text = answer.content.decode()
    code = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", text)
    assert code is not None
    assert KNOWN not in text
    assert "0100" not in text
    with shop.open():
        receipt = Receipt.objects.get()
        entry = Entry.objects.get(action="give_receipt")
        assert entry.after["digest"] == receipt.digest
        assert entry.hash in text
        assert code[0] not in f"{receipt.facts}{receipt.code_hash}", "the table alone finds no receipt"
    mine = stranger().post(at(shop, "/receipt"), {"receipt": code[0].lower().replace("-", " "), "number": KNOWN})
    other = stranger().post(at(shop, "/receipt"), {"receipt": code[0], "number": UNKNOWN})
    assert "this receipt is about this number" in mine.content.decode()
    assert "this receipt is not about this number" in other.content.decode()
    assert stranger().get(at(shop, "/receipt/AAAA-AAAA-AAAA-AAAA")).status_code == 404


@pytest.mark.parametrize(
    "typed",
    [
        *("", "hello", "'; DROP TABLE consents_suppression;--", "12", "1" * 61, "+1202555010\0", "\ud83d"),
        *("+12025550100 or +12025550101", "<script>alert(1)</script>"),
    ],
)
def test_what_is_no_number_is_answered_in_words(shop: Shop, typed: str) -> None:
    answer = stranger().post(at(shop, "/stop"), {"number": typed.encode("utf-8", "surrogatepass").decode("latin-1")})
    assert answer.status_code == 422
    assert "<script>" not in answer.content.decode()
    with shop.open():
        assert not Suppression.objects.exists()


def test_ten_megabytes_are_refused_before_they_are_read(shop: Shop) -> None:
    answer = stranger().post(at(shop, "/stop"), {"number": "9" * 10_000_000})
    assert answer.status_code == 413
    assert "too much text" in answer.content.decode()
    many = stranger().post(
        at(shop, "/stop"), "&".join(f"a{n}=1" for n in range(3_000)), "application/x-www-form-urlencoded"
    )
    assert many.status_code in (400, 413, 422)


def test_ten_thousand_requests_from_one_address_write_thirty_rows_and_are_told_when_to_come_again(
    shop: Shop, clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    browser = stranger()
    answers = [browser.post(at(shop, "/stop"), {"number": f"+1202555{n:04d}"}) for n in range(100, 140)]
    assert [one.status_code for one in answers] == [303] * 30 + [429] * 10
    assert "10 minutes" in answers[-1].content.decode()
    assert answers[-1]["Retry-After"] == "600"
    assert sum("stop of address" in one.message for one in caplog.records) == 1, "logged once, not ten thousand times"
    with shop.open():
        assert Suppression.objects.count() == 30
    assert Knock.objects.count() == 60
    assert not Knock.objects.filter(key__contains="127.0.0.1").exists()
    elsewhere = stranger().post(at(shop, "/stop"), {"number": KNOWN}, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 303, "nobody is kept from it by another"
    clock.at = NOW + timedelta(minutes=11)
    assert browser.post(at(shop, "/stop"), {"number": KNOWN}).status_code == 303
    assert knocks.sweep(now=NOW + timedelta(days=2)) > 0


def test_the_page_needs_no_script_no_cookie_and_loads_nothing_from_elsewhere(shop: Shop) -> None:
    english = stranger().get(at(shop))
    turkish = stranger(**{"Accept-Language": "tr-TR,tr;q=0.9"}).get(at(shop))
    by_link = stranger().get(at(shop) + "?lang=tr")
    assert 'lang="en"' in english.content.decode()
    assert "Bir daha" in turkish.content.decode()
    assert turkish.content == by_link.content
    for answer in (english, turkish):
        text = answer.content.decode()
        assert not answer.cookies
        assert "<script" not in text
        assert re.findall(r'(?:src|href|action)="(?!/called)', text) == []
        assert answer["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
        assert answer["Cache-Control"] == "no-store"
        # Every field has a label, every page its language and one heading.
        inputs = set(re.findall(r'<(?:input|select|textarea)[^>]*\bid="([^"]+)"', text))
        assert inputs == set(re.findall(r'<label for="([^"]+)"', text))
        assert text.count("<h1") == 1
    style = stranger().get("/called/style.css")
    assert style.status_code == 200
    assert "url(" not in style.content.decode()


def test_another_sites_page_cannot_press_stop(shop: Shop) -> None:
    answer = stranger(Origin="https://elsewhere.example").post(at(shop, "/stop"), {"number": KNOWN})
    assert answer.status_code == 403
    with shop.open():
        assert not Suppression.objects.exists()


def test_the_house_is_found_by_its_word_by_the_number_that_called_or_because_it_is_the_only_one(shop: Shop) -> None:
    assert stranger().get("/called")["Location"] == at(shop)
    browser = shop.house.browser()
    named = browser.put("/api/called-page", {"word": "Acme-Garden"}, content_type="application/json")
    assert named.json()["address"] == "/called/acme-garden"
    assert stranger().get("/called/acme-garden").status_code == 200
    from web.dialing import shop as shops  # noqa: PLC0415 - a second house, here alone

    other = shops.build("neighbour")
    assert "Which" not in stranger().get("/called").content.decode()
    taken = other.house.browser().put("/api/called-page", {"word": "acme-garden"}, content_type="application/json")
    assert taken.status_code == 409
    both = stranger().post("/called", {"number": "+12025550101"}).content.decode()
    assert "/called/acme-garden" in both
    assert f"/called/{other.tenant}" in both
    assert "No house here" in stranger().post("/called", {"number": UNKNOWN}).content.decode()
    assert stranger().get("/called/nobody").status_code == 404
    # A stop at one house is nothing at the other, and a person signed in there does not change whose page it is.
    other.house.browser().post(at(shop, "/stop"), {"number": KNOWN})
    with other.open():
        assert not Suppression.objects.exists()
    with shop.open():
        assert Suppression.objects.count() == 1
