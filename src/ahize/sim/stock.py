"""Whose turn comes in an evening: contacts in groups, laid out in an order, leased and given back.

Answers like the product's store: promised first, then who is due longest. A contact becomes an object when its turn
comes, for most of a long list is not reached. It refuses to know what comes of a call.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Final
from uuid import UUID

from ahize.dialer.values import Candidate
from ahize.kernel.chance import Chance
from ahize.kernel.ids import CampaignId, ContactId, PhoneId, SellerId

ORDERS: Final = ("as_listed", "fresh_first", "tried_first")
"""As the list has them; who was never tried first; who was tried most often first."""

AS_DIALLED: Final = "as_dialled"
"""Group after group, each as it stands: a day that is dialled again."""

Window = tuple[float, float]
"""Seconds since the evening began, half-open."""


@dataclass(frozen=True, slots=True)
class Group:
    """Contacts that the law treats alike.

    Args:
        people: how many; ``tries``: how often each was dialled so far.
        windows: when they may be called, rising, in seconds since the evening began.
        clock_h: hours to add to UTC for their own clock.
    """

    people: int
    tries: int = 0
    windows: tuple[Window, ...] = ((0.0, 86_400.0),)
    clock_h: float = 0.0

    def closes(self, at: float) -> float | None:
        """When the window ends that is open at that moment; None: none is."""
        for since, until in self.windows:
            if since <= at < until:
                return until
        return None

    def opens(self, at: float) -> float | None:
        """When the next window begins after that moment; None: none does."""
        return next((since for since, _ in self.windows if since > at), None)


@dataclass(slots=True)
class Contact:
    """Somebody whose turn came. ``place`` tells them apart, and always means the same person in every evening."""

    id: ContactId
    number: str
    group: Group
    tries: int
    place: int
    due: float = 0.0
    held: bool = False
    over: bool = False


@dataclass(slots=True)
class Stock:
    """The list of one evening. ``tries``: of its first contacts how often each was tried, where the group says less."""

    groups: Sequence[Group]
    campaign: CampaignId
    seller: SellerId
    chance: Chance
    starts: datetime
    tries: Sequence[int] = ()
    _fresh: Iterator[int] = field(init=False)
    _left: int = 0
    _contacts: dict[ContactId, Contact] = field(default_factory=dict)
    _again: list[tuple[float, int, ContactId]] = field(default_factory=list)
    _no: int = 0

    def lay_out(self, order: str, *, most: int) -> None:
        """Put up to ``most`` of them in this order; who stands alike is drawn without favour."""
        assert order in (*ORDERS, AS_DIALLED), order
        if order == AS_DIALLED:
            everybody = [n for n, group in enumerate(self.groups) for _ in range(min(group.people, most))]
            self._left, self._fresh = len(everybody), iter(everybody)
            return
        levels: dict[int, list[int]] = {}
        for n, group in enumerate(self.groups):
            level = 0 if order == "as_listed" else group.tries if order == "fresh_first" else -group.tries
            levels.setdefault(level, []).append(n)
        laid: list[int] = []
        for level in sorted(levels):
            room = most - len(laid)
            if room <= 0:
                break
            laid += self._drawn(levels[level], room)
        self._left = len(laid)
        self._fresh = iter(laid)

    def _drawn(self, groups: list[int], most: int) -> list[int]:
        """Contacts of these groups in a drawn order, each as its group's number."""
        sums = list(accumulate(self.groups[n].people for n in groups))
        total = sums[-1]
        if total <= most:
            everyone = [n for n in groups for _ in range(self.groups[n].people)]
            self.chance.shuffle(everyone)
            return everyone
        found = []
        for place in self.chance.sample(range(total), most):
            low = next(i for i, top in enumerate(sums) if place < top)
            found.append(groups[low])
        return found

    def lease(self, n: int, now: float) -> list[Candidate]:
        """Up to ``n`` that are due: those never taken out before come first, as they are due longest."""
        leased: list[Candidate] = []
        while len(leased) < n:
            contact = self._next(now)
            if contact is None:
                break
            contact.held = True
            leased.append(
                Candidate(
                    contact.id,
                    self.campaign,
                    self.seller,
                    PhoneId(contact.id),
                    contact.number,
                    contact.tries,
                    self.starts + timedelta(seconds=contact.due),
                )
            )
        return leased

    def _next(self, now: float) -> Contact | None:
        if self._left:
            self._left -= 1
            group = self.groups[next(self._fresh)]
            place = len(self._contacts)
            tries = self.tries[place] if place < len(self.tries) else group.tries
            contact = Contact(ContactId(UUID(int=(4 << 64) + place)), f"+1{place:010d}", group, tries, place)
            self._contacts[contact.id] = contact
            return contact
        while self._again and self._again[0][0] <= now:
            due, _, found = heapq.heappop(self._again)
            contact = self._contacts[found]
            if not contact.held and not contact.over and contact.due == due:
                return contact
        return None

    def contact(self, contact: ContactId) -> Contact:
        return self._contacts[contact]

    def give_back(self, contact: ContactId, due: float) -> None:
        """It is due again then."""
        found = self._contacts[contact]
        found.held, found.due = False, due
        self._no += 1
        heapq.heappush(self._again, (due, self._no, contact))

    @property
    def is_done(self) -> bool:
        """Nobody is left who might be called again."""
        return not self._left and all(contact.over for contact in self._contacts.values())

    def done(self, contact: ContactId) -> None:
        """Never again."""
        self._contacts[contact].over = True
