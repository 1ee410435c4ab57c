"""A day's journal is counted as the day was, dialled again exactly, and dialled otherwise as far as it is known."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from ahize.sim.evening import COUNTED, Floor
from ahize.sim.habits import PRIOR
from ahize.sim.outlook import Prices, outlook
from ahize.sim.recorded import Recorded, Recorder, again, evening_again
from ahize.sim.stock import AS_DIALLED, Group
from sim.test_evenings import AT, plan_of


@pytest.fixture(scope="module")
def day():
    """An evening with its journal; predictive, so that people were left without an agent too."""
    plan = plan_of(seats=8, hours=1.0, live_answers=2000)
    journal = []
    floor = Floor(plan, PRIOR, 5)
    floor.watch = lambda at, event, commands: journal.append((at, event, commands))
    return plan, floor.run(), journal


def recorder(plan):
    return Recorder(plan.settings.campaign, AT, AT + timedelta(hours=plan.hours))


def test_the_journal_alone_gives_the_days_own_figures(day):
    plan, came, journal = day
    heard = recorder(plan)
    for entry in journal:
        heard.hear(*entry)
    told = heard.counted()
    # Who was taken for a machine no journal knows, and what a talk came to it hears when it is over.
    for name in set(COUNTED) - {"mistaken", "sales"}:
        assert told.counted[name] == pytest.approx(came.counted[name], abs=1e-3), name
    assert 0 < sum(told.counted["sales"]) <= sum(came.counted["sales"])
    assert told.outcomes == came.outcomes


def test_unchanged_a_fresh_engine_gives_exactly_what_was(day):
    plan, came, journal = day
    journaled, commanded = recorder(plan), recorder(plan)
    told = again(journal, journaled, commanded)
    assert (told.differ, told.skipped, told.lives) == (0, 0, 1)
    assert commanded.counted() == journaled.counted()
    assert sum(commanded.counted().counted["dials"]) == sum(came.counted["dials"])


def test_otherwise_the_known_are_who_they_were_and_the_rest_is_drawn(day):
    plan, came, journal = day
    heard = recorder(plan)
    for entry in journal:
        heard.hear(*entry)
    recorded = heard.recorded()
    assert Recorded.from_json(json.loads(json.dumps(recorded.to_json()))).shifts == recorded.shifts
    assert len(recorded.shifts) == plan.seats
    assert sum(map(len, recorded.known)) == pytest.approx(sum(came.counted["dials"]), abs=12)  # less who still talks
    known = (Group(len(recorded.known), 0, ((0.0, 5400.0),), -5.0), Group(2000, 0, ((0.0, 5400.0),), -5.0))
    same = replace(plan, stock=known, order=AS_DIALLED)
    evenings = [evening_again(same, PRIOR, seed, recorded) for seed in range(3)]
    prices = Prices(seat_hour=1)
    was = {one.name: one.mean for one in outlook([came], prices)}
    now = {one.name: one.mean for one in outlook(evenings, prices)}
    # Near what was, not equal: when each agent reached for the mouse is drawn anew.
    assert now["talks"] == pytest.approx(was["talks"], rel=0.1)
    assert now["busy_share"] == pytest.approx(was["busy_share"], abs=0.05)
    assert now["cost_cents"] == pytest.approx(was["cost_cents"], rel=0.03)
    # One to one, fewer talks and nobody left without an agent.
    by_one = replace(same, settings=replace(same.settings, mode="progressive"))
    slower = {one.name: one.mean for one in outlook([evening_again(by_one, PRIOR, 1, recorded)], prices)}
    assert slower["abandoned_share"] < 0.005
    assert slower["wait_s"] > now["wait_s"]
    assert evening_again(same, PRIOR, 1, recorded) == evenings[1]
