"""Yesterday's shift from its journal: reproduced exactly, and dialled again under other settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ahize.dialer import codec
from ahize.kernel.clock import VirtualClock
from ahize.sim.evening import Floor
from ahize.sim.habits import PRIOR
from ahize.sim.plan import Plan
from ahize.sim.stock import Group
from ahize.web.base import draw_id
from ahize.web.contacts.models import Phone
from ahize.web.dialing.models import Attempt, Journal
from ahize.web.permissions import Role
from ahize.web.planning import inputs, services, tasks
from ahize.web.rls import tenant_scope
from web.dialing import shop as shops
from web.dialing.shop import NOW, Shop

DAY = "2026-03-01"
BEGAN = NOW - timedelta(hours=20)  # Two in the afternoon of the day before, in New York.


@pytest.fixture
def yesterday(shop: Shop):
    """An hour that the engine really dialled, in the journal; people and switch were made up."""
    with shop.open():
        from ahize.web.campaigns.models import Campaign  # noqa: PLC0415

        settings = inputs.settings_of(Campaign.objects.get(pk=shop.campaign), now=NOW)
        phone = Phone.objects.first()
    plan = Plan(replace(settings, mode="ratio", ratio=2.0, live_answers=3000), BEGAN, 1.0, 4, (Group(3000, 0),))
    floor, journal = Floor(plan, PRIOR, 7), []
    floor.watch = lambda at, event, commands: journal.append((at, event, commands))
    came = floor.run()
    with shops.ledger_of(shop, "engine") as ledger:
        ledger.recover(BEGAN - timedelta(minutes=5), seed=1, lines=10)
        floor_id, first = ledger.floor, ledger.seq + 1
    with tenant_scope(shop.tenant, using="dialerd"):
        Journal.objects.using("dialerd").bulk_create(
            [
                Journal(
                    tenant_id=shop.tenant, floor_id=floor_id, seq=first + n, epoch=1, at=at,
                    event=codec.encode(event), commands=[codec.encode(one) for one in commands],
                    previous_hash="", hash="",
                )
                for n, (at, event, commands) in enumerate(journal)
            ]
        )  # fmt: skip
    with tenant_scope(shop.tenant, using="clearance"):
        for at in (BEGAN + timedelta(seconds=30), BEGAN + timedelta(minutes=59)):
            Attempt.objects.using("clearance").create(
                tenant_id=shop.tenant, seller_id=shop.seller, campaign_id=shop.campaign, contact_id=phone.contact_id,
                phone=phone, e164=phone.e164, method="predictive", at=at, verdict="allow", live=False,
                originated_at=at, ended_at=at + timedelta(seconds=25), outcome="no_answer", seat_id=draw_id(at),
            )  # fmt: skip
    return shop, came


def test_agents_pauses_are_read_from_the_journal_by_code(yesterday):
    shop, came = yesterday
    with shop.open():
        habits = inputs.habits_of(shop.campaign, now=NOW)
        pauses = inputs.pauses_of(shop.campaign, now=NOW)
    assert set(pauses.lasted) == {"break"}
    assert habits.breaks == pauses.number > 0
    assert pauses.at_work_s == pytest.approx(sum(came.counted["staffed_s"]), rel=0.1)
    assert {one["part"]: one["source"] for one in habits.sources()}["breaks"] == "journal"


def test_the_day_is_reproduced_and_dialled_again(yesterday):
    shop, came = yesterday
    manager = shop.house.browser(Role.CAMPAIGN_MANAGER)
    with shop.open():
        assert [str(day) for day in services.base(shop.campaign, now=NOW)["days"]] == [DAY]

    def replayed(**changed):
        asked = {"campaign": str(shop.campaign), "day": DAY, "evenings": 2, **changed}
        answer = manager.post("/api/planning/replays", asked, content_type="application/json")
        assert answer.status_code == 201, answer.json()
        tasks.simulate(answer.json()["id"], shop.tenant, now=VirtualClock(NOW).now, number=2)
        done = manager.get(f"/api/planning/runs/{answer.json()['id']}").json()
        assert done["state"] == "done", done
        return done["result"], {one["name"]: one["mean"] for one in done["result"]["figures"]}

    result, unchanged = replayed()
    assert result["again"]["same"]
    assert result["again"]["differ"] == 0
    assert result["again"]["lines"] > 1000
    assert result["known"]["seats"] == 4
    # The day as the journal has it, from its first dial on.
    assert result["actual"]["dials"] == pytest.approx(sum(came.counted["dials"]), abs=25)
    assert result["actual"]["talks"] == pytest.approx(sum(came.counted["talks"]), abs=6)
    assert unchanged["talks"] == pytest.approx(result["actual"]["talks"], rel=0.15)
    assert result["finish"] is None
    by_one_fewer = replayed(mode="progressive", seats_change=-1)[1]
    assert by_one_fewer["talks"] < 0.9 * unchanged["talks"]
    assert by_one_fewer["abandoned_share"] < 0.01


def test_a_day_without_dials_and_seats_below_one_are_refused(yesterday):
    shop, _ = yesterday
    manager = shop.house.browser(Role.SUPERVISOR)
    for changed, field in (({"day": "2026-02-01"}, "day"), ({"day": DAY, "seats_change": -9}, "seats")):
        asked = {"campaign": str(shop.campaign), **changed}
        answer = manager.post("/api/planning/replays", asked, content_type="application/json")
        assert answer.status_code == 422, answer.json()
        assert [one["field"] for one in answer.json()["fields"]] == [field]
