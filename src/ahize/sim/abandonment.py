"""Promise 5, watched from outside: a book of each campaign's abandonment, and the bound at every originate.

The book is kept from the journal alone, with its own arithmetic: what was heard counts before what the engine made of
it. A seat that fell silent is gone when the news of it came, not when the engine says so. Where nothing goes wrong, the
carrier's ledger is asked besides for the share itself. Refuses to know how the engine counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
    ShiftEnds,
)
from ahize.dialer.values import CampaignSettings, Candidate, Limit
from ahize.kernel.ids import AttemptId, CampaignId, SeatId
from ahize.sim.definitions import Base, Count
from ahize.sim.world import World


def abandonment_is_bounded(world: World) -> Iterator[str]:
    """At every originate, what is in the air is covered by free seats and by what the period still allows."""
    books: dict[CampaignId, _Book] = {}
    accounts: dict[str, Count] = {}
    for at, event, commands in world.store.journal:
        for book in _books_of(at, event, books, accounts):
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
                left = book.allowance_at(at, books.values())
                if book.exposure > left:
                    yield (
                        f"{command.call} was dialled at {at} with {len(book.air)} in the air, {book.staying} seats"
                        f" there and {left} left in the budget"
                    )


def the_share_stays_under_its_cap(world: World) -> Iterator[str]:
    """What the bound is for, by the carrier's ledger: where no fault and no leaving seat is to blame, no message is
    ever played that the cap does not allow."""
    if not world.scenario_as_given.is_calm:
        return
    houses: dict[str, _Account] = {}
    accounts = {campaign: _accounts(settings, world, houses) for campaign, settings in world.store.campaigns.items()}
    persons: set[object] = set()
    for line in world.switch.ledger:
        row = world.store.attempts.get(AttemptId(line.call))
        if row is None:
            continue
        campaign = row.candidate.campaign
        if _is_statistical(world.store.campaigns[campaign]):
            continue
        for account in accounts[campaign]:
            if account.until is not None and line.at >= account.until:
                account.live, account.alone, account.until = 0, 0, None
            if line.what == "greeted" and line.detail == "person":
                persons.add(line.call)
                account.live += 1
            if line.what == "message" and line.call in persons:
                account.alone += 1
                if account.alone > account.cap * account.live + 1e-9:
                    yield (
                        f"call {line.call} was left alone at {line.at}: {account.alone} of {account.live} live"
                        f" answers, where the cap is {account.cap:.1%}"
                    )


@dataclass
class _Account:
    """Live answers, and those of them that were left alone, of one campaign or of all that share a limit."""

    cap: float
    live: int
    alone: int
    until: datetime | None


def _accounts(settings: CampaignSettings, world: World, houses: dict[str, _Account]) -> list[_Account]:
    """A campaign's own, and the house's, which is one for all of them."""
    own = _Account(settings.abandon_cap, settings.live_answers, settings.abandoned, settings.period_until)
    scenario = world.scenario_as_given
    if any(_is_statistical(one) for one in world.store.campaigns.values()) or scenario.house_changes_s:
        return [own]
    shared = [limit for limit in settings.limits if limit.shared]
    return [
        own,
        *(
            houses.setdefault(limit.shared, _Account(limit.cap, limit.live_answers, limit.abandoned, limit.until))
            for limit in shared
        ),
    ]


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
    ends: dict[SeatId, datetime] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: CampaignSettings, at: datetime, accounts: dict[str, Count]) -> _Book:
        base: list[Base] = [(None, settings.live_answers, settings.abandoned)]
        own = Count(settings.abandon_cap, settings.period_until, base=base)
        return cls(settings, [own, *(_count_of(limit, accounts) for limit in settings.limits)], at)

    def keep(self, settings: CampaignSettings, accounts: dict[str, Count]) -> None:
        """Other settings. Of the definitions only those that campaigns share may have changed, or be no more."""
        self.settings, own = settings, self.counts[0]
        own.cap = settings.abandon_cap
        if own.until is None and settings.period_until is not None and settings.period_until > self.now:
            own.until = settings.period_until
        shared = [limit for limit in settings.limits if limit.shared]
        self.counts = [count for count in self.counts if not count.shared]
        for limit in shared:
            count = _count_of(limit, accounts)
            count.cap = limit.cap
            self.counts.append(count)

    @property
    def answered_by(self) -> datetime:
        """Whoever is dialled now has answered and waited by then."""
        return self.now + timedelta(seconds=self.settings.ring_s_max + self.settings.connect_s)

    @property
    def staying(self) -> int:
        """Seats that are there for whoever is dialled now."""
        by = self.answered_by
        return sum(self.ends.get(seat, by) >= by for seat in self.ready)

    @property
    def exposure(self) -> int:
        return len(self.air) - self.staying

    def allowance_at(self, at: datetime, books: Iterable[_Book]) -> int:
        """By the tightest of the definitions that apply; of what campaigns share, without what the others may need.

        Never negative: one call for each seat that is there can't be left alone.
        """
        by = self.answered_by
        return max(0, min(one.left(at, by) - self._needed(one, books) for one in self.counts if one.applies))

    def _needed(self, count: Count, books: Iterable[_Book]) -> int:
        if not count.shared:
            return 0
        others = (book for book in books if book is not self and any(one is count for one in book.counts))
        return sum(max(0, book.exposure) for book in others if book.wants_agents)

    @property
    def wants_agents(self) -> bool:
        return self.settings.mode != "broadcast" or self.settings.flow_agents

    def calls(self, candidate: Candidate) -> None:
        """Somebody is called for no seat in particular: the law that protects them holds from now on."""
        for count in self.counts:
            count.applies |= candidate.country in count.countries

    def turn(self, at: datetime) -> None:
        self.now = at
        for count in self.counts:
            count.turn(at)
        for seat in [seat for seat, until in self.ends.items() if until <= at]:
            del self.ends[seat]
            self.ready.discard(seat)

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
            case ShiftEnds():
                self.present_until(event)
            case _:
                pass

    def present_until(self, event: ShiftEnds) -> None:
        if event.at is None:
            self.ends.pop(event.seat, None)
        else:
            self.ends[event.seat] = event.at

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
        if command.state == "closed":
            self.ends.pop(command.seat, None)
        stays = command.state == "ready" and not command.reason.startswith("leaving:")
        if stays and command.campaign == self.settings.campaign:
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


def _count_of(limit: Limit, accounts: dict[str, Count]) -> Count:
    """What campaigns share is counted once for all of them."""
    return accounts.setdefault(limit.shared, Count.of(limit)) if limit.shared else Count.of(limit)


def _books_of(
    at: datetime, event: Event, books: dict[CampaignId, _Book], accounts: dict[str, Count]
) -> tuple[_Book, ...]:
    """The books that hear this event; a new life opens new ones."""
    if isinstance(event, Recovered):
        books.clear()
        accounts.clear()
        holds = {seat.seat: seat.attempt for seat in event.seats if seat.state in ("ringing", "talking")}
        for settings in event.campaigns:
            book = books[settings.campaign] = _Book.of(settings, at, accounts)
            book.ends = {seat.seat: seat.until for seat in event.seats if seat.until is not None}
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
        if settings.campaign not in books:
            books[settings.campaign] = _Book.of(settings, at, accounts)
        books[settings.campaign].now = at
        books[settings.campaign].keep(settings, accounts)
        return ()
    if isinstance(event, Cleared):
        return ()
    return tuple(books.values())
