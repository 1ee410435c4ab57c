"""Many contacts of one campaign at once, as columns for ``compliance.factoring``.

The facts come from ``facts.py`` one contact at a time, as clearance has them, and are told apart here: contacts whose
facts differ in nothing a rule can see share their ruling. A telephone number is seen by the rules as far as its area,
so the rest of it is left out; a consent for another number stays one for another number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import numpy as np

from ahize.compliance.factoring import Column, Factored, clear, seen_number
from ahize.compliance.facts import BadFacts, CallFacts
from ahize.compliance.rulebook import Rulebook
from ahize.compliance.ruling import Ruling
from ahize.web.dialing.facts import Gathered, Person, Subject, decide, rule

OWN: Final = ("number", "callee", "registries", "suppressions", "relationships", "consents", "history", "data")
"""The facts in which contacts of one campaign differ; ``facts.py`` fills them."""


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
        self._factored = Factored(Rulebook.load(), ahead=ahead)

    def add(self, gathered: Gathered, subjects: Sequence[Subject]) -> None:
        """More contacts; those whose rows have gone are left out."""
        if self._gathered is None:
            self._gathered = gathered
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
        terms = self._gathered.terms[self.subjects[0].campaign]
        base = CallFacts.from_json({**terms.base, "at": at.isoformat(), "method": self.method})
        columns = {
            name: Column(np.array(values.codes, dtype=np.int64), values.parsed)
            for name, values in self._values.items()
            if values.parsed
        }
        cleared = clear(self._factored, base, columns)
        of_the_law = [cleared.rulings[place] for place in cleared.combination.tolist()]
        for row, facts in self._strange.items():
            of_the_law[row] = rule({**facts, "at": at.isoformat()})
        house: dict[Any, Ruling] = {}
        answers = []
        for subject, person, law in zip(self.subjects, self.people, of_the_law, strict=True):
            key = (id(law), person.zones, person.phone_state, person.erased, person.list_state)
            if key not in house:
                house[key] = decide(self._gathered, subject, at, law)
            answers.append(house[key])
        return answers


def _alike(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts with no more of the number than the rules see; a consent for it stays one for it."""
    number = facts["number"]["e164"]
    seen = seen_number(number, facts["caller"].get("pays_registry_for") or ())
    consents = [{**one, "number": seen} if one.get("number") == number else one for one in facts["consents"]]
    return {**facts, "number": {**facts["number"], "e164": seen}, "consents": consents}
