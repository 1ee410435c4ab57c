"""Rulings sealed, checked, taken away and decided again."""

from __future__ import annotations

import base64
import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connections
from django.db.utils import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from ahize.compliance import released
from ahize.compliance.again import compare, law_ruling
from ahize.compliance.facts import CallFacts
from ahize.compliance.rulebook import Rulebook
from ahize.kernel.canonical import in_order
from ahize.kernel.errors import BadInput
from ahize.kernel.seals import Sealer
from ahize.proof.bundle import Reader
from ahize.proof.heads import Head as HeadValue
from ahize.proof.merkle import leads_to
from ahize.web.dialing.models import Ruling
from ahize.web.permissions import Role
from ahize.web.proof import checks, exporting, laws, outside, reaudits, sealing
from ahize.web.proof.models import Different, Head, LawKind, LawText, State
from web.dialing import shop as shops
from web.dialing.shop import NOW, Shop

SALT = count()
KEY = Sealer.from_bytes(base64.b64decode(os.environ["AHIZE_PROOF_KEY"]))


@contextmanager
def worker() -> Iterator[None]:
    """The same connection, as the worker's role: heads are the worker's to write."""
    mine = connections["default"].settings_dict
    before = {name: mine[name] for name in ("USER", "PASSWORD")}
    told = conninfo_to_dict(os.environ["AHIZE_DATABASE_URL_WORKER"])
    connections["default"].close()
    mine.update(USER=told["user"], PASSWORD=told["password"])
    try:
        yield
    finally:
        connections["default"].close()
        mine.update(before)


def dialled(shop: Shop, *indexes: int) -> None:
    with shops.ledger_of(shop) as ledger, shops.clearance_of(shop) as clearance:
        ledger.recover(shop.clock.now(), seed=1, lines=10)
        asks = [shop.ask(index, salt=next(SALT)) for index in indexes]
        clearance.rule_on(asks, floor=ledger.floor, epoch=ledger.epoch, clock=shop.clock)


def sealed(shop: Shop, *, at=NOW) -> list[Head]:
    with worker():
        return sealing.seal_all(shop.tenant, KEY, now=at)


def test_what_was_ruled_is_sealed_once_and_decides_the_same_again(shop: Shop):
    dialled(shop, 0, 1, 2)
    (first,) = sealed(shop)
    dialled(shop, 0, 1)
    (second,) = sealed(shop, at=NOW + timedelta(seconds=10))
    assert sealed(shop) == []
    assert (first.first_seq, first.until_seq, second.until_seq) == (1, 4, 6)
    with shop.open():
        report = checks.check(shop.tenant)
        assert report.whole, report.breaks
        assert (report.rulings, report.heads, report.unsealed) == (5, 2, 0)
        assert LawText.objects.get(kind=LawKind.RULEBOOK).sha256 == Rulebook.load().sha256
        books = laws.Books()
        for row in Ruling.objects.order_by("seq"):
            assert compare(row.ruling, row.sources, law_ruling(books.of(row.ruling, row.sources), row.facts)) is None


def test_nobody_but_the_worker_seals_and_nobody_changes_a_head(shop: Shop):
    dialled(shop, 0)
    with pytest.raises(ProgrammingError, match="permission denied"):
        sealing.seal_all(shop.tenant, KEY, now=NOW)
    sealed(shop)
    with worker(), shop.open(), pytest.raises(ProgrammingError, match="permission denied"):
        Head.objects.update(root="0" * 64)


def test_what_was_done_to_the_rows_is_told_with_its_place(shop: Shop, admin_url: str):
    dialled(shop, 0, 1, 2)
    (head,) = sealed(shop)
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute("ALTER TABLE dialing_ruling DISABLE TRIGGER kept")
        try:
            admin.execute("UPDATE dialing_ruling SET number = '+12025550177' WHERE seq = 2")
            with shop.open():
                (broken,) = checks.check(shop.tenant).breaks
            assert (broken.ledger, broken.code, broken.number) == ("rulings", "changed", 2)
            assert checks.sentence(broken) == "Ruling 2 does not say what it said when it was written."
            admin.execute("DELETE FROM dialing_ruling WHERE seq = 3")
            admin.execute("UPDATE dialing_ruling SET number = '+12025550101' WHERE seq = 2")
            with shop.open():
                (broken,) = checks.check(shop.tenant).breaks
            assert (broken.code, broken.number) == ("missing", 3)
        finally:
            admin.execute("ALTER TABLE dialing_ruling ENABLE TRIGGER kept")
    with shop.open():
        text = outside.printable(head, "Shop")
        (kept,) = outside.heads_in(f"> {text}", shop.tenant, where="a mail")
        assert kept.hash == head.hash
        again = [replace(kept, hash="0" * 64), replace(kept, number=9)]
        assert [one.code for one in checks.check(shop.tenant, kept=again).breaks] == ["missing", "kept"]


def test_a_bundle_of_one_number_holds_no_other_and_each_ruling_leads_to_a_signed_head(shop: Shop):
    dialled(shop, 0, 1, 2, 0, 1)
    with shop.open():
        made = exporting.ask(exporting.Asked(number="+12025550100"), tenant=shop.tenant, by=None, now=NOW)
    with worker():
        exporting.make(made.pk, shop.tenant, sealer=KEY, now=NOW)
    with shop.open():
        made.refresh_from_db()
    assert (made.state, made.rulings, made.error) == (State.DONE, 2, "")
    with exporting.file_of(made).open("rb") as file:
        bundle = Reader(file)
        assert bundle.check(KEY.verifier().to_bytes()) == []
        assert bundle.paths[:2] == ["ahize-verify.pyz", "heads.json"]
        (head,) = (HeadValue.from_json(one) for one in json.loads(bundle.read("heads.json")))
        lines = [json.loads(line) for line in bundle.read("rulings.jsonl").splitlines()]
        (law,) = (json.loads(bundle.read(path)) for path in bundle.paths if path.startswith("rulebooks/"))
    assert [line.get("seq", "gap") for line in lines] == [1, "gap", 4]
    assert b"12025550101" not in exporting.file_of(made).read_bytes()
    for line in lines:
        if "seq" in line:
            size, path = line["size"], line["path"]
            assert leads_to(head.rulings.root, line["hash"], index=line["index"], size=size, path=path)
    assert head.is_signed(KEY.verifier().to_bytes())
    book = released.read(law)
    assert book.decide(CallFacts.from_json(json.loads(lines[0]["facts"]))).verdict == "allow"


def test_the_past_under_another_rulebook_says_which_rulings_would_differ(shop: Shop):
    dialled(shop, 0, 1, 2)
    stricter = released.document_of(Rulebook.load())
    (federal,) = (law for law in stricter["laws"] if law["layer"] == "US")
    federal["rules"].append({**federal["rules"][0], **NEVER})
    stricter["version"] = "2099.1"
    stricter["sha256"] = Rulebook.from_documents([released.dated(one) for one in stricter["laws"]], "").sha256
    with worker(), shop.open():
        LawText.objects.create(
            tenant_id=shop.tenant, kind="rulebook", sha256=stricter["sha256"], version="2099.1",
            text=in_order(stricter), at=NOW,
        )  # fmt: skip
    span = {"since": NOW - timedelta(days=1), "until": NOW + timedelta(days=1), "house": False}
    with shop.open():
        other = reaudits.ask(**span, rulebook="2099.1", tenant=shop.tenant, by=None, now=NOW)
        same = reaudits.ask(**span, rulebook="", tenant=shop.tenant, by=None, now=NOW)
        with pytest.raises(BadInput, match="ends before"):
            reaudits.ask(
                **{**span, "until": NOW - timedelta(days=2)}, rulebook="", tenant=shop.tenant, by=None, now=NOW
            )
    with worker():
        for one in (other, same):
            reaudits.run(one.pk, shop.tenant, now=lambda: NOW)
    with shop.open():
        other.refresh_from_db()
        same.refresh_from_db()
        assert (same.state, same.done, same.differing) == ("done", 3, 0)
        assert (other.state, other.done, other.differing) == ("done", 3, 3)
        assert other.rules == {"US-NEVER": {"come": 3}}
        assert other.verdicts == {"allow block": 3}
        assert Different.objects.filter(reaudit=other).count() == 3


NEVER = {
    **{"id": "US-NEVER", "kind": "barred", "title": "Nobody is called", "cites": ["made up"], "mark": "verified"},
    **{"ground": "suppression", "because": {"en": "a rule", "tr": "bir kural"}, "when": {"channel": "voice"}},
}


def test_the_doors_of_proof(shop: Shop):
    dialled(shop, 0)
    officer, agent = shop.house.browser(Role.COMPLIANCE_OFFICER), shop.house.browser(Role.AGENT)
    assert agent.get("/api/proof").status_code == 403
    assert officer.get("/api/proof/head/text").status_code == 409
    assert officer.get("/api/proof").json()["unsealed_rulings"] == 1
    (head,) = sealed(shop)
    told = officer.get("/api/proof").json()
    assert (told["head"]["hash"], told["unsealed_rulings"]) == (head.hash, 0)
    text = officer.get("/api/proof/head/text").content.decode()
    said = post(officer, "/api/proof/check", {"kept": text}).json()
    assert (said["whole"], said["kept"]) == (True, 1)
    said = post(officer, "/api/proof/check", {"kept": text.replace(head.hash, "0" * 64)}).json()
    assert said["breaks"][0]["sentence"] == "Head 1 is another one than was kept outside."
    day = NOW.isoformat()
    for wrong in (
        {},
        {"since": day},
        {"since": day, "until": day},
        {"number": "12"},
        {"number": "+12025550100", "since": day},
    ):
        assert post(officer, "/api/proof/exports", wrong).status_code in (400, 422), wrong
    made = post(officer, "/api/proof/exports", {"number": "+12025550100"})
    assert made.status_code == 201, made.content
    assert officer.get(f"/api/proof/exports/{made.json()['id']}/file").status_code == 409
    with worker():
        exporting.make(UUID(made.json()["id"]), shop.tenant, sealer=KEY, now=NOW)
    taken = officer.get(f"/api/proof/exports/{made.json()['id']}/file")
    assert Reader(io.BytesIO(b"".join(taken.streaming_content))).check(KEY.verifier().to_bytes()) == []
    span = {"since": day, "until": (NOW + timedelta(days=1)).isoformat()}
    assert post(officer, "/api/proof/reaudits", {**span, "rulebook": "1999.1"}).status_code == 404
    made = post(officer, "/api/proof/reaudits", span).json()
    with worker():
        reaudits.run(UUID(made["id"]), shop.tenant, now=lambda: NOW)
    (found,) = officer.get("/api/proof/reaudits").json()
    assert (found["state"], found["done"], found["differing"]) == ("done", 1, 0)
    assert officer.get(f"/api/proof/reaudits/{made['id']}/rulings").json() == {"rulings": [], "next": None}
    assert b"".join(officer.get(f"/api/proof/reaudits/{made['id']}/csv").streaming_content).startswith(
        b"ruling,attempt"
    )


def post(browser: Any, path: str, body: dict[str, Any]) -> Any:
    return browser.post(path, json.dumps(body), content_type="application/json")
