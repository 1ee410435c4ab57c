"""What would strand a person or surprise an author is found, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from ahize.flows.alone import ALONE
from ahize.flows.checking import SAYS, check
from ahize.flows.reading import read_flow
from flows._made import END, EXAMPLE, made

ASK = {"ask": "Well?", "into": "well", "next": "end", "no_answer": "end"}


def test_nothing_is_wrong_with_the_example() -> None:
    assert check(read_flow(EXAMPLE.read_text("utf-8"))) == []


WRONG: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "no_such_node": ({"a": {"say": "x", "next": "b"}}, [("a", "b")]),
    "never_reached": ({"a": END, "b": END}, [("b", "")]),
    "never_ends": ({"a": {"ask": "x", "into": "y", "next": "a", "no_answer": "a"}}, [("a", "")]),
    "silence_never_ends": ({"a": {**ASK, "no_answer": "a"}, "end": END}, [("a", "")]),
    "no_pause": (
        {
            "a": {"branch": [{"when": {"of": "city", "is": "known"}, "next": "b"}], "otherwise": "end"},
            "b": {"say": "x", "next": "a"},
            "end": END,
        },
        [("a", "b"), ("b", "a")],
    ),
    "unknown_field": ({"a": {"say": "Hi {nickname}", "next": "end"}, "end": END}, [("a", "nickname")]),
    "stray_brace": ({"a": {"say": "Hi {", "next": "end"}, "end": END}, [("a", "{")]),
    "answer_never_given": (
        {
            "a": {**ASK, "next": "b"},
            "b": {"branch": [{"when": {"of": "answer.wel", "is": "known"}, "next": "end"}], "otherwise": "end"},
            "end": END,
        },
        [("b", "wel")],
    ),
    "answer_not_yet": (
        {
            "b": {"branch": [{"when": {"of": "answer.well", "is": "known"}, "next": "end"}], "otherwise": "a"},
            "a": ASK,
            "end": END,
        },
        [("b", "well")],
    ),
    "unknown_fact": (
        {
            "b": {"branch": [{"when": {"of": "age", "is": "above", "value": 17}, "next": "end"}], "otherwise": "end"},
            "end": END,
        },
        [("b", "age")],
    ),
    "two_kinds_of_answer": (
        {"a": {**ASK, "next": "b"}, "b": {**ASK, "as": "number"}, "end": END},
        [("b", "well")],
    ),
}


@pytest.mark.parametrize("code", WRONG)
def test_each_mistake_is_found_where_it_stands(code: str) -> None:
    nodes, expected = WRONG[code]
    found = check(made(nodes))
    assert [(problem.node, problem.about) for problem in found] == expected
    assert {problem.code for problem in found} == {code}
    assert all(problem.says for problem in found)


ANYTIME = {"9": {"label": "Not again", "next": "end"}}


@pytest.mark.parametrize(
    ("node", "code"),
    [
        ({"choose": "x", "options": {"9": {"label": "y", "next": "end"}}, "no_answer": "end"}, "key_taken"),
        ({"collect": "x", "into": "y", "digits": [1, 4], "next": "end", "no_answer": "end"}, "key_is_an_answer"),
        ({**ASK, "as": "number", "most": 20}, "key_is_an_answer"),
    ],
)
def test_a_key_that_is_heard_anytime_means_one_thing(node: dict[str, Any], code: str) -> None:
    assert [problem.code for problem in check(made({"a": node, "end": END}, anytime=ANYTIME))] == [code]


@pytest.mark.parametrize(
    "node",
    [
        {"collect": "x", "into": "y", "digits": [2, 4], "next": "end", "no_answer": "end"},
        {**ASK, "as": "number", "most": 8},
        ASK,
    ],
)
def test_where_it_cannot_be_meant_it_is_in_nobodys_way(node: dict[str, Any]) -> None:
    assert check(made({"a": node, "end": END}, anytime=ANYTIME)) == []


def test_an_answer_may_be_looked_at_behind_a_key_that_is_heard_anytime() -> None:
    late = {"branch": [{"when": {"of": "answer.well", "is": "known"}, "next": "end"}], "otherwise": "end"}
    anytime = {"*": {"label": "Stop", "next": "late"}}
    assert check(made({"a": ASK, "late": late, "end": END}, anytime=anytime)) == []


ELSEWHERE = {"key_taken", "key_is_an_answer", "sound_says_fields", "machine_waits"} | set(ALONE)


def test_every_mistake_has_a_case() -> None:
    assert set(SAYS) == {*WRONG, *ELSEWHERE}


def test_a_machine_is_asked_nothing() -> None:
    nodes = {"tape": {"say": "Hi", "next": "a"}, "a": ASK, "end": END}
    assert ("a", "machine_waits") in {(one.node, one.code) for one in check(made(nodes, machine="tape"))}
    assert [one.code for one in check(made({"tape": {"say": "Hi", "next": "end"}, "end": END}, machine="gone"))] == [
        "no_such_node"
    ]


def test_a_recorded_sound_says_no_names() -> None:
    sound = "0190b0a1-0000-7000-8000-00000000000a"
    node = {"say": "Dear {first_name}", "sound": sound, "next": "end"}
    assert [(one.code, one.about) for one in check(made({"a": node, "end": END}))] == [
        ("sound_says_fields", "first_name")
    ]
