"""The calls at a real switch: what is done with each, and what each is told of.

A call's channel carries its attempt's id; a seat's leg stands in the seat's own bridge. So joining, holding, consulting
and handing over are each a channel put into a bridge or taken out of it. Who answered and hears nobody is guarded: the
message is played in time whatever the engine does. Refuses to know permits, trunks' settings and why.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ahize.calls import greeting
from ahize.calls.events import (
    AgentJoined,
    Answered,
    EndUnknown,
    HumanHeard,
    HungUp,
    HungUpBy,
    MachineHeard,
    MessagePlayed,
    Ringing,
)
from ahize.dialer.commands import (
    Connect,
    Consult,
    DropSound,
    HangUp,
    Hold,
    JoinAll,
    PauseRecording,
    PlayMessage,
    RunFlow,
    SendDigits,
)
from ahize.dialer.events import PhoneLost, PhoneUp
from ahize.kernel.clock import Clock
from ahize.kernel.ids import AttemptId, CallId, CampaignId, FloorId, SeatId
from ahize.telephony import words
from ahize.telephony.expecting import Expecting
from ahize.telephony.link import GateServer, PresentState
from ahize.telephony.phones import Phones
from ahize.telephony.wire import Answer, Ari, Event, SwitchAway

CONNECT_LIMIT_S = 1.9
"""From the end of the greeting until somebody is heard. The law's two seconds, less what the message needs to begin."""

State = Literal["dialed", "ringing", "answered", "flow", "wanted", "talking", "alone", "music", "message", "drop"]
AS_TOLD: dict[State, PresentState] = {
    "dialed": "dialed",
    "ringing": "ringing",
    "answered": "answered",
    "flow": "answered",
    "wanted": "answered",
    "talking": "talking",
    "alone": "talking",
    "music": "talking",
    "message": "answered",
    "drop": "answered",
}
JOINABLE = ("answered", "flow", "wanted", "talking", "alone", "music")
UNHEARD = ("answered", "alone", "wanted")
"""A person is on the line and hears nobody: guarded."""

log = logging.getLogger(__name__)

Told = asyncio.Future[Answer]
OfACall = Connect | PlayMessage | HangUp | Hold | SendDigits | PauseRecording | DropSound | RunFlow | Consult | JoinAll


@dataclass(slots=True)
class Line:
    """One called person's call, as the switch has it.

    Attributes:
        is_ours: it has come to us from the dialplan, so that something can be played to it.
        message: what is played where nobody comes; empty where it is not known any more.
        threshold: how sure one must be to call the answer a machine.
        seat: whose bridge it stands in, or did until the agent's leg was gone; ``guest``: a second agent there.
        held: the person hears music though an agent has the call.
        joining: whose bridge it is on its way to; ``unasked``: by a word of before the answer, and the engine's own,
            which crosses ours, is yet to come.
        ended_by: who we know to have ended it.
        guard: plays the message when nobody came in time.
    """

    call: CallId
    floor: FloorId | None
    message: str
    trunk: UUID | None = None
    campaign: CampaignId | None = None
    duties: tuple[str, ...] = ()
    threshold: greeting.Threshold = greeting.USUAL
    is_ours: bool = False
    state: State = "dialed"
    answered_at: datetime | None = None
    seat: SeatId | None = None
    guest: SeatId | None = None
    held: bool = False
    joining: SeatId | None = None
    unasked: bool = False
    ended_by: HungUpBy | None = None
    guard: asyncio.TimerHandle | None = None

    def has(self, seat: SeatId) -> bool:
        """That agent is in this call, or about to be."""
        return self.joining == seat or (self.state == "talking" and seat in (self.seat, self.guest))

    @property
    def path(self) -> str:
        return f"channels/{self.call}"


class Lines:
    """Every call of one switch.

    Args:
        clock: for the instants that are told and kept.
    """

    server: GateServer

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.ari: Ari | None = None
        self.lines: dict[CallId, Line] = {}
        self.phones = Phones(self._send, self._tell_floor)
        self.expecting = Expecting(self._send)

    # ── for those who build on this ─────────────────────────────────────────────────────────────────────────────

    def _is_talking_now(self, line: Line) -> None:
        """An agent has just been joined."""

    def _was_answered(self, line: Line) -> None:
        """Somebody or something picked up."""

    def _has_ended(self, line: Line) -> None:
        """It is gone from the switch."""

    def _flow_yields(self, line: Line) -> None:
        """Somebody, or the message, takes a flow's place."""

    def _sound(self, floor: FloorId | None, sound: UUID) -> str | None:
        """The file of an approved recording of that floor, without its ending; None where there is none."""

    # ── commands ────────────────────────────────────────────────────────────────────────────────────────────────

    def do(self, command: OfACall) -> None:
        """What an engine asks of one call. Everything here may be asked again."""
        line = self.lines.get(command.call)
        if line is None:
            self.server.tell(EndUnknown(command.call))
        else:
            _DO[type(command)](self, line, command)

    def _connect(self, line: Line, command: Connect) -> None:
        seat = command.seat
        if line.unasked:
            line.unasked = False  # They have an agent, or will in an instant; the engine hears who it is.
        elif line.state == "talking" and line.seat == seat:
            self._part(line.guest)
            line.guest = None
            self._music(line, False)
            self.server.tell(AgentJoined(line.call, seat))  # It is so already; that is the answer.
        elif line.state in JOINABLE and self._is_free(seat, line):
            if line.guest is not None:
                self._part(line.guest)
                line.guest = None
            if line.held or line.state == "music":
                self._send("DELETE", f"{line.path}/moh")
                line.held = False
            self._into(line, seat)

    def _is_free(self, seat: SeatId, line: Line) -> bool:
        """Its telephone hears, and no other call's person: no agent hears two."""
        others = (one for one in self.lines.values() if one is not line)
        return self.phones.hears(seat) and not any(one.has(seat) for one in others)

    def _join_unasked(self, line: Line) -> None:
        """At the answer: whose it was said to be while it rang, if that agent hears and has nobody."""
        seat = self.expecting.whose(line.call)
        if seat is not None and self._is_free(seat, line):
            line.unasked = True
            self._into(line, seat)
        self.expecting.forget(line.call)

    def _into(self, line: Line, seat: SeatId) -> None:
        """Into that seat's bridge; a channel leaves the one where it stands by itself."""
        line.joining = seat
        added = self._send("POST", f"bridges/{words.seat_name(seat)}/addChannel", query={"channel": str(line.call)})
        added.add_done_callback(lambda answer: self._did_not_enter(line, seat, answer))
        self.expecting.joined(seat)

    def _did_not_enter(self, line: Line, seat: SeatId, answer: Told) -> None:
        """The agent is free for somebody else; who waits is guarded."""
        if (answer.exception() is not None or not answer.result().ok) and line.joining == seat:
            line.joining, line.unasked = None, False

    def _part(self, seat: SeatId | None) -> None:
        """A second agent goes back to where their telephone waits."""
        leg = self.phones.leg(seat) if seat is not None else None
        if seat is not None and leg is not None:
            self._send("POST", f"bridges/{words.seat_name(seat)}/addChannel", query={"channel": leg})

    def _hold(self, line: Line, command: Hold) -> None:
        line.unasked = False
        if line.state == "talking":
            self._music(line, command.on)
            if command.free:  # Parked, or left: the agent can be joined to somebody else.
                self._part(line.guest)
                line.state, line.seat, line.guest, line.held = "music", None, None, False
        elif line.state == "alone" and command.on:
            self._unguard(line)
            line.state = "music"
            self._send("POST", f"{line.path}/moh")

    def _music(self, line: Line, on: bool) -> None:
        if line.held == on or line.seat is None:
            return
        line.held = on
        if on:
            self._send("POST", f"bridges/{words.seat_name(line.seat)}/removeChannel", query={"channel": str(line.call)})
            self._send("POST", f"{line.path}/moh")
        else:
            self._send("DELETE", f"{line.path}/moh")
            self._into(line, line.seat)

    def _consult(self, line: Line, command: Consult) -> None:
        line.unasked = False
        leg = self.phones.leg(command.seat)
        if line.state == "talking" and line.guest is None and line.seat is not None and leg is not None:
            self._music(line, True)
            line.guest = command.seat
            self._send("POST", f"bridges/{words.seat_name(line.seat)}/addChannel", query={"channel": leg})

    def _join_all(self, line: Line, _: JoinAll) -> None:
        if line.state == "talking" and line.guest is not None:
            self._music(line, False)

    def _digits(self, line: Line, command: SendDigits) -> None:
        self._send("POST", f"{line.path}/dtmf", query={"dtmf": command.digits})

    def _pause_recording(self, line: Line, command: PauseRecording) -> None:
        """Nothing is recorded here."""

    def _run_flow(self, line: Line, command: RunFlow) -> None:
        """Nothing is spoken here."""

    def _drop(self, line: Line, command: DropSound) -> None:
        sound = self._sound(line.floor, command.sound)
        if line.state != "talking" or line.seat is None:
            return
        if sound is None:
            log.error("there is no recording %s to leave", command.sound)
            self._hang_up(line, "us")
            return
        self._part(line.guest)
        if not line.held:
            self._send("POST", f"bridges/{words.seat_name(line.seat)}/removeChannel", query={"channel": str(line.call)})
        line.state, line.seat, line.guest = "drop", None, None
        self._play(line, sound, "drop")

    def _play_message(self, line: Line, _: PlayMessage) -> None:
        if line.state in ("dialed", "ringing"):
            self._hang_up(line, "us")
        elif line.state == "talking" and line.seat is not None:
            self.server.tell(AgentJoined(line.call, line.seat))
        elif line.state not in ("message", "drop"):
            self._message(line)

    def _message(self, line: Line) -> None:
        self._unguard(line)
        self.expecting.forget(line.call)
        self._part(line.guest)
        if line.state == "music":
            self._send("DELETE", f"{line.path}/moh")
        if line.state in ("flow", "wanted"):
            self._flow_yields(line)
        if not line.message:
            self._hang_up(line, "us")
            return
        line.state, line.seat, line.guest, line.joining, line.unasked = "message", None, None, None, False
        if line.is_ours:
            self._play(line, line.message, "message")

    def _play(self, line: Line, sound: str, what: str) -> None:
        playing = self._send(
            "POST",
            f"{line.path}/play",
            query={"media": f"sound:{sound}", "playbackId": f"{what}-{line.call}"},
        )
        playing.add_done_callback(lambda answer: self._is_playing(line, answer))

    def _is_playing(self, line: Line, answer: Told) -> None:
        if answer.exception() is None and not answer.result().ok and line.call in self.lines:
            log.error("Asterisk would not play: %s", answer.result().why)
            self._hang_up(line, "us")

    def _hang_up_asked_for(self, line: Line, _: HangUp) -> None:
        self._hang_up(line, "us")

    def _hang_up(self, line: Line, by: HungUpBy) -> None:
        line.ended_by = by
        self._unguard(line)
        self._part(line.guest)
        self._send("DELETE", line.path, query={"reason": "normal"})

    # ── what happens at the switch ──────────────────────────────────────────────────────────────────────────────

    def _state_changed(self, event: Event) -> None:
        line = self._line(event)
        if line is None:
            return
        state = event["channel"]["state"]
        if state in ("Ring", "Ringing") and line.state == "dialed":
            line.state = "ringing"
            self.server.tell(Ringing(line.call))
        elif state == "Up" and line.state in ("dialed", "ringing"):
            self._answered(line)

    def _answered(self, line: Line) -> None:
        line.state, line.answered_at = "answered", self.clock.now()
        self._was_answered(line)
        self.server.tell(Answered(line.call))

    def _greeted(self, call: str, detected: list[str], channel: str) -> None:
        """Who picked up? From here on the person waits for somebody, and the guard with them."""
        line = self.lines.get(CallId(AttemptId(UUID(call))))
        if line is None:
            self._send("DELETE", f"channels/{channel}")
            return
        line.is_ours = True
        if line.state in ("dialed", "ringing"):
            self._answered(line)
        if line.state == "message":  # It was wanted while Asterisk still listened.
            self._play(line, line.message, "message")
        if line.state != "answered":
            return
        if line.floor is not None and not self.server.is_listening(line.floor):
            self._message(line)  # Nobody would connect them (P4).
            return
        self._guard(line)
        assert line.answered_at is not None, "it was answered"
        if not detected:
            verdict = greeting.NOT_LISTENED
            self._join_unasked(line)  # Before anybody is told anything.
        else:
            figures = words.heard(detected[0], "".join(detected[1:2]), line.answered_at, self.clock.now())
            verdict = greeting.judge(figures, line.threshold)
        if verdict.kind is None:
            self.server.tell(HumanHeard(line.call, verdict.reason))
        else:
            self.server.tell(MachineHeard(line.call, verdict.kind, verdict.reason))

    def _entered(self, event: Event) -> None:
        channel, seat = event["channel"]["id"], words.seat_of(event["bridge"]["id"])
        if seat is None:
            return
        if words.seat_of(channel) is not None:
            self.phones.entered(seat, channel)
            return
        line = self._line(event)
        if line is None:
            return
        self._unguard(line)
        line.joining = None
        if line.state == "talking" and line.seat == seat:
            return  # Back from the music.
        line.state, line.seat, line.held = "talking", seat, False
        self.server.tell(AgentJoined(line.call, seat))
        self._is_talking_now(line)

    def _played(self, event: Event) -> None:
        playback = event["playback"]
        what, _, call = str(playback["id"]).partition("-")
        line = self.lines.get(words.call_of(call)) if words.is_id(call) else None  # type: ignore[arg-type]  # is one
        if line is None or what != line.state:
            return
        if what == "message" and playback.get("state") == "done":
            self.server.tell(MessagePlayed(line.call))
        if what in ("message", "drop"):
            self._hang_up(line, "us")

    def _hang_up_heard(self, event: Event) -> None:
        line = self._line(event)
        if line is not None and line.ended_by is None:
            line.ended_by = "callee" if line.answered_at is not None else "network"

    def _destroyed(self, event: Event) -> None:
        channel = event["channel"]["id"]
        if words.seat_of(channel) is not None:
            self._agent_left(self.phones.ended(channel))
            return
        line = self._line(event)
        if line is None:
            return
        self._forget(line)
        gave_up = line.answered_at is None and line.ended_by is None and event.get("cause") == 19
        cause = words.cause_of(
            int(event.get("cause") or 0),
            event.get("tech_cause"),
            answered=line.answered_at is not None,
            gave_up=gave_up,
        )
        self.server.tell(HungUp(line.call, cause, line.ended_by or ("us" if gave_up else "network")))

    def _agent_left(self, seat: SeatId | None) -> None:
        """An agent's telephone is gone. Who hears nobody now hears the message in time, unless somebody comes."""
        for line in [line for line in self.lines.values() if seat is not None and seat in (line.seat, line.guest)]:
            if line.guest == seat:
                line.guest = None
            elif line.guest is not None and not line.held:
                line.seat, line.guest = line.guest, None  # The third goes on with the person, at home.
                self._part(line.seat)
                self._into(line, line.seat)
            elif line.held:
                line.state = "music"
            elif line.state == "talking":
                line.state, line.unasked = "alone", False
                self._guard(line)

    # ── small things ────────────────────────────────────────────────────────────────────────────────────────────

    def _send(self, method: str, path: str, **given: Any) -> Told:
        if self.ari is not None:
            return self.ari.send(method, path, **given)
        nowhere: Told = asyncio.get_running_loop().create_future()
        nowhere.set_exception(SwitchAway("no switch"))
        nowhere.exception()
        return nowhere

    def _tell_floor(self, floor: FloorId, event: PhoneUp | PhoneLost) -> None:
        self.server.tell_floor(floor, event)

    def _line(self, event: Event) -> Line | None:
        call = words.call_of(event["channel"]["id"])
        return self.lines.get(call) if call is not None else None

    def _guard(self, line: Line) -> None:
        self._unguard(line)
        line.guard = asyncio.get_running_loop().call_later(CONNECT_LIMIT_S, self._nobody_came, line)

    def _nobody_came(self, line: Line) -> None:
        line.guard = None
        if line.state in UNHEARD and line.call in self.lines:
            self._message(line)

    @staticmethod
    def _unguard(line: Line) -> None:
        if line.guard is not None:
            line.guard.cancel()
            line.guard = None

    def _forget(self, line: Line) -> None:
        self._unguard(line)
        self.expecting.forget(line.call)
        self._part(line.guest)
        if self.lines.pop(line.call, None) is not None:
            self._has_ended(line)


_DO: dict[type, Callable[[Lines, Line, Any], None]] = {
    Connect: Lines._connect,
    PlayMessage: Lines._play_message,
    HangUp: Lines._hang_up_asked_for,
    Hold: Lines._hold,
    SendDigits: Lines._digits,
    PauseRecording: lambda lines, line, command: lines._pause_recording(line, command),
    DropSound: Lines._drop,
    RunFlow: lambda lines, line, command: lines._run_flow(line, command),
    Consult: Lines._consult,
    JoinAll: Lines._join_all,
}
"""Every command of a call has its way; those that a builder on this overrides are looked up when they are done."""
