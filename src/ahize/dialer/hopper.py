"""Contacts leased to a floor, in dialing order, for one campaign.

Three lines: those promised to one seat, those promised to a person (a callback, a request: one agent first, then the
call), and everyone else. The store decides the order within a line; this file only keeps it. It refuses to know who may
be called and when.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from ahize.dialer.values import Candidate
from ahize.kernel.ids import ContactId, SeatId, SellerId

LEASE_S = 120
"""Longest stay in the hopper; then the contact goes back, for its facts and its place in the order are old."""


class Hopper:
    """The contacts one campaign may dial next. Each operation is O(1) a contact."""

    def __init__(self) -> None:
        self._empty()

    def _empty(self) -> None:
        self._line: OrderedDict[ContactId, Candidate] = OrderedDict()
        self._front: OrderedDict[ContactId, Candidate] = OrderedDict()
        self._promised: dict[SeatId, OrderedDict[ContactId, Candidate]] = {}
        self._by_number: dict[str, dict[ContactId, None]] = {}
        self._leased: deque[tuple[datetime, ContactId]] = deque()
        self._since: dict[ContactId, datetime] = {}

    def __len__(self) -> int:
        return len(self._since)

    @property
    def in_line(self) -> int:
        """Contacts that anybody may talk to, with no promise given."""
        return len(self._line)

    def hold(self, candidates: Iterable[Candidate], now: datetime) -> None:
        """Take these in, in the order given. One that is here already keeps its place."""
        for candidate in candidates:
            contact = candidate.contact
            if contact in self._since:
                continue
            self._line_of(candidate)[contact] = candidate
            self._by_number.setdefault(candidate.number, {})[contact] = None
            self._since[contact] = now
            self._leased.append((now, contact))

    @property
    def in_front(self) -> int:
        """Contacts who were promised a call by anybody."""
        return len(self._front)

    @property
    def head(self) -> Candidate | None:
        """The next contact without a promise, left where it is."""
        return next(iter(self._line.values()), None)

    def next_in_line(self) -> Candidate | None:
        """The next contact without a promise, taken out."""
        return self._pop(self._line)

    def next_in_front(self) -> Candidate | None:
        """The next contact who was promised a call by anybody, taken out."""
        return self._pop(self._front)

    def next_for(self, seat: SeatId) -> Candidate | None:
        """The next contact promised to this seat, taken out."""
        line = self._promised.get(seat)
        return self._pop(line) if line else None

    def seats_promised(self) -> tuple[SeatId, ...]:
        return tuple(self._promised)

    def drop_number(self, number: str, seller: SellerId | None) -> list[Candidate]:
        """Take out who has this number, of one seller or (None) of all."""
        contacts = tuple(self._by_number.get(number, ()))
        held = (self._find(contact) for contact in contacts)
        dropped = [candidate for candidate in held if seller is None or candidate.seller == seller]
        for candidate in dropped:
            self._forget(candidate)
        return dropped

    def drop_contact(self, contact: ContactId) -> Candidate | None:
        """Take this contact out, because somebody else is about to call them."""
        if contact not in self._since:
            return None
        candidate = self._find(contact)
        self._forget(candidate)
        return candidate

    def drop_all(self) -> list[Candidate]:
        """Empty the hopper."""
        dropped = list(self._all())
        self._empty()
        return dropped

    def drop_old(self, now: datetime) -> list[Candidate]:
        """Take out whose lease is over."""
        dropped = []
        while self._leased and now - self._leased[0][0] >= timedelta(seconds=LEASE_S):
            at, contact = self._leased.popleft()
            if self._since.get(contact) == at:
                dropped.append(self._find(contact))
                self._forget(dropped[-1])
        return dropped

    def oldest_until(self) -> datetime | None:
        """When the next lease may be over; a contact taken out since makes it early, never late."""
        return self._leased[0][0] + timedelta(seconds=LEASE_S) if self._leased else None

    # ── below the surface ───────────────────────────────────────────────────────────────────────────────────────

    def _line_of(self, candidate: Candidate) -> OrderedDict[ContactId, Candidate]:
        if candidate.seat is not None:
            return self._promised.setdefault(candidate.seat, OrderedDict())
        return self._line if candidate.origin == "dialer" else self._front

    def _all(self) -> Iterator[Candidate]:
        for line in (*self._promised.values(), self._front, self._line):
            yield from line.values()

    def _find(self, contact: ContactId) -> Candidate:
        return next(line[contact] for line in (self._line, self._front, *self._promised.values()) if contact in line)

    def _pop(self, line: OrderedDict[ContactId, Candidate]) -> Candidate | None:
        if not line:
            return None
        candidate = next(iter(line.values()))
        self._forget(candidate)
        return candidate

    def _forget(self, candidate: Candidate) -> None:
        contact = candidate.contact
        line = self._line_of(candidate)
        del line[contact]
        if candidate.seat is not None and not line:
            del self._promised[candidate.seat]
        del self._since[contact]
        same_number = self._by_number[candidate.number]
        del same_number[contact]
        if not same_number:
            del self._by_number[candidate.number]
