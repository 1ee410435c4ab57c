"""What was recorded is on record, heard only with leave and a reason, kept as long as is set, then gone for good."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connections
from django.test import Client, override_settings

from ahize.flows.sound import tone
from ahize.flows.wav import to_wav
from ahize.kernel.chance import stream
from ahize.kernel.envelopes import Key
from ahize.telephony.recordings import Archive, NotKept, Paused, Take
from ahize.web import base
from ahize.web.audit.models import Entry
from ahize.web.dialing.models import Attempt
from ahize.web.permissions import Role
from ahize.web.recordings import retention, services, tasks
from ahize.web.recordings.models import Recording
from ahize.web.rls import TENANT_SETTING, tenant_scope
from ahize.web.settings import database
from web.dialing.shop import NOW, Shop

JSON = "application/json"
KEY = Key.from_bytes(bytes(range(32)))
DAY = timedelta(days=1)


@dataclass
class Booth:
    """A shop whose calls are recorded, with the gate's archive beside it."""

    shop: Shop
    folder: Path
    number: int = 0

    @property
    def archive(self) -> Archive:
        return Archive(
            self.folder / "recordings", self.folder / "spool", lock=KEY.lock(), draw=stream(1, "draw").randbytes
        )

    def attempt(self) -> UUID:
        """A call that was made."""
        at = self.number
        self.number += 1
        with tenant_scope(self.shop.tenant, using="clearance"):
            made = Attempt.objects.using("clearance").create(
                id=base.draw_id(NOW),
                tenant_id=self.shop.tenant,
                seller_id=self.shop.seller,
                campaign_id=self.shop.campaign,
                contact_id=self.shop.contacts[at],
                phone_id=self.shop.phones[at],
                e164=f"+1202555{100 + at:04d}",
                method="progressive",
                at=NOW,
                verdict="allow",
            )
        return made.pk

    def record(self, attempt: UUID, *, pause_s: float = 0) -> dict[str, Any]:
        """Three seconds of talk, as the gate keeps and reports them."""
        takes = []
        self.archive.check()
        for name, hz in (("said", 300), ("heard", 500)):
            path = self.folder / "spool" / f"{name}.wav"
            path.write_bytes(to_wav(tone(hz=hz, length_s=3)))
            takes.append(Take(path, NOW))
        until = NOW + timedelta(seconds=3 + pause_s)
        pauses = [Paused(NOW + timedelta(seconds=1), NOW + timedelta(seconds=1 + pause_s))] if pause_s else []
        return self.archive.keep(*takes, attempt=attempt, talk=(NOW, until), pauses=pauses).to_json()

    def note(self, report: dict[str, Any], tenant: UUID | None = None) -> bool:
        """As dialerd writes it down, with its own rights."""
        with psycopg.connect(os.environ["AHIZE_DATABASE_URL_DIALERD"]) as db, db.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, true)", [TENANT_SETTING, str(tenant or self.shop.tenant)])
            return services.note(cursor, tenant or self.shop.tenant, report, NOW)

    def recorded(self, *, pause_s: float = 0) -> Recording:
        attempt = self.attempt()
        assert self.note(self.record(attempt, pause_s=pause_s))
        with self.shop.open():
            return Recording.objects.get(attempt_id=attempt)

    def file(self, recording: Recording) -> Path:
        return self.folder / "recordings" / recording.path

    def browser(self, role: Role = Role.COMPLIANCE_OFFICER) -> Client:
        return self.shop.house.browser(role)


@pytest.fixture
def booth(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Booth]:
    monkeypatch.setattr("ahize.telephony.recordings.in_memory", lambda path: True)
    with override_settings(
        RECORDINGS_ROOT=tmp_path / "recordings", RECORDING_KEYS=base64.b64encode(KEY.to_bytes()).decode()
    ):
        yield Booth(shop, tmp_path)


def audited(booth: Booth, action: str) -> list[tuple[UUID | None, str, str]]:
    with booth.shop.open():
        return list(Entry.objects.filter(action=action).values_list("by", "subject_id", "reason"))


# ── writing down ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_the_gate_reports_is_on_record_with_its_pauses(booth: Booth) -> None:
    recording = booth.recorded(pause_s=20)
    answer = booth.browser(Role.SUPERVISOR).get(f"/api/recordings/{recording.pk}").json()
    assert (answer["seconds"], answer["expected_s"], answer["cut_short"]) == (3, 3, False)
    assert (answer["gaps"], answer["paused_s"]) == ([{"at_s": 1.0, "lasted_s": 20.0}], 20)
    assert [len(base64.b64decode(one)) for one in answer["peaks"]] == [1_000, 1_000]
    assert answer["campaign_name"] == "Opinions"
    with booth.shop.open():
        assert recording.keep_until == NOW + services.DAYS * DAY


def test_the_same_report_again_changes_nothing(booth: Booth) -> None:
    attempt = booth.attempt()
    report = booth.record(attempt)
    assert booth.note(report)
    assert booth.note({**report, "sha256": "0" * 64})
    with booth.shop.open():
        assert Recording.objects.get().sha256 == report["sha256"]


def test_a_failure_is_on_record_and_gives_way_to_a_later_success(booth: Booth) -> None:
    attempt = booth.attempt()
    failed = NotKept("", code="disk_full").to_json(attempt, NOW)
    assert booth.note(failed)
    line = booth.browser().get("/api/recordings?faulty=true").json()["recordings"][0]
    assert line["not_kept"] == "disk_full"
    answer = booth.browser().post(f"/api/recordings/{line['id']}/listen", {"reason": "quality"}, content_type=JSON)
    assert (answer.status_code, answer.json()["code"]) == (409, "recording_not_kept")
    assert booth.note(booth.record(attempt))
    assert booth.browser().get("/api/recordings?faulty=true").json()["recordings"] == []
    assert booth.note(failed)
    with booth.shop.open():
        assert Recording.objects.get().not_kept == "", "a failure told late takes nothing back"


@pytest.mark.parametrize(
    "changed",
    [
        {"path": "../../secrets/keys.json"},
        {"path": "2026/03/02/0190b0a1-0000-7000-8000-000000000001.ahz"},
        {"seconds": "long"},
        {"began_at": "2026-03-02T15:00:00"},
        {"sha256": "'; DROP TABLE recordings_recording; --"},
        {"gaps": [{"at_s": -1, "lasted_s": 1}]},
        {"peaks": ["x" * 5_000, ""]},
        {"attempt": "nobody"},
    ],
)
def test_a_report_that_cannot_be_true_is_not_written_down(booth: Booth, changed: dict[str, Any]) -> None:
    assert not booth.note({**booth.record(booth.attempt()), **changed})
    with booth.shop.open():
        assert not Recording.objects.exists()


def test_another_houses_call_is_nobodys(booth: Booth) -> None:
    report = booth.record(booth.attempt())
    assert not booth.note(report, tenant=UUID(int=1))
    assert not booth.note({**report, "attempt": str(UUID(int=2)), "path": f"2026/03/02/{UUID(int=2)}.ahz"})


def test_what_nobody_heard_of_is_written_down_by_the_worker(booth: Booth) -> None:
    attempt = booth.attempt()
    booth.record(attempt)
    left = booth.folder / "recordings/reports"
    assert [file.name for file in left.iterdir()] == [f"{attempt}.json"]
    if "worker" not in connections.settings:
        connections.settings["worker"] = {
            **connections.settings["clearance"],
            **database(os.environ["AHIZE_DATABASE_URL_WORKER"]),
        }
    tasks.settle(using="worker")
    assert list(left.iterdir()) == []
    with booth.shop.open():
        assert Recording.objects.get().attempt_id == attempt


def test_each_process_writes_its_own_part_and_no_other(booth: Booth) -> None:
    recording = booth.recorded()
    for role, statement in (
        ("DIALERD", "UPDATE recordings_recording SET held_at = NULL"),
        ("DIALERD", "DELETE FROM recordings_recording"),
        ("WEB", "UPDATE recordings_recording SET sha256 = ''"),
        ("WEB", "INSERT INTO recordings_recording SELECT * FROM recordings_recording"),
        ("WORKER", "UPDATE recordings_recording SET held_at = NULL"),
        ("WORKER", "DELETE FROM recordings_recording"),
        ("CLEARANCE", "UPDATE recordings_recording SET path = ''"),
    ):
        with psycopg.connect(os.environ[f"AHIZE_DATABASE_URL_{role}"]) as db:
            db.execute("SELECT set_config(%s, %s, true)", [TENANT_SETTING, str(booth.shop.tenant)])
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                db.execute(statement)
    with psycopg.connect(os.environ["AHIZE_DATABASE_URL_WORKER"]) as db:
        db.execute("SELECT set_config(%s, %s, true)", [TENANT_SETTING, str(booth.shop.tenant)])
        db.execute("SELECT 1 FROM recordings_recording FOR UPDATE")
        db.execute("UPDATE recordings_recording SET deleted_at = now(), deleted_why = 'retention', peaks = '[]'")
        db.rollback()
    assert recording.pk


# ── listening ────────────────────────────────────────────────────────────────────────────────────────────────────────


def listened(booth: Booth, recording: Recording, browser: Client) -> str:
    answer = browser.post(f"/api/recordings/{recording.pk}/listen", {"reason": "a complaint"}, content_type=JSON)
    assert answer.status_code == 200, answer.content
    return str(answer.json()["address"])


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_it_is_heard_with_a_reason_that_is_on_record(booth: Booth) -> None:
    recording = booth.recorded()
    browser = booth.browser(Role.SUPERVISOR)
    answer = browser.get(listened(booth, recording, browser))
    sound = content(answer)
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "audio/wav", "no-store")
    assert sound[:4] == b"RIFF"
    assert len(sound) == int(answer["Content-Length"]) == 44 + 3 * 8_000 * 4
    by = booth.shop.house.users[Role.SUPERVISOR].pk
    assert audited(booth, "listen_recording") == [(by, str(recording.pk), "a complaint")]


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_without_a_reason_nobody_listens(booth: Booth, reason: str) -> None:
    recording = booth.recorded()
    answer = booth.browser().post(f"/api/recordings/{recording.pk}/listen", {"reason": reason}, content_type=JSON)
    assert answer.status_code == 422
    assert audited(booth, "listen_recording") == []


@pytest.mark.parametrize(
    ("asked", "start", "until"),
    [
        ("bytes=0-", 0, None),
        ("bytes=0-43", 0, 44),
        ("bytes=70000-70009", 70_000, 70_010),
        ("bytes=65530-65545", 65_530, 65_546),
        ("bytes=-100", -100, None),
        ("bytes=96000-99999999", 96_000, None),
        ("bytes=0-1,5-6", 0, None),
    ],
)
def test_any_part_of_it_is_heard(booth: Booth, asked: str, start: int, until: int | None) -> None:
    recording = booth.recorded()
    browser = booth.browser()
    address = listened(booth, recording, browser)
    whole = content(browser.get(address))
    answer = browser.get(address, headers={"Range": asked})
    assert answer.status_code == 206
    part = content(answer)
    assert part == whole[start:until]
    first = start % len(whole)
    assert answer["Content-Range"] == f"bytes {first}-{first + len(part) - 1}/{len(whole)}"


def test_what_is_behind_the_end_is_not_there(booth: Booth) -> None:
    recording = booth.recorded()
    browser = booth.browser()
    answer = browser.get(listened(booth, recording, browser), headers={"Range": "bytes=9999999-"})
    assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */96044")


def test_an_address_is_good_for_one_person_one_session_one_recording_and_some_minutes(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = booth.recorded(), booth.recorded()
    browser = booth.browser()
    address = listened(booth, first, browser)
    ticket = address.partition("ticket=")[2]
    for who, where in (
        (booth.browser(), address),
        (booth.browser(Role.SUPERVISOR), address),
        (browser, f"/api/recordings/{second.pk}/audio?ticket={ticket}"),
        (browser, f"/api/recordings/{first.pk}/audio?ticket=x"),
        (browser, address[:-3]),
    ):
        assert who.get(where).status_code == 403
    assert browser.get(address).status_code == 200

    class Later:
        now = staticmethod(lambda: base.SystemClock().now() + timedelta(minutes=31))

    monkeypatch.setattr(base, "CLOCK", Later)
    monkeypatch.setattr("ahize.web.middleware.CLOCK", Later, raising=False)
    assert browser.get(address).status_code == 403


def test_roles_that_have_no_business_with_recordings_hear_none(booth: Booth) -> None:
    recording = booth.recorded()
    for role in (Role.AGENT, Role.LIST_MANAGER, Role.CAMPAIGN_MANAGER):
        browser = booth.browser(role)
        assert browser.get("/api/recordings").status_code == 403
        assert browser.get(f"/api/recordings/{recording.pk}/audio?ticket=x").status_code == 403


@pytest.mark.parametrize(
    ("spoil", "status", "code"),
    [
        (lambda file: file.unlink(), 404, "recording_file_gone"),
        (lambda file: file.write_bytes(b"RIFF" * 1_000), 409, "broken_seal"),
        (lambda file: file.write_bytes(file.read_bytes()[:-1]), 409, "broken_seal"),
    ],
)
def test_a_file_that_has_gone_or_changed_is_not_played(booth: Booth, spoil: Any, status: int, code: str) -> None:
    recording = booth.recorded()
    browser = booth.browser()
    address = listened(booth, recording, browser)
    spoil(booth.file(recording))
    answer = browser.get(address, headers={"Range": "bytes=90000-"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_without_the_key_it_says_so(booth: Booth) -> None:
    recording = booth.recorded()
    browser = booth.browser()
    address = listened(booth, recording, browser)
    with override_settings(RECORDING_KEYS=base64.b64encode(bytes(32)).decode()):
        answer = browser.get(address)
    assert (answer.status_code, answer.json()["code"]) == (503, "no_recording_key")


def test_lists_are_by_call_campaign_agent_and_time(booth: Booth) -> None:
    first, second = booth.recorded(), booth.recorded()
    browser = booth.browser()

    def found(**asked: object) -> list[str]:
        return [one["id"] for one in browser.get("/api/recordings", asked).json()["recordings"]]

    assert set(found()) == {str(first.pk), str(second.pk)}
    assert found(attempt=str(first.attempt_id)) == [str(first.pk)]
    assert found(contact=str(booth.shop.contacts[1])) == [str(second.pk)]
    assert found(campaign=str(UUID(int=3))) == found(agent=str(booth.shop.agent().id)) == found(held="true") == []
    assert found(until=NOW.isoformat()) == []
    assert len(found(since=NOW.isoformat())) == 2
    seen, cursor = [], ""
    while cursor is not None:
        page = browser.get("/api/recordings", {"limit": 1, "cursor": cursor}).json()
        seen += [one["id"] for one in page["recordings"]]
        cursor = page["next"]
    assert sorted(seen) == sorted([str(first.pk), str(second.pk)]), "both began at the same instant"
    assert browser.get("/api/recordings?cursor=yesterday").status_code == 422


# ── keeping and letting go ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_narrowest_rule_says_how_long(booth: Booth) -> None:
    recording = booth.recorded()
    browser = booth.browser()

    def days() -> int:
        with booth.shop.open():
            return (Recording.objects.get().keep_until - recording.began_at).days

    def put(**rule: object) -> Any:
        return browser.put("/api/recordings/retention", rule, content_type=JSON)

    assert put(days=30).status_code == 200
    assert days() == 30
    put(days=60, seller=str(booth.shop.seller))
    assert days() == 60
    campaign = put(days=7, campaign=str(booth.shop.campaign)).json()
    assert days() == 7
    put(days=8, campaign=str(booth.shop.campaign))
    assert days() == 8
    shown = browser.get("/api/recordings/retention").json()
    assert sorted((rule["days"], rule["seller_name"], rule["campaign_name"]) for rule in shown["rules"]) == [
        (8, "", "Opinions"),
        (30, "", ""),
        (60, "Acme Garden Tools", ""),
    ]
    assert browser.delete(f"/api/recordings/retention/{campaign['id']}").status_code == 204
    assert days() == 60
    booth.recorded()
    with booth.shop.open():
        assert {(one.keep_until - one.began_at).days for one in Recording.objects.all()} == {60}
    assert len(audited(booth, "set_retention")) == 4


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        ({"days": 0}, 422),
        ({"days": 5_000}, 422),
        ({"days": 9, "seller": str(UUID(int=9))}, 404),
        ({"days": 9, "campaign": str(UUID(int=9))}, 404),
        ({"days": 9, "campaign": str(UUID(int=9)), "seller": str(UUID(int=9))}, 422),
    ],
)
def test_a_rule_that_means_nothing_is_refused(booth: Booth, rule: dict[str, Any], status: int) -> None:
    assert booth.browser().put("/api/recordings/retention", rule, content_type=JSON).status_code == status


def test_when_its_time_has_come_it_is_gone_for_good(booth: Booth) -> None:
    recording = booth.recorded()
    file, sealed = booth.file(recording), booth.file(recording).read_bytes()
    with booth.shop.open():
        assert services.purge(booth.shop.tenant, now=recording.keep_until - timedelta(seconds=1)).gone == 0
    copy = booth.folder / "copy"
    os.link(file, copy)  # what a backup of the disk would still see
    with booth.shop.open():
        assert services.purge(booth.shop.tenant, now=recording.keep_until).gone == 1
        gone = Recording.objects.get()
    assert not file.exists()
    assert copy.read_bytes()[48:96] == bytes(48) != sealed[48:96], "its key is destroyed, so all of it is"
    assert (gone.deleted_why, gone.peaks, gone.sha256) == ("retention", [], recording.sha256)
    assert audited(booth, "delete_recording") == [(None, str(recording.pk), "retention")]
    with booth.shop.open():
        assert services.purge(booth.shop.tenant, now=NOW + 999 * DAY).gone == 0


def test_what_is_held_stays_until_it_is_released(booth: Booth) -> None:
    recording = booth.recorded()
    browser = booth.browser()
    held = browser.post(f"/api/recordings/{recording.pk}/hold", {"reason": "case 17"}, content_type=JSON).json()
    assert held["hold_reason"] == "case 17"
    refused = browser.post(f"/api/recordings/{recording.pk}/delete", {"reason": "asked"}, content_type=JSON)
    assert (refused.status_code, refused.json()["code"]) == (409, "recording_held")
    with booth.shop.open():
        assert services.purge(booth.shop.tenant, now=NOW + 9_999 * DAY).gone == 0
    assert booth.file(recording).exists()
    browser.post(f"/api/recordings/{recording.pk}/release", {"reason": "settled"}, content_type=JSON)
    gone = browser.post(f"/api/recordings/{recording.pk}/delete", {"reason": "asked for"}, content_type=JSON).json()
    assert (gone["deleted_why"], gone["deleted_reason"]) == ("asked", "asked for")
    assert not booth.file(recording).exists()
    answer = browser.post(f"/api/recordings/{recording.pk}/listen", {"reason": "again"}, content_type=JSON)
    assert (answer.status_code, answer.json()["code"]) == (409, "recording_deleted")
    assert [one[2] for one in audited(booth, "hold_recording") + audited(booth, "release_recording")] == [
        "case 17",
        "settled",
    ]


def test_supervisors_hear_but_do_not_keep(booth: Booth) -> None:
    recording = booth.recorded()
    browser = booth.browser(Role.SUPERVISOR)
    for deed in ("hold", "release", "delete"):
        answer = browser.post(f"/api/recordings/{recording.pk}/{deed}", {"reason": "x"}, content_type=JSON)
        assert answer.status_code == 403
    assert browser.put("/api/recordings/retention", {"days": 1}, content_type=JSON).status_code == 403


def test_a_file_that_is_gone_already_lets_its_row_go(booth: Booth) -> None:
    recording = booth.recorded()
    booth.file(recording).unlink()
    with booth.shop.open():
        assert services.purge(booth.shop.tenant, now=recording.keep_until).gone == 1


def test_the_worker_lets_go_in_every_house(booth: Booth, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = booth.recorded()

    class Later:
        now = staticmethod(lambda: recording.keep_until)

    monkeypatch.setattr(base, "CLOCK", Later)
    tasks.purge_job(0)
    with booth.shop.open():
        assert Recording.objects.get().deleted_at == recording.keep_until
    connections.close_all()
    assert retention.DAYS_MAX > services.DAYS


def test_whoever_proves_the_number_hears_their_call_until_it_is_destroyed(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ahize.web.called import codes  # noqa: PLC0415 - the page stands above recordings; only this test joins them
    from ahize.web.called.models import Code  # noqa: PLC0415

    class Still:
        def now(self) -> object:
            return NOW

    monkeypatch.setattr(base, "CLOCK", Still())
    recording, other = booth.recorded(), booth.recorded()
    with psycopg.connect(os.environ["AHIZE_DATABASE_URL_DIALERD"]) as db:
        db.execute("SELECT set_config(%s, %s, true)", [TENANT_SETTING, str(booth.shop.tenant)])
        db.execute("UPDATE dialing_attempt SET originated_at = at")
    with booth.shop.open():
        number = recording.attempt.e164
        asked = codes.ask(tenant=booth.shop.tenant, e164=number, language="en", now=NOW)
        Code.objects.filter(pk=asked.pk).update(hash=codes.hashed(number, "123456", booth.shop.tenant))
    stranger, page = Client(headers={"Accept-Language": "en"}), f"/called/{booth.shop.tenant}"
    shown = stranger.post(f"{page}/read", {"number": number, "code": "123 456"}).content.decode()
    found = re.findall(r'src="([^"]+/hear/[^"]+)"', shown)
    assert len(found) == 1, "their own call, and nobody else's"
    sound = stranger.get(found[0])
    assert (sound.status_code, sound["Content-Type"]) == (200, "audio/wav")
    assert b"".join(sound.streaming_content)[:4] == b"RIFF"
    assert stranger.get(found[0], headers={"Range": "bytes=100-199"}).status_code == 206
    assert "attachment" in stranger.get(f"{found[0]}?save=1")["Content-Disposition"]
    assert stranger.get(found[0][:-2] + "xx").status_code == 403
    with booth.shop.open():
        told = Entry.objects.filter(action="listen_recording", subject_id=str(recording.pk))
        assert [one.by for one in told] == [None, None], "begun twice, and the piece in between is of the first"
        assert not Entry.objects.filter(action="listen_recording", subject_id=str(other.pk)).exists()
        services.erase(recording, now=NOW)
    token = re.findall(r'name="token" value="([^"]+)"', shown)[0]
    assert "The recording was destroyed" in stranger.post(f"{page}/read", {"token": token}).content.decode()
    gone = stranger.get(found[0])
    assert gone.status_code in (404, 409)
    assert "lang=" in gone.content.decode(), "in words"
