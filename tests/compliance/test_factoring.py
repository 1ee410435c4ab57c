"""A list cleared by its different situations is cleared as each contact alone would be."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ahize.compliance.factoring import Column, Factored, clear, combinations
from ahize.compliance.facts import CallFacts
from ahize.compliance.reading import UNKNOWN
from ahize.compliance.rulebook import Rulebook
from ahize.compliance.ruling import Ruling
from compliance.test_any_facts import any_facts

BOOK = Rulebook.load()
REMEMBERS = Factored(BOOK)
"""One for all examples below, so that each is answered from what the others left."""
CASES = [
    CallFacts.from_json(json.loads(line)["facts"])
    for file in sorted((Path(__file__).parent / "cases").glob("*.jsonl"))
    for line in file.read_text("utf-8").splitlines()
]


@settings(max_examples=300, deadline=None)
@given(given_facts=any_facts)
def test_what_is_remembered_is_what_the_rulebook_says(given_facts):
    facts = CallFacts.from_json(given_facts)
    assert REMEMBERS.decide(facts) == BOOK.decide(facts)
    assert REMEMBERS.decide(facts) == BOOK.decide(facts)


@settings(max_examples=60, deadline=None)
@given(places=st.lists(st.integers(0, len(CASES) - 1), min_size=3, max_size=8), seed=st.integers(0, 99))
def test_a_list_is_cleared_as_each_contact_alone(places: list[int], seed: int):
    """The fields of real cases, mixed anew."""
    chance = np.random.default_rng(seed)
    some = [CASES[place] for place in places]
    base, contacts = some[0], 40
    columns = {
        field.name: Column(
            chance.integers(0, len(some), contacts),
            [getattr(one, field.name) for one in some],
        )
        for field in fields(CallFacts)
        if field.name in ("number", "callee", "registries", "suppressions", "relationships", "consents", "history")
    }
    cleared = clear(BOOK, base, columns)
    assert cleared.decided <= len(cleared.rulings) <= contacts
    for contact in range(contacts):
        own = {name: column.values[column.codes[contact]] for name, column in columns.items()}
        assert cleared.of(contact) == BOOK.decide(replace(base, **own))


def test_a_fact_that_no_rule_read_makes_no_new_decision():
    facts = next(facts for facts in CASES if BOOK.decide(facts).is_allowed)
    factored = Factored(BOOK)
    for age_band in ("18-21", "22-30", "31-64"):
        factored.decide(replace(facts, callee=replace(facts.callee, age_band=age_band)))
    assert factored.decided == 1


@pytest.mark.parametrize("large", [1, 1 << 14])
def test_rows_that_agree_have_one_number(large: int):
    """Also where there are too many keys for a table."""
    chance = np.random.default_rng(5)
    rows = [chance.integers(0, 7, 5000), chance.integers(0, 3, 5000) * (large - 1), chance.integers(0, 2 * large, 5000)]
    numbers, places = combinations([(rows[0], 7), (rows[1], 3 * large), (rows[2], 2 * large)])
    met = {}
    for number, row in zip(numbers.tolist(), zip(*(row.tolist() for row in rows), strict=True), strict=True):
        assert met.setdefault(number, row) == row
        assert tuple(int(place[number]) for place in places) == row
    assert len(met) == len(set(met.values())) == len(places[0])


AT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
days_ago = st.integers(-40, 1500) | st.sampled_from([0, 10, 14, 15, 30, 31, 89, 92, 181, 184, 365, 366, 545, 550, 730])


def _essence(ruling: Ruling) -> tuple[object, ...]:
    """A sentence may name a day, and of a list it names that of another."""
    return ruling.verdict, [(bar.rule, bar.ground) for bar in ruling.bars], ruling.unknown, ruling.duties


@settings(max_examples=200, deadline=None)
@given(
    place=st.integers(0, len(CASES) - 1),
    days=st.lists(days_ago, min_size=2, max_size=12),
    seconds=st.integers(0, 86_399),
)
def test_dates_are_told_apart_where_a_law_tells_them_apart(place: int, days: list[int], seconds: int):
    """The records of a real case, made as old as may be; many ages in one list."""
    case = replace(CASES[place], at=AT)
    moved: dict[str, list[Any]] = {"suppressions": [], "relationships": [], "consents": []}
    for age in days:
        then = AT - timedelta(days=age, seconds=seconds)
        for name, values in moved.items():
            records = getattr(case, name)
            values.append(records if records is UNKNOWN else tuple(_as_old(record, then) for record in records))
    codes = np.arange(len(days))
    cleared = clear(Factored(BOOK, ahead=False), case, {name: Column(codes, some) for name, some in moved.items()})
    for contact in range(len(days)):
        own = {name: values[contact] for name, values in moved.items()}
        assert _essence(cleared.of(contact)) == _essence(BOOK.decide(replace(case, **own)))


def _as_old(record: Any, then: datetime) -> Any:
    instants = {name: then for name in ("at", "given_at") if hasattr(record, name)}
    days = {name: then.date() for name in ("last_on",) if hasattr(record, name)}
    return replace(record, **instants, **days)
