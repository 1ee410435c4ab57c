"""Packs: the laws of each country as a reader sees them: authorities, rules on a day, how sure they are, examples.

Answers what stands in the rulebook; refuses to decide. Values are told as text, in the law's own unit.
"""

from __future__ import annotations

import importlib.resources
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from importlib.resources.abc import Traversable
from typing import Any, Final

from ahize.compliance.law_file import NOTE, LawFile
from ahize.compliance.parameters import known_on
from ahize.compliance.rulebook import Rulebook
from ahize.kernel.plain_yaml import read_yaml

_EXAMPLES: Final = ("cases", "first_days", "begins", "duties_begin")
"""The lists of a file of examples; each item is at least one."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a rule on a day."""

    name: str
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class RuleOfLaw:
    """One entry of a law, as it stands on a day."""

    layer: str
    id: str
    part: str
    kind: str
    registry: str
    title: str
    title_tr: str
    cites: tuple[str, ...]
    mark: str
    values: tuple[Value, ...]

    def number(self, name: str) -> float | None:
        """A value that is a number, or None where the rule has none of that name."""
        return next((float(value.text) for value in self.values if value.name == name), None)


@dataclass(frozen=True, slots=True)
class Authority:
    """One law file."""

    layer: str
    name: str
    region: str | None
    rules: tuple[RuleOfLaw, ...]
    examples: int

    @property
    def marks(self) -> Mapping[str, int]:
        """How many of its rules are how sure."""
        return Counter(rule.mark for rule in self.rules)


@dataclass(frozen=True, slots=True)
class Pack:
    """All laws of one country, switched on and off together. ``layer`` is that of the country's first.

    A law that several countries share stands in the pack of each.
    """

    layer: str
    countries: tuple[str, ...]
    authorities: tuple[Authority, ...]


def packs(book: Rulebook, day: date) -> list[Pack]:
    """The packs of a rulebook as of that day."""
    first = {law.layer: law for law in book.by_country.values()}
    found = []
    for layer in sorted(first):
        own = [law for law in book.laws if law.layer == layer or _belongs(law, first[layer])]
        own.sort(key=lambda law: (law.layer != layer, law.is_shared, law.region or "", law.layer))
        authorities = tuple(
            Authority(law.layer, law.document.get("authority", law.layer), law.region, _rules(law, day), _known(law))
            for law in own
        )
        found.append(Pack(layer, tuple(sorted(first[layer].countries)), authorities))
    return found


def rules_of_kind(book: Rulebook, kind: str, day: date) -> Iterator[RuleOfLaw]:
    """Every rule of that kind in the laws as of that day; the house's own are not among them."""
    for law in book.laws:
        yield from (rule for rule in _rules(law, day) if rule.kind == kind)


def _belongs(law: LawFile, first: LawFile) -> bool:
    if law.region is not None:
        return law.region[:2] in first.countries
    if law.is_shared:
        return first.base is not None and first.base.layer == law.layer
    return law.base is not None and law.base.layer == first.layer


def _rules(law: LawFile, day: date) -> tuple[RuleOfLaw, ...]:
    return tuple(_in_force(law, day))


def _in_force(law: LawFile, day: date) -> Iterator[RuleOfLaw]:
    for entry, values in zip(law.entries, law.values, strict=True):
        known = known_on(entry, values, day)
        if entry["kind"] == NOTE or known is None:
            continue
        yield RuleOfLaw(
            layer=law.layer,
            id=entry["id"],
            part=entry.get("part", ""),
            kind=entry["kind"],
            registry=entry.get("registry", ""),
            title=entry["title"],
            title_tr=entry.get("title_tr", ""),
            cites=tuple(entry["cites"]),
            mark=entry["mark"],
            values=tuple(Value(name, values[name].unit, _text(value)) for name, value in known.items()),
        )


def _text(value: Any) -> str:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if value is None:
        return "24:00"
    if isinstance(value, tuple):
        return ", ".join(str(one) for one in value) or "none"
    if isinstance(value, frozenset):
        return ", ".join(sorted(str(one) for one in value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _known(law: LawFile) -> int:
    return _examples().get(law.layer, 0)


@cache
def _examples() -> Mapping[str, int]:
    """How many examples stand beside each law, by layer."""
    folder = importlib.resources.files("ahize.compliance").joinpath("law")
    return dict(_counted(folder))


def _counted(folder: Traversable) -> Iterator[tuple[str, int]]:
    files = {item.name: item for item in folder.iterdir()}
    for name, item in files.items():
        if item.is_dir():
            yield from _counted(item)
        elif name.endswith(".cases.yaml") and (law := files.get(name.replace(".cases.yaml", ".yaml"))) is not None:
            layer = next(line for line in law.read_text("utf-8").splitlines() if line.startswith("layer:"))
            read = read_yaml(item.read_text("utf-8"))
            yield layer.removeprefix("layer:").split("#")[0].strip(), sum(len(read.get(key, ())) for key in _EXAMPLES)
