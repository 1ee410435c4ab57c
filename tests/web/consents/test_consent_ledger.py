"""Consent is what somebody said, word for word; what became of it is written beside it and never over it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from ahize.kernel.clock import VirtualClock
from ahize.kernel.errors import BadInput, Conflict
from ahize.web import base
from ahize.web.audit.models import Entry
from ahize.web.consents import ledger, on_record, queries, reporting, services, tasks, timeline
from ahize.web.consents.models import Consent, ConsentEvent, RegistryReport
from ahize.web.tenants.models import Evidence, Seller
from web.campaigns.house import NOW, SECOND, House, build

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = "+12125550123"
TURKISH = "+905321234567"
DAY = timedelta(days=1)
WORDS = "I agree that Acme may call me at this number about garden tools. I need not agree to buy."


@pytest.fixture
def house():
    return build()


@pytest.fixture(autouse=True)
def told(monkeypatch):
    deeds: list[tuple[str, dict]] = []
    monkeypatch.setattr(
        services.notices, "tell_dialer", lambda tenant, kind, payload, **_: deeds.append((kind, dict(payload)))
    )
    return deeds


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def agree(house: House, e164: str = NUMBER, **how) -> Consent:
    how = {"seller": house.seller, "given_at": NOW - 3 * DAY, "words": WORDS, "by": None, "now": NOW, **how}
    with house.open():
        return ledger.record_consent(tenant=house.tenant, e164=e164, **how)


def revoke(house: House, e164: str = NUMBER, **how) -> ledger.Withdrawal:
    how = {"seller": house.seller, "door": "web", "by": None, "now": NOW, **how}
    with house.open():
        return ledger.revoke(tenant=house.tenant, e164=e164, **how)


def facts(house: House, e164: str = NUMBER) -> list[dict]:
    with house.open():
        return on_record.facts_for(house.seller, [e164])[e164].consents


# ── giving ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_unknown_of_a_consent_is_absent_from_the_fact(house):
    agree(house)
    given = (NOW - 3 * DAY).isoformat()
    assert facts(house) == [{"principal": str(house.seller), "number": NUMBER, "given_at": given}]


def test_the_facts_carry_the_whole_scope(house):
    window = {"from": "18:00", "to": "19:00", "on": "2026-11-24"}
    agree(
        house, brand="Acme", product="mowers", window=window, channels=["voice"], methods=["live"], purposes=["sales"],
        until=NOW + DAY, level="express_written", form="web", signed=True,
    )  # fmt: skip
    (fact,) = facts(house)
    assert {name: fact[name] for name in ("brand", "product", "window", "channels", "methods", "purposes")} == {
        **{"brand": "Acme", "product": "mowers", "window": window},
        **{"channels": ["voice"], "methods": ["live"], "purposes": ["sales"]},
    }
    assert fact["until"] == (NOW + DAY).isoformat()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"words": "  "}, "words"),
        ({"given_at": NOW + SECOND}, "given_at"),
        ({"level": "sort of"}, "level"),
        ({"channels": ["pigeon"]}, "channels"),
        ({"purposes": ["fun"]}, "purposes"),
        ({"until": NOW - 9 * DAY}, "until"),
        ({"window": {"from": "6 pm"}}, "window"),
        ({"window": {"on": "24.11.2026"}}, "window"),
        ({"snapshot": "0190b1a0-0000-7000-8000-00000000dead"}, "snapshot"),
    ],
)
def test_a_consent_that_makes_no_sense_is_refused_with_its_field(house, wrong, field):
    with pytest.raises(BadInput) as refused:
        agree(house, **wrong)
    assert refused.value.facts["field"] == field


def test_only_what_the_registry_itself_holds_may_lack_words(house):
    assert agree(house, words="", form="registry").words == ""


def test_a_snapshot_is_kept_with_its_hash_and_is_the_proof(house, media):
    with house.open():
        page = ledger.keep_snapshot([b"<h1>Yes</h1>"], name="form.html", tenant=house.tenant, by=None, now=NOW)
    consent = agree(house, snapshot=page.pk, words_version="2026-10")
    assert facts(house)[0]["proof_kept"] is True
    assert (media / page.file).read_bytes() == b"<h1>Yes</h1>"
    with house.open():
        (row,) = queries.told([consent])
    assert (row["words_version"], row["snapshot_sha256"], row["words"]) == ("2026-10", page.sha256, WORDS)
    with house.open(), pytest.raises(BadInput):
        ledger.keep_snapshot([], name="empty.html", tenant=house.tenant, by=None, now=NOW)


# ── withdrawing ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("door", ["voice", "key_press", "sms", "email", "web", "agent"])
def test_a_withdrawal_means_the_same_by_every_door(house, told, door):
    first = agree(house, channels=["voice", "sms"])
    agree(house, given_at=NOW - DAY)
    done = revoke(house, door=door, said="stop")
    assert len(done.consents) == 2
    assert {fact["revoked_at"] for fact in facts(house)} == {NOW.isoformat()}
    assert ("consent_revoked", {"seller": str(house.seller), "numbers": [NUMBER]}) in told
    with house.open():
        assert (done.suppression.covers, done.suppression.channel) == ("marketing", None)
        event = ConsentEvent.objects.get(consent=first)
        assert (event.door, event.said, event.kind) == (door, "stop", "revoked")
        assert Entry.objects.get(action="revoke_consents").after["door"] == door


def test_a_withdrawal_of_one_channel_leaves_the_others(house):
    agree(house, channels=["voice", "sms"])
    done = revoke(house, channel="sms")
    assert [(fact["channels"], "revoked_at" in fact) for fact in facts(house)] == [(["sms"], True), (["voice"], False)]
    assert done.suppression.channel == "sms"
    revoke(house, channel="voice", now=NOW + SECOND)
    assert [fact.get("revoked_at") for fact in facts(house)] == [(NOW + SECOND).isoformat()]


def test_a_consent_of_unknown_channels_ends_with_any(house):
    agree(house)
    revoke(house, channel="sms")
    assert "revoked_at" in facts(house)[0]


def test_a_withdrawal_for_everybody_reaches_every_seller_and_a_later_consent_is_a_new_one(house):
    agree(house)
    revoke(house, seller=None)
    assert "revoked_at" in facts(house)[0]
    agree(house, given_at=NOW + SECOND, now=NOW + SECOND)
    assert ["revoked_at" in fact for fact in facts(house)] == [True, False]
    revoke(house, now=NOW + 2 * SECOND)
    assert facts(house)[1]["revoked_at"] == (NOW + 2 * SECOND).isoformat()
    assert facts(house)[0]["revoked_at"] == NOW.isoformat(), "what was written down stays"


def test_a_withdrawal_stands_without_any_consent_and_not_in_the_future(house):
    assert revoke(house).consents == ()
    with pytest.raises(BadInput):
        revoke(house, said_at=NOW + SECOND)
    with pytest.raises(BadInput):
        revoke(house, door="telepathy")


def test_one_consent_is_withdrawn_once(house):
    consent = agree(house)
    with house.open():
        ledger.revoke_consent(consent, door="email", said="no more", by=None, now=NOW)
        with pytest.raises(Conflict):
            ledger.revoke_consent(consent, door="email", said="no more", by=None, now=NOW)


# ── never changed ───────────────────────────────────────────────────────────────────────────────────────────────


BEYOND_ITS_TERM = {
    "consents_consent": ("kept_long", "held", "held_kept"),
    "consents_consentevent": ("kept_long", "held"),
}
"""What a purge may let go (``web/retention``) is kept from everybody else, and from the purge while it is held."""


@pytest.mark.parametrize("table", ["consents_consent", "consents_consentevent", "consents_snapshot", "consents_check"])
def test_no_process_may_change_or_delete_what_was_written(house, owner_url, table):
    with house.open():
        for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            with pytest.raises(ProgrammingError), transaction.atomic():
                connection.cursor().execute(statement)
    with psycopg.connect(owner_url) as db:
        kept = db.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table])
        assert {name for (name,) in kept.fetchall()} == {"kept", "whole", *BEYOND_ITS_TERM.get(table, ())}


def test_the_owner_too_is_refused(house, admin_url):
    agree(house)
    with psycopg.connect(admin_url) as db, pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.execute("UPDATE consents_consent SET words = 'other words'")


def test_an_end_and_an_error_are_events(house):
    ends, wrong, over = agree(house), agree(house, given_at=NOW - DAY), agree(house, until=NOW - DAY)
    with house.open():
        ledger.end_consent(ends, kind="expired", reason="number changed hands", by=house.people["supervisor"], now=NOW)
        ledger.end_consent(wrong, kind="taken_back", reason="another person", by=house.people["supervisor"], now=NOW)
        with pytest.raises(Conflict):
            ledger.end_consent(wrong, kind="taken_back", reason="again", by=None, now=NOW)
        with pytest.raises(BadInput):
            ledger.end_consent(over, kind="taken_back", reason=" ", by=None, now=NOW)
        assert ledger.expire(house.tenant, now=NOW) == 1
        assert ledger.expire(house.tenant, now=NOW) == 0
        assert ConsentEvent.objects.get(consent=over).at == NOW - DAY
    told = facts(house)
    assert {fact.get("until") for fact in told} == {NOW.isoformat(), (NOW - DAY).isoformat()}
    assert not any("revoked_at" in fact for fact in told), "nobody withdrew these"


def test_earlier_withdrawals_became_events(owner_url):
    move = import_module("ahize.web.consents.migrations.0004_never_changed").MOVE
    with psycopg.connect(owner_url) as db:
        db.execute(
            "CREATE TEMP TABLE consents_consent AS SELECT gen_random_uuid() AS id, gen_random_uuid() AS tenant_id,"
            " NULL::uuid AS import_id, 'asked' AS revoked_reason, t AS revoked_at"
            " FROM (VALUES (now()), (NULL)) AS v(t)"
        )
        db.execute("CREATE TEMP TABLE consents_consentevent (LIKE public.consents_consentevent)")
        db.execute(move)
        rows = db.execute("SELECT kind, door, said FROM consents_consentevent").fetchall()
        db.rollback()
    assert rows == [("revoked", "agent", "asked")]


def test_the_timeline_tells_all_of_it_newest_first(house):
    agree(house, words_version="7", by=house.people["agent"])
    agree(house, given_at=NOW - 2 * DAY, until=NOW - DAY)
    revoke(house, door="sms", said="STOP")
    with house.open():
        told = timeline.timeline(NUMBER, seller=house.seller, now=NOW)
    assert [moment.kind for moment in told][-3:] == ["expired", "given", "given"]
    assert {moment.kind for moment in told[:2]} == {"suppressed", "revoked"}
    assert (told[-1].words, told[-1].words_version, told[-1].by) == (WORDS, "7", "Agent")
    assert next(moment for moment in told if moment.kind == "revoked").said == "STOP"


# ── what a registry must hear ───────────────────────────────────────────────────────────────────────────────────


class Registry:
    """A registry that answers as it is told."""

    def __init__(self, *answers: reporting.Answer | None) -> None:
        self.answers, self.heard = list(answers), []

    def report(self, entries):
        self.heard.append(list(entries))
        return [
            self.answers.pop(0) if self.answers else reporting.Answer(accepted=True, reference="t-1") for _ in entries
        ]


@pytest.fixture
def brand(house):
    with house.open():
        return Evidence.objects.create(
            tenant_id=house.tenant, seller=Seller.objects.get(pk=house.seller), kind="brand", code="TR-IYS",
            number="612345", account="698765", valid_from=NOW - 30 * DAY, created_at=NOW,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("happened", "due"),
    [
        (datetime(2026, 11, 23, 15, tzinfo=UTC), datetime(2026, 11, 26, 21, tzinfo=UTC)),  # Monday: end of Thursday
        (datetime(2026, 11, 20, 15, tzinfo=UTC), datetime(2026, 11, 25, 21, tzinfo=UTC)),  # Friday: end of Wednesday
        (datetime(2026, 11, 20, 21, tzinfo=UTC), datetime(2026, 11, 25, 21, tzinfo=UTC)),  # Saturday in Istanbul
        (datetime(2026, 10, 27, 9, tzinfo=UTC), datetime(2026, 11, 2, 21, tzinfo=UTC)),  # Thursday 29 is a holiday
    ],
)
def test_three_business_days_end_with_the_third(happened, due):
    assert reporting.due_at(happened) == due


def test_a_turkish_consent_is_queued_by_channel_and_its_state_is_a_fact(house, brand):
    agree(house, TURKISH, channels=["voice", "sms", "fax"], form="web")
    with house.open():
        assert {(row.channel, row.granted) for row in reporting.waiting()} == {("voice", True), ("sms", True)}
    assert facts(house, TURKISH)[0]["registry_state"] == "pending"
    refused = reporting.Answer(accepted=False, problem="H178")
    client = Registry(reporting.Answer(accepted=True, reference="t-9"), refused)
    with house.open():
        assert reporting.send(client, seller=house.seller, now=NOW + SECOND) == reporting.Sent(1, 1, 0)
        assert reporting.send(client, seller=house.seller, now=NOW + SECOND) == reporting.Sent(0, 0, 0)
        states = {row.channel: (row.state, row.problem) for row in RegistryReport.objects.all()}
    (heard,) = client.heard
    assert {(entry.provider, entry.brand, entry.granted) for entry in heard} == {("698765", "612345", True)}
    assert sorted(states.values()) == [("accepted", ""), ("refused", "H178")]
    voice_state = "accepted" if states["voice"][0] == "accepted" else "refused"
    fact = facts(house, TURKISH)[0]
    assert (fact["registry_state"], fact["registry_at"]) == (voice_state, (NOW + SECOND).isoformat())


def test_a_refusal_follows_its_consent_and_never_overtakes_it(house, brand):
    agree(house, TURKISH, channels=["voice"])
    revoke(house, TURKISH, channel="voice")
    client = Registry(None)
    with house.open():
        assert reporting.send(client, seller=house.seller, now=NOW) == reporting.Sent(0, 0, 1)
        assert reporting.send(client, seller=house.seller, now=NOW) == reporting.Sent(0, 0, 0), "it waits"
        later = NOW + timedelta(minutes=1)
        assert reporting.send(client, seller=house.seller, now=later) == reporting.Sent(1, 0, 0)
        assert reporting.send(client, seller=house.seller, now=later) == reporting.Sent(1, 0, 0)
    assert [[entry.granted for entry in batch] for batch in client.heard] == [[True], [True], [False]]


def test_what_is_not_the_registrys_business_is_not_queued(house, brand):
    agree(house, NUMBER, channels=["voice"])
    agree(house, TURKISH, channels=["voice"], words="", form="registry")
    with house.open():
        assert not reporting.waiting().exists()
        Evidence.objects.filter(pk=brand.pk).update(ended_at=NOW)
    agree(house, TURKISH, channels=["voice"])
    with house.open():
        assert not reporting.waiting().exists(), "the seller is not registered there any more"


def test_the_jobs_write_down_ends_and_send_what_waits_house_by_house(house, brand, monkeypatch):
    build("Another house")
    monkeypatch.setattr(base, "CLOCK", VirtualClock(NOW + SECOND))
    agree(house, TURKISH, channels=["voice"])
    over = agree(house, until=NOW)
    tasks.expire_job(0)
    tasks.expire_job(0)
    client = Registry()
    monkeypatch.setitem(tasks.clients, reporting.IYS, lambda tenant: client if tenant == house.tenant else None)
    tasks.report_job(0)
    tasks.report_job(0)
    assert len(client.heard) == 1
    with house.open():
        assert [event.kind for event in ConsentEvent.objects.filter(consent=over)] == ["expired"]
        assert not reporting.waiting().exists()
