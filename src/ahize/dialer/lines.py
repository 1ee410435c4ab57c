"""A call's own moves: joined, abandoned, hung up, ended; and the deadline of each of its phases.

Every phase ends, also if nothing more is ever heard. Refuses to know why a number was dialled, and what the switch says
(``news.py``).
"""

from __future__ import annotations

from datetime import datetime

from ahize.calls.machine import Phase, order
from ahize.dialer import recycling
from ahize.dialer.board import Call
from ahize.dialer.commands import Conclude, Connect, HangUp, PlayMessage, RunFlow, Warn
from ahize.dialer.floor import Seat
from ahize.dialer.seats import Seats
from ahize.kernel.ids import CallId

GREETING_S = 3.0  # Longest wait for a verdict on who picked up; then it is a person.
MARGIN_S = 0.25  # The message must have begun within the limit, so we decide this much earlier.
JOIN_S = 0.2  # An agent being joined gets at least this long before we call it a no-show.
HAND_OVER_S = 5.0  # The same for somebody who has talked already and hears music meanwhile.
MESSAGE_S = 40.0
FLOW_S = 900.0
TALK_S = 7200.0
ENDING_S = 5.0
HANG_UPS_MAX = 4  # So often we ask the switch to end a call before we call its end unknown.

TOO_LONG = {
    Phase.DIALED: "no_answer",
    Phase.RINGING: "no_answer",
    Phase.TALKING: "connected",
    Phase.FLOW: "played",
    Phase.MACHINE: "machine",
    Phase.MESSAGE: "abandoned",
}
"""What comes of a call that we end because its phase took too long."""


class Lines(Seats):
    """The engine's hand on the switch."""

    def _adopt(self, call: Call) -> None:
        self.calls[call.id] = call
        self._remember(call.candidate, call.id)
        call.open()
        self._stir(call.board)

    def _until(self, call: Call, seconds: float) -> None:
        """The call's present phase must be over by then."""
        call.deadline = self._in(seconds)
        self._alarm(seconds, self._call_deadline, (call.id, call.deadline))

    def _call_deadline(self, about: tuple[CallId, datetime]) -> None:
        """Every phase ends: this is what happens to one that does not end by itself."""
        call = self.calls.get(about[0])
        if call is None or call.deadline != about[1]:
            return
        self._stir(call.board)
        match call.phase:
            case Phase.LISTENING:
                self._person(call, certain=False)
            case Phase.WAITING:
                self._abandon(call)
            case Phase.HELD:
                self._find_somebody(call)
            case Phase.ENDING:
                self._hang_up_again(call)
            case phase:
                self._hang_up(call, TOO_LONG[phase])

    def _hang_up_again(self, call: Call) -> None:
        call.hang_ups += 1
        if call.hang_ups >= HANG_UPS_MAX:
            self._end(call, call.outcome, None)
        else:
            self._until(call, ENDING_S)
            self._out.append(HangUp(call.id, call.outcome))

    # ── a person has picked up ──────────────────────────────────────────────────────────────────────────────────

    def _person(self, call: Call, *, certain: bool) -> None:
        """Somebody is there: they wait for an agent, or hear the flow they were called for."""
        if call.heard_at is None:
            self._learn(call, answered=True)
        call.heard_at = self._now
        if certain:
            call.count_live()
        if call.is_played:
            self._run_flow(call)
            return
        if call.phase is Phase.LISTENING:
            call.enter(order(call.phase, Phase.WAITING))
        self._until(call, call.board.settings.connect_s - MARGIN_S)

    def _learn(self, call: Call, *, answered: bool) -> None:
        """What came of a dial that was promised to nobody, for the pacer."""
        if not call.promised and not call.is_played:
            age_s = (self._now - call.since).total_seconds()
            learn = call.board.pacer.answered if answered else call.board.pacer.ended
            learn(age_s, call.chance, call.kind, call.candidate.chance)

    def _run_flow(self, call: Call) -> None:
        if call.phase is not Phase.FLOW:
            call.enter(order(call.phase, Phase.FLOW))
            self._play_flow(call, machine=False)

    def _play_flow(self, call: Call, *, machine: bool) -> None:
        settings = call.board.settings
        self._until(call, FLOW_S)
        self._out.append(RunFlow(call.id, settings.flow, settings.flow_agents, machine))

    def _connect(self, call: Call, seat: Seat) -> None:
        call.belong(seat.id)
        if call.phase is Phase.HELD:
            self._until(call, HAND_OVER_S)
        elif call.deadline is not None and call.deadline < self._in(JOIN_S):
            self._until(call, JOIN_S)
        seat.call = call.id
        self._set_seat(seat, "ringing")
        self._out.append(Connect(call.id, seat.id))

    def _abandon(self, call: Call) -> None:
        call.enter(order(call.phase, Phase.MESSAGE))
        call.charge()
        call.no_show = call.seat is not None
        self._until(call, MESSAGE_S)
        self._out.append(PlayMessage(call.id, "abandoned"))

    # ── a person who talked is alone ────────────────────────────────────────────────────────────────────────────

    def _find_somebody(self, call: Call) -> None:
        """To their last agent if that one is free, to who waits longest, or they hear why we must say goodbye."""
        if call.seat is not None:
            self._did_not_come(call)
        call.parked = False
        last = self.floor.seat(call.last) if call.last is not None else None
        free = last if last is not None and last.is_ready else self.floor.longest_waiting(call.candidate.campaign)
        if free is not None:
            self._connect(call, free)
            return
        self._out.append(Warn("person_left_alone", {"call": str(call.id), "seat": str(call.last)}))
        self._abandon(call)

    def _did_not_come(self, call: Call) -> None:
        """The seat that was to be joined was not; it is asked no more until its agent says so."""
        assert call.seat is not None, "a seat was to be joined"
        seat = self.floor.seat(call.seat)
        call.belong(None)
        if seat.call == call.id:
            seat.pausing = "no_answer"
            self._out.append(Warn("agent_did_not_come", {"seat": str(seat.id), "call": str(call.id)}))
        self._free(seat.id, "no_answer", call=call.id)

    def _let_other_go(self, call: Call, reason: str) -> None:
        """The second seat of a call is out of it."""
        if call.other is None:
            return
        seat = self.floor.seat(call.other)
        call.other, call.hand = None, ""
        if seat.call != call.id:
            return
        if seat.state == "talking":
            state, why = seat.rest(after_talk=False)
            self._set_seat(seat, state, reason=why or reason, first=True)
        else:
            self._free(seat.id, reason, call=call.id)

    # ── the end ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _hang_up(self, call: Call, outcome: str, *, already: bool = False) -> None:
        """End a call on our side; its outcome is known now, its end when the switch says so."""
        if not already:
            call.enter(order(call.phase, Phase.ENDING))
        call.outcome = outcome
        self._until(call, ENDING_S)
        self._out.append(HangUp(call.id, outcome))
        self._stir(call.board)

    def _end(self, call: Call, outcome: str, cause: int | None) -> None:
        """Exactly one outcome; then the contact, the budget and the seat."""
        if outcome == "abandoned":
            call.charge()
        talked = call.joined_at is not None
        if not talked and call.heard_at is None and outcome != "refused":
            self._learn(call, answered=False)
        del self.calls[call.id]
        self._forget_number(call.candidate, call.id)
        self._let_other_go(call, "")
        seat = call.seat
        call.belong(None, promised=True)  # Out of every pool.
        call.deadline = None
        if talked:
            outcome = outcome if outcome == "machine" else "connected"
            closing_s = None if call.closing_at is None else (self._now - call.closing_at).total_seconds()
            call.board.pacer.talked((self._now - (call.joined_at or self._now)).total_seconds(), closing_s)
        self._out.append(Conclude(call.id, outcome, cause, talked))
        self._stir(call.board)
        if talked:
            self._free(seat, "", call=call.id)
            self._wrap_up(call)
            return
        word = call.word if call.word in call.board.settings.recycling else outcome
        again = recycling.after_outcome(call.board.settings, call.candidate, word, self._now)
        self._recycle(call, recycling.Again(None, "suppressed") if call.suppressed else again)
        if call.no_show and seat is not None and self.floor.seat(seat).call == call.id:
            self.floor.seat(seat).pausing = "no_answer"
            self._out.append(Warn("agent_did_not_come", {"seat": str(seat), "call": str(call.id)}))
        self._free(seat, outcome, call=call.id)
