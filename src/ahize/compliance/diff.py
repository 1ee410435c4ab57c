"""What of the law differs between two days: rules that began or ended, values, terms, relationships.

It reads the laws' own dated lines and names each difference by rule with its citation. This file decides no call.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final, Literal

from ahize.compliance.explain import Language
from ahize.compliance.law_file import NOTE, LawFile
from ahize.compliance.parameters import NOT_YET, Parameter, known_on
from ahize.compliance.sentences import Text

Kind = Literal["begins", "ends", "value", "relationship", "term"]

_SAYS: Final[Mapping[str, Text]] = {
    "begins": Text("{rule}: binds from {on}: {title}", "{rule}: {on} gününden başlayarak bağlar: {title}"),
    "ends": Text("{rule}: binds no more from {on}: {title}", "{rule}: {on} gününden başlayarak bağlamaz: {title}"),
    "set": Text("{rule}, {name}: {after} from {on}", "{rule}, {name}: {on} gününden beri {after}"),
    "value": Text(
        "{rule}, {name}: {before} becomes {after} on {on}",
        "{rule}, {name}: {on} gününden beri {before} yerine {after}",
    ),
    "relationship": Text(
        "{rule}, {name} lasts: {before} becomes {after} on {on}",
        "{rule}, {name} süresi: {on} gününden beri {before} yerine {after}",
    ),
    "term": Text(
        "the term “{name}” means from {on}: {after}; before: {before}",
        "“{name}” terimi {on} gününden beri şudur: {after}; önceden: {before}",
    ),
    "read_by": Text("read by {rules}", "okuyan kurallar: {rules}"),
    "nothing": Text("nothing", "yok"),
    "none": Text(
        "No rule, value or term differs between {before} and {after}.",
        "{before} ile {after} arasında hiçbir kural, değer veya terim değişmiyor.",
    ),
    "all": Text("{count} differences between {before} and {after}:", "{before} ile {after} arasında {count} fark:"),
    "one": Text("One difference between {before} and {after}:", "{before} ile {after} arasında bir fark:"),
}

_UNITS: Final[Mapping[str, Text]] = {
    "days": Text("days", "gün"),
    "business days": Text("business days", "iş günü"),
    "months": Text("months", "ay"),
    "years": Text("years", "yıl"),
    "hours": Text("hours", "saat"),
    "minutes": Text("minutes", "dakika"),
    "seconds": Text("seconds", "saniye"),
    "attempts": Text("attempts", "deneme"),
    "messages": Text("messages", "ileti"),
    "calls": Text("calls", "arama"),
    "words": Text("words", "sözcük"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Args:
        layer: of which law, like ``TR``.
        rule: the rule's id with its part; the relationship's name; empty for a term.
        name: of the value, the kind of dealing or the term.
        before, after: as the law's YAML reads; None: not set.
        on: the day since which the later day's state holds.
        cites: where the later state is written.
        read_by: of a term, the rules whose scope reads it.
    """

    layer: str
    kind: Kind
    rule: str
    name: str
    unit: str
    before: Any
    after: Any
    on: date
    title: Text
    cites: tuple[str, ...]
    read_by: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "layer": self.layer,
            "kind": self.kind,
            "rule": self.rule,
            "name": self.name,
            "unit": self.unit,
            "before": _plain(self.before),
            "after": _plain(self.after),
            "on": self.on.isoformat(),
            "title": self.title._asdict(),
            "cites": list(self.cites),
            "read_by": list(self.read_by),
        }

    def says(self, language: Language) -> str:
        """The difference as a sentence with its citation."""
        values = {
            "rule": self.rule,
            "name": self.name.replace("_", " ") if self.kind != "term" else self.name,
            "title": getattr(self.title, language).rstrip("."),
            "on": told(self.on, language),
            "before": _shown(self.before, self.unit, language),
            "after": _shown(self.after, self.unit, language),
        }
        cites = "; ".join(self.cites)
        if self.read_by:
            readers = _say("read_by", language, rules=", ".join(self.read_by))
            cites = f"{readers}; {cites}" if cites else readers
        key = "set" if self.kind == "value" and self.before is None else self.kind
        return _say(key, language, **values) + (f" ({cites})" if cites else "")


def differences(laws: Iterable[LawFile], earlier: date, later: date) -> list[Change]:
    """What is otherwise on the later day than on the earlier one, law by law."""
    assert earlier <= later, "the earlier day stands first"
    every = tuple(laws)
    return [change for law in every for change in _of_law(law, every, earlier, later)]


def report(changes: list[Change], earlier: date, later: date, language: Language) -> list[str]:
    """The differences as lines for a reader."""
    days = {"before": told(earlier, language), "after": told(later, language)}
    if not changes:
        return [_say("none", language, **days)]
    heading = _say("one" if len(changes) == 1 else "all", language, count=str(len(changes)), **days)
    return [heading, *(f"  {change.says(language)}" for change in changes)]


def told(day: date, language: Language) -> str:
    return f"{day:%d.%m.%Y}" if language == "tr" else day.isoformat()


def title_of(entry: Mapping[str, Any]) -> Text:
    """What an entry says of itself; in English where nobody has put it into Turkish."""
    return Text(entry["title"], entry.get("title_tr", entry["title"]))


def _of_law(law: LawFile, every: tuple[LawFile, ...], earlier: date, later: date) -> Iterator[Change]:
    for entry, values in zip(law.entries, law.values, strict=True):
        if entry["kind"] == NOTE:
            continue
        part = entry.get("part")
        rule = f"{entry['id']} ({part})" if part else entry["id"]
        title, cites = title_of(entry), tuple(entry["cites"])
        was, is_now = _binds(entry, values, earlier), _binds(entry, values, later)
        if was != is_now:
            on = _turned(entry, values, earlier, later)
            yield Change(law.layer, "begins" if is_now else "ends", rule, "", "", None, None, on, title, cites)
        if is_now:
            moved = _moved((law.layer, "value", rule, title), values, earlier, later)
            yield from (change for change in moved if was or change.before is None)
    for name, lasts in law.terms_of_dealing.items():
        given = law.document["relationships"][name]
        known = {kind: parameter for kind, parameter in lasts.items() if parameter is not None}
        yield from _moved((law.layer, "relationship", name, title_of(given)), known, earlier, later)
    family = [one for one in every if one is law or _builds_on(one, law)]
    yield from _terms(law, family, earlier, later)


def _moved(
    place: tuple[str, Kind, str, Text], values: Mapping[str, Parameter], earlier: date, later: date
) -> Iterator[Change]:
    layer, kind, rule, title = place
    for name, value in values.items():
        before, after = value.on(earlier), value.on(later)
        if before != after:
            line = [one for one in value.lines if one.since <= later][-1]
            old = None if before is NOT_YET else _as_written(before, value.unit)
            new = _as_written(after, value.unit)
            yield Change(layer, kind, rule, name, value.unit, old, new, line.since, title, line.cites)


def _binds(entry: Mapping[str, Any], values: Mapping[str, Parameter], day: date) -> bool:
    return known_on(entry, values, day) is not None


def _turned(entry: Mapping[str, Any], values: Mapping[str, Parameter], earlier: date, later: date) -> date:
    """The last day on which the rule began or ceased to bind."""
    marks = {entry[key] for key in ("in_force_on", "until") if key in entry}
    marks |= {value.lines[0].since for value in values.values() if value.lines}
    inside = sorted(mark for mark in marks if earlier < mark <= later)
    state, turned = _binds(entry, values, earlier), later
    for mark in inside:
        if _binds(entry, values, mark) != state:
            state, turned = not state, mark
    return turned


def _builds_on(law: LawFile, base: LawFile) -> bool:
    return law.base is not None and (law.base.layer == base.layer or _builds_on(law.base, base))


def _terms(law: LawFile, family: list[LawFile], earlier: date, later: date) -> Iterator[Change]:
    terms: Mapping[str, Any] = law.document.get("terms", {})
    for name, meaning in terms.items():
        if not (isinstance(meaning, list) and meaning and isinstance(meaning[0], dict) and "from" in meaning[0]):
            continue
        before = [line for line in meaning if line["from"] <= earlier]
        after = [line for line in meaning if line["from"] <= later]
        if len(before) == len(after):
            continue
        readers = tuple(dict.fromkeys(rule for one in family for rule in _readers(one, law, name)))
        cites = tuple(after[-1].get("cites", ()))
        old, new = before[-1]["is"] if before else None, after[-1]["is"]
        yield Change(law.layer, "term", "", name, "", old, new, after[-1]["from"], Text(name, name), cites, readers)


def _readers(law: LawFile, of: LawFile, term: str) -> Iterator[str]:
    """The rules of a law whose scope reads a term of another (or its own), directly or by another term."""
    wanted = {term}
    for terms in (of.document.get("terms", {}), law.document.get("terms", {})):
        for name, meaning in terms.items():  # A term stands above those that use it.
            if _words(meaning) & wanted:
                wanted.add(name)
    yield from (entry["id"] for entry in law.entries if entry["kind"] != NOTE and _words(entry.get("when")) & wanted)


def _words(condition: Any) -> set[str]:
    if isinstance(condition, str):
        return {condition}
    if isinstance(condition, dict):
        return {word for one in condition.values() for word in _words(one)}
    return {word for one in condition for word in _words(one)} if isinstance(condition, list) else set()


def _as_written(value: Any, unit: str) -> Any:
    if unit == "local time":
        return "24:00" if value is None else f"{value:%H:%M}"
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, set | frozenset):
        return sorted((_plain(one) for one in value), key=str)
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:%H:%M}" if isinstance(value, time) else value


def _shown(value: Any, unit: str, language: Language) -> str:
    if value is None:
        return _say("nothing", language)
    if unit == "share" and isinstance(value, int | float):
        percent = f"{value * 100:g}"
        return f"%{percent.replace('.', ',')}" if language == "tr" else f"{percent} %"
    if isinstance(value, dict | list | tuple | set | frozenset):
        return _condition(_plain(value), language)
    shown = str(value).replace(".", ",") if language == "tr" and isinstance(value, float) else str(value)
    return f"{shown} {getattr(_UNITS[unit], language)}" if unit in _UNITS else shown


def _condition(given: Any, language: Language) -> str:
    """A condition or a structured value on one line."""
    if isinstance(given, dict):
        return ", ".join(f"{key}: {_condition(one, language)}" for key, one in given.items())
    if isinstance(given, list):
        return "[" + ", ".join(_condition(one, language) for one in given) + "]"
    return str(given)


def _say(key: str, language: Language, **values: str) -> str:
    template: str = getattr(_SAYS[key], language)
    return template.format(**values)
