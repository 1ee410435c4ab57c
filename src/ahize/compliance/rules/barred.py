"""Barred: whatever the entry reaches may not be done at all, unless something under ``lifted_by`` is held.

The ground (a method, a line, a purpose, a sector, an emergency at the callee's place …) and the sentence stand in the
entry, so that a new ban is data.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from ahize.compliance.ask import MAYBE, YES, Ask
from ahize.compliance.rules.kind import Given, Rule, ground_of
from ahize.compliance.rules.lifting import Lifting
from ahize.compliance.ruling import Finding
from ahize.compliance.sentences import Text


class Barred(Rule):
    """What ``when`` reaches is barred on the ``ground`` named, for the reason under ``because``."""

    kind: ClassVar[str] = "barred"
    ground: ClassVar[str] = "method"
    on: str
    why: Text
    lifting: Lifting

    def setup(self, given: Given) -> None:
        self.on = ground_of(given.entry["ground"], self.id)
        self.why = Text(**given.entry["because"])
        self.lifting = Lifting(given)

    def judge(self, ask: Ask) -> Iterator[Finding]:
        lifted = self.lifting.held(ask)
        if lifted.truth is YES:
            return
        if lifted.truth is MAYBE:
            yield self.gap(*lifted.gaps)
        else:
            yield self.bar("message", self.on, wrong=self.why)

    def edge(self, ask: Ask) -> datetime | None:
        return self.lifting.held(ask).edge
