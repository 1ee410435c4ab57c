"""Words that are said in a call: cut into sentences, understood, and at once what a key is."""

from __future__ import annotations

import asyncio
import hashlib
import stat
import sys
import threading
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ahize.calls.events import FlowEnded, HumanHeard, HungUp, StopPressed
from ahize.dialer.commands import RunFlow
from ahize.flows.wav import Samples, read_wav
from ahize.kernel.errors import BadInput, Unavailable
from ahize.kernel.ids import AttemptId, CallId
from ahize.telephony.hearing import WAITING_MAX, Hearing, Sentences
from ahize.telephony.house import FlowText
from ahize.telephony.recognisers import Sphinx, recognisers
from ahize.telephony.wire import Answer
from telephony import carrier
from telephony.conftest import RunningAsterisk, StartSipp
from telephony.rooms import FLOOR, FLOW, room, run
from telephony.test_card_data import pcap

SPOKEN = Path(__file__).parent / "spoken"
"""By flite's voice rms, which was made from a person's recordings: “please stop calling me”, and something else."""
FRAME = 160
wheel = pytest.mark.skipif(
    sys.version_info[:2] not in ((3, 11), (3, 13)), reason="there is no wheel of pocketsphinx for this Python"
)


def spoken(name: str) -> Samples:
    return read_wav((SPOKEN / f"{name}.wav").read_bytes()).samples


# ── sentences ────────────────────────────────────────────────────────────────────────────────────────────────────────


def sentences(*parts: tuple[float, int]) -> list[float]:
    """Parts of so many seconds and so loud, as the lengths of the sentences found in them."""
    sound = np.concatenate([np.full(round(seconds * 50) * FRAME, level, np.int16) for seconds, level in parts])
    cutter = Sentences()
    found = [cutter.feed(frame) for frame in sound.reshape(-1, FRAME)]
    return [len(one) / 8_000 for one in [*found, cutter.rest()] if one is not None]


def test_a_sentence_has_a_little_before_it_and_ends_in_silence() -> None:
    assert sentences((2.0, 20), (1.0, 4_000), (3.0, 20)) == [pytest.approx(1.7, abs=0.03)]


def test_a_pause_for_breath_ends_nothing_and_a_cough_begins_nothing() -> None:
    assert len(sentences((0.5, 20), (0.6, 4_000), (0.3, 20), (0.6, 4_000), (1.0, 20))) == 1
    assert sentences((1.0, 20), (0.2, 9_000), (2.0, 20)) == []


def test_who_hangs_up_on_the_last_word_has_said_it() -> None:
    assert sentences((0.4, 20), (0.8, 4_000)) == [pytest.approx(1.0, abs=0.03)]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.integers(8, 60))
def test_whatever_is_said_without_a_breath_is_whole_in_one_part(before: int, length: int) -> None:
    """Of somebody who never stops every phrase of up to 1.2 seconds is in one sentence uncut."""
    level = np.arange(1, 1 + before + length + 600, dtype=np.int16) % 3_000 + 2_000  # a mark for each frame
    cutter = Sentences()
    found = [cutter.feed(np.full(FRAME, one, np.int16)) for one in level]
    parts = [one[::FRAME].tolist() for one in [*found, cutter.rest()] if one is not None]
    phrase = level[before : before + length].tolist()
    assert any(phrase == part[at : at + length] for part in parts for at in range(len(part) - length + 1))


# ── recognisers ──────────────────────────────────────────────────────────────────────────────────────────────────────


@wheel
def test_the_built_in_one_hears_english_as_a_telephone_carries_it() -> None:
    ear = Sphinx()
    try:
        assert ear.understands("en-GB")
        assert not ear.understands("tr")
        assert "stop calling" in ear.hear(spoken("stop"), "en")
        assert "tell me more" in ear.hear(spoken("more"), "en")
    finally:
        ear.close()


def program(folder: Path, does: str) -> str:
    path = folder / "hears"
    path.write_text(f"#!{sys.executable}\nimport sys, wave\n{does}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_a_program_is_given_sound_and_gives_words(tmp_path: Path) -> None:
    does = "w = wave.open(sys.stdin.buffer)\nprint(w.getframerate(), w.getnframes(), sys.argv[1])"
    named, *_ = recognisers(f"tr,de: {program(tmp_path, does)} {{language}}")
    assert named.understands("tr-TR")
    assert not named.understands("en")
    assert named.hear(np.zeros(1_600, np.int16), "tr") == "8000 1600 tr"


def test_a_program_that_fails_says_why_and_what_to_do(tmp_path: Path) -> None:
    named, *_ = recognisers(program(tmp_path, "sys.exit('the model is gone')"))
    with pytest.raises(Unavailable, match="the model is gone"):
        named.hear(np.zeros(160, np.int16), "tr")


@pytest.mark.parametrize(
    ("told", "wrong", "says"),
    [
        ("/nowhere/hears {language}", Unavailable, "no such program"),
        ("sh {voice}", BadInput, "{voice}"),
        ("türkçe: sh", BadInput, "türkçe"),
        ("sh 'open", BadInput, "cannot be read"),
    ],
)
def test_settings_that_name_no_recogniser_are_refused(told: str, wrong: type[Exception], says: str) -> None:
    with pytest.raises(wrong) as caught:
        recognisers(told)
    assert says in str(caught.value)


def test_off_is_off() -> None:
    assert recognisers("off") == ()


# ── understanding ────────────────────────────────────────────────────────────────────────────────────────────────────


class Slow:
    """Understands one sentence after the other, when it is let."""

    def __init__(self) -> None:
        self.let = threading.Event()

    def understands(self, language: str) -> bool:
        return language == "en"

    def hear(self, samples: Samples, language: str) -> str:
        self.let.wait(10)
        return str(samples[0])


def asked(method: str, path: str, **more: Any) -> asyncio.Future[Answer]:
    return asyncio.get_running_loop().create_future()


def test_what_is_too_much_is_let_go_from_the_oldest_on_and_nobody_waits() -> None:
    async def walk() -> list[str]:
        slow, told = Slow(), []
        hearing = Hearing(asked, [slow])
        hearing._port = 1
        call = CallId(AttemptId(UUID(int=5)))
        hearing.begin(call, str(call), lambda: "en", told.append)
        person = hearing._whose(call)
        assert person is not None
        for number in range(WAITING_MAX + 10):
            person.listen(person, np.full(FRAME, number, np.int16))
            await asyncio.sleep(0)
        assert told == []
        hearing.end(call)
        slow.let.set()
        await hearing.understood()
        await hearing.close()
        return told

    told = asyncio.run(walk())
    assert sorted(map(int, told)) == [0, 1, *range(10, 10 + WAITING_MAX)]


def test_nobody_is_listened_to_in_a_language_that_nobody_understands() -> None:
    async def walk() -> None:
        hearing = Hearing(asked, [Slow()])
        hearing._port = 1
        hearing.begin(CallId(AttemptId(UUID(int=5))), "x", lambda: "tr", lambda _words: None)
        assert hearing._whose(UUID(int=5)) is None
        await hearing.close()

    asyncio.run(walk())


# ── on a real line ───────────────────────────────────────────────────────────────────────────────────────────────────


class Held(Sphinx):
    """Understands nothing until it is let."""

    def __init__(self, let: bool) -> None:
        super().__init__()
        self.let = threading.Event()
        if let:
            self.let.set()

    def hear(self, samples: Samples, language: str) -> str:
        self.let.wait(15)
        return super().hear(samples, language)


@pytest.mark.stack
@wheel
@pytest.mark.parametrize(
    ("says", "late", "told"),
    [
        ("stop", False, [StopPressed, FlowEnded, HungUp]),
        ("stop", True, [FlowEnded, HungUp, StopPressed]),
        ("more", True, [FlowEnded, HungUp]),
    ],
)
def test_who_says_so_is_opted_out_at_once_or_when_it_is_understood(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path, says: str, late: bool, told: list[type]
) -> None:
    line = np.concatenate([np.zeros(1_600), spoken(says) / 32_767, np.zeros(1_600)])
    far = sipp(carrier.answers(plays="said.pcap"), 0, "-m", "1", files={"said.pcap": pcap(line)})
    flow = FLOW.replace("wait_s: 2", f"wait_s: {3 if late else 12}")
    ear = Held(let=not late)

    async def walk() -> None:
        house = {"flows": (FlowText(hashlib.sha256(flow.encode()).hexdigest(), flow),)}
        async with room(asterisk, tmp_path, far.port, house=house, recognisers=[ear]) as made:
            call = await made.dial()
            await made.until(HumanHeard)
            made.heard.clear()
            await made.link.obey(RunFlow(call, house["flows"][0].sha256, agents=False))
            await made.until(FlowEnded, HungUp, seconds=25)
            ear.let.set()
            await made.board.hearing.understood()
            await made.until(*told)
            assert [type(event) for event in made.heard] == told
            again = [call] if StopPressed in told else []
            assert made.board.ledger.stops(FLOOR) == again, "it is told to each new engine until one has heard it"
            assert made.board.ari is not None
            bridges = (await made.board.ari.ask("GET", "bridges")).body
            channels = (await made.board.ari.ask("GET", "channels")).body
            assert not [one["id"] for one in [*bridges, *channels] if one["id"].startswith("hear-")]
        ear.close()

    run(walk)
