"""A made-up Asterisk beside a made-up gate: as probed (P1 to P14), no kinder.

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
P13 a channel of our own that was joined while it rings is answered by nobody              no such call is made
P14 a line that rings can be listened to; the person's way does not change                 ``_expect``

The dialplan holds one timer of its own: who answered is joined to an agent or hears the message within the limit that
the permit's duties name, even if the engine is dead; so does who was left alone in a talk. Where seats have telephones
(``phones``), one that is away hears nobody, and the request to join it fails without a word.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from ahize.calls import greeting
from ahize.calls.events import (
    AgentJoined,
    AgentWanted,
    Answered,
    CallEvent,
    EndUnknown,
    HumanHeard,
    MachineHeard,
    OriginateRefused,
    Ringing,
)
from ahize.compliance.ruling import Permit
from ahize.dialer.commands import (
    Command,
    Connect,
    Consult,
    DropSound,
    Expect,
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
from ahize.dialer.gate import Refused
from ahize.kernel.ids import CallId, SeatId
from ahize.sim.channels import COLD_START_S, CONNECT_LIMIT_S, MACHINE_TALKS_S, Channel, State
from ahize.sim.talks import Talks


@dataclass(slots=True)
class Switch(Talks):
    """The whole of it: what its shell asks, what is dialled, and what comes of it."""

    # ── what its shell does ─────────────────────────────────────────────────────────────────────────────────────

    def obey(self, command: Command, now: datetime) -> None:
        """Do what an engine asks. Only Originate goes through the gate; the others may be repeated safely."""
        self._run(now)
        if self._is_down(now):
            return  # P1: the request fails; whoever asked must find out by reconciling.
        match command:
            case Originate():
                self._originate(command, now)
            case Expect(call=call, seat=seat):
                self._expect(call, seat)
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

    # ── dialling, and the message ───────────────────────────────────────────────────────────────────────────────

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

    def _expect(self, call: CallId, seat: SeatId | None) -> None:
        """Only while it rings; of a call that is gone there is nothing to say."""
        channel = self.channels.get(call)
        if channel is not None and channel.state in ("dialed", "ringing"):
            channel.expected = seat

    def _play(self, channel: Channel, now: datetime) -> None:
        if channel.state == "talking" and channel.seat is not None:
            self._tell(AgentJoined(channel.id, channel.seat), now)
        elif channel.state in ("dialed", "ringing"):
            self._end(channel, now, 16, "us")
        elif channel.state not in ("message", "drop"):
            self._message(channel, now)

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
            self._join_unasked(channel, now)
        else:
            self._tell(MachineHeard(channel.id, verdict.kind, verdict.reason), now)
            # A person taken for a machine is hung up on; a machine that nobody hangs up on records silence.
            self._later(channel, now, CONNECT_LIMIT_S, self._guard)
        if channel.fate.kind != "person":
            self._later(channel, now, MACHINE_TALKS_S, lambda channel, at: self._end(channel, at, 16, "callee"))

    def _is_down(self, now: datetime) -> bool:
        return self._down_until is not None and now < self._down_until
