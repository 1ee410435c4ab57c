"""Whoever asks is called and told the code, under a permit of its own with its ruling in the chain; nobody else is."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import Error, transaction

from ahize.dialer.gate import Gate, Refused, Spent
from ahize.telephony.code_calls import heard, spoken
from ahize.telephony.link import About
from ahize.web import base
from ahize.web.audit.models import Entry
from ahize.web.called import forgetting, tasks
from ahize.web.called.models import Code
from ahize.web.consents.models import Suppression
from ahize.web.consents.services import suppress
from ahize.web.dialing import code_calls
from ahize.web.dialing.models import CodeCall, Floor
from web.called.callers import KNOWN, UNKNOWN, Clock, at, called, stranger
from web.called.worker import as_worker
from web.dialing import shop as shops
from web.dialing.shop import NOW, Shop


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(base, "CLOCK", made)
    monkeypatch.setattr(settings.ENVIRONMENT, "world", "made_up")
    return made


def ready(shop: Shop, admin_url: str) -> str:
    """Somebody was rung by this house, and its floor runs with a gate; the attempt's id."""
    attempt = called(shop, admin_url)
    with psycopg.connect(admin_url) as db:
        db.execute("UPDATE dialing_floor SET gate_up = true, beat_at = %s", [NOW])
    return attempt


def ask(shop: Shop, number: str, **more: str) -> Any:
    answer = stranger().post(at(shop, "/code"), {"number": number, "way": "call", **more})
    with shop.open():
        code = Code.objects.filter(e164=number).first()
    if code is not None:
        with as_worker():
            tasks.send_code(code.pk, shop.tenant)
    return answer


def ruled(shop: Shop) -> list[dict[str, Any]]:
    with shop.open():
        rows = Entry.objects.filter(action=code_calls.RULED).order_by("id")
        assert all(row.hash for row in rows), "each stands in the chain"
        return [row.after for row in rows]


def test_the_permit_is_of_its_own_kind_and_what_is_heard_opens_the_page(shop: Shop, admin_url: str) -> None:
    ready(shop, admin_url)
    with shop.open():
        suppress(tenant=shop.tenant, seller=None, e164=KNOWN, source="agent", by=None, now=NOW)
    page = ask(shop, KNOWN).content.decode()
    assert "pick up, press 1" in page
    with shops.ledger_of(shop) as ledger, shops.clearance_of(shop) as clearance:
        ledger.recover(NOW, seed=1, lines=10)
        ledger.asked(NOW)
        assert ledger.deeds.code_calls_asked
        (call,) = ledger.code_calls(NOW)
        given = {"floor": ledger.floor, "epoch": ledger.epoch, "clock": shop.clock}
        assert clearance.seal_code_call(call, **{**given, "epoch": 9}) is None, "of a deposed engine's"
        permit = clearance.seal_code_call(call, **given)
        assert permit is not None
        assert (permit.number, permit.duties) == (KNOWN, (code_calls.DUTY,))
        assert clearance.seal_code_call(call, **given) is None, "sealed once"
        gate = Gate(world="made_up", verifier=shops.sealer().verifier())
        assert isinstance(gate.spend(permit, NOW), Spent)
        assert gate.spend(permit, NOW) == Refused("already_spent")
        about = About(*ledger.code_words(call))
        assert ledger.code_words(call) == ("", {}), "the digits are handed out once"
        assert about.fields["seller_name"] == "shop", "the house says who it is"
        report = {"id": str(call), "state": "answered", "heard": heard(about)}
        ledger.note_code_call(report, NOW)
        ledger.note_code_call({"id": str(call), "state": "ended", "outcome": "told"}, NOW)
    code = about.fields["field.code"]
    assert re.fullmatch(r"[0-9]{6}", code)
    with shop.open():
        row = CodeCall.objects.get()
        assert (row.state, row.outcome, bytes(row.words)) == ("ended", "told", b"")
        assert code not in f"{row.payload}{Code.objects.get().hash}"
    (told,) = ruled(shop)
    assert (told["verdict"], told["facts"]["suppressed"], told["facts"]["rung"]) == ("allow", True, True)
    assert KNOWN not in json.dumps(told)
    shown = stranger().post(at(shop, "/made-up-telephone"), {"number": KNOWN}).content.decode()
    assert shown.count(spoken(about).fields["field.code"]) == 2, "said twice"
    assert stranger().post(at(shop, "/read"), {"number": KNOWN, "code": code}).status_code == 200
    with as_worker(), shop.open():
        assert forgetting.forget(shop.tenant, KNOWN, "~0123456789abcde")["code_calls"] == 1
        assert KNOWN not in json.dumps(list(CodeCall.objects.values("e164", "payload", "heard")))


@pytest.mark.parametrize("why", ["night", "too_many", "in_call", "caller_id", "never_rung", "too_late"])
def test_clearance_looks_again_and_says_why_not(shop: Shop, admin_url: str, why: str) -> None:
    attempt = ready(shop, admin_url)
    ask(shop, KNOWN)
    changes = {
        "night": "UPDATE dialing_codecall SET at = at + interval '12 hours'",
        "too_many": "INSERT INTO dialing_codecall (id, tenant_id, e164, caller_id, language, words, at, state, why,"
        " outcome, payload, signature, sealed_at, heard) SELECT gen_random_uuid(), tenant_id, e164, '', 'en', '',"
        " at, 'ended', '', '', '', '', at - interval '1 hour', '' FROM dialing_codecall, generate_series(1, 3)",
        "in_call": f"UPDATE dialing_attempt SET live = true, ended_at = NULL WHERE id = '{attempt}'",
        "caller_id": "UPDATE tenants_callerid SET valid_until = valid_from",
        "never_rung": f"UPDATE dialing_attempt SET originated_at = NULL WHERE id = '{attempt}'",
    }
    with psycopg.connect(admin_url) as db:
        db.execute(changes.get(why, "SELECT 1"))  # type: ignore[arg-type]
    shop.clock.move_to({"night": NOW + timedelta(hours=12), "too_late": NOW + timedelta(seconds=61)}.get(why, NOW))
    with shops.ledger_of(shop) as ledger, shops.clearance_of(shop) as clearance:
        ledger.recover(NOW, seed=1, lines=10)
        (call,) = ledger.code_calls(shop.clock.now())
        given = {"floor": ledger.floor, "epoch": ledger.epoch, "clock": shop.clock}
        assert clearance.seal_code_call(call, **given) is None
    with shop.open():
        row = CodeCall.objects.get(pk=call)
        assert (row.state, row.why, bytes(row.words)) == ("refused", why, b"")
    assert (ruled(shop)[0]["verdict"], ruled(shop)[0]["grounds"]) == ("block", [why])


def test_a_stranger_is_not_even_asked_for_and_the_page_does_not_tell(shop: Shop, admin_url: str) -> None:
    ready(shop, admin_url)
    pages = [ask(shop, number).content.decode().replace(number, "N") for number in (KNOWN, UNKNOWN)]
    assert pages[0] == pages[1]
    with shop.open():
        assert [row.e164 for row in CodeCall.objects.all()] == [KNOWN]


def test_nine_stops_every_seller_and_no_real_telephone_is_written_down(shop: Shop, admin_url: str) -> None:
    ready(shop, admin_url)
    ask(shop, KNOWN)
    with shops.ledger_of(shop) as ledger:
        ledger.recover(NOW, seed=1, lines=10)
        (call,) = ledger.code_calls(NOW)
        ledger.note_code_call({"id": str(call), "state": "ended", "outcome": "opted_out", "stopped": True}, NOW)
    with shop.open():
        assert Suppression.objects.get(e164=KNOWN).source == "key_press"
    with psycopg.connect(admin_url) as db:
        db.execute("UPDATE tenants_tenant SET world = 'real'")
    with as_worker(), shop.open(), pytest.raises(Error), transaction.atomic():
        CodeCall.objects.filter(pk=call).update(heard="Your code is.")


def test_where_no_engine_runs_it_is_said_in_words(shop: Shop) -> None:
    refused = stranger().post(at(shop, "/code"), {"number": KNOWN, "way": "call"})
    assert (refused.status_code, "telephones rest" in refused.content.decode()) == (503, True)
    assert "telephones rest" in stranger().get(at(shop)).content.decode()
    assert stranger().post(at(shop, "/code"), {"number": KNOWN, "way": "pigeon"}).status_code == 422
    assert stranger().post(at(shop, "/code"), {"number": KNOWN, "way": "text"}).status_code == 200
    with shop.open():
        assert not Floor.objects.filter(gate_up=True).exists()
