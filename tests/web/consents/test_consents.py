"""A wish not to be called holds from its commit, for every list and campaign, until two people end it."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from ahize.kernel.errors import BadInput, Conflict, NotAllowed
from ahize.web.audit.models import Entry
from ahize.web.base import draw_id
from ahize.web.consents import on_record, queries, services, uploads
from ahize.web.consents.locks import number_key, numbers_shared
from ahize.web.consents.models import Suppression
from ahize.web.consents.receipts import receipt_of, receipt_read
from web.campaigns.house import NOW, SECOND, House, build

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = "+12125550123"


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


def suppress(house: House, e164: str = NUMBER, **how) -> Suppression:
    how = {"seller": house.seller, "source": "agent", "by": house.people["agent"], "now": NOW, **how}
    with house.open():
        return services.suppress(tenant=house.tenant, e164=e164, **how)


def facts(house: House, e164: str = NUMBER) -> queries.Facts:
    with house.open():
        return on_record.facts_for(house.seller, [e164])[e164]


def test_a_suppression_is_a_fact_with_a_receipt_and_the_dialer_hears_of_it(house, told):
    made = suppress(house)
    assert facts(house).suppressions == [
        {
            "scope": "principal",
            "principal": str(house.seller),
            "at": NOW.isoformat(),
            "source": "agent",
            "covers": "everything",
        }
    ]
    assert made.receipt == receipt_of(made.id)
    assert told == [("number_suppressed", {"seller": str(house.seller), "numbers": [NUMBER]})]


def test_asking_twice_is_one_suppression_with_one_receipt(house):
    assert suppress(house).receipt == suppress(house, now=NOW + SECOND).receipt
    with house.open():
        assert Suppression.objects.count() == 1


def test_the_scopes_are_told_apart(house):
    suppress(house, seller=None)
    suppress(house, channel="sms", now=NOW + SECOND)
    assert [(one["scope"], one.get("principal"), one.get("channel")) for one in facts(house).suppressions] == [
        ("all", None, None),
        ("channel", str(house.seller), "sms"),
    ]


def test_an_end_needs_two_people_and_a_reason(house):
    made = suppress(house)
    officer, supervisor = house.people["compliance_officer"], house.people["supervisor"]
    with house.open():
        with pytest.raises(Conflict):
            services.confirm_unsuppress(made, by=officer, now=NOW)
        with pytest.raises(BadInput):
            services.ask_unsuppress(made, reason="  ", by=supervisor, now=NOW)
        services.ask_unsuppress(made, reason="wrong number noted", by=supervisor, now=NOW)
        with pytest.raises(NotAllowed):
            services.confirm_unsuppress(made, by=supervisor, now=NOW)
    assert facts(house).suppressions
    with house.open():
        ended = services.confirm_unsuppress(made, by=officer, now=NOW + SECOND)
        assert ended.ended_at == NOW + SECOND
        assert {entry.action for entry in Entry.objects.all()} >= {"suppress", "ask_unsuppress", "confirm_unsuppress"}
    assert not facts(house).suppressions
    assert suppress(house).receipt != made.receipt


def test_the_database_itself_refuses_an_end_by_one_person(house):
    made = suppress(house)
    one = house.people["supervisor"]
    with house.open(), pytest.raises(IntegrityError), transaction.atomic():
        Suppression.objects.filter(pk=made.pk).update(
            ended_at=NOW, end_asked_by=one, end_confirmed_by=one, end_reason="because"
        )


def test_never_again_said_twice_takes_an_asked_end_off_the_table(house):
    made = suppress(house)
    with house.open():
        services.ask_unsuppress(made, reason="said so", by=house.people["supervisor"], now=NOW)
    suppress(house, now=NOW + SECOND)
    with house.open(), pytest.raises(Conflict):
        services.confirm_unsuppress(made, by=house.people["compliance_officer"], now=NOW + 2 * SECOND)


def test_many_are_suppressed_in_one_transaction_whatever_the_count(house, told):
    numbers = [f"+1212555{n:04d}" for n in range(4_100)]
    with house.open():
        assert services.suppress_many(numbers, tenant=house.tenant, seller=None, source="upload", by=None, now=NOW) == (
            4_100,
            0,
        )
        assert services.suppress_many(
            numbers[:700], tenant=house.tenant, seller=None, source="upload", by=None, now=NOW + SECOND
        ) == (0, 700)
    assert sum(len(payload["numbers"]) for _, payload in told) == 4_100
    with house.open():
        assert queries.suppressed_among(house.seller, numbers[:3]) == set(numbers[:3])


@pytest.mark.parametrize("scope", ["seller", "everybody", "bulk"])
def test_a_clearance_that_begins_after_a_suppression_waits_and_sees_it(house, scope):
    """The race: whoever takes the lock first commits first, and the other sees it."""
    holding, go_on = threading.Event(), threading.Event()
    seen: list[bool] = []

    def remove_me() -> None:
        try:
            with house.open():
                owner = None if scope == "everybody" else house.seller
                numbers = [NUMBER] + ([f"+1646555{n:04d}" for n in range(600)] if scope == "bulk" else [])
                services.suppress_many(numbers, tenant=house.tenant, seller=owner, source="agent", by=None, now=NOW)
                holding.set()
                go_on.wait(10)
        finally:
            connection.close()

    def clear() -> None:
        try:
            with house.open():
                numbers_shared([(NUMBER, house.seller)])
                seen.append(bool(on_record.facts_for(house.seller, [NUMBER])[NUMBER].suppressions))
        finally:
            connection.close()

    first = threading.Thread(target=remove_me)
    first.start()
    assert holding.wait(10)
    second = threading.Thread(target=clear)
    second.start()
    second.join(0.3)
    assert second.is_alive(), "clearance waits for the suppression's commit"
    go_on.set()
    first.join(10)
    second.join(10)
    assert seen == [True]


def test_clearances_do_not_wait_for_each_other(house):
    done = threading.Event()

    def clear() -> None:
        try:
            with house.open():
                numbers_shared([(NUMBER, house.seller)])
                done.set()
        finally:
            connection.close()

    with house.open():
        numbers_shared([(NUMBER, house.seller)])
        other = threading.Thread(target=clear)
        other.start()
        assert done.wait(10)
    other.join(10)


@given(st.uuids())
def test_a_receipt_survives_being_spelled(some):
    receipt = receipt_of(some)
    assert receipt_read(receipt.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == receipt


def test_a_lock_key_is_the_same_in_every_process():
    assert number_key(NUMBER, None) == 2207885979048544453


def test_a_relationship_is_a_fact(house):
    with house.open():
        services.record_relationship(
            tenant=house.tenant, seller=house.seller, contact=draw_id(NOW), e164=NUMBER, kind="purchase",
            last_on=date(2026, 6, 1), by=None, now=NOW,
        )  # fmt: skip
    assert facts(house).relationships == [{"kind": "purchase", "principal": str(house.seller), "last_on": "2026-06-01"}]


def test_a_relationship_ends_after_it_began_and_needs_no_contact(house):
    told = {
        "tenant": house.tenant,
        "seller": house.seller,
        "e164": NUMBER,
        "kind": "membership",
        "by": None,
        "now": NOW,
    }
    with house.open():
        with pytest.raises(BadInput):
            services.record_relationship(**told, last_on=date(2026, 6, 1), ended_on=date(2026, 5, 1))
        services.record_relationship(**told, last_on=date(2026, 6, 1), ended_on=date(2026, 7, 1))
    assert facts(house).relationships[0]["ended_on"] == "2026-07-01"


# ── an own list ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_own_list_becomes_suppressions_and_every_refusal_is_told(house, tmp_path):
    file = tmp_path / "dnc.csv"
    file.write_text("Name;Phone\nAda;(212) 555-0123\nBob;12\nCem;+44 7700 900123\n", encoding="utf-8")
    with house.open():
        told = uploads.upload(file, tenant=house.tenant, seller=house.seller, region="US", by=None, now=NOW)
    assert (told.numbers, told.new, told.already, told.refused) == (2, 2, 0, 1)
    assert [(problem.row, problem.code) for problem in told.problems] == [(2, "phone_too_short")]
    assert facts(house, "+447700900123").suppressions


def test_a_typed_number_is_read_once_at_the_border():
    assert uploads.number_in("(212) 555-0123", "US") == NUMBER
    for wrong in ("12", "", "212-555-0123 / 212-555-0124"):
        with pytest.raises(BadInput):
            uploads.number_in(wrong, "US")
