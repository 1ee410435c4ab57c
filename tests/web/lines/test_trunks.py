"""Trunks: what may be entered, that secrets stay secret, and that their state is the gate's word."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from ahize.kernel.errors import Unavailable
from ahize.telephony.house import house_of as read_house
from ahize.web.audit.models import Entry
from ahize.web.base import CLOCK, draw_id
from ahize.web.lines import house, state, vault
from ahize.web.lines.models import LineState, Trunk
from ahize.web.notices import Outbox
from ahize.web.permissions import Role
from ahize.web.rls import TENANT_SETTING, tenant_scope
from web.houses import NOW, House, found_house
from web.lines import certificate

JSON = "application/json"
TRUNK: dict[str, Any] = {
    "name": "Carrier",
    "kind": "registration",
    "host": "sip.carrier.example",
    "username": "acme",
    "secret": "hunter2-hunter2",
    "codecs": ["alaw", "opus"],
    "channels_max": 12,
    "per_second_max": "2.5",
    "spend_max": "25.00",
    "currency": "usd",
    "prices": [{"prefix": "+1202", "per_minute": "0.0125"}, {"prefix": "", "per_minute": "0.5", "first_s": 1}],
    "caller_ids": ["+12025550101"],
}


@pytest.fixture
def acme(db: None) -> House:
    return found_house("acme")


def made(house: House, **changed: Any) -> Any:
    return house.browser().post("/api/lines/trunks", {**TRUNK, **changed}, content_type=JSON)


def test_a_trunk_is_entered_changed_and_taken_away_and_its_secret_is_seen_nowhere(acme: House) -> None:
    admin = acme.browser()
    answer = made(acme)
    assert answer.status_code == 201, answer.content
    trunk = answer.json()
    assert (trunk["has_secret"], trunk["currency"], trunk["port"]) == (True, "USD", 5060)
    assert [price["prefix"] for price in trunk["prices"]] == ["", "1202"]
    assert trunk["state"] == {"state": "unknown", "reason": "", "since": None, "channels": 0}
    path = f"/api/lines/trunks/{trunk['id']}"
    changed = admin.patch(path, {"port": 5080, "secret": "another-secret"}, content_type=JSON)
    assert (changed.json()["port"], changed.json()["name"]) == (5080, "Carrier")
    everywhere = answer.content + changed.content + admin.get(path).content + admin.get("/api/lines").content
    with tenant_scope(acme.tenant):
        row = Trunk.objects.get()
        entries = json.dumps([[one.before, one.after] for one in Entry.objects.filter(subject_kind="trunk")])
        sealed = bytes(row.secret)
        assert vault.unseal(sealed, of=row.id, field="secret") == "another-secret"
        with pytest.raises(Unavailable):
            vault.unseal(sealed, of=draw_id(NOW), field="secret")
    for text in (everywhere.decode(), entries, sealed.decode("latin-1")):
        assert "hunter2" not in text
        assert "another-secret" not in text
    assert '"secret": "changed"' in entries
    assert admin.delete(path).status_code == 204
    assert admin.get("/api/lines").json()["trunks"] == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "a;b"}, "name"),
        ({"host": "sip carrier"}, "host"),
        ({"host": "-x"}, "host"),
        ({"host": "a..b"}, "host"),
        ({"host": "host\nexec"}, "host"),
        ({"port": 0}, "port"),
        ({"port": 65536}, "port"),
        ({"secret": ""}, "secret"),
        ({"secret": "a;b"}, "secret"),
        ({"secret": "a\nb"}, "secret"),
        ({"username": ""}, "username"),
        ({"username": "a\nb"}, "username"),
        ({"codecs": []}, "codecs"),
        ({"codecs": ["g729"]}, "codecs"),
        ({"codecs": ["alaw", "alaw"]}, "codecs"),
        ({"channels_max": 0}, "channels_max"),
        ({"per_second_max": "0"}, "per_second_max"),
        ({"currency": "dollars"}, "currency"),
        ({"prices": [{"prefix": "12a", "per_minute": "1"}]}, "prices"),
        ({"prices": [{"prefix": "1", "per_minute": "1"}, {"prefix": "+1", "per_minute": "2"}]}, "prices"),
        ({"prices": [{"prefix": "1", "per_minute": "-1"}]}, "body.prices.0.per_minute"),
        ({"caller_ids": ["+12025550199"]}, "caller_ids"),
        ({"certificate": "no certificate"}, "certificate"),
        ({"certificate_url": "http://certificates.example"}, "certificate_url"),
        ({"kind": "carrier_pigeon"}, "body.kind"),
    ],
)
def test_what_no_switch_could_use_is_refused_with_its_field(acme: House, wrong: dict[str, Any], field: str) -> None:
    refused = made(acme, **wrong)
    assert refused.status_code == 422, refused.content
    assert [one["field"].removeprefix("body.payload.").replace("payload.", "") for one in refused.json()["fields"]] == [
        field
    ]


def test_two_trunks_of_one_name_are_refused(acme: House) -> None:
    made(acme)
    assert made(acme).json()["code"] == "trunk_exists"


def test_a_line_known_by_its_address_needs_no_secret(acme: House) -> None:
    assert made(acme, kind="ip", secret="", username="").status_code == 201


def test_a_certificate_is_read_and_must_fit_its_key(acme: House) -> None:
    key, good = certificate.good(NOW)
    whole = {
        **{"stir_key": key, "certificate": good, "certificate_url": "https://cr.example/a.pem", "attestation": "A"},
    }
    answer = made(acme, **whole).json()
    assert answer["certificate_until"] is not None
    assert answer["has_stir_key"]
    assert "PRIVATE" not in json.dumps(answer)
    for changed, field in (
        ({"stir_key": certificate.good(NOW)[0]}, "stir_key"),
        ({"stir_key": "no key"}, "stir_key"),
        ({"stir_key": ""}, "stir_key"),
        ({"attestation": ""}, "attestation"),
        ({"certificate_url": ""}, "certificate_url"),
    ):
        refused = made(acme, **{**whole, "name": "Second", **changed})
        assert [one["field"] for one in refused.json()["fields"]] == [field], changed
    old_key, old = certificate.made(NOW - timedelta(days=9), NOW - timedelta(days=1))
    assert (
        "expired"
        in made(acme, **{**whole, "name": "x", "stir_key": old_key, "certificate": old}).json()["fields"][0]["message"]
    )
    other_key, other = certificate.made(NOW - timedelta(days=9), NOW + timedelta(days=3650), ec.SECP384R1())
    assert made(acme, **{**whole, "name": "x", "stir_key": other_key, "certificate": other}).status_code == 422


def test_who_may_see_lines_and_who_may_change_them(acme: House) -> None:
    trunk = made(acme).json()["id"]
    for role in Role:
        browser = acme.browser(role)
        sees = browser.get("/api/lines").status_code
        changes = browser.patch(f"/api/lines/trunks/{trunk}", {"enabled": True}, content_type=JSON).status_code
        assert sees == (403 if role in (Role.AGENT, Role.LIST_MANAGER) else 200), role
        assert changes == (200 if role == Role.ADMINISTRATOR else 403), role


def test_the_readiness_list_speaks_of_trunks_where_the_house_has_telephones(
    acme: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings  # noqa: PLC0415 - after Django stands

    def said() -> dict[str, bool]:
        return {one["code"]: one["ok"] for one in acme.browser().get("/api/readiness").json()["items"]}

    assert "trunk" not in said()
    monkeypatch.setattr(settings.ENVIRONMENT, "phones", True)
    assert said()["trunk"] is False
    key, soon = certificate.made(NOW, CLOCK.now() + timedelta(days=9))
    signing = {"stir_key": key, "certificate": soon, "certificate_url": "https://cr.example/a.pem", "attestation": "A"}
    trunk = made(acme, **signing).json()
    monkeypatch.setattr(settings.ENVIRONMENT, "field_key", "")
    assert [said()[one] for one in ("trunk", "trunk_state", "certificate", "field_key")] == [True, True, False, False]
    monkeypatch.setattr(settings.ENVIRONMENT, "field_key", "x")
    assert said()["field_key"]
    acme.browser().patch(f"/api/lines/trunks/{trunk['id']}", {"enabled": False}, content_type=JSON)
    assert said()["trunk"] is False


# ── what the gate says ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def kept(emptied: dict[str, str], django_db_blocker: Any) -> Any:
    """A house with a trunk, committed; and dialerd's own connection inside its wall."""
    from django.db import connections  # noqa: PLC0415 - after Django stands

    with django_db_blocker.unblock():
        house = found_house("acme")
        house.ids["trunk"] = made(house).json()["id"]
        with psycopg.connect(emptied["DIALERD"]) as db, db.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, false)", (TENANT_SETTING, str(house.tenant)))
            yield house, cursor
        connections.close_all()


def report(house: House, **of_trunk: Any) -> dict[str, Any]:
    return {
        "state": "up",
        "version": "22.10.1",
        "up_since": NOW.isoformat(),
        "trunks": [{"id": house.ids["trunk"], "state": "registered", "channels": 3, **of_trunk}],
    }


def test_how_lines_stand_is_written_by_dialerd_and_shown(
    kept: tuple[House, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    house, cursor = kept
    state.note(cursor, house.tenant, report(house), NOW)
    state.note(cursor, house.tenant, report(house), NOW + timedelta(seconds=5))
    later = NOW + timedelta(seconds=9)
    state.note(cursor, house.tenant, report(house, state="rejected", reason="401 Unauthorized\0", channels=0), later)
    state.note(cursor, house.tenant, {"state": "strange", "trunks": [{"id": str(draw_id(NOW)), "state": "up"}]}, later)
    cursor.connection.commit()
    assert house.browser().get("/api/lines").json()["trunks"][0]["state"]["state"] == "unknown", "no gate is there"
    monkeypatch.setattr("ahize.web.dialing.floor.gate_is_up", lambda now: True)
    shown = house.browser().get("/api/lines").json()
    assert shown["switch"]["state"] == "away"
    (trunk,) = shown["trunks"]
    assert trunk["state"] == {
        **{"state": "rejected", "reason": "401 Unauthorized", "channels": 0},
        "since": "2026-03-02T15:00:09Z",
    }
    with tenant_scope(house.tenant):
        assert LineState.objects.count() == 2
        assert Outbox.objects.filter(topic="lines").count() >= 4


def test_nobody_but_dialerd_says_how_lines_stand(kept: tuple[House, Any], emptied: dict[str, str]) -> None:
    house, _ = kept
    for role in ("WEB", "WORKER", "CLEARANCE"):
        with psycopg.connect(emptied[role]) as db:
            db.execute("SELECT set_config(%s, %s, false)", (TENANT_SETTING, str(house.tenant)))
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                state.note(db.cursor(), house.tenant, report(house), NOW)


def test_the_gate_gets_trunks_as_it_reads_them(kept: tuple[House, Any]) -> None:
    house_rows, cursor = kept
    given = read_house({"trunks": house.trunks(cursor, house_rows.tenant)})
    (trunk,) = given.trunks
    assert trunk.spend_max == pytest.approx(25)
    assert (trunk.secret, trunk.codecs, trunk.per_second_max) == ("hunter2-hunter2", ("alaw", "opus"), 2.5)
    assert trunk.price("+12025550111") == pytest.approx(0.0125)
    assert trunk.price("+442079460000") == pytest.approx(float(Decimal("0.5")))
