"""A program talks with a person through the seam; what nobody expects is refused, and no broken line hurts another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahize.flows.sound import tone
from ahize.telephony import audio_socket
from ahize.telephony.audio_socket import END, FRAME, ID, KEY, SOUND, AudioSockets, Message, Messages, Scripted

CALL = UUID("0190b0a1-0000-7000-8000-00000000000a")
PROMPT, THANKS, GOODBYE = (tone(hz=hz, length_s=0.4) for hz in (400, 600, 800))
SPEECH = tone(hz=200, length_s=0.02, level=0.3).samples
QUIET = np.zeros(FRAME, dtype=np.int16)


def bot() -> Scripted:
    return Scripted(PROMPT, THANKS, GOODBYE)


# ── the protocol ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_messages_are_bytes_and_back() -> None:
    assert Message(END).to_bytes() == b"\0\0\0"
    assert Message(ID, CALL.bytes).to_bytes() == b"\x01\x00\x10" + CALL.bytes
    assert Message(SOUND, bytes(320)).to_bytes()[:3] == b"\x10\x01\x40"


@given(
    sent=st.lists(st.builds(Message, st.integers(0, 255), st.binary(max_size=400))),
    cuts=st.lists(st.integers(1, 50), max_size=60),
)
def test_they_come_whole_however_they_were_cut(sent: list[Message], cuts: list[int]) -> None:
    content = b"".join(message.to_bytes() for message in sent)
    read, came = Messages(), []
    for cut in [*cuts, len(content)]:
        came += list(read.feed(content[:cut]))
        content = content[cut:]
    assert came == sent


# ── the stand-in ─────────────────────────────────────────────────────────────────────────────────────────────────────


def turns(talk: Scripted, *heard: tuple[np.ndarray, float]) -> list[object]:
    """What is said while this is heard, each for so many seconds."""
    return [talk.turn(samples) for samples, lasts_s in heard for _ in range(round(lasts_s / 0.02))]


def test_it_says_its_prompt_hears_an_answer_thanks_and_hangs_up() -> None:
    talk = bot()
    said = turns(talk, (QUIET, 0.4), (SPEECH, 1.0), (QUIET, 0.78))
    assert np.array_equal(np.concatenate(said[:20]), PROMPT.samples)
    assert said[20:] == [None] * len(said[20:])
    assert talk.answered
    thanks = turns(talk, (QUIET, 0.4))
    assert np.array_equal(np.concatenate(thanks), THANKS.samples)
    assert turns(talk, (QUIET, 0.02)) == ["hang_up"]


def test_an_answer_stops_the_prompt_and_a_cough_does_not() -> None:
    talk = bot()
    turns(talk, (SPEECH, 0.2))
    assert isinstance(talk.turn(QUIET), np.ndarray)
    turns(talk, (SPEECH, 0.1))
    assert talk.turn(QUIET) is None


def test_nobody_answers_and_it_says_goodbye() -> None:
    talk = bot()
    said = turns(talk, (QUIET, 0.4 + audio_socket.PATIENCE_S + 0.5))
    assert np.array_equal(np.concatenate([one for one in said if isinstance(one, np.ndarray)][20:]), GOODBYE.samples)
    assert said[-1] == "hang_up"


# ── the line ─────────────────────────────────────────────────────────────────────────────────────────────────────────

Far = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def served(expected: dict[UUID, Scripted], *far_ends: Far) -> None:
    async def run() -> None:
        server = AudioSockets(expected.get)
        port = await server.open()
        try:
            async with asyncio.timeout(10):
                for far in far_ends:
                    reader, writer = await asyncio.open_connection("127.0.0.1", port)
                    await far(reader, writer)
                    writer.close()
        finally:
            await server.close()

    asyncio.run(run())


async def all_messages(reader: asyncio.StreamReader) -> list[Message]:
    content, came = Messages(), []
    while raw := await reader.read(4_096):
        came += list(content.feed(raw))
    return came


def test_a_whole_call_over_the_wire(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio_socket, "FRAME_S", 0.0005)  # the clock of the line, not of the conversation
    talk, came = bot(), []

    async def person(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(Message(ID, CALL.bytes).to_bytes() + Message(SOUND, QUIET.tobytes()).to_bytes())
        writer.write(Message(KEY, b"5").to_bytes())
        came.extend(await all_messages(reader))

    served({CALL: talk}, person)
    assert came[-1] == Message(END)
    assert {message.kind for message in came[:-1]} == {SOUND}
    assert all(len(message.payload) == 320 for message in came[:-1])
    heard = np.frombuffer(b"".join(message.payload for message in came[:-1]), "<i2")
    assert np.array_equal(heard, GOODBYE.samples)
    assert (talk.keys, talk.is_over) == ("5", True)


@pytest.mark.parametrize(
    "first",
    [
        Message(ID, UUID(int=1).bytes).to_bytes(),
        Message(ID, b"short").to_bytes(),
        Message(SOUND, bytes(320)).to_bytes(),
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"\xff" * 70_000,
    ],
    ids=["another call", "no id", "sound first", "a browser", "noise"],
)
def test_a_line_that_nobody_expects_is_refused(first: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio_socket, "FIRST_WITHIN_S", 0.2)
    talk = bot()

    async def stranger(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        assert await all_messages(reader) in ([Message(END)], [])

    served({CALL: talk}, stranger)
    assert not talk.is_over


@pytest.mark.parametrize(
    "bad", [Message(0x12, bytes(640)), Message(0xFF, b"\x02"), Message(END)], ids=["16 kHz", "error", "end"]
)
def test_a_line_that_goes_wrong_ends_and_the_next_one_is_served(bad: Message) -> None:
    first, second = bot(), bot()
    other = UUID(int=2)

    async def broken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(Message(ID, CALL.bytes).to_bytes() + bad.to_bytes())
        await all_messages(reader)

    async def fine(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(Message(ID, other.bytes).to_bytes())
        assert (await reader.readexactly(3))[0] == SOUND

    served({CALL: first, other: second}, broken, fine)
    assert first.is_over


def test_what_a_slow_conversation_missed_is_forgotten_not_replayed() -> None:
    talk = bot()
    line = audio_socket._Talked(None, None, Messages(), talk)  # type: ignore[arg-type]
    for _ in range(500):
        assert line._take(Message(SOUND, SPEECH.astype("<i2").tobytes()))
    assert len(line._heard) == 25 * FRAME * 2
    assert np.array_equal(line._next(), SPEECH)
