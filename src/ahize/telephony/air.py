"""Flows on the air: what a person hears and presses, at a real switch.

``speaking.py`` decides; here its deeds become requests and Asterisk's events become what it hears. Words are made into
sounds before they are played; what is known before the call is made while it rings. Refuses to know why a flow runs.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from ahize.calls.events import AgentWanted, FlowEnded, StopPressed
from ahize.flows.flow import Flow
from ahize.flows.talk import Speak, Talk
from ahize.kernel.clock import Clock
from ahize.kernel.ids import CallId
from ahize.telephony.hearing import Hearing
from ahize.telephony.link import About
from ahize.telephony.phones import Sends
from ahize.telephony.speaking import (
    CannotPlay,
    Deed,
    Event,
    Joined,
    Key,
    OptedOut,
    Over,
    Play,
    Played,
    PlayWaiting,
    Result,
    Said,
    Speaking,
    StopPlaying,
    Talking,
    WantAgents,
    Woken,
)
from ahize.telephony.wire import Answer

TALKING_MS, QUIET_MS = 100, 300
"""How long a sound, or silence, must last to be one: for machines' greetings."""

log = logging.getLogger(__name__)

Told = AgentWanted | FlowEnded | StopPressed


class Sounds(Protocol):
    """Makes words into a file for the switch."""

    async def said(self, text: str, language: str) -> str | None:
        """The file without its ending; None where no voice can say it."""


@dataclass(slots=True)
class OnAir:
    """One flow on one call. ``channel`` is the call's own, or another's name where somebody called us."""

    call: CallId
    channel: str
    speaking: Speaking
    recording: Callable[[UUID], str | None]
    playing: str = ""
    alarm: asyncio.TimerHandle | None = None
    making: asyncio.Task[None] | None = None
    waits: bool = False

    @property
    def path(self) -> str:
        return f"channels/{self.channel}"


class Air:
    """All flows of one switch.

    Args:
        tell: says to the engine what the person wants, and what came of it.
        alone: somebody is wanted: from now on the person waits, and is guarded.
        over: the flow is over and nobody goes on: the call ends unless the engine ends it sooner.
        hearing: who understands what people say; None: keys only.
    """

    def __init__(
        self,
        send: Sends,
        sounds: Sounds,
        clock: Clock,
        *,
        tell: Callable[[Told], None],
        alone: Callable[[CallId], None],
        over: Callable[[CallId, Result, bool], None],
        hearing: Hearing | None = None,
    ) -> None:
        self._send, self._sounds, self._clock, self._hearing = send, sounds, clock, hearing
        self._tell, self._alone, self._over = tell, alone, over
        self._on: dict[CallId, OnAir] = {}

    def begin(
        self,
        call: CallId,
        flow: Flow,
        about: About,
        *,
        agents: bool,
        machine: bool,
        recording: Callable[[UUID], str | None],
        channel: str = "",
    ) -> None:
        """Speak this flow to that person, or to their machine. One that runs already goes on."""
        if call in self._on:
            return
        language = about.language or flow.languages[0]
        speaking = Speaking(Talk(flow, about.fields), language=language, machine=machine, agents=agents)
        one = self._on[call] = OnAir(call, channel or str(call), speaking, recording)
        if machine:
            self._send(
                "POST",
                f"{one.path}/variable",
                query={"variable": "TALK_DETECT(set)", "value": f"{QUIET_MS},{TALKING_MS}"},
            )
        elif self._hearing is not None and speaking.can_be_stopped:
            self._hearing.begin(call, one.channel, lambda: speaking.language, lambda words: self._said(one, words))
        self._do(one, speaking.begin(self._clock.now()))

    def happened(self, kind: str, event: Mapping[str, Any]) -> None:
        """An event of Asterisk's; whatever is of no flow is left alone."""
        if kind == "PlaybackFinished":
            self._playback_ended(event["playback"])
            return
        channel = event.get("channel", {}).get("id", "")
        one = next((one for one in self._on.values() if one.channel == channel), None)
        if one is None:
            return
        match kind:
            case "ChannelDtmfReceived":
                self._hear(one, Key(str(event["digit"])))
            case "ChannelTalkingStarted":
                self._hear(one, Talking(on=True))
            case "ChannelTalkingFinished":
                self._hear(one, Talking(on=False))

    def joined(self, call: CallId) -> None:
        """An agent and the person hear each other."""
        one = self._on.get(call)
        if one is not None:
            self._hear(one, Joined())

    def gone(self, call: CallId) -> Result | None:
        """The call is over, or the message took its place: what came of the flow until then."""
        one = self._on.pop(call, None)
        if one is None:
            return None
        self._quiet(one)
        return one.speaking.gone()

    # ── between the two ─────────────────────────────────────────────────────────────────────────────────────────

    def _playback_ended(self, playback: Mapping[str, Any]) -> None:
        what, _, rest = str(playback["id"]).partition("-")
        number, _, call = rest.partition("-")
        one = next((one for id_, one in self._on.items() if what == "flow" and str(id_) == call), None)
        if one is not None and one.playing == playback["id"]:
            one.playing = ""
            done = playback.get("state") == "done"
            self._hear(one, Played(int(number)) if done else CannotPlay(int(number)))

    def _said(self, one: OnAir, words: str) -> None:
        """Understood a moment after it was said; who hung up on their last word is heard too."""
        if one.call in self._on:
            self._hear(one, Said(words))
        elif one.speaking.said_late(words):
            self._tell(StopPressed(one.call))

    def _hear(self, one: OnAir, event: Event) -> None:
        self._do(one, one.speaking.handle(event, self._clock.now()))

    def _do(self, one: OnAir, deeds: tuple[Deed, ...]) -> None:
        for deed in deeds:
            match deed:
                case Play():
                    self._stop(one)
                    one.making = asyncio.create_task(self._play(one, deed))
                case PlayWaiting():
                    one.waits = True
                    self._send("POST", f"{one.path}/moh")
                case StopPlaying():
                    self._stop(one)
                case WantAgents():
                    self._tell(AgentWanted(one.call))
                    self._alone(one.call)
                case OptedOut():
                    self._tell(StopPressed(one.call))
                case Over(result=result, hang_up=hang_up):
                    self._on.pop(one.call, None)
                    self._quiet(one)
                    self._over(one.call, result, hang_up)
        self._set_alarm(one)

    async def _play(self, one: OnAir, play: Play) -> None:
        sounds = [await self._sound(one, speak, play.language) for speak in play.speaks]
        if one.call not in self._on:
            return
        if None in sounds:
            self._hear(one, CannotPlay(play.number))
            return
        one.playing = f"flow-{play.number}-{one.call}"
        media = ",".join(f"sound:{sound}" for sound in sounds)
        asked = self._send("POST", f"{one.path}/play", query={"media": media, "playbackId": one.playing})
        asked.add_done_callback(lambda answer: self._plays(one, play.number, answer))

    async def _sound(self, one: OnAir, speak: Speak, language: str) -> str | None:
        if speak.sound:
            return one.recording(UUID(speak.sound))
        return await self._sounds.said(speak.text, language)

    def _plays(self, one: OnAir, number: int, answer: asyncio.Future[Answer]) -> None:
        if answer.exception() is None and not answer.result().ok and one.call in self._on:
            log.error("Asterisk would not play: %s", answer.result().why)
            self._hear(one, CannotPlay(number))

    def _stop(self, one: OnAir) -> None:
        if one.making is not None and one.making is not asyncio.current_task():
            one.making.cancel()
        one.making = None
        if one.playing:
            self._send("DELETE", f"playbacks/{one.playing}")
            one.playing = ""
        if one.waits:
            self._send("DELETE", f"{one.path}/moh")
            one.waits = False

    def _quiet(self, one: OnAir) -> None:
        self._stop(one)
        if self._hearing is not None:
            self._hearing.end(one.call)
        if one.alarm is not None:
            one.alarm.cancel()
            one.alarm = None

    def _set_alarm(self, one: OnAir) -> None:
        if one.alarm is not None:
            one.alarm.cancel()
            one.alarm = None
        at = one.speaking.wake_at
        if at is not None and one.call in self._on:
            wait_s = max(0.0, (at - self._clock.now()).total_seconds())
            one.alarm = asyncio.get_running_loop().call_later(wait_s, self._hear, one, Woken())
