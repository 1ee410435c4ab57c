"""Messages as JSON and back, exactly: the form in which the journal keeps them and processes hand them over.

``decode(encode(x)) == x`` for every event and every command. The dataclasses are the schema; each class is read once
and gets its converters, so that a message costs microseconds. An unknown type or a missing field is an error that says
which: a journal is evidence and is never read by guessing. Only a field with a default may be missing: it came to the
vocabulary after that journal was written, and its default says what was so before it came.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import types
import typing
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from ahize.dialer.commands import Command
from ahize.dialer.events import Event

Convert = Callable[[Any], Any]
Plan = tuple[tuple[str, Convert | None, Convert | None, bool], ...]
"""Of each field: name, how to write, how to read, and whether it has a default."""

TypeName = str
_EVENTS: dict[TypeName, type] = {kind.__name__: kind for kind in get_args(Event)}
_COMMANDS: dict[TypeName, type] = {kind.__name__: kind for kind in get_args(Command)}
_PLANS: dict[type, Plan] = {}


class Unreadable(ValueError):
    """This JSON is no message: what was found, and what was expected."""


def instant_text(at: datetime) -> str:
    """RFC 3339 in UTC with all six digits of the second, so that texts sort as times do."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if at.year >= 1000 else at.isoformat()


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _bytes_text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _converters(hint: Any) -> tuple[Convert | None, Convert | None]:
    """How to write and to read a value of this type; None where JSON has it already."""
    while isinstance(hint, typing.NewType):
        hint = hint.__supertype__
    origin = get_origin(hint)
    if hint in (str, int, float, bool) or origin is Literal:
        return None, None
    if hint in _LEAVES:
        return _LEAVES[hint]
    if origin in (Union, types.UnionType):
        return _optional(hint)
    if origin is tuple:
        return _tuple(hint)
    if origin in (dict, Mapping):
        return _table(get_args(hint)[1])
    assert isinstance(hint, type), f"a class is expected, not {hint}"
    assert dataclasses.is_dataclass(hint), f"no way to write {hint} as JSON; teach dialer/codec.py"
    return _write, lambda given: _read(hint, given)


_LEAVES: dict[Any, tuple[Convert, Convert]] = {
    UUID: (str, UUID),
    datetime: (instant_text, _instant),
    bytes: (_bytes_text, base64.b64decode),
}


def _optional(hint: Any) -> tuple[Convert | None, Convert | None]:
    inner = [arg for arg in get_args(hint) if arg is not type(None)]
    assert len(inner) == 1, f"only “X or None” can be written, not {hint}"
    write, read = _converters(inner[0])
    return _unless_none(write), _unless_none(read)


def _unless_none(convert: Convert | None) -> Convert | None:
    return convert and (lambda value: None if value is None else convert(value))


def _tuple(hint: Any) -> tuple[Convert, Convert]:
    assert get_args(hint)[-1] is Ellipsis, f"a tuple of one kind is expected, not {hint}"
    write, read = (convert or _same for convert in _converters(get_args(hint)[0]))
    return lambda values: [write(value) for value in values], lambda values: tuple(read(value) for value in values)


def _table(hint: Any) -> tuple[Convert, Convert]:
    write, read = (convert or _same for convert in _converters(hint))
    return (
        lambda table: {key: write(value) for key, value in table.items()},
        lambda table: {key: read(value) for key, value in table.items()},
    )


def _same(value: Any) -> Any:
    return value


def _plan(kind: type) -> Plan:
    plan = _PLANS.get(kind)
    if plan is None:
        hints = get_type_hints(kind)
        plan = tuple(
            (field.name, *_converters(hints[field.name]), _has_default(field)) for field in dataclasses.fields(kind)
        )
        _PLANS[kind] = plan
    return plan


def _has_default(field: dataclasses.Field[Any]) -> bool:
    return field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING


def _write(value: Any) -> dict[str, Any]:
    return {
        name: getattr(value, name) if write is None else write(getattr(value, name))
        for name, write, *_ in _plan(type(value))
    }


Read = TypeVar("Read")


def _read(kind: type[Read], given: Mapping[str, Any]) -> Read:
    try:
        return kind(
            **{
                name: given[name] if read is None else read(given[name])
                for name, _, read, has_default in _plan(kind)
                if not has_default or name in given
            }
        )
    except KeyError as missing:
        needs = [name for name, *_, has_default in _plan(kind) if not has_default]
        raise Unreadable(f"a {kind.__name__} without {missing}; it needs {needs}") from None


def encode(message: Event | Command) -> dict[str, Any]:
    """The message as plain JSON values, its class under ``type``."""
    return {"type": type(message).__name__, **_write(message)}


def _decode(given: Mapping[str, Any], kinds: Mapping[TypeName, type[Read]], what: str) -> Read:
    kind = kinds.get(given.get("type", ""))
    if kind is None:
        raise Unreadable(f"no {what} is called {given.get('type')!r}; expected one of {sorted(kinds)}")
    return _read(kind, given)


def decode_event(given: Mapping[str, Any]) -> Event:
    """Raises: Unreadable where it is no event."""
    return _decode(given, _EVENTS, "event")


def decode_command(given: Mapping[str, Any]) -> Command:
    """Raises: Unreadable where it is no command."""
    return _decode(given, _COMMANDS, "command")


def line(now: datetime, event: Event, commands: tuple[Command, ...]) -> str:
    """One journal entry as one line of JSON, always the same for the same entry: what a hash is taken of."""
    entry = {"at": instant_text(now), "event": encode(event), "commands": [encode(command) for command in commands]}
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)


def entry_of(text: str) -> tuple[datetime, Event, tuple[Command, ...]]:
    """The other way round. Raises: Unreadable."""
    given = json.loads(text)
    try:
        at, event, commands = given["at"], given["event"], given["commands"]
    except (KeyError, TypeError):
        raise Unreadable("a journal line needs at, event and commands") from None
    return _instant(at), decode_event(event), tuple(decode_command(command) for command in commands)
