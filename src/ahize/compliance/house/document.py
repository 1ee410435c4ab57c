"""The house's law document: the shipped template with the house's values, each for the days it held.

Answers: the document, as its YAML would read, of what was decided on which day. Refuses to know who decided.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from ahize.compliance.house.measures import MEASURES, Part
from ahize.compliance.law_file import LawFile
from ahize.kernel.plain_yaml import read_yaml

LAYER: Final = "house"
CITES: Final = "House policy"


@dataclass(frozen=True, slots=True)
class Line:
    """One measure's value from a day on; None: none any more."""

    measure: str
    since: date
    value: Any


@cache
def template() -> Mapping[str, Any]:
    """The template as it ships. Not to be changed."""
    file = importlib.resources.files("ahize.compliance").joinpath("house", "policy.yaml")
    read: dict[str, Any] = read_yaml(file.read_text("utf-8"))
    assert set(read["measures"]) == set(MEASURES), "the template has every measure and no other"
    return read


def default_of(measure: str) -> Any:
    """What holds where the house said nothing."""
    return MEASURES[measure].read(template()["measures"][measure].get("default"))


def document(lines: Sequence[Line]) -> dict[str, Any]:
    """The template filled with these lines, the oldest first; of several on one day the last holds."""
    shipped = template()
    whole = {key: value for key, value in shipped.items() if key != "measures"}
    entries = [
        entry
        for name, shape in shipped["measures"].items()
        for since, until, value in _stretches(name, [line for line in lines if line.measure == name])
        if value is not None
        for entry in _entries(shape, MEASURES[name].parts(value), since, until)
    ]
    return {**whole, "rules": entries}


def law(lines: Sequence[Line]) -> LawFile:
    """The same, read."""
    return LawFile(document(lines))


def _stretches(name: str, lines: Sequence[Line]) -> Iterator[tuple[date | None, date | None, Any]]:
    """Each value with its days, half-open."""
    values: dict[date | None, Any] = {None: default_of(name)}
    values |= {line.since: line.value for line in lines}
    days = list(values)
    for place, since in enumerate(days):
        yield since, days[place + 1] if place + 1 < len(days) else None, values[since]


def _entries(
    shape: Mapping[str, Any], parts: Iterable[Part], since: date | None, until: date | None
) -> Iterator[dict[str, Any]]:
    for part in parts:
        name = ", ".join(str(one) for one in (shape.get("part"), part.name, since and f"from {since}") if one)
        entry = {key: value for key, value in shape.items() if key not in ("default", "part")}
        entry |= {"cites": [CITES], "mark": "verified", **(part.extra or {})}
        entry["when"] = [*shape["when"], *part.also_when]
        if name:
            entry["part"] = name
        if since is not None:
            entry["in_force_on"] = since
        if until is not None:
            entry["until"] = until
        if part.values:
            begins = since or "unknown"
            entry["values"] = {
                value: {"unit": unit, "lines": [{"from": begins, "value": said}]}
                for value, (unit, said) in part.values.items()
            }
        yield entry
