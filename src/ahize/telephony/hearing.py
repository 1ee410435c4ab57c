"""What a person says while a flow speaks: their side of the line to words, at a real switch.

A snoop hangs on the person's channel and hears only what comes in; over AudioSocket its sound reaches us, is cut into
sentences by loudness, and each goes to a recogniser in a thread. Nobody waits for that: where more is said than can be
listened to, the oldest is let go, and said so; keys work all the while.

Refuses to know what the words mean, and keeps no sound.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import numpy as np

from ahize.flows.wav import Samples
from ahize.kernel.errors import AhizeError, Unavailable
from ahize.kernel.ids import AttemptId, CallId
from ahize.telephony.audio_socket import FRAME_S, RATE, SPEAKS_ABOVE, AudioSockets, Listener, loudness
from ahize.telephony.phones import Sends
from ahize.telephony.recognisers import Recogniser
from ahize.telephony.wire import APP
from ahize.telephony.words import HEAR, heard_of

BEFORE_S: Final = 0.2
"""So much before the first loud moment belongs to a sentence: its first consonant is soft."""
QUIET_S: Final = 0.5
"""So long a silence ends a sentence."""
SENTENCE_S_MIN: Final = 0.3
"""Loud for less than this in all: a cough, a door."""
SENTENCE_S_MAX: Final = 6.0
OVERLAP_S: Final = 1.5
"""Whoever speaks on is cut so that what was just being said is in both parts whole."""
WAITING_MAX: Final = 16
"""Sentences that wait for a recogniser; the oldest is nearly as long ago then as a caller's patience."""
AT_ONCE: Final = 2

log = logging.getLogger(__name__)

Hears = Callable[[str], None]


class Sentences:
    """Sound as it comes, in frames of 20 ms, to sentences.

    Attributes:
        speaks: one has begun.
    """

    def __init__(self) -> None:
        self._frames: list[Samples] = []
        self.speaks = False
        self._loud = self._quiet = 0

    def feed(self, frame: Samples) -> Samples | None:
        """The sentence that ended with this frame."""
        loud = loudness(frame) > SPEAKS_ABOVE
        self._frames.append(frame)
        self._quiet = 0 if loud else self._quiet + 1
        if loud:
            self.speaks, self._loud = True, self._loud + 1
        if not self.speaks:
            del self._frames[: -_frames(BEFORE_S)]
            return None
        if self._quiet >= _frames(QUIET_S):
            return self._take(keep=0)
        return self._take(keep=_frames(OVERLAP_S)) if len(self._frames) >= _frames(SENTENCE_S_MAX) else None

    def rest(self) -> Samples | None:
        """What was being said when nothing more came."""
        return self._take(keep=0)

    def _take(self, *, keep: int) -> Samples | None:
        said = np.concatenate(self._frames) if self._loud >= _frames(SENTENCE_S_MIN) else None
        self._frames = self._frames[len(self._frames) - keep :]
        self._loud = sum(loudness(frame) > SPEAKS_ABOVE for frame in self._frames)
        self.speaks = bool(self._loud)
        return said


def _frames(seconds: float) -> int:
    return round(seconds / FRAME_S)


@dataclass(slots=True)
class Heard(Listener):
    """One person's side of the line."""

    language: Callable[[], str]
    tell: Hears
    listen: Callable[[Heard, Samples], None]
    came: set[str] = field(default_factory=set)
    sentences: Sentences = field(default_factory=Sentences)
    last_at: float = 0.0
    watch: asyncio.TimerHandle | None = None

    def hear(self, heard: Samples) -> None:
        loop = asyncio.get_running_loop()
        self.last_at = loop.time()
        self._listen(self.sentences.feed(heard))
        if self.sentences.speaks and self.watch is None:
            self.watch = loop.call_later(QUIET_S, self._look)

    def gone(self) -> None:
        if self.watch is not None:
            self.watch.cancel()
        self._listen(self.sentences.rest())

    def _look(self) -> None:
        """Some telephones send nothing at all while nobody speaks."""
        loop, self.watch = asyncio.get_running_loop(), None
        if loop.time() - self.last_at >= QUIET_S:
            self._listen(self.sentences.rest())
        elif self.sentences.speaks:
            self.watch = loop.call_at(self.last_at + QUIET_S, self._look)

    def _listen(self, said: Samples | None) -> None:
        if said is not None:
            self.listen(self, said)


class Hearing:
    """Everybody who is listened to at one switch.

    Args:
        recognisers: the first that understands a language hears it.
        host: where the switch reaches us: the loopback, or an address of a network that nobody else is in.
    """

    def __init__(self, send: Sends, recognisers: Sequence[Recogniser], *, host: str = "127.0.0.1") -> None:
        self._send, self._recognisers, self._host = send, recognisers, host
        self._heard: dict[CallId, Heard] = {}
        self._server = AudioSockets(self._whose)
        self._port = 0
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="recogniser")
        self._waiting: OrderedDict[int, tuple[Heard, Samples]] = OrderedDict()
        self._number = 0
        self._listening: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """From now on sound is taken, if anybody understands any."""
        if not self._recognisers:
            return
        self._port = await self._server.open(self._host)
        log.info("what people say is heard on %s:%s", self._host, self._port)
        for one in self._recognisers:  # A model is read once; not while somebody waits to be understood.
            if one.understands("en"):
                asyncio.get_running_loop().run_in_executor(self._threads, _warm, one)

    async def close(self) -> None:
        await self._server.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    # ── at the switch ───────────────────────────────────────────────────────────────────────────────────────────

    def begin(self, call: CallId, channel: str, language: Callable[[], str], tell: Hears) -> None:
        """Listen to whoever is on that channel, and say what words they say."""
        if not self._port or call in self._heard or self._understands(language()) is None:
            return
        self._heard[call] = Heard(language, tell, self._wait)
        self._send(
            "POST",
            f"channels/{channel}/snoop/{HEAR}{call}",
            query={"spy": "in", "whisper": "none", "app": APP},
        )

    def came(self, call: CallId, channel: str) -> None:
        """The snoop is there, then the far end: each into the bridge between them."""
        heard = self._heard.get(call)
        if heard is None:
            self._send("DELETE", f"channels/{channel}")
            return
        bridge = f"{HEAR}{call}"
        if not heard.came:
            self._send("POST", f"bridges/{bridge}", query={"type": "mixing"})
            self._send(
                "POST",
                "channels/externalMedia",
                query={
                    **{"channelId": f"{bridge}-out", "app": APP, "external_host": f"{self._host}:{self._port}"},
                    **{"encapsulation": "audiosocket", "transport": "tcp", "format": "slin", "data": str(call)},
                },
            )
        heard.came.add(channel)
        self._send("POST", f"bridges/{bridge}/addChannel", query={"channel": channel})

    def end(self, call: CallId) -> None:
        """Nobody listens any more; what was being said is still understood."""
        if self._heard.pop(call, None) is not None:
            for name in (f"{HEAR}{call}-out", f"{HEAR}{call}"):
                self._send("DELETE", f"channels/{name}")
            self._send("DELETE", f"bridges/{HEAR}{call}")

    def compare(self, channels: Sequence[Mapping[str, Any]], bridges: Sequence[Mapping[str, Any]]) -> None:
        """After a gap: what an earlier life listened through is cleared away."""
        for kind, there in (("channels", channels), ("bridges", bridges)):
            for name in (str(one["id"]) for one in there):
                call = heard_of(name)
                if call is not None and call not in self._heard:
                    self._send("DELETE", f"{kind}/{name}")

    def _whose(self, call: UUID) -> Heard | None:
        return self._heard.get(CallId(AttemptId(call)))

    # ── understanding ───────────────────────────────────────────────────────────────────────────────────────────

    def _understands(self, language: str) -> Recogniser | None:
        return next((one for one in self._recognisers if one.understands(language)), None)

    def _wait(self, heard: Heard, said: Samples) -> None:
        self._number += 1
        self._waiting[self._number] = heard, said
        if len(self._waiting) > WAITING_MAX:
            self._waiting.popitem(last=False)
            log.warning("more is said than can be listened to: a sentence was let go; keys work")
        if len(self._listening) < AT_ONCE:
            task = asyncio.get_running_loop().create_task(self._listen())
            self._listening.add(task)
            task.add_done_callback(self._listening.discard)

    async def _listen(self) -> None:
        while self._waiting:
            _, (heard, said) = self._waiting.popitem(last=False)
            language = heard.language()
            recogniser = self._understands(language)
            if recogniser is None:
                continue
            try:
                words = await asyncio.get_running_loop().run_in_executor(self._threads, recogniser.hear, said, language)
            except AhizeError as wrong:
                log.error("what somebody said was not understood: %s %s", wrong.message, wrong.next_step)
                continue
            if words:
                heard.tell(words)

    async def understood(self) -> None:
        """Until everything that was said so far was listened to."""
        while self._listening:
            await asyncio.gather(*self._listening)


def _warm(recogniser: Recogniser) -> None:
    with suppress(Unavailable):
        recogniser.hear(np.zeros(RATE // 10, dtype=np.int16), "en")
