"""``./ahize law diff``: what of the law differs between two days, by rule, with citation, in both languages."""

from __future__ import annotations

import copy
import json
from datetime import date
from typing import Any

import pytest

from ahize.compliance.diff import differences, report
from ahize.compliance.law_file import LawFile
from ahize.compliance.rulebook import Rulebook, shipped_documents
from ahize.kernel.errors import BadInput
from ahize.run.law import main

(FEDERAL,) = [document for document in shipped_documents() if document["layer"] == "US"]
BEFORE, AFTER = date(2026, 12, 31), date(2027, 7, 1)


def amended(change: Any) -> list[LawFile]:
    document = copy.deepcopy(FEDERAL)
    change({(entry["id"], entry.get("part", "")): entry for entry in document["rules"]}, document)
    return [LawFile(document)]


def test_nothing_differs_on_one_day():
    assert differences(Rulebook.load().laws, BEFORE, BEFORE) == []
    assert report([], BEFORE, BEFORE, "tr") == [
        "31.12.2026 ile 31.12.2026 arasında hiçbir kural, değer veya terim değişmiyor."
    ]


def test_a_value_that_moved_is_told_with_its_own_citation_and_day():
    def later_hours(rules: Any, _: Any) -> None:
        lines = rules["US-TSR-20", ""]["values"]["closes"]["lines"]
        lines.append({"from": date(2027, 3, 1), "value": "20:00", "cites": ["92 FR 1234"]})

    (change,) = differences(amended(later_hours), BEFORE, AFTER)
    assert (change.rule, change.name, change.before, change.after) == ("US-TSR-20", "closes", "21:00", "20:00")
    assert change.on == date(2027, 3, 1)
    assert change.says("en") == "US-TSR-20, closes: 21:00 becomes 20:00 on 2027-03-01 (92 FR 1234)"
    assert change.says("tr") == "US-TSR-20, closes: 01.03.2027 gününden beri 21:00 yerine 20:00 (92 FR 1234)"


def test_a_rule_that_ends_or_begins_is_told():
    def repeal(rules: Any, _: Any) -> None:
        rules["US-TSR-10", ""]["until"] = date(2027, 2, 1)
        rules["US-TSR-11", ""]["in_force_on"] = date(2027, 4, 1)

    ended, began = differences(amended(repeal), BEFORE, AFTER)
    assert (ended.kind, ended.rule, ended.on) == ("ends", "US-TSR-10", date(2027, 2, 1))
    assert (began.kind, began.rule, began.on) == ("begins", "US-TSR-11", date(2027, 4, 1))


def test_a_term_names_the_rules_that_read_it():
    found = differences(Rulebook.load().laws, date(2024, 2, 7), date(2024, 2, 8))
    (term,) = [change for change in found if change.kind == "term" and change.layer == "US"]
    assert term.name == "an_artificial_or_prerecorded_voice"
    assert {"US-FCC-01", "US-FCC-02"} <= set(term.read_by)


def test_a_relationship_that_lasts_longer_is_told():
    def longer(_: Any, document: Any) -> None:
        lines = document["relationships"]["US-TSR-13"]["lasts"]["inquiry"]["lines"]
        lines.append({"from": date(2027, 1, 1), "value": 6})

    changes = differences(amended(longer), BEFORE, AFTER)
    assert ("US-TSR-13", "inquiry", 3, 6) in [(one.rule, one.name, one.before, one.after) for one in changes]


def test_the_command_prints_sentences_and_json(capsys):
    assert main(["diff", "2024-02-07", "2024-02-08", "--lang", "tr"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("07.02.2024 ile 08.02.2024 arasında")
    assert main(["diff", "2024-02-07", "2024-02-08", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["earlier"], said["later"]) == ("2024-02-07", "2024-02-08")
    assert len(said["changes"]) == len(lines) - 1
    assert {"layer", "rule", "kind", "before", "after", "on", "cites"} <= set(said["changes"][0])


def test_every_difference_can_be_told_in_both_languages():
    for change in differences(Rulebook.load().laws, date(1990, 1, 1), date(2100, 1, 1)):
        assert change.says("en") != ""
        assert "{" not in change.says("tr")
        json.dumps(change.to_json())


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (("2026-02-30", "2026-08-11"), "DATE1 '2026-02-30' is no day"),
        (("2026-08-11", "tomorrow"), "DATE2 'tomorrow' is no day"),
        (("2026-08-11", "9999-01-01"), "DATE2 '9999-01-01' is no day"),
        (("2026-08-11", "2026-01-01"), "is after DATE2"),
    ],
)
def test_days_that_cannot_be_read_are_refused(days, says):
    with pytest.raises(BadInput, match=says) as refused:
        main(["diff", *days])
    assert refused.value.next_step
