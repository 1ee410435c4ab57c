"""What tells who somebody is stands apart from what is chained: beside it, under a salted commitment.

Of a ruling it is the number called; its facts hold what the law reads of it (``kernel.phone.blurred``), so that it was
decided, and is decided again, without the rest. Of a journal line it is every number and every key pressed; the text
holds places, ``#0``, ``#1`` …, and ``people`` what stands in them. ``forgetting.py`` takes salt and text away and
leaves the commitment, which is all that the hash ever covered. Refuses to know when that is due.
"""

from __future__ import annotations

import dataclasses
import secrets
import typing
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple, get_args, get_type_hints

from ahize.dialer.codec import encode
from ahize.dialer.commands import Command
from ahize.dialer.events import Event
from ahize.kernel.phone import blurred
from ahize.web.dialing.chain import committed

PERSONAL: Final = frozenset({"number", "digits"})
"""Fields of events and commands that tell who somebody is, or what they pressed."""
_SIGNED: Final = "signature"
"""Of a permit: by it a guessed number could be tried out. It stands with the permit (``models.Permit``) alone."""
_SALT_BYTES: Final = 16
_PLACE: Final = "#"

Json = dict[str, Any]
Person = dict[str, str]
"""``{"is", "salt"}``, or once it is forgotten ``{"was", "commitment"}``, of which ``was`` is a pseudonym."""


def drawn_salt() -> str:
    return secrets.token_hex(_SALT_BYTES)


# ── rulings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def without_number(facts: Json) -> tuple[Json, str]:
    """The facts with what the law reads of the number in its place, and the number; empty where they have none."""
    e164 = (facts.get("number") or {}).get("e164") or ""
    return _exchanged(facts, e164, blurred(e164)) if e164 else facts, e164


def with_number(facts: Json, e164: str) -> Json:
    """The facts as somebody may read them who may see the number; as they are where it was forgotten."""
    return _exchanged(facts, facts["number"]["e164"], e164) if e164 and "number" in facts else facts


def _exchanged(facts: Json, old: str, new: str) -> Json:
    """Another number in the two places where facts name it: the call's, and that of each consent given for it."""
    consents = [{**one, "number": new} if one.get("number") == old else one for one in facts.get("consents") or ()]
    return {
        **facts,
        "number": {**facts["number"], "e164": new},
        **({"consents": consents} if consents else {}),
    }


def commitment_of(salt: str, number: str, kept: str) -> str:
    """The commitment that a ruling's hash covers: made anew while the number is there, else the one that was kept."""
    return committed(salt, number) if salt else kept


# ── journal lines ───────────────────────────────────────────────────────────────────────────────────────────────────


class JournalText(NamedTuple):
    """A journal line's JSON, and what was taken out of it; ``people`` is None where nothing was."""

    event: Json
    commands: list[Json]
    people: list[Person] | None


def journal_text(event: Event, commands: Sequence[Command]) -> JournalText:
    """As the journal keeps them: whoever is named stands apart, and permits are without their signature."""
    said, done = encode(event), [encode(command) for command in commands]
    places: dict[str, int] = {}
    for one in (said, *done):
        if one["type"] in _naming():
            _take(one, places)
    people = [{"is": text, "salt": drawn_salt()} for text in places]
    return JournalText(said, done, people or None)


def _take(found: Any, places: dict[str, int]) -> None:
    """Put places where texts of people stand; the same text has one place."""
    if isinstance(found, list):
        for one in found:
            _take(one, places)
    elif isinstance(found, dict):
        for name, value in found.items():
            if isinstance(value, str):
                if name in PERSONAL and value:
                    found[name] = f"{_PLACE}{places.setdefault(value, len(places))}"
                elif name == _SIGNED:
                    found[name] = ""
            else:
                _take(value, places)


def journal_whole(event: Json, commands: list[Json], people: Sequence[Person] | None) -> tuple[Json, list[Json]]:
    """The line as it was written, or with pseudonyms where somebody was forgotten: it replays either way."""
    if not people:
        return event, commands
    texts = [one["is"] if "is" in one else one["was"] for one in people]
    whole: tuple[Json, list[Json]] = _put(event, texts), [_put(one, texts) for one in commands]
    return whole


def _put(found: Any, texts: Sequence[str]) -> Any:
    if isinstance(found, list):
        return [_put(one, texts) for one in found]
    if not isinstance(found, Mapping):
        return found
    return {
        name: texts[int(value[1:])]
        if name in PERSONAL and isinstance(value, str) and value.startswith(_PLACE)
        else _put(value, texts)
        for name, value in found.items()
    }


def commitments_of(people: Iterable[Person] | None) -> list[str]:
    """What a line's hash covers of its people, in order."""
    return [committed(one["salt"], one["is"]) if "is" in one else one["commitment"] for one in people or ()]


@cache
def _naming() -> frozenset[str]:
    """Events and commands that hold a personal field, however deep: the others need not be looked through."""
    kinds = (*get_args(Event), *get_args(Command))
    return frozenset(kind.__name__ for kind in kinds if _names_somebody(kind, frozenset()))


def _names_somebody(hint: Any, seen: frozenset[Any]) -> bool:
    if dataclasses.is_dataclass(hint) and hint not in seen:
        hints = get_type_hints(hint)
        return any(name in PERSONAL or _names_somebody(inner, seen | {hint}) for name, inner in hints.items())
    return any(_names_somebody(inner, seen) for inner in typing.get_args(hint))
