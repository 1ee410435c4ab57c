"""What is said of a list's origin reaches the law: by the API, with its audit, from the next ruling on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ahize.web.audit.models import Entry
from ahize.web.campaigns.models import Campaign
from ahize.web.contacts.models import ContactList, ListState
from ahize.web.dialing.facts import Subject, gather
from ahize.web.permissions import Role
from ahize.web.tenants import evidence, services
from web.dialing.shop import NOW, Shop

NOTICE = "Notice of January 2026 at example.org/privacy, shown on the order form"


def put(shop: Shop, role: Role = Role.LIST_MANAGER, **said: Any) -> Any:
    return shop.house.browser(role).put(f"/api/lists/{shop.list}/origin", said, content_type="application/json")


def data_of(shop: Shop) -> dict[str, Any]:
    subject = Subject(shop.campaign, shop.contacts[0], shop.phones[0], "preview")
    with shop.open():
        facts = gather([subject], NOW).facts(subject)
    data: dict[str, Any] = facts["data"]
    return data


def test_nothing_said_is_unknown(shop: Shop) -> None:
    assert data_of(shop) == {}
    said = shop.house.browser(Role.LIST_MANAGER).get(f"/api/lists/{shop.list}/origin").json()
    assert said == {"data_source": "", "notice_given": None, "notice": ""}


def test_what_is_said_is_in_force_and_in_the_audit(shop: Shop) -> None:
    answer = put(shop, data_source="broker", notice_given=True, notice=NOTICE)
    assert answer.status_code == 200, answer.content
    assert answer.json() == {"data_source": "broker", "notice_given": True, "notice": NOTICE}
    assert data_of(shop) == {"source": "broker", "notice_given": True}
    assert put(shop, data_source="broker", notice_given=True, notice=NOTICE).status_code == 200
    assert put(shop, data_source="person", notice_given=False).status_code == 200
    assert data_of(shop) == {"source": "person", "notice_given": False}
    with shop.open():
        first, second = Entry.objects.filter(action="say_origin").order_by("at", "id")
        assert first.before == {"data_source": "", "notice_given": None, "notice": ""}
        assert second.before == first.after == {"data_source": "broker", "notice_given": True, "notice": NOTICE}


def test_what_cannot_be_is_refused_with_what_to_do(shop: Shop) -> None:
    unnamed = put(shop, notice_given=True, notice="  ")
    assert (unnamed.status_code, unnamed.json()["code"]) == (422, "notice_not_named")
    assert unnamed.json()["next_step"]
    assert put(shop, data_source="cousin").status_code == 422
    assert put(shop, Role.AGENT, notice_given=False).status_code == 403
    with shop.open():
        ContactList.objects.filter(pk=shop.list).update(state=ListState.UNDONE)
    assert put(shop, notice_given=False).status_code == 409
    assert data_of(shop) == {}


def test_what_safeguards_the_data_is_a_fact_where_agents_sit_elsewhere(shop: Shop) -> None:
    by, until = shop.house.person(), NOW + timedelta(days=1)
    with shop.open():
        agency = services.make_agency({"name": "Callers", "role": "outsourced", "country": "IN"}, by=by, now=NOW)
        Campaign.objects.filter(pk=shop.campaign).update(agency=agency)
    assert data_of(shop) == {}, "nothing held is unknown"
    with shop.open():
        proof = {"kind": "transfer", "code": "US-CONTRACT", "valid_until": until}
        evidence.add_evidence(agency, proof, by=by, now=NOW)
    assert data_of(shop) == {"transfer_safeguard": "standard_contract"}
    subject = Subject(shop.campaign, shop.contacts[0], shop.phones[0], "preview")
    with shop.open():
        gathered = gather([subject], NOW)
        assert gathered.facts(subject, until)["data"] == {}
        assert gathered.next_change(subject, NOW) == until
        Campaign.objects.filter(pk=shop.campaign).update(agency=None)
    assert data_of(shop) == {}, "at home nothing is transferred"
