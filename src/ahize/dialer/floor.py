"""Seats, and who takes whom: the one who has waited longest, first.

A seat is in one state, and only this file moves it. It refuses to know contacts and pacing; it knows of a call only
that there is one. What an agent asks for in a talk (a pause, the end of the day, another campaign) is kept until the
wrap-up is over.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from ahize.dialer.values import Candidate, SeatState
from ahize.kernel.ids import AttemptId, CampaignId, SeatId

AT_WORK: frozenset[SeatState] = frozenset({"ringing", "talking"})
"""With a call, or about to have one."""


@dataclass(slots=True)
class Seat:
    """One agent's working state.

    Args:
        call: the attempt of the states ringing, talking and wrap_up.
        offered: the contact shown in a preview.
        pausing, closing, lost, finish_after, moving_to: what holds from the end of the present call.
        phone: its telephone is up, where the floor has telephones.
        since: when it came into its state.
        until: the end of its shift, where somebody said.
        leaving: the pause it goes into as soon as the calls that ring for it let it; None: it stays.
    """

    id: SeatId
    state: SeatState = "closed"
    campaign: CampaignId | None = None
    call: AttemptId | None = None
    deadline: datetime | None = None
    reason: str = ""
    offered: Candidate | None = None
    pausing: str | None = None
    closing: bool = False
    lost: bool = False
    finish_after: bool = False
    moving_to: CampaignId | None = None
    phone: bool = False
    since: datetime | None = None
    until: datetime | None = None
    leaving: str | None = None

    @property
    def comes_back(self) -> bool:
        """After the present call it will take another one of this campaign, as far as anybody has said."""
        wishes = self.closing or self.lost or self.finish_after or self.pausing is not None
        return not wishes and self.moving_to in (None, self.campaign)

    @property
    def is_ready(self) -> bool:
        return self.state == "ready"

    @property
    def has_call(self) -> bool:
        return self.state in AT_WORK

    def rest(self, *, after_talk: bool) -> tuple[SeatState, str]:
        """The state after the present call, with its reason; the wishes are granted by it.

        Only a talk can be the last one: a call that nobody answered leaves ``finish_after`` standing.
        """
        state: SeatState = "ready"
        reason = ""
        if self.closing:
            state, reason = "closed", "signed_off"
        elif self.lost:
            state, reason = "paused", "lost"
        elif self.pausing is not None:
            state, reason = "paused", self.pausing
        elif self.finish_after and after_talk:
            state, reason = "paused", "finished"
        if state != "ready":
            self.closing = self.lost = self.finish_after = False
            self.pausing = None
        if self.moving_to is not None:
            self.campaign, self.moving_to = self.moving_to, None
        return state, reason


class Floor:
    """All seats of one floor; each operation is O(1), but for one look at those ready.

    Attributes:
        ends: when each seat's presence ends, of those for which somebody said.
    """

    def __init__(self) -> None:
        self.seats: dict[SeatId, Seat] = {}
        self._ready: dict[CampaignId, OrderedDict[SeatId, None]] = {}
        self._at_work: dict[CampaignId, int] = {}
        self.ends: dict[SeatId, datetime] = {}

    def seat(self, seat: SeatId) -> Seat:
        """The seat of that id; one never seen is closed."""
        found = self.seats.get(seat)
        if found is None:
            found = self.seats[seat] = Seat(seat)
        return found

    def put(self, seat: Seat, state: SeatState, *, campaign: CampaignId | None, first: bool = False) -> None:
        """Move a seat to a state. ``first`` lets a ready one keep its place at the head of those who wait."""
        self._leave(seat)
        seat.state, seat.campaign = state, campaign
        if campaign is None:
            return
        if state == "ready":
            line = self._ready.setdefault(campaign, OrderedDict())
            line[seat.id] = None
            if first:
                line.move_to_end(seat.id, last=False)
        elif state in AT_WORK:
            self._at_work[campaign] = self._at_work.get(campaign, 0) + 1

    def _leave(self, seat: Seat) -> None:
        if seat.campaign is None:
            return
        if seat.state == "ready":
            self._ready[seat.campaign].pop(seat.id, None)
        elif seat.state in AT_WORK:
            self._at_work[seat.campaign] -= 1

    def longest_waiting(self, campaign: CampaignId) -> Seat | None:
        """The ready seat that has waited longest; it stays where it is."""
        line = self._ready.get(campaign)
        return self.seats[next(iter(line))] if line else None

    def longest_staying(self, campaign: CampaignId, now: datetime) -> Seat | None:
        """Of those whose presence is not over, the one that has waited longest."""
        line = self._ready.get(campaign, ())
        return next((self.seats[seat] for seat in line if self.ends.get(seat, now) >= now), None)

    def ready_seats(self, campaign: CampaignId) -> tuple[SeatId, ...]:
        """Those ready, longest waiting first."""
        return tuple(self._ready.get(campaign, ()))

    def ready(self, campaign: CampaignId) -> int:
        return len(self._ready.get(campaign, ()))

    def staying(self, campaign: CampaignId, until: datetime) -> int:
        """Those ready whose presence does not end by then, as far as anybody has said."""
        line = self._ready.get(campaign, ())
        return len(line) if not self.ends else sum(self.ends.get(seat, until) >= until for seat in line)

    def at_work(self, campaign: CampaignId) -> int:
        """Seats ringing or talking."""
        return self._at_work.get(campaign, 0)
