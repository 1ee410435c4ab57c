"""A ruling in plain sentences, each with where it is written; in English or in Turkish.

What a rule of the house adds (a bar without a key) keeps its own sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from ahize.compliance.ruling import Bar, Ruling, Value
from ahize.compliance.sentences import BECAUSE, DUTIES, FACTS, WORDS, Text
from ahize.kernel.windows import zone_of

Language = Literal["en", "tr"]

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
    "federal_only": Text(
        "Only federal law was read; the state's own law is not in the rulebook yet.",
        "Yalnızca federal mevzuat okundu; eyaletin kendi mevzuatı henüz kural kitabında yok.",
    ),
}


def explain(ruling: Ruling, language: Language = "en", *, zone: str | None = None) -> list[str]:
    """The ruling as sentences: the verdict, each bar with rule and citations, what is missing, the duties, the times.

    Args:
        zone: the callee's IANA zone, in whose clock the times are told; UTC where it is not given.
    """
    said = [_frame(ruling.verdict, language)]
    said += [because(bar, language) + f" ({'; '.join((bar.rule, *bar.cites))})" for bar in ruling.bars]
    said += [unknown(fact, language) for fact in ruling.unknown]
    if ruling.next_lawful is not None:
        said.append(_frame("next", language, at=_told(ruling.next_lawful, language, zone)))
    if ruling.verdict == "allow":
        said += [getattr(DUTIES[duty], language) for duty in ruling.duties if duty in DUTIES]
        if ruling.lawful_until is not None:
            said.append(_frame("until", language, at=_told(ruling.lawful_until, language, zone)))
    if ruling.federal_only:
        said.append(_frame("federal_only", language))
    return said


def because(bar: Bar, language: Language = "en") -> str:
    """Why one rule bars, as a sentence without its citations."""
    sentence = bar.because if bar.said is None else say(bar.said.key, dict(bar.said.values), language)
    return _capital(sentence, language) + "."


def say(key: str, values: Mapping[str, Value], language: Language) -> str:
    """The sentence of that key with its values, each in the language's own form."""
    template: str = getattr(BECAUSE[key], language)
    return template.format(**{name: _shown(value, language) for name, value in values.items()})


def unknown(fact: str, language: Language = "en") -> str:
    """What is missing, as a sentence."""
    if fact.startswith("law."):
        return _frame("no_law", language, country=fact.removeprefix("law."))
    label = FACTS.get(fact)
    return _frame("unknown", language, fact=fact if label is None else getattr(label, language))


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
