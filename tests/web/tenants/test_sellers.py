"""Sellers and caller IDs, and the list of what a house still needs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ahize.web.audit.models import Entry
from ahize.web.permissions import Role
from ahize.web.rls import tenant_scope
from web.houses import CALLER_ID, SELLER, House, found_house

pytestmark = pytest.mark.django_db

JSON = "application/json"


@pytest.fixture
def house() -> House:
    return found_house("acme")


def test_a_seller_is_entered_changed_and_written_down(house: House) -> None:
    admin = house.browser()
    made = admin.post("/api/sellers", {**SELLER, "name": "Second"}, content_type=JSON)
    assert made.status_code == 201, made.content
    path = f"/api/sellers/{made.json()['id']}"
    changed = admin.patch(path, {"brand": "New", "region": "us-ny"}, content_type=JSON).json()
    assert (changed["brand"], changed["region"], changed["name"]) == ("New", "US-NY", "Second")
    with tenant_scope(house.tenant):
        entry = Entry.objects.filter(action="change_seller").get()
    assert entry.before == {"brand": "Acme", "region": ""}
    assert entry.after == {"brand": "New", "region": "US-NY"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "  "}, "name"),
        ({"phone_e164": "202 555 0100"}, "phone_e164"),
        ({"country": "USA"}, "body.country"),
        ({"org_type": "pyramid"}, "body.org_type"),
        ({"region": "<script>"}, "body.region"),
    ],
)
def test_a_wrong_seller_is_refused_with_its_field(house: House, wrong: dict[str, Any], field: str) -> None:
    refused = house.browser().post("/api/sellers", {**SELLER, "name": "Second", **wrong}, content_type=JSON)
    assert refused.status_code == 422
    assert [one["field"] for one in refused.json()["fields"]] == [field]


@pytest.mark.parametrize("text", [r"a\u0000b", r"\ud800"])
def test_a_text_that_cannot_be_kept_is_refused_not_failed(house: House, text: str) -> None:
    body = json.dumps({**SELLER, "name": "NAME"}).replace("NAME", text)
    assert house.browser().post("/api/sellers", body, content_type=JSON).status_code == 400
    assert house.browser().get("/api/audit?action=a%00b").status_code == 422


def test_two_sellers_of_one_name_are_refused(house: House) -> None:
    refused = house.browser().post("/api/sellers", SELLER, content_type=JSON)
    assert (refused.status_code, refused.json()["code"]) == (409, "seller_exists")


def test_a_caller_id_is_in_force_for_a_time(house: House) -> None:
    admin = house.browser()
    path = f"/api/sellers/{house.ids['seller_id']}/caller-ids"
    twice = admin.post(path, CALLER_ID, content_type=JSON)
    assert twice.json()["code"] == "caller_id_exists"
    backwards = {**CALLER_ID, "e164": "+12025550102", "valid_from": "2026-03-02T00:00:00Z"}
    refused = admin.post(path, {**backwards, "valid_until": "2026-03-01T00:00:00Z"}, content_type=JSON)
    assert refused.json()["fields"][0]["field"] == "valid_until"
    made = admin.post(path, backwards, content_type=JSON).json()
    ended = admin.patch(f"/api/caller-ids/{made['id']}", {"valid_until": "2026-04-01T00:00:00Z"}, content_type=JSON)
    assert ended.json()["valid_until"] == "2026-04-01T00:00:00Z"
    assert len(admin.get(path).json()) == 2


def test_the_readiness_list_says_what_is_missing_and_where(house: House) -> None:
    found = house.browser(Role.SUPERVISOR).get("/api/readiness").json()
    there = {item["code"]: item["ok"] for item in found["items"]}
    assert there["seller"]
    assert there["seller_identity"]
    assert there["agents"]
    assert not there["list"]
    assert not there["telephone_line"]
    assert found["ready"] is False
    line = next(item for item in found["items"] if item["code"] == "telephone_line")
    assert "no telephone line" in line["message"]
    assert all(item["link"].startswith("/") for item in found["items"])
