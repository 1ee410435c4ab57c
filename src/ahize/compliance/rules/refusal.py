"""Refusal: what a person said no to in a talk is not offered to them again by the same seller.

It binds for good; a consent that fits, given after it, lifts it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar

from ahize.compliance.ask import MAYBE, NO, YES, Answer, Ask, earliest, names
from ahize.compliance.facts import UNKNOWN, Refusal
from ahize.compliance.rules.consent import Agreement
from ahize.compliance.rules.kind import Given, Rule
from ahize.compliance.ruling import Finding


class Refused(Rule):
    """No offer of a ``product`` refused from this seller, unless the agreement under ``unless`` came after."""

    kind: ClassVar[str] = "refusal"
    ground: ClassVar[str] = "suppression"
    agreement: Agreement

    def setup(self, given: Given) -> None:
        self.agreement = given.law.agreement(given.entry["unless"], self.id)

    def judge(self, ask: Ask) -> Iterator[Finding]:
        refusals = ask.facts.history.refusals
        if refusals is UNKNOWN:
            yield self.gap("history.refusals")
            return
        gaps: list[tuple[str, ...]] = []
        for one in refusals:
            if one.at is not UNKNOWN and one.at > ask.at:
                continue
            reaches, lifted = self._reaches(one, ask), self._lifted(one, ask)
            if reaches.truth is NO or lifted.truth is YES:
                continue
            if MAYBE in (reaches.truth, lifted.truth):
                gaps.append(names(reaches.gaps, lifted.gaps))
                continue
            if one.at is UNKNOWN:
                yield self.bar("refused")
            else:
                yield self.bar("refused_on", day=f"{one.at:%Y-%m-%d}")
            return
        if gaps:
            yield self.gap(*names(*gaps))

    def _reaches(self, one: Refusal, ask: Ask) -> Answer:
        """Is it this seller's, and about what this call is about?"""
        gaps: list[str] = []
        pairs: tuple[tuple[str, Any, str, Any], ...] = (
            ("principal", one.principal, "principal.id", ask.facts.principal.id),
            ("product", one.product, "product", ask.facts.product),
        )
        for name, theirs, path, ours in pairs:
            if theirs is UNKNOWN:
                gaps.append(f"history.refusals.{name}")
            elif ours is UNKNOWN:
                gaps.append(path)
            elif theirs != ours:
                return Answer(NO)
        return Answer(MAYBE, tuple(gaps)) if gaps else Answer(YES)

    def _lifted(self, one: Refusal, ask: Ask) -> Answer:
        held = self.agreement.held(ask)
        if held.truth is NO:
            return Answer(NO)
        if held.truth is MAYBE:
            return Answer(MAYBE, held.gaps)
        if one.at is UNKNOWN:
            return Answer(MAYBE, ("history.refusals.at",))
        newer = [consent for consent in held.consents if consent.given_at is not UNKNOWN and consent.given_at > one.at]
        ask.relied.extend(newer)
        return Answer(YES if newer else NO)

    def edge(self, ask: Ask) -> datetime | None:
        refusals = ask.facts.history.refusals
        if refusals is UNKNOWN or not refusals:
            return None
        ahead = [one.at for one in refusals if one.at is not UNKNOWN and one.at > ask.at]
        return earliest(self.agreement.held(ask).edge, *ahead)
