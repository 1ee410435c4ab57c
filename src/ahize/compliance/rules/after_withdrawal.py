"""After a withdrawal: who took a consent back is not asked for a new one for so many days.

Days are the callee's own calendar days; the day of the withdrawal is day nought.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import ClassVar, Final

from ahize.compliance.ask import Ask, earliest
from ahize.compliance.facts import UNKNOWN
from ahize.compliance.rules.kind import Given, Rule
from ahize.compliance.ruling import Finding
from ahize.kernel.windows import day_start, local_day

_LATEST_ZONE: Final = "Etc/GMT-14"


class AfterWithdrawal(Rule):
    """Not within ``pause_days`` of the day on which a consent to this seller was withdrawn."""

    kind: ClassVar[str] = "after_withdrawal"
    ground: ClassVar[str] = "consent_revoked"
    pause: timedelta

    def setup(self, given: Given) -> None:
        self.pause = timedelta(days=given.values["pause_days"])

    def _said_on(self, at: datetime, ask: Ask) -> date:
        return max(local_day(at, zone) for zone in ask.zones or (_LATEST_ZONE,))

    def judge(self, ask: Ask) -> Iterator[Finding]:
        consents, seller = ask.facts.consents, ask.facts.principal.id
        if consents is UNKNOWN:
            yield self.gap("consents")
            return
        gaps: list[str] = []
        for one in consents:
            if one.revoked_at is None or one.revoked_at > ask.at:
                continue
            said_on = self._said_on(one.revoked_at, ask)
            if ask.first_day >= said_on + self.pause:
                continue
            if one.principal is UNKNOWN or seller is UNKNOWN:
                gaps.append("consents.principal" if one.principal is UNKNOWN else "principal.id")
            elif one.principal == seller:
                yield self.bar("consent.asked_again", day=said_on.isoformat(), days=str(self.pause.days))
                return
        if gaps:
            yield self.gap(*dict.fromkeys(gaps))

    def edge(self, ask: Ask) -> datetime | None:
        if ask.facts.consents is UNKNOWN:
            return None
        marks: list[datetime] = []
        for one in ask.facts.consents:
            if one.revoked_at is not None:
                ends_on = self._said_on(one.revoked_at, ask) + self.pause
                marks += [one.revoked_at, *(day_start(ends_on, zone) for zone in ask.zones or ("Etc/GMT+12",))]
        return earliest(*(mark for mark in marks if mark > ask.at))
