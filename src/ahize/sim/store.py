"""A made-up store with PostgreSQL's manners.

One transaction takes effect whole or not at all; a contact and a number (for one seller) are in one live attempt at
most; a lease of an older epoch is void; what was not committed when the power went is gone. It keeps rows and the
journal, and refuses to know why anything is done. ``web/dialing/store.py`` passes the same contract suite.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ahize.calls.events import AgentJoined, Answered, HumanHeard, Ringing
from ahize.dialer import codec
from ahize.dialer.commands import Command, Conclude, DisposeFor, Originate, Recycle, Release, SetSeat
from ahize.dialer.events import (
    CampaignSet,
    Disposed,
    Event,
    FinishAsked,
    OpenCall,
    OpenSeat,
    Recovered,
    ResumeAsked,
    SeatReady,
    ShiftEnds,
    StopAsked,
)
from ahize.dialer.presence import LEAVING
from ahize.dialer.values import CampaignSettings, Candidate, Counted, Limit, Origin
from ahize.kernel.ids import AttemptId, CampaignId, ContactId, FloorId, PhoneId, SeatId, SellerId

LEASE_S = 3 * 3600


class Deposed(Exception):
    """The floor has a newer owner; this dialer must stop."""


class NotCommitted(Exception):
    """The transaction was lost: nothing of it took effect."""


class AlreadyLive(Exception):
    """This contact, or this number for this seller, is in a live attempt."""


@dataclass(slots=True)
class Person:
    """A contact of one campaign, with the telephone to dial and where it stands."""

    contact: ContactId
    campaign: CampaignId
    seller: SellerId
    phone: PhoneId
    number: str
    zone: str = "America/New_York"
    region: str = "US-NY"
    attempts: int = 0
    due_at: datetime | None = None
    reason: str = ""
    front: bool = False
    promised_to: SeatId | None = None
    leased_until: datetime | None = None
    lease_epoch: int = 0

    def candidate(self, origin: Origin | None = None) -> Candidate:
        assert self.due_at is not None, "only who is due can be called"
        return Candidate(
            self.contact,
            self.campaign,
            self.seller,
            self.phone,
            self.number,
            self.attempts,
            self.due_at,
            origin or ("callback" if self.front else "dialer"),
            self.promised_to,
            country=self.region[:2],
        )


@dataclass(slots=True)
class AttemptRow:
    """One attempt as the database has it."""

    attempt: AttemptId
    candidate: Candidate
    at: datetime
    verdict: str
    live: bool
    outcome: str = ""
    cause: int | None = None
    connected: bool = False
    state: str = ""
    seat: SeatId | None = None
    state_at: datetime | None = None
    dispositions: list[str] = field(default_factory=list)
    said: Disposed | None = None


@dataclass(slots=True)
class SeatRow:
    """One seat as the database has it."""

    state: str = "closed"
    campaign: CampaignId | None = None
    attempt: AttemptId | None = None
    deadline: datetime | None = None
    pause_code: str = ""
    finish_after: bool = False
    alive: bool = True
    until: datetime | None = None
    since: datetime | None = None


Entry = tuple[datetime, Event, tuple[Command, ...]]


@dataclass
class SimStore:
    """Tables in memory.

    Args:
        seed: from which each life's own seed is made.
        fail_next: the power goes before the next transaction is committed.
    """

    floor: FloorId
    seed: int
    lines: int = 2500
    phones: bool = False
    epoch: int = 0
    stopped: bool = False
    people: dict[ContactId, Person] = field(default_factory=dict)
    attempts: dict[AttemptId, AttemptRow] = field(default_factory=dict)
    seats: dict[SeatId, SeatRow] = field(default_factory=dict)
    campaigns: dict[CampaignId, CampaignSettings] = field(default_factory=dict)
    suppressed: dict[tuple[str, SellerId | None], datetime] = field(default_factory=dict)
    journal: list[Entry] = field(default_factory=list)
    fail_next: bool = False
    _live_contacts: dict[ContactId, AttemptId] = field(default_factory=dict)
    _live_numbers: dict[tuple[SellerId, str], AttemptId] = field(default_factory=dict)
    _due: dict[CampaignId, list[tuple[bool, datetime, int, ContactId]]] = field(default_factory=dict)
    _later: dict[CampaignId, list[tuple[datetime, int, ContactId]]] = field(default_factory=dict)
    _no: int = 0

    # ── what people enter ───────────────────────────────────────────────────────────────────────────────────────

    def add(self, people: Iterable[Person], now: datetime) -> None:
        """Publish a list."""
        for person in people:
            if person.due_at is None:
                person.due_at = now
            self.people[person.contact] = person
            self._queue(person)

    def promise(self, contact: ContactId, at: datetime, seat: SeatId | None) -> None:
        """A callback, to one agent or to anybody."""
        person = self.people[contact]
        person.front, person.promised_to = True, seat
        person.due_at, person.leased_until = at, None
        self._queue(person)

    def suppress(self, number: str, seller: SellerId | None, now: datetime) -> None:
        """Committed now: no permit is sealed for it afterwards."""
        self.suppressed.setdefault((number, seller), now)

    def is_suppressed(self, number: str, seller: SellerId) -> bool:
        return (number, seller) in self.suppressed or (number, None) in self.suppressed

    def live_numbers(self, *, sought: bool = False) -> list[tuple[str, SellerId]]:
        """Numbers in a live attempt now; ``sought``: only those not dialled yet."""
        return [
            (number, seller)
            for (seller, number), attempt in self._live_numbers.items()
            if not sought or not self.attempts[attempt].state
        ]

    # ── the store's port ────────────────────────────────────────────────────────────────────────────────────────

    def lease(self, campaign: CampaignId, n: int, now: datetime) -> list[Candidate]:
        """Up to ``n`` contacts that are due and nobody holds: promised ones first, then who is due longest."""
        due, later = self._due.setdefault(campaign, []), self._later.setdefault(campaign, [])
        while later and later[0][0] <= now:
            self._push_due(self.people[heapq.heappop(later)[2]])
        leased: list[Candidate] = []
        while due and len(leased) < n:
            _, at, _, contact = heapq.heappop(due)
            person = self.people[contact]
            if person.due_at != at or self._is_held(person, now) or contact in self._live_contacts:
                continue  # An older entry of the same contact.
            person.leased_until, person.lease_epoch = now + timedelta(seconds=LEASE_S), self.epoch
            leased.append(person.candidate())
        return leased

    def lease_one(self, contact: ContactId, now: datetime, origin: Origin) -> Candidate | None:
        """This one contact, for an agent who asked; None where somebody has them already."""
        person = self.people[contact]
        if person.due_at is None or self._is_held(person, now) or contact in self._live_contacts:
            return None
        person.leased_until, person.lease_epoch = now + timedelta(seconds=LEASE_S), self.epoch
        return person.candidate(origin)

    def append(self, now: datetime, event: Event, commands: Sequence[Command], *, epoch: int) -> None:
        """The journal line and what the commands mean for rows, in one transaction.

        Raises: Deposed where the floor has a newer owner; NotCommitted where the power went.
        """
        if epoch != self.epoch:
            raise Deposed(f"the floor is at epoch {self.epoch}, this dialer at {epoch}")
        if self.fail_next:
            self.fail_next = False
            raise NotCommitted
        entry = (now, event, tuple(commands))
        self.journal.append(entry)
        self._note_event(now, event)
        for command in commands:
            self._apply(now, command)

    def recover(self, now: datetime) -> Recovered:
        """Take the floor: a higher epoch, old leases void, and what stands open."""
        self.epoch += 1
        for person in self.people.values():
            if person.leased_until is not None:
                person.leased_until = None
                if person.due_at is not None:
                    self._queue(person)
        calls = tuple(self._open_call(row) for row in self.attempts.values() if row.live)
        seats = tuple(self._open_seat(seat, row) for seat, row in self.seats.items() if row.state != "closed")
        digest = hashlib.sha256(f"{self.seed}/life {self.epoch}".encode()).digest()
        return Recovered(
            epoch=self.epoch,
            campaigns=tuple(self._with_counts(settings, now) for settings in self.campaigns.values()),
            seats=seats,
            calls=calls,
            stopped=self.stopped,
            seed=int.from_bytes(digest[:6], "big"),
            lines=self.lines,
            phones=self.phones,
        )

    # ── clearance's side ────────────────────────────────────────────────────────────────────────────────────────

    def insert_attempt(self, row: AttemptRow) -> None:
        """Raises: AlreadyLive, as the two partial unique indexes would."""
        candidate = row.candidate
        if row.live:
            if candidate.contact in self._live_contacts or (candidate.seller, candidate.number) in self._live_numbers:
                raise AlreadyLive
            self._live_contacts[candidate.contact] = row.attempt
            self._live_numbers[candidate.seller, candidate.number] = row.attempt
        self.attempts[row.attempt] = row

    def journal_hash(self) -> str:
        """SHA-256 over all journal lines: equal journals, equal hash."""
        digest = hashlib.sha256()
        for line in self.journal_lines():
            digest.update(line.encode())
            digest.update(b"\n")
        return digest.hexdigest()

    def journal_lines(self) -> Iterator[str]:
        """One line of JSON for each entry."""
        return (codec.line(now, event, commands) for now, event, commands in self.journal)

    # ── below the surface ───────────────────────────────────────────────────────────────────────────────────────

    def _is_held(self, person: Person, now: datetime) -> bool:
        return person.leased_until is not None and person.leased_until > now and person.lease_epoch == self.epoch

    def _queue(self, person: Person) -> None:
        assert person.due_at is not None, "only who is due again can wait for it"
        self._no += 1
        heapq.heappush(self._later.setdefault(person.campaign, []), (person.due_at, self._no, person.contact))

    def _push_due(self, person: Person) -> None:
        if person.due_at is not None:
            self._no += 1
            heapq.heappush(self._due[person.campaign], (not person.front, person.due_at, self._no, person.contact))

    def _note_event(self, now: datetime, event: Event) -> None:
        match event:
            case Ringing(call=call):
                self._state(call, "ringing", now)
            case Answered(call=call) | HumanHeard(call=call):
                self._state(call, "answered", now)
            case AgentJoined(call=call, seat=seat):
                self._state(call, "talking", now)
                if call in self.attempts:
                    self.attempts[call].seat = seat
            case Disposed(attempt=attempt, code=code):
                if attempt in self.attempts:
                    self.attempts[attempt].dispositions.append(code)
                    self.attempts[attempt].said = event
            case FinishAsked(seat=seat, on=on):
                self.seats.setdefault(seat, SeatRow()).finish_after = on
            case ShiftEnds() | SeatReady():
                self._note_presence(now, event)
            case CampaignSet(settings=settings):
                self.campaigns[settings.campaign] = settings
            case StopAsked(campaign=None):
                self.stopped = True
            case ResumeAsked():
                self.stopped = False
            case _:
                pass

    def _note_presence(self, now: datetime, event: ShiftEnds | SeatReady) -> None:
        """Who is ready after the end of their shift works on."""
        row = self.seats.setdefault(event.seat, SeatRow())
        if isinstance(event, ShiftEnds):
            row.until = event.at
        elif row.until is not None and row.until <= now:
            row.until = None

    def _state(self, attempt: AttemptId, state: str, now: datetime) -> None:
        row = self.attempts.get(attempt)
        order = ("", "dialed", "ringing", "answered", "talking")
        if row is not None and row.live and order.index(state) > order.index(row.state):
            row.state, row.state_at = state, now

    def _apply(self, now: datetime, command: Command) -> None:
        match command:
            case Originate(call=call):
                self._state(call, "dialed", now)
            case Conclude(attempt=attempt, outcome=outcome, cause=cause, connected=connected):
                self._conclude(attempt, outcome, cause, connected)
            case Release(contacts=contacts, due_at=due_at):
                for contact in contacts:
                    self._due_again(self.people[contact], due_at, "")
            case Recycle(contact=contact, due_at=due_at, reason=reason):
                person = self.people[contact]
                person.front, person.promised_to = False, None
                self._due_again(person, due_at, reason)
            case SetSeat():
                row = self.seats.setdefault(command.seat, SeatRow())
                if (row.state, row.campaign) != (command.state, command.campaign):
                    row.since = now
                row.state, row.campaign, row.attempt = command.state, command.campaign, command.attempt
                row.deadline = command.deadline
                row.until = None if command.state == "closed" else row.until
                leaving = command.reason.removeprefix(LEAVING) if command.reason.startswith(LEAVING) else ""
                row.pause_code = command.reason if command.state == "paused" else leaving
                if command.state == "ringing" and command.attempt in self.attempts:
                    self.attempts[command.attempt].seat = command.seat
            case DisposeFor(attempt=attempt, code=code):
                if attempt in self.attempts and self.attempts[attempt].said is None:
                    self.attempts[attempt].dispositions.append(code)  # An agent's own word stands.
            case _:
                pass

    def _conclude(self, attempt: AttemptId, outcome: str, cause: int | None, connected: bool) -> None:
        row = self.attempts.get(attempt)
        if row is None or (row.outcome and outcome == "withdrawn"):
            return  # A permit that comes when its attempt is over takes nothing back.
        assert not row.outcome, f"attempt {attempt} is {row.outcome} and can't become {outcome}"
        row.outcome, row.cause, row.connected, row.live = outcome, cause, connected, False
        self._live_contacts.pop(row.candidate.contact, None)
        self._live_numbers.pop((row.candidate.seller, row.candidate.number), None)
        if row.state:
            self.people[row.candidate.contact].attempts += 1

    def _due_again(self, person: Person, due_at: datetime | None, reason: str) -> None:
        person.leased_until, person.due_at, person.reason = None, due_at, reason
        if due_at is not None:
            self._queue(person)

    def _open_call(self, row: AttemptRow) -> OpenCall:
        state = row.state or "dialed"  # Cleared and perhaps never dialled: the switch will say that it knows nothing.
        assert state in ("dialed", "ringing", "answered", "talking"), state
        return OpenCall(row.attempt, row.candidate, state, row.state_at or row.at, row.seat, row.said)  # type: ignore[arg-type]  # just asserted

    def _open_seat(self, seat: SeatId, row: SeatRow) -> OpenSeat:
        attempt = self.attempts.get(row.attempt) if row.attempt is not None else None
        return OpenSeat(
            seat,
            row.campaign,
            row.state,  # type: ignore[arg-type]  # written from SetSeat only
            row.alive,
            row.attempt,
            row.deadline,
            row.pause_code,
            row.finish_after,
            attempt.candidate if attempt is not None and not attempt.live else None,
            attempt.said if attempt is not None else None,
            row.until,
            row.since,
        )

    def _with_counts(self, settings: CampaignSettings, now: datetime) -> CampaignSettings:
        """The counts of the present period: from the attempts themselves, and what it began with."""
        until, live, abandoned = settings.period_until, settings.live_answers, settings.abandoned
        if until is not None and now >= until:
            more, until, live, abandoned = self._counts(settings, until), None, 0, 0
        else:
            more = self._counts(settings)
        return replace(
            settings,
            live_answers=live + more[0],
            abandoned=abandoned + more[1],
            period_until=until,
            limits=tuple(self._limit_with_counts(settings, limit, now) for limit in settings.limits),
        )

    def _limit_with_counts(self, settings: CampaignSettings, limit: Limit, now: datetime) -> Limit:
        """The same of one law's definition; a window that moves is counted by the hour, as the product does."""
        if limit.until is None:
            hours = sorted({_when(row).replace(minute=0, second=0, microsecond=0) for row in self._mine(settings)})
            own = (Counted(at, *self._counts(settings, at, at + timedelta(hours=1))) for at in hours)
            return replace(limit, past=(*limit.past, *own))
        since = limit.until if now >= limit.until else None
        together = [one for one in self.campaigns.values() if limit.name in {other.name for other in one.limits}]
        counts = [self._counts(one, since) for one in (together if limit.shared else [settings])]
        live, abandoned = sum(live for live, _ in counts), sum(lost for _, lost in counts)
        if since is None:
            live, abandoned = live + limit.live_answers, abandoned + limit.abandoned
        until = limit.until + timedelta(days=limit.days) if since is not None else limit.until
        return replace(limit, live_answers=live, abandoned=abandoned, until=until)

    def _counts(
        self, settings: CampaignSettings, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[int, int]:
        """Live answers and abandoned calls of this shift, by when each came to where it stands."""
        mine = [
            row
            for row in self._mine(settings)
            if (since is None or _when(row) >= since) and (until is None or _when(row) < until)
        ]
        alone = sum(row.outcome == "abandoned" for row in mine)
        return alone + sum(row.connected and row.candidate.origin == "dialer" for row in mine), alone

    def _mine(self, settings: CampaignSettings) -> list[AttemptRow]:
        return [row for row in self.attempts.values() if row.candidate.campaign == settings.campaign]


def _when(row: AttemptRow) -> datetime:
    """It came to where it stands."""
    return row.state_at or row.at
