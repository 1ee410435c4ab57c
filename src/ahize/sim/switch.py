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
P10, P12  concern recordings, which leave no trace here
P11 an engine that does not read is cut off after some seconds, and what it did not read is lost   ``_watch_reader``

The dialplan holds one timer of its own: who answered is joined to an agent or hears the message within the limit that
the permit's duties name, even if the engine is dead; so does who was left alone in a talk. Where seats have telephones
(``phones``), one that is away hears nobody, and the request to join it fails without a word.
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
    AgentWanted,
    Answered,
    CallEvent,
    EndUnknown,
    FlowEnded,
    HumanHeard,
    HungUp,
    HungUpBy,
    MachineHeard,
    MessagePlayed,
    OriginateRefused,
    Ringing,
    StopPressed,
)
from ahize.compliance.ruling import Permit
from ahize.dialer.gate import Gate, Refused
from ahize.dialer.messages import (
    Command,
    Connect,
    Consult,
    DropSound,
    HangUp,
    Hold,
    JoinAll,
    Listen,
    Originate,
    PauseRecording,
    PlayMessage,
    RunFlow,
    SendDigits,
)
from ahize.kernel.chance import Chance
from ahize.kernel.ids import CallId, SeatId
from ahize.sim.people import Fate, People

State = Literal["dialed", "ringing", "listening", "waiting", "talking", "alone", "music", "flow", "drop", "message"]
"""``alone``: the agent's telephone went away in the talk, and there is silence; ``music``: the same, with music."""

COLD_START_S = 1.2
READER_PATIENCE_S = 12.0
CONNECT_LIMIT_S = 2.0
"""From the end of the greeting to an agent or the message, where the permit names no other: the strictest we know."""
MESSAGE_S = 8.0
MACHINE_TALKS_S = 30.0
FORGOTTEN_S = 20.0
"""A person whose agent should end the talk and does not hangs up this much later."""
JOINABLE = frozenset({"listening", "waiting", "talking", "alone", "music"})
FLOW_S = 25.0
LIKES_MUSIC_S = 60.0
"""Mean time a person without an agent stays to hear music."""


@dataclass(slots=True)
class Channel:
    """One call as the switch knows it. ``guest`` is a second agent; with ``hold`` the person hears music and nobody."""

    id: CallId
    permit: Permit
    fate: Fate
    state: State = "dialed"
    seat: SeatId | None = None
    joining: SeatId | None = None
    guest: SeatId | None = None
    hold: bool = False
    detect: bool = False
    threshold: greeting.Threshold = greeting.USUAL
    agents: bool = False
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
        phones: seats whose telephone is up; None: the seats have none of their own and always hear.
        ears: which supervisor hears which seat.
    """

    gate: Gate
    people: People
    chance: Chance
    factor: Callable[[datetime], float] = lambda _: 1.0
    attached: bool = True
    trunk_up: bool = True
    phones: set[SeatId] | None = None
    ears: dict[SeatId, SeatId] = field(default_factory=dict)
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
            case Listen():
                self._listen(command, now)
            case _:
                self._obey_in_talk(command, now)

    def _obey_in_talk(self, command: Command, now: datetime) -> None:
        match command:
            case Hold(call=call, on=on, free=free):
                self._with(call, now, lambda channel: self._hold(channel, on, now, free=free))
            case Consult(call=call, seat=seat):
                self._with(call, now, lambda channel: self._consult(channel, seat, now))
            case JoinAll(call=call):
                self._with(call, now, lambda channel: self._join_all(channel, now))
            case DropSound(call=call):
                self._with(call, now, lambda channel: self._drop(channel, now))
            case RunFlow(call=call):
                self._with(call, now, lambda channel: self._run_flow(channel, command, now))
            case SendDigits(call=call, digits=digits):
                self._with(call, now, lambda channel: self._note(now, "keys", channel, digits))
            case PauseRecording(call=call, on=on):
                self._with(call, now, lambda channel: self._note(now, "unrecorded" if on else "recorded", channel))
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
        self.ears.clear()
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
            elif channel.state in ("listening", "flow"):
                news.append(Answered(call))
            elif channel.state in ("alone", "music"):
                news.append(AgentWanted(call))
            elif channel.state == "drop":
                news.append(MachineHeard(call, "voicemail", "a recording is being left"))
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
        channel = self.channels[command.call] = Channel(command.call, permit, fate, detect=command.detect)
        channel.threshold = greeting.Threshold(command.person_cost)
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
        if channel.state == "talking" and channel.seat == seat:
            self._part(channel, channel.guest, now)
            self._music(channel, False, now)
            self._tell(AgentJoined(channel.id, seat), now)  # It is so already; that is the answer.
        elif channel.state in JOINABLE and self._hears(seat, channel):
            channel.joining = seat
            self._later(channel, now, self.chance.uniform(0.02, 0.12), self._join)

    def _hears(self, seat: SeatId, channel: Channel) -> bool:
        """Its telephone is there, and it is in no other call."""
        return (self.phones is None or seat in self.phones) and self._busy_seats.get(seat) in (None, channel.id)

    def _join(self, channel: Channel, now: datetime) -> None:
        seat = channel.joining
        if seat is None or channel.state not in JOINABLE or not self._hears(seat, channel):
            return
        for other in (channel.seat, channel.guest):
            if other != seat:
                self._part(channel, other, now)
        was_talking = channel.state == "talking"
        if not was_talking:
            self._advance(channel, "talking")
        channel.seat, channel.joining, channel.guest = seat, None, None
        self._busy_seats[seat] = channel.id
        self._note(now, "joined", channel, str(seat))
        self._music(channel, False, now)
        self._tell(AgentJoined(channel.id, seat), now)
        if was_talking:
            return
        talk = channel.fate.talk
        stays = talk.seconds if talk.ends == "callee" else talk.seconds + FORGOTTEN_S
        self._later(channel, now, stays, lambda channel, at: self._end(channel, at, 16, "callee"))

    def _part(self, channel: Channel, seat: SeatId | None, now: datetime) -> None:
        """This agent hears the call no more."""
        if seat is None:
            return
        if channel.seat == seat:
            channel.seat = None
        if channel.guest == seat:
            channel.guest = None
        if self._busy_seats.get(seat) == channel.id:
            del self._busy_seats[seat]
        self._note(now, "left", channel, str(seat))

    def _music(self, channel: Channel, on: bool, now: datetime) -> None:
        if channel.hold != on:
            channel.hold = on
            self._note(now, "music" if on else "no music", channel)

    def _hold(self, channel: Channel, on: bool, now: datetime, *, free: bool) -> None:
        if channel.state == "talking":
            self._music(channel, on, now)
            if free:
                for seat in (channel.seat, channel.guest):
                    self._part(channel, seat, now)
                self._left_in_music(channel, now)
        elif channel.state == "alone" and on:
            self._music(channel, True, now)
            self._left_in_music(channel, now)

    def _left_in_music(self, channel: Channel, now: datetime) -> None:
        self._advance(channel, "music")
        stays = self.chance.expovariate(1 / LIKES_MUSIC_S)
        self._later(channel, now, stays, lambda channel, at: self._end(channel, at, 16, "callee"))

    def _consult(self, channel: Channel, seat: SeatId, now: datetime) -> None:
        if channel.state == "talking" and channel.guest is None and self._hears(seat, channel):
            channel.guest = seat
            self._busy_seats[seat] = channel.id
            self._note(now, "consulted", channel, str(seat))
            self._music(channel, True, now)

    def _join_all(self, channel: Channel, now: datetime) -> None:
        if channel.state == "talking" and channel.guest is not None:
            self._note(now, "three", channel, str(channel.guest))
            self._music(channel, False, now)

    def _drop(self, channel: Channel, now: datetime) -> None:
        if channel.state != "talking":
            return
        for seat in (channel.seat, channel.guest):
            self._part(channel, seat, now)
        self._advance(channel, "drop")
        self._note(now, "drop", channel)
        plays = self.chance.uniform(8, 20)
        self._later(channel, now, plays, lambda channel, at: self._end(channel, at, 16, "us"))

    def _listen(self, command: Listen, now: datetime) -> None:
        """A snoop on the agent's leg, which is kept up between calls: it ends when it is ended, not with the call."""
        if command.how == "off":
            self.ears.pop(command.supervisor, None)
        elif self.phones is None or command.supervisor in self.phones:
            self.ears[command.supervisor] = command.seat
        channel = self.channels.get(self._busy_seats.get(command.seat))  # type: ignore[arg-type]  # None finds nothing
        if channel is not None:
            self._note(now, "ears", channel, f"{command.supervisor} {command.how}")

    # ── telephones of seats ─────────────────────────────────────────────────────────────────────────────────────

    def raise_phone(self, seat: SeatId) -> None:
        """It has registered; its leg is up."""
        assert self.phones is not None, "these seats have no telephones"
        self.phones.add(seat)

    def lose_phone(self, seat: SeatId, now: datetime) -> None:
        """It is gone. Whom its agent spoke with hears nothing, until somebody does something about it."""
        assert self.phones is not None, "these seats have no telephones"
        self._run(now)
        self.phones.discard(seat)
        self.ears.pop(seat, None)
        channel = self.channels.get(self._busy_seats.get(seat))  # type: ignore[arg-type]  # None finds nothing
        if channel is None:
            return
        had_talk = channel.seat == seat
        self._part(channel, seat, now)
        if not had_talk:
            return
        if channel.guest is not None and not channel.hold:
            channel.seat, channel.guest = channel.guest, None  # The third goes on with the person.
            self._note(now, "joined", channel, str(channel.seat))
        elif channel.hold:
            self._left_in_music(channel, now)
        else:
            self._advance(channel, "alone")
            self._note(now, "alone", channel)
            self._later(channel, now, CONNECT_LIMIT_S, self._guard)

    # ── a broadcast's flow ──────────────────────────────────────────────────────────────────────────────────────

    def _run_flow(self, channel: Channel, command: RunFlow, now: datetime) -> None:
        if channel.state not in ("listening", "waiting"):
            return  # It runs already, or it is too late for it.
        self._advance(channel, "flow")
        channel.agents = command.agents
        self._note(now, "flow", channel, "machine" if command.machine else "")
        if channel.fate.kind == "person":
            self._hear_flow(channel, now)
        else:
            self._later(channel, now, FLOW_S, self._flow_over)

    def _hear_flow(self, channel: Channel, now: datetime) -> None:
        """What a person does with it: opts out, asks for an agent, hangs up, or hears it to its end."""
        manners, chance = self.people.manners, self.chance
        after_s = chance.uniform(2, FLOW_S - 2)
        if chance.random() < manners.opts_out:
            self._later(channel, now, after_s, self._press_stop)
        elif channel.agents and chance.random() < manners.wants_an_agent:
            self._later(channel, now, after_s, self._want_agent)
        elif chance.random() < manners.hears_it_out:
            self._later(channel, now, FLOW_S, self._flow_over)
        else:
            self._later(channel, now, after_s, lambda channel, at: self._end(channel, at, 16, "callee"))

    def _press_stop(self, channel: Channel, now: datetime) -> None:
        """A flow says that it was heard, and ends."""
        self._note(now, "stop", channel)
        self._tell(StopPressed(channel.id), now)
        self._later(channel, now, 2.0, self._flow_over)

    def _want_agent(self, channel: Channel, now: datetime) -> None:
        self._advance(channel, "waiting")
        self._note(now, "wanted", channel)
        self._tell(AgentWanted(channel.id), now)
        self._later(channel, now, CONNECT_LIMIT_S, self._guard)

    def _flow_over(self, channel: Channel, now: datetime) -> None:
        self._tell(FlowEnded(channel.id, "heard"), now)
        self._later(channel, now, CONNECT_LIMIT_S, lambda channel, at: self._end(channel, at, 16, "us"))

    def _play(self, channel: Channel, now: datetime) -> None:
        if channel.state == "talking" and channel.seat is not None:
            self._tell(AgentJoined(channel.id, channel.seat), now)
        elif channel.state in ("dialed", "ringing"):
            self._end(channel, now, 16, "us")
        elif channel.state not in ("message", "drop"):
            self._message(channel, now)

    def _message(self, channel: Channel, now: datetime) -> None:
        self._part(channel, channel.guest, now)
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
        if channel.detect:
            self._later(channel, now, channel.fate.listens_s, self._verdict)
        else:
            self._verdict(channel, now)

    def _verdict(self, channel: Channel, now: datetime) -> None:
        if channel.state != "listening":
            return
        verdict = greeting.judge(channel.fate.heard, channel.threshold) if channel.detect else greeting.NOT_LISTENED
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
        if channel.state in ("listening", "waiting", "alone"):
            self._message(channel, now)

    def _end(self, channel: Channel, now: datetime, cause: int, by: HungUpBy, *, tell: bool = True) -> None:
        del self.channels[channel.id]
        for seat in (channel.seat, channel.guest):
            if seat is not None:
                self._busy_seats.pop(seat, None)
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
