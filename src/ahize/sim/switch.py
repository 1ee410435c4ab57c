"""A made-up Asterisk beside a made-up gate: as probed (P1 to P12), no kinder.

It does nothing by itself: tell it the time with ``obey`` and ``pop``, ask ``due`` when it wants to be looked at. So the
same switch stands in virtual time (``sim/world.py``) and in the real-time process of the demo.

What the probes found, and where it is built in:

P1  a crashed switch is back after about a second; until then commands are lost           ``crash``
P2  calls stay up and can be controlled while no engine listens                             ``detach``
P3  nothing is told again after a gap; ask for the present and adopt it                     ``present``, ``reconcile``
P4  it originates for an engine that does not listen                                        the gate must refuse
P5  an answer while no engine listens takes the dialplan's branch: the required message     ``_answer``
P6  a channel's id is refused while it lives, and rings anew afterwards                     ``_originate``
P7  an end during a gap is never told                                                       ``_tell``
P8  a second engine displaces the first, whose commands still work                          ``attach``; the gate's epoch
P9  a crash leaves no trace of the calls that were up                                       ``crash``
P10, P12  concern recordings, which no command asks for yet
P11 an engine that does not read is cut off after some seconds, and what it did not read is lost   ``_watch_reader``

The dialplan holds one timer of its own: who answered is joined to an agent or hears the message within the limit that
the permit's duties name, even if the engine is dead.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from ahize.calls import greeting
from ahize.calls.events import (
    AgentJoined,
    Answered,
    CallEvent,
    EndUnknown,
    HumanHeard,
    HungUp,
    HungUpBy,
    MachineHeard,
    MessagePlayed,
    OriginateRefused,
    Ringing,
)
from ahize.compliance.ruling import Permit
from ahize.dialer.gate import Gate, Refused
from ahize.dialer.messages import Command, Connect, HangUp, Originate, PlayMessage
from ahize.kernel.chance import Chance
from ahize.kernel.ids import CallId, SeatId
from ahize.sim.people import Fate, People

State = Literal["dialed", "ringing", "listening", "waiting", "talking", "message"]

COLD_START_S = 1.2
READER_PATIENCE_S = 12.0
CONNECT_LIMIT_S = 2.0
"""From the end of the greeting to an agent or the message, where the permit names no other: the strictest we know."""
MESSAGE_S = 8.0
MACHINE_TALKS_S = 30.0
FORGOTTEN_S = 20.0
"""A person whose agent should end the talk and does not hangs up this much later."""


@dataclass(slots=True)
class Channel:
    """One call as the switch knows it."""

    id: CallId
    permit: Permit
    fate: Fate
    state: State = "dialed"
    seat: SeatId | None = None
    joining: SeatId | None = None
    greeting_ends_at: datetime | None = None
    step: int = 0


@dataclass(frozen=True, slots=True)
class Witnessed:
    """One line of the carrier's own ledger, which the engine never sees: what really happened on the line."""

    at: datetime
    what: str
    call: CallId
    number: str = ""
    detail: str = ""


@dataclass(slots=True)
class Switch:
    """One switch with its gate.

    Args:
        factor: multiplies how many people answer at a given time; the hour or the list may change it.
        trunk_up: False while the carrier is away: everything dialled fails, everything in the air is lost.
    """

    gate: Gate
    people: People
    chance: Chance
    factor: Callable[[datetime], float] = lambda _: 1.0
    attached: bool = True
    trunk_up: bool = True
    channels: dict[CallId, Channel] = field(default_factory=dict)
    ledger: list[Witnessed] = field(default_factory=list)
    lost_events: int = 0
    _heap: list[tuple[datetime, int, CallId, int, Callable[[Channel, datetime], None]]] = field(default_factory=list)
    _no: int = 0
    _told: deque[tuple[datetime, CallEvent]] = field(default_factory=deque)
    _busy_seats: dict[SeatId, CallId] = field(default_factory=dict)
    _down_until: datetime | None = None

    # ── what its shell does ─────────────────────────────────────────────────────────────────────────────────────

    def obey(self, command: Command, now: datetime) -> None:
        """Do what an engine asks. Only Originate goes through the gate; the others may be repeated safely."""
        self._run(now)
        if self._is_down(now):
            return  # P1: the request fails; whoever asked must find out by reconciling.
        match command:
            case Originate():
                self._originate(command, now)
            case Connect(call=call, seat=seat):
                self._with(call, now, lambda channel: self._connect(channel, seat, now))
            case PlayMessage(call=call):
                self._with(call, now, lambda channel: self._play(channel, now))
            case HangUp(call=call):
                self._with(call, now, lambda channel: self._end(channel, now, 16, "us"))
            case _:
                raise AssertionError(f"a switch can't do {type(command).__name__}")

    def obey_another(self, originate: Originate, now: datetime) -> bool:
        """A displaced engine still asks (P8). The gate's answer goes to it, not to who listens; True if it dialled."""
        self._run(now)
        answer = self.gate.spend(originate.permit, now)
        if isinstance(answer, Refused) or originate.call in self.channels:
            return False
        self._dial(originate, answer.permit, now)
        return True

    def due(self) -> datetime | None:
        """When to call ``pop`` next; None: nothing will happen until a command comes."""
        if self._told:
            return self._told[0][0]
        return self._heap[0][0] if self._heap else None

    def pop(self, now: datetime) -> list[CallEvent]:
        """Everything that happened until ``now`` and was not told yet, in order."""
        self._run(now)
        events = [event for _, event in self._told]
        self._told.clear()
        return events

    def due_inside(self) -> datetime | None:
        """When something will happen on the lines, told or not."""
        return self._heap[0][0] if self._heap else None

    def elapse(self, now: datetime) -> None:
        """Let time pass while nobody reads."""
        self._run(now)

    def attach(self) -> None:
        """An engine listens, and displaces another one (P8). What happened before is not told (P3)."""
        self.attached = True
        self.gate.listening = True

    def detach(self) -> None:
        """Nobody listens any more; calls stay up (P2)."""
        self.attached = False
        self.gate.listening = False
        self._told.clear()

    def crash(self, now: datetime) -> None:
        """Everything up is gone, nobody is told, and it is back after a cold start (P1, P9)."""
        self._run(now)
        for channel in self.channels.values():
            self._note(now, "lost", channel)
        self.channels.clear()
        self._busy_seats.clear()
        self._told.clear()
        self._down_until = now + timedelta(seconds=COLD_START_S)

    def cut_trunk(self, now: datetime) -> None:
        """The carrier is away: everything in the air is lost, and the network says so."""
        self._run(now)
        self.trunk_up = False
        for channel in tuple(self.channels.values()):
            self._end(channel, now, 38, "network")

    def present(self) -> dict[CallId, tuple[State, SeatId | None]]:
        """The calls it knows now: the only truth after a gap."""
        return {call: (channel.state, channel.seat) for call, channel in self.channels.items()}

    def reconcile(self, open_calls: Collection[CallId], now: datetime) -> list[CallEvent]:
        """What its present says happened during a gap, as ordinary events; unknown channels are hung up."""
        self._run(now)
        self._told.clear()
        news: list[CallEvent] = []
        for call in open_calls:
            channel = self.channels.get(call)
            if channel is None:
                news.append(EndUnknown(call))
            elif channel.state == "ringing":
                news.append(Ringing(call))
            elif channel.state == "listening":
                news.append(Answered(call))
            elif channel.state == "waiting":
                news.append(HumanHeard(call, f"{greeting.UNCERTAIN}: answered during a gap"))
            elif channel.state == "talking" and channel.seat is not None:
                news += [Answered(call), AgentJoined(call, channel.seat)]
        for channel in [channel for call, channel in self.channels.items() if call not in open_calls]:
            self._end(channel, now, 16, "us", tell=False)
        return news

    # ── commands ────────────────────────────────────────────────────────────────────────────────────────────────

    def _originate(self, command: Originate, now: datetime) -> None:
        answer = self.gate.spend(command.permit, now)
        if isinstance(answer, Refused):
            # The answer to a request, not an event of the socket: it comes whether or not the socket is up.
            self._told.append((now, OriginateRefused(command.call, answer.why)))
            return
        if command.call in self.channels:
            return  # P6: refused while it lives. After that it would ring the person again, were it not for the gate.
        self._dial(command, answer.permit, now)

    def _dial(self, command: Originate, permit: Permit, now: datetime) -> None:
        fate = self.people.fate(permit.number, factor=self.factor(now))
        channel = self.channels[command.call] = Channel(command.call, permit, fate)
        self._note(now, "invite", channel, str(permit.id))
        if not self.trunk_up:
            self._later(channel, now, 0.5, lambda channel, at: self._end(channel, at, 38, "network"))
            return
        if fate.rings_s is not None:
            self._later(channel, now, fate.rings_s, self._ring)
        if fate.after_s is not None:
            self._later(channel, now, fate.after_s, self._answer if fate.rings_s is not None else self._fail)
        self._later(channel, now, command.ring_s, self._give_up)

    def _connect(self, channel: Channel, seat: SeatId, now: datetime) -> None:
        if channel.state == "talking" and channel.seat is not None:
            self._tell(AgentJoined(channel.id, channel.seat), now)  # It is so already; that is the answer.
        elif channel.state in ("listening", "waiting") and seat not in self._busy_seats:
            channel.joining = seat
            self._later(channel, now, self.chance.uniform(0.02, 0.12), self._join)

    def _join(self, channel: Channel, now: datetime) -> None:
        seat = channel.joining
        if seat is None or channel.state not in ("listening", "waiting") or seat in self._busy_seats:
            return
        self._advance(channel, "talking")
        channel.seat, channel.joining = seat, None
        self._busy_seats[seat] = channel.id
        self._note(now, "joined", channel, str(seat))
        self._tell(AgentJoined(channel.id, seat), now)
        talk = channel.fate.talk
        stays = talk.seconds if talk.ends == "callee" else talk.seconds + FORGOTTEN_S
        self._later(channel, now, stays, lambda channel, at: self._end(channel, at, 16, "callee"))

    def _play(self, channel: Channel, now: datetime) -> None:
        if channel.state == "talking" and channel.seat is not None:
            self._tell(AgentJoined(channel.id, channel.seat), now)
        elif channel.state in ("dialed", "ringing"):
            self._end(channel, now, 16, "us")
        elif channel.state != "message":
            self._message(channel, now)

    def _message(self, channel: Channel, now: datetime) -> None:
        self._advance(channel, "message")
        self._note(now, "message", channel)
        leaves = self.chance.expovariate(1 / 6)
        if leaves < MESSAGE_S and channel.fate.kind == "person":
            self._later(channel, now, leaves, lambda channel, at: self._end(channel, at, 16, "callee"))
        else:
            self._later(channel, now, MESSAGE_S, self._message_over)

    def _message_over(self, channel: Channel, now: datetime) -> None:
        self._tell(MessagePlayed(channel.id), now)
        self._end(channel, now, 16, "us")

    # ── what the far end and the network do ─────────────────────────────────────────────────────────────────────

    def _ring(self, channel: Channel, now: datetime) -> None:
        if channel.state == "dialed":
            channel.state = "ringing"
            self._note(now, "rings", channel)
            self._tell(Ringing(channel.id), now)

    def _fail(self, channel: Channel, now: datetime) -> None:
        self._end(channel, now, channel.fate.cause, "network")

    def _give_up(self, channel: Channel, now: datetime) -> None:
        if channel.state in ("dialed", "ringing"):
            self._end(channel, now, 19, "us")

    def _answer(self, channel: Channel, now: datetime) -> None:
        if channel.state not in ("dialed", "ringing"):
            return
        self._advance(channel, "listening")
        self._note(now, "answered", channel, channel.fate.kind)
        channel.greeting_ends_at = now + timedelta(seconds=channel.fate.listens_s)
        if not self.attached:
            self._message(channel, now)  # P5: Stasis failed, so the dialplan itself speaks.
            return
        self._tell(Answered(channel.id), now)
        self._later(channel, now, channel.fate.listens_s, self._verdict)

    def _verdict(self, channel: Channel, now: datetime) -> None:
        if channel.state != "listening":
            return
        verdict = greeting.judge(channel.fate.heard)
        self._note(now, "greeted", channel, channel.fate.kind)
        if verdict.kind is None:
            self._advance(channel, "waiting")
            self._tell(HumanHeard(channel.id, verdict.reason), now)
            if channel.fate.kind == "person":
                self._later(
                    channel, now, channel.fate.patience_s, lambda channel, at: self._end(channel, at, 16, "callee")
                )
            self._later(channel, now, CONNECT_LIMIT_S, self._guard)
        else:
            self._tell(MachineHeard(channel.id, verdict.kind, verdict.reason), now)
            # A person taken for a machine is hung up on; a machine that nobody hangs up on records silence.
            self._later(channel, now, CONNECT_LIMIT_S, self._guard)
        if channel.fate.kind != "person":
            self._later(channel, now, MACHINE_TALKS_S, lambda channel, at: self._end(channel, at, 16, "callee"))

    def _guard(self, channel: Channel, now: datetime) -> None:
        """The dialplan's own timer: nobody is left in silence, whatever the engine does."""
        if channel.state in ("listening", "waiting"):
            self._message(channel, now)

    def _end(self, channel: Channel, now: datetime, cause: int, by: HungUpBy, *, tell: bool = True) -> None:
        del self.channels[channel.id]
        if channel.seat is not None:
            self._busy_seats.pop(channel.seat, None)
        self._note(now, "ended", channel, f"{cause} {by}")
        if tell:
            self._tell(HungUp(channel.id, cause, by), now)

    # ── small things ────────────────────────────────────────────────────────────────────────────────────────────

    def _advance(self, channel: Channel, state: State) -> None:
        """A new state; what was to happen in the old one is off."""
        channel.state = state
        channel.step += 1

    def _later(
        self, channel: Channel, now: datetime, seconds: float, then: Callable[[Channel, datetime], None]
    ) -> None:
        self._no += 1
        heapq.heappush(self._heap, (now + timedelta(seconds=seconds), self._no, channel.id, channel.step, then))

    def _run(self, now: datetime) -> None:
        """Let everything happen that happens until ``now``."""
        while self._heap and self._heap[0][0] <= now:
            at, _, call, step, then = heapq.heappop(self._heap)
            self._watch_reader(at)
            channel = self.channels.get(call)
            if channel is not None and channel.step == step:
                then(channel, at)
        self._watch_reader(now)

    def _watch_reader(self, now: datetime) -> None:
        """P11: a reader that leaves its events lying is cut off, and they are gone."""
        if self._told and now - self._told[0][0] > timedelta(seconds=READER_PATIENCE_S):
            self.lost_events += len(self._told)
            self.detach()

    def _tell(self, event: CallEvent, now: datetime) -> None:
        if self.attached:
            self._told.append((now, event))
        else:
            self.lost_events += 1  # P7

    def _note(self, now: datetime, what: str, channel: Channel, detail: str = "") -> None:
        self.ledger.append(Witnessed(now, what, channel.id, channel.permit.number, detail))

    def _with(self, call: CallId, now: datetime, then: Callable[[Channel], None]) -> None:
        channel = self.channels.get(call)
        if channel is None:
            self._tell(EndUnknown(call), now)
        else:
            then(channel)

    def _is_down(self, now: datetime) -> bool:
        return self._down_until is not None and now < self._down_until
