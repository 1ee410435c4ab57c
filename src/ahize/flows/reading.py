"""From YAML to a flow, or one error that says where, what was found and what was expected.

Whether the flow leads anywhere is another question (``checking.py``): here every word is a word that exists, and every
value of its kind. The layout is described in ``docs/reference/flows.md``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NoReturn, TypeVar, get_args

import yaml

from ahize.flows.flow import (
    As,
    Ask,
    Branch,
    Choose,
    Collect,
    Condition,
    End,
    Flow,
    Is,
    Node,
    Option,
    Patience,
    Say,
    Sounds,
    Text,
    Transfer,
    Value,
    Way,
)
from ahize.kernel.errors import BadInput
from ahize.kernel.plain_yaml import read_yaml

T = TypeVar("T")

NAME: Final = re.compile(r"[a-z][a-z0-9_]*\Z", re.ASCII)
KEYS: Final = frozenset("0123456789*#")
SOUND: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.ASCII)
LANGUAGE: Final = re.compile(r"[a-z]{2}\Z", re.ASCII)
NODES_MAX: Final = 2_000
TEXT_MAX: Final = 20_000
DIGITS_MAX: Final = 64
WAIT_S: Final = 8.0
TRIES: Final = 3

_PATIENCE: Final = ("wait_s", "tries", "no_answer")


class BadFlow(BadInput):
    """A flow that cannot be read."""

    code = "bad_flow"


def read_flow(text: str, *, where: str = "flow") -> Flow:
    """The flow that this YAML says.

    Args:
        where: the file's name, for errors.

    Raises: BadFlow, naming the place as ``where: nodes.hello.next``.
    """
    try:
        document = read_yaml(text)
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark is not None else ""
        raise BadFlow(
            f"{where}{line}: this is no YAML: {getattr(wrong, 'problem', None) or 'it ends too early'}",
            next_step="Correct the line; docs/reference/flows.md shows a whole flow.",
        ) from None
    except (RecursionError, ValueError):
        raise BadFlow(
            f"{where}: this is no YAML that a person wrote: it is nested too deeply, or dates no day"
        ) from None
    return _Reader(where).flow(document)


class _Reader:
    """Reads one document; knows its languages once they are read."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.languages: tuple[str, ...] = ()

    # ── the whole ────────────────────────────────────────────────────────────────────────────────────────────────────

    def flow(self, document: Any) -> Flow:
        known = ("flow", "version", "languages", "start", "machine", "anytime", "nodes")
        top = self.table(document, "", known, needed=("flow", "version", "languages", "start", "nodes"))
        self.languages = self.list_of(self.language, top["languages"], "languages")
        written = self.table(top["nodes"], "nodes", None)
        if len(written) > NODES_MAX:
            self.refuse("nodes", f"{len(written)} of them", f"at most {NODES_MAX}")
        return Flow(
            name=self.name(top["flow"], "flow"),
            version=self.whole(top["version"], "version", 1, 1_000_000),
            sha256=hashlib.sha256(json.dumps(document, sort_keys=True, default=str).encode()).hexdigest(),
            languages=self.languages,
            start=self.name(top["start"], "start"),
            nodes={self.name(name, "nodes"): self.node(node, f"nodes.{name}") for name, node in written.items()},
            anytime=self.options(top.get("anytime", {}), "anytime"),
            machine=self.name(top["machine"], "machine") if "machine" in top else "",
        )

    def node(self, given: Any, at: str) -> Node:
        kinds: Mapping[str, Callable[[Any, str], Node]] = {
            **{"say": self.say, "ask": self.ask, "choose": self.choose, "collect": self.collect},
            **{"branch": self.branch, "transfer": self.transfer, "end": self.end},
        }
        table = self.table(given, at, None)
        kind = [name for name in kinds if name in table]
        if len(kind) != 1:
            self.refuse(at, "nothing" if not kind else " and ".join(kind), f"exactly one of {', '.join(kinds)}")
        return kinds[kind[0]](table, at)

    # ── each kind of node ────────────────────────────────────────────────────────────────────────────────────────────

    def say(self, given: Any, at: str) -> Say:
        table = self.table(given, at, ("say", "sound", "next"), needed=("next",))
        text, next_ = self.text(table["say"], f"{at}.say"), self.name(table["next"], f"{at}.next")
        return Say(text, next_, self.sound(table, at))

    def ask(self, given: Any, at: str) -> Ask:
        known = ("ask", "sound", "into", "as", "least", "most", "next", *_PATIENCE)
        table = self.table(given, at, known, needed=("into", "next", "no_answer"))
        as_: As = self.word(table.get("as", "words"), f"{at}.as", get_args(As))
        bounds = {name: self.number(table[name], f"{at}.{name}") for name in ("least", "most") if name in table}
        if bounds and as_ != "number":
            self.refuse(f"{at}.{next(iter(bounds))}", "a bound", "one only where `as` is number")
        if len(bounds) == 2 and bounds["least"] > bounds["most"]:
            self.refuse(f"{at}.most", f"{bounds['most']:g}", f"at least {bounds['least']:g}")
        return Ask(
            self.text(table["ask"], f"{at}.ask"),
            self.name(table["into"], f"{at}.into"),
            as_,
            bounds.get("least"),
            bounds.get("most"),
            self.patience(table, at),
            self.name(table["next"], f"{at}.next"),
            self.sound(table, at),
        )

    def choose(self, given: Any, at: str) -> Choose:
        known = ("choose", "sound", "into", "options", *_PATIENCE)
        table = self.table(given, at, known, needed=("options", "no_answer"))
        options = self.options(table["options"], f"{at}.options")
        if not options:
            self.refuse(f"{at}.options", "none", "one key or more")
        into = self.name(table["into"], f"{at}.into") if "into" in table else ""
        text, patience = self.text(table["choose"], f"{at}.choose"), self.patience(table, at)
        return Choose(text, into, options, patience, self.sound(table, at))

    def collect(self, given: Any, at: str) -> Collect:
        known = ("collect", "sound", "into", "digits", "next", *_PATIENCE)
        table = self.table(given, at, known, needed=("into", "digits", "next", "no_answer"))
        digits = self.list_of(lambda one, on: self.whole(one, on, 1, DIGITS_MAX), table["digits"], f"{at}.digits")
        if len(digits) != 2 or digits[0] > digits[1]:
            self.refuse(f"{at}.digits", str(list(digits)), "the least and the most, like [4, 6]")
        return Collect(
            self.text(table["collect"], f"{at}.collect"),
            self.name(table["into"], f"{at}.into"),
            *digits,
            self.patience(table, at),
            self.name(table["next"], f"{at}.next"),
            self.sound(table, at),
        )

    def branch(self, given: Any, at: str) -> Branch:
        table = self.table(given, at, ("branch", "otherwise"), needed=("otherwise",))
        ways = self.list_of(self.way, table["branch"], f"{at}.branch")
        return Branch(ways, self.name(table["otherwise"], f"{at}.otherwise"))

    def way(self, given: Any, at: str) -> Way:
        table = self.table(given, at, ("when", "next"), needed=("when", "next"))
        when = self.table(table["when"], f"{at}.when", ("of", "is", "value"), needed=("of", "is"))
        is_: Is = self.word(when["is"], f"{at}.when.is", get_args(Is))
        value: Value | tuple[Value, ...] | None = None
        if is_ == "known" and "value" in when:
            self.refuse(f"{at}.when.value", "a value", "none: `known` compares with nothing")
        if is_ == "one_of":
            value = self.list_of(self.value, when.get("value"), f"{at}.when.value")
        elif is_ in ("below", "above"):
            value = self.number(when.get("value"), f"{at}.when.value")
        elif is_ != "known":
            value = self.value(when.get("value"), f"{at}.when.value")
        of = self.filled(when["of"], f"{at}.when.of")
        return Way(Condition(of, is_, value), self.name(table["next"], f"{at}.next"))

    def transfer(self, given: Any, at: str) -> Transfer:
        table = self.table(given, at, ("transfer", "failed"), needed=("failed",))
        return Transfer(self.filled(table["transfer"], f"{at}.transfer"), self.name(table["failed"], f"{at}.failed"))

    def end(self, given: Any, at: str) -> End:
        table = self.table(given, at, ("end", "text", "sound"))
        text = self.text(table["text"], f"{at}.text") if "text" in table else None
        if text is None and "sound" in table:
            self.refuse(f"{at}.sound", "a sound without words", "`text` to say what is in it")
        return End(self.name(table["end"], f"{at}.end"), text, self.sound(table, at))

    def patience(self, table: Mapping[str, Any], at: str) -> Patience:
        wait_s = self.number(table.get("wait_s", WAIT_S), f"{at}.wait_s")
        if not 0 < wait_s <= 600:
            self.refuse(f"{at}.wait_s", f"{wait_s:g}", "seconds above 0, at most 600")
        tries = self.whole(table.get("tries", TRIES), f"{at}.tries", 1, 20)
        return Patience(wait_s, tries, self.name(table["no_answer"], f"{at}.no_answer"))

    def options(self, given: Any, at: str) -> dict[str, Option]:
        found = {}
        for key, written in self.table(given, at, None).items():
            if key not in KEYS:
                self.refuse(f"{at}.{key}", f"“{key}”", "one key: 0 to 9, * or #, in quotation marks")
            known = ("label", "next", "value", "language")
            option = self.table(written, f"{at}.{key}", known, needed=("label", "next"))
            language = option.get("language", "")
            found[key] = Option(
                self.text(option["label"], f"{at}.{key}.label"),
                self.name(option["next"], f"{at}.{key}.next"),
                self.value(option.get("value", key), f"{at}.{key}.value"),
                self.word(language, f"{at}.{key}.language", self.languages) if language else "",
            )
        return found

    # ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def table(
        self, given: Any, at: str, known: Sequence[str] | None, *, needed: Sequence[str] = ()
    ) -> Mapping[str, Any]:
        """``known`` None: any names. Numbers as names are read as they were written."""
        if not isinstance(given, Mapping):
            self.refuse(at, _said(given), "names and values, indented")
        table = {name if isinstance(name, str) else _said(name): value for name, value in given.items()}
        if known is not None:
            for name in table:
                if name not in known:
                    self.refuse(f"{at}.{name}".lstrip("."), f"“{name}”", f"only {', '.join(known)}")
        for name in needed:
            if name not in table:
                self.refuse(at, f"no `{name}`", f"it to have {', '.join(needed)}")
        return table

    def list_of(self, read: Callable[[Any, str], T], given: Any, at: str) -> tuple[T, ...]:
        if not isinstance(given, list) or not given:
            self.refuse(at, _said(given), "a list with one entry or more")
        return tuple(read(one, f"{at}[{place}]") for place, one in enumerate(given))

    def text(self, given: Any, at: str) -> Text:
        """One text where there is one language, else a table of texts by language."""
        if isinstance(given, str) and len(self.languages) == 1:
            given = {self.languages[0]: given}
        table = self.table(given, at, self.languages, needed=self.languages)
        return {language: self.filled(table[language], f"{at}.{language}").strip() for language in self.languages}

    def sound(self, table: Mapping[str, Any], at: str) -> Sounds | None:
        """The recorded sounds of a node, one for each language; None where its words are spoken."""
        if "sound" not in table:
            return None
        ids = self.text(table["sound"], f"{at}.sound")
        for language, written in ids.items():
            if not SOUND.match(written):
                self.refuse(f"{at}.sound.{language}", _said(written), "a sound's id, as the list of sounds shows it")
        return ids

    def filled(self, given: Any, at: str) -> str:
        if not isinstance(given, str) or not given.strip():
            self.refuse(at, _said(given), "words")
        if len(given) > TEXT_MAX:
            self.refuse(at, f"{len(given)} characters", f"at most {TEXT_MAX}")
        return given

    def name(self, given: Any, at: str) -> str:
        if not isinstance(given, str) or not NAME.match(given):
            self.refuse(at, _said(given), "a name like opt_out: small letters, digits and _")
        return given

    def language(self, given: Any, at: str) -> str:
        if not isinstance(given, str) or not LANGUAGE.match(given):
            self.refuse(at, _said(given), "a language like en or tr")
        return given

    def word(self, given: Any, at: str, words: Sequence[str]) -> Any:
        if given not in words:
            self.refuse(at, _said(given), f"one of {', '.join(words)}")
        return given

    def value(self, given: Any, at: str) -> Value:
        if isinstance(given, int | float) and not isinstance(given, bool):
            return self.number(given, at)
        if not isinstance(given, str | bool) or given == "":
            self.refuse(at, _said(given), "a word, a number, true or false")
        return given

    def number(self, given: Any, at: str) -> float:
        if not isinstance(given, int | float) or isinstance(given, bool) or not -1e15 < given < 1e15:
            self.refuse(at, _said(given), "a number")
        return given

    def whole(self, given: Any, at: str, least: int, most: int) -> int:
        if not isinstance(given, int) or isinstance(given, bool) or not least <= given <= most:
            self.refuse(at, _said(given), f"a whole number from {least} to {most}")
        return given

    def refuse(self, at: str, found: str, expected: str) -> NoReturn:
        place = f"{self.where}: {at}" if at else self.where
        raise BadFlow(
            f"{place}: found {found}, expected {expected}.",
            next_step="docs/reference/flows.md shows a whole flow.",
            place=at,
        )


def _said(given: Any) -> str:
    if given is None:
        return "nothing"
    text = str(given)
    return f"“{text}”" if len(text) <= 60 else f"“{text[:60]}…”"
