"""Mutants: a law with one thing changed. Aliases of its YAML are parted first, so that each number moves alone.

Each change is a name, a function that makes it and one that undoes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from ahize.compliance.law_file import NOTE
from ahize.compliance.parameters import IN_FORCE, NO_DAY

Change = tuple[str, Callable[[], None], Callable[[], None]]
_DAY = timedelta(days=1)
_TO_ANOTHER_HOLIDAY = timedelta(days=40)
"""Between two holidays no day of a ban on holidays can be told from the next."""


def parted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: parted(one) for key, one in value.items()}
    return [parted(one) for one in value] if isinstance(value, list) else value


def _put(spot: Any, key: Any, value: Any) -> Callable[[], None]:
    def act() -> None:
        spot[key] = value

    return act


def _minute_beside(clock: str) -> Iterator[str]:
    minutes = int(clock[:2]) * 60 + int(clock[3:])
    for beside in (minutes - 1, minutes + 1):
        if 0 <= beside < 24 * 60:
            yield f"{beside // 60:02}:{beside % 60:02}"


def shifts(value: Any) -> Iterator[Any]:
    """The neighbours of a number or an hour of the law, on both sides; of a day without hours, one that has all."""
    if isinstance(value, bool):
        return
    if isinstance(value, int):
        yield from (value - 1, value + 1)
    elif isinstance(value, float):
        yield from (value - 0.0001, value + 0.0001)
    elif value == "none":
        yield "00:00-24:00"
    elif isinstance(value, str) and len(value) == len("08:00") and value[2] == ":":
        yield from _minute_beside(value)
    elif isinstance(value, str) and ":" in value:
        spans = [span.split("-") for span in value.split(", ")]
        for span in spans:
            for end in (0, 1):
                old = span[end]
                for new in _minute_beside(old) if old != "24:00" else ():
                    span[end] = new
                    yield ", ".join("-".join(one) for one in spans)
                span[end] = old


def _binding(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in document["rules"] if one["kind"] != NOTE and one.get("status", IN_FORCE) == IN_FORCE]


def _lasts(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, relationship in document.get("relationships", {}).items():
        for kind, lasts in relationship["lasts"].items():
            if isinstance(lasts, dict):
                yield f"{name} {kind}", lasts
    for name, agreement in document.get("agreements", {}).items():
        if "lapses_after" in agreement:
            yield f"{name} lapses after", agreement["lapses_after"]


def number_changes(document: dict[str, Any]) -> Iterator[Change]:
    """Each value, each term and each number in a condition, one step up and one down."""
    spots: list[tuple[str, Any, Any]] = []
    for entry in _binding(document):
        for name, value in entry.get("values", {}).items():
            spots += [
                (f"{entry['id']} {entry.get('part', '')} {name}", line, "value")
                for line in value["lines"]
                if line.get("status", IN_FORCE) == IN_FORCE
            ]
    for where, lasts in _lasts(document):
        spots += [(where, line, "value") for line in lasts["lines"]]

    def conditions(where: str, given: Any) -> Iterator[tuple[str, Any, Any]]:
        if isinstance(given, dict):
            for key, one in given.items():
                if isinstance(one, int) and not isinstance(one, bool):
                    yield f"{where} {key}", given, key
                else:
                    yield from conditions(where, one)
        elif isinstance(given, list):
            for one in given:
                yield from conditions(where, one)

    spots += list(conditions("term", document.get("terms", {})))
    for where, spot, key in spots:
        old = spot[key]
        for new in shifts(old):
            yield f"{where}: {old} becomes {new}", _put(spot, key, new), _put(spot, key, old)


def _moved(where: str, spot: Any, key: str, *steps: timedelta) -> Iterator[Change]:
    old: date = spot[key]
    for step in steps:
        yield f"{where} {key} {old + step}", _put(spot, key, old + step), _put(spot, key, old)


def _value_days(where: str, entry: dict[str, Any]) -> Iterator[Change]:
    for name, value in entry.get("values", {}).items():
        for at, line in enumerate(value["lines"]):
            if line["from"] != NO_DAY and line.get("status", IN_FORCE) == IN_FORCE:
                # Before the first line there is no value, and what is shared by all rules cannot begin earlier.
                steps = [_DAY] if at == 0 else [-_DAY, _DAY]
                if name.startswith(("holiday", "half_day")):
                    steps = [_TO_ANOTHER_HOLIDAY * (step // _DAY) for step in steps]
                if entry["kind"] != "calling_hours" or "holidays" not in entry or name.startswith("holiday"):
                    yield from _moved(f"{where} {name}", line, "from", *steps)
    if entry["kind"] == "calling_hours" and "holidays" in entry:
        yield from _hours_together(where, entry)


def day_changes(document: dict[str, Any]) -> Iterator[Change]:
    """Each day on which a rule, a value or a term began, a day later; and a day earlier where rules read it then."""

    for entry in _binding(document):
        where = f"{entry['id']} {entry.get('part', '')}"
        for key in ("in_force_on", "until"):
            if key in entry:
                yield from _moved(where, entry, key, -_DAY, _DAY)
        yield from _value_days(where, entry)
    for name, meaning in document.get("terms", {}).items():
        # The first line is older than any rule that reads it.
        for line in meaning[1:] if isinstance(meaning, list) and "from" in meaning[0] else []:
            yield from _moved(f"term {name}", line, "from", -_DAY, _DAY)
    for where, lasts in _lasts(document):
        for line in lasts["lines"]:
            if line["from"] != NO_DAY:
                yield from _moved(where, line, "from", _DAY)


def _hours_together(where: str, entry: dict[str, Any]) -> Iterator[Change]:
    """The hours of weekdays that changed on one day, moved together: on a Sunday those of Monday decide nothing."""
    lines = [
        line
        for name, value in entry["values"].items()
        for line in value["lines"][1:]
        if not name.startswith(("holiday", "half_day"))
    ]

    def act(old: date, new: date) -> Callable[[], None]:
        def move() -> None:
            for line in lines:
                if line["from"] == old:
                    line["from"] = new

        return move

    for day in {line["from"] for line in lines}:
        for new in (day - _DAY, day + _DAY):
            yield f"{where} hours from {new}", act(day, new), act(new, day)


def drops(document: dict[str, Any]) -> Iterator[Change]:
    """Each rule that decides, left out; each holiday that the law adds or takes away, and the days that are kept."""
    rules = document["rules"]
    for entry in _binding(document):
        at = rules.index(entry)
        yield (
            f"{entry['id']} {entry.get('part', '')} left out",
            _put(rules, slice(at, at + 1), []),
            _put(rules, slice(at, at), [entry]),
        )
    for name, calendar in document.get("calendars", {}).items():
        for key in ("also", "without"):
            days = calendar.get(key, [])
            for at, day in enumerate(list(days)):
                yield (
                    f"calendar {name}: {day} left out",
                    _put(days, slice(at, at + 1), []),
                    _put(days, slice(at, at), [day]),
                )
        if "observed" in calendar:
            old = calendar["observed"]
            yield f"calendar {name}: not observed", _put(calendar, "observed", "no"), _put(calendar, "observed", old)
