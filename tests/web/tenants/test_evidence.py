"""What a seller and its agencies can prove: whose it must be, when it holds, and the document behind it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection, transaction

from ahize.kernel.errors import BadInput, Conflict
from ahize.web.audit.models import Entry
from ahize.web.permissions import Role
from ahize.web.rls import tenant_scope
from ahize.web.tenants import evidence, services
from ahize.web.tenants.kinds import KINDS, EvidenceKind, kind_of
from ahize.web.tenants.models import Agency, Evidence, Seller
from web.houses import NOW, House, found_house

pytestmark = pytest.mark.django_db

JSON = "application/json"
DAY = timedelta(days=1)


@pytest.fixture
def house() -> House:
    return found_house("acme")


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def agency_of(house: House, role: str = "telefunder", name: str = "Callers") -> Agency:
    with tenant_scope(house.tenant):
        return services.make_agency(
            {"name": name, "role": role, "country": "IN", "region": "in-mh"}, by=house.person(), now=NOW
        )


def add(house: House, holder: Any, code: str, **how: Any) -> Evidence:
    values = {"kind": kind_of(code), "code": code, "number": "7", **how}
    with tenant_scope(house.tenant):
        return evidence.add_evidence(holder, values, by=house.person(), now=NOW)


def seller_of(house: House) -> Seller:
    with tenant_scope(house.tenant):
        return Seller.objects.get(pk=house.ids["seller_id"])


def standing(house: House, agency: Agency | None = None) -> evidence.Standing:
    seller = seller_of(house).pk
    with tenant_scope(house.tenant):
        if agency is None:
            return evidence.standing_of(seller)
        return evidence.standings([(seller, agency.pk, agency.role)])[seller, agency.pk]


def test_a_record_holds_from_its_beginning_to_just_before_its_end(house: House) -> None:
    add(house, seller_of(house), "US-NY", valid_from=NOW, valid_until=NOW + DAY)
    held = standing(house)
    assert "US-NY" in held.registrations(NOW)
    assert "US-NY" in held.registrations(NOW + DAY - timedelta(microseconds=1))
    assert "US-NY" not in held.registrations(NOW + DAY)
    assert "US-NY" not in held.registrations(NOW - timedelta(microseconds=1))
    assert held.next_change(NOW) == NOW + DAY
    assert held.next_change(NOW + DAY) is None


def test_each_kind_feeds_its_own_fact(house: House) -> None:
    seller = seller_of(house)
    for code in ("US-CHARITY", "TR-IYS", "GB-FCA", "TR-YARDIM"):
        add(house, seller, code)
    add(house, seller, "CA-DNCL", areas=["416", "647"])
    add(house, seller, "US-INSURANCE")
    held = standing(house)
    assert held.charity_in(NOW) == ["US"]
    assert held.brand_in(NOW) == ["TR-IYS"]
    assert held.areas(NOW) == ["202", "416", "647"]
    assert held.registrations(NOW) == ["CA-DNCL", "GB-FCA", "TR-IYS", "TR-YARDIM", "US-FTC-SAN"]


def test_a_transfer_is_safeguarded_for_one_countrys_people_by_who_holds_the_proof(house: House) -> None:
    agency = agency_of(house)
    assert standing(house, agency).safeguard("GB", NOW) is None
    add(house, agency, "GB-CONTRACT", number="", valid_until=NOW + DAY)
    assert standing(house, agency).safeguard("GB", NOW) == "standard_contract"
    assert standing(house, agency).safeguard("GB", NOW + DAY) is None
    assert standing(house, agency).safeguard("TR", NOW) is None
    assert standing(house).safeguard("GB", NOW) is None, "the seller's own people are others"
    add(house, agency, "GB-ADEQUACY", number="")
    assert standing(house, agency).safeguard("GB", NOW) == "adequacy"
    assert standing(house, agency).registrations(NOW) == ["US-FTC-SAN"]


def test_an_agency_calls_on_its_own_licences_and_on_the_sellers_subscriptions(house: House) -> None:
    agency, other = agency_of(house), agency_of(house, name="Others")
    add(house, seller_of(house), "US-NY")
    add(house, agency, "US-FL")
    add(house, other, "US-TX")
    assert standing(house).registrations(NOW) == ["US-FTC-SAN", "US-NY"]
    assert standing(house, agency).registrations(NOW) == ["US-FL", "US-FTC-SAN"]
    own_room = agency_of(house, "in_house", name="Our room in Mumbai")
    assert standing(house, own_room).registrations(NOW) == ["US-FTC-SAN", "US-NY"]


@pytest.mark.parametrize(
    ("code", "how", "field"),
    [
        ("US-NEW-YORK", {"kind": "state_licence"}, "code"),
        ("US-NY", {"kind": "state_licence", "number": "  "}, "number"),
        ("US-FTC-SAN", {"areas": []}, "areas"),
        ("US-FTC-SAN", {"areas": ["2O2"]}, "areas"),
        ("US-NY", {"areas": ["212"]}, "areas"),
        ("US-NY", {"valid_until": NOW}, "valid_until"),
    ],
)
def test_evidence_that_makes_no_sense_is_refused_with_its_field(
    house: House, code: str, how: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        add(house, seller_of(house), code, **how)
    assert refused.value.facts["field"] == field


def test_an_agencys_own_brand_or_subscription_does_not_stand_in_for_the_sellers(house: House) -> None:
    agency = agency_of(house)
    for code in ("US-FTC-SAN", "TR-IYS", "US-CHARITY", "IN-PE"):
        with pytest.raises(BadInput):
            add(house, agency, code, areas=["202"] if code == "US-FTC-SAN" else [])


def test_an_end_needs_a_reason_happens_once_and_is_written_down(house: House) -> None:
    record = add(house, seller_of(house), "US-NY")
    with tenant_scope(house.tenant):
        with pytest.raises(BadInput):
            evidence.end_evidence(record, reason=" ", by=house.person(), now=NOW)
        evidence.end_evidence(record, reason="bond cancelled", by=house.person(), now=NOW + DAY)
        with pytest.raises(Conflict):
            evidence.end_evidence(record, reason="again", by=house.person(), now=NOW + DAY)
        entry = Entry.objects.get(action="end_evidence")
    assert (entry.reason, entry.after["code"]) == ("bond cancelled", "US-NY")
    held = standing(house)
    assert "US-NY" in held.registrations(NOW)
    assert "US-NY" not in held.registrations(NOW + DAY)


def test_what_a_record_says_cannot_be_changed_by_us(house: House) -> None:
    record = add(house, seller_of(house), "US-NY", valid_until=NOW + DAY)
    for change in ("valid_until = NULL", "code = 'US-FL'", "document_sha256 = ''"):
        with tenant_scope(house.tenant), pytest.raises(ProgrammingError), transaction.atomic():
            connection.cursor().execute(f"UPDATE tenants_evidence SET {change} WHERE id = %s", [record.pk])
    with tenant_scope(house.tenant), pytest.raises(ProgrammingError), transaction.atomic():
        Evidence.objects.filter(pk=record.pk)._raw_delete("default")


def test_a_document_comes_back_byte_for_byte_or_not_at_all(house: House, media: Path) -> None:
    officer = house.browser(Role.COMPLIANCE_OFFICER)
    paper = SimpleUploadedFile("../licence é.pdf", b"%PDF-1.7 licence", content_type="application/pdf")
    made = officer.post(
        "/api/evidence",
        {
            **{"seller": house.ids["seller_id"], "kind": "state_licence", "code": "us-ny", "number": "NY-17"},
            **{"valid_until": "2027-01-01T00:00:00Z", "document": paper},
        },
    )
    assert made.status_code == 201, made.content
    record = made.json()
    assert (record["code"], record["document_size"], record["until"]) == ("US-NY", 16, "2027-01-01T00:00:00Z")
    path = f"/api/evidence/{record['id']}/document"
    told = officer.get(path)
    assert told.content == b"%PDF-1.7 licence"
    assert told.headers["Content-Disposition"].startswith("attachment")
    kept = next((media / "evidence").rglob(record["id"]))
    kept.write_bytes(b"%PDF-1.7 another")
    assert officer.get(path).json()["code"] == "document_changed"


def test_the_screens_routes_tell_what_ends_first_and_what_holds_now(house: House) -> None:
    add(house, seller_of(house), "US-NY", valid_until=NOW + 400 * DAY)
    agency = agency_of(house)
    add(house, agency, "US-FL")
    officer = house.browser(Role.COMPLIANCE_OFFICER)
    rows = officer.get(f"/api/evidence?seller={house.ids['seller_id']}").json()
    assert [row["code"] for row in rows] == ["US-NY", "US-FTC-SAN"]
    assert [row["code"] for row in officer.get(f"/api/evidence?agency={agency.pk}").json()] == ["US-FL"]
    assert (
        officer.post("/api/evidence", {"kind": "state_licence", "code": "US-NY"}).json()["fields"][0]["field"]
        == "seller"
    )
    assert {row["kind"] for row in officer.get("/api/evidence/kinds").json()} == {kind.value for kind in EvidenceKind}
    assert {line.whose for line in KINDS.values()} == {"seller", "caller"}


def test_the_readiness_list_counts_down_and_forgets_what_was_renewed(house: House) -> None:
    def line() -> dict[str, Any]:
        items = house.browser().get("/api/readiness").json()["items"]
        return next(item for item in items if item["code"] == "evidence")

    assert line()["ok"]
    from ahize.web import base  # noqa: PLC0415 - the shell's own clock is what the screen reads

    now = base.CLOCK.now()
    add(house, seller_of(house), "US-NY", valid_from=now - 300 * DAY, valid_until=now + 10 * DAY + timedelta(hours=1))
    assert "US-NY runs out in 10 days" in line()["message"]
    add(house, seller_of(house), "US-NY", valid_from=now, valid_until=now + 365 * DAY)
    assert line()["ok"]
    add(house, seller_of(house), "US-FL", valid_from=now - 300 * DAY, valid_until=now - DAY)
    assert "US-FL has run out" in line()["message"]


def test_agencies_are_entered_changed_and_ended(house: House) -> None:
    admin = house.browser()
    made = admin.post("/api/agencies", {"name": "Callers", "role": "volunteer", "country": "us"}, content_type=JSON)
    assert (made.status_code, made.json()["country"]) == (201, "US")
    path = f"/api/agencies/{made.json()['id']}"
    twice = admin.post("/api/agencies", {"name": "Callers", "role": "volunteer", "country": "US"}, content_type=JSON)
    assert twice.json()["code"] == "agency_exists"
    assert admin.patch(path, {"region": "us-tx", "ended": True}, content_type=JSON).json()["ended_at"]
    assert admin.get("/api/agencies?working=true").json() == []
    assert admin.patch(path, {"ended": False}, content_type=JSON).json()["ended_at"] is None


def test_what_a_seller_said_of_itself_before_became_evidence(house: House, owner_url: str) -> None:
    from importlib import import_module  # noqa: PLC0415 - its name begins with a number

    move = import_module("ahize.web.tenants.migrations.0003_registrations_are_evidence")
    with psycopg.connect(owner_url) as db:
        db.execute(
            "CREATE TEMP TABLE tenants_seller AS SELECT gen_random_uuid() AS id, gen_random_uuid() AS tenant_id,"
            " '{US-FTC-SAN,US-NY,US-IN-ADAD,TR-IYS,US-CHARITY,XX-ODD}'::text[] AS registrations,"
            " '{212,646}'::text[] AS pays_registry_for, now() AS created_at"
        )
        db.execute("CREATE TEMP TABLE tenants_evidence (LIKE public.tenants_evidence)")
        db.execute(move.MOVE)
        rows = db.execute("SELECT code, kind, areas FROM tenants_evidence ORDER BY code").fetchall()
        db.rollback()
    assert rows == [
        ("TR-IYS", "brand", []),
        ("US-CHARITY", "charity", []),
        ("US-FTC-SAN", "registry_subscription", ["212", "646"]),
        ("US-IN-ADAD", "recorded_calls", []),
        ("US-NY", "state_licence", []),
        ("XX-ODD", "other", []),
    ]
