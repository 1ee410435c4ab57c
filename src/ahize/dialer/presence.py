"""How long each seat is there yet: the end of its shift, and a pause that waits for those who ring.

Nobody is dialled for a seat that will be gone when they answer. Where a cap is kept strictly and needs a free seat for
those in the air, its pause waits for them; one with nobody in the air goes at once, and so does who asks twice. Refuses
to know who talks.
"""

from __future__ import annotations

from datetime import datetime

from ahize.dialer.board import LONG_AGO
from ahize.dialer.events import SeatPaused, ShiftEnds
from ahize.dialer.floor import Seat
from ahize.dialer.leave import OPEN_S, Leave
from ahize.kernel.ids import SeatId

SHIFT_OVER = "shift_over"
LEAVING = "leaving:"
"""Before the code of the pause that a free seat goes into as soon as it can."""


class Presence(Leave):
    """Who is there, and until when."""

    def on_seat_paused(self, event: SeatPaused) -> None:
        seat = self.floor.seat(event.seat)
        if event.waits and seat.is_ready and seat.leaving is None and self._is_needed(seat):
            self._leave_soon(seat, event.code)
        else:
            super().on_seat_paused(event)

    def _is_needed(self, seat: Seat) -> bool:
        """Without this free seat more of those in the air might be abandoned than a cap allows."""
        if seat.campaign not in self.boards:
            return False
        ends = self.floor.ends
        before = ends.get(seat.id)
        ends[seat.id] = LONG_AGO
        snapshot = self.snapshot(self.boards[seat.campaign])
        if before is None:
            del ends[seat.id]
        else:
            ends[seat.id] = before
        return snapshot.needs_agents and snapshot.exposure > snapshot.allowance

    def _leave_soon(self, seat: Seat, code: str) -> None:
        """It stays for those who ring, last in the line, and nobody is dialled for it any more."""
        board = self.boards.get(seat.campaign) if seat.campaign is not None else None
        wait_s = OPEN_S if board is None else self._open_s(board)
        seat.leaving = code
        self.leaving[seat.id] = self._in(wait_s)
        self._note_presence(seat)
        self._set_seat(seat, "ready", deadline=self.leaving[seat.id], reason=f"{LEAVING}{code}")

    def _let_go(self) -> None:
        """Whoever wants to leave goes as soon as no cap needs their seat, or when all who rang for it have ended."""
        for seat_id, latest in tuple(self.leaving.items()):
            seat = self.floor.seat(seat_id)
            if self._now >= latest or not self._is_needed(seat):
                self._leave(seat, "paused", seat.leaving or "")

    # ── the end of a shift ──────────────────────────────────────────────────────────────────────────────────────

    def on_shift_ends(self, event: ShiftEnds) -> None:
        seat = self.floor.seat(event.seat)
        self._present_until(seat, event.at)
        self._stir_campaign(seat.campaign)

    def _present_until(self, seat: Seat, at: datetime | None) -> None:
        seat.until = at
        self._note_presence(seat)
        if at is not None:
            self._alarm((at - self._now).total_seconds(), self._shift_is_over, (seat.id, at))

    def _shift_is_over(self, about: tuple[SeatId, datetime]) -> None:
        """A free seat goes, one with a call when it is done with it. Whoever works on says that they are ready."""
        seat = self.floor.seat(about[0])
        if seat.until != about[1]:
            return
        seat.until = None
        self._note_presence(seat)
        if seat.has_call or seat.state == "wrap_up":
            seat.pausing = seat.pausing or SHIFT_OVER
        elif seat.state in ("ready", "previewing"):
            self._leave(seat, "paused", SHIFT_OVER)
