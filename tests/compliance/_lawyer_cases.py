"""Reads the examples beside a law, federal.cases.yaml and the like: situations, changes, what is expected.

Not a test itself. The words of the format are explained at the top of each such file.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import ahize.compliance
from ahize.compliance.facts import CallFacts
from ahize.compliance.law_yaml import read_yaml
from ahize.compliance.rulebook import Rulebook
from ahize.compliance.ruling import instant_of, instant_text

LAW = Path(ahize.compliance.__file__).parent / "law"
RELATIVE = re.compile(r"(\d+) (minutes|hours|days) before")


@dataclass
class LawyerCase:
    name: str
    facts: CallFacts
    bars: list[str] | None = None
    unknown: list[str] | None = None
    duties: list[str] = field(default_factory=list)
    until: str | None = None
    next: str | None = None
    rule_bars: tuple[str, bool] | None = None
    duty_carried: tuple[str, bool] | None = None

    def differences(self, book: Rulebook) -> list[str]:
        """What the rulebook says otherwise than the case."""
        ruling = book.decide(self.facts)
        barring = [bar.rule for bar in ruling.bars]
        found = []
        if self.bars is not None and sorted(set(barring)) != sorted(self.bars):
            found.append(f"bars are {[(bar.rule, bar.because) for bar in ruling.bars]}, expected {self.bars}")
        if self.unknown is not None:
            if not set(self.unknown) <= set(ruling.unknown) or (ruling.unknown and not self.unknown):
                found.append(f"unknown is {ruling.unknown}, expected {self.unknown}")
            verdict = "block" if self.bars else "review" if self.unknown else "allow"
            if ruling.verdict != verdict:
                found.append(f"verdict is {ruling.verdict}, expected {verdict}")
        lacking = set(self.duties) - set(ruling.duties)
        if lacking:
            found.append(f"duties lack {sorted(lacking)}")
        for said, wanted, what in (
            (ruling.lawful_until, self.until, "until"),
            (ruling.next_lawful, self.next, "next"),
        ):
            if wanted is not None and (said is None or said != instant_of(wanted)):
                found.append(f"{what} is {said and instant_text(said)}, expected {wanted}")
        if self.rule_bars is not None and (self.rule_bars[0] in barring) is not self.rule_bars[1]:
            found.append(f"bars are {barring}: {self.rule_bars[0]} should{'' if self.rule_bars[1] else ' not'} be one")
        if self.duty_carried is not None and (self.duty_carried[0] in ruling.duties) is not self.duty_carried[1]:
            found.append(f"duties are {ruling.duties}")
        return found


def _set(facts: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    spot = facts
    for parent in parents:
        spot = spot.setdefault(parent, {})
    if value == "unknown":
        spot.pop(last, None)
    else:
        spot[last] = value


def _situation(document: dict[str, Any], name: str, changes: dict[str, Any]) -> dict[str, Any]:
    given = document["situations"][name]
    base = given.get("like")
    facts = copy.deepcopy(given) if base is None else _situation(document, base, given.get("set", {}))
    for path, value in changes.items():
        _set(facts, path, copy.deepcopy(value))
    return facts


def _absolute(value: Any, at: datetime, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _absolute(one, at, key) for key, one in value.items()}
    if isinstance(value, list):
        return [_absolute(one, at, name) for one in value]
    match = RELATIVE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return value
    before = at - timedelta(**{match[2]: int(match[1])})
    return before.date().isoformat() if name.endswith("_on") else before.isoformat()


def facts_of(document: dict[str, Any], case: dict[str, Any], at: str | None = None) -> CallFacts:
    given = _situation(document, case["like"], case.get("set", {}))
    if at is not None:
        given["at"] = at
    return CallFacts.from_json(_absolute(given, datetime.fromisoformat(given["at"]), ""))


def _on_day(document: dict[str, Any], case: dict[str, Any], day: date) -> CallFacts:
    return facts_of(document, case, f"{day}T{case.get('hour', '12:00')}:00-05:00")


def read_cases(path: Path) -> Iterator[LawyerCase]:
    document = read_yaml(path.read_text("utf-8"))
    for case in document["cases"] + document.get("first_days", []):
        yield LawyerCase(
            name=case["name"],
            facts=facts_of(document, case),
            bars=case.get("bars", []),
            unknown=case.get("unknown", []),
            duties=case.get("duties", []),
            until=case.get("until"),
            next=case.get("next"),
        )
    for case in document.get("begins", []):
        for day, binds in ((case["on"], True), (case["on"] - timedelta(days=1), False)):
            name = f"{case['rule']} {'on the day it began' if binds else 'the day before it began'}, {case['on']}"
            yield LawyerCase(name, _on_day(document, case, day), rule_bars=(case["rule"], binds))
    for case in document.get("duties_begin", []):
        for day, binds in ((case["on"], True), (case["on"] - timedelta(days=1), False)):
            name = f"{case['duty']} {'on the day it began' if binds else 'the day before it began'}"
            yield LawyerCase(name, _on_day(document, case, day), duty_carried=(case["duty"], binds))
