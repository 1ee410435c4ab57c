"""Unknown never allows: a fact that is taken away may make a call wait, but not lawful."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ahize.compliance.facts import CallFacts
from ahize.compliance.rulebook import Rulebook


def given_cases(name: str) -> list[dict[str, Any]]:
    lines = (Path(__file__).parent / "cases" / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


CASES = given_cases("us-federal")
BOOK = Rulebook.load()
OTHERS = [case for name in ("us-states", "canada", "gb", "eu-de", "eu-fr", "eu-other") for case in given_cases(name)]
NOT_ALLOWED = [case for case in CASES + OTHERS if case["expect"]["verdict"] != "allow"]
MEANS_NONE = {"until", "ended_on", "revoked_at", "window", "flaws"}
"""Inside a list item these, where absent, say that there is none."""


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key, one in value.items():
            if not (key in MEANS_NONE and any(isinstance(step, int) for step in path)):
                yield (*path, key)
            yield from paths(one, (*path, key))
    elif isinstance(value, list):
        for at, one in enumerate(value):
            if isinstance(one, dict):
                yield from paths(one, (*path, at))


def without(facts: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    found = copy.deepcopy(facts)
    spot: Any = found
    for step in path[:-1]:
        spot = spot[step]
    del spot[path[-1]]
    return found


@pytest.mark.parametrize("case", NOT_ALLOWED, ids=lambda case: case["id"])
def test_taking_a_fact_away_never_makes_a_barred_call_lawful(case: dict[str, Any]):
    for path in paths(case["facts"]):
        ruling = BOOK.decide(CallFacts.from_json(without(case["facts"], path)))
        assert ruling.verdict != "allow", f"without {path} it is allowed"


def test_a_fact_that_is_null_is_as_unknown_as_one_that_is_absent():
    for case in CASES[:20]:
        for path in paths(case["facts"]):
            absent = without(case["facts"], path)
            null = copy.deepcopy(case["facts"])
            spot: Any = null
            for step in path[:-1]:
                spot = spot[step]
            spot[path[-1]] = None
            assert BOOK.decide(CallFacts.from_json(absent)) == BOOK.decide(CallFacts.from_json(null))


def test_knowing_nothing_waits():
    assert BOOK.decide(CallFacts.from_json({})).verdict == "review"
    ruling = BOOK.decide(CallFacts.from_json({"at": "2026-11-23T10:00:00-05:00"}))
    assert ruling.verdict == "review"
    assert "callee.country" in ruling.unknown


@pytest.mark.parametrize(("country", "law"), [("AT", "law.AT"), ("AR", "law.AR")])
def test_a_country_without_a_law_waits(country: str, law: str):
    facts = copy.deepcopy(CASES[1]["facts"])
    facts["callee"] |= {"country": country, "regions": [f"{country}-35"], "zones": ["Europe/Istanbul"]}
    ruling = BOOK.decide(CallFacts.from_json(facts))
    assert (ruling.verdict, ruling.unknown, ruling.layers) == ("review", (law,), ())


def test_a_person_who_may_be_in_two_countries_is_under_both_laws():
    facts = copy.deepcopy(CASES[1]["facts"])
    facts["callee"]["regions"] = ["US-IA", "AR-B"]
    ruling = BOOK.decide(CallFacts.from_json(facts))
    assert ruling.verdict == "review"
    assert ruling.unknown == ("law.AR",)
    assert ruling.layers == ("US",)
    assert ruling.federal_only
