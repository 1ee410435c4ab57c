"""Recording: a call is recorded only where it says so, and, where all must agree, where it asks.

Its ``when`` names calls that are recorded (``setup.records_call: true``); where several places' laws reach a call by
who is at either end, ``binds_at`` says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ahize.compliance.ask import Ask
from ahize.compliance.facts import UNKNOWN
from ahize.compliance.rules.kind import Given, Rule
from ahize.compliance.ruling import Finding


class Recording(Rule):
    """Recording is announced; with ``asks: true`` the person is asked as well."""

    kind: ClassVar[str] = "recording"
    ground: ClassVar[str] = "recording"
    asks: bool

    def setup(self, given: Given) -> None:
        self.asks = given.entry.get("asks", False)

    def judge(self, ask: Ask) -> Iterator[Finding]:
        setup = ask.facts.setup
        wanted = [("announces_recording", setup.announces_recording)]
        if self.asks:
            wanted.append(("asks_recording_consent", setup.asks_recording_consent))
        for name, said in wanted:
            if said is UNKNOWN:
                yield self.gap(f"setup.{name}")
            elif not said:
                yield self.bar(f"recording.{name}")
