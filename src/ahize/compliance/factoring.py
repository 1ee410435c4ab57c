"""May we call them? A list of any length, cleared by deciding each different situation once.

Most contacts of a list differ in nothing that a rule looks at. So a list is a few columns, each of which says which of
some values of one fact a contact has. Contacts that agree in every column are one *combination*; combinations that
agree in every fact that was read for the first of them get its ruling. The ruling itself always comes from
``Rulebook.decide``: there is no second reading of the law.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final, Protocol, cast

import numpy as np
import numpy.typing as npt

from ahize.compliance.alike import Alike, Moments, Spans, spans_of
from ahize.compliance.facts import UNKNOWN, CallFacts, History
from ahize.compliance.rulebook import Rulebook
from ahize.compliance.ruling import Ruling
from ahize.compliance.watched import Getter, Path, Watched, getter

Codes = npt.NDArray[np.int64]

DATED: Final = ("suppressions", "relationships", "consents")
"""The facts that are records with a date; where a contact has several, their order may count."""
_ABROAD: Final = len("+442079")
"""More of a foreign number than any rule looks at."""
MOST_RULINGS: Final = 500_000
"""So many are remembered; then it begins again."""
_TABLE_MAX: Final = 1 << 27
"""Keys below this are numbered by a table of bits, which is far quicker than sorting them."""


class Factored:
    """A rulebook that remembers what it said, by the facts it read.

    Equal to ``book.decide`` for every question (``tests/compliance/test_factoring.py``).

    Args:
        ahead: as in ``Rulebook.decide``.
    """

    def __init__(self, book: Rulebook, *, ahead: bool = True) -> None:
        self.book = book
        self.ahead = ahead
        self.decided = 0
        """How often the rulebook itself was asked."""
        self._root: _Read | Ruling | None = None
        self._kept = 0

    def decide(self, facts: CallFacts) -> Ruling:
        """The ruling on these facts, from memory where nothing that counts is new."""
        known: _Read | Ruling | None = self._root
        while isinstance(known, _Read):
            known = known.next.get(known.get(facts))
        return known if known is not None else self._ask(facts)

    def _ask(self, facts: CallFacts) -> Ruling:
        watched = Watched(facts)
        ruling = self.book.decide(cast("CallFacts", watched), ahead=self.ahead)
        self.decided += 1
        if self._kept >= MOST_RULINGS:
            self._root, self._kept = None, 0
        self._kept += 1
        self._root = self._grown(self._root, list(watched.read.items()), ruling)
        return ruling

    @staticmethod
    def _grown(root: _Read | Ruling | None, read: list[tuple[Path, Hashable]], ruling: Ruling) -> _Read | Ruling:
        """The tree with one more leaf. What is read next depends on what was found before, so paths cannot clash."""
        if not read:
            return ruling
        trunk = node = root if isinstance(root, _Read) else _Read(read[0][0])
        for (_, found), (then, _) in pairwise(read):
            branch = node.next.get(found)
            if branch is None:
                branch = node.next[found] = _Read(then)
            assert isinstance(branch, _Read), f"{then} was read, where nothing more was read before"
            assert branch.path == then, f"{branch.path} was read next before, now {then}: something hidden decides"
            node = branch
        node.next[read[-1][1]] = ruling
        return trunk


class _Read:
    """One fact that is read next, and where each of its values leads."""

    __slots__ = ("get", "next", "path")

    def __init__(self, path: Path) -> None:
        self.path = path
        self.get: Getter = getter(path)
        self.next: dict[Hashable, _Read | Ruling] = {}


@dataclass(frozen=True, slots=True)
class Column:
    """One fact in which contacts differ.

    Args:
        codes: of each contact, the place of its value in ``values``.
        values: parsed, as a field of ``CallFacts`` has them.
    """

    codes: Codes
    values: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Cleared:
    """What became of a list.

    Args:
        combination: of each contact.
        rulings: of each combination.
        decided: how often the rulebook itself was asked.
    """

    combination: Codes
    rulings: list[Ruling]
    decided: int

    def of(self, contact: int) -> Ruling:
        """The ruling on one contact, by its row."""
        return self.rulings[int(self.combination[contact])]


class Workers(Protocol):
    """Other processes to share work with: ``map`` as that of ``concurrent.futures.Executor``."""

    @property
    def number(self) -> int:
        """How many may work at the same time."""

    def map(self, deed: Callable[[Part], Done], parts: Sequence[Part]) -> Iterator[Done]: ...


def clear(
    book: Rulebook | Factored, base: CallFacts, columns: Mapping[str, Column], *, workers: Workers | None = None
) -> Cleared:
    """Rule on every contact of a list.

    Args:
        base: the facts that all share.
        columns: by the name of the field of ``CallFacts`` that they fill; all of one length.
        workers: decide for us, each a part of the situations; the rulings are the same.
    """
    factored = book if isinstance(book, Factored) else Factored(book)
    asked_before = factored.decided
    if not factored.ahead and base.at is not UNKNOWN:
        columns = undated(factored.book, base, columns, base.at, base.at)
    combination, places = _combined(columns)
    if workers is not None:
        parts = _parts(factored, base, columns, places, workers.number)
        with _uncollected():
            done = list(workers.map(decide_part, parts))
            rulings = [ruling for some, _ in done for ruling in some]
        return Cleared(combination, rulings, sum(decided for _, decided in done))
    values = {name: column.values for name, column in columns.items()}
    with _uncollected():
        rulings = [factored.decide(situation) for situation in _situations(base, values, places)]
    return Cleared(combination, rulings, factored.decided - asked_before)


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a list's situations, with all that it takes to decide them."""

    book: Rulebook
    ahead: bool
    base: CallFacts
    values: Mapping[str, Sequence[Any]]
    places: Sequence[Codes]


Done = tuple[list[Ruling], int]
"""The rulings on a part in order, and how often the rulebook was asked."""


def decide_part(part: Part) -> Done:
    """What one worker does."""
    factored = Factored(part.book, ahead=part.ahead)
    with _uncollected():
        rulings = [factored.decide(situation) for situation in _situations(part.base, part.values, part.places)]
    return rulings, factored.decided


def _parts(
    factored: Factored, base: CallFacts, columns: Mapping[str, Column], places: Sequence[Codes], number: int
) -> list[Part]:
    """Runs of neighbours, which have most in common; each with those values alone that stand in it."""
    parts = []
    for run in zip(*(np.array_split(place, number) for place in places), strict=True):
        values, renamed = {}, []
        for (name, column), place in zip(columns.items(), run, strict=True):
            used, place_now = np.unique(place, return_inverse=True)
            values[name] = [column.values[code] for code in used.tolist()]
            renamed.append(place_now)
        parts.append(Part(factored.book, factored.ahead, base, values, renamed))
    return parts


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector of circles, which would look through all rulings so far again and again; none is in one."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def situations_of(base: CallFacts, columns: Mapping[str, Column]) -> tuple[Codes, Iterator[CallFacts]]:
    """Of each contact the number of its situation, and the situations in order."""
    combination, places = _combined(columns)
    return combination, _situations(base, {name: column.values for name, column in columns.items()}, places)


def _combined(columns: Mapping[str, Column]) -> tuple[Codes, list[Codes]]:
    return combinations([(column.codes, len(column.values)) for column in columns.values()])


def _situations(base: CallFacts, values: Mapping[str, Sequence[Any]], places: Sequence[Codes]) -> Iterator[CallFacts]:
    for row in zip(*(place.tolist() for place in places), strict=True):
        yield replace(base, **{name: some[at] for (name, some), at in zip(values.items(), row, strict=True)})


def undated(
    book: Rulebook, base: CallFacts, columns: Mapping[str, Column], at: datetime, until: datetime
) -> dict[str, Column]:
    """The columns without those differences of dates that no law sees: of contacts with records of one kind only.

    Their rulings from ``at`` to ``until`` are the same; when they change after that may not be. Where that is a single
    instant, earlier attempts are such records too, of contacts that have no other.
    """
    found = dict(columns)
    filled = {name: _filled(columns[name]) for name in (*DATED, "history") if name in columns}
    if not filled:
        return found
    whose, places = _places(book, base, columns)
    kinds = sum(filled.get(name, _has_any(getattr(base, name))) for name in DATED)
    alike = [Alike(spans, changes, at, until) for spans, changes, _ in places]
    compared = _is_compared(base, columns)
    for name in DATED:
        if name in filled:
            rows = filled[name] & (kinds == 1) & ~compared
            found[name] = _merged(columns[name], rows, whose, [one.seen for one in alike])
    if "history" in filled and at == until:
        moments = [Moments(spans, at, zones).seen for spans, _, zones in places]
        found["history"] = _merged(columns["history"], filled["history"] & (kinds == 0), whose, moments)
    return found


def _is_compared(base: CallFacts, columns: Mapping[str, Column]) -> npt.NDArray[np.bool_]:
    """Of each contact: is there a refusal or a listing whose day a law may hold against that of a consent?"""
    held: Any = np.False_
    for name, has in (("history", _has_refusals), ("registries", _has_listings)):
        column = columns.get(name)
        if column is None:
            held = held | has(getattr(base, name))
        else:
            held = held | np.array([has(value) for value in column.values], dtype=np.bool_)[column.codes]
    return np.asarray(held, dtype=np.bool_)


def _has_refusals(history: History) -> bool:
    return history.refusals not in ((), UNKNOWN)


def _has_listings(registries: Any) -> bool:
    return registries is not UNKNOWN and any(isinstance(one.listed_on, date) for one in registries.values())


_Place = tuple[Spans, frozenset[date], tuple[str, ...]]
"""Where a callee is: the lengths of time that the laws of it name, the days on which they change, and its zones."""


def _places(book: Rulebook, base: CallFacts, columns: Mapping[str, Column]) -> tuple[Codes, list[_Place]]:
    """Of each contact the number of its place, and the places."""
    everywhere = not columns.keys().isdisjoint(("caller", "principal", "channel"))
    callees = columns.get("callee") or Column(np.zeros_like(next(iter(columns.values())).codes), [base.callee])
    spans = {law.layer: spans_of(law.document) for law in book.read}
    number: dict[Any, int] = {}
    places: list[int] = []
    found: list[_Place] = []
    for callee in callees.values:
        laws = book.read if everywhere else book.reads(replace(base, callee=callee))
        zones = () if callee.zones is UNKNOWN else callee.zones
        key = (*(law.layer for law in laws), None, *zones)
        if key not in number:
            number[key] = len(found)
            named = frozenset[tuple[timedelta, timedelta]]().union(*(spans[law.layer] for law in laws))
            found.append((named, frozenset(day for law in laws for day in law.changes), zones))
        places.append(number[key])
    return np.array(places, dtype=np.int64)[callees.codes], found


def _merged(
    column: Column, rows: npt.NDArray[np.bool_], places: Codes, seen: Sequence[Callable[[Any], Hashable]]
) -> Column:
    """The column in which these rows have one code where the law of their place sees no difference."""
    count = len(column.values)
    pairs, pair = np.unique(places[rows] * count + column.codes[rows], return_inverse=True)
    first: dict[Hashable, int] = {}
    alike = [
        first.setdefault((place, seen[place](column.values[code])), code)
        for place, code in zip((pairs // count).tolist(), (pairs % count).tolist(), strict=True)
    ]
    codes = column.codes.copy()
    codes[rows] = np.array(alike, dtype=np.int64)[pair]
    return Column(codes, column.values)


def _filled(column: Column) -> npt.NDArray[np.bool_]:
    """Of each contact whether it has any record."""
    return np.array([_has_any(value) for value in column.values])[column.codes]


def _has_any(value: Any) -> bool:
    records = value.attempts if isinstance(value, History) else value
    return records is not UNKNOWN and bool(records)


def seen_number(e164: str, paid: Sequence[str]) -> str:
    """A number that the rules cannot tell from this one.

    They see a number's country and, in North America, whether its area code is among those paid for; whether a consent
    is for this very number is the caller's to keep (``web/dialing/sheet.py``).

    Args:
        paid: ``caller.pays_registry_for``.
    """
    if not e164.startswith("+1"):
        return e164[:_ABROAD].ljust(len(e164), "0")
    area = e164[2:5]
    return f"+1{min(paid) if area in paid else area}".ljust(len(e164), "0")


def combinations(columns: Sequence[tuple[Codes, int]]) -> tuple[Codes, list[Codes]]:
    """Number the different rows of some columns.

    Args:
        columns: codes and how many different ones there are.

    Returns:
        the number of each row's combination, and for each column the code that each combination has.
    """
    numbers, kept = _dense(*columns[0])
    places = [kept]
    for codes, count in columns[1:]:
        numbers, kept = _dense(numbers * count + codes, len(places[0]) * count)
        places = [*(place[kept // count] for place in places), kept % count]
    return numbers, places


def _dense(keys: Codes, below: int) -> tuple[Codes, Codes]:
    """Keys numbered from 0 in order of size, and the key behind each number."""
    if below <= _TABLE_MAX:
        there = np.zeros(below, dtype=bool)
        there[keys] = True
        kept = np.flatnonzero(there)
        number = np.empty(below, dtype=np.int64)
        number[kept] = np.arange(len(kept))
        return number[keys], kept
    order = np.argsort(keys, kind="stable")
    ranked = keys[order]
    first = np.empty(len(keys), dtype=bool)
    first[:1] = True
    np.not_equal(ranked[1:], ranked[:-1], out=first[1:])
    numbers = np.empty(len(keys), dtype=np.int64)
    numbers[order] = np.cumsum(first) - 1
    return numbers, ranked[first]
