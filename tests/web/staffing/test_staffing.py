"""A day's half hours are learned from the house's own calls, kept, and staffed; a list's end is foretold and judged."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connections

from ahize.web.base import draw_id
from ahize.web.permissions import Role
from ahize.web.rls import tenant_scope
from ahize.web.settings import database
from ahize.web.staffing import finish
from ahize.web.staffing.models import FinishForecast
from web.dialing.shop import NOW, Shop

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = date(2026, 3, 2)
TARGET = {"share": 0.8, "within_s": 20, "abandons_max": 1, "patience_s": 120, "shrinkage": 0.3}
HALF = {"half": 5, "calls": 1, "handle_s": 60, "talks": 0}


@contextmanager
def rows(admin_url: str) -> Iterator[psycopg.Connection[Any]]:
    """Rows as the processes write that this test does not run."""
    with psycopg.connect(admin_url) as db:
        db.execute("SET session_replication_role = replica")
        yield db


def call_in(db: psycopg.Connection[Any], shop: Shop, at: datetime) -> None:
    db.execute(
        "INSERT INTO dialing_inboundcall (id, tenant_id, seller_id, called, caller, name, at, outcome, stop_receipt)"
        " VALUES (%s, %s, %s, '', '', '', %s, '', '')",
        [draw_id(at), shop.tenant, shop.seller, at],
    )


def talk(db: psycopg.Connection[Any], shop: Shop, at: datetime) -> None:
    db.execute(
        "INSERT INTO dialing_attempt (id, tenant_id, seller_id, campaign_id, campaign_version, contact_id, phone_id,"
        " e164, caller_id, method, origin, at, verdict, live, greeting, connected_at, ended_at, disposed_at, talk_s,"
        " outcome, disposition) VALUES (%s, %s, %s, %s, 1, %s, %s, '', '', 'predictive', 'dialer', %s, 'allow', false,"
        " '', %s, %s, %s, 150, 'connected', 'sale')",
        [
            *(draw_id(at), shop.tenant, shop.seller, shop.campaign, shop.contacts[0], shop.phones[0], at, at),
            *(at + timedelta(seconds=150), at + timedelta(seconds=180)),
        ],
    )


def monday(weeks_ago: int, hour: int, minute: int = 5) -> datetime:
    day = MONDAY - timedelta(weeks=weeks_ago)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=NEW_YORK)


@pytest.fixture
def known(shop: Shop, admin_url: str) -> Shop:
    """Two Mondays of calls and talks, and a Tuesday that must not count; the house lives in New York."""
    with rows(admin_url) as db:
        db.execute("UPDATE tenants_tenant SET zone = %s WHERE id = %s", [NEW_YORK.key, shop.tenant])
        for week, calls in ((1, 3), (2, 6)):
            for n in range(calls):
                call_in(db, shop, monday(week, 9, 2 * n))
            talk(db, shop, monday(week, 9, 40))
        call_in(db, shop, monday(2, 9) + timedelta(days=1))
    return shop


def test_a_day_is_learned_from_the_same_weekday_and_staffed(known: Shop) -> None:
    browser = known.house.browser(Role.CAMPAIGN_MANAGER)
    address = f"/api/staffing/plan?day={MONDAY}&inbound=true&campaign={known.campaign}"
    plan = browser.get(address).json()
    assert (plan["zone"], plan["saved"], plan["learned_days"], plan["talk_days"]) == (NEW_YORK.key, False, 2, 2)
    assert plan["halves"] == [
        {"half": 18, "calls": 4.5, "handle_s": 180, "talks": 0},
        {"half": 19, "calls": 0, "handle_s": 180, "talks": 1},
    ]
    asked = {"target": TARGET, "halves": [{"half": 18, "calls": 100, "handle_s": 180, "talks": 50}]}
    answer = browser.post("/api/staffing/seats", json.dumps(asked), content_type="application/json")
    (row,) = answer.json()["halves"]
    assert row["erlang"] == 12
    assert row["in_time"] >= 0.8
    assert row["played"] >= 12
    assert row["outbound"] == 8
    assert row["apart"] == max(row["erlang"], row["played"]) + 8
    blend = row["blend"]
    assert row["seats"] == blend["seats"] < row["apart"], "the same seats do both"
    assert blend["in_time"] >= 0.8
    assert blend["talks"] >= 50
    assert row["scheduled"] * 0.7 >= row["seats"]
    again = browser.post("/api/staffing/seats", json.dumps(asked), content_type="application/json")
    assert again.json() == answer.json()


def test_a_kept_plan_comes_back_and_an_agent_may_not_keep_one(known: Shop) -> None:
    halves = [{"half": 20, "calls": 12, "handle_s": 200, "talks": 3}]
    plan = {"day": str(MONDAY), "inbound": True, "target": TARGET, "halves": halves}
    body = json.dumps(plan)
    refused = known.house.browser(Role.AGENT).put("/api/staffing/plan", body, content_type="application/json")
    assert refused.status_code == 403
    browser = known.house.browser(Role.CAMPAIGN_MANAGER)
    for _ in range(2):
        assert browser.put("/api/staffing/plan", body, content_type="application/json").status_code == 204
    kept = browser.get(f"/api/staffing/plan?day={MONDAY}&inbound=true").json()
    assert (kept["saved"], kept["halves"], kept["target"]["patience_s"]) == (True, halves, 120)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"halves": [HALF, HALF]}, 422),
        ({"halves": [{**HALF, "half": 48}]}, 422),
        ({"inbound": False, "halves": []}, 422),
        ({"campaign": "0190b1a0-0000-7000-8000-00000000dead", "halves": []}, 404),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(shop: Shop, changed: dict[str, Any], status: int) -> None:
    plan = {"day": str(MONDAY), "inbound": True, "target": TARGET, **changed}
    browser = shop.house.browser(Role.CAMPAIGN_MANAGER)
    answer = browser.put("/api/staffing/plan", json.dumps(plan), content_type="application/json")
    assert answer.status_code == status, answer.content


def test_the_end_of_a_list_is_foretold_once_a_day_and_held_against_what_happened(shop: Shop, admin_url: str) -> None:
    if "worker" not in connections.settings:
        connections.settings["worker"] = {
            **connections.settings["clearance"],
            **database(os.environ["AHIZE_DATABASE_URL_WORKER"]),
        }

    def finished(index: int, at: datetime) -> None:
        with rows(admin_url) as db:
            db.execute(
                "UPDATE dialing_due SET done = true, last_at = %s WHERE contact_id = %s", [at, shop.contacts[index]]
            )

    def foretell(now: datetime) -> int:
        with tenant_scope(shop.tenant, using="worker"):
            return finish.foretell(shop.tenant, now=now, using="worker")

    assert foretell(NOW) == 0  # nobody was called yet: nothing can be said
    finished(0, NOW)
    assert foretell(NOW + timedelta(hours=1)) == 0  # nor is one morning a pace
    assert foretell(NOW + timedelta(days=1)) == 1
    assert foretell(NOW + timedelta(days=1, hours=1)) == 0  # today's word is said
    finished(1, NOW + timedelta(days=4))
    finished(2, NOW + timedelta(days=5))
    with shop.open():
        (campaign,) = finish.standings(now=NOW + timedelta(days=6))
        (said,) = campaign["said"]
        assert FinishForecast.objects.count() == 1
    assert (said["remaining"], said["pace"], said["finish"]) == (2, 1.0, date(2026, 3, 5))
    assert campaign["finished"] == date(2026, 3, 7)
    assert (said["error_days"], campaign["mean_error_days"]) == (-2, 2)


def test_the_pace_of_the_last_week_says_when_and_how_sure() -> None:
    steady = finish.ends(700, [100] * 7, MONDAY)
    assert (steady["finish"], steady["earliest"], steady["latest"]) == (date(2026, 3, 9),) * 3
    unsteady = finish.ends(700, [0, 0, 140, 140, 140, 140, 140], MONDAY)
    assert unsteady["finish"] == date(2026, 3, 9)
    assert unsteady["earliest"] < unsteady["finish"] < unsteady["latest"]
    assert finish.ends(700, [0], MONDAY)["finish"] is None
