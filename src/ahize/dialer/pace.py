"""The beat of a campaign that is dialled ahead of its seats: what its pacer sees, and how often it is asked.

Between two beats every free seat has its dial at once, as in the progressive mode; what is dialled ahead of seats is
decided about once a second, for deciding more often gains nothing. Refuses to know how the pacer decides.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from ahize.calls.machine import Phase
from ahize.dialer.board import Board, Call
from ahize.dialer.commands import Explain, Learned
from ahize.dialer.floor import AT_WORK, Seat
from ahize.dialer.lives import Lives
from ahize.pacing import learned
from ahize.pacing.budget import most_dials
from ahize.pacing.predictive import View
from ahize.pacing.snapshot import Snapshot

BEAT_S: Final = 1.0
WORD_S: Final = 2.0
"""So often it says why."""
NOTE_S: Final = 60.0
"""So often what it has learned is kept: no more than that is lost with an engine."""
OPEN: Final = frozenset({Phase.DIALED, Phase.RINGING, Phase.LISTENING})
"""Who may still be answered by a person without a seat."""
BUSY: Final = frozenset({*AT_WORK, "wrap_up"})
"""Seats that may be free within a ring's time."""


class Pace(Lives):
    """Dialling ahead."""

    def _is_between_beats(self, board: Board) -> bool:
        """A pacer that predicts has nothing to say: each free seat has its dial already, and its next beat is to come.

        What follows would come to the same, at the price of a whole look at the campaign.
        """
        if board.settings.mode != "predictive" or self._now >= board.next_beat_at:
            return False
        ringing = board.pool[Phase.DIALED] + board.pool[Phase.RINGING]
        return self.floor.ready(board.settings.campaign) <= board.seeking + ringing

    def _ahead(self, board: Board, snapshot: Snapshot) -> int:
        """How many to dial now, those for free seats among them; 0 between two beats. Sets the next beat."""
        if self._now < board.next_beat_at:
            return 0
        view = self._view(board)
        if not view.free and not view.talking and not view.wrapping:
            return 0  # The first seat that comes stirs the campaign.
        board.next_beat_at = self._in(BEAT_S)
        self._alarm(BEAT_S, self._stir, board)
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
        campaign, now, ends = board.settings.campaign, self._now, self.floor.ends
        talking: list[Seat] = []
        wrapping: list[Seat] = []
        for seat in self.floor.seats.values():
            state = seat.state
            if state in BUSY and seat.campaign == campaign and seat.comes_back and seat.since is not None:
                (wrapping if state == "wrap_up" else talking).append(seat)
        dials: list[Call] = []
        told = False
        for call in self.calls.values():
            told = told or call.closing_at is not None
            if call.seat is None and call.board is board and not call.promised and call.phase in OPEN:
                dials.append(call)
        head = board.hopper.head
        ahead = 1.0 if head is None else board.chance_of(head, now)
        free = self.floor.ready_seats(campaign)
        return View(
            free=len(free),
            # Who is being joined has the whole talk before them.
            talking=[0.0 if seat.state == "ringing" else _since_s(seat, now) for seat in talking],
            wrapping=[_since_s(seat, now) for seat in wrapping],
            talk_closing=self._closing(talking) if told else None,
            free_until=[self._there_s(self.floor.seat(seat)) for seat in free] if ends else None,
            talking_until=[self._there_s(seat) for seat in talking] if ends else None,
            wrapping_until=[self._there_s(seat) for seat in wrapping] if ends else None,
            taken_per_s=board.taken.per_s(now),
            open_dials=[*((now - call.since).total_seconds() for call in dials), *([0.0] * board.seeking)],
            chances=[*(call.chance for call in dials), *([ahead] * board.seeking)],
            next_chance=ahead,
            waiting=board.pool[Phase.WAITING],
        )

    def _there_s(self, seat: Seat) -> float:
        """How long it is there yet; infinite where nobody said."""
        until = self.floor.ends.get(seat.id)
        return math.inf if until is None else max(0.0, (until - self._now).total_seconds())

    def _closing(self, talking: Sequence[Seat]) -> list[float] | None:
        """How long ago each seat's agent said that the talk comes to its end; NaN: they did not, None: nobody did."""
        since = [self._closing_for_s(seat) for seat in talking]
        return None if all(map(math.isnan, since)) else since

    def _closing_for_s(self, seat: Seat) -> float:
        call = self.calls.get(seat.call) if seat.state == "talking" and seat.call is not None else None
        if call is None or call.closing_at is None or call.seat != seat.id:
            return math.nan
        return (self._now - call.closing_at).total_seconds()


def _since_s(seat: Seat, now: datetime) -> float:
    """How long it has been in its state."""
    return (now - (seat.since or now)).total_seconds()
