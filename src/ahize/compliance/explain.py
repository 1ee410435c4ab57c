"""A ruling in plain sentences, each with where it is written; in English or in Turkish.

What a rule of the house adds (a bar without a key) keeps its own sentence. With the rules ``behind`` the ruling, each
duty and each missing fact is cited too, and the duties stand there whatever the verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from ahize.compliance.fact_names import fact_name
from ahize.compliance.ruling import Bar, Ruling, Value
from ahize.compliance.sentences import BECAUSE, DUTIES, WORDS, Text
from ahize.kernel.windows import zone_of

if TYPE_CHECKING:  # rules speak through this file
    from ahize.compliance.rulebook import Behind
    from ahize.compliance.rules.kind import Rule

Language = Literal["en", "tr"]

OF_HOUSE = "HOUSE-"
"""How the rules of a house's own policy begin."""

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z")
_DECIMAL = re.compile(r"\d+\.\d+\Z")

_FRAME: Mapping[str, Text] = {
    "allow": Text("This attempt is allowed.", "Bu deneme yapılabilir."),
    "block": Text("This attempt is barred.", "Bu deneme kural gereği engellendi."),
    "review": Text(
        "This attempt waits until the missing facts are known.", "Bu deneme, eksik bilgiler gelene kadar bekler."
    ),
    "until": Text("It is allowed until {at}.", "{at} anına kadar yapılabilir."),
    "next": Text("The next possible time is {at}.", "Bir sonraki uygun zaman {at}."),
    "unknown": Text("Not known: {fact}.", "Bilinmiyor: {fact}."),
    "no_law": Text("There is no rulebook for {country}.", "{country} için kural kitabı yok."),
    "off": Text("Calls to {country} are switched off by your house.", "{country} aramaları kuruluşunuzca kapatılmış."),
    "no_channel": Text(
        "The rulebook for {country} says nothing of {channel}.",
        "{country} kural kitabı bu kanaldan söz etmiyor: {channel}.",
    ),
    "federal_only": Text(
        "Only federal law was read; the state's own law is not in the rulebook yet.",
        "Yalnızca federal mevzuat okundu; eyaletin kendi mevzuatı henüz kural kitabında yok.",
    ),
    "duties": Text("When it is made:", "Deneme yapılırken:"),
    "unchanging": Text("Time alone does not change this.", "Bu sonuç yalnızca zamanın geçmesiyle değişmez."),
    "endless": Text(
        "The clock alone does not end this within the next 400 days.",
        "Bu izin önümüzdeki 400 gün içinde kendiliğinden sona ermez.",
    ),
    "decided_by": Text(
        "Decided by rulebook {rulebook} with time zones {tzdata}; law read: {layers}.",
        "Kural kitabı {rulebook}, saat dilimi verisi {tzdata}; okunan mevzuat: {layers}.",
    ),
    "no_layers": Text("none", "yok"),
    "house": Text("House policy {version} was read beside it.", "Yanında kuruluş kuralları {version} okundu."),
    "of_house": Text("House policy: {sentence}", "Kuruluş kuralı: {sentence}"),
}


def explain(
    ruling: Ruling, language: Language = "en", *, zone: str | None = None, behind: Behind | None = None
) -> list[str]:
    """The ruling as sentences: the verdict, each bar with rule and citations, what is missing, the duties, the times.

    Args:
        zone: the callee's IANA zone, in whose clock the times are told; UTC where it is not given.
        behind: the rules behind duties and missing facts, to cite them; without it duties are told of an ``allow``.
    """
    duty_rules: Mapping[str, Iterable[Rule]] = {} if behind is None else behind.duties
    gap_rules: Mapping[str, Iterable[Rule]] = {} if behind is None else behind.unknown
    said = [_frame(ruling.verdict, language)]
    said += [because(bar, language) + f" ({'; '.join((bar.rule, *bar.cites))})" for bar in ruling.bars]
    said += [
        unknown(fact, language, off=fact in ruling.off) + _sources(gap_rules.get(fact, ())) for fact in ruling.unknown
    ]
    if ruling.next_lawful is not None:
        said.append(_frame("next", language, at=_told(ruling.next_lawful, language, zone)))
    elif behind is not None and ruling.verdict == "block":
        said.append(_frame("unchanging", language))
    if ruling.verdict == "allow" or behind is not None:
        duties = [duty for duty in ruling.duties if duty in DUTIES]
        if duties and behind is not None:
            said.append(_frame("duties", language))
        said += [getattr(DUTIES[duty], language) + _sources(duty_rules.get(duty, ())) for duty in duties]
    if ruling.lawful_until is not None:
        said.append(_frame("until", language, at=_told(ruling.lawful_until, language, zone)))
    elif behind is not None and ruling.verdict == "allow":
        said.append(_frame("endless", language))
    if ruling.federal_only:
        said.append(_frame("federal_only", language))
    return said


def decided_by(ruling: Ruling, language: Language = "en") -> str:
    """Which rulebook, of which laws, with which time zones said so."""
    layers = ", ".join(ruling.layers) or _frame("no_layers", language)
    said = _frame("decided_by", language, rulebook=ruling.rulebook, tzdata=ruling.tzdata, layers=layers)
    return said if not ruling.house else f"{said} {_frame('house', language, version=ruling.house)}"


def _sources(rules: Iterable[Rule]) -> str:
    """In brackets, each rule once with its citations."""
    cited: dict[str, dict[str, None]] = {}
    for rule in rules:
        cited.setdefault(rule.id, {}).update(dict.fromkeys(rule.cites))
    if not cited:
        return ""
    return " (" + "; ".join("; ".join((rule, *cites)) for rule, cites in cited.items()) + ")"


def because(bar: Bar, language: Language = "en") -> str:
    """Why one rule bars, as a sentence without its citations."""
    sentence = bar.because if bar.said is None else say(bar.said.key, dict(bar.said.values), language)
    if bar.rule.startswith(OF_HOUSE):
        return _frame("of_house", language, sentence=sentence) + "."
    return _capital(sentence, language) + "."


def say(key: str, values: Mapping[str, Value], language: Language) -> str:
    """The sentence of that key with its values, each in the language's own form."""
    template: str = getattr(BECAUSE[key], language)
    return template.format(**{name: _shown(value, language) for name, value in values.items()})


def unknown(fact: str, language: Language = "en", *, off: bool = False) -> str:
    """What is missing, as a sentence.

    Args:
        off: the law is here, and the house has switched its country off.
    """
    if off:
        return _frame("off", language, country=fact.removeprefix("law."))
    if fact.startswith("law."):
        country, _, channel = fact.removeprefix("law.").partition(".")
        if channel:
            return _frame("no_channel", language, country=country, channel=_shown(channel, language))
        return _frame("no_law", language, country=country)
    return _frame("unknown", language, fact=getattr(fact_name(fact), language))


def _shown(value: Value, language: Language) -> str:
    if isinstance(value, Text):
        return str(getattr(value, language))
    if isinstance(value, tuple):
        return ", ".join(_shown(one, language) for one in value)
    if value in WORDS:
        return str(getattr(WORDS[value], language))
    if language == "tr":
        day = _DAY.match(value)
        if day is not None:
            return f"{day[3]}.{day[2]}.{day[1]}"
        if _DECIMAL.match(value):
            return value.replace(".", ",")
    return value.replace("_", " ") if value.islower() and " " not in value and "/" not in value else value


def _told(at: datetime, language: Language, zone: str | None) -> str:
    there = at.astimezone(zone_of(zone or "UTC"))
    shown = f"{there:%d.%m.%Y %H:%M}" if language == "tr" else f"{there:%Y-%m-%d %H:%M}"
    return f"{shown} ({zone or 'UTC'})"


def _frame(key: str, language: Language, **values: str) -> str:
    template: str = getattr(_FRAME[key], language)
    return template.format(**values)


def _capital(sentence: str, language: Language) -> str:
    first = "İ" if language == "tr" and sentence[:1] == "i" else sentence[:1].upper()
    return first + sentence[1:]
