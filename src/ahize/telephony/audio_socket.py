"""The seam for programs that listen and speak: a call's sound as 16-bit samples over TCP (Asterisk's AudioSocket).

    each message:  kind 1 byte | length 2 bytes, big-endian | payload
    0x00 the end · 0x01 the call's id, 16 bytes, first of all · 0x03 a key · 0x10 sound, mono, 8 kHz, little-endian
    0xff an error

A call gets a ``Conversation``: every 20 ms it is told what was heard and answers with what is to be said. ``Scripted``
is a small one, to show the seam and to test it: it says its prompt, notices by loudness when somebody answers, says
its thanks and hangs up. A real one puts a recogniser and a voice in its place. Whether such a call may be made, with
which permit and which words first, is decided before anything comes here.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import struct
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, Protocol
from uuid import UUID

import numpy as np

from ahize.flows.wav import Samples, Sound

END, ID, KEY, SOUND, ERROR = 0x00, 0x01, 0x03, 0x10, 0xFF
RATE: Final = 8_000
FRAME_S: Final = 0.02
FRAME: Final = round(RATE * FRAME_S)
"""Samples every 20 ms."""
_SILENCE: Final = np.zeros(FRAME, dtype=np.int16)
_HEARD_MAX: Final = 25
"""Half a second of sound waits for a conversation that is slow; what is older is forgotten."""
FIRST_WITHIN_S: Final = 2.0

log = logging.getLogger(__name__)


# ── the protocol ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Message:
    kind: int
    payload: bytes = b""

    def to_bytes(self) -> bytes:
        return struct.pack(">BH", self.kind, len(self.payload)) + self.payload


class Messages:
    """Bytes as they come to messages as they were sent."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, content: bytes) -> Iterator[Message]:
        """Every message that is whole by now."""
        self._held += content
        while len(self._held) >= 3:
            kind, length = struct.unpack_from(">BH", self._held)
            if len(self._held) < 3 + length:
                return
            yield Message(kind, bytes(self._held[3 : 3 + length]))
            del self._held[: 3 + length]


# ── conversations ────────────────────────────────────────────────────────────────────────────────────────────────────


class Conversation(Protocol):
    """Whoever talks with the person; called 50 times a second, so it must not wait for anything."""

    def turn(self, heard: Samples) -> Samples | Literal["hang_up"] | None:
        """What was heard in 20 ms (160 samples, silence where nothing came) to what is said in the next 20 ms.

        None: nothing is said. Fewer than 160 samples are followed by silence.
        """

    def key(self, key: str) -> None:
        """The person pressed a key."""

    def gone(self) -> None:
        """The person hung up, or the line broke."""


class Listener(ABC):
    """Whoever only listens: is told each frame as it comes, late ones too, and says nothing."""

    @abstractmethod
    def hear(self, heard: Samples) -> None:
        """20 ms, 160 samples."""

    @abstractmethod
    def gone(self) -> None:
        """The person hung up, or the line broke."""


SPEAKS_ABOVE: Final = 500.0
"""Loudness (root mean square) above which somebody speaks; a quiet line lies below 50, speech at 1,000 to 8,000."""
ANSWER_S: Final = 0.3
QUIET_S: Final = 0.8
PATIENCE_S: Final = 8.0


def loudness(samples: Samples) -> float:
    """Root mean square, 0 to 32,767."""
    return float(np.sqrt(np.mean(samples.astype(np.float32) ** 2))) if len(samples) else 0.0


class Scripted:
    """A stand-in for a program that talks: prompt, an answer of any words, thanks, the end.

    Args:
        prompt, thanks: at 8 kHz.
        goodbye: where nobody answers.

    Attributes:
        answered: somebody spoke for 0.3 seconds or more; it stops the prompt.
    """

    def __init__(self, prompt: Sound, thanks: Sound, goodbye: Sound) -> None:
        assert prompt.rate == thanks.rate == goodbye.rate == RATE, "the seam speaks 8 kHz"
        self._thanks, self._goodbye = thanks.samples, goodbye.samples
        self._saying: Samples = prompt.samples
        self._last = False
        self._spoken_s = self._quiet_s = self._waited_s = 0.0
        self.answered = False
        self.keys = ""
        self.is_over = False

    def turn(self, heard: Samples) -> Samples | Literal["hang_up"] | None:
        if not self._last:
            self._listen(heard)
        said, self._saying = self._saying[:FRAME], self._saying[FRAME:]
        if len(said) == 0 and self._last:
            return "hang_up"
        return said if len(said) else None

    def _listen(self, heard: Samples) -> None:
        if loudness(heard) > SPEAKS_ABOVE:
            self._spoken_s, self._quiet_s = self._spoken_s + FRAME_S, 0.0
        else:
            self._quiet_s += FRAME_S
        if self._spoken_s >= ANSWER_S and not self.answered:
            self.answered = True
            self._saying = self._saying[:0]
        if self.answered and self._quiet_s >= QUIET_S:
            self._say_last(self._thanks)
        elif not self.answered and len(self._saying) == 0:
            self._waited_s += FRAME_S
            if self._waited_s >= PATIENCE_S:
                self._say_last(self._goodbye)

    def _say_last(self, words: Samples) -> None:
        self._saying, self._last = words, True

    def key(self, key: str) -> None:
        """Any key ends it politely: who presses keys wants out, or a person."""
        self.keys += key
        if not self._last:
            self._say_last(self._goodbye)

    def gone(self) -> None:
        self.is_over = True


# ── the server ───────────────────────────────────────────────────────────────────────────────────────────────────────


class AudioSockets:
    """Serves calls that it expects, and nobody else.

    Args:
        conversation: for a call's id, who talks with the person or listens to them; None refuses.
    """

    def __init__(self, conversation: Callable[[UUID], Conversation | Listener | None]) -> None:
        self._conversation = conversation
        self._server: asyncio.Server | None = None

    async def open(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen; the port. On the loopback, or a network that nobody else is in: sound travels in the clear."""
        self._server = await asyncio.start_server(self._serve, host, port)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            messages = Messages()
            first, rest = await self._first(reader, messages)
            talk = self._conversation(first) if first is not None else None
            if talk is None:
                log.warning("a line that nobody expects was refused")
                writer.write(Message(END).to_bytes())
                return
            try:
                if isinstance(talk, Listener):
                    await _Heard(reader, messages, talk).run(rest)
                else:
                    await _Talked(reader, writer, messages, talk).run(rest)
            finally:
                talk.gone()
        except ConnectionError:
            pass  # They are gone; that was told.
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    @staticmethod
    async def _first(reader: asyncio.StreamReader, messages: Messages) -> tuple[UUID | None, list[Message]]:
        """The call's id, which comes first and soon, and whatever came with it."""
        try:
            async with asyncio.timeout(FIRST_WITHIN_S):
                while content := await reader.read(4_096):
                    if there := list(messages.feed(content)):
                        first = there[0]
                        known = first.kind == ID and len(first.payload) == 16
                        return (UUID(bytes=first.payload) if known else None), there[1:]
        except TimeoutError:
            pass
        return None, []


class _Line(ABC):
    """One call's messages, until its end."""

    def __init__(self, reader: asyncio.StreamReader, messages: Messages) -> None:
        self._reader, self._messages = reader, messages

    async def run(self, rest: list[Message]) -> None:
        if all(self._take(message) for message in rest):
            await self._go_on()

    async def _go_on(self) -> None:
        while content := await self._reader.read(4_096):
            for message in self._messages.feed(content):
                if not self._take(message):
                    return

    def _take(self, message: Message) -> bool:
        """Whether the line goes on."""
        match message.kind:
            case x if x == SOUND:
                self._sound(message.payload)
            case x if x == KEY:
                self._key(message.payload.decode("ascii", "replace")[:1])
            case x if x == END:
                return False
            case x if x == ERROR:
                log.warning("the switch reports an error on a line: %s", message.payload.hex())
                return False
            case other:
                log.warning("a message of kind %#04x is not understood; the switch must send 8 kHz", other)
                return False
        return True

    @abstractmethod
    def _sound(self, payload: bytes) -> None: ...

    @abstractmethod
    def _key(self, key: str) -> None: ...


class _Heard(_Line):
    """Listened to only; whole frames are handed on at once."""

    def __init__(self, reader: asyncio.StreamReader, messages: Messages, listener: Listener) -> None:
        super().__init__(reader, messages)
        self._listener = listener
        self._held = bytearray()

    def _sound(self, payload: bytes) -> None:
        self._held += payload
        while len(self._held) >= FRAME * 2:
            self._listener.hear(np.frombuffer(bytes(self._held[: FRAME * 2]), "<i2").astype(np.int16))
            del self._held[: FRAME * 2]

    def _key(self, key: str) -> None:
        """Keys are heard at the switch."""


class _Talked(_Line):
    """Talked with: what comes is kept for half a second at most, what is said goes out on time."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, messages: Messages, talk: Conversation
    ) -> None:
        super().__init__(reader, messages)
        self._writer, self._talk = writer, talk
        self._heard = bytearray()

    async def _go_on(self) -> None:
        ears, mouth = asyncio.create_task(super()._go_on()), asyncio.create_task(self._speak())
        try:
            await asyncio.wait({ears, mouth}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ears.cancel()
            mouth.cancel()
            for ended in await asyncio.gather(ears, mouth, return_exceptions=True):
                if isinstance(ended, Exception) and not isinstance(ended, ConnectionError):
                    log.error("a conversation failed", exc_info=ended)

    def _sound(self, payload: bytes) -> None:
        self._heard += payload
        del self._heard[: max(0, len(self._heard) - _HEARD_MAX * FRAME * 2)]

    def _key(self, key: str) -> None:
        self._talk.key(key)

    async def _speak(self) -> None:
        """A frame every 20 ms by the clock; a moment that was late is caught up with, not added."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            said = self._talk.turn(self._next())
            if isinstance(said, str):
                self._writer.write(Message(END).to_bytes())
                await self._writer.drain()
                return
            self._writer.write(Message(SOUND, _framed(said)).to_bytes())
            await self._writer.drain()
            due = max(due + FRAME_S, loop.time() - 0.2)
            await asyncio.sleep(max(0.0, due - loop.time()))

    def _next(self) -> Samples:
        raw = bytes(self._heard[: FRAME * 2])
        del self._heard[: FRAME * 2]
        there = np.frombuffer(raw[: len(raw) // 2 * 2], "<i2").astype(np.int16)
        return there if len(there) == FRAME else np.concatenate([there, _SILENCE[: FRAME - len(there)]])


def _framed(said: Samples | None) -> bytes:
    samples = _SILENCE if said is None else said[:FRAME]
    return np.concatenate([samples, _SILENCE[: FRAME - len(samples)]]).astype("<i2").tobytes()
