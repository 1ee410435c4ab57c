"""From a file to a campaign that starts, as a list manager and a campaign manager do it: through the API alone."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from ahize.web.base import CLOCK
from ahize.web.contacts.reading import read_import
from ahize.web.permissions import Role
from ahize.web.settings import ENVIRONMENT
from web.houses import House, found_house

pytestmark = pytest.mark.django_db(transaction=True)

JSON = "application/json"
FILE = (
    b"First name;Last name;Phone;State;Last purchase\r\n"
    b"Ada;Lovelace;(212) 555-0101;NY;2026-01-05\r\n"
    b"Bob;Ross;12;NY;\r\n"
    b"Cem;Can;646-555-0102;NY;\r\n"
)


@pytest.fixture
def house() -> House:
    return found_house("acme")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def bring(house: House, content: bytes = FILE, **told: str) -> dict[str, Any]:
    file = SimpleUploadedFile("../../spring.csv", content, content_type="text/csv")
    answer = house.browser(Role.LIST_MANAGER).post("/api/imports", {"file": file, "supplier": "Lists Ltd", **told})
    assert answer.status_code == 202, answer.content
    return answer.json()


def read(house: House, import_id: str) -> dict[str, Any]:
    manager = house.browser(Role.LIST_MANAGER)
    answer = manager.post(f"/api/imports/{import_id}/read", {}, content_type=JSON)
    assert (answer.status_code, answer.json()["state"]) == (202, "reading")
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args, lock FROM procrastinate_jobs WHERE status = 'todo'")
        (name, args, lock), *more = cursor.fetchall()
        cursor.execute("UPDATE procrastinate_jobs SET status = 'cancelled'")
    assert not more
    assert (name, lock) == ("contacts.read_import", f"import {import_id}")
    assert json.loads(args) == {"import_id": import_id, "tenant": str(house.tenant)}
    read_import(UUID(import_id), house.tenant, now=CLOCK.now)
    return manager.get(f"/api/imports/{import_id}").json()


def test_a_list_manager_brings_a_list_and_a_campaign_manager_starts_with_it(house, monkeypatch):
    monkeypatch.setattr(ENVIRONMENT, "telephone_line", True)
    found = bring(house, name="Spring", source="fair", region="US")
    assert found["truth"]["delimiter"] == ";"
    assert found["mapping"]["2"] == "phone"
    manager = house.browser(Role.LIST_MANAGER)
    path = f"/api/imports/{found['id']}"
    shown = manager.post(f"{path}/preview", {"mapping": {**found["mapping"], "4": None}}, content_type=JSON).json()
    assert shown["rows"][0]["after"]["phones"][0]["zones"] == ["America/New_York"]
    assert shown["rows"][0]["after"]["contact"]["fields"]["Last purchase"] == "2026-01-05"
    ready = read(house, found["id"])
    assert (ready["state"], ready["counts"]["good"], ready["counts"]["bad"]) == ("ready", 2, 1)
    assert ready["refused"][0]["code"] == "phone_too_short"
    assert ready["refused"][0]["reason"]
    accepted = manager.post(f"{path}/accept", {"without_bad_rows": True}, content_type=JSON).json()
    assert (accepted["state"], accepted["counts"]["contacts"]) == ("accepted", 2)
    lines = b"".join(manager.get(f"{path}/rejects.csv").streaming_content).decode("utf-8-sig").splitlines()
    assert lines[1].startswith("2,Phone,12,")
    (made,) = manager.get("/api/lists").json()
    assert (made["name"], made["contacts_count"]) == ("Spring", 2)

    planner = house.browser(Role.CAMPAIGN_MANAGER)
    wanted = {"name": "Spring", "template": "telesales", "settings": {"lists": [made["id"]], "product": "lamps"}}
    answer = planner.post("/api/campaigns", wanted, content_type=JSON)
    assert answer.status_code == 201, answer.content
    campaign = answer.json()
    assert [obstacle["code"] for obstacle in campaign["obstacles"] if obstacle["blocks"]] == []
    started = planner.post(f"/api/campaigns/{campaign['id']}/start", content_type=JSON)
    assert (started.status_code, started.json()["state"]) == (200, "running"), started.content
    changes = planner.post(f"/api/campaigns/{campaign['id']}/diff", {"wrap_up_s": 20}, content_type=JSON).json()
    assert changes == [{"field": "wrap_up_s", "before": 60, "after": 20}]
    edited = planner.patch(f"/api/campaigns/{campaign['id']}", {"wrap_up_s": 20}, content_type=JSON).json()
    assert (edited["version"], edited["wrap_up_s"]) == (2, 20)
    versions = planner.get(f"/api/campaigns/{campaign['id']}/versions").json()
    assert [(one["version"], one["changed"]) for one in versions] == [(2, ["wrap_up_s"]), (1, [])]
    copy = planner.post(f"/api/campaigns/{campaign['id']}/copy", {}, content_type=JSON).json()
    assert (copy["wrap_up_s"], copy["state"]) == (20, "draft")

    refused = planner.post(f"/api/lists/{made['id']}/undo", {}, content_type=JSON)
    assert (refused.status_code, refused.json()["code"]) == (409, "list_in_use")
    assert manager.get(f"/api/lists/{made['id']}").json()["in_use"]


def test_what_keeps_a_campaign_from_starting_is_told_in_the_readers_language(house):
    planner = house.browser(Role.CAMPAIGN_MANAGER)
    campaign = planner.post("/api/campaigns", {"name": "Bahar", "template": "survey"}, content_type=JSON).json()
    refused = planner.post(f"/api/campaigns/{campaign['id']}/start", content_type=JSON)
    assert refused.status_code == 409
    missing = refused.json()["facts"]["missing"]
    assert {"promotes_unknown", "no_list", "no_telephone_line"} <= {one["code"] for one in missing}
    assert all(one["message"] and one["next_step"] for one in missing)


def test_a_typed_number_that_is_none_is_refused_beside_its_field(house):
    officer = house.browser(Role.COMPLIANCE_OFFICER)
    refused = officer.post("/api/suppressions", {"number": "12"}, content_type=JSON)
    assert refused.status_code == 422
    assert [one["field"] for one in refused.json()["fields"]] == ["number"]


def test_a_number_is_suppressed_and_two_people_lift_it(house):
    supervisor, officer = house.browser(Role.SUPERVISOR), house.browser(Role.COMPLIANCE_OFFICER)
    made = supervisor.post("/api/suppressions", {"number": "(212) 555-0101"}, content_type=JSON)
    assert made.status_code == 201, made.content
    receipt = made.json()["receipt"]
    (found,) = officer.get("/api/suppressions", {"receipt": receipt.lower()}).json()
    assert (found["e164"], found["seller"]) == ("+12125550101", None)
    path = f"/api/suppressions/{found['id']}"
    assert officer.post(f"{path}/confirm-end", content_type=JSON).status_code == 409
    assert supervisor.post(f"{path}/ask-end", {"reason": "misheard"}, content_type=JSON).status_code == 200
    assert supervisor.post(f"{path}/confirm-end", content_type=JSON).status_code == 403
    ended = officer.post(f"{path}/confirm-end", content_type=JSON)
    assert ended.status_code == 200
    assert ended.json()["ended_at"]


def test_a_do_not_call_list_and_a_registry_come_in_as_files(house):
    officer = house.browser(Role.COMPLIANCE_OFFICER)
    file = SimpleUploadedFile("dnc.csv", b"Phone\n212 555 0101\n12\n", content_type="text/csv")
    told = officer.post("/api/suppressions/upload", {"file": file})
    assert told.status_code == 200, told.content
    assert (told.json()["new"], told.json()["refused"]) == (1, 1)
    seller = officer.get("/api/sellers").json()[0]["id"]
    registry = SimpleUploadedFile("ftc.txt", b"212,5550101\n", content_type="text/plain")
    form = {"file": registry, "code": "US-FTC", "as_of": "2026-03-01", "seller": seller, "areas": "212, 646"}
    loaded = officer.post("/api/registries", form)
    assert loaded.status_code == 201, loaded.content
    assert (loaded.json()["areas"], loaded.json()["rows"]) == (["212", "646"], 1)
    assert len(officer.get("/api/registries").json()) == 1
    asked = {"number": "212 555 0101", "region": "US", "seller": seller, "at": "2030-01-01T00:00:00Z"}
    [told] = officer.get("/api/registries/said", asked).json()
    assert (told["code"], told["listed"], told["version_on"]) == ("US-FTC", True, "2026-03-01")
