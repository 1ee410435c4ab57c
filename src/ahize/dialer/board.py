"""What the engine remembers: one ``Board`` for each campaign, one ``Call`` for each attempt in the air.

Memory only; the decisions are in ``engine.py``. A call moves between the pools of its board through ``Call.enter``
alone, so that the counts the pacer sees can't drift from the calls there are.
"""

from __future__ import annotations

import math
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from ahize.calls.machine import Phase
from ahize.dialer.hopper import Hopper
from ahize.dialer.values import CampaignSettings, Candidate
from ahize.kernel.ids import AttemptId, CallId, SeatId
from ahize.pacing import learned
from ahize.pacing.laws import Kind
from ahize.pacing.ledger import Ledger
from ahize.pacing.predictive import Predictive

LONG_AGO = datetime.min.replace(tzinfo=UTC)
LEAST_CHANCE = 0.05
"""Nobody is taken for less likely than others by more than this."""


@dataclass(slots=True)
class Taken:
    """How often a free seat is taken by a call from elsewhere: handed over, parked, promised to it, asked for by hand.

    Args:
        memory_s: what was so long ago counts for 1/e.
    """

    memory_s: float = 900.0
    _weight: float = 0.0
    _at: datetime = LONG_AGO

    def note(self, now: datetime) -> None:
        """One was taken."""
        self._weight = self._left(now) + 1.0
        self._at = now

    def per_s(self, now: datetime) -> float:
        """Seats in a second."""
        return self._left(now) / self.memory_s

    def _left(self, now: datetime) -> float:
        return self._weight * math.exp(-(now - self._at).total_seconds() / self.memory_s) if self._weight else 0.0


@dataclass(slots=True)
class Board:
    """One campaign on this floor.

    Args:
        seeking: numbers for which leave is being sought, promised to no seat.
        pool: how many unpromised calls stand in each phase.
        waiting: people without a seat, who came first stands first.
        asked: how many contacts the store was asked for and when; None: nothing is outstanding.
        dry_until: the store had too few a moment ago; ``refill_at``: when it is asked though the hopper is full.
        next_dial_at: a broadcast begins its next call then at the earliest; ``next_beat_at``: a pacer that predicts
            thinks again then, says why at ``next_word_at``, and has what it learned kept at ``next_note_at``.
        pacer: learns in every mode, so that it knows the campaign when it is asked.
        taken: seats that were taken by other calls than those that are dialled ahead.
        expected: whose the answer to each of these calls is, by what the switch was told.
    """

    settings: CampaignSettings
    ledger: Ledger
    hopper: Hopper = field(default_factory=Hopper)
    stopped: bool = False
    seeking: int = 0
    pool: Counter[Phase] = field(default_factory=Counter)
    waiting: OrderedDict[CallId, None] = field(default_factory=OrderedDict)
    asked: tuple[int, datetime] | None = None
    dry_until: datetime = LONG_AGO
    refill_at: datetime = LONG_AGO
    next_dial_at: datetime = LONG_AGO
    next_beat_at: datetime = LONG_AGO
    next_word_at: datetime = LONG_AGO
    next_note_at: datetime = LONG_AGO
    pacer: Predictive = field(init=False)
    taken: Taken = field(default_factory=Taken)
    expected: dict[CallId, SeatId] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pacer = Predictive(self.ledger.books, self.settings.connect_s)
        if self.settings.learned:
            learned.read(self.pacer, self.settings.learned)

    def kind_of(self, candidate: Candidate, now: datetime) -> Kind:
        """Its list, and its list at this hour of the day; nothing where the contact has a chance of its own, which
        knows more."""
        return () if candidate.chance is not None else (str(candidate.place), f"{now.hour:02}")

    def chance_of(self, candidate: Candidate, now: datetime) -> float:
        """How much likelier than the campaign's others this one is to be answered."""
        if candidate.chance is None:
            return self.pacer.kinds.of(self.kind_of(candidate, now))
        return min(max(self.pacer.scores.of(candidate.chance), LEAST_CHANCE), 1.0 / LEAST_CHANCE)

    @property
    def may_dial(self) -> bool:
        return self.settings.running and not self.stopped and (not self.is_broadcast or bool(self.settings.flow))

    @property
    def is_broadcast(self) -> bool:
        """A flow speaks first; a person only where they ask for one."""
        return self.settings.mode == "broadcast"

    @property
    def joins_while_ringing(self) -> bool:
        """Never where a machine is listened for, which it is not on calls that are one agent's own."""
        settings = self.settings
        listens = settings.detect and settings.mode not in ("preview", "manual")
        return settings.join_while_ringing != "no" and not listens and not self.is_broadcast

    @property
    def needs_agents(self) -> bool:
        """Whoever is called here may want an agent."""
        return not self.is_broadcast or self.settings.flow_agents


@dataclass(slots=True)
class Seeking:
    """An attempt for which leave is being sought. ``void`` says why a permit that comes now is not used."""

    attempt: AttemptId
    candidate: Candidate
    board: Board
    seat: SeatId | None
    deadline: datetime
    void: str = ""


Hand = Literal["", "cold", "consulting", "complete", "all"]
"""How the second seat of a call stands to it: none; being joined in the first one's place; spoken with while the person
hears music; the same as cold, after a consultation; three speak."""


@dataclass(slots=True)
class Call:
    """An attempt that was dialled.

    Args:
        seat: the agent it is promised to, is being joined to, or talks with.
        last: the agent who talked last: the disposition is theirs.
        other, hand: the second seat, and how it stands to the call.
        alone_since: the agent's telephone went away in the talk, and the person hears music.
        parked: the person waits for whoever takes them, and is given to nobody.
        fronted: what an earlier agent of the talk said; it holds where the last one says nothing.
        overdue: the last agent's time for a disposition ran out before the call had ended.
        word: the flow's own word for where it ended.
        promised: one agent was reserved before it was dialled; it is outside the pool and outside the budget.
        deadline: when its phase must be over.
        outcome: decided already, while it is ENDING.
        counted: it is among the live answers of its budgets; ``charged``: among the abandoned.
        no_show: its seat was to be joined, and was not.
        closing_at: when the agent heard that the talk comes to its end.
        kind, chance: what the pacer learns it as, and how much likelier than others it was taken to be answered.
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
    closing_at: datetime | None = None
    disposed: Disposition | None = None
    last: SeatId | None = None
    other: SeatId | None = None
    hand: Hand = ""
    alone_since: datetime | None = None
    parked: bool = False
    fronted: Disposition | None = None
    overdue: bool = False
    word: str = ""
    kind: Kind = ()
    chance: float = 1.0

    @property
    def attempt(self) -> AttemptId:
        """A call carries its attempt's id."""
        return self.id

    @property
    def is_played(self) -> bool:
        """A flow speaks to whoever answers."""
        return self.board.is_broadcast and not self.promised

    @property
    def is_handed_over(self) -> bool:
        """The second seat is being joined in the first one's place."""
        return self.hand in ("cold", "complete")

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
        if self.phase in (Phase.WAITING, Phase.HELD):
            if by > 0 and not self.parked:
                self.board.waiting[self.id] = None
            else:
                self.board.waiting.pop(self.id, None)

    def charge(self) -> None:
        """It is abandoned: the budget pays. Not for somebody who has talked."""
        if not self.charged and self.joined_at is None:
            self.charged = True
            self.board.ledger.abandon()

    def refund(self) -> None:
        """It was joined after all."""
        if self.charged:
            self.charged = False
            self.board.ledger.abandon(-1)

    def count_live(self) -> None:
        """A person answered, told apart from a machine."""
        if not self.counted and not self.promised:
            self.counted = True
            self.board.ledger.answer()

    def count_out(self) -> None:
        """It was a machine after all: the agent who hears it says so."""
        if self.counted:
            self.counted = False
            self.board.ledger.answer(-1)


@dataclass(frozen=True, slots=True)
class Disposition:
    """What the agent said, perhaps before the call had ended."""

    code: str
    final: bool
    again_at: datetime | None


@dataclass(slots=True)
class Talked:
    """A talk that waits for its disposition, or got one for want of an answer and may be mended.

    Args:
        seat: whose disposition it is; ``fronted``: what an earlier agent of the talk said.
    """

    attempt: AttemptId
    candidate: Candidate
    board: Board
    suppressed: bool = False
    seat: SeatId | None = None
    fronted: Disposition | None = None
