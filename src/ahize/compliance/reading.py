"""Readers: from what a JSON object says to a value, or an error that names the field and what was expected.

A reader is handed what was given (never null) and the path of the field. This file knows no field by name.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final, TypeVar

from ahize.kernel.errors import BadInput
from ahize.kernel.windows import zone_of

T = TypeVar("T")
Reader = Callable[[Any, str], Any]


class Unknown(enum.Enum):
    """Nobody has said. Neither true nor false, and no default."""

    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        raise TypeError("an Unknown fact is neither true nor false; ask `is UNKNOWN` first")

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN


class BadFacts(BadInput):
    """A fact was given that cannot be read."""

    code = "bad_facts"

    def __init__(self, path: str, expected: str) -> None:
        super().__init__(
            f"{path or 'facts'}: expected {expected}",
            next_step="Correct the field, or leave it out: what is left out is Unknown.",
            path=path,
            expected=expected,
        )
        self.path = path
        self.expected = expected


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_YEARS = range(1900, 2200)
"""Outside of these a year is a slip of the pen, and calendars run out."""
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?\Z")


def text(given: Any, path: str) -> str:
    if isinstance(given, str) and given:
        return given
    raise BadFacts(path, "a text that is not empty")


def flag(given: Any, path: str) -> bool:
    if given is True or given is False:
        return bool(given)
    raise BadFacts(path, "true or false")


def word(words: frozenset[str]) -> Reader:
    expected = "one of " + ", ".join(sorted(words))

    def read(given: Any, path: str) -> str:
        if isinstance(given, str) and given in words:
            return given
        raise BadFacts(path, expected)

    return read


def matching(pattern: re.Pattern[str], expected: str) -> Reader:
    def read(given: Any, path: str) -> str:
        if isinstance(given, str) and pattern.match(given):
            return given
        raise BadFacts(path, expected)

    return read


def quantity(given: Any, path: str) -> float:
    if isinstance(given, int | float) and not isinstance(given, bool) and 0 <= given < float("inf"):
        return given
    raise BadFacts(path, "a number that is 0 or more")


def whole(given: Any, path: str) -> int:
    if isinstance(given, int) and not isinstance(given, bool) and given >= 0:
        return given
    raise BadFacts(path, "a whole number that is 0 or more")


def share(given: Any, path: str) -> float:
    if isinstance(given, int | float) and not isinstance(given, bool) and 0 <= given <= 1:
        return given
    raise BadFacts(path, "a share from 0 to 1")


def day(given: Any, path: str) -> date:
    if isinstance(given, str) and _DAY.match(given):
        try:
            given = date.fromisoformat(given)
        except ValueError:
            given = None
    if isinstance(given, date) and not isinstance(given, datetime) and given.year in _YEARS:
        return given
    raise BadFacts(path, "a date like 2026-11-23")


def instant(given: Any, path: str) -> datetime:
    if isinstance(given, str) and "T" in given:
        try:
            given = datetime.fromisoformat(given)
        except ValueError:
            given = None
    if isinstance(given, datetime) and given.tzinfo is not None and given.year in _YEARS:
        return given.astimezone(UTC)
    raise BadFacts(path, "an instant with an offset, like 2026-11-23T20:59:59-05:00")


def local_time(given: Any, path: str) -> time:
    if isinstance(given, str) and _TIME.match(given):
        try:
            return time.fromisoformat(given)
        except ValueError:
            pass
    raise BadFacts(path, "a local time like 18:00")


def set_of(item: Reader) -> Reader:
    def read(given: Any, path: str) -> frozenset[Any]:
        if not isinstance(given, list | tuple | set | frozenset):
            raise BadFacts(path, "a list")
        return frozenset(item(one, f"{path}[{at}]") for at, one in enumerate(given))

    return read


def some_of(item: Reader) -> Reader:
    """A set of which an empty one tells nothing."""
    read_set = set_of(item)

    def read(given: Any, path: str) -> Any:
        return read_set(given, path) or UNKNOWN

    return read


def list_of(item: Reader) -> Reader:
    def read(given: Any, path: str) -> tuple[Any, ...]:
        if not isinstance(given, list | tuple):
            raise BadFacts(path, "a list")
        return tuple([item(one, f"{path}[{at}]") for at, one in enumerate(given)])

    return read


def _is_zone(name: str) -> bool:
    try:
        zone_of(name)
    except KeyError:
        return False
    return True


def zones(given: Any, path: str) -> Any:
    if not isinstance(given, list | tuple | set | frozenset):
        raise BadFacts(path, "a list of IANA time zones")
    for at, name in enumerate(given):
        if not isinstance(name, str) or not _is_zone(name):
            raise BadFacts(f"{path}[{at}]", "an IANA time zone like America/New_York")
    return tuple(sorted(set(given))) or UNKNOWN


def record(cls: type[T], fields: Mapping[str, Reader], absent: Mapping[str, Any] | None = None) -> Reader:
    """A reader of one object. ``absent``: what a field that is not there means, where that is not Unknown."""
    names = tuple(fields)
    table = tuple(fields.items())
    none_given = dict.fromkeys(names, UNKNOWN) | dict(absent or {})

    def read(given: Any, path: str) -> T:
        if not isinstance(given, Mapping):
            raise BadFacts(path, "an object")
        values = dict(none_given)
        get = given.get
        for name, reader in table:
            value = get(name)
            if value is not None:
                values[name] = reader(value, f"{path}.{name}" if path else name)
        return cls(**values)

    return read


def part(cls: type[T], fields: Mapping[str, Reader]) -> tuple[Reader, T]:
    """A reader of a part of the facts, and the part of which nothing is known."""
    return record(cls, fields), cls(**dict.fromkeys(fields, UNKNOWN))


def by_code(item: Reader) -> Reader:
    def read(given: Any, path: str) -> dict[str, Any]:
        if not isinstance(given, Mapping):
            raise BadFacts(path, "an object by registry code")
        return {text(code, path): item(one, f"{path}.{code}") for code, one in given.items() if one is not None}

    return read
