"""What people hear and say on a call besides the agent: flows, their own words, announcements, recordings.

Answers who speaks to whom after somebody picked up, and what came of it. Refuses to know permits, trunks and how the
switch is reached.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from ahize.calls.events import FlowEnded, StopPressed
from ahize.calls.recording import before_recording
from ahize.dialer.commands import PauseRecording, RunFlow
from ahize.flows.flow import Flow
from ahize.kernel.clock import Clock
from ahize.kernel.ids import CallId, CampaignId, FloorId
from ahize.telephony import words
from ahize.telephony.air import Air, Told
from ahize.telephony.hearing import Hearing
from ahize.telephony.house import Words
from ahize.telephony.ledger import Ledger
from ahize.telephony.lines import CONNECT_LIMIT_S, Line, Lines
from ahize.telephony.link import About
from ahize.telephony.recognisers import Recogniser
from ahize.telephony.recordings import Archive
from ahize.telephony.speaking import Result
from ahize.telephony.takes import Takes

LAST_WORDS_S: Final = 30.0
"""So long after a call something that was said in it may yet be understood."""

log = logging.getLogger(__name__)


class Voice(Protocol):
    """Makes the sounds that people hear."""

    def set(self, words: Sequence[Words]) -> None:
        """These are the required messages from now on."""

    def of(self, campaign: CampaignId) -> Words | None:
        """What a campaign says by itself."""

    def message(self, campaign: CampaignId) -> str | None:
        """The required message of a campaign: a file for the switch, without its ending; None where there is none."""

    async def said(self, text: str, language: str) -> str | None:
        """Any words, made now if need be; None where no voice can say them."""


class Media(Lines):
    """All calls of one switch, with what is played, spoken, heard and recorded on them.

    Args:
        voice: where messages come from.
        archive: where talks are recorded; None: they are not.
        ledger: the gate's own book.
        recognisers: who understands what people say while a flow speaks; empty: keys only.
        hears_on: where the switch reaches us with their sound.
    """

    def __init__(
        self,
        clock: Clock,
        voice: Voice,
        *,
        archive: Archive | None,
        ledger: Ledger,
        recognisers: Sequence[Recogniser],
        hears_on: str,
    ) -> None:
        super().__init__(clock)
        self.voice, self.ledger = voice, ledger
        self.takes = Takes(self._send, archive, clock, self._tell_recorded)
        self.hearing = Hearing(self._send, recognisers, host=hears_on)
        self.air = Air(
            self._send,
            voice,
            clock,
            tell=self._tell_of_flow,
            alone=self._agent_wanted,
            over=self._flow_over,
            hearing=self.hearing,
        )
        self._abouts: dict[CallId, About] = {}
        self._flows: dict[str, Flow] = {}
        self._spoken_to: dict[CallId, FloorId] = {}
        """Calls on which a flow ran, and for a while after them: last words may yet be understood."""

    def _is_talking_now(self, line: Line) -> None:
        self.air.joined(line.call)
        says = self.voice.of(line.campaign) if line.campaign is not None else None
        if says is None or line.seat is None:
            return
        before = before_recording(line.duties, records=says.records, announces=says.announces, asks=says.asks)
        if before == "announce":
            asyncio.get_running_loop().create_task(self._announce(line, says))
        elif before != "never":
            self.takes.begin(line.call, line.floor)
            if before == "ask_consent":
                self.takes.pause(line.call, True)  # Until the agent has heard a yes.

    async def _announce(self, line: Line, says: Words) -> None:
        """Both hear that the talk is recorded; then it is."""
        sound = await self.voice.said(says.announcement, says.language) if says.announcement else None
        if sound is None or line.seat is None:
            log.error("a talk is not recorded: there is nothing to announce it with")
            return
        self._send(
            "POST",
            f"bridges/{words.seat_name(line.seat)}/play",
            query={"media": f"sound:{sound}", "playbackId": f"announce-{line.call}"},
        )

    def _pause_recording(self, line: Line, command: PauseRecording) -> None:
        self.takes.pause(line.call, command.on)

    def _run_flow(self, line: Line, command: RunFlow) -> None:
        flow = self._flows.get(command.flow)
        if line.state != "answered":
            return  # It runs already, or it is too late for it.
        if flow is None:
            log.error("there is no flow %s here", command.flow)
            self._hang_up(line, "us")
            return
        self._unguard(line)
        line.state = "flow"
        if line.floor is not None:
            self._spoken_to[line.call] = line.floor
        self.air.begin(
            line.call,
            flow,
            self._abouts.pop(line.call, About()),
            agents=command.agents,
            machine=command.machine,
            recording=lambda sound: self._sound(line.floor, sound),
        )

    def _tell_of_flow(self, event: Told) -> None:
        line = self.lines.get(event.call)
        floor = line.floor if line is not None else self._spoken_to.get(event.call)
        if isinstance(event, StopPressed) and floor is not None:
            self.ledger.stopped(floor, event.call)
        if line is None and floor is not None:
            self.server.tell_floor(floor, event)  # Of a call that it takes for over.
        else:
            self.server.tell(event)

    def _agent_wanted(self, call: CallId) -> None:
        line = self.lines.get(call)
        if line is not None and line.state == "flow":
            line.state = "wanted"
            self._guard(line)

    def _flow_over(self, call: CallId, result: Result, hang_up: bool) -> None:
        line = self.lines.get(call)
        if line is None or not hang_up:
            return
        self.server.tell(FlowEnded(call, result.outcome))
        line.guard = asyncio.get_running_loop().call_later(CONNECT_LIMIT_S, self._hang_up, line, "us")

    def _flow_yields(self, line: Line) -> None:
        self.air.gone(line.call)

    def _everybody(self) -> Sequence[FloorId]:
        """Every floor that has a house here."""
        return ()

    def _tell_recorded(self, floor: FloorId | None, report: Mapping[str, Any]) -> None:
        """To its floor; where an earlier life began it and nobody knows whose it is, to whoever is there."""
        for one in [floor] if floor is not None else self._everybody():
            self.server.report(one, "recorded", report)

    def _has_ended(self, line: Line) -> None:
        """Nothing more is said on it; what was said last is yet understood."""
        self._abouts.pop(line.call, None)
        self.air.gone(line.call)
        self.takes.ended(line.call)
        if line.call in self._spoken_to:
            asyncio.get_running_loop().call_later(LAST_WORDS_S, self._spoken_to.pop, line.call, None)
