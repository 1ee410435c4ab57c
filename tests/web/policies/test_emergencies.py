"""Where a law bars sales under a state of emergency, somebody of the house looks, and the next permit knows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ahize.kernel.errors import BadInput
from ahize.web.audit.models import Entry
from ahize.web.dialing.facts import Subject, decide, gather
from ahize.web.permissions import Role
from ahize.web.policies import emergencies
from web.dialing import shop as shops
from web.dialing.shop import NOW, Shop

pytestmark = pytest.mark.django_db(transaction=True)
FACT = "callee.emergency_declared"


@pytest.fixture
def shop() -> Shop:
    return shops.build("emergency")


def say(shop: Shop, region: str, *, declared: bool, at=NOW) -> None:
    by = shop.house.person(Role.COMPLIANCE_OFFICER)
    emergencies.say(region, declared=declared, source="governor.ny.gov", by=by, now=at)


def callee(shop: Shop, regions: list[str], at=NOW) -> dict:
    phone = shops.add_person(shop, 70 + len(shop.phones), regions=regions)
    phone.contact.region = ""
    phone.contact.save()
    subject = Subject(shop.campaign, phone.contact_id, phone.pk, "preview")
    return gather([subject], at).facts(subject)["callee"]


def test_the_states_whose_law_asks_are_those_of_the_rulebook():
    assert {"US-NY", "US-LA"} <= set(emergencies.regions())
    assert "US-OH" not in emergencies.regions()


def test_nobody_looked_is_unknown_and_a_look_holds_for_a_few_days(shop: Shop):
    with shop.open():
        assert "emergency_declared" not in callee(shop, ["US-NY"])
        say(shop, "US-NY", declared=False)
        assert callee(shop, ["US-NY"])["emergency_declared"] is False
        late = NOW + emergencies.CLEAR_FOR
        assert callee(shop, ["US-NY"], late - timedelta(seconds=1))["emergency_declared"] is False
        assert "emergency_declared" not in callee(shop, ["US-NY"], late)
        assert [one.declared for one in emergencies.all_standings(late) if one.region == "US-NY"] == [None]
        assert Entry.objects.filter(action="say_emergency", subject_id="US-NY").exists()


def test_one_is_declared_until_somebody_says_that_it_is_over(shop: Shop):
    with shop.open():
        say(shop, "US-NY", declared=True)
        assert callee(shop, ["US-NY"], NOW + timedelta(days=300))["emergency_declared"] is True
        say(shop, "US-NY", declared=False, at=NOW + timedelta(days=1))
        assert callee(shop, ["US-NY"], NOW + timedelta(days=2))["emergency_declared"] is False


def test_all_regions_the_person_may_be_in_must_be_clear(shop: Shop):
    with shop.open():
        say(shop, "US-NY", declared=False)
        assert "emergency_declared" not in callee(shop, ["US-LA", "US-NY"])
        say(shop, "US-LA", declared=True)
        assert callee(shop, ["US-LA", "US-NY"])["emergency_declared"] is True


def test_a_permit_does_not_outlive_the_look_it_rests_on(shop: Shop):
    with shop.open():
        say(shop, "US-NY", declared=False)
        phone = shops.add_person(shop, 99, regions=["US-NY"])
        subject = Subject(shop.campaign, phone.contact_id, phone.pk, "preview")
        soon = NOW + emergencies.CLEAR_FOR - timedelta(seconds=2)
        assert gather([subject], soon).next_change(subject, soon) == NOW + emergencies.CLEAR_FOR
        ruling = decide(gather([subject], NOW), subject, NOW)
        assert ruling.lawful_until is None or ruling.lawful_until <= NOW + emergencies.CLEAR_FOR


@pytest.mark.parametrize(("region", "source"), [("US-OH", "x"), ("XX-YY", "x"), ("US-NY", " ")])
def test_what_helps_nobody_is_refused(shop: Shop, region: str, source: str):
    with shop.open(), pytest.raises(BadInput):
        emergencies.say(region, declared=False, source=source, by=shop.house.person(Role.COMPLIANCE_OFFICER), now=NOW)
