"""Values the law sets: each with the day it began, its unit, its citation and who stands for it.

A value that the law has not set yet on a day is NOT_YET, and the rule that needs it does not bind on that day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final

from ahize.compliance.terms import BadLaw
from ahize.compliance.timetable import Span, Spans

_HOURS = re.compile(r"(\d\d:\d\d) ?[-–] ?(\d\d:\d\d)")

MARKS = frozenset({"verified", "secondary", "memory"})
UNITS = frozenset(
    {
        *("local time", "local hours", "days", "business days", "hours", "months", "minutes", "seconds", "attempts"),
        *("share", "messages", "words"),
    }
)
STATUSES = frozenset({"in force", "delayed", "vacated", "pending"})
IN_FORCE = "in force"
NO_DAY = "unknown"
"""Written for the day a value began where we could not find it: it holds on any day."""


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
    if unit == "local hours":
        return _spans(given, where)
    return frozenset(given) if isinstance(given, list) else given


def _spans(given: Any, where: str) -> Spans:
    """Of ``"10:00-13:00, 14:00-20:00"`` or ``none``."""
    if given == "none":
        return ()
    spans: list[Span] = []
    for part in str(given).split(","):
        ends = _HOURS.fullmatch(part.strip())
        if ends is None:
            raise BadLaw(f"{where}: {given!r} is no local hours like '08:00-20:00' (with quotes), nor none")
        opens, closes = _value(ends[1], "local time", where), _value(ends[2], "local time", where)
        if opens is None or (closes is not None and closes <= opens):
            raise BadLaw(f"{where}: {given!r} ends before it begins")
        if spans and (spans[-1].closes is None or spans[-1].closes >= opens):
            raise BadLaw(f"{where}: in {given!r} hours overlap or stand out of order")
        spans.append(Span(opens, closes))
    return tuple(spans)


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
            since = date.min if line.get("from") == NO_DAY else line.get("from")
            if not isinstance(since, date) or "value" not in line:
                raise BadLaw(f"{spot}: each line needs `from`, a day like 2003-10-01, and `value`")
            if line.get("status", IN_FORCE) not in STATUSES:
                raise BadLaw(f"{spot}: a status is one of {sorted(STATUSES)}")
            if line.get("status", IN_FORCE) != IN_FORCE:
                continue
            lines.append(
                Dated(
                    since=since,
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


def known_on(entry: Mapping[str, Any], values: Mapping[str, Parameter], day: date) -> dict[str, Any] | None:
    """The values of an entry on that day; None where it does not bind then, or no longer, or a value is NOT_YET."""
    if entry.get("status", IN_FORCE) != IN_FORCE:
        return None
    if day < entry.get("in_force_on", day) or ("until" in entry and day >= entry["until"]):
        return None
    known = {name: value.on(day) for name, value in values.items()}
    return None if any(value is NOT_YET for value in known.values()) else known
