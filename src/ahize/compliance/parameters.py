"""Values the law sets: each with the day it began, its unit, its citation and who stands for it.

A value that the law has not set yet on a day is NOT_YET, and the rule that needs it does not bind on that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final

from ahize.compliance.terms import BadLaw

MARKS = frozenset({"verified", "secondary", "memory"})
UNITS = frozenset({"local time", "days", "months", "minutes", "seconds", "attempts", "share", "messages", "words"})


class _NotYet:
    def __repr__(self) -> str:
        return "NOT_YET"


NOT_YET: Final = _NotYet()


@dataclass(frozen=True, slots=True)
class Dated:
    """One line: from that day on, this value."""

    since: date
    value: Any
    cites: tuple[str, ...]
    mark: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value through time, oldest line first."""

    name: str
    unit: str
    lines: tuple[Dated, ...]

    def on(self, day: date) -> Any:
        """The value as of that day, or NOT_YET."""
        value: Any = NOT_YET
        for line in self.lines:
            if line.since > day:
                break
            value = line.value
        return value

    @property
    def changes_on(self) -> tuple[date, ...]:
        return tuple(line.since for line in self.lines)


def _value(given: Any, unit: str, where: str) -> Any:
    if unit == "local time":
        if given == "24:00":
            return None
        try:
            return time.fromisoformat(given)
        except (TypeError, ValueError) as error:
            raise BadLaw(f"{where}: {given!r} is no local time like '08:00' (with quotes)") from error
    return frozenset(given) if isinstance(given, list) else given


def read_parameters(given: Mapping[str, Any], *, cites: Iterable[str], mark: str, where: str) -> dict[str, Parameter]:
    """Read the ``values`` of one entry.

    Args:
        cites, mark: of the entry; a line may carry its own.

    Raises:
        BadLaw: a unit or mark nobody knows, a line without a day, lines out of order.
    """
    found = {}
    for name, body in given.items():
        spot = f"{where}, {name}"
        if not isinstance(body, dict) or not {"unit", "lines"} <= set(body):
            raise BadLaw(f"{spot}: a value needs `unit` and `lines`")
        if body["unit"] not in UNITS:
            raise BadLaw(f"{spot}: unit {body['unit']!r} is none of {sorted(UNITS)}")
        lines = []
        for line in body["lines"]:
            if not isinstance(line.get("from"), date) or "value" not in line:
                raise BadLaw(f"{spot}: each line needs `from`, a day like 2003-10-01, and `value`")
            lines.append(
                Dated(
                    since=line["from"],
                    value=_value(line["value"], body["unit"], spot),
                    cites=tuple(line.get("cites", cites)),
                    mark=line.get("mark", mark),
                )
            )
        if [line.since for line in lines] != sorted({line.since for line in lines}):
            raise BadLaw(f"{spot}: lines stand oldest first, one a day")
        if any(line.mark not in MARKS for line in lines):
            raise BadLaw(f"{spot}: a mark is one of {sorted(MARKS)}")
        found[name] = Parameter(name, body["unit"], tuple(lines))
    return found
