"""Many contacts of one campaign at once, as columns for ``compliance.factoring``.

The facts come from ``facts.py`` one contact at a time, as clearance has them, and are told apart here: contacts whose
facts differ in nothing a rule can see share their ruling. A telephone number is seen by the rules as far as its area,
so the rest of it is left out; a consent for another number stays one for another number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np

from ahize.compliance.again import law_ruling as rule
from ahize.compliance.factoring import Column, Factored, clear, seen_number, situations_of, undated
from ahize.compliance.facts import UNKNOWN, BadFacts, CallFacts
from ahize.compliance.ruling import Ruling
from ahize.web.dialing.facts import Gathered, Person, Subject, decide

OWN: Final = (
    "number",
    "callee",
    "abandonment",
    "registries",
    "suppressions",
    "relationships",
    "consents",
    "history",
    "data",
)
"""The facts in which contacts of one campaign differ; ``facts.py`` fills them."""


STEP: Final = timedelta(hours=1)
MOST_INSTANTS: Final = 5_000
"""For so many what is shared is kept."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A ruling and the time it holds, half-open."""

    at: datetime
    until: datetime
    ruling: Ruling


@dataclass(slots=True)
class _Values:
    """The values of one fact, each once."""

    places: dict[str, int] = field(default_factory=dict)
    parsed: list[Any] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)

    def add(self, name: str, piece: Any) -> None:
        """Raises: BadFacts where the piece cannot be read; then nothing was added."""
        text = repr(piece)
        place = self.places.get(text)
        if place is None:
            self.parsed.append(getattr(CallFacts.from_json({} if piece is None else {name: piece}), name))
            place = self.places[text] = len(self.places)
        self.codes.append(place)


class Sheet:
    """Contacts of one campaign with their facts, to be ruled on at any instant.

    Args:
        method: how they are called.
        ahead: whether a ruling must say when the clock would change it.
    """

    def __init__(self, method: str, *, ahead: bool = True) -> None:
        self.method = method
        self.subjects: list[Subject] = []
        self.people: list[Person] = []
        self._values = {name: _Values() for name in OWN}
        self._strange: dict[int, dict[str, Any]] = {}
        self._gathered: Gathered | None = None
        self._ahead = ahead
        self._factored: Factored | None = None
        self._shared: dict[datetime, CallFacts] = {}

    def add(self, gathered: Gathered, subjects: Sequence[Subject]) -> None:
        """More contacts; those whose rows have gone are left out."""
        if self._gathered is None:
            self._gathered = gathered
            self._factored = Factored(gathered.book, ahead=self._ahead)
        self._gathered.people.update(gathered.people)
        for subject in subjects:
            person = gathered.people.get(subject.phone)
            if person is None:
                continue
            facts = gathered.facts(subject)
            alike = _alike(facts)
            known = [len(values.codes) for values in self._values.values()]
            try:
                for name, values in self._values.items():
                    values.add(name, alike.get(name))
            except BadFacts:
                for values, before in zip(self._values.values(), known, strict=True):
                    del values.codes[before:]
                    values.codes.append(0)
                self._strange[len(self.subjects)] = facts
            self.subjects.append(subject)
            self.people.append(person)

    def rulings(self, at: datetime) -> list[Ruling]:
        """The ruling on each contact at that instant, the house's bars beside the law's, as clearance would rule."""
        if self._gathered is None or not self.subjects:
            return []
        assert self._factored is not None, "it comes with the first contacts"
        cleared = clear(self._factored, self._base(at), self._columns())
        of_the_law = [cleared.rulings[place] for place in cleared.combination.tolist()]
        for row, facts in self._strange.items():
            of_the_law[row] = rule(self._gathered.book, {**facts, "at": at.isoformat()})
        house: dict[Any, Ruling] = {}
        answers = []
        for subject, person, law in zip(self.subjects, self.people, of_the_law, strict=True):
            key = (id(law), *_of_the_house(person))
            if key not in house:
                house[key] = decide(self._gathered, subject, at, law)
            answers.append(house[key])
        return answers

    def stretches(self, at: datetime, until: datetime) -> Iterator[tuple[Person, int, list[Stretch]]]:
        """How rulings change by the clock alone: for each situation one of its people, how many they are, what when.

        What cannot be read stays unlawful throughout.
        """
        if self._gathered is None or not self.subjects:
            return
        columns = undated(self._gathered.book, self._base(at), self._columns(), at, until)
        combination, situations = situations_of(self._base(at), columns)
        known = list(situations)
        groups: dict[Any, list[int]] = {}
        for row, (person, place) in enumerate(zip(self.people, combination.tolist(), strict=True)):
            if row in self._strange:
                barred = rule(self._gathered.book, {**self._strange[row], "at": at.isoformat()})
                yield person, 1, [Stretch(at, until, barred)]
            else:
                groups.setdefault((place, *_of_the_house(person)), []).append(row)
        for (place, *_), rows in groups.items():
            yield self.people[rows[0]], len(rows), list(self._through(known[place], self.subjects[rows[0]], at, until))

    def _through(self, facts: CallFacts, subject: Subject, at: datetime, until: datetime) -> Iterator[Stretch]:
        assert self._gathered is not None, "there are subjects"
        assert self._factored is not None, "it comes with the first contacts"
        person = self._gathered.people[subject.phone]
        while at < until:
            shared = self._base(at)  # What rests on evidence begins and ends by the clock too.
            declared = self._gathered.emergency(person, at)
            callee = replace(facts.callee, emergency_declared=UNKNOWN if declared is None else declared)
            safeguard = self._gathered.safeguard(self._gathered.terms[subject.campaign], person, at)
            data = replace(facts.data, transfer_safeguard=UNKNOWN if safeguard is None else safeguard)
            now = replace(facts, at=at, caller=shared.caller, principal=shared.principal, cli=shared.cli)
            now = replace(now, callee=callee, data=data)
            law = self._factored.decide(now)
            ruling = decide(self._gathered, subject, at, law)
            if law.verdict == "review":  # Nobody says when the clock would end the doubt.
                ends = at + STEP
            else:
                ends = (ruling.lawful_until if ruling.is_allowed else ruling.next_lawful) or until
            ends = min(ends, until, self._gathered.next_change(subject, at) or until)
            yield Stretch(at, ends, ruling)
            at = ends

    def _base(self, at: datetime) -> CallFacts:
        """What all contacts of the campaign share at that instant; kept, for many change at the same hours."""
        known = self._shared.get(at)
        if known is not None:
            return known
        assert self._gathered is not None, "there are subjects"
        facts = self._gathered.facts(self.subjects[0], at)
        found = CallFacts.from_json({name: value for name, value in facts.items() if name not in OWN})
        if len(self._shared) < MOST_INSTANTS:
            self._shared[at] = found
        return found

    def _columns(self) -> dict[str, Column]:
        return {
            name: Column(np.array(values.codes, dtype=np.int64), values.parsed)
            for name, values in self._values.items()
            if values.parsed
        }


def _of_the_house(person: Person) -> tuple[Any, ...]:
    """What the house's own bars look at."""
    return person.zones, person.phone_state, person.erased, person.list_state


def _alike(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts with no more of the number than the rules see; a consent for it stays one for it."""
    number = facts["number"]["e164"]
    seen = seen_number(number, facts["caller"].get("pays_registry_for") or ())
    consents = [{**one, "number": seen} if one.get("number") == number else one for one in facts["consents"]]
    return {**facts, "number": {**facts["number"], "e164": seen}, "consents": consents}
