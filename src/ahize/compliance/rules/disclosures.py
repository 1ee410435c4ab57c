"""Disclosures: what the script, the recorded message or the text must say, and how soon."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import Any, ClassVar

from ahize.compliance.ask import Ask
from ahize.compliance.facts import UNKNOWN
from ahize.compliance.rules.kind import Given, Rule, ground_of
from ahize.compliance.ruling import Finding
from ahize.compliance.sentences import Text
from ahize.compliance.terms import BadLaw


class Script(Rule):
    """The script says each of these."""

    kind: ClassVar[str] = "script"
    ground: ClassVar[str] = "disclosure"
    says: tuple[str, ...]

    def setup(self, given: Given) -> None:
        self.says = tuple(given.entry["says"])

    def judge(self, ask: Ask) -> Iterator[Finding]:
        said = ask.facts.setup.script_discloses
        if said is UNKNOWN:
            yield self.gap("setup.script_discloses")
            return
        silent = tuple(one for one in self.says if one not in said)
        if silent:
            yield self.bar("script", silent=silent)


class Message(Rule):
    """Facts of the set-up that must be so; each with the sentence that says what is wrong otherwise.

    A ``ground`` other than `disclosure` stands in the entry.
    """

    kind: ClassVar[str] = "message"
    ground: ClassVar[str] = "disclosure"
    due: tuple[tuple[str, Any, bool, Text], ...]
    on: str

    def setup(self, given: Given) -> None:
        due = []
        for one in given.entry["must"]:
            if not isinstance(one.get("be"), bool):
                raise BadLaw(f"{self.id}: `must` needs `fact`, `be` (true or false) and `else`")
            due.append((one["fact"], attrgetter(one["fact"]), one["be"], Text(**one["else"])))
        self.due = tuple(due)
        self.on = ground_of(given.entry.get("ground", self.ground), self.id)

    def judge(self, ask: Ask) -> Iterator[Finding]:
        for path, get, be, otherwise in self.due:
            found = get(ask.facts)
            if found is UNKNOWN:
                yield self.gap(path)
            elif found is not be:
                yield self.bar("message", self.on, wrong=otherwise)


class OptOutPrompt(Rule):
    """The way out is offered within ``prompt_s_max`` of the identification."""

    kind: ClassVar[str] = "opt_out_prompt"
    ground: ClassVar[str] = "disclosure"
    prompt_s_max: float

    def setup(self, given: Given) -> None:
        self.prompt_s_max = given.values["prompt_s_max"]

    def judge(self, ask: Ask) -> Iterator[Finding]:
        prompt_s = ask.facts.setup.opt_out_prompt_s
        if prompt_s is UNKNOWN:
            yield self.gap("setup.opt_out_prompt_s")
        elif prompt_s > self.prompt_s_max:
            yield self.bar("prompt", prompt=f"{prompt_s:g}", most=f"{self.prompt_s_max:g}")


class DutyOnly(Rule):
    """Bars nothing; the call must also do what it carries."""

    kind: ClassVar[str] = "duty"
    ground: ClassVar[str] = "disclosure"
