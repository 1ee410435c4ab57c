"""What is held stays, whoever asks: by plain SQL, by the purge, by an erasure. And it ends by two people."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from ahize.kernel.errors import BadInput, NotAllowed
from ahize.web import base
from ahize.web.base import draw_id
from ahize.web.consents import ledger
from ahize.web.consents.models import Suppression
from ahize.web.contacts.models import Contact
from ahize.web.dialing.models import Attempt
from ahize.web.permissions import Role
from ahize.web.recordings import services as recordings
from ahize.web.recordings.models import Recording
from ahize.web.retention import holds
from ahize.web.retention.models import Hold, Scope
from ahize.web.rights.models import Erasure, Receipt
from web.called.callers import Clock, called
from web.called.worker import as_worker
from web.dialing.shop import NOW, Shop
from web.rights.test_erasure import KNOWN, grant, work

ORDER: dict[str, Any] = {
    "name": "Example v. Acme",
    "reference": "26-cv-17",
    "reason": "a claim was announced",
    "ordered_by": "counsel",
    "from_on": date(2026, 3, 1),
}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Clock:
    made = Clock()
    monkeypatch.setattr(base, "CLOCK", made)
    settings.MEDIA_ROOT = tmp_path
    return made


def place(shop: Shop, *lines: holds.Line) -> Hold:
    with shop.open():
        return holds.place(**ORDER, lines=lines, by=shop.house.person(Role.COMPLIANCE_OFFICER), now=NOW)


def lift(shop: Shop, hold: Hold) -> None:
    with shop.open():
        holds.ask_to_lift(hold, reason="settled", by=shop.house.person(Role.COMPLIANCE_OFFICER), now=NOW)
        holds.lift(hold, by=shop.house.person(Role.ADMINISTRATOR), now=NOW)


def recorded(shop: Shop, admin_url: str, attempt: str) -> UUID:
    made = draw_id(NOW)
    with psycopg.connect(admin_url) as db:
        db.execute(
            "INSERT INTO recordings_recording (id, tenant_id, attempt_id, began_at, noted_at, seconds, expected_s,"
            " rate, channels, path, size, sha256, key, cut_short, not_kept, gaps, peaks, keep_until,"
            " hold_reason, deleted_why, deleted_reason) VALUES (%s, %s, %s, %s, %s, 1, 1, 8000, 2,"
            " '', 0, '', '', false, '', '[]', '[]', %s, '', '', '')",
            [made, shop.tenant, attempt, NOW, NOW, NOW + timedelta(days=9)],
        )
    return made


EVERY = {
    "dialing_attempt": "e164 = '~x'",
    "dialing_ruling": "facts = '{}'",
    "dialing_permit": "e164 = '~x'",
    "contacts_contact": "erased_at = now()",
    "contacts_phone": "e164 = '~x'",
    "consents_consent": "e164 = '~x'",
    "consents_suppression": "e164 = '~x'",
    "recordings_recording": "deleted_at = now()",
}


@pytest.mark.parametrize("by", ["number", "contact", "campaign", "list", "span"])
def test_plain_sql_of_every_role_and_of_the_superuser_is_refused(
    shop: Shop, admin_url: str, owner_url: str, by: str
) -> None:
    attempt = called(shop, admin_url, index=2)
    with shop.open():
        ledger.record_consent(
            tenant=shop.tenant, seller=shop.seller, e164=KNOWN, given_at=NOW, words="Yes.", by=None, now=NOW
        )
        ledger.revoke(
            tenant=shop.tenant, seller=None, e164=KNOWN, door="web", by=None, now=NOW, covers="everything", source="x"
        )
        at = Attempt.objects.get(pk=attempt).at
    recorded(shop, admin_url, attempt)
    line = {
        "number": holds.Line(e164=KNOWN),
        "contact": holds.Line(contact=shop.contacts[2]),
        "campaign": holds.Line(campaign=shop.campaign),
        "list": holds.Line(list=shop.list, since=at - timedelta(days=1)),
        "span": holds.Line(since=at, until=at + timedelta(microseconds=1)),
    }[by]
    place(shop, line)
    never_emptied = {f"TRUNCATE {table} CASCADE" for table in ("dialing_ruling", "consents_consent")}
    taken = []
    for url in (admin_url, owner_url):
        for table, emptied in EVERY.items():
            for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {emptied}", f"TRUNCATE {table} CASCADE"):
                with psycopg.connect(url) as db:
                    # Not even with the chain's own keeping out of the way.
                    for kept in ("kept", "kept_long"):
                        db.execute(f"DROP TRIGGER IF EXISTS {kept} ON {table}")
                    db.execute("SELECT set_config('ahize.tenant', %s, true)", [str(shop.tenant)])
                    where = f" WHERE id = '{shop.contacts[2]}'" if table == "contacts_contact" else ""
                    where = f" WHERE contact_id = '{shop.contacts[2]}'" if table == "contacts_phone" else where
                    try:
                        db.execute(statement + (where if "TRUNCATE" not in statement else ""))
                        taken.append(statement)
                    except psycopg.Error as refused:
                        if refused.sqlstate != ("42501" if statement in never_emptied else "AH001"):
                            taken.append(f"{statement}: {refused}")
                    db.rollback()
    assert taken == []


def test_a_hold_ends_by_two_people_and_never_begins_again(shop: Shop) -> None:
    hold = place(shop, holds.Line(e164=KNOWN))
    first = shop.house.person(Role.COMPLIANCE_OFFICER)
    with shop.open():
        holds.ask_to_lift(hold, reason="settled", by=first, now=NOW)
        with pytest.raises(NotAllowed):
            holds.lift(hold, by=first, now=NOW)
        for wrong in (
            Hold.objects.filter(pk=hold.pk).update,
            Scope.objects.filter(hold=hold).update,
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                wrong(lifted_at=NOW)
        holds.lift(hold, by=shop.house.person(Role.ADMINISTRATOR), now=NOW)
        with pytest.raises(DatabaseError), transaction.atomic():
            Hold.objects.filter(pk=hold.pk).update(lifted_at=None)
        assert holds.held(shop.tenant, KNOWN) == {}


def test_recordings_follow_their_holds_and_come_back_to_their_rule(shop: Shop, admin_url: str) -> None:
    before, after = called(shop, admin_url, index=2), called(shop, admin_url, index=1)
    old = recorded(shop, admin_url, before)
    first = place(shop, holds.Line(campaign=shop.campaign))
    second = place(shop, holds.Line(e164=KNOWN))
    new = recorded(shop, admin_url, after)
    officer = shop.house.person(Role.COMPLIANCE_OFFICER)
    with shop.open():
        assert {one.litigation for one in Recording.objects.all()} == {first.pk}, "also what is recorded afterwards"
        answer = shop.house.browser(Role.COMPLIANCE_OFFICER).post(
            f"/api/recordings/{old}/release", {"reason": "x"}, content_type="application/json"
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "recording_in_litigation")
        assert recordings.purge(shop.tenant, now=NOW + timedelta(days=400)).gone == 0
    lift(shop, first)
    with shop.open():
        assert Recording.objects.get(pk=old).litigation == second.pk, "the other hold covers it too"
        assert Recording.objects.get(pk=new).held_at is None
        recordings.delete(Recording.objects.get(pk=new), reason="asked", by=officer, now=NOW)
        # A hold that the column does not know of yet: the database refuses, and the file is still there.
        with connection.cursor() as cursor:
            cursor.execute("SELECT retention_attempt_held(%s, %s)", [shop.tenant, before])
            assert cursor.fetchone() == (second.pk,)


def test_a_preview_counts_as_the_hold_would_and_leaves_nothing(shop: Shop, admin_url: str) -> None:
    attempt = called(shop, admin_url, index=2)
    recorded(shop, admin_url, attempt)
    called(shop, admin_url, index=1)
    browser = shop.house.browser(Role.COMPLIANCE_OFFICER)
    for scope, wanted in (
        ([{"number": KNOWN}], {"calls": 1, "recordings": 1, "contacts": 1}),
        ([{"campaign": str(shop.campaign)}], {"calls": 2, "recordings": 1, "contacts": 2}),
        ([{"list": str(shop.list)}], {"calls": 2, "recordings": 1, "contacts": 3}),
        ([{"number": KNOWN}, {"contact": str(shop.contacts[1])}], {"calls": 2, "recordings": 1, "contacts": 2}),
        ([{"number": KNOWN, "until": "2020-01-01T00:00:00Z"}], {}),
    ):
        told = browser.post("/api/retention/preview", {"scope": scope}, content_type="application/json")
        assert {one["code"]: one["count"] for one in told.json()} == wanted, scope
    with shop.open():
        assert not Hold.objects.exists()
        with pytest.raises(BadInput):
            holds.place(**ORDER, lines=[holds.Line()], by=shop.house.person(Role.ADMINISTRATOR), now=NOW)


def test_an_erasure_of_somebody_held_stops_at_once_waits_and_goes_on_by_itself(shop: Shop, admin_url: str) -> None:
    attempt = called(shop, admin_url, index=2)
    kept = recorded(shop, admin_url, attempt)
    hold = place(shop, holds.Line(campaign=shop.campaign))
    grant(shop)
    with psycopg.connect(admin_url) as db:
        db.execute("UPDATE dialing_deed SET taken_at = now()")
    assert work() == 0
    assert work() == 0
    with shop.open():
        assert Suppression.objects.filter(e164=KNOWN, seller=None).exists()
        waits = Erasure.objects.get()
        assert {one["class"]: one["count"] for one in waits.kept} == {
            "attempts": 1, "recordings": 1, "contacts": 1, "requests": 1,
        }  # fmt: skip
        assert Receipt.objects.filter(kind="held", digest=waits.digest).count() == 1, "told once"
        assert Attempt.objects.get(pk=attempt).e164 == KNOWN
        assert Contact.objects.get(pk=shop.contacts[2]).first_name == "Ann 2"
    lift(shop, hold)
    with psycopg.connect(admin_url) as db:
        db.execute("UPDATE dialing_deed SET taken_at = now()")
    assert work() == 1
    with shop.open():
        assert Attempt.objects.get(pk=attempt).e164.startswith("~")
        assert Recording.objects.get(pk=kept).deleted_at == NOW
        assert Contact.objects.get(pk=shop.contacts[2]).erased_at == NOW
        assert Scope.objects.filter(e164=KNOWN).count() == 0


def test_whoever_was_erased_before_is_held_by_their_pseudonym(shop: Shop, admin_url: str) -> None:
    attempt = called(shop, admin_url, index=2)
    grant(shop)
    for _twice in range(2):
        work()
        with psycopg.connect(admin_url) as db:
            db.execute("UPDATE dialing_deed SET taken_at = now()")
    place(shop, holds.Line(e164=KNOWN))
    with as_worker(), shop.open():
        holds.find_marks()
        with connection.cursor() as cursor:
            cursor.execute("SELECT retention_attempt_held(%s, %s) IS NOT NULL", [shop.tenant, attempt])
            assert cursor.fetchone() == (True,)
