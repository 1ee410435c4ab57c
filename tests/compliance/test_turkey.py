"""Turkey: every rule has its entry, every bar names its rule and citation, the clock ends and begins as it says."""

from __future__ import annotations

import copy
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ahize.compliance.examples import read_examples
from ahize.compliance.explain import explain
from ahize.compliance.facts import CallFacts
from ahize.compliance.rulebook import Rulebook, shipped_documents
from compliance._lawyer_cases import LAW
from compliance.test_unknown import paths, without

BOOK = Rulebook.load()
PACKS = [document for document in shipped_documents() if document["layer"].startswith("TR")]
CASES = [json.loads(line) for line in (Path(__file__).parent / "cases" / "tr.jsonl").open(encoding="utf-8")]
BY_NAME = {
    example["id"]: example["facts"]
    for file in sorted((LAW / "tr").glob("*.cases.yaml"))
    for example in read_examples(file.read_text("utf-8"))
}
STEP = timedelta(minutes=30)


def bars(name: str, **changes: Any) -> list[tuple[str, str]]:
    ruling = BOOK.decide(CallFacts.from_json({**BY_NAME[name], **changes}))
    return [(bar.rule, bar.ground) for bar in ruling.bars]


def test_every_rule_has_its_entry_with_a_citation_and_a_turkish_title():
    entries = [entry for document in PACKS for entry in document["rules"]]
    assert {entry["id"] for entry in entries} == {f"TR-{n:02}" for n in range(1, 30)}
    for entry in entries:
        assert entry["cites"], entry["id"]
        assert entry["title_tr"], entry["id"]
    assert len({document["authority"] for document in PACKS}) == len(PACKS) == 6


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("A sale to a stranger", [("TR-02", "consent_missing")]),
        ("A refusal on İYS outweighs our own consent", [("TR-05", "registry")]),
        ("A refusal of eight days ago", [("TR-05", "suppression")]),
        ("A box ticked beforehand", [("TR-06", "consent_form")]),
        ("İYS has nothing and a consent to texts is on file", [("TR-09", "consent_scope")]),
        ("Loaded on Wednesday: the fourth", [("TR-04", "consent_unregistered")]),
        ("İYS granted and our own consent was withdrawn", [("TR-02", "consent_revoked")]),
        ("An answer of İYS of Wednesday is too old on Tuesday", [("TR-03", "registry_stale")]),
        ("A sender without İYS", [("TR-03", "registration")]),
        ("A Sunday", [("TR-13", "day")]),
        ("Republic Day", [("TR-13", "holiday")]),
        ("The eve of Republic Day from one on", [("TR-13", "holiday")]),
        ("The eve of Republic Day before nine", [("TR-13", "hours")]),
        ("Eight sharp", [("TR-13", "hours")]),
        ("The fourth attempt of the day", [("TR-13", "frequency")]),
        ("Spoken to on Monday; the fifth business day is too soon", [("TR-13", "frequency")]),
        ("A text with a link from abroad", [("TR-25", "method")]),
        ("A consent does not rescue the call to another company's customer", [("TR-14", "sector")]),
    ],
)
def test_each_bar_names_its_own_rule_and_ground(name: str, expected: list[tuple[str, str]]):
    assert bars(name) == expected


def test_every_bar_is_named_not_only_the_first():
    facts = copy.deepcopy(BY_NAME["A sale to a stranger"])
    facts["data"]["notice_given"] = False
    facts["principal"]["brand_registered_in"] = []
    facts["cli"]["kind"] = "withheld"
    ruling = BOOK.decide(CallFacts.from_json(facts))
    assert {bar.rule for bar in ruling.bars} == {"TR-02", "TR-03", "TR-18", "TR-24"}
    assert ruling.layers[0] == "TR"


def test_a_ruling_is_told_in_turkish_with_the_articles():
    ruling = BOOK.decide(CallFacts.from_json(BY_NAME["Loaded on Wednesday: the fourth"]))
    assert explain(ruling, "tr", zone="Europe/Istanbul")[:2] == [
        "Bu deneme kural gereği engellendi.",
        "Kayıtlı onay 3 iş günü içinde TR-IYS üzerine yüklenmemiş. (TR-04; Yönetmelik m.5; Yönetmelik m.7)",
    ]


def test_every_example_can_be_told_in_both_languages():
    for facts in BY_NAME.values():
        asked = CallFacts.from_json(facts)
        ruling, behind = BOOK.decide(asked), BOOK.behind(asked)
        english, turkish = (explain(ruling, language, behind=behind) for language in ("en", "tr"))
        assert len(english) == len(turkish)
        assert not any("{" in sentence for sentence in english + turkish)
        assert not set(english) & set(turkish)


@pytest.mark.parametrize(
    "case", [case for case in CASES if case["expect"]["verdict"] != "allow"], ids=lambda case: case["id"]
)
def test_taking_a_fact_away_never_makes_a_barred_call_lawful(case: dict[str, Any]):
    for path in paths(case["facts"]):
        ruling = BOOK.decide(CallFacts.from_json(without(case["facts"], path)))
        assert ruling.verdict != "allow", f"without {path} it is allowed"


@st.composite
def situations(draw: st.DrawFn) -> dict[str, Any]:
    """Sales around İYS's answers and loads, and collection around hours, holidays, attempts and talks."""
    collects = draw(st.booleans())
    collection, sale = (
        "Nine sharp; it may be called until eight in the evening",
        "A sale with a consent that stands on İYS",
    )
    facts = copy.deepcopy(BY_NAME[collection if collects else sale])
    at = datetime.fromisoformat("2026-10-26T00:00:00+03:00") + draw(st.integers(0, 48 * 7)) * STEP
    facts["at"] = at.isoformat()
    facts["registries"]["TR-IYS"]["checked_at"] = (at - draw(st.integers(0, 48 * 5)) * STEP).isoformat()
    if collects:
        facts["history"]["attempts"] = [
            {
                "at": (at - draw(st.integers(1, 48 * 8)) * STEP).isoformat(),
                "principal": "acme",
                "channel": draw(st.sampled_from(["voice", "voice", "sms"])),
                "reached": draw(st.booleans()),
            }
            for _ in range(draw(st.integers(0, 5)))
        ]
        return facts
    facts["registries"]["TR-IYS"]["status"] = draw(st.sampled_from(["granted", "granted", "none", "refused"]))
    (consent,) = facts["consents"]
    given_at = at + draw(st.integers(-48 * 9, 48)) * STEP
    consent["given_at"] = given_at.isoformat()
    consent["registry_at"] = (given_at + draw(st.integers(0, 48 * 6)) * STEP).isoformat()
    if draw(st.booleans()):
        consent["revoked_at"] = (at + draw(st.integers(-48, 48 * 3)) * STEP).isoformat()
    return facts


@settings(max_examples=60, deadline=None)
@given(given_facts=situations())
def test_the_clock_alone_changes_the_answer_just_when_the_ruling_says(given_facts: dict[str, Any]):
    at = datetime.fromisoformat(given_facts["at"])
    ruling = BOOK.decide(CallFacts.from_json(given_facts))
    changes = ruling.lawful_until if ruling.verdict == "allow" else ruling.next_lawful
    if ruling.verdict == "review":
        return
    wanted = ruling.verdict == "block"
    for step in range(1, 48 * 4):
        probe = at + step * STEP
        if changes is not None and probe > changes:
            break
        probed = CallFacts.from_json({**given_facts, "at": probe.isoformat()})
        allowed = BOOK.decide(probed, ahead=False).is_allowed
        assert allowed is (wanted if probe == changes else not wanted), f"at {probe}; the ruling says {changes}"
