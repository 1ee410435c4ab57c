"""Registration: who calls must hold a registration, licence, bond or permit of the place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from ahize.compliance.ask import Ask
from ahize.compliance.facts import UNKNOWN, CallFacts
from ahize.compliance.rules.kind import Given, Rule
from ahize.compliance.ruling import Finding
from ahize.compliance.terms import fact_getter

_CALLER = "caller.registrations"


class Registration(Rule):
    """The code under ``registration`` stands among the caller's, or among the set of codes under ``among``."""

    kind: ClassVar[str] = "registration"
    ground: ClassVar[str] = "registration"
    code: str
    among: str
    get: Callable[[CallFacts], Any]

    def setup(self, given: Given) -> None:
        self.code = given.entry["registration"]
        self.among = given.entry.get("among", _CALLER)
        self.get = fact_getter(self.among)

    def judge(self, ask: Ask) -> Iterator[Finding]:
        held = self.get(ask.facts)
        if held is UNKNOWN:
            yield self.gap(self.among)
        elif self.code not in held:
            yield self.bar("registration", registration=self.code)
