"""From one agent to another: cold, or warm with a word before; and whoever in between is left alone.

The receiving seat is reserved as for any call. Until it is joined, the first agent keeps the talk, so that a transfer
that fails leaves the person where they were. Who talked last owes the disposition; who talked before wraps up.
"""

from __future__ import annotations

from datetime import datetime

from ahize.calls.machine import Phase, order
from ahize.dialer.board import Call, Hand
from ahize.dialer.commands import Connect, Consult, HangUp, Hold, JoinAll, Warn
from ahize.dialer.events import HangUpAsked, TransferAsked, TransferEnded
from ahize.dialer.floor import Seat
from ahize.dialer.hands import Hands
from ahize.dialer.lines import HAND_OVER_S, TALK_S
from ahize.dialer.values import SeatState
from ahize.kernel.ids import CallId, SeatId


class Transfers(Hands):
    """Who has the person, and who next."""

    def on_transfer_asked(self, event: TransferAsked) -> None:
        call = self._talk_of(event.seat, event.call, event)
        if call is None:
            return
        target = self._receiver(event, call)
        if target is None:
            self._out.append(Warn("transfer_found_nobody", {"seat": str(event.seat), "call": str(call.id)}))
        elif event.warm:
            self._taken_elsewhere(target)
            call.other, call.hand, target.call = target.id, "consulting", call.id
            self._set_seat(target, "talking")
            self._out.append(Consult(call.id, target.id))
        else:
            self._taken_elsewhere(target)
            self._out.append(Hold(call.id, True))
            target.call = call.id
            self._set_seat(target, "ringing")
            self._hand_over(call, target.id, "cold")

    def _receiver(self, event: TransferAsked, call: Call) -> Seat | None:
        if event.to is None:
            return self.floor.longest_waiting(event.campaign or call.candidate.campaign)
        seat = self.floor.seat(event.to)
        return seat if seat.is_ready else None

    def _hand_over(self, call: Call, seat: SeatId, hand: Hand) -> None:
        """Join that seat in the first one's place; if nothing is heard of it, the first one has the person again."""
        call.other, call.hand = seat, hand
        self._out.append(Connect(call.id, seat))
        self._alarm(HAND_OVER_S, self._was_not_handed_over, (call.id, seat))

    def _was_not_handed_over(self, about: tuple[CallId, SeatId]) -> None:
        call = self.calls.get(about[0])
        if call is None or call.phase is not Phase.TALKING or call.other != about[1] or not call.is_handed_over:
            return
        self._out.append(Warn("transfer_failed", {"seat": str(call.other), "call": str(call.id)}))
        self.floor.seat(about[1]).pausing = "no_answer"
        self._back(call, "no_answer")

    def on_transfer_ended(self, event: TransferEnded) -> None:
        call = self.calls.get(event.call)
        if (
            call is None
            or call.phase is not Phase.TALKING
            or call.seat != event.seat
            or call.other is None
            or call.hand not in ("consulting", "all")
        ):
            self._surprise("TransferEnded of no consultation")
            return
        match event.how:
            case "complete":
                self._hand_over(call, call.other, "complete")
            case "back":
                self._back(call, "")
            case "all":
                call.hand = "all"
                self._out.append(JoinAll(call.id))

    def _back(self, call: Call, reason: str) -> None:
        """The second seat is out of it. The first has the person again, if it can hear them."""
        self._let_other_go(call, reason)
        assert call.seat is not None, "a talk has an agent"
        if self._hears(call.seat):
            self._alone(call, HAND_OVER_S)
            self._out.append(Connect(call.id, call.seat))
        else:
            self._agent_is_gone(call)

    def _hears(self, seat: SeatId) -> bool:
        return not self.phones or self.floor.seat(seat).phone

    # ── what came of it ─────────────────────────────────────────────────────────────────────────────────────────

    def _moved(self, call: Call, seat_id: SeatId) -> None:
        """The switch says whom somebody hears who has an agent already. What we did not ask for is put right."""
        if seat_id == call.other and call.is_handed_over:
            first, call.other, call.hand = call.seat, None, ""
            call.belong(seat_id)
            if first is not None:
                self._leave_talk(call, self.floor.seat(first))
            self._taken(call, seat_id)
        elif seat_id == call.seat and call.alone_since is not None:
            call.alone_since = None
        else:
            self._surprise("AgentJoined in talking")
            if seat_id not in (call.seat, call.other):
                wanted = call.other if call.is_handed_over else call.seat
                assert wanted is not None, "a talk has an agent"
                self._out.append(Connect(call.id, wanted))

    def _taken(self, call: Call, seat_id: SeatId) -> None:
        """This agent and the person hear each other from now on, and what an earlier agent said is an earlier word."""
        if call.last not in (None, seat_id) and call.disposed is not None:
            call.fronted, call.disposed = call.disposed, None
        if call.last != seat_id:
            call.closing_at = None
        call.last, call.alone_since, call.parked, call.overdue = seat_id, None, False, False
        call.joined_at = call.joined_at or self._now
        seat = self.floor.seat(seat_id)
        seat.call = call.id
        self._set_seat(seat, "talking")
        self._until(call, TALK_S)

    # ── somebody goes ───────────────────────────────────────────────────────────────────────────────────────────

    def _agent_is_gone(self, call: Call) -> None:
        """The person hears music until somebody else has them, or the message where nobody is free."""
        assert call.seat is not None, "a talk has an agent"
        first = self.floor.seat(call.seat)
        call.alone_since = None
        call.enter(order(call.phase, Phase.HELD))
        call.belong(None, promised=False)
        self._out.append(Hold(call.id, True, free=True))
        self._leave_talk(call, first)
        self._find_somebody(call)

    def _alone(self, call: Call, patience_s: float) -> None:
        """So long the agent has to come back to the person, who hears music."""
        call.alone_since = self._now
        self._alarm(patience_s, self._still_alone, (call.id, self._now))

    def _still_alone(self, about: tuple[CallId, datetime]) -> None:
        call = self.calls.get(about[0])
        if call is not None and call.phase is Phase.TALKING and call.alone_since == about[1]:
            self._agent_is_gone(call)

    def _leave(self, seat: Seat, state: SeatState, reason: str) -> None:
        """A seat that goes while somebody is handed over to it leaves them with the first."""
        call = self.calls.get(seat.call) if seat.call is not None and seat.state == "ringing" else None
        super()._leave(seat, state, reason)
        if call is not None and call.other == seat.id and call.phase is Phase.TALKING:
            self._back(call, reason)

    def _is_taken_unasked(self, seat: Seat, call: Call) -> None:
        handed = self.calls.get(seat.call) if seat.call is not None and seat.state == "ringing" else None
        super()._is_taken_unasked(seat, call)
        if handed is not None and handed is not call and handed.other == seat.id and handed.phase is Phase.TALKING:
            self._back(handed, "")

    def on_hang_up_asked(self, event: HangUpAsked) -> None:
        """Of two agents in a talk the one who hangs up leaves it; the person goes on with the other."""
        call = self.calls.get(event.call)
        if call is None or event.seat not in (call.seat, call.other):
            self._surprise("HangUpAsked of no call")
            return
        match call.phase:
            case Phase.TALKING if event.seat == call.other:
                self._back(call, "")
            case Phase.TALKING if call.is_handed_over:
                pass  # They leave as soon as the other is there, and keep the person if nobody comes.
            case Phase.TALKING if call.hand in ("consulting", "all") and call.other is not None:
                self._hand_over(call, call.other, "complete")
            case Phase.TALKING:
                self._hang_up(call, "connected")
            case Phase.DIALED | Phase.RINGING | Phase.LISTENING:
                self._hang_up(call, "cancelled")
            case Phase.WAITING:
                self._hang_up(call, "abandoned")
            case Phase.ENDING:
                self._out.append(HangUp(call.id, call.outcome))
            case _:
                self._surprise(f"HangUpAsked in {call.phase}")
