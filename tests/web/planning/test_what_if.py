"""A manager asks what an evening would bring: the plan is checked, simulated, shown as it comes in, and stopped."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ahize.kernel.clock import VirtualClock
from ahize.web.campaigns.models import Campaign
from ahize.web.contacts.models import Phone
from ahize.web.dialing.models import Attempt
from ahize.web.permissions import Role
from ahize.web.planning import inputs, tasks
from ahize.web.planning.models import Run, SimulatedEvening
from ahize.web.rls import tenant_scope
from web.dialing import shop as shops
from web.dialing.shop import NOW, Shop

STARTS = "2026-03-03T16:00:00-05:00"  # Four in the afternoon in New York; the campaign closes at eight.
PLAN = {"seats": 2, "starts": STARTS, "hours": 0.5, "evenings": 3, "seat_hour_cents": 2000}


def asked(shop: Shop, **changed):
    return {"campaign": str(shop.campaign), **PLAN, **changed}


def post(shop: Shop, role=Role.CAMPAIGN_MANAGER, **changed):
    return shop.house.browser(role).post(
        "/api/planning/what-if", asked(shop, **changed), content_type="application/json"
    )


@pytest.fixture
def people(shop: Shop) -> Shop:
    with shop.open():
        for row in range(3, 203):
            shops.add_person(shop, row, e164=f"+1202555{row:04d}")
        shops.restock(shop.campaign, now=NOW)
    return shop


def test_a_plan_is_simulated_shown_and_taken_away_as_a_table(people: Shop):
    answer = post(people)
    assert answer.status_code == 201, answer.json()
    run = answer.json()
    assert (run["state"], run["done"], run["contacts"]) == ("waiting", 0, 203)
    assert {one["source"] for one in run["sources"]} == {"prior"}
    clock = VirtualClock(NOW)
    tasks.simulate(run["id"], people.tenant, now=clock.now, number=1)
    tasks.simulate(run["id"], people.tenant, now=clock.now, number=1)  # A job may run twice.
    manager = people.house.browser(Role.SUPERVISOR)
    done = manager.get(f"/api/planning/runs/{run['id']}").json()
    assert (done["state"], done["done"]) == ("done", 3)
    figures = {one["name"]: one for one in done["result"]["figures"]}
    assert figures["talks"]["low"] < figures["talks"]["mean"] < figures["talks"]["high"]
    assert figures["cost_cents"]["mean"] == pytest.approx(2 * 0.5 * 2000, rel=0.2)
    assert done["result"]["exposure"]["violations"] == 0
    assert len(done["result"]["each"]) == 3
    assert len(done["result"]["parts"]) == 8
    finish = done["result"]["finish"]
    assert finish["unreachable"] == 0
    assert finish["middle_on"] >= "2026-03-03"
    table = manager.get(f"/api/planning/runs/{run['id']}/csv").content.decode("utf-8-sig").splitlines()
    assert len(table) == 4
    assert table[0].startswith("seed,talks,sales")
    assert [one["id"] for one in manager.get("/api/planning/runs").json()] == [run["id"]]
    with people.open():
        again = [came for (came,) in SimulatedEvening.objects.order_by("seed").values_list("came")]
    # Asked again with the same seed, the same evenings.
    second = post(people).json()
    tasks.simulate(second["id"], people.tenant, now=clock.now, number=2)
    with people.open():
        assert [
            came for (came,) in SimulatedEvening.objects.filter(run=second["id"]).order_by("seed").values_list("came")
        ] == again
        assert Run.objects.get(pk=second["id"]).result == Run.objects.get(pk=run["id"]).result


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"seats": 0}, "seats", "1 to 1000"),
        ({"hours": 5.0}, "hours", "At 20:00 nobody"),
        ({"starts": "2026-03-03T23:00:00-05:00"}, "starts", "Nobody on the list"),
        ({"mode": "predictive", "abandon_cap": 0.2}, "abandon_cap", "allows 3 % at most"),
        ({"mode": "broadcast"}, "mode", "preview, progressive"),
        ({"order": "by_name"}, "order", "as_listed"),
    ],
)
def test_a_plan_that_cant_be_says_what_where_and_what_would_do(people: Shop, changed, field, says):
    answer = post(people, **changed)
    assert answer.status_code == 422, answer.json()
    problem = answer.json()
    assert says in problem["message"], problem
    assert [one["field"] for one in problem["fields"]] == [field], problem
    with people.open():
        assert not Run.objects.exists()


def test_it_is_stopped_and_keeps_what_is_done(people: Shop):
    run = post(people).json()
    manager = people.house.browser(Role.CAMPAIGN_MANAGER)
    stops = []

    def look():
        with people.open():
            if SimulatedEvening.objects.exists() and not stops:
                stops.append(1)
        if stops == [1]:
            stops.append(2)
            assert manager.post(f"/api/planning/runs/{run['id']}/cancel").status_code == 200

    times = (NOW + timedelta(seconds=2 * n) for n in range(10_000))
    tasks.simulate(run["id"], people.tenant, now=lambda: next(times), look=look, number=1)
    told = manager.get(f"/api/planning/runs/{run['id']}").json()
    assert told["state"] == "cancelled"
    assert 1 <= told["done"] < 3
    waiting, second, third = post(people).json(), post(people), post(people)
    assert (second.status_code, third.status_code) == (201, 409)
    assert third.json()["code"] == "plans_under_way"
    assert manager.post(f"/api/planning/runs/{waiting['id']}/cancel").json()["state"] == "cancelled"


def test_before_the_start_too(people: Shop):
    with people.open():
        Campaign.objects.filter(pk=people.campaign).update(state="draft")
    assert post(people).status_code == 201


def test_a_plan_begins_with_what_the_campaign_is_set_to(people: Shop):
    told = people.house.browser(Role.SUPERVISOR).get(f"/api/planning/campaigns/{people.campaign}").json()
    assert (told["mode"], told["seats"], told["law_cap"], told["days"]) == ("progressive", 1, 0.03, [])
    assert told["hours"] == 4.0
    assert told["starts"].endswith("16:00:00-05:00") or told["starts"].endswith("21:00:00Z")


def test_who_may_not_plan_is_refused(people: Shop):
    assert post(people, role=Role.AGENT).status_code == 403
    assert post(people, role=Role.LIST_MANAGER).status_code == 403


def test_the_campaigns_own_calls_are_what_evenings_are_drawn_from(people: Shop):
    with people.open():
        phones = list(Phone.objects.order_by("e164"))
        campaign, made = people.campaign, []
        for n in range(400):
            phone, at = phones[n % len(phones)], NOW - timedelta(hours=20, seconds=n)
            talked = n % 4 == 0
            made.append(Attempt(
                tenant_id=people.tenant, seller_id=people.seller, campaign_id=campaign, contact_id=phone.contact_id,
                phone=phone, e164=phone.e164, method="predictive", at=at, verdict="allow", live=False,
                originated_at=at, answered_at=at + timedelta(seconds=8) if talked else None,
                connected_at=at + timedelta(seconds=9) if talked else None,
                ended_at=at + timedelta(seconds=109 if talked else 25),
                outcome="connected" if talked else "no_answer",
                disposition=("sale" if n % 8 == 0 else "not_interested") if talked else "",
                disposed_at=at + timedelta(seconds=139) if talked else None,
            ))  # fmt: skip
    with tenant_scope(people.tenant, using="clearance"):
        Attempt.objects.using("clearance").bulk_create(made)
    with people.open():
        found = inputs.habits_of(campaign, now=NOW)
    assert found.dials == 400
    assert found.person == pytest.approx(0.26, abs=0.03)  # a quarter, a little more where nobody was tried before
    assert found.other_s.median_s == pytest.approx(100.0)
    assert found.wrap_s.median_s == pytest.approx(30.0)
    assert found.sale_share == pytest.approx(0.5)
    hour = (NOW - timedelta(hours=20)).hour - 5
    assert found.by_hour[hour] == pytest.approx(1.0, abs=0.1)
