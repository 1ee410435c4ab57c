"""What lifts a bar: a relationship or an agreement that the entry names under ``lifted_by``."""

from __future__ import annotations

from datetime import datetime

from ahize.compliance.ask import MAYBE, NO, YES, Answer, Ask, earliest, names
from ahize.compliance.rules.consent import Agreement
from ahize.compliance.rules.kind import Given
from ahize.compliance.rules.relationship import Relationship


class Lifting:
    """The relationships and agreements that an entry yields to; none where it names none."""

    def __init__(self, given: Given) -> None:
        where = given.entry["id"]
        lifted_by = given.entry.get("lifted_by", {})
        self.relationships: tuple[Relationship, ...] = tuple(
            given.law.relationship(name, where) for name in lifted_by.get("relationships", ())
        )
        self.agreements: tuple[Agreement, ...] = tuple(
            given.law.agreement(name, where) for name in lifted_by.get("agreements", ())
        )

    def held(self, ask: Ask) -> Answer:
        """Is there a relationship or an agreement that the bar yields to?"""
        gaps: list[tuple[str, ...]] = []
        edges: list[datetime | None] = []
        for relationship in self.relationships:
            answer = relationship.held(ask)
            if answer.truth is YES:
                return answer
            gaps.append(answer.gaps)
            edges.append(answer.edge)
        for agreement in self.agreements:
            held = agreement.held(ask)
            if held.truth is YES:
                ask.relied.extend(held.consents)
                return Answer(YES, edge=held.edge)
            gaps.append(held.gaps)
            edges.append(held.edge)
        missing = names(*gaps)
        return Answer(MAYBE if missing else NO, missing, earliest(*edges))
