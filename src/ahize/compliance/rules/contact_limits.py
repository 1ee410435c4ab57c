"""Contact limits: how many attempts may be made to one number within a span of time.

Attempts count, answered or not. A rolling span is counted in instants, so a day with a clock change is no exception: an
attempt of exactly the span ago has rolled out. A limit by calendar day counts the callee's own.

    counts    recorded, automated (recorded or by AI), reached; every attempt where it is not given
    channels  [voice] where it is not given
    whose     principal (the seller's own, where it is not given), or anyone
    same      product: only attempts about the same subject
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar

from ahize.compliance.ask import MAYBE, NO, YES, Answer, Ask, Truth, earliest, names
from ahize.compliance.facts import UNKNOWN, PastAttempt
from ahize.compliance.rules.consent import Agreement
from ahize.compliance.rules.kind import Given, Rule
from ahize.compliance.rules.lifting import Lifting
from ahize.compliance.ruling import Bar, Finding
from ahize.compliance.terms import BadLaw

_AUTOMATED = frozenset({"prerecorded", "voicemail_drop", "ai_voice"})
_COUNTS = frozenset({"recorded", "automated", "reached", "every"})
_DAY = timedelta(days=1)


class ContactLimit(Rule):
    """At most ``attempts_max`` within ``span_days`` or ``span_hours``, or on one ``calendar_day``.

    It yields to the agreement under ``unless`` and to what stands under ``lifted_by``.
    """

    kind: ClassVar[str] = "contact_limit"
    ground: ClassVar[str] = "frequency"
    attempts_max: int
    span: timedelta | None
    agreement: Agreement | None
    lifting: Lifting
    counts: str
    channels: frozenset[str]
    of_anyone: bool
    same_product: bool

    def setup(self, given: Given) -> None:
        entry, values = given.entry, given.values
        self.attempts_max = values["attempts_max"]
        self.span = None
        if "span_hours" in values:
            self.span = timedelta(hours=values["span_hours"])
        elif entry.get("within") != "calendar_day":
            self.span = timedelta(days=values["span_days"])
        self.agreement = given.law.agreement(entry["unless"], self.id) if "unless" in entry else None
        self.lifting = Lifting(given)
        self.counts = entry.get("counts", "every")
        self.channels = frozenset(entry.get("channels", ("voice",)))
        self.of_anyone = entry.get("whose") == "anyone"
        self.same_product = entry.get("same") == "product"
        if self.counts not in _COUNTS:
            raise BadLaw(f"{self.id}: `counts` is one of {sorted(_COUNTS)}")

    def _begins(self, ask: Ask) -> datetime:
        """The last instant at which an attempt no longer counts."""
        if self.span is None:
            return ask.starts(ask.first_day) - timedelta(microseconds=1)
        return ask.at - self.span

    def _counted(self, ask: Ask) -> tuple[list[datetime], int, tuple[str, ...]]:
        """When counted attempts were made; how many more may count; and what is missing to know."""
        attempts = ask.facts.history.attempts
        assert attempts is not UNKNOWN, "asked before"
        sure: list[datetime] = []
        unsure, gaps = 0, []
        since = self._begins(ask)
        for one in attempts:
            if one.at is not UNKNOWN and not since < one.at < ask.at:
                continue
            missing = self._missing(one, ask)
            if missing is None:
                continue
            if missing:
                unsure += 1
                gaps.append(missing)
            elif one.at is not UNKNOWN:
                sure.append(one.at)
        return sure, unsure, names(*gaps)

    def _missing(self, one: PastAttempt, ask: Ask) -> tuple[str, ...] | None:
        """What is missing to count this attempt; None where it does not count."""
        gaps = [] if one.at is not UNKNOWN else ["history.attempts.at"]
        if one.channel is UNKNOWN:
            gaps.append("history.attempts.channel")
        elif one.channel not in self.channels:
            return None
        pairs: list[tuple[str, Any, str, Any]] = []
        if not self.of_anyone:
            pairs.append(("principal", one.principal, "principal.id", ask.facts.principal.id))
        if self.same_product:
            pairs.append(("product", one.product, "product", ask.facts.product))
        for name, theirs, path, ours in pairs:
            if theirs is UNKNOWN:
                gaps.append(f"history.attempts.{name}")
            if ours is UNKNOWN:
                gaps.append(path)
            if UNKNOWN not in (theirs, ours) and theirs != ours:
                return None
        of_kind, missing = self._is_counted_kind(one)
        return None if of_kind is NO else (*gaps, *missing)

    def _is_counted_kind(self, one: PastAttempt) -> tuple[Truth, tuple[str, ...]]:
        if self.counts == "every":
            return YES, ()
        if self.counts == "reached":
            return _known(one.reached, "history.attempts.reached")
        if self.counts == "automated" and one.method in _AUTOMATED:
            return YES, ()
        return _known(one.prerecorded, "history.attempts.prerecorded")

    def _lifted(self, ask: Ask) -> Answer:
        if self.agreement is not None:
            held = self.agreement.held(ask)
            if held.truth is YES:
                ask.relied.extend(held.consents)
            if held.truth is not NO:
                return Answer(held.truth, held.gaps, held.edge)
        return self.lifting.held(ask)

    def judge(self, ask: Ask) -> Iterator[Finding]:
        attempts = ask.facts.history.attempts
        if attempts is not UNKNOWN:
            sure, unsure, gaps = self._counted(ask)
            if len(sure) + unsure < self.attempts_max:
                return
        lifted = self._lifted(ask)
        if lifted.truth is YES:
            return
        if attempts is UNKNOWN:
            yield self.gap("history.attempts", *lifted.gaps)
        elif len(sure) < self.attempts_max:
            yield self.gap(*names(gaps, lifted.gaps))
        elif lifted.truth is MAYBE:
            yield self.gap(*lifted.gaps)
        elif self.span is None and not ask.zones:
            yield self.gap("callee.zones")
        else:
            yield self._too_many(len(sure))

    def _too_many(self, count: int) -> Bar:
        told = {"count": str(count), "most": str(self.attempts_max)}
        if self.span is None:
            return self.bar("frequency.today", **told)
        if self.span % _DAY:
            return self.bar("frequency.hours", hours=f"{self.span.total_seconds() / 3600:g}", **told)
        key = "frequency" if self.counts == "recorded" and self.agreement is not None else "frequency.days"
        return self.bar(key, days=str(self.span.days), **told)

    def edge(self, ask: Ask) -> datetime | None:
        attempts = ask.facts.history.attempts
        if attempts is UNKNOWN:
            return None
        known = [one.at for one in attempts if one.at is not UNKNOWN]
        # An attempt made at this very instant counts from the next one on.
        marks = [at + timedelta(microseconds=1) for at in known]
        if self.span is not None:
            marks += [at + self.span for at in known]
        elif known:
            marks.append(ask.starts(ask.first_day + _DAY))
        lifts = [self.lifting.held(ask).edge]
        if self.agreement is not None:
            lifts.append(self.agreement.held(ask).edge)
        return earliest(*(mark for mark in marks if mark > ask.at), *lifts)


def _known(flag: Any, path: str) -> tuple[Truth, tuple[str, ...]]:
    if flag is UNKNOWN:
        return MAYBE, (path,)
    return (YES if flag else NO), ()
