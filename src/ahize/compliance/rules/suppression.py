"""Suppression: our own list of people who said stop.

An entry binds from the moment it stands. It may cover marketing only or everything; an entry that does not say covers
everything. A newer consent that fits lifts it; a purchase or an invitation does not. One confirmation without
marketing may follow within the law's minutes. Where the law gives a stop a term, it binds to the end of the last day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import ClassVar

from ahize.compliance.ask import MAYBE, NO, YES, Answer, Ask, Truth, earliest, names
from ahize.compliance.facts import UNKNOWN, Suppression
from ahize.compliance.rules.consent import Agreement
from ahize.compliance.rules.kind import Given, Rule
from ahize.compliance.ruling import Finding, Missing
from ahize.compliance.terms import Condition
from ahize.kernel.windows import add_months, day_start, zone_of

_LATEST_ZONE, _LAST_TO_END_A_DAY = "Etc/GMT-14", "Etc/GMT+12"
_SCOPES_BY_SELLER = ("principal", "brand", "channel")


class Stops:
    """Which entries reach this call.

    Args:
        lifted_by: the agreement that, given after the entry, lifts it.
        selling: the term that says what `marketing` covers.
    """

    def __init__(self, *, lifted_by: Agreement, marketing: Condition) -> None:
        self.lifted_by = lifted_by
        self.marketing = marketing

    def reaches(self, entry: Suppression, ask: Ask) -> Answer:
        """Is this entry about this seller, this channel and this kind of content?"""
        facts, gaps = ask.facts, []
        if entry.scope is UNKNOWN:
            gaps.append("suppressions.scope")
        elif entry.scope in _SCOPES_BY_SELLER:
            about = entry.principal
            if about is UNKNOWN:
                if entry.scope != "channel":
                    gaps.append("suppressions.principal")
            elif facts.principal.id is UNKNOWN:
                gaps.append("principal.id")
            elif about != facts.principal.id and not (entry.scope == "brand" and about == facts.principal.brand):
                return Answer(NO)
        if entry.scope == "channel":
            if entry.channel is UNKNOWN or facts.channel is UNKNOWN:
                gaps.append("suppressions.channel" if entry.channel is UNKNOWN else "channel")
            elif entry.channel != facts.channel:
                return Answer(NO)
        if entry.covers == "marketing":
            marketing = self.marketing.truth(ask)
            if marketing is NO:
                return Answer(NO)
            if marketing is MAYBE:
                gaps.extend(self.marketing.gaps(ask))
        return Answer(MAYBE, tuple(gaps)) if gaps else Answer(YES)

    def lifted(self, entry: Suppression, ask: Ask) -> Answer:
        held = self.lifted_by.held(ask)
        if held.truth is NO or entry.at is UNKNOWN:
            return Answer(NO, edge=held.edge)
        if held.truth is MAYBE:
            return Answer(MAYBE, held.gaps, held.edge)
        newer = [one for one in held.consents if one.given_at is not UNKNOWN and one.given_at > entry.at]
        if newer:
            ask.relied.extend(newer)
            return Answer(YES, edge=held.edge)
        return Answer(NO, edge=held.edge)

    def end_dealings(self, ask: Ask) -> Answer:
        """Has a stop ended what dealings there were? A later consent does not bring them back."""
        entries = ask.facts.suppressions
        if entries is UNKNOWN:
            return Answer(MAYBE, ("suppressions",))
        answers = [self.reaches(entry, ask) for entry in entries]
        if any(answer.truth is YES for answer in answers):
            return Answer(YES)
        gaps = names(*(answer.gaps for answer in answers if answer.truth is MAYBE))
        return Answer(MAYBE, gaps) if gaps else Answer(NO)


class SuppressionList(Rule):
    """No call to a person who said stop."""

    kind: ClassVar[str] = "suppression"
    ground: ClassVar[str] = "suppression"
    stops: Stops
    confirmation: Condition | None
    confirm_within: timedelta
    confirmations_max: int
    months: int | None
    days: int

    def setup(self, given: Given) -> None:
        self.stops = given.law.stops
        self.months, self.days = given.values.get("binds_months"), given.values.get("binds_days", 0)
        self.confirmation = given.entry.get("confirmation")
        if self.confirmation is not None:
            self.confirm_within = timedelta(minutes=given.values["confirm_within_min"])
            self.confirmations_max = given.values["confirmations_max"]

    def judge(self, ask: Ask) -> Iterator[Finding]:
        entries = ask.facts.suppressions
        if entries is UNKNOWN:
            yield self.gap("suppressions")
            return
        gaps: list[tuple[str, ...]] = []
        for entry in entries:
            finding = self._judge(entry, ask)
            if isinstance(finding, Missing):
                gaps.append(finding.facts)
            elif finding is not None:
                yield finding
                return
        if gaps:
            yield self.gap(*names(*gaps))

    def _judge(self, entry: Suppression, ask: Ask) -> Finding | None:
        reaches = self.stops.reaches(entry, ask)
        last_day = self._last_day(entry, ask)
        if reaches.truth is NO or (last_day is not None and ask.first_day > last_day):
            return None
        lifted = self.stops.lifted(entry, ask)
        if lifted.truth is YES:
            return None
        confirms = self._is_confirmation(entry, ask)
        if confirms.truth is YES:
            return None
        if MAYBE in (reaches.truth, lifted.truth, confirms.truth):
            return self.gap(*names(reaches.gaps, lifted.gaps, confirms.gaps))
        key = "stop.all" if entry.scope == "all" else "stop.seller"
        if entry.at is UNKNOWN:
            return self.bar(key)
        return self.bar(f"{key}_on", day=f"{entry.at:%Y-%m-%d}")

    def _last_day(self, entry: Suppression, ask: Ask) -> date | None:
        """The last day on which it binds; None: it has no end, or nobody knows when it was said."""
        if self.months is None or entry.at is UNKNOWN:
            return None
        said_on = max(entry.at.astimezone(zone_of(zone)).date() for zone in ask.zones or (_LATEST_ZONE,))
        return add_months(said_on, self.months) + timedelta(days=self.days)

    def _is_confirmation(self, entry: Suppression, ask: Ask) -> Answer:
        """Is this the one confirmation, in time?"""
        if self.confirmation is None:
            return Answer(NO)
        truth: Truth = self.confirmation.truth(ask)
        if truth is NO or entry.at is UNKNOWN or not entry.at <= ask.at <= entry.at + self.confirm_within:
            return Answer(NO)
        attempts = ask.facts.history.attempts
        if truth is MAYBE or attempts is UNKNOWN:
            missing = ("history.attempts",) if attempts is UNKNOWN else ()
            return Answer(MAYBE, names(self.confirmation.gaps(ask), missing))
        since = [one for one in attempts if one.at is UNKNOWN or one.at >= entry.at]
        sent = [one for one in since if one.channel in (UNKNOWN, ask.facts.channel)]
        return Answer(YES if len(sent) < self.confirmations_max else NO)

    def edge(self, ask: Ask) -> datetime | None:
        entries = ask.facts.suppressions
        if entries is UNKNOWN or not entries:
            return None
        edges = [self.stops.lifted_by.held(ask).edge]
        for entry in entries:
            last_day = self._last_day(entry, ask)
            if last_day is not None:
                next_day = last_day + timedelta(days=1)
                lapses = max(day_start(next_day, zone) for zone in ask.zones or (_LAST_TO_END_A_DAY,))
                edges.append(lapses if lapses > ask.at else None)
        if self.confirmation is not None and self.confirmation.truth(ask) is not NO:
            for entry in entries:
                if entry.at is not UNKNOWN:
                    past = entry.at + self.confirm_within + timedelta(microseconds=1)
                    edges.extend(mark for mark in (entry.at, past) if mark > ask.at)
        return earliest(*edges)
