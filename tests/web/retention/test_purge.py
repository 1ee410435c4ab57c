"""After a purge exactly the rows beyond their term that nothing holds are gone; and what it did is shown, signed."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from ahize.compliance.rulebook import Rulebook
from ahize.kernel.chance import Chance, stream
from ahize.kernel.errors import BadInput, NotAllowed
from ahize.web import base
from ahize.web.consents import ledger
from ahize.web.consents.models import Consent, Relationship
from ahize.web.contacts.models import Contact, Import, ImportReject, Phone
from ahize.web.dialing.models import CodeCall
from ahize.web.permissions import Role
from ahize.web.proof import keys
from ahize.web.retention import holds, purge, tasks, terms
from ahize.web.retention.models import Receipt, Run
from ahize.web.rights.models import Request
from ahize.web.vendors import services
from ahize.web.vendors.models import Lead, Post
from web.called.callers import Clock
from web.called.worker import as_worker
from web.dialing.shop import NOW, Shop
from web.retention.test_holds import lift, place

ZONE = "Pacific/Auckland"
"""Thirteen hours before UTC at NOW: there it is the next day already."""
TODAY = date(2026, 3, 3)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Clock:
    made = Clock()
    monkeypatch.setattr(base, "CLOCK", made)
    settings.MEDIA_ROOT = tmp_path
    return made


@pytest.fixture(autouse=True)
def far_away(shop: Shop, admin_url: str) -> None:
    """The house is in New Zealand, and its own people's rows are no part of what is tested."""
    with psycopg.connect(admin_url) as db:
        db.execute("UPDATE tenants_tenant SET zone = %s", [ZONE])


def night(shop: Shop) -> Receipt:
    with as_worker():
        return tasks.purge_house(shop.tenant, keys.sealer())


# ── the oracle: in plain Python, from the rule's words ───────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Row:
    """A row as the test knows it: what it is, from which local day its term runs, whose it is, of which list."""

    kind: str
    key: UUID
    day: date | None
    number: str
    list: UUID | None
    made: datetime


@dataclass(frozen=True)
class Order:
    """A hold as the test knows it."""

    number: str = ""
    list: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


YEARS = {"consents": 5, "relationships": 5, "contacts": 2, "requests": 3}


def anniversary(day: date, years: int) -> date:
    last = calendar.monthrange(day.year + years, day.month)[1]
    return date(day.year + years, day.month, min(day.day, last))


def stays(row: Row, orders: list[Order], lists_of: dict[str, set[UUID]]) -> bool:
    if row.day is None or anniversary(row.day, YEARS[row.kind]) >= TODAY:
        return True
    for one in orders:
        fits = not one.number or one.number == row.number
        fits = fits and (one.list is None or one.list in lists_of.get(row.number, set()))
        fits = fits and (one.since is None or row.made >= one.since) and (one.until is None or row.made < one.until)
        if fits:
            return True
    return False


def some_rows(shop: Shop, chance: Chance) -> list[Row]:
    """Rows of four kinds whose days lie thick about the border of their term, at every hour of the day."""
    rows: list[Row] = []
    zone = ZoneInfo(ZONE)
    for at in range(80):
        kind = chance.choice(sorted(YEARS))
        number = f"+120255510{at % 20:02d}"
        border = date(TODAY.year - YEARS[kind], TODAY.month, TODAY.day)
        day = border + timedelta(days=chance.randint(-3, 3))
        moment = datetime(day.year, day.month, day.day, chance.choice((0, 3, 12, 23)), 30, tzinfo=zone).astimezone(UTC)
        of = {"tenant_id": shop.tenant}
        if kind == "consents":
            ends = chance.random() < 0.8
            consent = ledger.record_consent(
                tenant=shop.tenant, seller=shop.seller, e164=number, given_at=moment - timedelta(days=400),
                words="Yes.", by=None, now=NOW, **({"until": moment} if ends else {}),
            )  # fmt: skip
            key = consent.pk
            rows.append(Row(kind, key, day if ends else None, number, None, moment - timedelta(days=400)))
        elif kind == "relationships":
            key = Relationship.objects.create(
                **of, seller_id=shop.seller, e164=number, kind="purchase", last_on=day, created_at=moment
            ).pk
            rows.append(Row(kind, key, day, number, None, moment))
        elif kind == "contacts":
            contact = Contact.objects.create(
                **of, seller_id=shop.seller, list_id=shop.list, row=1_000 + at, created_at=moment
            )
            Phone.objects.create(**of, contact=contact, position=0, e164=number, regions=["US-WV"])
            rows.append(Row(kind, contact.pk, day, number, shop.list, moment))
        else:
            key = Request.objects.create(
                **of, kind="access", came="page", e164=number, clock="HOUSE", at=moment, due_at=moment,
                state="done", decided_at=moment,
            ).pk  # fmt: skip
            rows.append(Row(kind, key, day, number, None, moment))
    return rows


MODELS: dict[str, Any] = {"consents": Consent, "relationships": Relationship, "contacts": Contact, "requests": Request}


def there(shop: Shop, rows: list[Row]) -> set[UUID]:
    with shop.open():
        return {
            key
            for kind, model in MODELS.items()
            for key in model.objects.filter(pk__in=[one.key for one in rows if one.kind == kind]).values_list(
                "pk", flat=True
            )
        }


def wrongs(shop: Shop, seed: int) -> list[Row]:
    """Random rows and holds, one purge; the rows that are there and should not be, or the other way round."""
    chance = stream(seed, "rows")
    with shop.open():
        rows = some_rows(shop, chance)
    orders = [
        chance.choice(
            [
                Order(number=chance.choice(rows).number),
                Order(number=chance.choice(rows).number, until=chance.choice(rows).made),
                Order(since=(begins := chance.choice(rows).made), until=begins + timedelta(hours=30)),
            ]
        )
        for _ in range(chance.randint(0, 4))
    ]
    for one in orders:
        place(shop, holds.Line(e164=one.number, list=one.list, since=one.since, until=one.until))
    lists_of: dict[str, set[UUID]] = {}
    night(shop)
    left = there(shop, rows)
    # Who is held as a contact by one of several numbers is not drawn here: each has one.
    return [one for one in rows if (one.key in left) != stays(one, orders, lists_of)]


@pytest.mark.parametrize("seed", range(6))
def test_exactly_what_is_beyond_its_term_and_not_held_is_gone(shop: Shop, seed: int) -> None:
    assert wrongs(shop, seed) == []


def a_day_early(span: Any, today: date) -> date:
    return terms.first_day_kept(span, today) + timedelta(days=1)


def a_day_late(span: Any, today: date) -> date:
    return terms.first_day_kept(span, today) - timedelta(days=1)


PLANTED = {
    "a day early": ("first_day_kept", a_day_early),
    "a day late": ("first_day_kept", a_day_late),
    "the midnight of Greenwich": (
        "beginning_of",
        lambda day, _zone: datetime(day.year, day.month, day.day, tzinfo=UTC),
    ),
}


@pytest.mark.parametrize("bug", PLANTED)
def test_each_planted_mistake_of_days_is_found(shop: Shop, monkeypatch: pytest.MonkeyPatch, bug: str) -> None:
    name, wrong = PLANTED[bug]
    real = {one: getattr(terms, one) for one in ("first_day_kept", "beginning_of")}
    if name == "first_day_kept":
        shift = 1 if "early" in bug else -1
        monkeypatch.setattr(terms, name, lambda span, today: real[name](span, today) + timedelta(days=shift))
    else:
        monkeypatch.setattr(terms, name, wrong)
    assert wrongs(shop, 3) != []


def test_a_purge_that_forgets_to_ask_is_refused_by_the_database(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with shop.open():
        rows = some_rows(shop, stream(5, "rows"))
    place(shop, *(holds.Line(e164=number) for number in {one.number for one in rows}))
    monkeypatch.setattr(purge, "SWEEPS", tuple(replace(one, held="NULL::uuid") for one in purge.SWEEPS))
    receipt = night(shop)
    assert there(shop, rows) == {one.key for one in rows}, "nothing held went"
    told = {one["code"]: one["problem"] for one in receipt.facts["classes"]}
    assert {code for code, problem in told.items() if problem} >= {"consents", "contacts", "relationships"}


def test_a_posted_lead_goes_with_its_contact_and_a_call_with_a_code_at_its_term(shop: Shop) -> None:
    long_ago = NOW - timedelta(days=3 * 366)
    with shop.open():
        of = {"tenant_id": shop.tenant}
        contact = Contact.objects.create(**of, seller_id=shop.seller, list_id=shop.list, row=9_999, created_at=long_ago)
        door = services.open_door(
            tenant=shop.tenant, seller=shop.seller, supplier="Leads", source="", list_name="",
            by=shop.house.person(Role.ADMINISTRATOR).id, now=long_ago,
        ).door  # fmt: skip
        Lead.objects.create(**of, door=door, number=1, contact=contact, at=long_ago)
        Post.objects.create(**of, door=door, at=long_ago, deed="add_lead", taken=True, answer="add_lead")
    with as_worker(), shop.open():
        for number in ("+12025550177", "+12025550178"):
            CodeCall.objects.create(**of, e164=number, language="en", words=b"", at=long_ago)
    place(shop, holds.Line(e164="+12025550178"))
    receipt = night(shop)
    with shop.open():
        assert {one["code"]: one["problem"] for one in receipt.facts["classes"] if one["problem"]} == {}
        assert not Contact.objects.filter(pk=contact.pk).exists()
        assert not Lead.objects.exists()
        assert not Post.objects.exists()
        assert [one.e164 for one in CodeCall.objects.all()] == ["+12025550178"], "a hold keeps the other"


# ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_says_beforehand_what_goes_and_afterwards_what_went_signed_and_chained(
    shop: Shop, clock: Clock, tmp_path: Path
) -> None:
    with shop.open():
        rows = some_rows(shop, stream(1, "rows"))
        old = Import.objects.create(
            tenant_id=shop.tenant, seller_id=shop.seller, list_id=shop.list, filename="a.csv", size=1,
            sha256="0" * 64, file="a.csv", state="accepted", created_at=NOW - timedelta(days=400),
        )  # fmt: skip
        ImportReject.objects.create(tenant_id=shop.tenant, imported=old, row=1, code="x", value="0102")
    (tmp_path / "a.csv").write_text("Ann")
    hold = place(shop, holds.Line(e164=rows[0].number))
    browser = shop.house.browser(Role.COMPLIANCE_OFFICER)
    plan = {one["code"]: one for one in browser.get("/api/retention/plan").json()["classes"]}
    assert there(shop, rows) == {one.key for one in rows}, "a plan deletes nothing"
    first = night(shop)
    with shop.open():
        gone = {one["code"]: one["gone"] for one in first.facts["classes"]}
        assert {code: one["due"] for code, one in plan.items() if one["due"]} == {k: v for k, v in gone.items() if v}
        assert sum(one["held"] for one in plan.values()) > 0
        assert plan["calls"]["deed"] == "chained"
    assert gone["imports"] == 0, "one of the list's people is held"
    lift(shop, hold)
    clock.at = NOW + timedelta(days=1)
    second = night(shop)
    assert not (tmp_path / "a.csv").exists()
    with shop.open():
        assert not ImportReject.objects.exists()
        assert second.previous == first.hash
        both = list(Receipt.objects.order_by("number"))
        told = purge.verify(both)
        assert (told.receipts, told.number) == (2, None)
        both[0].facts["classes"][4]["gone"] += 1
        assert purge.verify(both).number == 1
        assert purge.verify(both[1:]).number == 1, "one left out is told"
        with pytest.raises(DatabaseError), transaction.atomic():
            Receipt.objects.update(number=9)
    assert [one["number"] for one in browser.get("/api/retention/receipts").json()] == [2, 1]


def test_a_run_that_was_cut_off_goes_on_where_it_stood(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with shop.open():
        rows = some_rows(shop, stream(2, "rows"))
        due = sum(not stays(one, [], {}) for one in rows)
    monkeypatch.setattr(purge, "BATCH", 3)
    with as_worker():
        with shop.open():
            run = purge.begin(shop.tenant, now=NOW)
        with shop.open():
            assert purge.step(run, purge.SWEEPS[0], zone=ZONE) == 3
            assert purge.is_due(shop.tenant, now=NOW)
    receipt = night(shop)
    with shop.open():
        assert Run.objects.count() == 1
        counted = sum(one["gone"] for one in receipt.facts["classes"] if one["code"] in YEARS)
        assert counted == due
        assert not purge.is_due(shop.tenant, now=NOW)
        made = NOW - timedelta(days=30)
        assert not purge.is_overdue(made, now=NOW + timedelta(hours=48))
        assert purge.is_overdue(made, now=NOW + timedelta(hours=49))


def test_only_a_purge_under_way_lets_a_consent_go(shop: Shop) -> None:
    with shop.open():
        ledger.record_consent(
            tenant=shop.tenant, seller=shop.seller, e164="+12025550199", given_at=NOW, words="Yes.", by=None, now=NOW
        )
    with as_worker(), shop.open():
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM consents_consent")
        assert Consent.objects.exists()


# ── terms ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_term_goes_up_at_once_down_by_two_people_and_never_below_the_law(shop: Shop) -> None:
    officer, other = shop.house.person(Role.COMPLIANCE_OFFICER), shop.house.person(Role.ADMINISTRATOR)
    with shop.open():
        with pytest.raises(BadInput, match="16 CFR"):
            terms.set_term("consents", months=36, days=0, reason="less", by=officer, now=NOW)
        with pytest.raises(BadInput):
            terms.set_term("contacts", months=120, days=0, reason="more", by=officer, now=NOW)
        with pytest.raises(BadInput):
            terms.set_term("suppressions", months=1, days=0, reason="away", by=officer, now=NOW)
        assert terms.set_term("contacts", months=36, days=0, reason="more", by=officer, now=NOW).in_force_at == NOW
        less = terms.set_term("contacts", months=6, days=0, reason="less", by=officer, now=NOW)
        assert _months("contacts") == 36
        with pytest.raises(NotAllowed):
            terms.confirm(less, by=officer, now=NOW)
        terms.confirm(less, by=other, now=NOW)
        assert _months("contacts") == 6


def _months(code: str) -> int:
    return next(one.span.months for one in terms.in_force(TODAY) if one.kind.code == code)


def test_every_law_behind_a_term_stands_in_the_rulebook_and_binds_where_people_are(shop: Shop) -> None:
    known = {rule["id"] for law in Rulebook.load().laws for rule in law.document["rules"]}
    assert {one.rule for kind in terms.kinds().values() for one in kind.floors} <= known
    consents = terms.kinds()["consents"]
    floor = terms.floor_of(consents, {"TR"}, TODAY)
    assert floor is not None
    assert (floor.span.months, floor.rule) == (36, "TR-22")
    assert terms.floor_of(consents, {"FR"}, TODAY) is None
    assert terms.floor_of(consents, {"TR"}, date(2019, 1, 1)).span.months == 12
    with shop.open():
        assert "US" in terms.countries()


def test_a_term_ends_with_its_day_of_the_calendar() -> None:
    leap = terms.Span(months=12)
    assert terms.first_day_kept(leap, date(2025, 2, 28)) == date(2024, 2, 28)
    assert terms.first_day_kept(leap, date(2025, 3, 1)) == date(2024, 3, 1)
    for days in range(0, 3_000, 7):
        today = date(2020, 1, 1) + timedelta(days=days)
        for years in (1, 2, 5):
            first = terms.first_day_kept(terms.Span(months=12 * years), today)
            assert anniversary(first, years) >= today > anniversary(first - timedelta(days=1), years)
