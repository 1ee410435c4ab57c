"""The pacing model keeps its books: each dial has one fate, time adds up, and nobody waits longer than they would."""

from __future__ import annotations

import copy
import dataclasses
import json
import math
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from ahize.kernel.errors import BadInput
from ahize.run.bench_pacing import SCENARIOS
from ahize.sim.peers import FixedRatio, VicidialAdapt
from ahize.sim.shift import run
from ahize.sim.shift_floor import Floor
from ahize.sim.shift_people import contacts
from ahize.sim.shift_scenarios import (
    Answer,
    Constant,
    ListDecline,
    Machine,
    Outage,
    Scenario,
    SeatChange,
    Sine,
    Steps,
    Turns,
    read_scenarios,
    scenarios_from,
)

BASE = {
    "name": "T",
    "title": "a small floor",
    "agents": 8,
    "day_s": 1800,
    "days": 2,
    "answer": {"share": 0.3, "pattern": {"kind": "constant"}},
    "machine": {"share": 0.0, "detection": "perfect"},
    "post_dial_delay_s": 2.5,
    "ring": {"mean_s": 9, "shape": 2.5, "max_s": 24},
    "talk": {"short_share": 0.55, "short": {"median_s": 12, "sigma": 0.6}, "long": {"mean_s": 150, "sigma": 0.8}},
    "wrap": {"mean_s": 12, "shape": 2},
    "patience_s": 3.0,
    "seats": "constant",
    "list_size": None,
}
AMD = {"share": 0.3, "detection": "on", "delay_s": 1.8, "false_positive": 0.2, "false_negative": 0.3}


def scenario(**changes) -> Scenario:
    (read,) = scenarios_from({"scenarios": [BASE | changes]})
    return read


class Watcher:
    """Dials by a ratio, and writes down what it saw."""

    def __init__(self, lines=3.0, *, eager=True, beat_s=0.5):
        self.lines, self.eager, self.beat_s = lines, eager, beat_s
        self.heard = []
        self.seen = []

    def dials(self, floor: Floor) -> int:
        wanted = int(self.lines * len(floor.free)) - len(floor.dials)
        self.seen.append(
            (floor.day, floor.now_s, tuple(floor.free.items()), frozenset(floor.talking), len(floor.dials), floor.room)
        )
        return wanted

    def told(self, what, seconds):
        self.heard.append((what, seconds))

    def lengths(self, what):
        return [seconds for heard, seconds in self.heard if heard == what]


# ── the file ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_our_own_scenarios_are_read_whole():
    ours = {one.name: one for one in read_scenarios(SCENARIOS)}
    assert len(ours) == 16
    assert ours["S10"].breaks
    assert ours["S11"].answer.pattern == ListDecline(1.6, 0.2)
    assert ours["S11"].list_size == 120_000
    assert ours["S12"].machine == Machine(0.35, "on", 1.8, 0.03, 0.1)
    assert ours["S16"].answer.share_at(4000.0, 0.0) == pytest.approx(0.351)
    assert ours["S15"].handle_s == pytest.approx(87.4, abs=0.1)


def test_what_our_own_scenarios_do_not_have_is_read_too():
    seats = [{"at_s": 900, "change": -4}, {"at_s": 60, "change": 2}]
    read = scenario(seats=seats, trunk=[{"from_s": 600, "to_s": 690, "up": False}])
    assert read.changes == (SeatChange(60.0, 2), SeatChange(900.0, -4))
    assert read.outages == (Outage(600.0, 690.0),)
    assert scenario(seats={"kind": "events", "events": seats}).changes == read.changes
    wave = {"kind": "sine", "amplitude": 0.5, "period_s": 1800}
    assert scenario(answer={"share": 0.2, "pattern": wave}).answer.pattern == Sine(0.5, 1800.0)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("name", "", "a text that is not empty"),
        ("agents", 0, "a whole number from 1 to 10,000"),
        ("agents", 2.5, "a whole number"),
        ("agents", True, "a whole number"),
        ("day_s", "8 h", "a number from 60 to 86400"),
        ("day_s", math.nan, "a number"),
        ("days", None, "a whole number"),
        ("answer.share", 1.2, "a number from 0 to 1"),
        ("answer.pattern.kind", "sinus", "one of constant, sine, steps, list_decline, turns"),
        ("answer.pattern", {"kind": "steps", "every_s": 60, "factors": []}, "a list of at least one number"),
        ("answer.pattern", {"kind": "sine", "amplitude": 2, "period_s": 60}, "a number from 0 to 1"),
        ("answer.pattern", {"kind": "list_decline", "from": 2, "to": 0}, "“list_size”"),
        ("answer.pattern.factor", 2, "only kind"),
        ("machine.detection", "sometimes", "one of perfect, on, off"),
        ("machine", {"share": 0.3, "detection": "on"}, "a number from 0 to 60"),
        ("ring.mean_s", 30, "a number above 0 to 24"),
        ("talk.short.median_s", 0, "a number above 0"),
        ("talk.long", 150, "an object"),
        ("patience_s", -1, "a number from 0"),
        ("seats", "sometimes", "one of constant, breaks_and_lunch"),
        ("seats", [{"at_s": 10, "change": -9}], "never more to leave than are there"),
        ("seats", [{"at_s": 1900, "change": -1}], "a number from 0 to 1800"),
        ("trunk", [{"from_s": 10, "to_s": 5}], "a number from 10"),
        ("trunk", [{"from_s": 10, "to_s": 50}, {"from_s": 40, "to_s": 60}], "don't overlap"),
        ("trunks", [], "only agents, answer"),
        ("list_size", 0, "a whole number from 1"),
    ],
)
def test_a_wrong_value_is_refused_by_scenario_field_and_what_was_expected(field, value, expected):
    told = copy.deepcopy(BASE)
    *path, last = field.split(".")
    section = told
    for step in path:
        section = section[step]
    section[last] = value
    with pytest.raises(BadInput) as refused:
        scenarios_from({"scenarios": [told]})
    assert expected in refused.value.message
    assert refused.value.facts["field"].startswith(field.split(".", maxsplit=1)[0])
    assert "Scenario “T”" in refused.value.message or field == "name"
    assert refused.value.next_step


@pytest.mark.parametrize("missing", sorted(BASE.keys() - {"title", "list_size"}))
def test_a_missing_field_is_refused(missing):
    with pytest.raises(BadInput, match=f"“{missing}” is missing"):
        scenarios_from({"scenarios": [{name: value for name, value in BASE.items() if name != missing}]})


def test_a_file_that_is_none_is_refused(tmp_path: Path):
    (broken := tmp_path / "broken.json").write_text("{")
    for path, says in ((tmp_path / "none.json", "can't be read"), (broken, "is no JSON")):
        with pytest.raises(BadInput, match=says):
            read_scenarios(path)
    for told in ([], {"scenarios": []}, {"scenarios": [7]}, {"scenarios": [BASE, BASE]}):
        with pytest.raises(BadInput):
            scenarios_from(told)


# ── how the answer rate moves ───────────────────────────────────────────────────────────────────────────────────


def test_the_answer_rate_follows_its_pattern():
    turns = Turns(period_s=7200, rise_from_s=3000, ramp_s=600, fall_from_s=6000, peak=2.7)
    for pattern, now_s, used, factor in (
        (Constant(), 5.0, 0.0, 1.0),
        (Sine(0.5, 100.0), 25.0, 0.0, 1.5),
        (Steps(10.0, (1.0, 0.4, 2.0)), 15.0, 0.0, 0.4),
        (Steps(10.0, (1.0, 0.4, 2.0)), 50.0, 0.0, 2.0),
        (ListDecline(1.6, 0.2), 0.0, 0.5, 0.9),
        (turns, 2999.0, 0.0, 1.0),
        (turns, 3300.0, 0.0, 1.85),
        (turns, 7200.0 + 4000.0, 0.0, 2.7),
        (turns, 6600.0, 0.0, 1.0),
        (dataclasses.replace(turns, ramp_s=0.0), 3000.0, 0.0, 2.7),
    ):
        assert pattern.factor(now_s, used) == pytest.approx(factor), (pattern, now_s)
    assert Answer(0.6, Steps(10.0, (3.0,))).share_at(0.0, 0.0) == 1.0


def test_the_list_is_warm_first_and_ends_for_the_day():
    steep = scenario(answer={"share": 0.3, "pattern": {"kind": "list_decline", "from": 2, "to": 0}}, list_size=400)
    assert steep.answer_share(0.0, 0) == pytest.approx(0.6)
    assert steep.answer_share(0.0, 400) == 0.0
    result = run(steep, FixedRatio(6.0), 1)
    assert [day.dialled for day in result.days] == [400, 400]
    assert 0.2 * 800 < result.books.people < 0.4 * 800


# ── the books ───────────────────────────────────────────────────────────────────────────────────────────────────

WORLDS = {
    "base": {},
    "detection": {"machine": AMD},
    "machines go to agents": {"machine": {"share": 0.3, "detection": "off"}},
    "breaks": {"seats": "breaks_and_lunch", "day_s": 7200},
    "seats leave": {"seats": [{"at_s": 700, "change": -4}, {"at_s": 1200, "change": 6}]},
    "no trunk": {"trunk": [{"from_s": 600, "to_s": 690, "up": False}], "machine": AMD},
    "a short list": {"list_size": 300},
}


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("seed", [1, 2])
def test_each_dial_has_one_fate_and_time_adds_up(world, seed):
    watcher = Watcher(4.0)
    result = run(scenario(**WORLDS[world]), watcher, seed)
    books = result.books
    assert books.dialled == sum(day.dialled for day in result.days) > 100
    assert books.dialled == sum(getattr(books, fate) for fate in books.__slots__ if fate != "dialled")
    heard = Counter(what for what, _ in watcher.heard)
    assert heard["live"] == books.joined + books.abandoned
    assert heard["abandoned"] == books.abandoned
    assert heard["answered"] == books.connections + books.abandoned + books.machines_left
    assert heard["ended"] == books.nothing + books.lost + books.victims
    assert heard["day"] == 2
    assert 0 < result.busy_s <= result.present_s
    if world == "seats leave":
        per_day = 8 * 700 + 4 * 500 + 10 * 600
        assert result.present_s == pytest.approx(2 * per_day)
    elif world == "breaks":
        assert result.present_s < 2 * 8 * 7200
    else:
        assert result.present_s == pytest.approx(2 * 8 * 1800)
        after_hours = 2 * 8 * 400.0
        told = sum(watcher.lengths("talked")) + sum(watcher.lengths("wrapped"))
        assert result.busy_s - 1e-6 <= told <= result.busy_s + after_hours


def test_equal_seeds_give_equal_days_and_other_seeds_others():
    def told(seed):
        return run(scenario(), VicidialAdapt("hard"), seed)

    assert told(7) == told(7)
    assert told(7) != told(8)


def test_the_same_people_stand_on_the_list_whoever_dials():
    first = list(islice(contacts(scenario(), 5, 1), 5000))
    assert first == list(islice(contacts(scenario(agents=3, patience_s=1.0), 5, 1), 5000))
    assert first != list(islice(contacts(scenario(), 5, 2), 5000))


def test_one_to_one_abandons_nobody_and_more_lines_keep_agents_busier():
    results = [run(scenario(), FixedRatio(lines), 3) for lines in (1.0, 2.0, 4.0)]
    assert results[0].books.abandoned == 0
    assert results[0].utilisation < results[1].utilisation < results[2].utilisation
    assert results[2].abandonment > 0.0
    idle_s = results[1].present_s - results[1].busy_s
    assert results[1].mean_wait_s * results[1].books.connections == pytest.approx(idle_s)


# ── agents and callers ──────────────────────────────────────────────────────────────────────────────────────────


def test_whoever_has_waited_longest_gets_the_call():
    watcher = Watcher()
    run(scenario(), watcher, 4)
    joins = 0
    for before, after in zip(watcher.seen, watcher.seen[1:], strict=False):
        waited = [since for _, since in before[2]]
        assert waited == sorted(waited)
        joined = after[3] - before[3]
        if joined and before[2] and before[0] == after[0]:
            joins += 1
            assert joined == {before[2][0][0]}
    assert joins > 100


def test_people_wait_as_long_as_they_would_and_no_longer():
    watcher = Watcher(6.0)
    impatient = scenario(agents=2, answer={"share": 0.8, "pattern": {"kind": "constant"}}, patience_s=2.5)
    result = run(impatient, watcher, 1)
    assert result.books.abandoned > 10
    assert {round(seconds, 9) for seconds in watcher.lengths("abandoned")} == {2.5}


def test_patience_begins_at_the_answer_and_not_at_detections_verdict():
    watcher = Watcher(6.0)
    run(
        scenario(agents=2, answer={"share": 0.8, "pattern": {"kind": "constant"}}, machine=AMD | {"share": 0}),
        watcher,
        1,
    )
    assert {round(seconds, 9) for seconds in watcher.lengths("abandoned")} == {1.2}


def test_a_call_that_nobody_takes_in_the_last_instant_is_taken_by_the_seat_that_comes_free():
    patient = scenario(agents=1, answer={"share": 1.0, "pattern": {"kind": "constant"}}, patience_s=3600.0)
    result = run(patient, Watcher(5.0), 1)
    assert result.books.abandoned == 0
    assert result.books.joined == result.books.dialled


def test_everybody_answering_at_once_is_counted_for_what_it_is():
    """Ten lines an agent, and each of them a person within a second."""
    at_once = scenario(
        answer={"share": 1.0, "pattern": {"kind": "constant"}},
        ring={"mean_s": 0.5, "shape": 100, "max_s": 1},
        post_dial_delay_s=0,
    )
    crowd = run(at_once, FixedRatio(10.0), 1)
    assert crowd.abandonment > 0.7
    assert crowd.violation_share > 0.9
    assert crowd.worst_day <= 1.0
    assert run(at_once, FixedRatio(1.0), 1).abandonment == 0.0


def test_detections_victims_count_as_abandoned_and_stand_beside():
    result = run(scenario(machine=AMD), FixedRatio(1.0), 2)
    assert result.books.abandoned == 0
    assert result.abandonment == result.amd_victims == result.books.victims / result.books.people
    assert 0.1 < result.amd_victims < 0.3
    assert result.books.unjoined_share == result.unjoined_worst_day == 0.0
    assert result.violation_share > 0.5
    assert result.unjoined_violation_share == 0.0


def test_half_the_seats_leave_at_once_and_are_no_longer_there():
    watcher = Watcher()
    result = run(scenario(seats=[{"at_s": 900, "change": -4}], days=1), watcher, 1)
    assert result.present_s == pytest.approx(8 * 900 + 4 * 900)
    for _, now_s, free, talking, _, _ in watcher.seen:
        assert len(free) + len(talking) <= (8 if now_s <= 900 else 4)


def test_breaks_are_taken_between_calls():
    paused = 0

    class Breaks(Watcher):
        def dials(self, floor):
            nonlocal paused
            paused = max(paused, floor.paused)
            assert floor.logged_in == floor.paused + len(floor.free) + len(floor.talking) + len(floor.wrapping)
            return super().dials(floor)

    run(scenario(seats="breaks_and_lunch", agents=20, day_s=14400, days=1), Breaks(), 1)
    assert paused >= 6


# ── the trunk ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_lost_trunk_loses_what_rings_and_lets_nothing_out_until_it_is_back():
    watcher = Watcher()
    result = run(scenario(trunk=[{"from_s": 600, "to_s": 690, "up": False}], days=1), watcher, 1)
    assert result.books.lost > 0
    out = [(dials, room) for _, now_s, _, _, dials, room in watcher.seen if 600 < now_s < 690]
    assert set(out) == {(0, 0)}
    assert any(dials for _, now_s, _, _, dials, _ in watcher.seen if now_s > 690)


# ── clairvoyance ────────────────────────────────────────────────────────────────────────────────────────────────


class Seer:
    """Checks that what it was shown comes true."""

    beat_s, eager = 1.0, False

    def __init__(self):
        self.talk_ends = {}
        self.answers = {}
        self.seen = 0
        self.known = set()

    def dials(self, floor: Floor) -> int:
        self.known.add((floor.talk_left is not None, floor.answers is not None))
        for seat, left_s in (floor.talk_left or {}).items():
            key = (floor.day, seat, floor.talking[seat])
            assert self.talk_ends.setdefault(key, floor.now_s + left_s) == pytest.approx(floor.now_s + left_s)
            assert left_s >= 0.0
            self.seen += 1
        for dial, left_s in (floor.answers or {}).items():
            at_s = self.answers.setdefault((floor.day, dial), floor.now_s + left_s)
            assert at_s == pytest.approx(floor.now_s + left_s)
            self.seen += 1
        return 2 * len(floor.free) - len(floor.dials)

    def told(self, what, seconds):
        """It checks what it was shown, and not what it hears."""


def test_what_a_clairvoyant_is_shown_comes_true():
    blind, seer = Seer(), Seer()
    run(scenario(machine=AMD), blind, 1)
    result = run(scenario(machine=AMD), seer, 1, knows_talk_ends=True, knows_answers=True)
    assert blind.known == {(False, False)}
    assert seer.known == {(True, True)}
    assert seer.seen > 1000
    foreseen = sum(at_s < math.inf for at_s in seer.answers.values())
    assert foreseen == pytest.approx(result.books.connections + result.books.abandoned + result.books.machines_left, 1)


def test_own_copy_of_the_scenarios_is_the_format_it_documents():
    assert set(json.loads(SCENARIOS.read_text(encoding="utf-8"))) == {"about", "scenarios"}


# ── what a floor can know, and calls from elsewhere ─────────────────────────────────────────────────────────────────


class Listener:
    """Looks at what it is told of contacts and of seats, and dials the likeliest."""

    beat_s, eager = 1.0, False

    def __init__(self):
        self.heard = []
        self.closing = 0

    def dials(self, floor: Floor):
        self.closing += len(floor.closing)
        busy = floor.talking.keys() | floor.wrapping.keys()
        assert floor.closing.keys() <= busy
        assert floor.said.keys() == floor.dials.keys()
        wanted = max(0, 3 * len(floor.free) - len(floor.dials))
        return sorted(range(len(floor.ahead)), key=floor.ahead.__getitem__)[-wanted:] if wanted else []

    def told(self, what, seconds):
        self.heard.append((what, seconds))


def test_what_is_said_of_contacts_and_seats_is_right_on_the_whole():
    listener = Listener()
    cues = {"talk_lead_s": 8, "wrap_lead_s": 4, "missed": 0.2, "false": 0.0}
    world = scenario(cues=cues, chances={"concentration": 2, "error": 0.0, "ahead": 50}, day_s=7200, agents=20)
    result = run(world, listener, 1, knows_cues=True, knows_chances=True)
    assert result.books.dialled == sum(getattr(result.books, fate) for fate in result.books.__slots__[1:])
    pairs = list(zip(listener.heard, listener.heard[1:], strict=False))
    said = [(first[1], second[0] == "answered") for first, second in pairs if first[0] == "said"]
    assert len(said) == result.books.dialled
    expected, answered = sum(chance for chance, _ in said), sum(yes for _, yes in said)
    assert answered == pytest.approx(expected, rel=0.08)
    assert answered / len(said) == pytest.approx(0.3, rel=0.1), "whoever is passed over is called later"
    talks = sum(what == "talked" for what, _ in listener.heard)
    leads = [first[1] for first, second in pairs if first[0] == "closing" and second[0] == "talked"]
    assert len(leads) / talks == pytest.approx(0.8, abs=0.05)
    assert 5.0 < sum(leads) / len(leads) <= 8.0
    assert listener.closing > 0


def test_who_calls_in_comes_first_and_is_served_by_the_same_seats():
    inbound = {"per_hour": 120, "talk_mean_s": 60, "talk_sigma": 0.5, "patience_s": 30}
    blended, watcher = scenario(inbound=inbound, agents=4), Watcher()
    result = run(blended, watcher, 1)
    assert 80 < result.called_in < 170
    assert 0 <= result.tired < result.called_in
    assert 0.0 < result.caller_wait_s / result.called_in <= 30.0
    assert result.books.dialled == sum(getattr(result.books, fate) for fate in result.books.__slots__[1:])
    assert result.busy_s > run(scenario(agents=4), Watcher(), 1).busy_s
    assert result.present_s == pytest.approx(2 * 4 * 1800)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("cues", {"missed": 0.5, "false": 0.6}, "a number from 0 to 0.5"),
        ("cues", {"lead_s": 5}, "only false, missed"),
        ("chances", {"concentration": 0}, "a number above 0"),
        ("chances", {"ahead": 0}, "a whole number from 1"),
        ("inbound", {"per_hour": 10}, "a number above 0"),
    ],
)
def test_a_wrong_word_of_what_is_known_is_refused(field, value, expected):
    with pytest.raises(BadInput) as refused:
        scenario(**{field: value})
    assert expected in refused.value.message


def test_days_are_told_apart():
    result = run(scenario(days=3), FixedRatio(4.0), 1)
    assert result.by_day[0][0] == 0
    assert sum(busy * seconds for (_, busy, _), seconds in zip(result.by_day, result.present_by_day, strict=True)) == (
        pytest.approx(result.busy_s)
    )
    assert result.by_day[2][0] == sum(day.joined + day.abandoned for day in result.days[:2])
