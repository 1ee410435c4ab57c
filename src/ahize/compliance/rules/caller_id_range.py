"""Caller ID and range: the number shown is one of a series that a country keeps for such calls.

A number that is not shown at all is the matter of `caller_id`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ahize.compliance.ask import Ask
from ahize.compliance.facts import UNKNOWN
from ahize.compliance.rules.kind import Given, Rule
from ahize.compliance.ruling import Finding


class CallerIdRange(Rule):
    """The number begins with one of ``prefixes``."""

    kind: ClassVar[str] = "caller_id_range"
    ground: ClassVar[str] = "caller_id"
    prefixes: tuple[str, ...]

    def setup(self, given: Given) -> None:
        self.prefixes = tuple(given.entry["prefixes"])

    def judge(self, ask: Ask) -> Iterator[Finding]:
        cli = ask.facts.cli
        if cli.kind == "withheld":
            return
        if cli.e164 is UNKNOWN:
            yield self.gap("cli.e164")
        elif not cli.e164.startswith(self.prefixes):
            yield self.bar("cli.range", prefixes=", ".join(self.prefixes))
