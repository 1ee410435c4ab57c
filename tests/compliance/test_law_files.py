"""A law that cannot be read says which entry is wrong and how it should be."""

from __future__ import annotations

import copy
from datetime import date, time
from typing import Any

import pytest

from ahize.compliance.law_file import Code, LawFile
from ahize.compliance.parameters import NOT_YET, read_parameters
from ahize.compliance.rulebook import shipped_documents
from ahize.compliance.rules.calling_hours import CallingHours
from ahize.compliance.terms import BadLaw

(FEDERAL,) = [document for document in shipped_documents() if document["layer"] == "US"]

BEGAN = date(1995, 12, 31)


def with_entry(**changes: Any) -> dict[str, Any]:
    """A law of one entry: the federal hours, changed."""
    document = {key: value for key, value in FEDERAL.items() if key != "rules"}
    (hours,) = [entry for entry in FEDERAL["rules"] if entry["id"] == "US-TSR-20"]
    entry = copy.deepcopy(hours) | changes
    document["rules"] = [{key: value for key, value in entry.items() if value is not None}]
    return document


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"kind": "calling_houres"}, "kind 'calling_houres' is none of"),
        ({"cites": None}, "it needs `cites`"),
        ({"when": None}, "it needs `when`"),
        ({"mark": "sure"}, "a mark is one of"),
        ({"when": ["telemarketting"]}, "no term is called telemarketting"),
        ({"when": [{"chanel": "voice"}]}, "there is no fact chanel"),
        ({"when": [7]}, "7 is no condition"),
        ({"opened_by": "nobody"}, "no agreement is called nobody"),
        ({"opened_by": None}, "needs 'opened_by'"),
        ({"values": {}}, "needs 'opens'"),
        ({"values": {"opens": 8}}, "a value needs `unit` and `lines`"),
        ({"values": {"opens": {"unit": "o'clock", "lines": []}}}, "is none of"),
        ({"values": {"opens": {"unit": "days", "lines": [{"value": 8}]}}}, "each line needs `from`"),
        (
            {"values": {"opens": {"unit": "local time", "lines": [{"from": date(1995, 12, 31), "value": 8}]}}},
            "no local time",
        ),
    ],
)
def test_an_entry_that_cannot_be_read_is_named(changes: dict[str, Any], says: str):
    with pytest.raises(BadLaw, match="US-TSR-20") as caught:
        LawFile(with_entry(**changes))
    assert says in str(caught.value)


def test_the_same_entry_twice_needs_parts():
    document = with_entry()
    document["rules"] *= 2
    with pytest.raises(BadLaw, match="stands here twice"):
        LawFile(document)


def test_a_value_is_read_as_of_its_day():
    opens = {
        "unit": "local time",
        "lines": [{"from": BEGAN, "value": "08:00"}, {"from": date(2030, 1, 1), "value": "09:00"}],
    }
    (parameter,) = read_parameters({"opens": opens}, cites=["x"], mark="verified", where="US-X").values()
    assert parameter.on(date(1995, 12, 30)) is NOT_YET
    assert parameter.on(date(2029, 12, 31)) == time(8)
    assert parameter.on(date(2030, 1, 1)) == time(9)
    assert parameter.lines[1].cites == ("x",)


def closes(code: Code) -> time | None:
    (rule,) = code.rules
    assert isinstance(rule, CallingHours)
    return rule.hours.on(date(2026, 11, 23)).spans[0].closes


def test_an_amendment_takes_force_on_its_day_and_leaves_the_past_alone():
    document = with_entry()
    document["rules"][0]["values"]["closes"]["lines"].append({"from": date(2027, 1, 1), "value": "20:00"})
    law = LawFile(document)
    before, after = law.code_on(date(2026, 12, 31)), law.code_on(date(2027, 1, 1))
    assert closes(before) == time(21)
    assert before.until == date(2027, 1, 1)
    assert closes(after) == time(20)
    assert after.until is None


def test_a_rule_repealed_no_longer_binds():
    law = LawFile(with_entry(until=date(2027, 1, 1)))
    assert law.code_on(date(2026, 12, 31)).rules
    assert not law.code_on(date(2027, 1, 1)).rules
