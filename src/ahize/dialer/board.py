"""What the engine remembers: one ``Board`` for each campaign, one ``Call`` for each attempt in the air.

Memory only; the decisions are in ``engine.py``. A call moves between the pools of its board through ``Call.enter``
alone, so that the counts the pacer sees can't drift from the calls there are.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ahize.calls.machine import Phase
from ahize.dialer.hopper import Hopper
from ahize.dialer.messages import CampaignSettings, Candidate
from ahize.kernel.ids import AttemptId, CallId, SeatId
from ahize.pacing.budget import Budget
from ahize.pacing.estimates import Estimates

LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Board:
    """One campaign on this floor.

    Args:
        seeking: numbers for which leave is being sought, promised to no seat.
        pool: how many unpromised calls stand in each phase.
        waiting: people without a seat, who came first stands first.
        asked: how many contacts the store was asked for and when; None: nothing is outstanding.
        dry_until: the store had too few a moment ago; ``refill_at``: when it is asked though the hopper is full.
    """

    settings: CampaignSettings
    budget: Budget
    hopper: Hopper = field(default_factory=Hopper)
    estimates: Estimates = field(default_factory=Estimates)
    stopped: bool = False
    seeking: int = 0
    pool: Counter[Phase] = field(default_factory=Counter)
    waiting: OrderedDict[CallId, None] = field(default_factory=OrderedDict)
    asked: tuple[int, datetime] | None = None
    dry_until: datetime = LONG_AGO
    refill_at: datetime = LONG_AGO

    @property
    def may_dial(self) -> bool:
        return self.settings.running and not self.stopped


@dataclass(slots=True)
class Seeking:
    """An attempt for which leave is being sought. ``void`` says why a permit that comes now is not used."""

    attempt: AttemptId
    candidate: Candidate
    board: Board
    seat: SeatId | None
    deadline: datetime
    void: str = ""


@dataclass(slots=True)
class Call:
    """An attempt that was dialled.

    Args:
        seat: the agent it is promised to, is being joined to, or talks with.
        promised: one agent was reserved before it was dialled; it is outside the pool and outside the budget.
        deadline: when its phase must be over.
        outcome: decided already, while it is ENDING.
        counted: it is among the live answers of its budget; ``charged``: among the abandoned.
        no_show: its seat was to be joined, and was not.
    """

    id: CallId
    candidate: Candidate
    board: Board
    since: datetime
    phase: Phase = Phase.DIALED
    seat: SeatId | None = None
    promised: bool = False
    deadline: datetime | None = None
    outcome: str = ""
    cause: int | None = None
    hang_ups: int = 0
    heard_at: datetime | None = None
    joined_at: datetime | None = None
    counted: bool = False
    charged: bool = False
    suppressed: bool = False
    no_show: bool = False
    disposed: Disposition | None = None

    @property
    def attempt(self) -> AttemptId:
        """A call carries its attempt's id."""
        return self.id

    def enter(self, phase: Phase) -> None:
        """Move to a phase, and to its pool."""
        self._count(-1)
        self.phase = phase
        self._count(+1)

    def belong(self, seat: SeatId | None, *, promised: bool | None = None) -> None:
        """Give the call to a seat, or (None) take it back."""
        self._count(-1)
        self.seat = seat
        if promised is not None:
            self.promised = promised
        self._count(+1)

    def open(self) -> None:
        """Count it for the first time."""
        self._count(+1)

    def _count(self, by: int) -> None:
        if self.seat is not None or self.promised:
            return
        self.board.pool[self.phase] += by
        if self.phase is Phase.WAITING:
            if by > 0:
                self.board.waiting[self.id] = None
            else:
                self.board.waiting.pop(self.id, None)

    def charge(self) -> None:
        """It is abandoned: the budget pays."""
        if not self.charged:
            self.charged = True
            self.board.budget.abandoned += 1

    def refund(self) -> None:
        """It was joined after all."""
        if self.charged:
            self.charged = False
            self.board.budget.abandoned -= 1

    def count_live(self) -> None:
        """A person answered, told apart from a machine."""
        if not self.counted and not self.promised:
            self.counted = True
            self.board.budget.live_answers += 1


@dataclass(frozen=True, slots=True)
class Disposition:
    """What the agent said, perhaps before the call had ended."""

    code: str
    final: bool
    again_at: datetime | None


@dataclass(frozen=True, slots=True)
class Talked:
    """A talk that waits for its disposition, or got one for want of an answer and may be mended."""

    attempt: AttemptId
    candidate: Candidate
    board: Board
    suppressed: bool = False
