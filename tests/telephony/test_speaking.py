"""A person is heard at every key, never hears silence, and is let go the moment they ask; a machine hears the whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ahize.flows.flow import Flow
from ahize.flows.reading import read_flow
from ahize.flows.talk import Talk
from ahize.telephony import speaking
from ahize.telephony.speaking import (
    Beep,
    CannotPlay,
    Deed,
    Event,
    Joined,
    Key,
    NobodyCame,
    OptedOut,
    Over,
    Play,
    Played,
    PlayWaiting,
    Said,
    Speaking,
    StopPlaying,
    Talking,
    WantAgents,
    Woken,
)
from flows._made import EXAMPLE, made

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
FLOW = read_flow(EXAMPLE.read_text("utf-8"))
FIELDS = {"seller_name": "Acme", "seller_phone": "+16145550100"}


class Line:
    """A switch that plays at once what it is told, and a clock that goes on only when somebody waits."""

    def __init__(self, flow: Flow, **given: Any) -> None:
        self.now = NOW
        self.speaking = Speaking(Talk(flow, FIELDS), **{"language": "en", **given})
        self.done: list[Deed] = []
        self.playing: Play | PlayWaiting | None = None
        self.heard: list[str] = []
        self.take(self.speaking.begin(self.now))

    def take(self, deeds: Sequence[Deed]) -> None:
        for deed in deeds:
            assert not any(isinstance(one, Over) for one in self.done), "after the end nothing is done"
            self.done.append(deed)
            match deed:
                case Play(speaks=speaks):
                    assert self.playing is None, "what played was stopped or had ended"
                    self.playing = deed
                    self.heard += [one.text or one.sound for one in speaks]
                case PlayWaiting():
                    assert self.playing is None
                    self.playing = deed
                case StopPlaying():
                    assert self.playing is not None, "only what plays is stopped"
                    self.playing = None

    def tell(self, *events: Event) -> Line:
        for event in events:
            self.take(self.speaking.handle(event, self.now))
        return self

    def press(self, keys: str) -> Line:
        return self.tell(*(Key(key) for key in keys))

    def played(self) -> Line:
        assert isinstance(self.playing, Play)
        number, self.playing = self.playing.number, None
        return self.tell(Played(number))

    def wait(self) -> Line:
        """Until the next thing that happens by itself."""
        assert self.speaking.wake_at is not None
        self.now = max(self.now, self.speaking.wake_at)
        return self.tell(Woken())

    @property
    def over(self) -> Over:
        assert isinstance(self.done[-1], Over)
        return self.done[-1]


def test_a_whole_call_by_keys() -> None:
    line = Line(FLOW).played().press("2").press("3").press("45501")
    assert line.done[-2] == WantAgents("agents")
    assert isinstance(line.playing, PlayWaiting), "nobody hears silence while somebody is looked for"
    line.tell(Joined())
    assert line.over.hang_up is False
    assert line.over.result.outcome == "transferred"
    assert line.over.result.answers == {"suits": False, "people": 3.0, "postcode": "45501"}
    assert line.over.result.path[-1] == "desk"


def test_a_key_stops_what_plays_and_is_the_answer() -> None:
    line = Line(FLOW).press("1")
    assert line.done[1] == StopPlaying()
    assert line.heard[-1].startswith("Thank you")
    assert line.played().over.result.outcome == "confirmed"


@pytest.mark.parametrize("keys", ["", "2", "23", "2345501", "7", "77"])
def test_opting_out_is_heard_everywhere_and_told_before_the_goodbye(keys: str) -> None:
    line = Line(FLOW).press(keys)
    line.press("9")
    if OptedOut() not in line.done:
        line.wait()  # among digits it could have been one: it was not, nothing came after it
    at = line.done.index(OptedOut())
    assert [type(one) for one in line.done[at:]] == [OptedOut, Play]
    line.press("123")
    assert line.played().over.result.outcome == "opted_out"


def test_a_nine_inside_a_postcode_is_a_digit() -> None:
    line = Line(FLOW).press("2").played().press("3").press("90210")
    assert line.done[-2] == WantAgents("agents")
    assert OptedOut() not in line.done


def test_silence_repeats_the_question_then_goes_on_without_an_answer() -> None:
    line = Line(FLOW).played()
    assert line.speaking.wake_at == NOW + timedelta(seconds=6)
    line.wait().played().wait()
    assert line.heard[-1].startswith("We will try again")
    assert line.played().over.result.outcome == "no_answer"


def test_digits_end_by_their_number_by_the_hash_or_by_a_pause() -> None:
    ask = {"collect": "Your number?", "into": "n", "digits": [2, 4], "next": "end", "no_answer": "end"}
    flow = made({"a": ask, "end": {"end": "done"}})
    for keys in ("1234", "12#", "9*12#"):
        assert Line(flow).press(keys).over.result.answers == {"n": "1234" if keys == "1234" else "12"}
    line = Line(flow).press("12")
    assert line.speaking.wake_at == NOW + timedelta(seconds=speaking.BETWEEN_DIGITS_S)
    assert line.wait().over.result.answers == {"n": "12"}
    assert Line(flow).press("1").wait().heard == ["Your number?", "Your number?"], "too few is asked again"


def test_a_question_for_words_takes_keys_where_digits_can_say_it() -> None:
    ask = {"ask": "How many?", "into": "n", "as": "number", "most": 99, "next": "sure", "no_answer": "end"}
    sure = {"ask": "Sure?", "into": "sure", "as": "yes_no", "next": "why", "no_answer": "end"}
    why = {"ask": "Why?", "into": "why", "next": "end", "no_answer": "end"}
    line = Line(made({"a": ask, "sure": sure, "why": why, "end": {"end": "done"}})).press("7#").press("1")
    assert line.heard[-1] == "Why?"
    line.press("5")
    assert line.playing is not None, "a key says nothing where words are asked for"
    assert line.tell(Said("It was too dear")).over.result.answers == {"n": 7.0, "sure": True, "why": "It was too dear"}


@pytest.mark.parametrize(("language", "words"), [("en", "Please REMOVE ME now"), ("tr", "Beni bir daha aramayın!")])
def test_words_that_opt_out_are_a_key(language: str, words: str) -> None:
    line = Line(FLOW, language=language).tell(Said(words))
    assert OptedOut() in line.done


def test_a_hello_or_a_voice_in_the_room_is_no_wrong_answer() -> None:
    line = Line(FLOW)
    before = list(line.done)
    assert line.tell(Said("hello hello who is this")).done == before, "the words are said on"
    assert line.played().tell(Said("one moment please")).playing is None


def test_last_words_opt_out_once_and_only_such() -> None:
    line = Line(FLOW)
    line.speaking.gone()
    assert line.speaking.said_late("I said STOP CALLING me")
    assert not line.speaking.said_late("thank you, good bye")
    line = Line(FLOW).tell(Said("stop calling"))
    assert not line.speaking.said_late("stop calling"), "that was told already"
    line.speaking.gone()
    assert not line.speaking.said_late("stop calling")


def test_words_choose_by_the_label() -> None:
    assert Line(FLOW).played().tell(Said("it suits me")).played().over.result.outcome == "confirmed"


def test_nobody_came_and_the_flow_goes_on() -> None:
    for nobody in (lambda line: line.tell(NobodyCame()), lambda line: line.wait()):
        line = Line(FLOW).press("2").press("3").press("45501")
        nobody(line)
        assert line.done[-2:][0] == StopPlaying()
        assert line.heard[-1].startswith("We will try again")


def test_who_waits_for_an_agent_may_still_opt_out() -> None:
    line = Line(FLOW).press("2").press("3").press("45501").press("5").press("9")
    assert OptedOut() in line.done
    assert line.tell(Joined()).played().over.hang_up, "an agent that comes now comes too late"


def test_a_flow_that_may_not_ask_for_agents_asks_for_none() -> None:
    line = Line(FLOW, agents=False).press("2").press("3").press("45501")
    assert not [one for one in line.done if isinstance(one, WantAgents)]
    assert line.heard[-1].startswith("We will try again")


def test_an_agent_may_join_while_the_last_words_are_said() -> None:
    flow = made(
        {"a": {"say": "One moment.", "next": "t"}, "t": {"transfer": "agents", "failed": "e"}, "e": {"end": "e"}}
    )
    line = Line(flow)
    assert [type(one) for one in line.done] == [WantAgents, Play]
    line.tell(Joined())
    assert [type(one) for one in line.done[2:]] == [StopPlaying, Over]


def test_a_sound_that_cannot_be_played_ends_the_call_rather_than_leave_silence() -> None:
    line = Line(FLOW)
    assert line.tell(CannotPlay(1)).over.result.outcome == "cannot_play"
    line = Line(FLOW).press("9")
    assert line.tell(CannotPlay(line.speaking._number)).over.result.outcome == "opted_out"


def test_who_hangs_up_leaves_the_answers_given_so_far() -> None:
    line = Line(FLOW).press("2")
    result = line.speaking.gone()
    assert (result.outcome, result.answers) == ("hung_up", {"suits": False})
    assert line.speaking.handle(Key("1"), NOW) == ()
    assert line.speaking.gone() == result


# ── machines ─────────────────────────────────────────────────────────────────────────────────────────────────────────

TAPE = made(
    {
        "live": {"say": "Hello, this is {seller_name}.", "next": "end"},
        "tape": {"say": "{seller_name} called. Please call {seller_phone}.", "next": "end"},
        "end": {"end": "left"},
    },
    machine="tape",
)


def test_a_machine_is_spoken_to_when_it_is_quiet() -> None:
    line = Line(TAPE, machine=True).tell(Talking(True))
    line.now += timedelta(seconds=8)
    line.tell(Talking(False), Woken())
    assert line.done == []
    line.wait()
    assert line.heard == ["Acme called. Please call +16145550100."]
    assert line.press("99").played().over.result.machine


def test_the_beep_is_the_sign() -> None:
    assert Line(TAPE, machine=True).tell(Talking(True), Beep()).heard


def test_a_machine_that_was_not_done_hears_the_whole() -> None:
    line = Line(TAPE, machine=True).wait().tell(Talking(True))
    assert line.playing is None
    line.tell(Talking(False)).wait()
    assert len(line.heard) == 2
    line.tell(Beep()).wait()
    assert len(line.heard) == 3
    line.tell(Talking(True), Talking(False))
    assert line.played().over.result.outcome == "left", "in the end it is played through"


def test_a_machine_that_never_stops_is_left() -> None:
    assert Line(TAPE, machine=True).tell(Talking(True)).wait().over.result.outcome == "never_quiet"


# ── anything ─────────────────────────────────────────────────────────────────────────────────────────────────────────

EVENTS = st.one_of(
    st.sampled_from("0123456789*#").map(Key),
    st.sampled_from(["evet", "stop calling", "It suits me", ""]).map(Said),
    st.sampled_from([Talking(True), Talking(False), Beep(), Joined(), NobodyCame(), Woken(), "played", "wait"]),
)


@settings(max_examples=300, deadline=None)
@given(events=st.lists(EVENTS, max_size=25), language=st.sampled_from(["en", "tr"]), machine=st.booleans())
def test_whatever_happens_nobody_is_left_in_silence(events: list[Event | str], language: str, machine: bool) -> None:
    line = Line(TAPE if machine else FLOW, language=language, machine=machine)
    for event in [*events, *["played", "wait"] * 60]:
        if line.speaking.is_over:
            break
        if event == "played" and isinstance(line.playing, Play):
            line.played()
        elif event == "wait" and line.speaking.wake_at is not None:
            line.wait()
        elif not isinstance(event, str):
            line.now += timedelta(milliseconds=100)
            line.tell(event)
        silent = line.playing is None and line.speaking.wake_at is None
        assert line.speaking.is_over or not silent, "something plays, or something is waited for"
    assert line.speaking.is_over, "whoever says nothing more is let go"
    assert line.done.count(OptedOut()) <= 1
