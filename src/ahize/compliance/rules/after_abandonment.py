"""After abandonment: a number whose call was left without an agent is not dialled by machine again for a while.

The span is counted in instants; a call abandoned exactly the span ago no longer counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar

from ahize.compliance.ask import Ask, earliest
from ahize.compliance.facts import UNKNOWN
from ahize.compliance.rules.kind import Given, Rule
from ahize.compliance.ruling import Finding


class AfterAbandonment(Rule):
    """Not within ``rest_hours`` of an abandoned call to the number."""

    kind: ClassVar[str] = "after_abandonment"
    ground: ClassVar[str] = "abandonment"
    rest: timedelta

    def setup(self, given: Given) -> None:
        self.rest = timedelta(hours=given.values["rest_hours"])

    def judge(self, ask: Ask) -> Iterator[Finding]:
        abandoned = ask.facts.history.abandoned
        if abandoned is UNKNOWN:
            yield self.gap("history.abandoned")
        elif any(at <= ask.at < at + self.rest for at in abandoned):
            hours = self.rest // timedelta(hours=1)
            yield self.bar("abandonment.rest", hours=str(hours))

    def edge(self, ask: Ask) -> datetime | None:
        abandoned = ask.facts.history.abandoned
        if abandoned is UNKNOWN:
            return None
        marks = [mark for at in abandoned for mark in (at, at + self.rest) if mark > ask.at]
        return earliest(*marks)
