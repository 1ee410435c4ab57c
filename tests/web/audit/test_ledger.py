"""The ledger: every deed in it, and no edit that goes unseen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from ahize.kernel.chance import stream
from ahize.web.audit import queries, services
from ahize.web.audit.models import Entry
from ahize.web.permissions import Role
from ahize.web.rls import tenant_scope
from web.houses import NOW, House, found_house


def deed(house: House, n: int, **more: Any) -> None:
    services.record(
        tenant=house.tenant,
        by=house.users[Role.ADMINISTRATOR].id,
        action="change_thing",
        subject_kind="thing",
        subject_id=n,
        before={"n": n},
        after={"n": n + 1, "at": NOW},
        reason="tests",
        now=NOW + timedelta(seconds=n),
        **more,
    )


@pytest.fixture
def house(transactional_db: None) -> House:
    made = found_house("acme")
    for n in range(12):
        with tenant_scope(made.tenant):
            deed(made, n)
    return made


def test_every_deed_is_chained_just_after_its_commit(house: House) -> None:
    with tenant_scope(house.tenant):
        assert not Entry.objects.filter(hash="").exists()
        assert queries.verify().whole
        numbers = list(Entry.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_deed_that_is_taken_back_leaves_no_entry(house: House) -> None:
    with tenant_scope(house.tenant):
        before = Entry.objects.count()

    def regretted() -> None:
        with tenant_scope(house.tenant):
            deed(house, 99)
            raise LookupError

    with pytest.raises(LookupError):
        regretted()
    with tenant_scope(house.tenant):
        assert Entry.objects.count() == before
        assert queries.verify().whole


def test_a_chain_left_open_by_a_crash_is_closed_by_the_next_deed(house: House) -> None:
    with tenant_scope(house.tenant):
        Entry.objects.create(tenant_id=house.tenant, at=NOW, action="x", subject_kind="y", subject_id="z")
        assert Entry.objects.filter(hash="").count() == 1
    with tenant_scope(house.tenant):
        deed(house, 50)
    with tenant_scope(house.tenant):
        assert not Entry.objects.filter(hash="").exists()
        assert queries.verify().whole


def test_two_houses_have_two_chains(house: House) -> None:
    other = found_house("other")
    for one in (house, other):
        with tenant_scope(one.tenant):
            assert queries.verify().whole
            assert Entry.objects.order_by("number").first().previous_hash == ""  # type: ignore[union-attr]


Tampering = Callable[[Any, int, int], Any]

TAMPERINGS: dict[str, Tampering] = {
    "the reason is changed": lambda db, n, _: db.execute(
        "UPDATE audit_entry SET reason = 'never' WHERE number = %s", [n]
    ),
    "who did it is changed": lambda db, n, _: db.execute("UPDATE audit_entry SET by = NULL WHERE number = %s", [n]),
    "the time is changed": lambda db, n, _: db.execute(
        "UPDATE audit_entry SET at = at + interval '1 s' WHERE number = %s", [n]
    ),
    "a value is changed": lambda db, n, _: db.execute(
        """UPDATE audit_entry SET after = '{"n": 7777}' WHERE number = %s""", [n]
    ),
    "an entry is deleted": lambda db, n, _: db.execute("DELETE FROM audit_entry WHERE number = %s", [n]),
    "the tail is cut off": lambda db, n, _: db.execute("DELETE FROM audit_entry WHERE number >= %s", [n]),
    "two are swapped": lambda db, n, m: db.execute(
        "UPDATE audit_entry a SET subject_id = b.subject_id, after = b.after, at = b.at FROM audit_entry b"
        " WHERE a.number = %s AND b.number = %s AND a.tenant_id = b.tenant_id",
        [n, m],
    ),
    "a hash is rewritten": lambda db, n, _: db.execute(
        "UPDATE audit_entry SET hash = repeat('f', 64) WHERE number = %s", [n]
    ),
    "the head is lost": lambda db, _n, _m: db.execute("DELETE FROM audit_chainhead"),
}


@pytest.mark.parametrize("how", TAMPERINGS)
def test_every_tampering_is_found_and_where(house: House, admin_url: str, how: str) -> None:
    with tenant_scope(house.tenant):
        length = Entry.objects.count()
    chance = stream(7, how)
    connection.close()
    with psycopg.connect(admin_url) as db:
        db.execute("SET session_replication_role = replica")
        # Never two of the same sort: swapping equal entries would change nothing.
        at, other = chance.sample(range(length - 10, length + 1), 2)
        assert TAMPERINGS[how](db, at, other).rowcount > 0
        db.commit()
    with tenant_scope(house.tenant):
        verdict = queries.verify()
    assert not verdict.whole
    assert verdict.number is not None
    assert verdict.number <= max(at, length)
    assert verdict.why


def test_an_officer_reads_the_ledger_in_pages_and_by_filter(house: House) -> None:
    officer = house.browser(Role.COMPLIANCE_OFFICER)
    first = officer.get("/api/audit?limit=5&subject_kind=thing").json()
    assert [entry["subject_id"] for entry in first["entries"]] == ["11", "10", "9", "8", "7"]
    second = officer.get(f"/api/audit?limit=5&subject_kind=thing&cursor={first['next']}").json()
    assert [entry["subject_id"] for entry in second["entries"]] == ["6", "5", "4", "3", "2"]
    last = officer.get(f"/api/audit?limit=5&subject_kind=thing&cursor={second['next']}").json()
    assert last["next"] is None
    hour = officer.get("/api/audit?since=2026-03-02T15:00:05Z&until=2026-03-02T15:00:07Z").json()
    assert [entry["subject_id"] for entry in hour["entries"]] == ["6", "5"]
    assert officer.get("/api/audit/verification").json()["whole"] is True


def test_no_lock_is_held_while_people_work(house: House, admin_url: str) -> None:
    """A deed whose transaction is still open holds up nobody else's."""
    with transaction.atomic(), tenant_scope(house.tenant):
        deed(house, 70)
        with psycopg.connect(admin_url) as db:
            waiting = db.execute(
                "SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
                " WHERE c.relname = 'audit_chainhead' AND l.mode <> 'AccessShareLock'"
            ).fetchone()
    assert waiting == (0,)
