"""What happens to seats: agents come, pause, fall silent, finish, and say what a call came to.

A wish in a talk is kept until the wrap-up is over; a wrap-up ends by itself. Refuses to know how many to dial.
"""

from __future__ import annotations

from datetime import datetime

from ahize.dialer import recycling
from ahize.dialer.board import LONG_AGO, Call, Disposition, Talked
from ahize.dialer.commands import DisposeFor, Listen, SetSeat, Warn
from ahize.dialer.events import (
    Disposed,
    FinishAsked,
    SeatClosed,
    SeatLost,
    SeatPaused,
    SeatReady,
    SkipAsked,
)
from ahize.dialer.floor import AT_WORK, Seat
from ahize.dialer.memory import Memory
from ahize.dialer.values import SeatState
from ahize.kernel.ids import AttemptId, CallId, CampaignId, SeatId

SKIPPED_S = 600.0
AGENT_LEFT = "lost"
NO_PHONE = "no_phone"
PHONE_LOST = "phone_lost"
WAITS_FOR_PHONE = (NO_PHONE, PHONE_LOST)
"""Pauses that end by themselves as soon as the telephone is up."""
PARKED = "parked"
LISTENING = "listening"


class Seats(Memory):
    """The engine's hand on the floor."""

    def _set_seat(
        self,
        seat: Seat,
        state: SeatState,
        *,
        campaign: CampaignId | None = None,
        deadline: datetime | None = None,
        reason: str = "",
        first: bool = False,
    ) -> None:
        if state == "ready" and self.phones and not seat.phone:
            state, reason = "paused", NO_PHONE
        if seat.state == "talking" and state != "talking":
            self._talk_is_over(seat)
        if state != "paused" and seat.id in self.ears:
            self._take_ears_off(seat.id)
        if state == "closed":
            seat.until = None
            self._note_presence(seat)
        if state != "ready" and seat.leaving is not None:
            self._leaves_no_longer(seat, pausing=state in AT_WORK)
        if state != seat.state:
            if seat.state == "wrap_up" and seat.since is not None and seat.campaign in self.boards:
                self.boards[seat.campaign].pacer.wrapped((self._now - seat.since).total_seconds())
            seat.since = self._now
        campaign = campaign or seat.campaign
        self._stir_campaign(seat.campaign)
        self.floor.put(seat, state, campaign=campaign, first=first)
        seat.deadline, seat.reason = deadline, reason
        if state not in ("ringing", "talking", "wrap_up"):
            seat.call = None
        if state != "previewing":
            seat.offered = None
        self._stir_campaign(campaign)
        self._out.append(SetSeat(seat.id, state, campaign, seat.call, deadline, reason))
        if deadline is not None:
            self._alarm((deadline - self._now).total_seconds(), self._seat_deadline, (seat.id, deadline))

    def _taken_elsewhere(self, seat: Seat) -> None:
        """A free seat is about to be taken by a call that was not dialled ahead of it."""
        if seat.is_ready and seat.campaign in self.boards:
            self.boards[seat.campaign].taken.note(self._now)

    def _free(self, seat_id: SeatId | None, reason: str, *, call: CallId | None = None) -> None:
        """The call this seat was reserved for came to nothing: back to its place in the line, or to what it asked for.

        A reserved seat that is promised to nobody keeps its turn, for the wait was not its own fault.
        """
        if seat_id is None:
            return
        seat = self.floor.seat(seat_id)
        if seat.state != "ringing" or (call is not None and seat.call != call):
            return
        state, why = seat.rest(after_talk=False)
        self._set_seat(seat, state, reason=why or reason, first=True)

    def _leaves_no_longer(self, seat: Seat, *, pausing: bool) -> None:
        """A free seat that wanted to go stays after all, or has a call now and goes afterwards."""
        if pausing:
            seat.pausing = seat.leaving
        seat.leaving = None
        del self.leaving[seat.id]
        self._note_presence(seat)

    def _note_presence(self, seat: Seat) -> None:
        if seat.leaving is not None:
            self.floor.ends[seat.id] = LONG_AGO
        elif seat.until is not None:
            self.floor.ends[seat.id] = seat.until
        else:
            self.floor.ends.pop(seat.id, None)

    def _talk_is_over(self, seat: Seat) -> None:
        """Nobody hears this seat any more whom its agent has not agreed to."""
        for supervisor in [supervisor for supervisor, target in self.ears.items() if target == seat.id]:
            self._take_ears_off(supervisor)

    def _take_ears_off(self, supervisor: SeatId) -> None:
        self._out.append(Listen(supervisor, self.ears.pop(supervisor), "off"))

    def _leave_talk(self, call: Call, seat: Seat) -> None:
        """The call goes on without this agent, who has the time of a wrap-up to finish what they wrote."""
        if call.disposed is not None or seat.closing or call.board.settings.wrap_up_s <= 0:
            self._rest(seat)
        else:
            self._set_seat(seat, "wrap_up", deadline=self._in(call.board.settings.wrap_up_s))

    def _wrap_up(self, call: Call) -> None:
        """The talk is over; who talked last says what it came to."""
        assert call.last is not None, "a talk had an agent"
        self.talked[call.id] = Talked(call.id, call.candidate, call.board, call.suppressed, call.last, call.fronted)
        seat = self.floor.seat(call.last)
        is_here = seat.call == call.id
        if call.disposed is not None:
            self._settle(call.id, call.disposed)
        elif is_here and seat.state == "wrap_up":
            return  # They left the talk before its end, and their time runs already.
        elif call.overdue or (not is_here and seat.state not in ("paused", "ready")):
            self._dispose_for(call.id, seat.id)  # Their time is over, or they have another call by now.
        elif seat.closing or call.board.settings.wrap_up_s <= 0:
            self._dispose_for(call.id, seat.id)
        else:
            if not is_here and seat.state == "paused" and seat.reason != PARKED:
                seat.pausing = seat.reason
            seat.call = call.id
            self._set_seat(seat, "wrap_up", deadline=self._in(call.board.settings.wrap_up_s))
            return
        if is_here:
            self._rest(seat)

    def _rest(self, seat: Seat) -> None:
        before = seat.campaign
        seat_was = seat.state
        self._stir_campaign(before)
        moving = seat.moving_to
        seat.moving_to = None
        state, reason = seat.rest(after_talk=seat_was in ("talking", "wrap_up"))
        self._set_seat(seat, state, campaign=moving or before, reason=reason)

    def _dispose_for(self, attempt: AttemptId, seat: SeatId) -> None:
        talked = self.talked[attempt]
        if talked.fronted is not None:
            self._settle(attempt, talked.fronted)
            return
        self._out.append(DisposeFor(attempt, seat, "not_dispositioned"))
        board = talked.board
        again = recycling.after_outcome(board.settings, talked.candidate, "not_dispositioned", self._now)
        self._recycle(talked, recycling.Again(None, "suppressed") if talked.suppressed else again)

    def _settle(self, attempt: AttemptId, said: Disposition) -> None:
        """The agent has spoken: recycle, or never again."""
        talked = self.talked.pop(attempt)
        again = recycling.after_disposition(
            talked.board.settings, talked.candidate, said.code, self._now, final=said.final, again_at=said.again_at
        )
        self._recycle(talked, recycling.Again(None, "suppressed") if talked.suppressed else again)

    def _seat_deadline(self, about: tuple[SeatId, datetime]) -> None:
        seat = self.floor.seat(about[0])
        if seat.deadline != about[1]:
            return
        if seat.state == "wrap_up" and seat.call is not None:
            self._say_for(seat)
            self._rest(seat)
        elif seat.state == "previewing":
            self._return_offer(seat, 0.0)
            self._set_seat(seat, "paused", reason="no_answer")

    def _say_for(self, seat: Seat) -> None:
        """A wrap-up ends without a word. That of an agent who left a talk early owes none: the last one does."""
        if seat.call is None:
            return
        call, talked = self.calls.get(seat.call), self.talked.get(seat.call)
        if call is not None and call.last == seat.id:
            call.overdue = True
        elif talked is not None and talked.seat == seat.id:
            self._dispose_for(talked.attempt, seat.id)

    def _return_offer(self, seat: Seat, wait_s: float) -> None:
        if seat.offered is not None:
            self._release(seat.offered.campaign, [seat.offered], wait_s)
            seat.offered = None

    def on_seat_ready(self, event: SeatReady) -> None:
        seat = self.floor.seat(event.seat)
        if event.campaign not in self.boards:
            self._surprise("SeatReady for no campaign")
            self._set_seat(seat, "paused", reason="no_campaign")
            return
        seat.pausing, seat.closing, seat.lost = None, False, False
        if seat.leaving is not None:
            self._leaves_no_longer(seat, pausing=False)
            if seat.campaign == event.campaign:
                self._set_seat(seat, "ready")
                return
        if seat.has_call or seat.state == "wrap_up":
            seat.moving_to = event.campaign if event.campaign != seat.campaign else None
            return
        if seat.state in ("ready", "previewing") and seat.campaign == event.campaign:
            self._surprise("SeatReady of a ready seat")
            return
        self._return_offer(seat, 0.0)
        self._set_seat(seat, "ready", campaign=event.campaign)

    def on_seat_paused(self, event: SeatPaused) -> None:
        seat = self.floor.seat(event.seat)
        if seat.has_call or seat.state == "wrap_up":
            seat.pausing = event.code
        else:  # Of a closed seat too: sitting down begins with a pause.
            self._leave(seat, "paused", event.code)

    def on_seat_closed(self, event: SeatClosed) -> None:
        seat = self.floor.seat(event.seat)
        if seat.state == "wrap_up":
            self._say_for(seat)
            self._leave(seat, "closed", "signed_off")
        elif seat.state == "talking":
            seat.closing = True
            self._out.append(Warn("seat_closed_in_talk", {"seat": str(seat.id)}))
        else:
            self._leave(seat, "closed", "signed_off")

    def on_seat_lost(self, event: SeatLost) -> None:
        seat = self.floor.seat(event.seat)
        if seat.state == "paused" and seat.reason in WAITS_FOR_PHONE:
            self._leave(seat, "paused", AGENT_LEFT)  # Its telephone alone does not make it ready any more.
        elif seat.state in ("closed", "paused"):
            self._surprise(f"SeatLost of a {seat.state} seat")
        elif seat.state in ("talking", "wrap_up"):
            seat.lost = True
            if seat.state == "talking":
                self._out.append(Warn("seat_lost_in_talk", {"seat": str(seat.id), "call": str(seat.call)}))
        else:
            self._leave(seat, "paused", AGENT_LEFT)

    def _leave(self, seat: Seat, state: SeatState, reason: str) -> None:
        """A seat goes at once; whoever was to be joined to it waits for another."""
        self._return_offer(seat, 0.0)
        call = self.calls.get(seat.call) if seat.call is not None and seat.state == "ringing" else None
        seat.pausing, seat.closing, seat.lost, seat.finish_after = None, False, False, False
        self._set_seat(seat, state, reason=reason)
        if call is not None and call.seat == seat.id:
            call.belong(None, promised=False)
        if state == "closed":
            seat.moving_to = None

    def _is_taken_unasked(self, seat: Seat, call: Call) -> None:
        """The switch has joined somebody to this seat: whoever was to be joined waits for another, a wish holds."""
        self._return_offer(seat, 0.0)
        if seat.state == "paused":
            seat.pausing = seat.reason
        elif seat.state == "closed":
            seat.closing = True
        elif seat.state == "ringing" and seat.call != call.id:
            other = self.calls.get(seat.call) if seat.call is not None else None
            seat.call = call.id
            if other is not None and other.seat == seat.id:
                other.belong(None, promised=False)

    def on_finish_asked(self, event: FinishAsked) -> None:
        self.floor.seat(event.seat).finish_after = event.on

    def on_skip_asked(self, event: SkipAsked) -> None:
        seat = self.floor.seat(event.seat)
        if seat.state != "previewing":
            self._surprise(f"SkipAsked of a {seat.state} seat")
            return
        self._return_offer(seat, SKIPPED_S)
        self._set_seat(seat, "ready", first=True)

    def on_disposed(self, event: Disposed) -> None:
        """The last agent's word counts; an earlier one's holds where the last one says nothing."""
        said = said_by(event)
        call, talked = self.calls.get(event.attempt), self.talked.get(event.attempt)
        if call is not None and call.joined_at is not None:
            if self._left_early(event, call.last):
                call.fronted = said
            else:
                call.disposed = said  # Chosen before the end of the talk; it holds when the talk ends.
        elif talked is None:
            self._surprise("Disposed of no talk")
        elif self._left_early(event, talked.seat):
            talked.fronted = said
        else:
            self._settle(event.attempt, said)
        self._end_wrap_up(event)

    def _left_early(self, event: Disposed, last: SeatId | None) -> bool:
        """This agent wraps up a talk that another one ended, or has now."""
        seat = self.floor.seat(event.seat)
        return seat.id != last and seat.state == "wrap_up" and seat.call == event.attempt

    def _end_wrap_up(self, event: Disposed) -> None:
        seat = self.floor.seat(event.seat)
        if seat.state == "wrap_up" and seat.call == event.attempt:
            self._rest(seat)


def said_by(event: Disposed) -> Disposition:
    return Disposition(event.code, event.final, event.again_at)
