"""A house may be stricter than the law and never looser, whatever it writes down."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ahize.compliance.explain import explain
from ahize.compliance.facts import CallFacts
from ahize.compliance.house.document import Line, default_of, document, law, template
from ahize.compliance.house.measures import MEASURES, BadMeasure
from ahize.compliance.rulebook import Rulebook
from ahize.compliance.sentences import BECAUSE

LAW = Rulebook.load()
CASES = [
    CallFacts.from_json(json.loads(line)["facts"])
    for file in sorted((Path(__file__).parent / "cases").glob("*.jsonl"))
    for line in file.read_text("utf-8").splitlines()
]
LAWFUL = [facts for facts in CASES if LAW.decide(facts, ahead=False).is_allowed]
LONG_AGO = date(2000, 1, 1)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

hours = st.sampled_from(["none", "09:00-17:00", "10:00-12:00, 14:00-18:00", "00:00-24:00", "08:00-21:00"])
values = {
    "hours": st.none() | st.dictionaries(st.sampled_from(DAYS), hours),
    "holidays": st.none() | st.lists(st.sampled_from(["CA", "GB", "TR", "US"])),
    "attempts_day": st.none() | st.integers(1, 9),
    "attempts_7_days": st.none() | st.integers(1, 20),
    "attempts_30_days": st.none() | st.integers(1, 60),
    "pause_hours": st.none() | st.integers(1, 100),
    "abandonment": st.none() | st.dictionaries(st.sampled_from(["GB", "US", "TR"]), st.floats(0, 0.1)),
    "registry_age": st.none() | st.dictionaries(st.sampled_from(["US-FTC", "GB-TPS"]), st.integers(0, 90)),
    "ring_s_min": st.none() | st.integers(1, 60),
    "ring_s_max": st.none() | st.integers(10, 120),
    "announce_recording": st.none() | st.booleans(),
}
lines = st.lists(
    st.sampled_from(sorted(values)).flatmap(
        lambda name: st.tuples(
            st.just(name), values[name].map(MEASURES[name].read), st.dates(LONG_AGO, date(2027, 1, 1))
        )
    ),
    max_size=6,
).map(lambda found: sorted((Line(name, on, value) for name, value, on in found), key=lambda line: line.since))


def with_house(*said: tuple[str, object], off: tuple[str, ...] = ()) -> Rulebook:
    house = law([Line(name, LONG_AGO, MEASURES[name].read(value)) for name, value in said])
    return LAW.under(house, "1.1", off=off)


def in_york(at: datetime | None = None) -> CallFacts:
    """A case that the law allows, of an American."""
    facts = next(
        one for one in LAWFUL if one.callee.country == "US" and one.channel == "voice" and one.history.attempts == ()
    )
    return replace(facts, at=at or facts.at)


@settings(max_examples=150, deadline=None)
@given(said=lines, places=st.lists(st.integers(0, len(CASES) - 1), min_size=1, max_size=5), off=st.booleans())
def test_no_house_allows_what_the_law_does_not(said, places, off):
    book = LAW.under(law(said), "1.9", off={"GB", "TR"} if off else ())
    for place in places:
        alone, both = LAW.decide(CASES[place], ahead=False), book.decide(CASES[place], ahead=False)
        assert alone.is_allowed or not both.is_allowed
        assert [bar for bar in both.bars if not bar.rule.startswith("HOUSE-")] == list(alone.bars) or off
        assert set(alone.duties) <= set(both.duties) or off
        assert both.ring_s_min >= alone.ring_s_min or off


@settings(max_examples=100, deadline=None)
@given(data=st.data(), name=st.sampled_from(sorted(values)), place=st.integers(0, len(LAWFUL) - 1))
def test_a_value_called_as_strict_lets_nobody_through_whom_the_other_barred(data, name, place):
    measure = MEASURES[name]
    before, after = (measure.read(data.draw(values[name])) for _ in range(2))
    if measure.is_as_strict(before, after):
        rulings = [with_house((name, value)).decide(LAWFUL[place], ahead=False) for value in (before, after)]
        assert rulings[0].is_allowed or not rulings[1].is_allowed
    assert measure.is_as_strict(before, before)
    assert measure.is_as_strict(None, after)


def test_what_ships_changes_nothing_but_the_british_cap():
    book = LAW.under(law([]), "1.0")
    assert [rule["id"] for rule in document([])["rules"]] == ["HOUSE-ABANDONED"]
    assert default_of("abandonment") == {"GB": 0.0}
    for facts in CASES:
        if facts.method != "predictive" or facts.callee.country != "GB":
            alone = LAW.decide(facts, ahead=False)
            assert replace(book.decide(facts, ahead=False), house="") == alone


def test_the_house_is_named_beside_the_law():
    ruling = with_house(("ring_s_max", 10)).decide(in_york())
    assert ruling.house == "1.1"
    assert ruling.rulebook == LAW.version
    assert "house" not in ruling.layers
    assert [bar.rule for bar in ruling.bars] == ["HOUSE-RING"]
    assert any(said.startswith("House policy: ") for said in explain(ruling))
    assert any(said.startswith("Kuruluş kuralı: ") for said in explain(ruling, "tr"))
    assert type(ruling).from_json(ruling.to_json()) == ruling


def test_a_country_switched_off_waits_in_review_and_says_so():
    ruling = with_house(off=("US",)).decide(in_york())
    assert ruling.verdict == "review"
    assert "law.US" in ruling.unknown
    assert ruling.off == ("law.US",)
    assert "Calls to US are switched off by your house." in explain(ruling)
    assert type(ruling).from_json(ruling.to_json()) == ruling


def test_what_binds_by_the_callers_place_stays_when_its_country_is_off():
    for facts in CASES:
        if facts.callee.country == "TR":
            continue
        alone, off = LAW.decide(facts, ahead=False), with_house(off=("TR",)).decide(facts, ahead=False)
        assert [bar.rule for bar in alone.bars] == [bar.rule for bar in off.bars if not bar.rule.startswith("HOUSE-")]


def test_a_pause_counts_every_campaigns_attempts_to_the_instant():
    facts = in_york()
    earlier = CallFacts.from_json(
        {"history": {"attempts": [{"at": (facts.at - timedelta(hours=3)).isoformat(), "principal": "another"}]}}
    ).history
    attempts = tuple(replace(one, channel="voice") for one in earlier.attempts)
    facts = replace(facts, history=replace(facts.history, attempts=attempts))
    ruling = with_house(("pause_hours", 4)).decide(facts)
    assert [bar.rule for bar in ruling.bars] == ["HOUSE-PAUSE"]
    assert ruling.next_lawful == facts.at + timedelta(hours=1)
    assert with_house(("pause_hours", 3)).decide(facts).is_allowed


def test_no_calls_on_the_public_holidays_of_the_callees_country():
    holiday = datetime(2026, 12, 25, 17, tzinfo=UTC)
    ruling = with_house(("holidays", ["US"])).decide(in_york(holiday), ahead=False)
    assert "HOUSE-HOLIDAYS" in [bar.rule for bar in ruling.bars]
    assert "HOUSE-HOLIDAYS" not in [
        bar.rule for bar in with_house(("holidays", ["GB"])).decide(in_york(holiday), ahead=False).bars
    ]


def test_a_value_holds_on_its_own_days():
    said = [Line("ring_s_max", date(2026, 1, 10), 20), Line("ring_s_max", date(2026, 2, 1), None)]
    rules = [(rule["in_force_on"], rule["until"]) for rule in document(said)["rules"] if rule["id"] == "HOUSE-RING"]
    assert rules == [(date(2026, 1, 10), date(2026, 2, 1))]
    law(said)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hours", {"monday": "20:00-09:00"}),
        ("hours", {"mon": "09:00-20:00"}),
        ("hours", {"monday": "09:00-12:00, 11:00-13:00"}),
        ("hours", 5),
        ("holidays", ["XX"]),
        ("holidays", [[]]),
        ("attempts_day", 0),
        ("attempts_day", True),
        ("attempts_day", "3"),
        ("abandonment", {"GB": 1.5}),
        ("abandonment", {"gb": 0.01}),
        ("abandonment", {"GB": float("nan")}),
        ("registry_age", {"US-FTC": -1}),
        ("registry_age", {"<b>": 1}),
        ("announce_recording", "yes"),
        ("announce_recording", []),
    ],
)
def test_what_is_no_value_is_refused(name, value):
    with pytest.raises(BadMeasure):
        MEASURES[name].read(value)


def test_every_measure_has_a_title_in_both_languages():
    for shape in template()["measures"].values():
        assert all((shape["title"], shape["title_tr"]))
    assert "ring_time.longest" in BECAUSE
