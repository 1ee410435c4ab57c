"""Rulings as sentences: every sentence, fact and duty exists in English and in Turkish."""

import json
import string

import pytest

from ahize.compliance.explain import because, explain, unknown
from ahize.compliance.rulebook import Rulebook, shipped_documents
from ahize.compliance.ruling import Bar, Ruling
from ahize.compliance.sentences import BECAUSE, DUTIES, FACTS, WORDS
from compliance._lawyer_cases import LAW, packs, read_cases

BOOK = Rulebook.load()
RULINGS = [BOOK.decide(case.facts) for pack in packs() for case in pack.cases]


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("table", [BECAUSE, WORDS, FACTS, DUTIES])
def test_both_languages_say_the_same_things(table):
    for key, text in table.items():
        assert text.en, key
        assert text.tr, key
        assert fields(text.en) == fields(text.tr), key


def test_every_duty_of_the_law_has_its_sentence():
    carried = {duty for law in shipped_documents() for entry in law["rules"] for duty in entry.get("carries", [])}
    assert carried <= set(DUTIES)


def test_every_ruling_can_be_told_in_both_languages_also_after_it_was_stored():
    for ruling in RULINGS:
        stored = Ruling.from_json(json.loads(json.dumps(ruling.to_json())))
        assert stored == ruling
        english, turkish = explain(stored), explain(stored, "tr")
        assert len(english) == len(turkish)
        assert not any("{" in sentence for sentence in english + turkish)
        for bar in ruling.bars:
            assert bar.said is not None
            assert because(bar) != because(bar, "tr")
            assert because(bar).rstrip(".").lower() == bar.because.lower()


def test_a_bar_names_its_rule_and_citations_and_the_next_time_on_the_callees_clock():
    (late,) = [
        BOOK.decide(case.facts)
        for case in read_cases(LAW / "us" / "federal.cases.yaml")
        if case.name == "Nine sharp is closed until the next morning"
    ]
    assert explain(late, zone="America/New_York") == [
        "This attempt is barred.",
        "21:00 in America/New_York is outside 08:00–21:00. (US-TSR-20; 16 CFR 310.4(c))",
        "21:00 in America/New_York is outside 08:00–21:00. (US-FCC-21; 47 CFR 64.1200(c)(1))",
        "The next possible time is 2026-11-24 08:00 (America/New_York).",
        "Only federal law was read; the state's own law is not in the rulebook yet.",
    ]
    assert (
        explain(late, "tr", zone="America/New_York")[3]
        == "Bir sonraki uygun zaman 24.11.2026 08:00 (America/New_York)."
    )


def test_a_bar_of_the_house_keeps_its_own_sentence():
    assert because(Bar("AHIZE-LIST", "list_state", "the list is not in use", ()), "tr") == "The list is not in use."


def test_what_is_missing_is_named():
    assert unknown("callee.zones") == "Not known: the person's time zone."
    assert unknown("law.TR", "tr") == "TR için kural kitabı yok."
    assert unknown("setup.something_new") == "Not known: setup.something_new."
