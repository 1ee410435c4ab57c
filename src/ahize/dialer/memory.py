"""What every part of the engine shares: its memory, its alarms, and how it speaks.

Holds what the engine knows between two events and the small moves that all parts make. Decides nothing. The engine is
built in layers, each one noun: memory, seats, lines, hands, transfers, phones, ears, news, leave, presence, lives,
pace, and on top the dialer with its one loop.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from ahize.dialer import ledgers, recycling
from ahize.dialer.board import LONG_AGO, Board, Call, Seeking, Talked
from ahize.dialer.commands import Command, Recycle, Release
from ahize.dialer.floor import Floor
from ahize.dialer.values import Candidate
from ahize.kernel.chance import stream
from ahize.kernel.ids import AttemptId, CallId, CampaignId, ContactId, SeatId


class Memory:
    """What one engine knows between two events.

    ``ears``: which supervisor hears which seat; ``leaving``: free seats that want to go, and when at the latest;
    ``shared``: the budgets that campaigns have in common.
    """

    def __init__(self) -> None:
        self.floor = Floor()
        self.boards: dict[CampaignId, Board] = {}
        self.seeking: dict[AttemptId, Seeking] = {}
        self.calls: dict[CallId, Call] = {}
        self.talked: dict[AttemptId, Talked] = {}
        self.surprises: Counter[str] = Counter()
        self.stopped = False
        self.epoch = 0
        self.lines = 0
        self.phones = False
        self.ears: dict[SeatId, SeatId] = {}
        self.leaving: dict[SeatId, datetime] = {}
        self.shared: ledgers.Shared = {}
        self._silent: dict[AttemptId, datetime] = {}
        self._inherited: set[AttemptId] = set()
        self._numbers: dict[str, dict[AttemptId, None]] = {}
        self._contacts: dict[ContactId, AttemptId] = {}
        self._chance = stream(0, "dialer")
        self._now = LONG_AGO
        self._out: list[Command] = []
        self._alarms: list[tuple[datetime, int, Callable[[Any], None], Any]] = []
        self._alarm_no = 0
        self._restless: dict[CampaignId, Board] = {}

    def _in(self, seconds: float) -> datetime:
        return self._now + timedelta(seconds=seconds)

    def _alarm(self, seconds: float, ring: Callable[[Any], None], about: object) -> None:
        self._alarm_no += 1  # Two alarms for one instant ring in the order they were set.
        heapq.heappush(self._alarms, (self._in(max(0.0, seconds)), self._alarm_no, ring, about))

    def _stir(self, board: Board) -> None:
        """Something changed here: look at this campaign before this event is done with."""
        self._restless[board.settings.campaign] = board

    def _stir_campaign(self, campaign: CampaignId | None) -> None:
        board = self.boards.get(campaign) if campaign is not None else None
        if board is not None:
            self._restless[board.settings.campaign] = board

    def _recycle(self, of: Seeking | Call | Talked, again: recycling.Again) -> None:
        """The contact is the store's again; until here nobody else may call them."""
        if self._contacts.get(of.candidate.contact) == of.attempt:
            del self._contacts[of.candidate.contact]
        self._out.append(Recycle(of.candidate.campaign, of.candidate.contact, again.due_at, again.reason))

    def _release(self, campaign: CampaignId, candidates: Iterable[Candidate], wait_s: float = 0.0) -> None:
        contacts = tuple(candidate.contact for candidate in candidates)
        if contacts:
            self._out.append(Release(campaign, contacts, self._in(wait_s)))

    def _remember(self, candidate: Candidate, attempt: AttemptId) -> None:
        self._contacts[candidate.contact] = attempt
        self._numbers.setdefault(candidate.number, {})[attempt] = None

    def _forget_number(self, candidate: Candidate, attempt: AttemptId) -> None:
        same = self._numbers[candidate.number]
        del same[attempt]
        if not same:
            del self._numbers[candidate.number]

    def _surprise(self, what: str) -> None:
        self.surprises[what] += 1
