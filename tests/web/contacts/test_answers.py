"""Registers that answer number by number have a door: files in, questions out, what is known, and how İYS stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ahize.web.base import draw_id
from ahize.web.consents import ledger
from ahize.web.consents.models import Consent, RegistryAnswer, RegistryFeed, RegistryReport, ReportState
from ahize.web.contacts.models import Contact, ContactList, ListState, Phone
from ahize.web.permissions import Role
from ahize.web.rls import tenant_scope
from ahize.web.tenants.models import Evidence
from web.houses import NOW, House, found_house

pytestmark = pytest.mark.django_db

NUMBERS = ["+12025550110", "+12025550111", "+905321234567"]
DAY = timedelta(days=1)


@pytest.fixture
def house(tmp_path, settings, monkeypatch) -> House:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.FILE_UPLOAD_TEMP_DIR = None
    monkeypatch.setattr("ahize.web.base.CLOCK.now", lambda: NOW, raising=False)
    made = found_house("acme")
    with tenant_scope(made.tenant):
        row = {"tenant_id": made.tenant}
        of = ContactList.objects.create(
            id=draw_id(NOW),
            seller_id=made.ids["seller_id"],
            name="List",
            state=ListState.PUBLISHED,
            created_at=NOW,
            **row,
        )
        for place, number in enumerate(NUMBERS):
            contact = Contact.objects.create(
                id=draw_id(NOW), list=of, seller_id=made.ids["seller_id"], row=place, created_at=NOW, **row
            )
            Phone.objects.create(id=draw_id(NOW), contact=contact, position=0, e164=number, **row)
            Consent.objects.create(
                id=draw_id(NOW),
                seller_id=made.ids["seller_id"],
                e164=number,
                given_at=NOW - 300 * DAY,
                created_at=NOW,
                **row,
            )
    return made


def bring(house: House, text: str, on: str = "2026-02-27", role: Role = Role.COMPLIANCE_OFFICER):
    file = SimpleUploadedFile("result.csv", text.encode(), content_type="text/csv")
    data = {"file": file, "answered_on": on, "seller": house.ids["seller_id"]}
    return house.browser(role).post("/api/reassigned", data)


ASKED_FOR = (NOW - 300 * DAY).date().isoformat()


def test_an_answers_file_is_counted_dated_and_signed_by_who_brought_it(house):
    answer = bring(house, f"2025550110,{ASKED_FOR},no\n2025550111,{ASKED_FOR},yes\n")
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["answers"], told["yes"], told["no"], told["phones"]) == (2, 1, 1, 2)
    assert told["by_name"] == house.users[Role.COMPLIANCE_OFFICER].name
    (stands,) = house.browser(Role.SUPERVISOR).get("/api/reassigned").json()
    assert (stands["yes"], stands["no"], stands["fresh"], stands["due"]) == (1, 1, 2, 0)
    assert (stands["oldest"], stands["newest"]) == ("2026-02-27", "2026-02-27")
    assert [load["sha256"] for load in stands["loads"]] == [told["sha256"]]


def test_what_is_asked_is_every_american_number_with_a_consent(house):
    asked = house.browser(Role.LIST_MANAGER).get(f"/api/reassigned/questions?seller={house.ids['seller_id']}")
    assert b"".join(asked.streaming_content).decode().splitlines() == [
        f"2025550110,{ASKED_FOR}",
        f"2025550111,{ASKED_FOR}",
    ]
    assert asked["Content-Disposition"].startswith("attachment")


def test_what_the_files_say_of_a_number_is_read_from_the_files_kept(house):
    bring(house, f"2025550110,{ASKED_FOR},no\n")
    bring(house, "2025550110,2026-02-20,no\n", on="2026-02-28")
    lines = house.browser(Role.COMPLIANCE_OFFICER).get(
        "/api/reassigned/said", {"number": "(202) 555-0110", "seller": house.ids["seller_id"]}
    )
    assert [(one["answered_on"], one["said"], one["too_late"]) for one in lines.json()] == [
        ("2026-02-28", "no", True),
        ("2026-02-27", "no", False),
    ]
    elsewhere = house.browser().get("/api/reassigned/said", {"number": NUMBERS[2], "seller": house.ids["seller_id"]})
    assert elsewhere.status_code == 422
    assert elsewhere.json()["code"] == "not_nanp"


@pytest.mark.parametrize(
    ("text", "on", "code"),
    [
        ("2025550110,oops\n", "2026-02-27", "registry_line"),
        ("<html></html>", "2026-02-27", "registry_html"),
        ("", "2026-02-27", "registry_empty"),
        (f"2025550110,{ASKED_FOR},no\n", "2026-03-09", "registry_future"),
    ],
)
def test_what_is_no_answer_is_refused_in_the_readers_language(house, text, on, code):
    house.users[Role.COMPLIANCE_OFFICER].language = "tr"
    with tenant_scope(house.tenant):
        house.users[Role.COMPLIANCE_OFFICER].save(update_fields=["language"])
    answer = bring(house, text, on)
    assert answer.status_code == 422, answer.content
    assert answer.json()["code"] == code
    assert "The" not in answer.json()["message"]
    assert house.browser().get("/api/reassigned").json()[0]["newest"] is None


def test_iys_stands_by_seller_with_what_waits_what_it_refused_and_when_it_was_asked(house):
    seller = house.ids["seller_id"]
    path = "/api/registry-reports"
    with tenant_scope(house.tenant):
        row = {"tenant_id": house.tenant, "seller_id": seller}
        Evidence.objects.create(
            id=draw_id(NOW), kind="brand", code="TR-IYS", number="77", valid_from=NOW - DAY, created_at=NOW, **row
        )
        for given_at in (NOW - 9 * DAY, NOW - DAY):
            ledger.record_consent(
                tenant=house.tenant, seller=seller, e164=NUMBERS[2], given_at=given_at, words="Evet.",
                form="web", channels=["voice"], by=None, now=NOW,
            )  # fmt: skip
        late = RegistryReport.objects.order_by("due_at").first()
        refused = RegistryReport.objects.order_by("due_at").last()
        RegistryReport.objects.filter(pk=refused.pk).update(
            state=ReportState.REFUSED, problem="İYS turned this down (H178: consentDate).", answered_at=NOW
        )
        RegistryAnswer.objects.create(
            id=draw_id(NOW), registry="TR-IYS", e164=NUMBERS[2], channel="voice", status="none",
            checked_at=NOW - 2 * DAY, **row,
        )  # fmt: skip
        for feed, days in (("IYS", 1), ("HS", 3)):
            RegistryFeed.objects.create(
                id=draw_id(NOW), registry="TR-IYS", feed=feed, pulled_at=NOW - days * DAY, **row
            )
    browser = house.browser(Role.COMPLIANCE_OFFICER)
    (stands,) = browser.get("/api/iys").json()
    assert (stands["brand"], stands["has_account"]) == ("77", False)
    assert (stands["waiting"], stands["refused"], stands["accepted"], stands["none"]) == (1, 1, 0, 1)
    assert stands["to_ask"] == 1, "its answer is two days old"
    assert stands["pulled_at"] == (NOW - 3 * DAY).isoformat().replace("+00:00", "Z")
    assert [one["id"] for one in browser.get(path).json()] == [str(late.pk)]
    (line,) = browser.get(f"{path}?state=refused").json()
    assert line["problem"] == "İYS turned it down: H178: consentDate."


def test_a_seller_without_turkish_numbers_has_nothing_to_do_with_iys(house):
    with tenant_scope(house.tenant):
        Phone.objects.filter(e164=NUMBERS[2]).delete()
    assert house.browser().get("/api/iys").json() == []
