"""What is played with nobody on the line says who calls, and lets go of whoever wants no more."""

from __future__ import annotations

from typing import Any

import pytest

from ahize.flows.alone import ALONE, check_alone, stops
from ahize.flows.checking import check
from ahize.flows.reading import read_flow
from flows._made import EXAMPLE, made

FLOW = read_flow(EXAMPLE.read_text("utf-8"))
SOUND = "0190b0a1-0000-7000-8000-00000000000a"
OUT: dict[str, Any] = {"9": {"label": "Stop", "next": "bye"}}
NODES: dict[str, Any] = {
    "hello": {"say": "This is {seller_name}. Press 9 to stop.", "next": "end"},
    "end": {"end": "heard"},
    "bye": {"say": "Done.", "next": "out"},
    "out": {"end": "opted_out"},
    "tape": {"say": "This is {seller_name}, {seller_phone}.", "next": "end"},
}


def problems(anytime: dict[str, Any] = OUT, machine: str = "tape", seller_name: str = "", **nodes: Any) -> list[str]:
    flow = made({**NODES, **nodes}, anytime=anytime, machine=machine)
    assert check(flow) == []
    return [one.code for one in check_alone(flow, seller_name=seller_name)]


def test_the_example_may_be_played_alone() -> None:
    assert check_alone(FLOW) == []
    assert stops(FLOW, FLOW.anytime["9"])


def test_a_good_one_has_no_problem() -> None:
    assert problems() == []


def question(next_: str) -> dict[str, Any]:
    return {"ask": "Sure?", "into": "sure", "as": "yes_no", "next": next_, "no_answer": next_}


@pytest.mark.parametrize(
    ("codes", "changed"),
    [
        (["no_name_first"], {"hello": {"say": "Press 9 to stop.", "next": "end"}}),
        (["no_name_first"], {"tape": {"say": "Call {seller_phone}.", "next": "end"}}),
        (["no_number_left"], {"tape": {"say": "This is {seller_name}.", "next": "end"}}),
        (["opt_out_untold"], {"hello": {"say": "This is {seller_name}.", "next": "end"}}),
        (["no_opt_out"], {"out": {"end": "left"}}),
        (["no_opt_out"], {"bye": question("out")}),
    ],
)
def test_what_is_missing_is_named(codes: list[str], changed: dict[str, Any]) -> None:
    assert problems(**changed) == codes


def test_every_mistake_has_a_case() -> None:
    assert set(ALONE) == {"no_name_first", "no_number_left", "opt_out_untold", "no_opt_out"}


def test_a_branch_says_nothing_so_both_its_ways_do() -> None:
    way = {"when": {"of": "city", "is": "known"}, "next": "nameless"}
    nodes = {"hello": {"branch": [way], "otherwise": "named"}, "named": NODES["hello"]}
    nodes["nameless"] = {"say": "Hello, press 9 to stop.", "next": "end"}
    assert problems(**nodes) == ["no_name_first"]


def test_a_recorded_sound_names_the_seller_in_its_own_words() -> None:
    recorded = {"say": "Acme calling. Press 9 to stop.", "sound": SOUND, "next": "end"}
    assert problems(hello=recorded) == ["no_name_first"]
    assert problems(hello=recorded, seller_name="ACME") == []
