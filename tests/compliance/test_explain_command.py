"""``./ahize law explain``: a ruling told in plain sentences, each with its citation."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from ahize.compliance import facts as contract
from ahize.compliance.explain import unknown
from ahize.compliance.fact_names import OF_REGISTRY, fact_name
from ahize.compliance.sentences import WORDS
from ahize.kernel.errors import BadInput
from ahize.run.law import main

CASES = [json.loads(line) for line in (Path(__file__).parent / "cases" / "us-federal.jsonl").open(encoding="utf-8")]
ALLOWED = next(case for case in CASES if case["expect"]["verdict"] == "allow" and case["facts"]["channel"] == "voice")


def told(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, *more: str) -> tuple[int, list[str]]:
    file = tmp_path / "facts.json"
    file.write_text(text, "utf-8")
    code = main(["explain", "--facts", str(file), *more])
    return code, capsys.readouterr().out.splitlines()


def without(facts: dict[str, Any], part: str, field: str) -> dict[str, Any]:
    return facts | {part: {name: value for name, value in facts[part].items() if name != field}}


def test_an_allowed_call_has_its_duties_with_citations_and_its_end(tmp_path, capsys):
    code, lines = told(tmp_path, capsys, json.dumps(ALLOWED))
    assert code == 0
    assert lines[0] == "This attempt is allowed."
    assert any(line.startswith("Show the caller ID. (US-") and "CFR" in line for line in lines)
    assert any(line.startswith("It is allowed until") for line in lines)
    assert lines[-1].startswith("Decided by rulebook")


def test_the_facts_may_stand_alone_and_a_missing_one_is_named_in_words_with_the_rules_that_need_it(tmp_path, capsys):
    facts = without(ALLOWED["facts"], "callee", "zones")
    _, english = told(tmp_path, capsys, json.dumps(facts))
    assert english[0] == "This attempt waits until the missing facts are known."
    assert any(line.startswith("Not known: the person's time zone. (US-") for line in english)
    _, turkish = told(tmp_path, capsys, json.dumps(facts), "--lang", "tr")
    assert any(line.startswith("Bilinmiyor: kişinin saat dilimi. (US-") for line in turkish)
    assert len(english) == len(turkish)


def test_a_barred_call_says_when_it_would_be_allowed_and_what_it_must_do_then(tmp_path, capsys):
    late = ALLOWED["facts"] | {"at": f"{ALLOWED['facts']['at'][:10]}T23:00:00-05:00"}
    _, lines = told(tmp_path, capsys, json.dumps(late), "--lang", "tr")
    assert lines[0] == "Bu deneme kural gereği engellendi."
    assert any("arama saatlerinin dışında" in line and "CFR" in line for line in lines)
    assert any(line.startswith("Bir sonraki uygun zaman") for line in lines)
    assert "Deneme yapılırken:" in lines


def test_several_cases_are_told_one_after_the_other_and_a_broken_line_does_not_stop_the_others(tmp_path, capsys):
    text = "\n".join([json.dumps(ALLOWED), "{oops", '{"facts": {"channel": "phone"}}', json.dumps(ALLOWED)])
    code, lines = told(tmp_path, capsys, text)
    assert code == 1
    assert [line for line in lines if line.startswith("line ")] == [
        f"line 1 ({ALLOWED['id']})",
        "line 2",
        "line 3",
        f"line 4 ({ALLOWED['id']})",
    ]
    assert any("channel: expected one of" in line for line in lines)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"channel": "phone"}', "channel: expected one of"),
        ('{"facts": {"callee": {"zones": ["Mars"]}}}', r"callee.zones\[0\]: expected an IANA time zone"),
        ("[]", "facts: expected an object"),
        ("not json", "is no JSON"),
        ("", "is no JSON"),
    ],
)
def test_facts_that_cannot_be_read_name_the_field(tmp_path, capsys, text, says):
    with pytest.raises(BadInput, match=says) as refused:
        told(tmp_path, capsys, text)
    assert refused.value.next_step


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(BadInput, match=r"nowhere\.json cannot be read"):
        main(["explain", "--facts", "nowhere.json"])


PARTS = {
    "caller": contract.Caller,
    "principal": contract.Principal,
    "cli": contract.CallerId,
    "number": contract.Number,
    "callee": contract.Callee,
    "suppressions": contract.Suppression,
    "relationships": contract.Relationship,
    "consents": contract.Consent,
    "history.attempts": contract.PastAttempt,
    "history.refusals": contract.Refusal,
    "abandonment": contract.Abandonment,
    "data": contract.Data,
    "setup": contract.Setup,
}
NEVER_MISSING = {"consents.until", "consents.revoked_at", "consents.flaws"}


def test_every_fact_of_the_contract_has_a_name_in_both_languages():
    for part, cls in PARTS.items():
        for field in dataclasses.fields(cls):
            path = f"{part}.{field.name}"
            assert path in NEVER_MISSING or fact_name(path).en != path, path
    for field in dataclasses.fields(contract.Registry):
        assert field.name in OF_REGISTRY
    assert unknown("registries.TR-IYS", "tr") == "Bilinmiyor: TR-IYS kayıt sisteminin numara için ne dediği."
    assert unknown("law.US.email") == "The rulebook for US says nothing of e-mail."


def test_every_word_of_the_contract_is_said_in_turkish():
    names = ("CHANNELS", "METHODS", "PURPOSES", "CONSENT_FORMS", "CONSENT_LEVELS", "CONSENT_METHODS", "FLAWS")
    words = {word for name in (*names, "DISCLOSURES", "CLI_KINDS", "LINE_TYPES") for word in getattr(contract, name)}
    assert words - set(WORDS) == set()
