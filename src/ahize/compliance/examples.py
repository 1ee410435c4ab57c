"""The examples beside a law (``us/federal.cases.yaml``) as cases: facts, and what is expected of them.

The words of the format are explained at the top of the federal file. A state's examples may start from those
situations (``situations_of: us/federal``), with what is so in all of them there (``everywhere``). This file reads them;
it decides nothing.
"""

from __future__ import annotations

import copy
import importlib.resources
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from ahize.kernel.plain_yaml import read_yaml

_BEFORE = re.compile(r"(\d+) (minutes|hours|days) before")
_NOON = "12:00"


def read_examples(text: str) -> Iterator[dict[str, Any]]:
    """Each example as the object that ``law check`` takes: ``id``, ``facts``, ``expect``."""
    return examples_of(read_yaml(text))


def examples_of(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The same of a file that was read. ``offset`` is that of the days under ``begins`` from UTC."""
    document = _with_situations(document)
    for case in document["cases"] + document.get("first_days", []):
        yield {"id": case["name"], "facts": _facts(document, case), "expect": _expected(case)}
    for case in document.get("begins", []):
        rule = case["rule"]
        yield _on_day(document, case, case["on"], f"{rule} on the day it began", {"binds": [rule]})
        yield _on_day(document, case, _before(case["on"]), f"{rule} the day before it began", {"binds_not": [rule]})
    for case in document.get("duties_begin", []):
        duty = case["duty"]
        yield _on_day(document, case, case["on"], f"{duty} on the day it began", {"duties": [duty]})
        yield _on_day(document, case, _before(case["on"]), f"{duty} the day before it began", {"duties_not": [duty]})


def _with_situations(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document with the situations of the file it names, and its own."""
    if "situations_of" not in document:
        return document
    theirs = _with_situations(_beside(document["situations_of"]))
    return {
        **document,
        "situations": {**theirs["situations"], **document.get("situations", {})},
        "everywhere": {**theirs.get("everywhere", {}), **document.get("everywhere", {})},
    }


@lru_cache(maxsize=64)
def _beside(law: str) -> Mapping[str, Any]:
    """The examples beside one of our laws, as their YAML reads. Nobody changes them: many examples start from them."""
    file = importlib.resources.files("ahize.compliance").joinpath("law", f"{law}.cases.yaml")
    document: Mapping[str, Any] = read_yaml(file.read_text("utf-8"))
    return document


def _expected(case: Mapping[str, Any]) -> dict[str, Any]:
    bars, unknown = case.get("bars", []), case.get("unknown", [])
    expect = {"verdict": "block" if bars else "review" if unknown else "allow", "rules": bars, "unknown": unknown}
    for key, field in (("duties", "duties"), ("until", "lawful_until"), ("next", "next_lawful")):
        if key in case:
            expect[field] = case[key]
    return expect


def _on_day(
    document: Mapping[str, Any], case: Mapping[str, Any], day: date, name: str, expect: dict[str, Any]
) -> dict[str, Any]:
    at = f"{day}T{case.get('hour', _NOON)}:00{document.get('offset', '-05:00')}"
    return {"id": f"{name}, {case['on']}", "facts": _facts(document, case, at), "expect": expect}


def _before(day: date) -> date:
    return day - timedelta(days=1)


def _facts(document: Mapping[str, Any], case: Mapping[str, Any], at: str | None = None) -> dict[str, Any]:
    given = _situation(document, case["like"], case.get("set", {}))
    if at is not None:
        given["at"] = at
    facts: dict[str, Any] = _absolute(given, datetime.fromisoformat(given["at"]), "")
    return facts


def _situation(document: Mapping[str, Any], name: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    given = document["situations"][name]
    base = given.get("like")
    facts: dict[str, Any]
    if base is None:
        facts = copy.deepcopy(given)
        changes = {**document.get("everywhere", {}), **changes}
    else:
        facts = _situation(document, base, given.get("set", {}))
    for path, value in changes.items():
        _change(facts, path, copy.deepcopy(value))
    return facts


def _change(facts: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    spot = facts
    for parent in parents:
        spot = spot.setdefault(parent, {})
    if value == "unknown":
        spot.pop(last, None)
    else:
        spot[last] = value


def _absolute(value: Any, at: datetime, name: str) -> Any:
    """Days and instants told by their distance from the attempt, as such."""
    if isinstance(value, dict):
        return {key: _absolute(one, at, key) for key, one in value.items()}
    if isinstance(value, list):
        return [_absolute(one, at, name) for one in value]
    told = _BEFORE.fullmatch(value) if isinstance(value, str) else None
    if told is None:
        return value
    then = at - timedelta(**{told[2]: int(told[1])})
    return then.date().isoformat() if name.endswith("_on") else then.isoformat()
