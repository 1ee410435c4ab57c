"""Calling hours: between which hours of the callee's own wall clock a call may begin.

Where the callee may be in several zones, all of them must be open. The start belongs to the window, the end does not.
A consent opens an early or late hour only through hours the person asked for, on the day asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import ClassVar

from ahize.compliance.ask import MAYBE, NO, YES, Answer, Ask, earliest, names
from ahize.compliance.facts import UNKNOWN
from ahize.compliance.rules.appointment import holds, marks
from ahize.compliance.rules.consent import Agreement
from ahize.compliance.rules.kind import Given, Rule
from ahize.compliance.ruling import Finding
from ahize.kernel.windows import next_change, zone_of


class CallingHours(Rule):
    """Only between ``opens`` and ``closes``."""

    kind: ClassVar[str] = "calling_hours"
    ground: ClassVar[str] = "hours"
    opens: time
    closes: time | None
    asked_for: Agreement

    def setup(self, given: Given) -> None:
        self.opens, self.closes = given.values["opens"], given.values["closes"]
        self.asked_for = given.law.agreement(given.entry["opened_by"], self.id)

    def _closed_in(self, ask: Ask) -> str | None:
        """The first zone whose clock is outside the hours."""
        for zone in ask.zones:
            wall = ask.at.astimezone(zone_of(zone)).time()
            if wall < self.opens or (self.closes is not None and wall >= self.closes):
                return zone
        return None

    def judge(self, ask: Ask) -> Iterator[Finding]:
        if not ask.zones:
            yield self.gap("callee.zones")
            return
        closed_in = self._closed_in(ask)
        if closed_in is None:
            return
        asked = self._asked_for(ask)
        if asked.truth is YES:
            return
        if asked.truth is MAYBE:
            yield self.gap(*asked.gaps)
            return
        wall = ask.at.astimezone(zone_of(closed_in))
        shown = f"{wall:%H:%M:%S}" if wall.second else f"{wall:%H:%M}"
        closes = "24:00" if self.closes is None else f"{self.closes:%H:%M}"
        yield self.bar("hours", clock=shown, zone=closed_in, opens=f"{self.opens:%H:%M}", closes=closes)

    def _asked_for(self, ask: Ask) -> Answer:
        """Did the person ask to be called at this hour of this day?"""
        held = self.asked_for.held(ask)
        if held.truth is not YES:
            windows = ask.facts.consents is UNKNOWN or any(one.window is not None for one in ask.facts.consents)
            return Answer(MAYBE, held.gaps) if held.truth is MAYBE and windows else Answer(NO)
        gaps: list[tuple[str, ...]] = []
        for consent in held.consents:
            if consent.window is None:
                continue
            asked = [holds(consent.window, ask, zone) for zone in ask.zones]
            if all(one is YES for one in asked):
                ask.relied.append(consent)
                return Answer(YES)
            if NO not in asked:
                gaps.append(("consents.window",))
        return Answer(MAYBE, names(*gaps)) if gaps else Answer(NO)

    def edge(self, ask: Ask) -> datetime | None:
        edges: list[datetime | None] = [next_change(ask.at, zone, self.opens, self.closes) for zone in ask.zones]
        if ask.facts.consents is not UNKNOWN and ask.facts.consents:
            edges.append(self.asked_for.held(ask).edge)
            for consent in ask.facts.consents:
                edges.extend(marks(consent, ask))
        return earliest(*edges)
