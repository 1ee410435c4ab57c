"""Two readings of the law, written apart, come to the same: on every example, and on whatever becomes of them."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ahize.compliance import released
from ahize.compliance.again import by_law
from ahize.compliance.examples import read_examples
from ahize.compliance.facts import BadFacts, CallFacts
from ahize.compliance.law_file import KINDS
from ahize.compliance.rulebook import Rulebook
from ahize.kernel.chance import stream
from ahize.kernel.windows import zone_of
from ahize_verify.again import differences
from ahize_verify.decide import Rulebook as SecondReading
from ahize_verify.kinds import JUDGES

BOOK = Rulebook.load()
DOCUMENT = json.loads(json.dumps(released.document_of(BOOK)))
SECOND = SecondReading(DOCUMENT["laws"], DOCUMENT["calendars"])
LAW = Path(__file__).parents[2] / "src/ahize/compliance/law"
CHANGED = 100
STRIDE = 7
"""A slice; all of them were compared when a kind of rule came in, and are again with ``[::1]``."""


def examples() -> Iterator[dict[str, Any]]:
    for file in sorted(LAW.rglob("*.cases.yaml")):
        for case in read_examples(file.read_text("utf-8")):
            yield json.loads(json.dumps(case["facts"], default=lambda one: one.isoformat()))


def parted(facts: dict[str, Any]) -> list[str]:
    """Where the two readings part, in the second one's words."""
    ruling = BOOK.decide(CallFacts.from_json(facts))
    return list(differences(ruling.to_json(), by_law(ruling), facts, SECOND, zone_of))


def recent(facts: dict[str, Any]) -> bool:
    """A release keeps the holidays of some years; older examples ask for others."""
    years = {int(text[:4]) for text in _texts(facts) if text[:2] in ("19", "20") and text[4:5] == "-"}
    return all(released.FIRST_YEAR <= year < released.FIRST_YEAR + released.YEARS - 1 for year in years)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def test_they_agree_on_every_example_of_every_law():
    told = [(facts, parted(facts)) for facts in list(examples())[::STRIDE] if recent(facts)]
    assert len(told) > 200
    assert [(facts, said) for facts, said in told if said] == []


def test_they_agree_on_facts_that_were_changed_at_random():
    """Values of one example come to stand in another, or are taken away: what the first reading takes, both decide."""
    chance = stream(20261123, "changed facts")
    known = [facts for facts in examples() if recent(facts)]
    values: dict[tuple[str, ...], list[Any]] = {}
    for facts in known:
        for path, value in _leaves(facts):
            values.setdefault(path, []).append(value)
    paths, decided = sorted(values), 0
    while decided < CHANGED:
        facts = copy.deepcopy(chance.choice(known))
        for _ in range(chance.randint(1, 6)):
            path = chance.choice(paths)
            _put(facts, path, None if chance.random() < 0.25 else chance.choice(values[path]))
        try:
            CallFacts.from_json(facts)
        except BadFacts:
            continue
        decided += 1
        assert parted(facts) == [], json.dumps(facts)


def _leaves(facts: dict[str, Any], at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in facts.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*at, name))
        yield (*at, name), value


def _put(facts: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for name in path[:-1]:
        if not isinstance(facts.get(name), dict):
            facts[name] = {}
        facts = facts[name]
    facts[path[-1]] = copy.deepcopy(value)


def test_every_kind_of_rule_has_two_readings():
    assert set(JUDGES) == set(KINDS)


LIES: dict[str, Callable[[dict[str, Any]], None]] = {
    "an allow that the law bars": lambda ruling: ruling.update(verdict="allow", bars=[]),
    "a bar that no law knows": lambda ruling: ruling["bars"].append({**ruling["bars"][0], "rule": "US-NONE"}),
    "a bar left out": lambda ruling: ruling["bars"].pop(),
    "a duty left out": lambda ruling: ruling["duties"].pop(),
    "another law": lambda ruling: ruling.update(layers=["TR"]),
    "a later hour": lambda ruling: ruling.update(
        next_lawful=(datetime.fromisoformat(ruling["next_lawful"]) + timedelta(minutes=1)).isoformat()
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_ruling_that_was_made_up_is_found(lie: str):
    facts = next(facts for facts in examples() if recent(facts) and _barred_until(facts))
    ruling = BOOK.decide(CallFacts.from_json(facts)).to_json()
    LIES[lie](ruling)
    kept = {**ruling, "bars": len(ruling["bars"])}
    assert list(differences(ruling, kept, facts, SECOND, zone_of))


def _barred_until(facts: dict[str, Any]) -> bool:
    ruling = BOOK.decide(CallFacts.from_json(facts))
    return ruling.next_lawful is not None and bool(ruling.duties) and bool(ruling.bars)
