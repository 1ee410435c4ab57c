"""The calls of a made-up switch, and what all of its parts share: their states, their timers, what is told and noted.

It refuses to know commands and people: ``talks.py`` and ``switch.py`` build on it.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from ahize.calls import greeting
from ahize.calls.events import CallEvent, EndUnknown, HungUp, HungUpBy, MessagePlayed
from ahize.compliance.ruling import Permit
from ahize.dialer.gate import Gate
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
    """One call as the switch knows it. ``guest`` is a second agent; with ``hold`` the person hears music and nobody.

    ``expected`` is whose the answer is, told while it rings; ``unasked``: it was joined by that
    alone, and the engine's own word, which crosses ours, is yet to come.
    """

    id: CallId
    permit: Permit
    fate: Fate
    state: State = "dialed"
    seat: SeatId | None = None
    joining: SeatId | None = None
    expected: SeatId | None = None
    unasked: bool = False
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
class Exchange:
    """One switch with its gate, as far as every part needs it.

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

    def attach(self) -> None:
        """An engine listens, and displaces another one (P8). What happened before is not told (P3)."""
        self.attached = True
        self.gate.listening = True
        for channel in self.channels.values():
            channel.expected, channel.unasked = None, False  # By an engine that is gone.

    def detach(self) -> None:
        """Nobody listens any more; calls stay up (P2)."""
        self.attached = False
        self.gate.listening = False
        self._told.clear()

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
