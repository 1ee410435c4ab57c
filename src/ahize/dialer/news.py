"""What the switch says about a call.

News goes through the table of ``calls/machine.py`` first; what comes out of turn is a surprise. Refuses to know why a
number was dialled.
"""

from __future__ import annotations

from collections.abc import Callable
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
from ahize.calls.machine import Phase, advance
from ahize.dialer.board import Call
from ahize.dialer.commands import Connect, HangUp, PlayMessage, Warn
from ahize.dialer.ears import Ears
from ahize.dialer.hands import DROP_S
from ahize.dialer.lines import ENDING_S, GREETING_S, MARGIN_S

RECORDS_NOTHING = frozenset({"fax", "full_mailbox"})


class News(Ears):
    """The engine's ear on the switch."""

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
        self._until(call, GREETING_S)
        if call.promised and call.seat is not None:
            self._out.append(Connect(call.id, call.seat))
        elif call.is_played and not call.board.settings.detect:
            self._run_flow(call)

    def _person_heard(self, call: Call, event: HumanHeard) -> None:
        self._person(call, certain=greeting.is_certain(event.reason))

    def _machine_heard(self, call: Call, event: MachineHeard) -> None:
        call.outcome = "fax" if event.kind == "fax" else "machine"
        if call.joined_at is not None:  # A recording is being left, and a new engine took it for somebody alone.
            self._free(call.seat, "", call=call.id)
            call.belong(None)
            self._until(call, DROP_S)
        elif call.is_played and call.board.settings.on_machine == "leave" and event.kind not in RECORDS_NOTHING:
            self._play_flow(call, machine=True)
        else:
            self._hang_up(call, call.outcome)

    def _agent_wanted(self, call: Call, _: AgentWanted) -> None:
        if call.phase is Phase.TALKING:
            self._person_is_alone(call)
        else:
            self._until(call, call.board.settings.connect_s - MARGIN_S)

    def _flow_ended(self, call: Call, event: FlowEnded) -> None:
        call.word = event.outcome
        self._hang_up(call, call.outcome or "played", already=True)

    def _stop_pressed(self, call: Call, _: StopPressed) -> None:
        """What it means for the number is said in ``lives.py``; the call goes on to its end."""

    def _hung_up(self, call: Call, event: HungUp) -> None:
        agent_was_free = call.seat is not None
        if call.phase is Phase.LISTENING:
            agent_was_free |= self.floor.ready(call.board.settings.campaign) > 0
        outcome = call.outcome or outcomes.of_end(call.phase, event.cause, agent_was_free=agent_was_free)
        self._end(call, outcome, event.cause)

    def _gate_refused(self, call: Call, event: OriginateRefused) -> None:
        self._end(call, "refused", None)
        self._out.append(Warn("originate_refused", {"call": str(call.id), "why": event.why}))

    def _end_unknown(self, call: Call, _: EndUnknown) -> None:
        self._end(call, call.outcome or "unknown", None)

    def _stranger(self, event: CallEvent) -> None:
        """News of a call that is over for us. If somebody is on that line, they are not left in silence."""
        self._surprise(f"{type(event).__name__} of no call")
        if isinstance(event, Answered | HumanHeard | AgentWanted):
            self._out.append(PlayMessage(event.call, "abandoned"))
        elif isinstance(event, Ringing | AgentJoined | MachineHeard | FlowEnded):
            self._out.append(HangUp(event.call, "not_ours"))

    def _joined(self, call: Call, event: AgentJoined) -> None:
        """What the switch says about who hears whom is the truth, also where we meant somebody else."""
        seat_id = event.seat
        if call.joined_at is not None and call.seat is not None and self.floor.seat(call.seat).state == "talking":
            self._moved(call, seat_id)
            return
        if call.seat != seat_id:
            self._surprise("AgentJoined by another seat")
            self._free(call.seat, "", call=call.id)
            seat = self.floor.seat(seat_id)
            if seat.state in ("talking", "wrap_up") and seat.call not in (None, call.id):
                self._hang_up(call, "connected")
                return
            self._is_taken_unasked(seat, call)
            call.belong(seat_id)
        if call.heard_at is None:
            self._learn(call, answered=True)
        call.refund()
        call.no_show = False
        self._taken(call, seat_id)

    def _message_was_played(self, call: Call, _: MessagePlayed) -> None:
        """The switch hangs up by itself now. If it spoke before we asked it to, no agent is to blame."""
        call.charge()
        call.outcome = call.outcome or "abandoned"
        self._until(call, ENDING_S)
        if not call.no_show:
            self._free(call.seat, "abandoned", call=call.id)
            call.belong(None)


NEWS: dict[type, Callable[[News, Call, Any], None]] = {
    Ringing: News._rings,
    Answered: News._answered,
    HumanHeard: News._person_heard,
    MachineHeard: News._machine_heard,
    AgentJoined: News._joined,
    MessagePlayed: News._message_was_played,
    AgentWanted: News._agent_wanted,
    StopPressed: News._stop_pressed,
    FlowEnded: News._flow_ended,
    HungUp: News._hung_up,
    OriginateRefused: News._gate_refused,
    EndUnknown: News._end_unknown,
}
"""What each event of a call means beyond its phase. One that ends the call finds it in the phase it ended in."""
