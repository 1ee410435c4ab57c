"""An evening simulated for a plan is the engine's own, the same for the same seed, and lawful."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from ahize.dialer.commands import Conclude, Originate
from ahize.dialer.replay import replay
from ahize.kernel.chance import stream
from ahize.kernel.errors import BadInput
from ahize.kernel.ids import CampaignId, SellerId
from ahize.sim import side_by_side
from ahize.sim.evening import SLOTS, Floor, evening
from ahize.sim.finish import finish
from ahize.sim.habits import PRIOR, Dialled, Habits, learned, log_normal, observed
from ahize.sim.outlook import Prices, exposure, outlook, quantile, student
from ahize.sim.pauses import Move, Pauses, Rest, seen
from ahize.sim.plan import Plan, checked, objections
from ahize.sim.scenario import AgentManners, Campaign, Scenario
from ahize.sim.stock import Group
from ahize.sim.world import World

AT = datetime(2026, 3, 4, 21, 0, tzinfo=UTC)
PRICES = Prices(seat_hour=2000, minute=2)


def plan_of(seats=5, hours=0.5, people=3000, windows=((0.0, 18_000.0),), **campaign):
    made = Campaign(**{"mode": "predictive", **campaign})
    settings = made.settings(CampaignId(UUID(int=9)), SellerId(UUID(int=8)), AT)
    return Plan(settings, AT, hours, seats, (Group(people, 0, windows, -5.0),))


def test_the_same_plan_habits_and_seed_give_the_same_bytes_in_any_process():
    plan = plan_of()
    told = [json.dumps(evening(plan, PRIOR, seed).to_json()) for seed in (1, 1, 2)]
    assert told[0] == told[1] != told[2]
    by_others = [one for one in side_by_side.evenings(plan, PRIOR, [1, 2], number=2, looks=1) if one is not None]
    looks, whole = [one for one in by_others if not one.is_whole], [one for one in by_others if one.is_whole]
    assert len(looks) == 1
    assert sorted(json.dumps(one.to_json()) for one in whole) == sorted(told[1:])


def test_plan_and_habits_survive_their_journey():
    plan = plan_of(mode="ratio", ratio=2.5)
    assert Plan.from_json(json.loads(json.dumps(plan.to_json()))) == plan
    assert Habits.from_json(json.loads(json.dumps(PRIOR.to_json()))) == PRIOR


@pytest.mark.parametrize("mode", ["predictive", "preview"])
def test_an_evening_is_the_engines_own_and_every_attempt_has_one_outcome(mode):
    journal = []
    floor = Floor(plan_of(mode=mode, windows=((0.0, 1200.0),)), PRIOR, 3)
    floor.watch = lambda at, event, commands: journal.append((at, event, commands))
    came = floor.run()
    assert replay(journal).is_same
    dialled = [(at, one.call) for at, _, commands in journal for one in commands if isinstance(one, Originate)]
    ends = Counter(one.attempt for _, _, commands in journal for one in commands if isinstance(one, Conclude))
    assert dialled
    assert set(ends.values()) == {1}
    talking = {line.attempt for line in floor.lines.values() if line.state == "talking"}
    assert {call for _, call in dialled} - set(ends) <= talking
    # Nobody is rung so late that it would ring past the end of the window.
    assert max((at - AT).total_seconds() for at, _ in dialled) < 1200 - floor.plan.settings.ring_s_max
    assert not came.broken
    counted = {name: sum(parts) for name, parts in came.counted.items()}
    assert counted["staffed_s"] == pytest.approx(sum(counted[name] for name in ("waited_s", "talked_s", "wrapped_s")))
    assert counted["dials"] == len(dialled)
    assert counted["talks"] > counted["sales"] > 0


def test_it_agrees_with_the_world_that_plays_every_trick():
    """The lean evening leaves out what does not change its figures: 10 seats and an hour, within 4 points."""
    hours, seats = 1.0, 10
    scenario = Scenario(
        name="beside",
        minutes=60 * hours,
        agents=seats,
        campaigns=(Campaign(mode="progressive", contacts=4000),),
        seats=AgentManners(finish_after=0.0, too_slow=0.0, disposes_early=0.0),
        unknown_share=0.0,
        listed_share=0.0,
    )
    busy = []
    for seed in (1, 2):
        world = World(scenario, seed)
        world.come_to_life()
        world.run_until(world.until)
        agents = world.agents.agents.values()
        worked = sum(agent.talk_s + agent.wrap_s for agent in agents)
        busy.append(worked / (worked + sum(agent.idle_s for agent in agents)))
    plan = plan_of(seats=seats, hours=hours, people=4000, mode="progressive")
    flat = replace(PRIOR, by_hour=(1.0,) * 24)
    lean = [evening(plan, flat, seed) for seed in (1, 2, 3, 4)]
    share = next(one for one in outlook(lean, PRICES) if one.name == "busy_share")
    assert share.mean == pytest.approx(sum(busy) / len(busy), abs=0.04)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"seats": 0}, "seats"),
        ({"hours": 30.0}, "hours"),
        ({"order": "by_name"}, "order"),
        ({"law_cap": 0.01}, "abandon_cap"),
        ({"hours": 6.0}, "hours"),
        ({"stock": (Group(10, 0, ()),)}, "starts"),
    ],
)
def test_a_plan_that_cant_be_is_refused_and_says_where(change, field):
    plan = plan_of()
    checked(plan)
    assert objections(replace(plan, **change))[0].field == field
    with pytest.raises(BadInput) as refused:
        checked(replace(plan, **change))
    assert refused.value.facts["field"] == field


def test_a_broadcast_is_not_an_evening_of_seats():
    with pytest.raises(BadInput, match="broadcast"):
        checked(plan_of(mode="broadcast"))


def test_habits_are_learned_from_what_was_dialled_and_say_so():
    truth = replace(PRIOR, person=0.3, by_hour=(1.0,) * 24, wrap_s=log_normal(30.0, 0.3, most_s=300.0))
    chance = stream(4, "test")
    dials = []
    for _ in range(4000):
        draw = chance.random()
        who = "person" if draw < 0.3 else "machine" if draw < 0.6 else "no_answer"
        talk_s = truth.other_s.draw(chance) if who == "person" else None
        code = "sale" if chance.random() < 0.2 else "not_interested"
        wrap_s = truth.wrap_s.draw(chance) if who == "person" else None
        dials.append(Dialled(18, 0, who, 12.0 if who != "no_answer" else None, talk_s, code, wrap_s))
    found = learned(dials)
    assert found.person * found.by_hour[18] == pytest.approx(0.3, abs=0.03)
    assert found.sale_share == pytest.approx(0.2, abs=0.04)
    assert found.wrap_s.median_s == pytest.approx(30.0, rel=0.1)
    assert {one["part"]: one["source"] for one in found.sources()}["talk"] == "journal"
    # What was seen too seldom stays as it was, and says that nobody saw it.
    assert learned(dials[:30]) == PRIOR
    assert {one["source"] for one in PRIOR.sources()} == {"prior"}


def test_pauses_are_learned_by_code_and_the_prior_counts_as_ten_of_them():
    """Two agents who break for 300 s after each hour of work and lunch once for 1800 s, for thirty days."""
    moves = []
    for seat in ("one", "other"):
        at = 0.0
        for n in range(240):
            code, lasts_s = ("lunch", 1800.0) if n % 8 == 4 else ("break", 300.0)
            for state, reason, seconds in (
                ("ready", "", 1800.0),
                ("talking", "", 1790.0),
                ("paused", "no_answer", 10.0),  # None that an agent chose.
                ("ready", "", 10.0),
                ("paused", code, 5.0),
                ("paused", code, lasts_s - 5.0),  # Said again.
            ):
                moves.append(Move(at, seat, state, reason, ours=True))
                at += seconds
        moves.append(Move(at, seat, "closed", "signed_off", ours=True))  # Its last pause was the end of a shift.
    found = learned([], pauses=seen(moves, {"break", "lunch"}))
    lunch, rest = sorted(found.rests, key=lambda one: one.every_s, reverse=True)
    assert (rest.code, lunch.code, found.breaks) == ("break", "lunch", 478)
    assert rest.every_s == pytest.approx(3600 * 8 / 7, rel=0.01)
    assert lunch.every_s == pytest.approx(3600 * 8, rel=0.01)
    assert rest.lasts_s == pytest.approx(300, abs=5)
    assert lunch.lasts_s == pytest.approx(1800, abs=35)
    assert Habits.from_json(json.loads(json.dumps(found.to_json()))) == found
    few = learned([], pauses=Pauses({"break": [100.0] * 10}, 10 * 1500.0))
    assert few.rests == (Rest("break", 3000.0, 250.0),), "ten seen and ten of the prior weigh the same"


def test_a_spread_draws_what_it_holds():
    spread = observed([float(n) for n in range(1001)])
    chance = stream(1, "test")
    drawn = [spread.draw(chance) for _ in range(4000)]
    assert sum(drawn) / len(drawn) == pytest.approx(500, abs=15)
    assert spread.mean_s == pytest.approx(500, abs=1)


def test_the_range_holds_nine_of_ten_evenings_also_while_there_are_few():
    plan = plan_of(seats=3, hours=0.5, mode="progressive")
    many = [evening(plan, PRIOR, seed) for seed in range(60)]
    talks = sorted(sum(one.counted["talks"]) for one in many)
    found = next(one for one in outlook(many, PRICES) if one.name == "talks")
    assert (found.low, found.high) == (quantile(talks, 0.05), quantile(talks, 0.95))
    few = next(one for one in outlook(many[:4], PRICES) if one.name == "talks")
    inside = sum(few.low <= one <= few.high for one in talks) / len(talks)
    assert 0.75 <= inside <= 1.0
    assert [sum(one.counted["dials"]) > 0 for one in many] == [True] * 60
    assert len(many[0].counted["dials"]) == SLOTS
    assert exposure(many, Prices(penalty=5_000_000))["expected_cents"] == 0.0
    assert student(30) == pytest.approx(1.697, abs=0.001)
    assert math.isfinite(few.high)


def test_a_list_is_done_sooner_with_more_seats_and_never_where_it_takes_years():
    habits = PRIOR
    few, many = (plan_of(seats=seats, people=2000, mode="progressive") for seats in (3, 12))
    slow = finish(few, habits, [evening(few, habits, 1)], seed=1)
    fast = finish(many, habits, [evening(many, habits, 1)], seed=1)
    assert fast.high is not None
    assert slow.low is not None
    assert fast.high < slow.low
    assert slow == finish(few, habits, [evening(few, habits, 1)], seed=1)
    endless = replace(few, stock=(Group(1_000_000, 0, ((0.0, 18_000.0),)), Group(7, 0, ())))
    assert finish(endless, habits, [evening(few, habits, 1)], seed=1).middle is None
    assert finish(endless, habits, [evening(few, habits, 1)], seed=1).unreachable == 7
