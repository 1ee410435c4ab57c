"""Whose the next answer is: said to the switch while it rings, so that the answer need not be asked about.

A call is expected for one seat, a seat expects one call, who waits longest the call that rings longest. It is a word to
the switch and nothing more: the seat stays free, so pacing and budget count as without it, and somebody else who is
answered first may have it. What the switch then says about who hears whom is the truth. Refuses to know how many ring.
"""

from __future__ import annotations

from itertools import islice

from ahize.calls.machine import UNANSWERED, Phase
from ahize.dialer.board import Board, Call
from ahize.dialer.commands import Expect
from ahize.dialer.floor import Seat
from ahize.dialer.pace import Pace
from ahize.kernel.ids import CallId, SeatId


class Expecting(Pace):
    """The word to the switch."""

    def _expects(self, call: Call) -> Seat | None:
        """The free seat that this call is expected for; the switch may have joined it by now."""
        seat_id = call.board.expected.get(call.id)
        seat = self.floor.seat(seat_id) if seat_id is not None else None
        return seat if seat is not None and self._is_free_for(seat, call.board) else None

    def _say_whose_answers_are(self) -> None:
        for board in self._restless.values():
            if board.joins_while_ringing or board.expected:
                self._say_changes(board)

    def _say_changes(self, board: Board) -> None:
        before, board.expected = board.expected, self._expected_now(board)
        hears = board.settings.join_while_ringing == "heard"
        for call_id, seat_id in board.expected.items():
            if before.get(call_id) != seat_id:
                self._out.append(Expect(call_id, seat_id, hears))
        for call_id in before.keys() - board.expected.keys():
            call = self.calls.get(call_id)
            if call is not None and call.phase in UNANSWERED:
                self._out.append(Expect(call_id, None))

    def _expected_now(self, board: Board) -> dict[CallId, SeatId]:
        """What still holds, and then the free who wait longest, with the calls that were dialled first."""
        if not board.joins_while_ringing:
            return {}
        expected = {call_id: seat_id for call_id, seat_id in board.expected.items() if self._holds(board, call_id)}
        taken = set(expected.values())
        free = [seat for seat in self.floor.ready_seats(board.settings.campaign) if seat not in taken]
        open_calls = (call for call in self.calls.values() if call.board is board and call.phase in UNANSWERED)
        calls = [call for call in open_calls if call.id not in expected]
        expected |= {call.id: call.seat for call in calls if call.promised and call.seat is not None}
        unpromised = (call.id for call in calls if call.seat is None and not call.promised)
        return expected | dict(zip(islice(unpromised, len(free)), free, strict=False))

    def _holds(self, board: Board, call_id: CallId) -> bool:
        """It rings, or was answered a moment ago, and its seat is still its own or free."""
        call = self.calls.get(call_id)
        if call is None or call.phase not in (*UNANSWERED, Phase.LISTENING):
            return False
        seat = self.floor.seat(board.expected[call_id])
        return call.seat == seat.id if call.promised else self._is_free_for(seat, board)

    @staticmethod
    def _is_free_for(seat: Seat, board: Board) -> bool:
        return seat.is_ready and seat.campaign == board.settings.campaign
