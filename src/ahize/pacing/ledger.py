"""One campaign's live answers and abandoned calls, by every definition of abandonment that applies to it.

Each definition has its own cap and period: thirty days in turn, a calendar month, the last 24 hours, a day by the
house's clock. All are charged with the same calls, and the one with the least left decides. Several campaigns may hold
one and the same budget: it is charged with the calls of all, and what the others have in the air is theirs to spend.
Refuses to know where caps and definitions come from.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from ahize.pacing.budget import CONFIDENCE, Book, allowance, reserve_for

A_DAY: Final = timedelta(days=1)
STRETCH: Final = timedelta(minutes=15)
"""In such steps the counts of a window that moves are forgotten."""
LONGEST: Final = timedelta(hours=1)
"""Rows are counted by the hour when an engine begins."""
UNBOUND: Final = 1_000_000
"""As an allowance: more than there are lines."""
_A_MONTH_AT_MOST: Final = 31


@dataclass(frozen=True, slots=True)
class Stretch:
    """What came from ``at`` on, until the next one or ``LONGEST`` later."""

    at: datetime
    live_answers: int
    abandoned: int


@dataclass(slots=True)
class Budget:
    """One definition's counts in the present period.

    Args:
        until: when the period ends and the counts begin again at zero; None: it goes on, or moves.
        days: of a period; one of 31 is a calendar month in UTC, one of a single day the last 24 hours; 0: it has no
            successor.
        confidence: with which the book is kept above nothing.
        zone: by whose clock a period of one day goes from midnight to midnight; empty: it moves.

    Attributes:
        book: what the counts leave to spend on chances.
    """

    cap: float
    live_answers: int = 0
    abandoned: int = 0
    until: datetime | None = None
    days: int = 0
    confidence: float = CONFIDENCE
    zone: str = ""
    book: Book = field(init=False)
    _past: deque[Stretch] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.book = Book(self.cap, reserve_for(self.confidence))
        self.book.hear(self.live_answers, self.abandoned)

    @classmethod
    def moving(cls, cap: float, past: Iterable[Stretch], confidence: float = CONFIDENCE) -> Budget:
        """That of the last 24 hours.

        Args:
            past: their counts, the oldest first.
        """
        known = deque(past)
        live = sum(stretch.live_answers for stretch in known)
        return cls(cap, live, sum(stretch.abandoned for stretch in known), days=1, confidence=confidence, _past=known)

    def turn(self, now: datetime) -> None:
        """Begin a new period if the present one is over. What is in the air is charged to the new one."""
        if self.days == 1 and not self.zone:
            self._move(now)
        elif self.until is not None and now >= self.until:
            self.live_answers = self.abandoned = 0
            self.book.begin()
            while self.until is not None and now >= self.until:
                self.until = _end_after(self.until, self.days, self.zone)

    def _move(self, now: datetime) -> None:
        """Forget what is older than the window: live answers with the first of their stretch, abandoned calls after the
        last, so that no moment is judged by more answers or fewer abandoned calls than it had."""
        if not self._past or now >= self._past[-1].at + STRETCH:
            self._past.append(Stretch(now, 0, 0))
        for n, stretch in enumerate(self._past):
            if stretch.at > now - A_DAY:
                break
            self.live_answers -= stretch.live_answers
            self._past[n] = Stretch(stretch.at, 0, stretch.abandoned)
        while self._past[0].at + LONGEST <= now - A_DAY:
            self.abandoned -= self._past.popleft().abandoned
        self._count_anew()

    def count(self, live_answers: int, abandoned: int) -> None:
        """The present period came to so much so far, whatever was said before."""
        self.live_answers, self.abandoned = live_answers, abandoned
        self._past.clear()
        self._count_anew()

    def _count_anew(self) -> None:
        self.book.begin()
        self.book.hear(self.live_answers, self.abandoned)

    def _write(self, live_answers: int, abandoned: int) -> None:
        self.live_answers += live_answers
        self.abandoned += abandoned
        if self._past:
            # Whose call it was that was joined after all nobody says; taken from the oldest, no moment has too few.
            oldest = (n for n, stretch in enumerate(self._past) if stretch.abandoned > 0)
            where = next(oldest, -1) if abandoned < 0 else -1
            self._past[where] = _more(self._past[where], 0, abandoned)
            self._past[-1] = _more(self._past[-1], live_answers, 0)
            self._count_anew()
        else:
            self.book.hear(live_answers, abandoned)

    def limit(self, cap: float, confidence: float) -> None:
        """Another cap, or another confidence, from now on; they hold for all of the period."""
        if (cap, confidence) != (self.cap, self.confidence):
            self.book.reserve += reserve_for(confidence) - reserve_for(self.confidence)
            self.cap, self.confidence, self.book.aim = cap, confidence, cap
            self._count_anew()

    def answer(self, by: int = 1) -> None:
        """A person answered; or (-1) it was none after all."""
        self._write(max(by, -self.live_answers), 0)

    def abandon(self, by: int = 1) -> None:
        """One of them was left without anybody; or (-1) was not after all, which may be of a period that is over."""
        self._write(0, max(by, -self.abandoned))

    def hear_of(self, abandoned: int, until: datetime | None, now: datetime) -> None:
        """Somebody counted again: people who were taken for machines were abandoned too. It never becomes fewer.

        Args:
            until: the end of the period that was counted; one that is over says nothing of this one.
        """
        if until is None or until > now:
            self.abandon(max(0, abandoned - self.abandoned))

    @property
    def left(self) -> int:
        return allowance(live_answers=self.live_answers, abandoned=self.abandoned, cap=self.cap)

    def left_for(self, now: datetime, open_s: float) -> int:
        """What is left for a call that may be open for so many seconds yet, and be abandoned at any moment of them.

        Nothing where another period begins by then: that one has earned nothing yet, and would have to pay. Of a window
        that moves, without the answers that will have left it.
        """
        by = now + timedelta(seconds=open_s)
        if self.until is not None and by >= self.until:
            return 0
        if not self._past:
            return self.left
        gone = sum(stretch.live_answers for stretch in self._past if stretch.at <= by - A_DAY)
        return allowance(live_answers=self.live_answers - gone, abandoned=self.abandoned, cap=self.cap)

    @property
    def is_over(self) -> bool:
        """More are abandoned than the cap allows, or it allows none at all."""
        return self.cap <= 0.0 or self.abandoned > round(self.cap * self.live_answers, 9)

    @property
    def share(self) -> float:
        """Abandoned calls among live answers, 0 where there are none."""
        return self.abandoned / self.live_answers if self.live_answers else 0.0


def _more(stretch: Stretch, live_answers: int, abandoned: int) -> Stretch:
    return Stretch(stretch.at, stretch.live_answers + live_answers, stretch.abandoned + abandoned)


def _end_after(until: datetime, days: int, zone: str) -> datetime | None:
    """The end of the period that begins with that instant; None: nobody knows."""
    if zone:
        clock = ZoneInfo(zone)
        return datetime.combine(until.astimezone(clock).date() + timedelta(days=days), time(), clock).astimezone(UTC)
    if days == _A_MONTH_AT_MOST:
        return (until + timedelta(days=days)).replace(day=1)
    return until + timedelta(days=days) if days else None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What the other campaigns that hold one budget have in the air beyond their own free seats.

    Args:
        open_s: so long the longest of those calls may be open.
    """

    calls: int
    open_s: float


NOTHING_ELSEWHERE: Final = Elsewhere(0, 0.0)


@dataclass(slots=True)
class Ledger:
    """All budgets of one campaign.

    Args:
        own: that of the campaign's own cap; it always applies.
        laws: those of the laws and the house that may apply, by name; one may be held by other campaigns too.
        confidence: the caps are kept with that confidence, each period; None: strictly.

    Attributes:
        books: of what applies; the list itself stays the same one, and a pacer may hold it.
    """

    own: Budget
    laws: dict[str, Budget] = field(default_factory=dict)
    confidence: float | None = None
    books: list[Book] = field(init=False)
    _applied: dict[str, Budget] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.books = [self.own.book]

    def apply(self, law: str) -> None:
        """Somebody whom that law protects is called: from now on it holds for the campaign."""
        if law in self.laws and law not in self._applied:
            self._applied[law] = self.laws[law]
            self.books.append(self.laws[law].book)

    def holds(self, law: str) -> bool:
        """It applies to this campaign."""
        return law in self._applied

    def drop(self, law: str) -> None:
        """It is no more: what it asked for is asked no longer."""
        del self.laws[law]
        if (budget := self._applied.pop(law, None)) is not None:
            # By identity: two books may say the same.
            self.books[:] = [book for book in self.books if book is not budget.book]

    @property
    def _all(self) -> Iterator[Budget]:
        yield self.own
        yield from self.laws.values()

    @property
    def _holding(self) -> Iterator[Budget]:
        yield self.own
        yield from self._applied.values()

    def turn(self, now: datetime) -> None:
        for budget in self._all:
            budget.turn(now)

    def answer(self, by: int = 1) -> None:
        for budget in self._all:
            budget.answer(by)

    def abandon(self, by: int = 1) -> None:
        for budget in self._all:
            budget.abandon(by)

    @property
    def left(self) -> int:
        """Calls that may be abandoned yet by every definition that applies; never negative."""
        return min(budget.left for budget in self._holding)

    @property
    def decides(self) -> str:
        """The name of the definition with the least left; empty: the campaign's own."""
        return min(self._applied, key=lambda law: self._applied[law].left, default="") if self._is_bound else ""

    @property
    def _is_bound(self) -> bool:
        return any(budget.left < self.own.left for budget in self._applied.values())

    def allowance_for(
        self, now: datetime, open_s: float, elsewhere: Mapping[str, Elsewhere] = MappingProxyType({})
    ) -> int:
        """Calls that may be in the air beyond the free seats, if each may be open for so many seconds yet.

        Strictly: as many as could be abandoned all at once, at any moment until then, ``elsewhere`` besides. With a
        confidence: as many as the pacer thinks right, and none while any share is above its cap, or where a cap is 0.

        Args:
            elsewhere: what other campaigns have in the air on the same budgets, by name.
        """
        if self.confidence is None:
            least = self.own.left_for(now, open_s)
            for name, budget in self._applied.items():
                other = elsewhere.get(name, NOTHING_ELSEWHERE)
                least = min(least, budget.left_for(now, max(open_s, other.open_s)) - other.calls)
            return max(0, least)
        return 0 if any(budget.is_over for budget in self._holding) else UNBOUND
