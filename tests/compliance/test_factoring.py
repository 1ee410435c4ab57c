"""A list cleared by its different situations is cleared as each contact alone would be."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ahize.compliance.factoring import Column, Factored, clear, combinations
from ahize.compliance.facts import CallFacts, History, PastAttempt
from ahize.compliance.house.document import Line
from ahize.compliance.house.document import law as house_law
from ahize.compliance.reading import UNKNOWN
from ahize.compliance.rulebook import Rulebook
from ahize.compliance.ruling import Ruling
from ahize.run.cores import cores
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


def _mixed(some: list[CallFacts], contacts: int, seed: int) -> dict[str, Column]:
    """The fields of some cases, mixed anew."""
    chance = np.random.default_rng(seed)
    return {
        field.name: Column(
            chance.integers(0, len(some), contacts),
            [getattr(one, field.name) for one in some],
        )
        for field in fields(CallFacts)
        if field.name in ("number", "callee", "registries", "suppressions", "relationships", "consents", "history")
    }


@settings(max_examples=60, deadline=None)
@given(places=st.lists(st.integers(0, len(CASES) - 1), min_size=3, max_size=8), seed=st.integers(0, 99))
def test_a_list_is_cleared_as_each_contact_alone(places: list[int], seed: int):
    some = [CASES[place] for place in places]
    base, contacts = some[0], 40
    columns = _mixed(some, contacts, seed)
    cleared = clear(BOOK, base, columns)
    assert cleared.decided <= len(cleared.rulings) <= contacts
    for contact in range(contacts):
        own = {name: column.values[column.codes[contact]] for name, column in columns.items()}
        assert cleared.of(contact) == BOOK.decide(replace(base, **own))


@pytest.mark.parametrize("contacts", [1, 400])
def test_several_processes_rule_as_one_does(contacts: int):
    """By the same laws and the same house, and where there are fewer situations than processes, too."""
    strict = house_law([Line("attempts_day", date(2000, 1, 1), 1)])
    book = BOOK.under(strict, "1.1", off=("GB",))
    columns = _mixed(CASES[::7], contacts, seed=1)
    alone = clear(book, CASES[0], columns)
    with cores() as workers:
        together = clear(book, CASES[0], columns, workers=workers)
    assert together.rulings == alone.rulings
    assert (together.combination == alone.combination).all()


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
    elsewhere=st.integers(0, len(CASES) - 1),
    days=st.lists(days_ago, min_size=2, max_size=12),
    seconds=st.integers(0, 86_399),
)
def test_dates_are_told_apart_where_a_law_tells_them_apart(place: int, elsewhere: int, days: list[int], seconds: int):
    """The records of a real case, made as old as may be; many ages in one list, of people in two places."""
    case = replace(CASES[place], at=AT)
    moved: dict[str, list[Any]] = {"suppressions": [], "relationships": [], "consents": []}
    for age in days:
        then = AT - timedelta(days=age, seconds=seconds)
        for name, values in moved.items():
            records = getattr(case, name)
            values.append(records if records is UNKNOWN else tuple(_as_old(record, then) for record in records))
    columns = {name: Column(np.tile(np.arange(len(days)), 2), values) for name, values in moved.items()}
    callees = [case.callee, CASES[elsewhere].callee]
    columns["callee"] = Column(np.repeat([0, 1], len(days)), callees)
    cleared = clear(Factored(BOOK, ahead=False), case, columns)
    for contact in range(2 * len(days)):
        own = {name: values[contact % len(days)] for name, values in moved.items()}
        own["callee"] = callees[contact // len(days)]
        assert _essence(cleared.of(contact)) == _essence(BOOK.decide(replace(case, **own)))


def _tried(case: CallFacts, *spans: timedelta, reached: bool = True, product: Any = UNKNOWN) -> History:
    """Recorded calls to a case's number, so long ago each."""
    told = (case.principal.id, "voice", "prerecorded", reached, True, case.product if product is UNKNOWN else product)
    return History(tuple(PastAttempt(case.at - span, *told) for span in spans), (), ())


LIMITED = [
    case
    for case in (replace(case, at=AT, suppressions=(), relationships=(), consents=()) for case in CASES)
    if "frequency" in BOOK.decide(replace(case, history=_tried(case, *[timedelta(hours=1)] * 9))).grounds
]
"""Cases in which earlier attempts count."""
SPANS = [timedelta(hours=2), *(timedelta(days=days) for days in (1, 2, 3, 7, 30))]
MOVES = [timedelta(microseconds=1), timedelta(seconds=1), timedelta(hours=1), timedelta(hours=5), timedelta(hours=20)]


@settings(max_examples=300, deadline=None)
@given(
    place=st.integers(0, len(LIMITED) - 1),
    hours=st.integers(0, 23),
    spans=st.lists(st.sampled_from(SPANS) | st.timedeltas(-MOVES[2], SPANS[-1]), min_size=1, max_size=9),
    moves=st.lists(st.sampled_from([timedelta(0), *MOVES, *(-move for move in MOVES)]), min_size=9, max_size=9),
)
def test_attempts_are_told_apart_where_a_law_tells_their_times_apart(
    place: int, hours: int, spans: list[timedelta], moves: list[timedelta]
):
    """The same attempts, a little earlier or later, of people in one list."""
    case = replace(LIMITED[place], at=AT + timedelta(hours=hours))
    histories = [
        *(_tried(case, *(span + move for span in spans)) for move in moves),
        _tried(case, *(span + move for span, move in zip(spans, moves, strict=False))),
        *(History(_tried(case, *spans[1:]).attempts, (case.at - spans[0] - move,), ()) for move in moves),
    ]
    columns = {"history": Column(np.arange(len(histories)), histories)}
    cleared = clear(Factored(BOOK, ahead=False), case, columns)
    for contact, history in enumerate(histories):
        assert _essence(cleared.of(contact)) == _essence(BOOK.decide(replace(case, history=history)))


def test_times_that_no_law_tells_apart_make_one_combination():
    facts = next(facts for facts in CASES if BOOK.decide(facts).is_allowed and not facts.consents)
    facts = replace(facts, suppressions=(), relationships=(), consents=())
    tried = [
        PastAttempt(facts.at - timedelta(hours=9, seconds=second), *["?"] * 3, *[False] * 2, "") for second in range(99)
    ]
    histories = [History((one,), (), ()) for one in tried]
    cleared = clear(Factored(BOOK, ahead=False), facts, {"history": Column(np.arange(99), histories)})
    assert len(cleared.rulings) <= 2, "one, or two where a day begins between"


def _as_old(record: Any, then: datetime) -> Any:
    instants = {name: then for name in ("at", "given_at") if hasattr(record, name)}
    days = {name: then.date() for name in ("last_on",) if hasattr(record, name)}
    return replace(record, **instants, **days)
