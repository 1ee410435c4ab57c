"""``./ahize retention`` and the doctor: what is beyond its term is said, let go when asked, and its receipts hold."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ahize.kernel.errors import BadInput, Conflict
from ahize.run import doctor
from ahize.run.home import Home
from ahize.run.retention import main
from ahize.web import base
from ahize.web.contacts.models import Contact
from ahize.web.proof import keys
from ahize.web.retention import holds, tasks
from web.called.callers import Clock
from web.called.worker import as_worker
from web.dialing.shop import NOW, Shop
from web.retention.test_holds import place


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Clock:
    made = Clock()
    monkeypatch.setattr(base, "CLOCK", made)
    settings.MEDIA_ROOT = tmp_path
    return made


@pytest.fixture
def beyond(shop: Shop) -> Contact:
    """Somebody who was never called, of three years ago."""
    with shop.open():
        return Contact.objects.create(
            tenant_id=shop.tenant, seller_id=shop.seller, list_id=shop.list, row=9_000,
            created_at=NOW - timedelta(days=3 * 366),
        )  # fmt: skip


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    code = main([*words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def contacts(told: list[dict[str, Any]]) -> dict[str, Any]:
    return next(one for one in told[0]["classes"] if one["code"] == "contacts")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_what_is_beyond_its_term_is_said_and_goes_only_when_asked(
    shop: Shop, beyond: Contact, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place(shop, holds.Line(e164="+12025550188"))
    with as_worker():
        code, told = asked(capsys, "plan")
        assert (code, contacts(told)["due"]) == (0, 1)
        with pytest.raises(BadInput, match="Nobody is here"):
            main(["purge"])
        monkeypatch.setattr("sys.stdin", Terminal("n\n"))
        assert main(["purge"]) == 1
        assert "1 would go" in capsys.readouterr().out
        code, told = asked(capsys, "purge", "--yes")
        assert (code, contacts(told)["gone"], told[0]["number"]) == (0, 1, 1)
        assert asked(capsys, "holds")[1][0]["name"] == "Example v. Acme"
        code, told = asked(capsys, "receipts", "--check")
        assert (code, told[0]["whole"], len(told[0]["receipts"])) == (0, True, 1)
        for said in (["plan"], ["holds"], ["receipts", "--check"]):
            assert main(said) == 0
    assert "every one follows and is signed" in capsys.readouterr().out
    with shop.open():
        assert not Contact.objects.filter(pk=beyond.pk).exists()


def test_two_do_not_purge_one_house(shop: Shop, admin_url: str) -> None:
    with psycopg.connect(admin_url) as other:
        name = f"retention.purge {shop.tenant}"
        other.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
        with as_worker(), pytest.raises(Conflict, match="under way"):
            tasks.purge_house(shop.tenant, keys.sealer())
    with as_worker():
        tasks.purge_house(shop.tenant, keys.sealer())


def test_the_screen_asks_for_a_purge_once_and_sees_that_its_receipt_holds(shop: Shop, admin_url: str) -> None:
    browser = shop.house.browser("compliance_officer")
    for _twice in range(2):
        assert browser.post("/api/retention/purge", content_type="application/json").status_code == 202
    with psycopg.connect(admin_url) as db:
        waiting = db.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'retention.purge_now'").fetchall()
    assert waiting == [({"tenant": str(shop.tenant)},)]
    with as_worker():
        tasks.purge_now_job(**waiting[0][0])
    assert browser.get("/api/retention/receipts/check").json() == {"receipts": 1, "number": None, "why": ""}
    assert shop.house.browser("supervisor").post("/api/retention/purge").status_code == 403


def test_a_number_that_is_none_is_told_with_its_line(shop: Shop) -> None:
    said = {"scope": [{"number": "+12025550188"}, {"number": "12"}]}
    answer = shop.house.browser("compliance_officer").post(
        "/api/retention/preview", json.dumps(said), content_type="application/json"
    )
    told = answer.json()
    assert (answer.status_code, told["fields"][0]["field"], told["facts"]) == (422, "number", {"line": 1})


def test_the_doctor_says_where_no_purge_has_ended(
    shop: Shop, admin_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(doctor, "_database", lambda _home, _server: psycopg.connect(admin_url))
    with psycopg.connect(admin_url) as db:
        row = db.execute("SELECT max(created_at) FROM tenants_tenant").fetchone()
        assert row is not None
        made = row[0]
    home = Home(tmp_path, "up")
    assert not list(doctor._purged(home, None, made + timedelta(days=2)))
    (said,) = doctor._purged(home, None, made + timedelta(days=3))
    assert (said.state, "still kept" in said.says) == ("look", True)
