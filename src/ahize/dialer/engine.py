"""The dialer: told what happened and when, it answers with commands. It decides and never does.

Rule 1: nothing is dialled without a permit, and a permit comes from outside, sealed.
Rule 2: somebody already on the line always comes before a new number.
Rule 3: whatever comes out of turn is a surprise: counted, never raised, never acted on as if it were in turn.

It refuses to know who keeps the data, who rules and who places the calls; it holds no clock. Its chance comes from the
seed in ``Recovered``, so a journal replays by itself.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime
from typing import Any

from ahize.dialer.board import Board
from ahize.dialer.commands import Command, Lease, Offer
from ahize.dialer.events import (
    Barred,
    CampaignSet,
    Cleared,
    ClosingHeard,
    DialAsked,
    DigitsAsked,
    Disposed,
    DropAsked,
    EarsAsked,
    Event,
    FinishAsked,
    HangUpAsked,
    HoldAsked,
    Leased,
    NumberSuppressed,
    ParkAsked,
    PhoneLost,
    PhoneUp,
    RecordingPauseAsked,
    Recovered,
    ResumeAsked,
    SeatClosed,
    SeatLost,
    SeatPaused,
    SeatReady,
    ShiftEnds,
    SkipAsked,
    StopAsked,
    Tick,
    TransferAsked,
    TransferEnded,
)
from ahize.dialer.expecting import Expecting
from ahize.dialer.news import NEWS
from ahize.pacing.policies import dials_now

LEASE_ANSWER_S = 10.0
LOOK_AGAIN_S = 2.0  # After the store had fewer contacts than asked.
REFILL_S = 15.0  # A due callback is found this soon even while the hopper is full.
HOPPER_MIN, HOPPER_MAX = 10, 1000
LEASE_MAX = 200
SLOWEST_PER_S = 0.01
DIALS_MAX = 50  # In one step; the rest follow at once, after whatever else has happened by then.


class Dialer(Expecting):
    """One floor's engine. Feed it every event in order, do what it commands, and ring when ``wakeup`` says."""

    # ── the floor manager's thinking ────────────────────────────────────────────────────────────────────────────

    def handle(self, event: Event, now: datetime) -> tuple[Command, ...]:
        """What to do about this event, in this order; the same events at the same times always give the same answer."""
        self._now = max(now, self._now)  # A clock set back is waited for; deadlines never run backwards.
        self._out = []
        for board in self.boards.values():
            board.ledger.turn(self._now)  # Before anything of this instant is counted, or allowed by what was.

        self._record(event)
        self._connect_people_who_wait()
        self._honour_deadlines()
        self._connect_people_who_wait()
        self._let_go()
        self._dial()
        self._say_whose_answers_are()
        self._restless.clear()

        return tuple(self._out)

    def wakeup(self) -> datetime | None:
        """When to send a ``Tick`` at the latest. Ask after every event; a Tick that comes early does no harm."""
        return self._alarms[0][0] if self._alarms else None

    def _record(self, event: Event) -> None:
        _RECORD[type(event)](self, event)

    def _connect_people_who_wait(self) -> None:
        for board in self._restless.values():
            while board.waiting and (seat := self.floor.longest_waiting(board.settings.campaign)):
                call = self.calls[next(iter(board.waiting))]
                self._connect(call, self._expects(call) or seat)

    def _honour_deadlines(self) -> None:
        while self._alarms and self._alarms[0][0] <= self._now:
            _, _, ring, about = heapq.heappop(self._alarms)
            ring(about)

    def _dial(self) -> None:
        """Promised people first, then as many more as pacing allows; then look after the hopper."""
        for board in tuple(self._restless.values()):
            if self._may_dial(board):
                self._dial_promised(board)
                if board.settings.mode == "preview":
                    self._offer_previews(board)
                else:
                    self._dial_in_line(board)
                self._refill(board)

    # ── dialling ────────────────────────────────────────────────────────────────────────────────────────────────

    def _dial_promised(self, board: Board) -> None:
        """One agent is reserved first, then the person is called: callbacks and requests are never left to chance."""
        for seat_id in board.hopper.seats_promised():
            seat = self.floor.seat(seat_id)
            if seat.is_ready and seat.leaving is None and seat.campaign == board.settings.campaign:
                promised = board.hopper.next_for(seat_id)
                assert promised is not None, "a promised line that is listed has somebody in it"
                self._seek(promised, board, seat)
        while board.hopper.in_front and (free := self.floor.longest_staying(board.settings.campaign, self._now)):
            candidate = board.hopper.next_in_front()
            assert candidate is not None, "somebody is in front"
            self._seek(candidate, board, free)

    def _offer_previews(self, board: Board) -> None:
        for seat_id in self.floor.ready_seats(board.settings.campaign):
            candidate = board.hopper.next_in_line()
            if candidate is None:
                return
            seat = self.floor.seat(seat_id)
            seat.offered = candidate
            until = self._in(board.settings.preview_s) if board.settings.preview_s else None
            self._set_seat(seat, "previewing", deadline=until)
            self._out.append(Offer(seat.id, candidate))

    def _dial_in_line(self, board: Board) -> None:
        if self._is_between_beats(board):
            return
        snapshot = self.snapshot(board)
        wanted = dials_now(board.settings.mode, snapshot)
        if board.settings.mode == "predictive":
            wanted = max(wanted, self._ahead(board, snapshot))
        if board.is_broadcast and wanted:
            wanted = self._one_in_time(board)
        if wanted > DIALS_MAX and board.hopper.in_line > DIALS_MAX:
            self._alarm(0.0, self._stir, board)
        for _ in range(min(wanted, DIALS_MAX)):
            candidate = board.hopper.next_in_line()
            if candidate is None:
                return
            self._seek(candidate, board, None)

    def _one_in_time(self, board: Board) -> int:
        """A broadcast begins its calls one by one, so many a second."""
        if self._now < board.next_dial_at or not board.hopper.in_line:
            return 0
        pause_s = 1.0 / max(board.settings.broadcast_per_s, SLOWEST_PER_S)
        board.next_dial_at = self._in(pause_s)
        self._alarm(pause_s, self._stir, board)
        return 1

    # ── the hopper ──────────────────────────────────────────────────────────────────────────────────────────────

    def _refill(self, board: Board) -> None:
        """Ask the store for more before the hopper is empty, and now and then for callbacks that came due."""
        campaign, mode = board.settings.campaign, board.settings.mode
        seats = self.floor.ready(campaign) + self.floor.at_work(campaign)
        if not board.needs_agents:
            seats = board.settings.broadcast_lines
        if not seats or mode == "manual" or board.asked:
            return
        full = min(HOPPER_MAX, max(HOPPER_MIN, 2 * seats))
        is_low = board.hopper.in_line <= full // 2
        if self._now < (board.dry_until if is_low else board.refill_at):
            return
        n = min(LEASE_MAX, max(1, full - board.hopper.in_line))
        board.asked = (n, self._now)
        board.refill_at = self._in(REFILL_S)
        self._out.append(Lease(campaign, n))
        self._alarm(REFILL_S, self._stir, board)
        self._alarm(LEASE_ANSWER_S, self._lease_was_silent, (board, self._now))

    def _lease_was_silent(self, asked: tuple[Board, datetime]) -> None:
        board, at = asked
        if board.asked and board.asked[1] == at:
            board.asked = None
            self._stir(board)

    def on_leased(self, event: Leased) -> None:
        board = self.boards.get(event.campaign)
        if board is None or not self._may_dial(board):
            if board is not None:
                board.asked = None
            self._release(event.campaign, event.candidates)
            return
        asked, board.asked = board.asked, None
        if asked is None:
            self._surprise("Leased")
        if asked is None or len(event.candidates) < asked[0]:
            board.dry_until = self._in(LOOK_AGAIN_S)
            self._alarm(LOOK_AGAIN_S, self._stir, board)
        board.hopper.hold((one for one in event.candidates if one.contact not in self._contacts), self._now)
        if until := board.hopper.oldest_until():
            self._alarm((until - self._now).total_seconds(), self._leases_grow_old, board)
        self._stir(board)

    def _leases_grow_old(self, board: Board) -> None:
        self._release(board.settings.campaign, board.hopper.drop_old(self._now))
        self._stir(board)

    def on_tick(self, _: Tick) -> None:
        """Time has passed; the deadlines are looked at in any case."""


_RECORD: dict[type, Callable[[Dialer, Any], None]] = {
    **dict.fromkeys(NEWS, Dialer.on_call_event),
    Recovered: Dialer.on_recovered,
    Tick: Dialer.on_tick,
    Leased: Dialer.on_leased,
    Cleared: Dialer.on_cleared,
    Barred: Dialer.on_barred,
    CampaignSet: Dialer.on_campaign_set,
    SeatReady: Dialer.on_seat_ready,
    SeatPaused: Dialer.on_seat_paused,
    ShiftEnds: Dialer.on_shift_ends,
    ClosingHeard: Dialer.on_closing_heard,
    SeatClosed: Dialer.on_seat_closed,
    SeatLost: Dialer.on_seat_lost,
    FinishAsked: Dialer.on_finish_asked,
    DialAsked: Dialer.on_dial_asked,
    SkipAsked: Dialer.on_skip_asked,
    HangUpAsked: Dialer.on_hang_up_asked,
    Disposed: Dialer.on_disposed,
    StopAsked: Dialer.on_stop_asked,
    ResumeAsked: Dialer.on_resume_asked,
    NumberSuppressed: Dialer.on_number_suppressed,
    PhoneUp: Dialer.on_phone_up,
    PhoneLost: Dialer.on_phone_lost,
    HoldAsked: Dialer.on_hold_asked,
    DigitsAsked: Dialer.on_digits_asked,
    RecordingPauseAsked: Dialer.on_recording_pause_asked,
    DropAsked: Dialer.on_drop_asked,
    TransferAsked: Dialer.on_transfer_asked,
    TransferEnded: Dialer.on_transfer_ended,
    ParkAsked: Dialer.on_park_asked,
    EarsAsked: Dialer.on_ears_asked,
}
"""Every event has its method; a test keeps this table complete."""
