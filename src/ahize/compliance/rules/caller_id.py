"""Caller ID: which number is shown, whether it can be called back, and whether it is ours to show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ahize.compliance.ask import Ask
from ahize.compliance.facts import UNKNOWN
from ahize.compliance.rules.kind import Given, Rule
from ahize.compliance.ruling import Finding


class CallerIdShown(Rule):
    """A number is shown that is of no barred kind and can be called back."""

    kind: ClassVar[str] = "caller_id"
    ground: ClassVar[str] = "caller_id"
    barred_kinds: frozenset[str]

    def setup(self, given: Given) -> None:
        self.barred_kinds = frozenset(given.entry["barred_kinds"])

    def judge(self, ask: Ask) -> Iterator[Finding]:
        cli = ask.facts.cli
        if cli.kind is UNKNOWN:
            yield self.gap("cli.kind")
        elif cli.kind in self.barred_kinds:
            yield self.bar("cli.kind", kind=cli.kind)
            return
        if cli.dialable is UNKNOWN:
            yield self.gap("cli.dialable")
        elif not cli.dialable:
            yield self.bar("cli.dialable")


class CallerIdRights(Rule):
    """The right to show the number is proven."""

    kind: ClassVar[str] = "caller_id_rights"
    ground: ClassVar[str] = "caller_id"

    def judge(self, ask: Ask) -> Iterator[Finding]:
        proven = ask.facts.cli.rights_proven
        if proven is UNKNOWN:
            yield self.gap("cli.rights_proven")
        elif not proven:
            yield self.bar("cli.rights")
