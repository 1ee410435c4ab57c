"""Which facts does a decision read? CallFacts that notes them, in the order in which they were asked for.

The rulebook is a function of what it reads and of nothing else. So two calls that agree in everything that was read
for the first get one ruling, whatever else differs between them; ``factoring.py`` lives on that. This file knows no
rule.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

from ahize.compliance.facts import CallFacts, Registry
from ahize.compliance.reading import UNKNOWN

Path = tuple[str, ...]
Getter = Callable[[CallFacts], Hashable]

ABSENT: Final = "no such registry"

_NOTHING: Final = CallFacts.from_json({})
_PARTS: Final = frozenset(field.name for field in fields(CallFacts) if is_dataclass(getattr(_NOTHING, field.name)))
"""The facts that are objects of several: each of theirs is read by itself."""


@lru_cache(maxsize=1024)
def getter(path: Path) -> Getter:
    """Reads from any CallFacts what stands at a path that a decision has noted."""
    if path[0] == "registries":
        return _of_all_registries if len(path) == 1 else _OfRegistry(path[1])
    return attrgetter(".".join(path))


def _of_all_registries(facts: CallFacts) -> Hashable:
    """Are any known at all? Which, is read code by code."""
    return facts.registries is UNKNOWN


class _OfRegistry:
    def __init__(self, code: str) -> None:
        self.code = code

    def __call__(self, facts: CallFacts) -> Hashable:
        return ABSENT if facts.registries is UNKNOWN else facts.registries.get(self.code, ABSENT)


class Watched:
    """Stands in for the facts of one question, for a rulebook that need not know.

    Args:
        facts: the real ones.
    """

    def __init__(self, facts: CallFacts) -> None:
        self._facts = facts
        self.read: dict[Path, Hashable] = {}
        """Each path that was read, with what was found there, the first first."""

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._facts, name)
        if name in _PARTS:
            watched: Any = _WatchedPart(value, name, self.read)
        elif name == "registries":
            self.read[("registries",)] = value is UNKNOWN
            watched = value if value is UNKNOWN else _WatchedRegistries(value, self.read)
        else:
            self.read[(name,)] = watched = value
            return watched
        self.__dict__[name] = watched
        return watched


class _WatchedPart:
    def __init__(self, part: Any, name: str, read: dict[Path, Hashable]) -> None:
        self._part, self._name, self._read = part, name, read

    def __getattr__(self, name: str) -> Any:
        value = self._read[self._name, name] = getattr(self._part, name)
        return value


class _WatchedRegistries(Mapping[str, Registry]):
    """Which codes there are is no fact that a rule may go through; it asks for those it knows."""

    def __init__(self, registries: Mapping[str, Registry], read: dict[Path, Hashable]) -> None:
        self._registries, self._read = registries, read

    def __getitem__(self, code: str) -> Registry:
        self._read["registries", code] = self._registries.get(code, ABSENT)
        return self._registries[code]

    def __iter__(self) -> Iterator[str]:
        raise TypeError("a rule asks for a registry by its code")

    def __len__(self) -> int:
        raise TypeError("a rule asks for a registry by its code")
