"""Contact limits: how many attempts one seller may make to one number within a rolling span.

Attempts count, answered or not. The span is counted in instants, so a day with a clock change is no exception: an
attempt of exactly the span ago has rolled out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar

from ahize.compliance.ask import MAYBE, YES, Ask, earliest, names
from ahize.compliance.facts import UNKNOWN, PastAttempt
from ahize.compliance.rules.consent import Agreement
from ahize.compliance.rules.kind import Given, Rule
from ahize.compliance.ruling import Finding


class ContactLimit(Rule):
    """At most ``attempts_max`` within ``span_days``, unless the agreement under ``unless`` is held."""

    kind: ClassVar[str] = "contact_limit"
    ground: ClassVar[str] = "frequency"
    attempts_max: int
    span: timedelta
    agreement: Agreement
    recorded_only: bool

    def setup(self, given: Given) -> None:
        self.attempts_max = given.values["attempts_max"]
        self.span = timedelta(days=given.values["span_days"])
        self.agreement = given.law.agreement(given.entry["unless"], self.id)
        self.recorded_only = given.entry.get("counts") == "recorded"

    def _counted(self, ask: Ask) -> tuple[list[datetime], int, tuple[str, ...]]:
        """When counted attempts were made; how many more may count; and what is missing to know."""
        attempts, seller = ask.facts.history.attempts, ask.facts.principal.id
        assert attempts is not UNKNOWN, "asked before"
        sure: list[datetime] = []
        unsure, gaps = 0, []
        since = ask.at - self.span
        for one in attempts:
            if one.at is not UNKNOWN and not since < one.at < ask.at:
                continue
            missing = self._missing(one, seller)
            if missing is None:
                continue
            if missing:
                unsure += 1
                gaps.append(missing)
            elif one.at is not UNKNOWN:
                sure.append(one.at)
        return sure, unsure, names(*gaps)

    def _missing(self, one: PastAttempt, seller: Any) -> tuple[str, ...] | None:
        """What is missing to count this attempt; None where it does not count."""
        if one.channel is not UNKNOWN and one.channel != "voice":
            return None
        if one.principal is not UNKNOWN and seller is not UNKNOWN and one.principal != seller:
            return None
        if self.recorded_only and one.prerecorded is False:
            return None
        gaps = []
        if one.at is UNKNOWN:
            gaps.append("history.attempts.at")
        if one.channel is UNKNOWN:
            gaps.append("history.attempts.channel")
        if one.principal is UNKNOWN:
            gaps.append("history.attempts.principal")
        if seller is UNKNOWN:
            gaps.append("principal.id")
        if self.recorded_only and one.prerecorded is UNKNOWN:
            gaps.append("history.attempts.prerecorded")
        return tuple(gaps)

    def judge(self, ask: Ask) -> Iterator[Finding]:
        attempts = ask.facts.history.attempts
        if attempts is not UNKNOWN:
            sure, unsure, gaps = self._counted(ask)
            if len(sure) + unsure < self.attempts_max:
                return
        held = self.agreement.held(ask)
        if held.truth is YES:
            ask.relied.extend(held.consents)
        elif attempts is UNKNOWN:
            yield self.gap("history.attempts", *held.gaps)
        elif len(sure) < self.attempts_max:
            yield self.gap(*names(gaps, held.gaps))
        elif held.truth is MAYBE:
            yield self.gap(*held.gaps)
        else:
            count, days, most = len(sure), self.span.days, self.attempts_max
            yield self.bar("frequency", count=str(count), days=str(days), most=str(most))

    def edge(self, ask: Ask) -> datetime | None:
        attempts = ask.facts.history.attempts
        if attempts is UNKNOWN:
            return None
        marks = [one.at + self.span for one in attempts if one.at is not UNKNOWN]
        # An attempt made at this very instant counts from the next one on.
        marks += [one.at + timedelta(microseconds=1) for one in attempts if one.at is not UNKNOWN]
        return earliest(*(mark for mark in marks if mark > ask.at), self.agreement.held(ask).edge)
