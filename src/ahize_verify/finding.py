"""What a rule finds: a bar on a ground, or a gap of facts; and the little that all kinds of rule share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

from ahize_verify.call import Call
from ahize_verify.holding import Entry
from ahize_verify.law import Rule


class Bar(NamedTuple):
    rule: str
    ground: str
    cites: tuple[str, ...]


class Gap(NamedTuple):
    facts: tuple[str, ...]


Finding = Bar | Gap


def bars(rule: Rule, ground: str) -> Bar:
    return Bar(rule.id, ground, tuple(rule.entry["cites"]))


def lacks(*facts: str) -> Gap:
    return Gap(facts)


def agreement(rule: Rule, key: str) -> Entry:
    """The agreement that the entry names under that key."""
    return rule.law.agreements[rule.entry[key]]


def day_in(entry: Entry | None, key: str) -> date | None:
    return None if entry is None or entry.get(key) is None else date.fromisoformat(entry[key])


def must(call: Call, rule: Rule, ground: str, *wanted: tuple[str, Callable[[Any], bool]]) -> Iterator[Finding]:
    """Facts that are known and right."""
    for path, right in wanted:
        found = call.fact(path)
        if found is None:
            yield lacks(path)
        elif not right(found):
            yield bars(rule, ground)
