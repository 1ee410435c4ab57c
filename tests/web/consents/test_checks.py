"""An agency learns which of its own numbers it must not call, and nothing else."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from ahize.kernel.errors import BadInput, Conflict, NotAllowed, TooMany
from ahize.web.audit.models import Entry
from ahize.web.base import CLOCK
from ahize.web.consents import checks, services
from ahize.web.consents.models import Check, CheckToken
from ahize.web.rls import tenant_scope
from ahize.web.tenants import services as tenants
from ahize.web.tenants.models import Agency, Seller
from web.houses import NOW, House, found_house

pytestmark = pytest.mark.django_db

ON, OFF = "+12025550123", "+12025550999"


@pytest.fixture
def house() -> House:
    return found_house("acme")


def agency_of(house: House) -> Agency:
    with tenant_scope(house.tenant):
        values = {"name": "Callers", "role": "outsourced", "country": "IN"}
        return tenants.make_agency(values, by=house.person(), now=NOW)


def suppress(house: House, e164: str, **how: Any) -> Any:
    told = {"seller": house.ids["seller_id"], "source": "agent", "by": None, "now": NOW, **how}
    with tenant_scope(house.tenant):
        return services.suppress(tenant=house.tenant, e164=e164, **told)


def issue(house: House, agency: Agency, **how: Any) -> checks.Issued:
    with tenant_scope(house.tenant):
        seller = Seller.objects.get(pk=house.ids["seller_id"])
        return checks.issue_key(agency, seller, by=house.person().id, now=NOW, **how)


def token(secret: str, e164: str) -> str:
    """As an agency makes it, with its own tools."""
    return hmac.new(bytes.fromhex(secret), e164.encode(), hashlib.sha256).hexdigest()


def ask(house: House, issued: checks.Issued, *numbers: str, now: Any = NOW, at: Any = None, signed: str = "") -> Any:
    tokens = [token(issued.secret, e164) for e164 in numbers]
    at = at or now
    signed = signed or checks.signature(bytes.fromhex(issued.secret), at=at.isoformat(), tokens=tokens)
    with tenant_scope(house.tenant):
        told = checks.check(issued.key.pk, tokens, at=at.isoformat(), signed=signed, now=now)
    return [number for number in numbers if token(issued.secret, number) in told.suppressed]


def test_suppressions_before_and_after_the_key_are_found_and_nothing_else(house: House) -> None:
    suppress(house, ON)
    issued = issue(house, agency_of(house))
    suppress(house, "+12025550124", seller=None)
    suppress(house, "+12025550125", channel="sms")
    assert ask(house, issued, ON, OFF, "+12025550124", "+12025550125") == [ON, "+12025550124"]


def test_a_suppression_that_ended_is_not_told(house: House) -> None:
    made = suppress(house, ON)
    issued = issue(house, agency_of(house))
    with tenant_scope(house.tenant):
        from ahize.web.permissions import Role  # noqa: PLC0415 - only here

        services.ask_unsuppress(made, reason="wrong", by=house.users[Role.SUPERVISOR].id, now=NOW)
        services.confirm_unsuppress(made, by=house.users[Role.COMPLIANCE_OFFICER].id, now=NOW)
    assert ask(house, issued, ON) == []


def test_no_number_stands_beside_a_token_and_two_agencies_share_none(house: House) -> None:
    first = issue(house, agency_of(house))
    with tenant_scope(house.tenant):
        values = {"name": "Others", "role": "outsourced", "country": "IN"}
        other = tenants.make_agency(values, by=house.person(), now=NOW)
    second = issue(house, other)
    suppress(house, ON)
    with tenant_scope(house.tenant):
        tokens = {bytes(row.token).hex() for row in CheckToken.objects.all()}
    assert tokens == {token(first.secret, ON), token(second.secret, ON)}
    assert len(tokens) == 2
    assert {field.name for field in CheckToken._meta.concrete_fields} == {"id", "tenant", "key", "suppression", "token"}


def test_every_batch_is_counted_and_written_down_without_numbers(house: House) -> None:
    suppress(house, ON)
    issued = issue(house, agency_of(house))
    ask(house, issued, ON, OFF, OFF)
    with tenant_scope(house.tenant):
        assert checks.asked(issued.key) == (2, 1)
        entry = Entry.objects.get(action="check_suppressions")
        assert (entry.after["asked"], entry.after["found"]) == (2, 1)
        assert ON not in json.dumps(entry.after)


def test_a_key_asks_so_much_in_a_day(house: House) -> None:
    issued = issue(house, agency_of(house), tokens_per_day=2)
    ask(house, issued, ON, OFF)
    with pytest.raises(TooMany) as refused:
        ask(house, issued, ON, now=NOW + timedelta(hours=23))
    assert refused.value.facts["left_today"] == 0
    assert ask(house, issued, ON, now=NOW + timedelta(hours=25)) == []


def test_only_the_holder_of_a_key_in_use_asks_and_only_now(house: House) -> None:
    agency = agency_of(house)
    issued = issue(house, agency)
    with pytest.raises(Conflict):
        issue(house, agency)
    for wrong in (
        {"signed": "0" * 64},
        {"at": NOW - timedelta(minutes=6)},
        {"at": NOW + timedelta(minutes=6)},
    ):
        with pytest.raises(NotAllowed):
            ask(house, issued, ON, **wrong)
    with tenant_scope(house.tenant):
        secret, at = bytes.fromhex(issued.secret), NOW.isoformat()
        for tokens, said in (
            (["xyz"], at),
            (["00"], at),
            (["0" * 64], "yesterday"),
            (["0" * 64], "2026-03-02T15:00:00"),
        ):
            signed = checks.signature(secret, at=said, tokens=tokens)
            with pytest.raises(BadInput):
                checks.check(issued.key.pk, tokens, at=said, signed=signed, now=NOW)
        checks.end_key(issued.key, by=house.person().id, now=NOW)
    with pytest.raises(NotAllowed):
        ask(house, issued, ON)
    with tenant_scope(house.tenant):
        assert not Check.objects.exists()


def test_an_agency_asks_over_http_without_signing_in(house: House) -> None:
    suppress(house, ON)
    agency = agency_of(house)
    admin = house.browser()
    body = {"agency": str(agency.pk), "seller": house.ids["seller_id"]}
    made = admin.post("/api/check-keys", body, content_type="application/json").json()
    at, tokens = f"{CLOCK.now():%Y-%m-%dT%H:%M:%SZ}", [token(made["secret"], number) for number in (ON, OFF)]
    asked = {
        **{"key": made["id"], "at": at, "tokens": tokens},
        "signature": checks.signature(bytes.fromhex(made["secret"]), at=at, tokens=tokens),
    }
    path = f"/api/suppression-checks/{made['tenant']}"
    told = Client(HTTP_HOST="127.0.0.1").post(path, asked, content_type="application/json")
    assert told.json() == {"suppressed": tokens[:1], "asked": 2, "left_today": 199_998}, told.content
    forged = Client(HTTP_HOST="127.0.0.1").post(path, {**asked, "tokens": tokens[:1]}, content_type="application/json")
    assert (forged.status_code, forged.json()["code"]) == (403, "check_not_proven")
    (row,) = admin.get("/api/check-keys").json()
    assert (row["asked"], row["found"], "secret" in row) == (2, 1, False)
    assert admin.post(f"/api/check-keys/{made['id']}/end").json()["ended_at"]
