"""Telephones that speak a tone each, and tell apart whom they hear by the frequencies in the sound."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import wave
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import numpy as np

from ahize.dialer.events import PhoneUp
from ahize.kernel.ids import SeatId
from ahize.run.made_up_phone import Address, MadeUpPhone, Message
from ahize.run.made_up_sound import FRAME, Ear
from ahize.telephony.house import Phone
from ahize.telephony.words import REALM, seat_name
from telephony.conftest import RunningAsterisk
from telephony.rooms import OTHER, SEAT, Room

VOICES = {"person": 600, "agent": 1050, "second": 1450, "card": 1800}
"""Hz. Multiples of 50, so that a frame of 20 ms tells them apart; far from music on hold and from keys' tones."""
MUSIC = (200, 250, 300, 350)
"""Where music on hold has its notes."""
CLEAR, FAINT = 1_500.0, 300.0
"""Of 8,000, as loud as each speaks: from here on somebody is heard, and below this not at all."""
WINDOW_S = 0.4

_CODES = ~np.arange(256) & 0xFF
_SIZES = (((_CODES & 0x0F) << 3) + 0x84 << ((_CODES & 0x70) >> 4)) - 0x84
LINEAR = np.where(_CODES & 0x80, -_SIZES, _SIZES).astype(float)
"""µ-law (G.711) as linear samples."""
_SHAPE = np.hanning(FRAME + 1)[:FRAME]
_HERTZ = (*VOICES.values(), *MUSIC)


def _turns(hertz: Sequence[int]) -> np.ndarray:
    return np.array([_SHAPE * np.exp(-2j * np.pi * hz * np.arange(FRAME) / 8_000) for hz in hertz]).T


_TURNS, _KEY_TURNS = _turns(_HERTZ), _turns((697, 770, 852, 941, 1209, 1336, 1477, 1633))
PAD = "123A456B789C*0#D"


def loudness(frames: np.ndarray) -> dict[str, np.ndarray]:
    """How loud each voice, and music, is in each frame. frames: linear samples, shape (count, 160)."""
    found = 2 * np.abs(frames @ _TURNS) / _SHAPE.sum()
    voices = dict(zip(VOICES, found[:, : len(VOICES)].T, strict=True))
    return {**voices, "music": found[:, len(VOICES) :].sum(axis=1)}


def pressed(frames: np.ndarray) -> str:
    """The keys whose two tones are as loud as each other for two frames or more."""
    found = 2 * np.abs(frames @ _KEY_TURNS) / _SHAPE.sum()
    low, high = found[:, :4], found[:, 4:]
    row, column = low.argmax(axis=1), high.argmax(axis=1)
    both = np.minimum(low.max(axis=1), high.max(axis=1)) > CLEAR
    here = [PAD[4 * r + c] if loud else "" for r, c, loud in zip(row, column, both, strict=True)]
    runs = [(key, len(list(run))) for key, run in itertools.groupby(here)]
    return "".join(key for key, lasts in runs if key and lasts >= 2)


def in_frames(samples: np.ndarray) -> np.ndarray:
    """A recording cut into frames."""
    return samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)


def speech(path: Path, voices: Sequence[str | None], seconds: float) -> None:
    """A file: these voices one after the other, each so long; silence for None."""
    at = np.arange(round(8_000 * seconds)) / 8_000
    hertz = [VOICES[voice] if voice else 0 for voice in voices]
    said = np.concatenate([8_000 * np.sin(2 * np.pi * hz * at) for hz in hertz])
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, 8_000, 0, "NONE", ""))
        out.writeframes(said.astype("<i2").tobytes())
    path.chmod(0o644)


class Listener(Ear):
    """An ear that keeps every frame and when it came."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: list[tuple[float, bytes]] = []

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        super().datagram_received(data, addr)
        if len(data) == 12 + FRAME and data[1] & 0x7F == 0:
            self.frames.append((monotonic(), data[12:]))

    def since(self, since: float) -> np.ndarray:
        """Linear samples, shape (frames, 160), of what came since then."""
        came = [frame for at, frame in self.frames if at >= since]
        return LINEAR[np.frombuffer(b"".join(came), np.uint8)].reshape(-1, FRAME)

    def hears(self, seconds: float = WINDOW_S) -> dict[str, float]:
        """How loud each was over the last of it; who sends nothing is as silent as who sends silence."""
        wanted = round(seconds / 0.02)
        frames = self.since(monotonic() - seconds)
        return {name: float(loud.sum()) / wanted for name, loud in loudness(frames).items()}

    def first(self, voice: str, since: float, *, least: float = CLEAR) -> float | None:
        """When that voice was heard first since then, at least so loud."""
        for at, frame in self.frames:
            if at >= since and loudness(LINEAR[np.frombuffer(frame, np.uint8)][None, :])[voice][0] > least:
                return at
        return None


class Talker(MadeUpPhone):
    """``answered``: when it picked up, call by call."""

    def __init__(self, asterisk: RunningAsterisk, voice: str, seat: SeatId | None = None) -> None:
        name = seat_name(seat) if seat else voice
        switch = ("127.0.0.1", asterisk.sip_port)
        super().__init__(name, "secret", switch, tone_hz=VOICES[voice], ear=Listener())
        self.seat, self.voice = seat, voice
        self.answered: list[float] = []

    @property
    def listener(self) -> Listener:
        assert isinstance(self.ear, Listener)
        return self.ear

    @property
    def phone(self) -> Phone:
        """As the house knows it."""
        assert self.seat is not None, "an agent's"
        ha1 = hashlib.md5(f"{self.name}:{REALM}:secret".encode()).hexdigest()
        return Phone(self.seat, "sip", ha1=ha1)

    def speak(self, voice: str | None) -> None:
        """Another voice from now on, or none."""
        assert self.dialog is not None and self.dialog.mouth is not None, "in a call"  # noqa: PT018  one reason
        self.dialog.mouth.say(VOICES[voice] if voice else 0)

    def _invited(self, invite: Message, addr: Address) -> None:
        if self.dialog is None or self.dialog.id != invite.get("call-id"):
            self.answered.append(monotonic())
        super()._invited(invite, addr)


@dataclass
class Talkers:
    """A called person, an agent, and a second agent or supervisor."""

    person: Talker
    agent: Talker
    second: Talker
    _all: dict[str, Talker] = field(init=False)

    def __post_init__(self) -> None:
        self._all = {"person": self.person, "agent": self.agent, "second": self.second}

    @property
    def phones(self) -> tuple[Phone, Phone]:
        return self.agent.phone, self.second.phone

    async def sign_in(self, made: Room) -> None:
        for one in (self.agent, self.second):
            await one.sign_in()
        await made.until(PhoneUp, PhoneUp)

    async def hear(self, **wanted: set[str]) -> None:
        """Until each of these hears exactly those, and for twice WINDOW_S nobody else; the rest is not asked."""
        told: Mapping[str, Mapping[str, float]] = {}
        since = None
        try:
            async with asyncio.timeout(15):
                while since is None or monotonic() - since < WINDOW_S:
                    told = {name: self._all[name].listener.hears() for name in wanted}
                    is_so = all(_is(told[name], who, bool(since)) for name, who in wanted.items())
                    since = (since or monotonic()) if is_so else None
                    await asyncio.sleep(0.04)
        except TimeoutError:
            clear = {name: {who: round(loud) for who, loud in heard.items()} for name, heard in told.items()}
            raise AssertionError(f"wanted {wanted}, heard {clear}") from None


def _is(heard: Mapping[str, float], wanted: set[str], already: bool) -> bool:
    """Music has its quiet moments: it must only have been heard."""

    def fits(name: str, loud: float) -> bool:
        if name == "music" and name in wanted:
            return already or loud > FAINT
        return loud > CLEAR if name in wanted else loud < FAINT

    return all(fits(name, loud) for name, loud in heard.items())


@asynccontextmanager
async def talkers(asterisk: RunningAsterisk) -> AsyncIterator[Talkers]:
    async with AsyncExitStack() as open_ones:
        made = Talkers(Talker(asterisk, "person"), Talker(asterisk, "agent", SEAT), Talker(asterisk, "second", OTHER))
        for one in (made.person, made.agent, made.second):
            await one.open()
            open_ones.push_async_callback(one.close)
        yield made


async def until(asked: Callable[[], bool], seconds: float = 15.0, *, every_s: float = 0.05) -> None:
    async with asyncio.timeout(seconds):
        while not asked():
            await asyncio.sleep(every_s)
