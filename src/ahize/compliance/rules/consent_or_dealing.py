"""Consent or dealing: a message that needs an agreement, unless there is a relationship that the law takes for one.

What is missing of the agreement names the ground: a stranger whose consent came ticked gave none in a form that counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from ahize.compliance.ask import MAYBE, YES, Ask, earliest, names
from ahize.compliance.rules.consent import ConsentNeeded
from ahize.compliance.rules.kind import Given
from ahize.compliance.rules.relationship import Relationship
from ahize.compliance.ruling import Finding


class ConsentOrDealing(ConsentNeeded):
    """The agreement named under ``needs``, or one of the relationships under ``or_relationships``."""

    kind: ClassVar[str] = "consent_or_relationship"
    relationships: tuple[Relationship, ...]

    def setup(self, given: Given) -> None:
        super().setup(given)
        self.relationships = tuple(given.law.relationship(name, self.id) for name in given.entry["or_relationships"])

    def judge(self, ask: Ask) -> Iterator[Finding]:
        if self.agreement.held(ask).truth is YES:
            yield from super().judge(ask)
            return
        dealings = [relationship.held(ask) for relationship in self.relationships]
        if any(dealing.truth is YES for dealing in dealings):
            return
        gaps = names(*(dealing.gaps for dealing in dealings if dealing.truth is MAYBE))
        if gaps:
            yield self.gap(*names(self.agreement.held(ask).gaps, gaps))
        else:
            yield from super().judge(ask)

    def edge(self, ask: Ask) -> datetime | None:
        return earliest(super().edge(ask), *(relationship.held(ask).edge for relationship in self.relationships))
