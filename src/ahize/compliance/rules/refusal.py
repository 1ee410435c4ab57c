"""Refusal: what a person said no to in a talk is not offered to them again by the same seller.

It binds for good, or for so many of the callee's calendar days, of which the first is the day after; a consent that
fits, given after it, lifts it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final

from ahize.compliance.ask import MAYBE, NO, YES, Answer, Ask, earliest, names
from ahize.compliance.facts import UNKNOWN, Refusal
from ahize.compliance.rules.consent import Agreement
from ahize.compliance.rules.kind import Given, Rule
from ahize.compliance.ruling import Finding
from ahize.kernel.windows import day_start, local_day

FOR_GOOD: Final = "for good"
"""Written for the days where there is no end."""
_DAY: Final = timedelta(days=1)
_LATEST_ZONE, _LAST_TO_END_A_DAY = "Etc/GMT-14", "Etc/GMT+12"


class Refused(Rule):
    """No offer of a ``product`` refused from this seller, unless the agreement under ``unless`` came after.

    With ``of: principal`` it reaches all that the seller offers, with ``binds_days`` it ends.
    """

    kind: ClassVar[str] = "refusal"
    ground: ClassVar[str] = "suppression"
    agreement: Agreement
    of_product: bool
    days: int | None

    def setup(self, given: Given) -> None:
        self.agreement = given.law.agreement(given.entry["unless"], self.id)
        self.of_product = given.entry.get("of") != "principal"
        days = given.values.get("binds_days", FOR_GOOD)
        self.days = None if days == FOR_GOOD else days

    def judge(self, ask: Ask) -> Iterator[Finding]:
        refusals = ask.facts.history.refusals
        if refusals is UNKNOWN:
            yield self.gap("history.refusals")
            return
        gaps: list[tuple[str, ...]] = []
        for one in refusals:
            if one.at is not UNKNOWN and one.at > ask.at:
                continue
            last_day = self._last_day(one, ask)
            if last_day is not None and ask.first_day > last_day:
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
        pairs: list[tuple[str, Any, str, Any]] = [("principal", one.principal, "principal.id", ask.facts.principal.id)]
        if self.of_product:
            pairs.append(("product", one.product, "product", ask.facts.product))
        for name, theirs, path, ours in pairs:
            if theirs is UNKNOWN:
                gaps.append(f"history.refusals.{name}")
            elif ours is UNKNOWN:
                gaps.append(path)
            elif theirs != ours:
                return Answer(NO)
        return Answer(MAYBE, tuple(gaps)) if gaps else Answer(YES)

    def _last_day(self, one: Refusal, ask: Ask) -> date | None:
        """The last day on which it binds; None: it has no end, or nobody knows when it was said."""
        if self.days is None or one.at is UNKNOWN:
            return None
        return max(local_day(one.at, zone) for zone in ask.zones or (_LATEST_ZONE,)) + timedelta(days=self.days)

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
        marks = [one.at for one in refusals if one.at is not UNKNOWN]
        for one in refusals:
            if (last_day := self._last_day(one, ask)) is not None:
                marks.append(max(day_start(last_day + _DAY, zone) for zone in ask.zones or (_LAST_TO_END_A_DAY,)))
        return earliest(self.agreement.held(ask).edge, *(mark for mark in marks if mark > ask.at))
