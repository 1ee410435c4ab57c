"""What is wrong with the law files of a folder: each flaw with its file, line and entry, and what to do about it.

A law file that is read refuses the first thing that is wrong; the lint goes on and names them all. It also sees what
reading alone does not: a hole, an overlap, a law without examples, an example of a rule that is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from ahize.compliance.examples import examples_of
from ahize.compliance.facts import BadFacts, CallFacts
from ahize.compliance.law_file import NOTE, LawFile
from ahize.compliance.rulebook import shipped_documents
from ahize.compliance.sentences import DUTIES
from ahize.compliance.terms import BadLaw
from ahize.kernel.plain_yaml import node_lines, read_yaml

CASES: Final = ".cases.yaml"
_VERSION: Final = "rulebook.yaml"
_AMISS = (KeyError, TypeError, ValueError, AttributeError, IndexError, AssertionError)
_DATED_CASES = ("begins", "duties_begin")


@dataclass(frozen=True, slots=True, order=True)
class Flaw:
    """One thing that is wrong.

    Args:
        file: its path within the folder.
        line: where the entry begins; 0 where the whole file is meant.
        entry: the rule, term, value or example; empty where the whole file is meant.
    """

    file: str
    line: int
    entry: str
    wrong: str
    to_do: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.entry + ': ' if self.entry else ''}{self.wrong}. {self.to_do}"


@dataclass(frozen=True, slots=True)
class Looked:
    """What the lint looked at, and what it found."""

    flaws: tuple[Flaw, ...]
    laws: int
    rules: int
    examples: int


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    text: str
    document: Mapping[str, Any]

    def flaw(self, line: int, entry: str, wrong: str, to_do: str) -> Flaw:
        return Flaw(self.name, line, entry, wrong.rstrip("."), to_do)


def lint(folder: Path) -> Looked:
    """Look at every law and every file of examples in the folder; a single file is looked at alone."""
    flaws: list[Flaw] = []
    laws, cases = _read(folder, flaws)
    if not laws and not flaws:
        flaws.append(Flaw(str(folder), 0, "", "no law is here", "Name a folder with a law's YAML."))
    layers = {file.document["layer"]: file.document for file in laws}
    known_layers = {**_shipped(), **layers}
    rules = {entry_id for document in known_layers.values() for entry_id in _ids(document)}
    seen: dict[str, str] = {}
    examples = 0
    for file in laws:
        layer = file.document["layer"]
        if layer in seen:
            flaws.append(
                file.flaw(0, "", f"layer {layer} is that of {seen[layer]} already", "Give each law its own layer.")
            )
        seen.setdefault(layer, file.name)
        flaws += _law(file, known_layers)
        beside = cases.pop(file.name.removesuffix(".yaml") + CASES, None)
        if beside is None:
            flaws.append(
                file.flaw(
                    0, "", "no examples stand beside it", f"Write {_stem(file.name)}{CASES} for a lawyer to sign."
                )
            )
            continue
        found, count = _examples(beside, rules)
        flaws += found
        examples += count
    for orphan in cases.values():
        law = orphan.name.removesuffix(CASES) + ".yaml"
        flaws.append(orphan.flaw(0, "", f"there is no {law} beside these examples", "Rename the file, or add the law."))
    return Looked(tuple(sorted(flaws)), len(laws), sum(len(file.document["rules"]) for file in laws), examples)


@cache
def _shipped() -> Mapping[str, Mapping[str, Any]]:
    """Our own laws by layer, for those that extend them; none where they cannot be read and are what is looked at."""
    try:
        return {document["layer"]: document for document in shipped_documents()}
    except (yaml.YAMLError, BadLaw, UnicodeDecodeError):
        return {}


def _stem(name: str) -> str:
    return name.rpartition("/")[2].removesuffix(".yaml")


def _ids(document: Mapping[str, Any]) -> Iterator[str]:
    for entry in document.get("rules") or ():
        if isinstance(entry, Mapping) and isinstance(entry.get("id"), str):
            yield entry["id"]
    yield from document.get("relationships") or ()


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _read(folder: Path, flaws: list[Flaw]) -> tuple[list[_File], dict[str, _File]]:
    """The laws, and the files of examples by name."""
    paths = [folder] if folder.is_file() else sorted(folder.rglob("*.yaml"))
    if folder.is_file() and (beside := folder.with_name(folder.stem + CASES)).is_file():
        paths.append(beside)
    root = folder.parent if folder.is_file() else folder
    laws, cases = [], {}
    for path in paths:
        name = path.relative_to(root).as_posix()
        if path.name == _VERSION:
            continue
        try:
            text = path.read_text("utf-8")
            document = read_yaml(text)
        except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
            flaws.append(_no_yaml(name, error))
            continue
        needed: dict[str, type] = {"layer": str, "rules": list}
        if name.endswith(CASES):
            needed = {"cases": list} if _is(document, "situations_of", str) else {"situations": dict, "cases": list}
        lacking = [key for key, kind in needed.items() if not _is(document, key, kind)]
        if lacking:
            wrong = f"it has no {' and no '.join(f'`{key}`' for key in lacking)}"
            flaws.append(Flaw(name, 0, "", wrong, "docs/reference/law.md says how such a file reads."))
        elif name.endswith(CASES):
            cases[name] = _File(name, text, document)
        else:
            laws.append(_File(name, text, document))
    return laws, cases


def _is(document: Any, key: str, kind: type) -> bool:
    return isinstance(document, Mapping) and isinstance(document.get(key), kind)


def _no_yaml(name: str, error: Exception) -> Flaw:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else 0
    said = getattr(error, "problem", None) or str(error).partition("\n")[0]
    return Flaw(name, line, "", f"it is no YAML: {said}", "Mend the line; look at its quotes, colons and indents.")


# ── a law ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _law(file: _File, layers: Mapping[str, Mapping[str, Any]]) -> Iterator[Flaw]:
    lines = node_lines(file.text, "rules")
    try:
        base = _base(file.document, layers)
        _read_all_days({**file.document, "rules": []}, base)
    except (BadLaw, *_AMISS) as error:
        yield file.flaw(0, "", _said(error), "Mend the law's own words; docs/reference/law.md lists them.")
        return
    reads = _reads(file.document, base)
    places: dict[tuple[str, str], int] = {}
    for number, entry in enumerate(file.document["rules"]):
        line = lines[number] if number < len(lines) else 0
        if not isinstance(entry, Mapping):
            yield file.flaw(line, "", f"{entry!r} is no entry", "An entry has `id`, `kind`, `title`, `when`, `cites`.")
            continue
        name = _name(entry)
        own = list(_entry(file, line, entry))
        yield from own
        if not own and not reads:
            try:
                _read_all_days({**file.document, "rules": [entry]}, base)
            except (BadLaw, *_AMISS) as error:
                yield file.flaw(
                    line, name, _said(error, entry), "Mend the entry; docs/reference/law.md lists its words."
                )
        place = (str(entry.get("id")), str(entry.get("part", "")))
        if place in places:
            yield file.flaw(
                line, name, f"it stands at line {places[place]} already", "Give each a `part` of its own, or drop one."
            )
        places.setdefault(place, line)
    yield from _terms(file)


def _base(document: Mapping[str, Any], layers: Mapping[str, Mapping[str, Any]]) -> LawFile | None:
    """The law it extends, without its rules: they are looked at where they stand."""
    wanted = document.get("extends")
    if wanted is None:
        return None
    if wanted not in layers or wanted == document["layer"]:
        raise BadLaw(f"it extends {wanted}, which is not there")
    given = layers[wanted]
    return LawFile(
        {**given, "rules": []}, _base(given, {key: one for key, one in layers.items() if one is not document})
    )


def _read_all_days(document: Mapping[str, Any], base: LawFile | None) -> None:
    law = LawFile(document, base)
    inherited = set() if base is None else set(base.changes)
    for day in (date.min, *(day for day in law.changes if day not in inherited)):
        law.code_on(day)


def _reads(document: Mapping[str, Any], base: LawFile | None) -> bool:
    """Can it be read as a whole? Where it cannot, its entries are tried one by one."""
    try:
        _read_all_days(document, base)
    except (BadLaw, *_AMISS):
        return False
    return True


def _said(error: Exception, entry: Mapping[str, Any] | None = None) -> str:
    if not isinstance(error, BadLaw):
        return f"it cannot be read ({type(error).__name__}: {error})"
    said, where = str(error), str((entry or {}).get("id", ""))
    return said.removeprefix(where).lstrip(":, ") if where else said


def _name(entry: Mapping[str, Any]) -> str:
    part = f" ({entry['part']})" if entry.get("part") else ""
    return f"{entry.get('id', 'an entry without id')}{part}"


def _entry(file: _File, line: int, entry: Mapping[str, Any]) -> Iterator[Flaw]:
    """What reading alone would not see, or would see without saying all."""
    name = _name(entry)
    for duty in entry.get("carries") or ():
        if duty not in DUTIES:
            yield file.flaw(line, name, f"nobody knows the duty {duty}", "Take one of docs/reference/law.md.")
    values = entry.get("values") or {}
    if not entry.get("cites"):
        told = f"the value {', '.join(map(str, values))} has no citation" if values else "it has no citation"
        yield file.flaw(line, name, told, "Say under `cites` where it is written.")
    if not isinstance(values, Mapping) or entry.get("kind") == NOTE:
        return
    begins: dict[str, date] = {}
    for value, body in values.items():
        given = body.get("lines") if isinstance(body, Mapping) else None
        if isinstance(given, list):
            days = [one["from"] for one in given if isinstance(one, Mapping) and isinstance(one.get("from"), date)]
            yield from _overlaps(file, line, f"{name}, {value}", days)
            yield from _spans(file, line, f"{name}, {value}", given)
            if days and len(days) == len(given):
                begins[str(value)] = min(days)
            for one in given:
                if isinstance(one, Mapping) and "cites" in one and not one["cites"]:
                    yield file.flaw(line, f"{name}, {value}", "a line has empty `cites`", "Say where it is written.")
    yield from _holes(file, line, entry, begins)


def _overlaps(file: _File, line: int, name: str, days: list[date]) -> Iterator[Flaw]:
    for twice in sorted({day for day in days if days.count(day) > 1}):
        yield file.flaw(line, name, f"two lines begin on {twice}", "Keep one line a day.")
    if days != sorted(days):
        yield file.flaw(line, name, "its lines are out of order", "Write the oldest line first.")


def _spans(file: _File, line: int, name: str, given: list[Any]) -> Iterator[Flaw]:
    """Lines that say when they end as well."""
    spans = [one for one in given if isinstance(one, Mapping) and isinstance(one.get("from"), date)]
    for number, one in enumerate(spans):
        following = spans[number + 1] if number + 1 < len(spans) else {}
        until, then = one.get("until"), following.get("from")
        if not isinstance(until, date):
            continue
        if until <= one["from"]:
            yield file.flaw(line, name, f"the line of {one['from']} ends on {until}", "It must end after it begins.")
        elif then is None:
            yield file.flaw(line, name, f"nothing follows after {until}", "Give the entry `until`, or add a line.")
        elif until > then:
            yield file.flaw(
                line, name, f"two lines overlap from {then} to {until}", "End the first when the next begins."
            )
        elif until < then:
            yield file.flaw(line, name, f"no line holds from {until} to {then}", "Fill the hole with a line.")


def _holes(file: _File, line: int, entry: Mapping[str, Any], begins: Mapping[str, date]) -> Iterator[Flaw]:
    name = _name(entry)
    since, until = entry.get("in_force_on"), entry.get("until")
    if isinstance(since, date) and isinstance(until, date) and until <= since:
        yield file.flaw(line, name, f"it ends on {until} and begins on {since}", "`until` is the first day after it.")
    late = {value: day for value, day in begins.items() if isinstance(since, date) and day > since}
    for value, day in late.items():
        to_do = "Add the older line, or move `in_force_on`."
        yield file.flaw(line, f"{name}, {value}", f"it begins on {day}, the rule is in force from {since}", to_do)
    if begins and not late and len(set(begins.values())) > 1:
        told = ", ".join(f"{value} on {day}" for value, day in sorted(begins.items(), key=lambda pair: pair[1]))
        if not isinstance(since, date) or since < max(begins.values()):
            yield file.flaw(
                line, name, f"its values begin on different days ({told})", "Add the older lines, or `in_force_on`."
            )
    if isinstance(until, date):
        for value, day in begins.items():
            if day >= until:
                yield file.flaw(line, f"{name}, {value}", f"it begins on {day}, the rule ends on {until}", "Drop one.")


def _terms(file: _File) -> Iterator[Flaw]:
    for name, meaning in (file.document.get("terms") or {}).items():
        if isinstance(meaning, list) and meaning and isinstance(meaning[0], Mapping) and "from" in meaning[0]:
            days = [one["from"] for one in meaning if isinstance(one, Mapping) and isinstance(one.get("from"), date)]
            yield from _overlaps(file, 0, f"term {name}", days)
            if len(days) != len(meaning):
                yield file.flaw(0, f"term {name}", "a line has no day", "Each line needs `from` and `is`.")


# ── examples ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _examples(file: _File, rules: set[str]) -> tuple[list[Flaw], int]:
    document, flaws, count = file.document, list[Flaw](), 0
    bare = {**document, "cases": [], "first_days": [], "begins": [], "duties_begin": []}
    names: set[str] = set()
    for part in ("cases", "first_days", *_DATED_CASES):
        lines = node_lines(file.text, part)
        for number, case in enumerate(document.get(part) or ()):
            line = lines[number] if number < len(lines) else 0
            count += 1
            if not isinstance(case, Mapping):
                flaws.append(file.flaw(line, "", f"{case!r} is no example", "An example has `name` and `like`."))
                continue
            name = str(case.get("name") or case.get("rule") or case.get("duty") or "an example without a name")
            flaws += _example(file, line, (name, {**bare, part: [case]}), case, rules)
            if part == "cases" and name in names:
                flaws.append(file.flaw(line, name, "two examples have this name", "Say what is special about each."))
            names.add(name)
    if not count:
        flaws.append(file.flaw(0, "", "it holds no example", "Write what the law comes to, and have it signed."))
    return flaws, count


def _example(
    file: _File, line: int, named: tuple[str, Mapping[str, Any]], case: Mapping[str, Any], rules: set[str]
) -> Iterator[Flaw]:
    name, document = named
    wanted = [*(case.get("bars") or ()), *([case["rule"]] if "rule" in case else ())]
    for rule in wanted:
        if rule not in rules:
            yield file.flaw(line, name, f"no rule is called {rule}", "Correct the id, or drop the example.")
    for duty in [*(case.get("duties") or ()), *([case["duty"]] if "duty" in case else ())]:
        if duty not in DUTIES:
            yield file.flaw(line, name, f"nobody knows the duty {duty}", "Take one of docs/reference/law.md.")
    try:
        for example in examples_of(document):
            CallFacts.from_json(example["facts"])
    except BadFacts as error:
        yield file.flaw(line, name, error.message, "Correct the fact.")
    except _AMISS as error:
        yield file.flaw(line, name, _said(error), "It needs `like`, one of `situations`, and days like 2026-11-23.")
