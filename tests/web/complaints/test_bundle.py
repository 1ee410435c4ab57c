"""The evidence bundle: everything about the number, sealed; the same bytes again; what is missing is told in words."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import override_settings

from ahize.proof.bundle import Reader
from ahize.web.audit.models import Entry
from ahize.web.complaints import bundles, intake
from ahize.web.complaints.models import Bundle, Case, Source, State
from ahize.web.permissions import Role
from ahize.web.proof import keys
from web.complaints.calls import call, plant, worker
from web.dialing.shop import NOW, Shop
from web.recordings.test_recordings_heard import Booth, booth

__all__ = ["booth"]

CALLED = "+12025550100"
JSON = "application/json"
ASKED = NOW + timedelta(microseconds=123_456)
"""Clocks of this world do not stop at whole seconds."""


def case_of(shop: Shop) -> UUID:
    with shop.open():
        given = intake.Complaint(
            source=Source.SCREEN,
            door="letter",
            received_at=NOW,
            numbers=[CALLED],
            who="Ayşe Yılmaz",
            said="Beni artık aramayın! #set page(width: 1pt) \\ *x* “İĞÜŞÖÇığüşöç”",
            authority="TR-TICARET",
        )
        return intake.open_case(given, tenant=shop.tenant, by=None, now=NOW).case.pk


def asked(shop: Shop, case: UUID, role: Role = Role.COMPLIANCE_OFFICER, **said: Any) -> UUID:
    with shop.open():
        return bundles.ask(
            case, language=said.get("language", "en"), with_recordings=True, by=shop.house.person(role), now=ASKED
        ).pk


def made(shop: Shop, bundle: UUID) -> tuple[Bundle, bytes]:
    with worker():
        bundles.make(bundle, shop.tenant, sealer=keys.sealer(), now=lambda: NOW)
    with shop.open():
        done = Bundle.objects.get(pk=bundle)
    assert done.state == "done", done.problem
    return done, bundles.file_of(done).read_bytes()


def test_a_bundle_holds_everything_and_its_seal_holds(booth: Booth, owner_url: str) -> None:
    shop = booth.shop
    (attempt,) = call(shop, 0)
    assert booth.note(booth.record(attempt))
    case = case_of(shop)
    bundle, whole = made(shop, asked(shop, case, language="tr"))
    reader = Reader(io.BytesIO(whole))
    assert reader.check(keys.public_key()) == []
    assert set(reader.paths) >= {
        *("case.json", "consents.json", "suppressions.json", "journal.jsonl", "rulings.jsonl", "heads.json"),
        *("redecision.json", "timeline.pdf", f"recordings/{attempt}.wav", f"vcon/{attempt}.json"),
    }
    assert reader.paths == sorted(reader.paths)
    pdf = reader.read("timeline.pdf")
    assert b"pdfaid:part" in pdf or b"pdfaid" in pdf
    assert reader.read(f"recordings/{attempt}.wav")[:4] == b"RIFF"
    conversation = json.loads(reader.read(f"vcon/{attempt}.json"))
    assert (conversation["vcon"], conversation["parties"][0]["tel"]) == ("0.4.0", CALLED)
    assert conversation["dialog"][0]["content_hash"].startswith("sha512-")
    lines = [json.loads(line) for line in reader.read("journal.jsonl").splitlines()]
    assert [line["event"]["type"] for line in lines][-1] == "HungUp"
    with shop.open():
        assert Entry.objects.get(action="seal_bundle").after["sha256"] == bundle.sha256
        assert Entry.objects.filter(action="listen_recording").count() == 1
        assert Case.objects.get(pk=case).state == State.RECEIVED
    # As if the worker had fallen before it said that it was done.
    plant(owner_url, shop.tenant, "UPDATE complaints_bundle SET state = 'running'")
    assert made(shop, bundle.pk)[1] == whole, "the same content, the same bytes"
    answer = shop.house.browser(Role.COMPLIANCE_OFFICER).get(f"/api/complaints/bundles/{bundle.pk}/file")
    assert b"".join(answer.streaming_content) == whole  # type: ignore[attr-defined]
    changed = bytearray(whole)
    changed[200] ^= 1
    bundles.file_of(bundle).write_bytes(changed)
    refused = shop.house.browser(Role.COMPLIANCE_OFFICER).get(f"/api/complaints/bundles/{bundle.pk}/file")
    assert refused.json()["code"] == "bundle_changed"


def test_where_the_key_is_gone_the_hash_stands_in_the_recordings_place(booth: Booth) -> None:
    (attempt,) = call(booth.shop, 0)
    assert booth.note(booth.record(attempt))
    case = case_of(booth.shop)
    with override_settings(RECORDING_KEYS=""):
        bundle, whole = made(booth.shop, asked(booth.shop, case))
    assert bundle.notes == [{"path": f"recordings/{attempt}.wav", "code": "no_recording_key"}]
    told = json.loads(zipfile.ZipFile(io.BytesIO(whole)).read(f"recordings/{attempt}.json"))
    assert (told["why"], len(told["sha256"])) == ("no_recording_key", 64)


def test_a_number_never_called_has_a_bundle_too(shop: Shop) -> None:
    bundle, whole = made(shop, asked(shop, case_of(shop)))
    assert (Reader(io.BytesIO(whole)).check(), bundle.notes) == ([], [])


def test_a_bundle_that_cannot_be_made_says_why_and_leaves_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    call(shop, 0)
    bundle = asked(shop, case_of(shop))

    def full(*_args: Any, **_more: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ahize.web.complaints.bundles.os.fsync", full)
    with worker():
        bundles.make(bundle, shop.tenant, sealer=keys.sealer(), now=lambda: NOW)
    with shop.open():
        failed = Bundle.objects.get(pk=bundle)
    assert (failed.state, failed.problem) == ("failed", "No space left on device")
    assert not bundles.file_of(failed).exists()
    assert not bundles.file_of(failed).with_suffix(".part").exists()
    answer = shop.house.browser(Role.COMPLIANCE_OFFICER).get(f"/api/complaints/bundles/{bundle}/file")
    assert answer.json()["code"] == "bundle_not_done"
