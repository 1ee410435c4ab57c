"""A talk goes where its flow says, whatever is heard; and every checked flow lets go of whoever is silent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ahize.flows.checking import check
from ahize.flows.flow import Ask, Choose, Collect, Flow, Transfer
from ahize.flows.reading import read_flow
from ahize.flows.talk import (
    Answered,
    Back,
    Deed,
    Finish,
    HandOver,
    Heard,
    Listen,
    NobodyTook,
    Place,
    Silence,
    Speak,
    Talk,
)
from ahize.kernel.errors import Conflict
from flows._made import END, EXAMPLE, made

FLOW = read_flow(EXAMPLE.read_text("utf-8"))
FIELDS = {"seller_name": "Acme", "first_name": "Zoë"}


def told(flow: Flow, *heard: Heard, language: str = "en") -> tuple[Place, list[Deed]]:
    """A whole talk: where it stands in the end, and all that was done."""
    talk = Talk(flow, FIELDS)
    place, deeds = talk.begin(language)
    done = list(deeds)
    for one in heard:
        place, deeds = talk.hear(place, one)
        done += deeds
    return place, done


def test_one_way_through_the_example() -> None:
    place, done = told(FLOW, Answered("2"), Answered("3"), Answered("45501#"))
    assert place.answers == {"suits": False, "people": 3.0, "postcode": "45501"}
    assert place.path == ("hello", "coming", "people", "many", "postcode", "desk")
    assert done[0] == Speak("Good day, this is Acme. To hear no more from us press 9 at any time.")
    assert done[-1] == HandOver("agents")


def test_what_is_spoken_is_of_the_language_or_of_the_first_one() -> None:
    assert told(FLOW, language="tr")[1][0] == Speak(
        "İyi günler, Acme arıyor. Bir daha aranmamak için istediğiniz zaman 9'a basın."
    )
    assert told(FLOW, language="ku") == told(FLOW, language="en")


def test_a_question_says_what_it_listens_for() -> None:
    _, done = told(FLOW, Answered("2"))
    listens = [deed for deed in done if isinstance(deed, Listen)]
    assert listens[0] == Listen(
        6, {"1": "It suits me", "2": "Another day", "9": "Do not call me again"}, digits_max=0, words=False
    )
    assert (listens[1].words, listens[1].keys) == (True, {"9": "Do not call me again"})


@pytest.mark.parametrize("before", [(), (Answered("2"),), (Answered("2"), Answered("3"))])
def test_the_key_that_is_heard_anytime_is_heard_anytime(before: tuple[Heard, ...]) -> None:
    place, done = told(FLOW, *before, Answered("9"))
    assert (place.over, done[-1]) == (True, Finish("opted_out"))


def test_silence_and_answers_that_do_not_fit_are_tries() -> None:
    place, done = told(FLOW, Silence(), Answered("7"))
    assert done[-1] == Finish("no_answer")
    assert place.path == ("hello", "coming", "unheard")


def test_an_option_may_be_said_by_its_label() -> None:
    assert told(FLOW, Answered("it suits ME"))[1][-1] == Finish("confirmed")


def test_nobody_took_the_transfer() -> None:
    place, done = told(FLOW, Answered("2"), Answered("8"), NobodyTook())
    assert done[-1] == Finish("no_answer")
    assert place.over


def test_after_the_end_nothing_is_heard() -> None:
    place, _ = told(FLOW, Answered("1"))
    assert Talk(FLOW, FIELDS).hear(place, Answered("9")) == (place, ())


def test_back_goes_to_the_question_before_and_keeps_what_was_answered() -> None:
    place, done = told(FLOW, Answered("2"), Answered("3"), Back())
    assert place.node == "people"
    assert place.answers == {"suits": False, "people": 3.0}
    assert done[-2] == Speak("How many of you will be at home?")
    place, _ = told(FLOW, Answered("2"), Answered("3"), Back(), Back(), Back())
    assert place.node == "coming", "before the first question there is none"
    place, _ = told(FLOW, Answered("2"), Answered("3"), Back(), Answered("8"))
    assert place.path == ("hello", "coming", "people", "many", "postcode", "people", "many", "desk")


def test_a_talk_does_not_go_on_in_another_version() -> None:
    place, _ = told(FLOW)
    with pytest.raises(Conflict):
        Talk(replace(FLOW, sha256="0"), FIELDS).hear(place, Silence())


@pytest.mark.parametrize(
    ("as_", "said", "kept"),
    [
        ("number", "4,5", 4.5),
        ("number", " 3 ", 3.0),
        ("number", "inf", None),
        ("number", "nan", None),
        ("number", "1_0", None),
        ("number", "٣", None),
        ("number", "11", None),
        ("date", "2026-02-28", "2026-02-28"),
        ("date", "2026-02-30", None),
        ("yes_no", "Evet", True),
        ("yes_no", "NO", False),
        ("yes_no", "perhaps", None),
        ("words", "  as you like ", "as you like"),
        ("words", "   ", None),
    ],
)
def test_an_answer_is_kept_as_its_kind_or_asked_again(as_: str, said: str, kept: object) -> None:
    bounds = {"least": 0, "most": 10} if as_ == "number" else {}
    node = {"ask": "Well?", "into": "well", "as": as_, **bounds, "next": "end", "no_answer": "end"}
    place, _ = told(made({"a": node, "end": END}), Answered(said))
    assert place.answers == ({} if kept is None else {"well": kept})
    assert place.over is (kept is not None)


def chosen(when: dict[str, Any], answer: str | None) -> bool:
    """Whether a branch goes where this condition holds, after this answer."""
    nodes = {
        "ask": {"ask": "Well?", "into": "well", "next": "look", "no_answer": "look", "tries": 1},
        "look": {"branch": [{"when": when, "next": "so"}], "otherwise": "not_so"},
        "so": {"end": "so"},
        "not_so": {"end": "not_so"},
    }
    place, _ = told(made(nodes), Silence() if answer is None else Answered(answer))
    return place.node == "so"


@pytest.mark.parametrize(
    ("is_", "value", "holding", "failing"),
    [
        ("equal", "Blue", ["blue", "BLUE"], ["red", None]),
        ("equal", 3, ["3"], ["4", None]),
        ("not_equal", "blue", ["red"], ["blue", None]),
        ("below", 3, ["2", "2,9"], ["3", "many", None]),
        ("above", 3, ["3.1"], ["3", "many", None]),
        ("one_of", ["blue", 3], ["3", "Blue"], ["red", None]),
        ("known", None, ["anything"], [None]),
    ],
)
def test_what_is_not_known_is_neither_so_nor_not_so(
    is_: str, value: object, holding: list[str | None], failing: list[str | None]
) -> None:
    when = {"of": "answer.well", "is": is_, **({} if value is None else {"value": value})}
    assert [chosen(when, answer) for answer in holding] == [True] * len(holding)
    assert [chosen(when, answer) for answer in failing] == [False] * len(failing)


def test_a_field_of_the_person_leads_as_well() -> None:
    look = {"branch": [{"when": {"of": "first_name", "is": "equal", "value": "zoë"}, "next": "so"}], "otherwise": "end"}
    assert told(made({"look": look, "so": {"end": "so"}, "end": END}))[0].node == "so"
    empty = Talk(made({"look": look, "so": {"end": "so"}, "end": END}), {"first_name": ""}).begin("en")
    assert empty[0].node == "end"


# ── any flow ─────────────────────────────────────────────────────────────────────────────────────────────────────────

NAMES = ("n0", "n1", "n2", "n3", "n4", "n5")
ways = st.sampled_from((*NAMES, "end"))
waits = st.fixed_dictionaries({"no_answer": ways, "tries": st.integers(1, 3)})
nodes = st.one_of(
    st.fixed_dictionaries({"say": st.just("x"), "next": ways}),
    st.builds(lambda next_, wait: {"ask": "x", "into": "w", "next": next_, **wait}, ways, waits),
    st.builds(
        lambda one, two, wait: {
            "choose": "x",
            "options": {"1": {"label": "a", "next": one}, "2": {"label": "b", "next": two}},
            **wait,
        },
        *(ways, ways, waits),
    ),
    st.builds(lambda next_, wait: {"collect": "x", "into": "d", "digits": [2, 3], "next": next_, **wait}, ways, waits),
    st.builds(
        lambda one, two: {"branch": [{"when": {"of": "city", "is": "known"}, "next": one}], "otherwise": two},
        ways,
        ways,
    ),
    st.fixed_dictionaries({"transfer": st.just("agents"), "failed": ways}),
)
flows = st.lists(nodes, min_size=6, max_size=6).map(
    lambda drawn: made(
        {**dict(zip(NAMES, drawn, strict=True)), "end": END}, anytime={"9": {"label": "z", "next": "end"}}
    )
)
heard = st.one_of(
    st.sampled_from(["1", "2", "7", "12", "x", "", "9"]).map(Answered),
    st.just(Silence()),
    st.just(NobodyTook()),
    st.just(Back()),
)


@settings(max_examples=300, deadline=None)
@given(flows, st.lists(heard, max_size=12))
def test_a_flow_that_is_checked_never_strands_anybody(flow: Flow, said: list[Heard]) -> None:
    if {problem.code for problem in check(flow)} - {"never_reached"}:
        return
    talk = Talk(flow, {})
    place, deeds = talk.begin("en")
    for one in said:
        assert place.over is any(isinstance(deed, Finish) for deed in deeds) or place.over
        waits_for = flow.nodes[place.node]
        assert place.over or isinstance(waits_for, Ask | Choose | Collect | Transfer)
        assert place.path[-1] == place.node or place.tries > 1
        place, deeds = talk.hear(place, one)
    # From wherever that led, whoever says nothing more is let go of.
    for _ in range(40):
        if place.over:
            return
        there = isinstance(flow.nodes[place.node], Transfer)
        place, deeds = talk.hear(place, NobodyTook() if there else Silence())
    raise AssertionError(f"{place.path} never ends in silence")


RECORDED = "0190b0a1-0000-7000-8000-00000000000a"


def test_a_recorded_sound_is_played_in_the_language_of_the_talk() -> None:
    other = RECORDED.replace("a1", "a2")
    flow = made(
        {
            "which": {
                "choose": {"en": "Press 2 for Turkish.", "tr": "…"},
                "options": {"2": {"label": {"en": "Turkish", "tr": "Türkçe"}, "next": "hello", "language": "tr"}},
                "no_answer": "hello",
            },
            "hello": {"say": {"en": "Hello", "tr": "Merhaba"}, "sound": {"en": RECORDED, "tr": other}, "next": "end"},
            "end": END,
        },
        languages=["en", "tr"],
    )
    assert check(flow) == []
    assert told(flow, Answered("2"))[1][-2:] == [Speak("Merhaba", other), Finish("done")]
    assert told(flow, Silence(), Silence(), Silence())[1][-2:] == [Speak("Hello", RECORDED), Finish("done")]


def test_a_machine_hears_its_own_beginning() -> None:
    flow = made(
        {
            "live": {"ask": "Who?", "into": "who", "next": "end", "no_answer": "end"},
            "tape": {"say": "Hi", "next": "end"},
        }
        | {"end": END},
        machine="tape",
    )
    assert check(flow) == []
    assert Talk(flow, {}).begin("en", machine=True)[1] == (Speak("Hi"), Finish("done"))


@pytest.mark.parametrize(
    ("question", "digits"),
    [
        ({"as": "yes_no"}, 1),
        ({"as": "number", "most": 120}, 3),
        ({"as": "number"}, 9),
        ({"as": "words"}, 0),
        ({"as": "date"}, 0),
    ],
)
def test_a_line_that_has_only_keys_knows_how_many_may_answer(question: dict[str, Any], digits: int) -> None:
    flow = made({"a": {"ask": "?", "into": "a", "next": "end", "no_answer": "end", **question}, "end": END})
    listen = told(flow)[1][-1]
    assert isinstance(listen, Listen)
    assert listen.keyed_max == digits
