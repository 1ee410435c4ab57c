"""Erased is erased: in the whole dump, after an import, after a restore; and who brings the number gets its history."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from ahize.dialer.events import Barred
from ahize.web import base
from ahize.web.consents import ledger
from ahize.web.consents.models import Consent, Suppression
from ahize.web.contacts.models import Contact, Import, Phone
from ahize.web.dialing.models import Attempt
from ahize.web.permissions import Role
from ahize.web.recordings.models import Recording
from ahize.web.rights import erasure, history, replay, tasks
from ahize.web.rights.models import Came, Erasure, Kind, Request
from ahize.web.rights.services import open_request
from web.called.callers import Clock, at, called, stranger
from web.called.worker import as_worker
from web.dialing.shop import NOW, Shop, add_person
from web.dialing.test_who_calls import seek
from web.rights.journals import journaled

KNOWN = "+12025550102"
"""The shop's third person; the first two have the numbers of seller and caller ID."""


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Clock:
    made = Clock()
    monkeypatch.setattr(base, "CLOCK", made)
    settings.MEDIA_ROOT = tmp_path
    return made


def grant(shop: Shop, number: str = KNOWN) -> Request:
    """Somebody asks to be erased, and the compliance officer grants it."""
    with shop.open():
        opened = open_request(
            Kind.ERASURE, tenant=shop.tenant, e164=number, came=Came.PAGE, proven=True, said=f"me: {number}", now=NOW
        )
    told = {"grant": True, "reason": "no ground to keep", "answer": "Done."}
    path = f"/api/rights/requests/{opened.request.pk}/decision"
    answer = shop.house.browser(Role.COMPLIANCE_OFFICER).post(path, told, content_type="application/json")
    assert (answer.status_code, answer.json()["state"]) == (200, "doing")
    return opened.request


def work() -> int:
    with as_worker():
        return tasks.erase_all()


def full_dump(admin_url: str, digits: str) -> dict[str, int]:
    """Rows of every table in which these digits stand, however they are written."""
    found = {}
    with psycopg.connect(admin_url) as db:
        names = db.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        ).fetchall()
        for (name,) in names:
            rows = db.execute(f'SELECT t::text FROM "{name}" t').fetchall()
            # Separators of a number are taken out; those between columns stay.
            hits = sum(digits in re.sub(r"(?<=\d)[ ().\-/]+(?=\d)", "", row[0]) for row in rows)
            if hits:
                found[name] = hits
    return found


def test_after_an_erasure_no_form_of_the_number_stands_in_the_whole_dump(
    shop: Shop, admin_url: str, tmp_path: Path
) -> None:
    attempt = called(shop, admin_url, index=2)
    journaled(shop, UUID(attempt), KNOWN)
    assert {"dialing_ruling", "dialing_journal"} <= set(full_dump(admin_url, "2025550102"))
    with shop.open():
        ledger.record_consent(
            tenant=shop.tenant, seller=shop.seller, e164=KNOWN, given_at=NOW, words="Yes.", by=None, now=NOW
        )
        Import.objects.create(
            tenant_id=shop.tenant, seller_id=shop.seller, list_id=shop.list, filename="a.csv", size=1,
            sha256="0" * 64, file="a.csv", state="accepted", created_at=NOW,
        )  # fmt: skip
    (tmp_path / "a.csv").write_text("Ann 0;(202) 555-0102")
    with psycopg.connect(admin_url) as db:
        db.execute(
            'INSERT INTO contacts_importreject (id, tenant_id, import_id, row, "column", code, value, warning)'
            " SELECT gen_random_uuid(), tenant_id, id, 1, 'phone', 'x', '(202) 555-0102 ext', true FROM contacts_import"
        )
        db.execute("UPDATE dialing_deed SET taken_at = now()")
    stranger().post(at(shop, "/stop"), {"number": KNOWN})
    grant(shop)
    assert work() == 0, "dialerd has not heard of the stop yet"
    with shop.open():
        assert Suppression.objects.filter(e164=KNOWN, seller=None).exists(), "the stop holds whatever comes after"
    with psycopg.connect(admin_url) as db:
        db.execute("UPDATE dialing_deed SET taken_at = now()")
    assert work() == 1
    assert full_dump(admin_url, "2025550102") == {}
    assert not any("5550102" in re.sub(r"\D", "", file.read_text()) for file in tmp_path.rglob("*") if file.is_file())
    with shop.open():
        done = Erasure.objects.get()
        emptied = Contact.objects.get(pk=shop.contacts[2])
        assert (emptied.first_name, emptied.fields, emptied.erased_at) == ("", {}, NOW)
        assert Attempt.objects.get(pk=attempt).e164 == done.pseudonym
        assert Request.objects.get().state == "done"
        assert {one["class"] for one in done.kept} >= {"attempts", "consents", "suppressions"}
        assert all(one["why"] for one in done.kept)
        assert Contact.objects.get(pk=shop.contacts[1]).first_name == "Ann 1", "nobody else is touched"


def test_it_goes_on_where_it_stood_and_twice_is_once(shop: Shop, admin_url: str) -> None:
    called(shop, admin_url, index=2)
    grant(shop)
    with as_worker(), shop.open():
        (one,) = erasure.waiting()
        assert erasure.advance(one, now=NOW)
    (barred,) = seek(shop, shop.ask(2, salt=1))
    assert isinstance(barred, Barred), "after the very first step nobody dials"
    with psycopg.connect(admin_url) as db:
        db.execute("UPDATE dialing_deed SET taken_at = now()")
    steps = 1
    while True:
        with as_worker(), shop.open():
            more = erasure.advance(one, now=NOW)
        steps += 1
        if not more:
            break
    assert steps == len(erasure.STEPS)
    assert work() == 0


def test_a_list_that_brings_the_number_back_brings_nobody_back(shop: Shop, admin_url: str) -> None:
    grant(shop)
    _settled(admin_url)
    with shop.open():
        assert not Contact.objects.filter(pk=shop.contacts[2]).exists(), "nothing rested on it"
        fresh = add_person(shop, 7, e164=KNOWN)
    index = shop.phones.index(fresh.pk)
    (answer,) = seek(shop, shop.ask(index))
    assert isinstance(answer, Barred)
    assert "suppression" in answer.grounds
    # Erased once more, the stop that stands is not doubled.
    grant(shop)
    _settled(admin_url)
    with shop.open():
        assert Suppression.objects.filter(ended_at=None).count() == 1
        assert Erasure.objects.filter(done_at=None).count() == 0


def test_who_brings_the_number_gets_its_whole_history_and_only_with_the_key(
    shop: Shop, admin_url: str, settings: Any
) -> None:
    called(shop, admin_url, index=2)
    grant(shop)
    _settled(admin_url)
    with shop.open():
        found = history.of_number(shop.tenant, KNOWN)
        assert [one.ruling.ruling["verdict"] for one in found.attempts] == ["allow"]
        assert found.suppressions.count() == 1
        assert found.requests.count() == found.erasures.count() == 1
        settings.NUMBER_KEYS = ""
        nothing = history.of_number(shop.tenant, KNOWN)
        assert not nothing.attempts.exists(), "a process without the key, like the web, finds nobody"


def test_after_a_restore_they_are_gone_before_the_first_dial(shop: Shop, admin_url: str, tmp_path: Path) -> None:
    grant(shop)
    _settled(admin_url)
    lines = (tmp_path / "erased.jsonl").read_text().splitlines()
    assert len(lines) == 1
    assert "0102" not in json.loads(lines[0])["pseudonym"]
    # Last week's backup: the person is on the list, and of stop and erasure there is no trace.
    with psycopg.connect(admin_url) as db:
        db.execute("SET session_replication_role = replica")
        for table in (
            "rights_erasure",
            "rights_request",
            "consents_checktoken",
            "consents_suppression",
            "dialing_deed",
        ):
            db.execute(f"DELETE FROM {table}")
    with shop.open():
        fresh = add_person(shop, 7, e164=KNOWN)
    with as_worker():
        told = replay.replay(lines, now=NOW)
    assert told == {"named": 1, "back": 1, "left": 0}
    assert full_dump(admin_url, "2025550102") == {}
    with shop.open():
        assert not Phone.objects.filter(pk=fresh.pk).exists()
        again = add_person(shop, 8, e164=KNOWN)
    (answer,) = seek(shop, shop.ask(shop.phones.index(again.pk)))
    assert isinstance(answer, Barred)


def test_what_is_held_stays_and_the_receipt_says_so(shop: Shop, admin_url: str) -> None:
    kept, gone = called(shop, admin_url, index=2), called(shop, admin_url, index=1)
    with psycopg.connect(admin_url) as db:
        db.execute("UPDATE dialing_attempt SET e164 = %s WHERE id = %s", [KNOWN, gone])
        for attempt, held in ((kept, NOW), (gone, None)):
            db.execute(
                "INSERT INTO recordings_recording (id, tenant_id, attempt_id, began_at, noted_at, seconds, expected_s,"
                " rate, channels, path, size, sha256, key, cut_short, not_kept, gaps, peaks, keep_until, held_at,"
                " hold_reason, deleted_why, deleted_reason) VALUES (gen_random_uuid(), %s, %s, %s, %s, 1, 1, 8000, 2,"
                " '', 0, '', '', false, '', '[]', '[]', %s, %s, '', '', '')",
                [shop.tenant, attempt, NOW, NOW, NOW + timedelta(days=9), held],
            )
    grant(shop)
    _settled(admin_url)
    with shop.open():
        assert Recording.objects.get(attempt_id=kept).deleted_at is None
        assert Recording.objects.get(attempt_id=gone).deleted_at == NOW
        assert {one["class"]: one["count"] for one in Erasure.objects.get().kept}["held recordings"] == 1


def test_the_database_lets_only_a_pseudonym_be_put_where_a_number_stood(shop: Shop) -> None:
    from django.db import Error, transaction  # noqa: PLC0415 - beside its only use

    with shop.open():
        ledger.record_consent(
            tenant=shop.tenant, seller=shop.seller, e164=KNOWN, given_at=NOW, words="Yes.", by=None, now=NOW
        )
        with pytest.raises(Error), transaction.atomic():
            Consent.objects.update(e164="~web")
    with as_worker(), shop.open():
        for wrong in ({"e164": "+12025550111"}, {"words": "No."}, {"e164": "~x", "words": "No."}):
            with pytest.raises(Error), transaction.atomic():
                Consent.objects.update(**wrong)
        with pytest.raises(Error), transaction.atomic():
            Consent.objects.all()._raw_delete("default")
        assert Consent.objects.update(e164="~pseudonym") == 1


def _settled(admin_url: str) -> int:
    """dialerd takes what it was told, and the worker goes on."""
    work()
    with psycopg.connect(admin_url) as db:
        db.execute("UPDATE dialing_deed SET taken_at = now()")
    return work()
