"""Caller ID and route: a country's number is shown only on calls that begin in that country."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ahize.compliance.ask import Ask
from ahize.compliance.facts import UNKNOWN
from ahize.compliance.rules.kind import Given, Rule
from ahize.compliance.ruling import Finding


class CallerIdRoute(Rule):
    """A number that begins with ``prefix`` comes over a route of ``route_country``."""

    kind: ClassVar[str] = "caller_id_route"
    ground: ClassVar[str] = "caller_id"
    prefix: str
    country: str

    def setup(self, given: Given) -> None:
        self.prefix, self.country = given.entry["prefix"], given.entry["route_country"]

    def judge(self, ask: Ask) -> Iterator[Finding]:
        cli = ask.facts.cli
        if cli.kind == "withheld" or cli.route_country == self.country:
            return  # Nothing is shown, or what is shown comes from where it belongs.
        if cli.e164 is UNKNOWN:
            yield self.gap("cli.e164")
        elif not cli.e164.startswith(self.prefix):
            return
        elif cli.route_country is UNKNOWN:
            yield self.gap("cli.route_country")
        else:
            yield self.bar("cli.route", prefix=self.prefix, route=cli.route_country, country=self.country)
