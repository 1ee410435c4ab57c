"""India, Mexico, the Philippines, Australia, New Zealand, Brazil, Japan: the laws stand whole, their clocks are right.

And what binds an agent there who calls elsewhere.
"""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ahize.compliance.calendars import Calendar
from ahize.compliance.examples import read_examples
from ahize.compliance.explain import explain
from ahize.compliance.factoring import Factored
from ahize.compliance.facts import CallFacts
from ahize.compliance.rulebook import Rulebook, shipped_documents
from ahize.kernel.windows import add_months
from compliance._lawyer_cases import LAW
from compliance._oracle import QUARTER, check_the_clock
from compliance.test_unknown import paths, without

COUNTRIES = {"IN": 10, "MX": 9, "PH": 7, "AU": 12, "NZ": 4, "BR": 6, "JP": 5}
"""Each with the number of its rules."""
BOOK = Rulebook.load()
DOCUMENTS = shipped_documents()
GIVEN = Path(__file__).parent / "cases"
CASES = [
    json.loads(line)
    for name in ("in", "mx", "ph", "au-nz", "br-jp")
    for line in (GIVEN / f"{name}.jsonl").open(encoding="utf-8")
]
EXAMPLES = {
    (country, example["id"]): example["facts"]
    for country in COUNTRIES
    for file in sorted((LAW / country.lower()).glob("*.cases.yaml"))
    for example in read_examples(file.read_text("utf-8"))
}


def example(country: str, name: str, **parts: Any) -> dict[str, Any]:
    """The facts of an example, with some of their parts changed."""
    facts = copy.deepcopy(EXAMPLES[country, name])
    for part, changes in parts.items():
        facts[part] = {**facts[part], **changes} if isinstance(changes, dict) else changes
    return facts


def ruled(facts: dict[str, Any]) -> tuple[str, list[tuple[str, str]], tuple[str, ...]]:
    ruling = BOOK.decide(CallFacts.from_json(facts), ahead=False)
    return ruling.verdict, [(bar.rule, bar.ground) for bar in ruling.bars], ruling.unknown


@pytest.mark.parametrize("country", COUNTRIES)
def test_each_rule_stands_with_citation_and_turkish_title(country: str):
    documents = [one for one in DOCUMENTS if one["layer"].split("-")[0] == country]
    entries = [entry for document in documents for entry in document["rules"]]
    assert {entry["id"] for entry in entries} == {f"{country}-{n:02}" for n in range(1, COUNTRIES[country] + 1)}
    for entry in entries:
        assert entry["cites"], entry["id"]
        assert entry["title_tr"], entry["id"]
        assert entry.get("status", "in force") == "in force" or entry["kind"] == "note", entry["id"]


@pytest.mark.parametrize(
    ("country", "name", "expected"),
    [
        ("IN", "An entity that is not registered", ("IN-01", "registration")),
        ("IN", "A sale from an ordinary mobile number", ("IN-01", "caller_id")),
        ("IN", "A text under an unregistered header", ("IN-01", "registration")),
        ("IN", "The category is barred", ("IN-03", "registry")),
        ("IN", "A second before ten", ("IN-04", "hours")),
        ("IN", "Asked again on the eighty-ninth day", ("IN-05", "consent_revoked")),
        ("IN", "A ten-thousandth more", ("IN-07", "abandonment")),
        ("IN", "An Indian number over a foreign trunk", ("IN-09", "caller_id")),
        ("MX", "Listed thirty days ago", ("MX-01", "registry")),
        ("MX", "A Saturday", ("MX-04", "day")),
        ("MX", "The Day of the Revolution", ("MX-04", "holiday")),
        ("PH", "A bought list", ("PH-01", "consent_missing")),
        ("PH", "One that says so and does not ask", ("PH-05", "recording")),
        ("AU", "Washed thirty-one days ago", ("AU-01", "registry_stale")),
        ("AU", "Australia Day", ("AU-04", "holiday")),
        ("AU", "A sender ID that is not on the register", ("AU-09", "caller_id")),
        ("NZ", "A recording to who did not agree", ("NZ-04", "consent_missing")),
        ("BR", "Saint George's Day, the state's own", ("BR-05", "holiday")),
        ("JP", "The same offer again a year after it was refused", ("JP-02", "suppression")),
        ("JP", "The call does not say what is sold", ("JP-01", "disclosure")),
    ],
)
def test_each_bar_names_its_own_rule_and_ground(country: str, name: str, expected: tuple[str, str]):
    assert ruled(EXAMPLES[country, name])[1] == [expected]


def test_every_example_can_be_told_in_both_languages():
    for facts in EXAMPLES.values():
        asked = CallFacts.from_json(facts)
        ruling, behind = BOOK.decide(asked, ahead=False), BOOK.behind(asked)
        english, turkish = (explain(ruling, language, behind=behind) for language in ("en", "tr"))
        assert len(english) == len(turkish)
        assert not any("{" in sentence for sentence in english + turkish)


def test_what_is_remembered_is_what_the_rulebook_says():
    remembers = Factored(BOOK, ahead=False)
    for facts in [*EXAMPLES.values(), *reversed(EXAMPLES.values())]:
        asked = CallFacts.from_json(facts)
        assert remembers.decide(asked) == BOOK.decide(asked, ahead=False)


@pytest.mark.parametrize(
    "case", [case for case in CASES if case["expect"]["verdict"] != "allow"], ids=lambda case: case["id"]
)
def test_taking_a_fact_away_never_makes_a_barred_call_lawful(case: dict[str, Any]):
    for path in paths(case["facts"]):
        ruling = BOOK.decide(CallFacts.from_json(without(case["facts"], path)), ahead=False)
        assert ruling.verdict != "allow", f"without {path} it is allowed"


# ── Agents who call abroad ───────────────────────────────────────────────────────────────────────────────────────────

LEEDS = ("IN", "From Bengaluru to Leeds with a British number")
SYDNEY = ("AU", "A number that is not registered")


@pytest.mark.parametrize("country", ["IN", "MX", "PH"])
def test_the_transfer_of_the_data_is_read_where_the_person_is(country: str):
    caller = {"country": country, "role": "outsourced", "registrations": []}
    assert ruled(example(*LEEDS, caller=caller)) == ("allow", [], ())
    nothing = example(*LEEDS, caller=caller, data={"transfer_safeguard": "none"})
    assert ruled(nothing) == ("block", [("GB-17", "data_protection")], ())
    unsaid = example(*LEEDS, caller=caller, data={"transfer_safeguard": None})
    assert ruled(unsaid) == ("review", [], ("data.transfer_safeguard",))
    assert ruled(example(*SYDNEY, caller=caller, data={"transfer_safeguard": "none"})) == ("allow", [], ())


def test_india_binds_the_number_shown_on_calls_that_leave_it():
    indian = {"e164": "+918000000500", "kind": "geographic"}
    from_india = example(*SYDNEY, caller={"country": "IN"}, cli={**indian, "route_country": "AU"})
    assert ruled(from_india) == ("block", [("IN-09", "caller_id")], ())
    assert "IN-DOT" in BOOK.decide(CallFacts.from_json(from_india)).layers
    assert ruled({**from_india, "cli": {**from_india["cli"], "route_country": "IN"}})[0] == "allow"
    assert ruled({**from_india, "caller": {**from_india["caller"], "country": None}}) == (
        "review",
        [],
        ("caller.country",),
    )


@pytest.mark.parametrize("country", ["MX", "PH", "BR", "SG"])
def test_a_country_that_says_nothing_of_calls_abroad_adds_nothing(country: str):
    facts = example(*SYDNEY, caller={"country": country}, cli={"e164": "+918000000500", "route_country": "AU"})
    assert ruled(facts) == ("allow", [], ())
    assert all(layer.startswith("AU") for layer in BOOK.decide(CallFacts.from_json(facts)).layers)


def test_indias_own_rules_of_hours_and_lists_stay_at_home():
    late = example(*SYDNEY, caller={"country": "IN", "role": "outsourced", "registrations": []})
    late |= {"at": "2026-11-24T09:00:00+11:00"}  # half past three at night in Bengaluru
    assert ruled(late) == ("allow", [], ())


def test_a_house_that_switched_india_off_still_shows_no_indian_number_from_elsewhere():
    switched = Rulebook(BOOK.laws, BOOK.version, off=["IN"])
    facts = example(*SYDNEY, caller={"country": "IN"}, cli={"e164": "+918000000500", "route_country": "AU"})
    assert [bar.rule for bar in switched.decide(CallFacts.from_json(facts)).bars] == ["IN-09"]


# ── Regions ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_where_the_region_is_unknown_a_regions_law_waits_only_where_it_would_bar():
    evening = EXAMPLES["BR", "Six in the evening in Minas Gerais"]
    unknown = {**evening, "callee": {**evening["callee"], "regions": None}}
    assert ruled(unknown) == ("review", [], ("callee.regions",))
    assert ruled({**unknown, "at": "2026-11-24T11:00:00-03:00"}) == ("allow", [], ())


def test_a_weekends_holiday_is_kept_on_the_next_free_weekday():
    kept = Calendar(
        {
            "library": {"country": "AU", "language": "en_AU"},
            "observed": "following_weekday",
            "on_their_day": ["ANZAC Day"],
        },
        "here",
    )
    assert [kept.holiday(datetime(2021, 12, day).date()) for day in (25, 26, 27, 28, 29)] == [
        *("Christmas Day", "Boxing Day", "Christmas Day", "Boxing Day"),
        None,
    ]
    assert kept.holiday(datetime(2022, 1, 3).date()) == "New Year's Day"
    assert kept.holiday(datetime(2026, 4, 27).date()) is None


# ── The clock ────────────────────────────────────────────────────────────────────────────────────────────────────────

LOOK_AHEAD = timedelta(hours=30)


def days(low: int, high: int) -> st.SearchStrategy[timedelta]:
    return st.integers(low, high).map(timedelta)


def quarters(low: int, high: int) -> st.SearchStrategy[timedelta]:
    return st.integers(low, high).map(lambda n: n * QUARTER)


@st.composite
def calls_to_india(draw: st.DrawFn) -> dict[str, Any]:
    at = datetime(2026, 1, 24, 12, tzinfo=UTC) + draw(quarters(0, 4 * 48))
    facts = example("IN", draw(st.sampled_from(["The category is barred", "Asked again on the ninetieth"])))
    facts["at"] = at.isoformat()
    facts["registries"]["IN-NCPR"] = {
        "listed": True,
        "categories": draw(st.sampled_from([[], ["5"]])),
        "modes": [],
        "bands": draw(st.lists(st.sampled_from(["10-12", "12-14", "18-21", "21-24"]), max_size=2)),
        "days": draw(st.lists(st.sampled_from(["sun", "mon", "holiday"]), max_size=2)),
    }
    inquired = at.date() - draw(days(5, 9))
    facts["relationships"] = [{"kind": "inquiry", "principal": "acme", "last_on": inquired.isoformat()}]
    for consent in facts["consents"]:
        revoked = at - timedelta(days=90) + draw(quarters(-80, 80))
        consent |= {"given_at": "2020-01-01T10:00:00Z", "revoked_at": revoked.isoformat()}
    return facts


@st.composite
def offers_of_a_bank_in_mexico(draw: st.DrawFn) -> dict[str, Any]:
    at = datetime(2026, 11, 24, tzinfo=UTC) + draw(quarters(0, 4 * 30))
    today = at.date()
    listed = draw(st.sampled_from([today - timedelta(days=45), add_months(today, -24)])) + draw(days(-2, 2))
    facts = example("MX", "A bank calls a person on no list", at=at.isoformat())
    facts["registries"]["MX-REUS"] = {"listed": True, "listed_on": listed.isoformat()}
    zones = st.sampled_from(["America/Mexico_City", "America/Tijuana", "America/Cancun"])
    facts["callee"]["zones"] = draw(st.lists(zones, min_size=1, max_size=2, unique=True))
    return facts


@st.composite
def calls_to_australia(draw: st.DrawFn) -> dict[str, Any]:
    at = draw(st.sampled_from([datetime(2026, 12, 24, 6, tzinfo=UTC), datetime(2026, 10, 2, 6, tzinfo=UTC)]))
    at += draw(quarters(0, 4 * 48))
    facts = example("AU", "A consent of last month", at=at.isoformat())
    facts["method"] = draw(st.sampled_from(["manual", "ai_voice"]))
    zones = st.sampled_from(["Australia/Sydney", "Australia/Perth", "Australia/Adelaide", "Australia/Lord_Howe"])
    facts["callee"]["zones"] = draw(st.lists(zones, min_size=1, max_size=2, unique=True))
    given_on = add_months(at.date(), -3) + draw(days(-1, 2))
    given_at = datetime.combine(given_on, datetime.min.time(), UTC) + draw(quarters(0, 95))
    facts["consents"][0]["given_at"] = given_at.isoformat()
    facts["registries"]["AU-DNCR"] |= {
        "listed_on": (at.date() - draw(days(28, 32))).isoformat(),
        "version_on": (at.date() - draw(days(28, 32))).isoformat(),
    }
    return facts


@st.composite
def calls_to_japan_and_rio(draw: st.DrawFn) -> dict[str, Any]:
    at = datetime(2026, 11, 19, tzinfo=UTC) + draw(quarters(0, 4 * 48))
    if draw(st.booleans()):
        return example("BR", "Eight sharp", at=at.isoformat())
    facts = example("JP", "A consent given after the refusal lifts it", at=at.isoformat())
    facts["history"]["refusals"][0]["at"] = (at + draw(quarters(-20, 40))).isoformat()
    facts["consents"][0]["given_at"] = (at + draw(quarters(-20, 40))).isoformat()
    return facts


@settings(max_examples=40, deadline=None)
@given(
    given_facts=st.one_of(
        calls_to_india(), offers_of_a_bank_in_mexico(), calls_to_australia(), calls_to_japan_and_rio()
    )
)
def test_the_clock_alone_changes_the_answer_just_when_the_ruling_says(given_facts: dict[str, Any]):
    check_the_clock(BOOK, given_facts, LOOK_AHEAD)
