"""Who hears whom at the made-up switch: agents, colleagues, music, telephones that go, supervisors' ears, flows.

As Asterisk does it: one request, one effect, no retry; what can't be done fails without a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ahize.calls.events import AgentJoined, AgentWanted, FlowEnded, StopPressed
from ahize.dialer.commands import Listen, RunFlow
from ahize.kernel.ids import SeatId
from ahize.sim.channels import CONNECT_LIMIT_S, FLOW_S, FORGOTTEN_S, JOINABLE, LIKES_MUSIC_S, Channel, Exchange


@dataclass(slots=True)
class Talks(Exchange):
    """What happens in a call once somebody is there."""

    def _connect(self, channel: Channel, seat: SeatId, now: datetime) -> None:
        if channel.unasked:
            channel.unasked = False  # They have an agent, or will in an instant; the engine hears who it is.
        elif channel.state == "talking" and channel.seat == seat:
            self._part(channel, channel.guest, now)
            self._music(channel, False, now)
            self._tell(AgentJoined(channel.id, seat), now)  # It is so already; that is the answer.
        elif channel.state in JOINABLE and self._hears(seat, channel):
            channel.joining = seat
            self._later(channel, now, self.chance.uniform(0.02, 0.12), self._join)

    def _join_unasked(self, channel: Channel, now: datetime) -> None:
        """At the answer: whose it was said to be while it rang, if that agent hears and has nobody."""
        seat, channel.expected = channel.expected, None
        if seat is not None and self._hears(seat, channel):
            channel.joining, channel.unasked = seat, True
            self._later(channel, now, self.chance.uniform(0.002, 0.03), self._join)

    def _hears(self, seat: SeatId, channel: Channel) -> bool:
        """Its telephone is there, and it is in no other call."""
        return (self.phones is None or seat in self.phones) and self._busy_seats.get(seat) in (None, channel.id)

    def _join(self, channel: Channel, now: datetime) -> None:
        seat = channel.joining
        if seat is None or channel.state not in JOINABLE or not self._hears(seat, channel):
            channel.unasked = False
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

    def _hold(self, channel: Channel, on: bool, now: datetime, *, free: bool) -> None:
        channel.unasked = False
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
        channel.unasked = False
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
            channel.unasked = False
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
