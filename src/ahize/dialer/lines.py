"""What happens on the lines: everything the switch says about a call, and the deadline of each of its phases.

News goes through the table of ``calls/machine.py`` first; what comes out of turn is a surprise. Every phase ends, also
if nothing more is ever heard. Refuses to know why a number was dialled.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from ahize.calls import greeting, outcomes
from ahize.calls.events import (
    AgentJoined,
    AgentWanted,
    Answered,
    CallEvent,
    EndUnknown,
    FlowEnded,
    HumanHeard,
    HungUp,
    MachineHeard,
    MessagePlayed,
    OriginateRefused,
    Ringing,
    StopPressed,
)
from ahize.calls.machine import Phase, advance, order
from ahize.dialer import recycling
from ahize.dialer.board import Call
from ahize.dialer.floor import Seat
from ahize.dialer.messages import (
    Conclude,
    Connect,
    HangUp,
    HangUpAsked,
    PlayMessage,
    Warn,
)
from ahize.dialer.seats import Seats
from ahize.kernel.ids import CallId

GREETING_S = 3.0  # Longest wait for a verdict on who picked up; then it is a person.
MARGIN_S = 0.25  # The message must have begun within the limit, so we decide this much earlier.
JOIN_S = 0.2  # An agent being joined gets at least this long before we call it a no-show.
MESSAGE_S = 40.0
TALK_S = 7200.0
ENDING_S = 5.0
HANG_UPS_MAX = 4  # So often we ask the switch to end a call before we call its end unknown.


class Lines(Seats):
    """The engine's ear and hand on the switch."""

    def on_call_event(self, event: CallEvent) -> None:
        """Everything the switch says about a call goes through the table first."""
        call = self.calls.get(event.call)
        if call is None:
            self._stranger(event)
            return
        phase = advance(call.phase, event)
        if phase is None:
            self._surprise(f"{type(event).__name__} in {call.phase}")
            if isinstance(event, AgentJoined) and call.phase is Phase.ENDING:
                self._out.append(HangUp(call.id, call.outcome))
            return
        if phase not in (Phase.ENDED, call.phase):
            call.enter(phase)
        self._stir(call.board)
        NEWS[type(event)](self, call, event)

    def _rings(self, call: Call, event: Ringing) -> None:
        """The limit runs from the dialling on; ringing does not lengthen it."""

    def _answered(self, call: Call, _: Answered) -> None:
        call.board.estimates.ring.learn((self._now - call.since).total_seconds())
        self._until(call, GREETING_S)
        if call.promised and call.seat is not None:
            self._out.append(Connect(call.id, call.seat))

    def _person_heard(self, call: Call, event: HumanHeard) -> None:
        self._person(call, certain=greeting.is_certain(event.reason))

    def _machine_heard(self, call: Call, event: MachineHeard) -> None:
        self._hang_up(call, "fax" if event.kind == "fax" else "machine")

    def _hung_up(self, call: Call, event: HungUp) -> None:
        agent_was_free = call.seat is not None
        if call.phase is Phase.LISTENING:
            agent_was_free |= self.floor.ready(call.board.settings.campaign) > 0
        outcome = call.outcome or outcomes.of_end(call.phase, event.cause, agent_was_free=agent_was_free)
        self._end(call, outcome, event.cause)

    def _gate_refused(self, call: Call, event: OriginateRefused) -> None:
        self._end(call, "refused", None)
        self._out.append(Warn("originate_refused", {"call": str(call.id), "why": event.why}))

    def _out_of_turn(self, call: Call, event: AgentWanted | StopPressed | FlowEnded) -> None:
        self._surprise(f"{type(event).__name__} in {call.phase}")

    def _end_unknown(self, call: Call, _: EndUnknown) -> None:
        self._end(call, call.outcome or "unknown", None)

    def _stranger(self, event: CallEvent) -> None:
        """News of a call that is over for us. If somebody is on that line, they are not left in silence."""
        self._surprise(f"{type(event).__name__} of no call")
        if isinstance(event, Answered | HumanHeard):
            self._out.append(PlayMessage(event.call, "abandoned"))
        elif isinstance(event, Ringing | AgentJoined | MachineHeard):
            self._out.append(HangUp(event.call, "not_ours"))

    def _person(self, call: Call, *, certain: bool) -> None:
        call.heard_at = self._now
        call.board.estimates.answer.learn(True)
        if certain:
            call.count_live()
        self._until(call, call.board.settings.connect_s - MARGIN_S)

    def _connect(self, call: Call, seat: Seat) -> None:
        call.belong(seat.id)
        if call.deadline is not None and call.deadline < self._in(JOIN_S):
            self._until(call, JOIN_S)
        seat.call = call.id
        self._set_seat(seat, "ringing")
        self._out.append(Connect(call.id, seat.id))

    def _joined(self, call: Call, event: AgentJoined) -> None:
        """What the switch says about who hears whom is the truth, also where we meant somebody else."""
        seat_id = event.seat
        if call.joined_at is not None:
            self._surprise("AgentJoined in talking")
            return
        if call.seat != seat_id:
            self._surprise("AgentJoined by another seat")
            self._free(call.seat, "", call=call.id)
            if self.floor.seat(seat_id).call not in (None, call.id):
                self._hang_up(call, "connected")
                return
            call.belong(seat_id)
        if call.heard_at is None:
            call.board.estimates.answer.learn(True)
        call.refund()
        call.no_show = False
        call.joined_at = self._now
        seat = self.floor.seat(seat_id)
        seat.call = call.id
        self._set_seat(seat, "talking")
        self._until(call, TALK_S)

    def _message_was_played(self, call: Call, _: MessagePlayed) -> None:
        """The switch hangs up by itself now. If it spoke before we asked it to, no agent is to blame."""
        call.charge()
        call.outcome = "abandoned"
        self._until(call, ENDING_S)
        if not call.no_show:
            self._free(call.seat, "abandoned", call=call.id)
            call.belong(None)

    def _abandon(self, call: Call) -> None:
        call.enter(order(call.phase, Phase.MESSAGE))
        call.charge()
        call.no_show = call.seat is not None
        self._until(call, MESSAGE_S)
        self._out.append(PlayMessage(call.id, "abandoned"))

    def _hang_up(self, call: Call, outcome: str, *, already: bool = False) -> None:
        """End a call on our side; its outcome is known now, its end when the switch says so."""
        if not already:
            call.enter(order(call.phase, Phase.ENDING))
        call.outcome = outcome
        self._until(call, ENDING_S)
        self._out.append(HangUp(call.id, outcome))
        self._stir(call.board)

    def _call_deadline(self, about: tuple[CallId, datetime]) -> None:
        """Every phase ends: this is what happens to one that does not end by itself."""
        call = self.calls.get(about[0])
        if call is None or call.deadline != about[1]:
            return
        self._stir(call.board)
        match call.phase:
            case Phase.DIALED | Phase.RINGING:
                self._hang_up(call, "no_answer")
            case Phase.LISTENING:
                call.enter(order(call.phase, Phase.WAITING))
                self._person(call, certain=False)
            case Phase.WAITING:
                self._abandon(call)
            case Phase.TALKING | Phase.HELD:
                self._hang_up(call, "connected")
            case Phase.FLOW:
                self._hang_up(call, "played")
            case Phase.MACHINE:
                self._hang_up(call, "machine")
            case Phase.MESSAGE:
                self._hang_up(call, "abandoned")
            case Phase.ENDING:
                call.hang_ups += 1
                if call.hang_ups >= HANG_UPS_MAX:
                    self._end(call, call.outcome, None)
                else:
                    self._until(call, ENDING_S)
                    self._out.append(HangUp(call.id, call.outcome))
            case Phase.ENDED:
                pass

    def _end(self, call: Call, outcome: str, cause: int | None) -> None:
        """Exactly one outcome; then the contact, the budget and the seat."""
        if outcome == "abandoned":
            call.charge()
        talked = call.joined_at is not None
        if not talked and outcome in ("no_answer", "busy", "machine", "fax", "rejected"):
            call.board.estimates.answer.learn(False)
        del self.calls[call.id]
        self._forget_number(call.candidate, call.id)
        seat = call.seat
        call.belong(None, promised=True)  # Out of every pool.
        call.deadline = None
        if talked:
            outcome = "connected"
            call.board.estimates.talk.learn((self._now - (call.joined_at or self._now)).total_seconds())
        self._out.append(Conclude(call.id, outcome, cause, talked))
        self._stir(call.board)
        if talked:
            self._wrap_up(call, seat)
            return
        again = recycling.after_outcome(call.board.settings, call.candidate, outcome, self._now)
        self._recycle(call, recycling.Again(None, "suppressed") if call.suppressed else again)
        if call.no_show and seat is not None and self.floor.seat(seat).call == call.id:
            self.floor.seat(seat).pausing = "no_answer"
            self._out.append(Warn("agent_did_not_come", {"seat": str(seat), "call": str(call.id)}))
        self._free(seat, outcome, call=call.id)

    def _adopt(self, call: Call) -> None:
        self.calls[call.id] = call
        self._remember(call.candidate, call.id)
        call.open()
        self._stir(call.board)

    def _until(self, call: Call, seconds: float) -> None:
        """The call's present phase must be over by then."""
        call.deadline = self._in(seconds)
        self._alarm(seconds, self._call_deadline, (call.id, call.deadline))

    def on_hang_up_asked(self, event: HangUpAsked) -> None:
        call = self.calls.get(event.call)
        if call is None or call.seat != event.seat:
            self._surprise("HangUpAsked of no call")
            return
        match call.phase:
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


NEWS: dict[type, Callable[[Lines, Call, Any], None]] = {
    Ringing: Lines._rings,
    Answered: Lines._answered,
    HumanHeard: Lines._person_heard,
    MachineHeard: Lines._machine_heard,
    AgentJoined: Lines._joined,
    MessagePlayed: Lines._message_was_played,
    AgentWanted: Lines._out_of_turn,
    StopPressed: Lines._out_of_turn,
    FlowEnded: Lines._out_of_turn,
    HungUp: Lines._hung_up,
    OriginateRefused: Lines._gate_refused,
    EndUnknown: Lines._end_unknown,
}
"""What each event of a call means beyond its phase. One that ends the call finds it in the phase it ended in."""
