"""The beat of a campaign that is dialled ahead of its seats: what its pacer sees, and how often it is asked.

Between two beats every free seat has its dial at once, as in the progressive mode; what is dialled ahead of seats is
decided about once a second, for deciding more often gains nothing. Refuses to know how the pacer decides.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from ahize.calls.machine import Phase
from ahize.dialer.board import Board
from ahize.dialer.commands import Explain, Learned
from ahize.dialer.floor import Seat
from ahize.dialer.lives import Lives
from ahize.pacing import learned
from ahize.pacing.budget import most_dials
from ahize.pacing.predictive import View

BEAT_S: Final = 1.0
WORD_S: Final = 2.0
"""So often it says why."""
NOTE_S: Final = 60.0
"""So often what it has learned is kept: no more than that is lost with an engine."""
OPEN: Final = frozenset({Phase.DIALED, Phase.RINGING, Phase.LISTENING})
"""Who may still be answered by a person without a seat."""


@dataclass(frozen=True, slots=True)
class Busy:
    """A seat that is expected back: how long it has been busy, how long it is there yet, since when it is closing."""

    lasted_s: float
    there_s: float
    closing_for_s: float


class Pace(Lives):
    """Dialling ahead."""

    def _ahead(self, board: Board) -> int:
        """How many to dial now, those for free seats among them; 0 between two beats. Sets the next beat."""
        if self._now < board.next_beat_at:
            return 0
        view = self._view(board)
        if not view.free and not view.talking and not view.wrapping:
            return 0  # The first seat that comes stirs the campaign.
        board.next_beat_at = self._in(BEAT_S)
        self._alarm(BEAT_S, self._stir, board)
        snapshot = self.snapshot(board)
        most = most_dials(snapshot)
        if board.ledger.confidence is None:
            forecast = board.pacer.forecast(view, snapshot.lines, most)
        else:
            forecast = board.pacer.forecast(view, most)
        if self._now >= board.next_word_at:
            board.next_word_at = self._in(WORD_S)
            self._out.append(
                Explain(
                    board.settings.campaign,
                    dials=forecast.dials,
                    free=forecast.free,
                    freeing=round(forecast.freeing, 1),
                    within_s=round(forecast.within_s, 1),
                    in_air=forecast.in_air,
                    worth=round(forecast.worth, 1),
                    allowance=board.ledger.left,
                    decides=board.ledger.decides,
                )
            )
        if self._now >= board.next_note_at:
            board.next_note_at = self._in(NOTE_S)
            self._out.append(Learned(board.settings.campaign, learned.written(board.pacer)))
        return forecast.dials

    def _view(self, board: Board) -> View:
        """Seats that asked for a pause, an end or another campaign do not come back, so nobody is dialled for them."""
        campaign = board.settings.campaign
        talking: list[Busy] = []
        wrapping: list[Busy] = []
        for seat in self.floor.seats.values():
            if seat.campaign != campaign or not seat.comes_back or seat.since is None:
                continue
            lasted_s = (self._now - seat.since).total_seconds()
            if seat.state == "talking":
                talking.append(Busy(lasted_s, self._there_s(seat), self._closing_for_s(seat)))
            elif seat.state == "ringing":
                talking.append(Busy(0.0, self._there_s(seat), math.nan))
            elif seat.state == "wrap_up":
                wrapping.append(Busy(lasted_s, self._there_s(seat), math.nan))
        dials = [
            ((self._now - call.since).total_seconds(), call.chance)
            for call in self.calls.values()
            if call.board is board and call.seat is None and not call.promised and call.phase in OPEN
        ]
        head = board.hopper.head
        ahead = 1.0 if head is None else board.chance_of(head, self._now)
        free = self.floor.ready_seats(campaign)
        ends = self.floor.ends
        told = any(not math.isnan(one.closing_for_s) for one in talking)
        return View(
            free=len(free),
            talking=[one.lasted_s for one in talking],
            wrapping=[one.lasted_s for one in wrapping],
            talk_closing=[one.closing_for_s for one in talking] if told else None,
            free_until=[self._there_s(self.floor.seat(seat)) for seat in free] if ends else None,
            talking_until=[one.there_s for one in talking] if ends else None,
            wrapping_until=[one.there_s for one in wrapping] if ends else None,
            taken_per_s=board.taken.per_s(self._now),
            open_dials=[*(age for age, _ in dials), *([0.0] * board.seeking)],
            chances=[*(chance for _, chance in dials), *([ahead] * board.seeking)],
            next_chance=ahead,
            waiting=board.pool[Phase.WAITING],
        )

    def _there_s(self, seat: Seat) -> float:
        """How long it is there yet; infinite where nobody said."""
        until = self.floor.ends.get(seat.id)
        return math.inf if until is None else max(0.0, (until - self._now).total_seconds())

    def _closing_for_s(self, seat: Seat) -> float:
        """How long ago its agent said that the talk comes to its end; NaN where they did not."""
        call = self.calls.get(seat.call) if seat.call is not None else None
        if call is None or call.closing_at is None or call.seat != seat.id:
            return math.nan
        return (self._now - call.closing_at).total_seconds()
