"""What binds a dialler: the share of abandoned calls, and how long it must ring."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ahize.compliance.ask import Ask
from ahize.compliance.facts import UNKNOWN
from ahize.compliance.rules.kind import Given, Rule
from ahize.compliance.ruling import Finding


class AbandonmentCap(Rule):
    """At most ``share_max`` of the calls a person answered, over ``period_days`` at most.

    With ``over: whatever_period`` the share counts in whatever period it comes, that of the country's law.
    """

    kind: ClassVar[str] = "abandonment"
    ground: ClassVar[str] = "abandonment"
    share_max: float
    period_days: int | None

    def setup(self, given: Given) -> None:
        self.share_max = given.values["share_max"]
        any_period = given.entry.get("over") == "whatever_period"
        self.period_days = None if any_period else given.values["period_days"]

    def judge(self, ask: Ask) -> Iterator[Finding]:
        stand = ask.facts.abandonment
        if stand.share is UNKNOWN:
            yield self.gap("abandonment.share")
        elif stand.share > self.share_max:
            yield self.bar("abandonment", share=f"{stand.share * 100:g}", most=f"{self.share_max * 100:g}")
        elif self.period_days is None:
            return
        elif stand.period_days is UNKNOWN:
            yield self.gap("abandonment.period_days")
        elif stand.period_days > self.period_days:
            # A good share over a longer time hides what the law's own period came to.
            yield self.gap("abandonment.share")


class RingTime(Rule):
    """Ring at least ``ring_s_min`` before giving up, and at most ``ring_s_max``; one of them may be left out."""

    kind: ClassVar[str] = "ring_time"
    ground: ClassVar[str] = "ring_time"
    ring_s_max: float | None

    def setup(self, given: Given) -> None:
        self.ring_s_max = given.values.get("ring_s_max")
        self.ring_s_min = (
            given.values.get("ring_s_min", 0) if self.ring_s_max is not None else given.values["ring_s_min"]
        )

    def judge(self, ask: Ask) -> Iterator[Finding]:
        ring_s = ask.facts.setup.ring_s
        if ring_s is UNKNOWN:
            yield self.gap("setup.ring_s")
        elif ring_s < self.ring_s_min:
            yield self.bar("ring_time", ring=f"{ring_s:g}", least=f"{self.ring_s_min:g}")
        elif self.ring_s_max is not None and ring_s > self.ring_s_max:
            yield self.bar("ring_time.longest", ring=f"{ring_s:g}", most=f"{self.ring_s_max:g}")
