"""The Union and its members: every rule by its id, a law that several countries share, and their clocks."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ahize.compliance.facts import CallFacts
from ahize.compliance.packs import packs
from ahize.compliance.rulebook import Rulebook, shipped_documents
from ahize.kernel.plain_yaml import read_yaml
from compliance._lawyer_cases import LAW
from compliance._oracle import QUARTER, check_the_clock

BOOK = Rulebook.load()
EUROPE = read_yaml((LAW / "eu" / "common.cases.yaml").read_text("utf-8"))["situations"]
COUNTS = {"EU": 7, "DE": 10, "FR": 11, "ES": 8, "IT": 7, "NL": 6}
MEMBERS = {
    "DE": "Europe/Berlin",
    "FR": "Europe/Paris",
    "ES": "Europe/Madrid",
    "IT": "Europe/Rome",
    "NL": "Europe/Amsterdam",
}


@pytest.mark.parametrize("layer", COUNTS)
def test_each_rule_stands_with_citation_mark_and_turkish_title(layer: str):
    (document,) = [one for one in shipped_documents() if one["layer"] == layer]
    named = {entry["id"] for entry in document["rules"]}
    assert {f"{layer}-{n:02}" for n in range(1, COUNTS[layer] + 1)} - named == set()
    assert all(entry["cites"] and entry["mark"] and entry["title_tr"] for entry in document["rules"])
    assert all(one["title_tr"] for one in document.get("relationships", {}).values())


def facts(**changes: Any) -> dict[str, Any]:
    found = copy.deepcopy(EUROPE["survey"])
    for path, value in changes.items():
        *above, last = path.split("__")
        spot = found
        for name in above:
            spot = spot[name]
        spot[last] = value
    return found


@pytest.mark.parametrize("country", MEMBERS)
def test_the_unions_law_is_read_with_each_members(country: str):
    ruling = BOOK.decide(
        CallFacts.from_json(
            facts(callee__country=country, callee__regions=[f"{country}-1"], callee__zones=[MEMBERS[country]])
        )
    )
    assert ruling.layers == ("EU", country)
    (pack,) = [one for one in packs(BOOK, datetime(2026, 11, 24).date()) if one.layer == country]
    assert {one.layer for one in pack.authorities} == {"EU", country}


def test_the_union_is_no_country_and_a_member_switched_off_takes_it_along():
    assert "EU" not in {one.layer for one in packs(BOOK, datetime(2026, 11, 24).date())}
    off = Rulebook(BOOK.laws, BOOK.version, off=["DE"])
    ruling = off.decide(CallFacts.from_json(facts()))
    assert (ruling.layers, ruling.unknown, ruling.off) == ((), ("law.DE",), ("law.DE",))


def test_the_order_of_the_laws_decides_nothing():
    turned = Rulebook(tuple(reversed(BOOK.laws)), BOOK.version)
    hidden = CallFacts.from_json(facts(cli__kind="withheld"))
    assert turned.decide(hidden).bars == BOOK.decide(hidden).bars != ()


def day(at: datetime, days: int) -> str:
    return (at.date() + timedelta(days=days)).isoformat()


@st.composite
def calls(draw: st.DrawFn) -> dict[str, Any]:
    """Sales with what moves with the clock: hours, holidays, refusals, old consents, registers, ends of contracts."""
    country = draw(st.sampled_from(["FR", "ES", "IT", "NL"]))
    start = draw(
        st.sampled_from(
            [
                datetime(2026, 8, 9, 6, tzinfo=UTC),
                datetime(2026, 6, 29, tzinfo=UTC),
                datetime(2026, 10, 24, 6, tzinfo=UTC),
            ]
        )
    )
    at = start + draw(st.integers(0, 4 * 40)) * QUARTER
    found = facts(
        at=at.isoformat(),
        purpose="sales",
        promotes=True,
        callee__country=country,
        callee__regions=[f"{country}-1"],
        callee__zones=[MEMBERS[country]],
    )
    found["method"] = draw(st.sampled_from(["manual", "predictive"]))
    found["cli"]["route_country"] = country
    ago = draw(st.integers(-2, 3))
    found["registries"] = {
        "FR-BLOCTEL": {"listed": draw(st.booleans()), "version_on": day(at, -30 + ago)},
        "ES-ROBINSON": {"listed": draw(st.booleans()), "version_on": day(at, 0)},
        "IT-RPO": {"listed": draw(st.booleans()), "listed_on": day(at, -400), "version_on": day(at, -15 + ago)},
    }
    if draw(st.booleans()):
        ended = day(at, -31 + draw(st.integers(0, 34))) if draw(st.booleans()) else None
        contract = {
            "kind": "contract",
            "principal": "acme",
            "last_on": "2020-01-01",
            "product": "cookware",
            "ended_on": ended,
        }
        found["relationships"] = [contract]
    if draw(st.booleans()):
        given_at = at.replace(year=at.year - 2) + draw(st.integers(-8, 200)) * QUARTER
        consent = {
            **EUROPE["sale"]["set"]["consents"][0],
            "number": found["number"]["e164"],
            "given_at": given_at.isoformat(),
        }
        found["consents"] = [consent]
    if draw(st.booleans()):
        said = at - timedelta(days=60) + draw(st.integers(-8, 200)) * QUARTER
        found["history"]["refusals"] = [{"at": said.isoformat(), "principal": "acme", "product": "other"}]
    if draw(st.booleans()):
        left = at - timedelta(hours=120) + draw(st.integers(-4, 200)) * QUARTER
        found["history"]["abandoned"] = [{"at": left.isoformat()}]
    return found


@settings(max_examples=20, deadline=None)
@given(given_facts=calls())
def test_the_clock_alone_changes_the_answer_just_when_the_ruling_says(given_facts: dict[str, Any]):
    check_the_clock(BOOK, given_facts, timedelta(days=2))
