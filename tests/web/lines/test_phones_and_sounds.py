"""Phones that die with their login, numbers of people's own, and recordings that two people have heard."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from ahize.flows.sound import tone
from ahize.flows.wav import to_wav
from ahize.telephony.house import house_of as read_house
from ahize.web.accounts.models import User
from ahize.web.audit.models import Entry
from ahize.web.lines import house, phones
from ahize.web.lines.models import SeatPhone, Sound
from ahize.web.permissions import Role
from ahize.web.rls import TENANT_SETTING, tenant_scope
from web.houses import House, found_house

JSON = "application/json"


@pytest.fixture
def acme(db: None) -> House:
    return found_house("acme")


def phone(browser: Any, **body: Any) -> Any:
    return browser.post("/api/desk/phone", {"kind": "browser", **body}, content_type=JSON)


# ── phones ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_phone_is_told_its_password_once_and_only_the_digest_is_kept(acme: House) -> None:
    agent = acme.browser(Role.AGENT)
    assert agent.get("/api/desk/phone").json() == {"kind": None, "state": "none", "needed": False, "number": ""}
    made = phone(agent).json()
    digest = hashlib.md5(f"{made['user']}:ahize:{made['password']}".encode()).hexdigest()
    with tenant_scope(acme.tenant):
        row = SeatPhone.objects.get()
        assert (row.ha1, f"seat-{row.seat_id}") == (digest, made["user"])
        assert made["password"] not in str([[one.before, one.after] for one in Entry.objects.all()])
    assert agent.get("/api/desk/phone").json()["state"] == "waiting"


def test_a_second_phone_ends_the_first_and_delete_ends_all(acme: House) -> None:
    agent = acme.browser(Role.AGENT)
    first, second = phone(agent).json(), phone(agent, kind="sip").json()
    assert first["password"] != second["password"]
    with tenant_scope(acme.tenant):
        assert SeatPhone.objects.get().kind == "sip"
    assert agent.delete("/api/desk/phone").status_code == 204
    assert agent.get("/api/desk/phone").json()["state"] == "none"


def test_signing_out_takes_the_phone_away(acme: House) -> None:
    agent = acme.browser(Role.AGENT)
    phone(agent)
    assert agent.delete("/_allauth/browser/v1/auth/session").status_code == 401
    with tenant_scope(acme.tenant):
        assert not SeatPhone.objects.exists()


def test_the_gate_gets_only_phones_whose_login_holds(emptied: dict[str, str], django_db_blocker: Any) -> None:
    from django.db import connections  # noqa: PLC0415 - after Django stands

    with django_db_blocker.unblock():
        acme = found_house("acme")
        for role in (Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR):
            phone(acme.browser(role))
        with tenant_scope(acme.tenant):
            User.objects.filter(role=Role.SUPERVISOR).update(is_active=False)
            User.objects.filter(role=Role.ADMINISTRATOR).update(session_epoch=1)
            kept = SeatPhone.objects.get(user__role=Role.AGENT)
        with psycopg.connect(emptied["DIALERD"]) as db, db.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, false)", (TENANT_SETTING, str(acme.tenant)))
            told = house.phones(cursor, acme.tenant, kept.made_at)
            assert house.phones(cursor, acme.tenant, kept.until) == []
        connections.close_all()
    (only,) = read_house({"phones": told}).phones
    assert (only.seat, only.ha1) == (kept.seat_id, kept.ha1)


def test_a_number_of_ones_own_is_called_once_another_has_approved_it(acme: House) -> None:
    agent, admin = acme.browser(Role.AGENT), acme.browser()
    entry = {"number": "202 555 0177", "region": "us"}
    path = "/api/lines/own-numbers"
    assert agent.post(path, {**entry, "mine": False}, content_type=JSON).json()["fields"][0]["field"] == "mine"
    assert agent.post(path, {"number": "12", "mine": True}, content_type=JSON).json()["code"] == "bad_number"
    own = agent.post(path, {**entry, "mine": True}, content_type=JSON).json()
    assert (own["e164"], own["approved_at"]) == ("+12025550177", None)
    assert agent.post(path, {**entry, "mine": True}, content_type=JSON).json()["code"] == "own_number_exists"
    assert phone(agent, kind="number").json()["fields"][0]["field"] == "own_number"
    assert phone(agent, kind="number", own_number=own["id"]).json()["code"] == "own_number_not_approved"
    assert agent.post(f"{path}/{own['id']}/approve").status_code == 403
    assert admin.post(f"{path}/{own['id']}/approve").json()["approved_at"] is not None
    made = phone(agent, kind="number", own_number=own["id"]).json()
    assert (made["number"], made["password"], made["user"]) == ("+12025550177", "", "")
    theirs = admin.post(path, {"number": "+12025550178", "mine": True}, content_type=JSON).json()
    refused = admin.post(f"{path}/{theirs['id']}/approve")
    assert (refused.status_code, refused.json()["code"]) == (403, "second_person_needed")
    assert phone(agent, kind="number", own_number=theirs["id"]).status_code == 404
    assert len(agent.get(path).json()) == 1
    assert len(admin.get(path).json()) == 2
    assert agent.delete(f"{path}/{own['id']}").status_code == 204
    with tenant_scope(acme.tenant):
        assert not SeatPhone.objects.exists(), "a phone that rings there ends with it"


def test_a_phone_says_how_it_stands() -> None:
    assert phones.state_of(None) == "none"
    assert [phones.state_of(SeatPhone(up=up)) for up in (None, True, False)] == ["waiting", "up", "lost"]


# ── recordings ──────────────────────────────────────────────────────────────────────────────────────────────────


def brought(browser: Any, content: bytes | None = None, **said: Any) -> Any:
    content = to_wav(tone(hz=440, length_s=1.5, rate=44_100)) if content is None else content
    file = SimpleUploadedFile("message.wav", content)
    return browser.post(
        "/api/sounds", {"name": "Garden offer", "language": "en", "use": "voicemail", **said, "file": file}
    )


def test_a_recording_is_made_fit_versioned_approved_by_another_and_archived(acme: House) -> None:
    manager, supervisor = acme.browser(Role.CAMPAIGN_MANAGER), acme.browser(Role.SUPERVISOR)
    first, second = brought(manager).json(), brought(manager).json()
    assert (first["version"], second["version"], first["seconds"]) == (1, 2, 1.5)
    heard = manager.get(f"/api/sounds/{first['id']}/audio")
    assert (heard["Content-Type"], heard.content[:4]) == ("audio/wav", b"RIFF")
    assert int.from_bytes(heard.content[24:28], "little") == 8000
    path = f"/api/sounds/{first['id']}"
    refused = manager.post(f"{path}/approve")
    assert (refused.status_code, refused.json()["code"]) == (403, "second_person_needed")
    assert supervisor.post(f"{path}/approve").json()["approved_by"] == str(acme.users[Role.SUPERVISOR].pk)
    assert manager.post(f"{path}/archive").json()["archived_at"] is not None
    assert [one["id"] for one in manager.get("/api/sounds").json()] == [second["id"]]
    assert len(manager.get("/api/sounds?archived=true").json()) == 2
    assert supervisor.post("/api/sounds", {}).status_code == 403


def test_what_cannot_be_played_is_refused_in_the_readers_language(acme: House) -> None:
    manager = acme.browser(Role.CAMPAIGN_MANAGER)
    assert brought(manager, b"ID3 not a WAV").json()["fields"][0]["field"] == "file"
    assert brought(manager, name=" ").json()["fields"][0]["field"] == "name"
    assert brought(manager, language="english").json()["fields"][0]["field"] == "language"
    with tenant_scope(acme.tenant):
        User.objects.filter(pk=acme.users[Role.CAMPAIGN_MANAGER].pk).update(language="tr")
    assert brought(manager, b"").json()["message"] == "Dosya boş."


def test_a_file_that_changed_is_neither_heard_nor_approved(acme: House) -> None:
    made = brought(acme.browser(Role.CAMPAIGN_MANAGER)).json()
    with tenant_scope(acme.tenant):
        file = Path(settings.MEDIA_ROOT) / Sound.objects.get(pk=made["id"]).path
    file.write_bytes(file.read_bytes()[:-2] + b"\x01\x02")
    supervisor = acme.browser(Role.SUPERVISOR)
    assert supervisor.get(f"/api/sounds/{made['id']}/audio").json()["code"] == "sound_changed"
    assert supervisor.post(f"/api/sounds/{made['id']}/approve").json()["code"] == "sound_changed"


def test_the_gate_gets_approved_recordings_by_their_path(emptied: dict[str, str], django_db_blocker: Any) -> None:
    from django.db import connections  # noqa: PLC0415 - after Django stands

    with django_db_blocker.unblock():
        acme = found_house("acme")
        made, _waits = (brought(acme.browser(Role.CAMPAIGN_MANAGER)).json() for _ in range(2))
        acme.browser(Role.SUPERVISOR).post(f"/api/sounds/{made['id']}/approve")
        with psycopg.connect(emptied["DIALERD"]) as db, db.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, false)", (TENANT_SETTING, str(acme.tenant)))
            told = house.sounds(cursor, acme.tenant)
        connections.close_all()
    (only,) = read_house({"sounds": told}).sounds
    assert only.path == f"{acme.tenant}/{made['id']}"
    assert (Path(settings.MEDIA_ROOT) / "sounds" / f"{only.path}.wav").is_file()
