"""Chain, heads, replay and a stranger's verifier hold without whom they named; what is forged or changed is found."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from ahize.compliance.again import compare, law_ruling
from ahize.dialer.codec import instant_text
from ahize.kernel.phone import blurred
from ahize.web import base
from ahize.web.complaints.redecide import findings_of
from ahize.web.dialing.apart import journal_whole, with_number
from ahize.web.dialing.chain import canonical, journal_hash, ruling_hash
from ahize.web.dialing.models import Attempt, Journal, Ruling
from ahize.web.proof import checks, exporting, laws
from ahize.web.reports.journal import witness
from web.called.callers import Clock, called
from web.complaints.calls import plant
from web.dialing.shop import NOW, Shop
from web.proof.test_proof import KEY, sealed, worker
from web.proof.test_verifier import SPAN, verified
from web.rights.journals import journaled, lived, replayed
from web.rights.test_erasure import KNOWN, _settled, full_dump, grant


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Clock:
    made = Clock()
    monkeypatch.setattr(base, "CLOCK", made)
    settings.MEDIA_ROOT = tmp_path / "files"
    return made


def bundle(shop: Shop, path: Path) -> Path:
    with shop.open():
        made = exporting.ask(exporting.Asked(**SPAN), tenant=shop.tenant, by=None, now=NOW)
    with worker():
        exporting.make(made.pk, shop.tenant, sealer=KEY, now=NOW)
    path.write_bytes(exporting.file_of(made).read_bytes())
    return path


def erased(shop: Shop, admin_url: str) -> UUID:
    """Three people were called, all was sealed, then one of them was erased; their attempt."""
    called(shop, admin_url, index=1)
    attempt = UUID(called(shop, admin_url, index=2))
    called(shop, admin_url, index=0)
    journaled(shop, attempt, KNOWN)
    sealed(shop)
    grant(shop)
    _settled(admin_url)
    sealed(shop)
    return attempt


def test_chain_heads_law_journal_and_a_strangers_program_hold_after_an_erasure(
    shop: Shop, admin_url: str, tmp_path: Path
) -> None:
    attempt = erased(shop, admin_url)
    with shop.open():
        report = checks.check(shop.tenant)
        assert (report.whole, report.rulings, report.forgotten, report.on_receipt) == (True, 3, 1, 0), report.breaks
        books = laws.Books()
        for row in Ruling.objects.all():
            assert compare(row.ruling, row.sources, law_ruling(books.of(row.ruling, row.sources), row.facts)) is None
        assert witness().breaks == []
        assert list(findings_of(list(Attempt.objects.filter(pk=attempt)))) == []
        line = Journal.objects.get(event__type="Leased")
        assert [one.get("is", "")[:5] for one in line.people] == ["+1202", ""], "nobody else is forgotten"
    said = verified(bundle(shop, tmp_path / "span.zip"), "--key", KEY.verifier().to_bytes().hex())
    assert (said["problems"], said["rulings"], said["erased"]) == ([], 3, 1)
    assert said["notes"] == [
        f"1 rulings: the number was erased on {NOW.date()}; the commitment to it stands in the chain"
    ]


def test_a_journal_replays_to_itself_with_pseudonyms_in_it(shop: Shop, admin_url: str) -> None:
    lived(shop, KNOWN)
    before = replayed(shop)
    grant(shop)
    _settled(admin_url)
    after = replayed(shop)
    assert full_dump(admin_url, KNOWN[2:]) == {}
    assert before.is_same
    assert after.is_same
    assert (after.entries, after.lives) == (before.entries, 1)


TAMPERED = {
    "the verdict of the erased": (
        "UPDATE dialing_ruling SET ruling = ruling || '{\"verdict\": \"block\"}' WHERE seq = 2", "changed", 2
    ),
    "another area in its facts": (
        "UPDATE dialing_ruling SET facts = jsonb_set(facts, '{number,e164}', '\"+12120000000\"') WHERE seq = 2",
        "changed", 2,
    ),
    "its commitment": ("UPDATE dialing_ruling SET commitment = repeat('0', 64) WHERE seq = 2", "changed", 2),
    "the day of the erasure": (
        "UPDATE dialing_ruling SET forgotten_at = forgotten_at + interval '1 day' WHERE seq = 2", "unreceipted", 2
    ),
    "another number put back": (
        "UPDATE dialing_ruling SET number = '+12025550177', salt = repeat('0', 32) WHERE seq = 2", "changed", 2
    ),
    "the neighbour's number": ("UPDATE dialing_ruling SET number = '+12025550177' WHERE seq = 1", "changed", 1),
    "an erasure that nobody asked for": (
        "UPDATE dialing_ruling SET commitment = encode(sha256(convert_to(salt || E'\\n' || number, 'UTF8')), 'hex'),"
        f" number = '', salt = '', forgotten_at = '{instant_text(NOW)}' WHERE seq = 3", "unreceipted", 3,
    ),
    "one that does not even say when": (
        "UPDATE dialing_ruling SET commitment = encode(sha256(convert_to(salt || E'\\n' || number, 'UTF8')), 'hex'),"
        " number = '', salt = '' WHERE seq = 3", "unreceipted", 3,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERED)
def test_what_is_changed_beside_an_erasure_and_a_forged_erasure_are_found(
    shop: Shop, admin_url: str, owner_url: str, tmp_path: Path, name: str
) -> None:
    statement, code, number = TAMPERED[name]
    erased(shop, admin_url)
    plant(owner_url, shop.tenant, statement)
    with shop.open():
        (found,) = checks.check(shop.tenant).breaks
        assert (found.ledger, found.code, found.number) == ("rulings", code, number)
    problems = verified(bundle(shop, tmp_path / "span.zip"))["problems"]
    assert any(f"(ruling {number})" in one for one in problems), problems
    if code == "unreceipted":
        assert checks.sentence(found).startswith(f"Ruling {number} lost the number it was about")
        assert any("erased" in one or "gone" in one for one in problems)


def test_a_journal_line_that_lost_somebody_without_a_receipt_is_found(
    shop: Shop, admin_url: str, owner_url: str
) -> None:
    erased(shop, admin_url)
    forged = """UPDATE dialing_journal SET people = jsonb_build_array(jsonb_build_object('was', '~x', 'commitment',
        encode(sha256(convert_to((people->0->>'salt') || E'\\n' || (people->0->>'is'), 'UTF8')), 'hex')), people->1)
        WHERE event->>'type' = 'Leased'"""
    plant(owner_url, shop.tenant, "DELETE FROM audit_entry WHERE false")
    with shop.open():
        line = Journal.objects.get(event__type="Leased")
        assert witness().breaks == []
    plant(owner_url, shop.tenant, forged)
    with shop.open():
        lost = f"journal line {line.seq} lost whom it named, and no receipt says so"
        assert witness().breaks == [lost], "the receipt is for the other one of that line"
    with psycopg.connect(admin_url) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("UPDATE audit_entry SET after = jsonb_set(after, '{rulings}', '[]') WHERE action = 'forget'")
    with shop.open():
        assert {one.ledger for one in checks.check(shop.tenant).breaks} == {"audit", "rulings"}


def test_lines_of_the_old_format_lose_the_number_and_stand_by_their_receipt(
    shop: Shop, admin_url: str, owner_url: str, tmp_path: Path
) -> None:
    attempt = UUID(called(shop, admin_url, index=2))
    journaled(shop, attempt, KNOWN)
    _as_of_old(shop, owner_url, attempt)
    sealed(shop)
    with shop.open():
        assert checks.check(shop.tenant).whole
    grant(shop)
    _settled(admin_url)
    assert full_dump(admin_url, KNOWN[2:]) == {}
    with shop.open():
        report = checks.check(shop.tenant)
        assert (report.whole, report.forgotten, report.on_receipt) == (True, 1, 1), report.breaks
        assert witness().breaks == []
        assert Ruling.objects.get().facts["number"]["e164"] == blurred(KNOWN)
    said = verified(bundle(shop, tmp_path / "old.zip"))
    assert said["problems"] == []
    assert any("of an old format" in one for one in said["notes"])
    plant(owner_url, shop.tenant, 'UPDATE dialing_ruling SET facts = facts || \'{"method": "predictive"}\'')
    plant(owner_url, shop.tenant, "UPDATE dialing_journal SET event = event || '{\"seller\": \"x\"}'"
          " WHERE event->>'type' = 'NumberSuppressed'")  # fmt: skip
    with shop.open():
        assert [one.code for one in checks.check(shop.tenant).breaks] == ["changed"]
        assert len(witness().breaks) == 1


def _as_of_old(shop: Shop, owner_url: str, attempt: UUID) -> None:
    """The same rows as they were written before anything stood apart."""
    with shop.open():
        row, lines = Ruling.objects.get(pk=attempt), list(Journal.objects.order_by("seq"))
    facts, sources = with_number(row.facts, row.number), {**row.sources, "format": 2}
    given = {"attempt": row.attempt_id, "seq": row.seq, "at": row.at, "ruling": canonical(row.ruling)}
    own = ruling_hash("", **given, facts=canonical(facts), sources=canonical(sources))
    plant(
        owner_url, shop.tenant,
        "UPDATE dialing_ruling SET facts = %s, sources = %s, number = '', salt = '', hash = %s WHERE seq = 1",
        canonical(facts), canonical(sources), own,
    )  # fmt: skip
    previous = ""
    for line in lines:
        event, commands = journal_whole(line.event, line.commands, line.people)
        place = {"floor": line.floor_id, "seq": line.seq, "epoch": line.epoch, "at": line.at}
        own = journal_hash(previous, **place, event=event, commands=commands)
        plant(
            owner_url, shop.tenant,
            "UPDATE dialing_journal SET event = %s, commands = %s, people = NULL, previous_hash = %s, hash = %s"
            " WHERE seq = %s",
            canonical(event), canonical(commands), previous, own, line.seq,
        )  # fmt: skip
        previous = own


def test_the_worker_can_take_a_number_away_and_do_nothing_else(shop: Shop, admin_url: str) -> None:
    erased(shop, admin_url)
    for wrong in (
        "UPDATE dialing_ruling SET number = '+12025550177' WHERE seq = 1",
        "UPDATE dialing_ruling SET number = '', salt = '' WHERE seq = 1",
        "UPDATE dialing_ruling SET number = '+12025550102', salt = 'x', commitment = '' WHERE seq = 2",
        "UPDATE dialing_ruling SET facts = '{}', forgotten_at = now(), number = '', salt = '', commitment = 'x'",
        "UPDATE dialing_journal SET people = '[]' WHERE people IS NOT NULL",
        "UPDATE dialing_journal SET event = event || '{\"x\": 1}' WHERE people IS NOT NULL",
        "UPDATE dialing_journal SET people = jsonb_set(people, '{0,is}', '\"+1\"') WHERE event->>'type' = 'Leased'",
    ):
        refused = pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only")
        with refused, worker(), shop.open(), base_cursor() as db:
            db.execute(wrong)


def base_cursor() -> Any:
    """psycopg's own cursor on the tests' connection: its errors are PostgreSQL's."""
    from django.db import connection  # noqa: PLC0415 - settings stand before

    connection.ensure_connection()
    return psycopg.Cursor(connection.connection)
