"""Promise 5, watched from outside: a book of each campaign's abandonment, and the bound at every originate.

The book is kept from the journal alone, with its own arithmetic: what was heard counts before what the engine made of
it. A seat that fell silent is gone when the news of it came, not when the engine says so. Where nothing goes wrong, the
carrier's ledger is asked besides for the share itself. Refuses to know how the engine counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from ahize.calls import greeting
from ahize.calls.events import (
    AgentJoined,
    EndUnknown,
    HumanHeard,
    HungUp,
    MachineHeard,
    MessagePlayed,
    OriginateRefused,
)
from ahize.dialer.commands import (
    Command,
    Conclude,
    Connect,
    DropSound,
    HangUp,
    Originate,
    PlayMessage,
    SeekLeave,
    SetSeat,
    Warn,
)
from ahize.dialer.events import (
    Barred,
    CampaignSet,
    Cleared,
    Event,
    OpenCall,
    PhoneLost,
    Recovered,
    SeatClosed,
    SeatLost,
    SeatPaused,
)
from ahize.dialer.values import CampaignSettings, Candidate
from ahize.kernel.ids import AttemptId, CampaignId, SeatId
from ahize.sim.definitions import Base, Count
from ahize.sim.world import World


def abandonment_is_bounded(world: World) -> Iterator[str]:
    """At every originate, what is in the air is covered by free seats and by what the period still allows."""
    books: dict[CampaignId, _Book] = {}
    for at, event, commands in world.store.journal:
        for book in _books_of(at, event, books):
            book.turn(at)
            book.hear(event)
        for book in tuple(books.values()):
            book.turn(at)
            book.obey(commands)
        for command in commands:
            if isinstance(command, Originate):
                book = books[command.permit.campaign]
                broadcast = book.settings.mode == "broadcast" and not book.settings.flow_agents
                if command.call in book.promised or broadcast or _is_statistical(book.settings):
                    continue
                if book.exposure > book.allowance_at(at):
                    yield (
                        f"{command.call} was dialled at {at} with {len(book.air)} in the air, {len(book.ready)} seats"
                        f" ready and {book.allowance_at(at)} left in the budget"
                    )


def the_share_stays_under_its_cap(world: World) -> Iterator[str]:
    """What the bound is for, by the carrier's ledger: where no fault and no leaving seat is to blame, no message is
    ever played that the cap does not allow."""
    if not world.scenario_as_given.is_calm:
        return
    live = {campaign: settings.live_answers for campaign, settings in world.store.campaigns.items()}
    left_alone = {campaign: settings.abandoned for campaign, settings in world.store.campaigns.items()}
    turns = {campaign: settings.period_until for campaign, settings in world.store.campaigns.items()}
    persons: set[object] = set()
    for line in world.switch.ledger:
        row = world.store.attempts.get(AttemptId(line.call))
        if row is None:
            continue
        campaign = row.candidate.campaign
        if _is_statistical(world.store.campaigns[campaign]):
            continue
        until = turns[campaign]
        if until is not None and line.at >= until:
            live[campaign] = left_alone[campaign] = 0
            turns[campaign] = None
        if line.what == "greeted" and line.detail == "person":
            persons.add(line.call)
            live[campaign] += 1
        if line.what == "message" and line.call in persons:
            left_alone[campaign] += 1
            cap = world.store.campaigns[campaign].abandon_cap
            if left_alone[campaign] > cap * live[campaign] + 1e-9:
                yield (
                    f"call {line.call} was left alone at {line.at}: {left_alone[campaign]} of {live[campaign]} live"
                    f" answers, where the cap is {cap:.1%}"
                )


def _is_statistical(settings: CampaignSettings) -> bool:
    """Its cap is kept with a confidence, over a period and not at each originate."""
    return settings.mode == "predictive" and settings.confidence is not None


# ── a book of one campaign's abandonment, kept from the journal alone ───────────────────────────────────────────────


@dataclass
class _Book:
    """Seats ready, calls in the air, and each definition's counts, by what was heard and commanded.

    Of ``counts`` the campaign's own is the first; ``held`` is the call that a seat is to be joined to, ``over`` are
    those that can want nobody any more.
    """

    settings: CampaignSettings
    counts: list[Count]
    now: datetime
    ready: set[SeatId] = field(default_factory=set)
    air: set[AttemptId] = field(default_factory=set)
    promised: set[AttemptId] = field(default_factory=set)
    counted: set[AttemptId] = field(default_factory=set)
    charged: set[AttemptId] = field(default_factory=set)
    mine: set[AttemptId] = field(default_factory=set)
    done: set[AttemptId] = field(default_factory=set)
    talked: set[AttemptId] = field(default_factory=set)
    dialled: set[AttemptId] = field(default_factory=set)
    over: set[AttemptId] = field(default_factory=set)
    machines: set[AttemptId] = field(default_factory=set)
    held: dict[SeatId, AttemptId] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: CampaignSettings, at: datetime) -> _Book:
        base: list[Base] = [(None, settings.live_answers, settings.abandoned)]
        own = Count(settings.abandon_cap, settings.period_until, base=base)
        return cls(settings, [own, *map(Count.of, settings.limits)], at)

    @property
    def exposure(self) -> int:
        return len(self.air) - len(self.ready)

    def allowance_at(self, at: datetime) -> int:
        """By the tightest of the definitions that apply."""
        answered_by = at + timedelta(seconds=self.settings.ring_s_max + self.settings.connect_s)
        return min(count.left(at, answered_by) for count in self.counts if count.applies)

    def calls(self, candidate: Candidate) -> None:
        """Somebody is called for no seat in particular: the law that protects them holds from now on."""
        for count in self.counts:
            count.applies |= candidate.country in count.countries

    def turn(self, at: datetime) -> None:
        self.now = at
        for count in self.counts:
            count.turn(at)

    def hear(self, event: Event) -> None:
        match event:
            case HumanHeard(call=call, reason=reason):
                if call in self.air and greeting.is_certain(reason) and call not in self.counted:
                    self.counted.add(call)
                    for count in self.counts:
                        count.live[call] = self.now
            case AgentJoined(call=call):
                self.air.discard(call)
                self.talked.add(call)
                for count in self.counts:
                    count.lost.pop(call, None)
            case MachineHeard(call=call):
                self.machines.add(call)
                self.end(call)
            case HungUp(call=call) | EndUnknown(call=call) | OriginateRefused(call=call):
                self.end(call)
            case MessagePlayed(call=call) if call not in self.machines:  # The switch speaks to whoever nobody takes.
                self.charge(call)
            case Barred(attempt=attempt):
                self.air.discard(attempt)
            case SeatLost(seat=seat) | SeatPaused(seat=seat) | SeatClosed(seat=seat) | PhoneLost(seat=seat):
                self.ready.discard(seat)
            case _:
                pass

    def end(self, call: AttemptId) -> None:
        self.air.discard(call)
        self.over.add(call)

    def charge(self, call: AttemptId) -> None:
        self.end(call)
        if call in self.mine and call not in self.charged | self.done | self.talked:
            self.charged.add(call)
            for count in self.counts:
                count.lost[call] = self.now

    def was_machine(self, call: AttemptId) -> None:
        """The agent says so, after all."""
        self.counted.discard(call)
        for count in self.counts:
            count.was_machine(call)

    def seek(self, call: AttemptId, candidate: Candidate, *, promised: bool) -> None:
        self.mine.add(call)
        if promised:
            self.promised.add(call)
        else:
            self.air.add(call)
            self.calls(candidate)

    def adopt(self, call: OpenCall, held: bool) -> None:
        """A new life finds it; ``held``: a seat is to be joined to it, or is."""
        self.mine.add(call.attempt)
        self.dialled.add(call.attempt)
        if call.state in ("answered", "talking"):
            self.counted.add(call.attempt)
        if call.state == "talking":
            self.talked.add(call.attempt)
        elif not held:
            self.air.add(call.attempt)
        if call.seat is None or call.candidate.origin == "dialer":
            self.calls(call.candidate)

    def obey(self, commands: tuple[Command, ...]) -> None:
        reserved = {command.attempt for command in commands if isinstance(command, SetSeat) and command.attempt}
        for command in commands:
            self._obey(command, reserved)

    def seat(self, command: SetSeat) -> None:
        """A call whose seat goes before it was joined is in the air again, whomever it was promised to."""
        before = self.held.pop(command.seat, None)
        if command.attempt is not None and command.state in ("ringing", "talking"):
            self.air.discard(command.attempt)
            self.held[command.seat] = command.attempt
        if before not in (None, command.attempt) and before in self.dialled - self.talked - self.over:
            self.air.add(before)
        if command.state == "ready" and command.campaign == self.settings.campaign:
            self.ready.add(command.seat)
        else:
            self.ready.discard(command.seat)

    def _obey(self, command: Command, reserved: set[AttemptId]) -> None:
        match command:
            case SeekLeave(attempt=attempt, candidate=candidate) if candidate.campaign == self.settings.campaign:
                self.seek(attempt, candidate, promised=attempt in reserved)
            case SetSeat():
                self.seat(command)
            case Originate(call=call) if call in self.mine:
                self.dialled.add(call)
            case Connect(call=call):
                self.air.discard(call)
            case HangUp(call=call):
                self.end(call)
            case DropSound(call=call) if call in self.counted:
                self.was_machine(call)
            case PlayMessage(call=call):
                self.charge(call)
            case Warn(kind="clearance_silent", about=about):
                self.air.discard(AttemptId(UUID(about["attempt"])))
            case Conclude(attempt=attempt, outcome=outcome):
                if outcome == "abandoned":
                    self.charge(attempt)
                self.done.add(attempt)
                self.end(attempt)
            case _:
                pass


def _books_of(at: datetime, event: Event, books: dict[CampaignId, _Book]) -> tuple[_Book, ...]:
    """The books that hear this event; a new life opens new ones."""
    if isinstance(event, Recovered):
        books.clear()
        holds = {seat.seat: seat.attempt for seat in event.seats if seat.state in ("ringing", "talking")}
        for settings in event.campaigns:
            book = books[settings.campaign] = _Book.of(settings, at)
            for call in event.calls:
                if call.candidate.campaign == settings.campaign:
                    book.adopt(call, held=call.seat is not None and holds.get(call.seat) == call.attempt)
            book.held = {seat: call for seat, call in holds.items() if seat and call and call in book.mine}
            for seat in event.seats:
                if seat.campaign == settings.campaign and seat.state == "ready" and seat.alive:
                    book.ready.add(seat.seat)
        return ()
    if isinstance(event, CampaignSet):
        settings = event.settings
        book = books.setdefault(settings.campaign, _Book.of(settings, at))
        own, book.settings = book.counts[0], settings
        own.cap = settings.abandon_cap
        if own.until is None and settings.period_until is not None and settings.period_until > at:
            own.until = settings.period_until
        return ()
    if isinstance(event, Cleared):
        return ()
    return tuple(books.values())
