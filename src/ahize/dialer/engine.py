"""The dialer: told what happened and when, it answers with commands. It decides and never does.

Rule 1: nothing is dialled without a permit, and a permit comes from outside, sealed.
Rule 2: somebody already on the line always comes before a new number.
Rule 3: whatever comes out of turn is a surprise: counted, never raised, never acted on as if it were in turn.

It refuses to know who keeps the data, who rules and who places the calls; it holds no clock. Its chance comes from the
seed in ``Recovered``, so a journal replays by itself.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from ahize.calls import greeting, outcomes
from ahize.calls.events import (
    AgentJoined,
    Answered,
    CallEvent,
    EndUnknown,
    HumanHeard,
    HungUp,
    MachineHeard,
    MessagePlayed,
    OriginateRefused,
    Ringing,
)
from ahize.calls.machine import UNANSWERED, Phase, advance, order
from ahize.dialer import recycling
from ahize.dialer.board import LONG_AGO, Board, Call, Disposition, Seeking, Talked
from ahize.dialer.floor import Floor, Seat
from ahize.dialer.messages import (
    Barred,
    CampaignSet,
    CampaignSettings,
    Candidate,
    Cleared,
    Command,
    Conclude,
    Connect,
    DialAsked,
    Disposed,
    DisposeFor,
    Event,
    FinishAsked,
    HangUp,
    HangUpAsked,
    Lease,
    Leased,
    Method,
    NumberSuppressed,
    Offer,
    OpenCall,
    OpenSeat,
    Originate,
    PlayMessage,
    Recovered,
    Recycle,
    Release,
    ResumeAsked,
    SeatClosed,
    SeatLost,
    SeatPaused,
    SeatReady,
    SeatState,
    SeekLeave,
    SetSeat,
    SkipAsked,
    StopAsked,
    Tick,
    Warn,
)
from ahize.kernel.chance import stream
from ahize.kernel.ids import AttemptId, CallId, CampaignId, ContactId, SeatId, new_uuid
from ahize.pacing.budget import Budget
from ahize.pacing.policies import dials_now
from ahize.pacing.snapshot import Snapshot

SEEK_S = 5.0  # A clearance that is silent longer is taken for dead.
GREETING_S = 3.0  # Longest wait for a verdict on who picked up; then it is a person.
RING_GRACE_S = 8.0  # The switch ends the ringing itself; this much later we ask it to.
MARGIN_S = 0.25  # The message must have begun within the limit, so we decide this much earlier.
JOIN_S = 0.2  # An agent being joined gets at least this long before we call it a no-show.
MESSAGE_S = 40.0
TALK_S = 7200.0
ENDING_S = 5.0
HANG_UPS_MAX = 4  # So often we ask the switch to end a call before we call its end unknown.
LEASE_ANSWER_S = 10.0
LOOK_AGAIN_S = 2.0  # After the store had fewer contacts than asked.
REFILL_S = 15.0  # A due callback is found this soon even while the hopper is full.
SKIPPED_S = 600.0
SILENT_S = 60.0
HOPPER_MIN, HOPPER_MAX = 10, 1000

AGENT_LEFT = "lost"


class Dialer:
    """One floor's engine. Feed it every event in order, do what it commands, and ring when ``wakeup`` says."""

    def __init__(self) -> None:
        self.floor = Floor()
        self.boards: dict[CampaignId, Board] = {}
        self.seeking: dict[AttemptId, Seeking] = {}
        self.calls: dict[CallId, Call] = {}
        self.talked: dict[AttemptId, Talked] = {}
        self.surprises: Counter[str] = Counter()
        self.stopped = False
        self.epoch = 0
        self.lines = 0
        self._silent: dict[AttemptId, datetime] = {}
        self._inherited: set[AttemptId] = set()
        self._numbers: dict[str, dict[AttemptId, None]] = {}
        self._contacts: dict[ContactId, AttemptId] = {}
        self._chance = stream(0, "dialer")
        self._now = LONG_AGO
        self._out: list[Command] = []
        self._alarms: list[tuple[datetime, int, Callable[[Any], None], Any]] = []
        self._alarm_no = 0
        self._restless: dict[CampaignId, None] = {}

    # ── the floor manager's thinking ────────────────────────────────────────────────────────────────────────────

    def handle(self, event: Event, now: datetime) -> tuple[Command, ...]:
        """What to do about this event, in this order; the same events at the same times always give the same answer."""
        self._now = max(now, self._now)  # A clock set back is waited for; deadlines never run backwards.
        self._out = []

        self._record(event)
        self._connect_people_who_wait()
        self._honour_deadlines()
        self._connect_people_who_wait()
        self._dial()

        return tuple(self._out)

    def wakeup(self) -> datetime | None:
        """When to send a ``Tick`` at the latest. Ask after every event; a Tick that comes early does no harm."""
        return self._alarms[0][0] if self._alarms else None

    def _record(self, event: Event) -> None:
        _RECORD[type(event)](self, event)

    def _connect_people_who_wait(self) -> None:
        for campaign in self._restless:
            waiting = self.boards[campaign].waiting
            while waiting and (seat := self.floor.longest_waiting(campaign)):
                self._connect(self.calls[next(iter(waiting))], seat)

    def _honour_deadlines(self) -> None:
        while self._alarms and self._alarms[0][0] <= self._now:
            _, _, ring, about = heapq.heappop(self._alarms)
            ring(about)

    def _dial(self) -> None:
        """Promised people first, then as many more as pacing allows; then look after the hopper."""
        for campaign in tuple(self._restless):
            board = self.boards[campaign]
            board.budget.turn(self._now)
            if self._may_dial(board):
                self._dial_promised(board)
                if board.settings.mode == "preview":
                    self._offer_previews(board)
                else:
                    self._dial_in_line(board)
                self._refill(board)
        self._restless.clear()

    # ── dialling ────────────────────────────────────────────────────────────────────────────────────────────────

    def _may_dial(self, board: Board) -> bool:
        return board.may_dial and not self.stopped

    def _dial_promised(self, board: Board) -> None:
        """One agent is reserved first, then the person is called: callbacks and requests are never left to chance."""
        for seat_id in board.hopper.seats_promised():
            seat = self.floor.seat(seat_id)
            if seat.is_ready and seat.campaign == board.settings.campaign:
                promised = board.hopper.next_for(seat_id)
                assert promised is not None, "a promised line that is listed has somebody in it"
                self._seek(promised, board, seat)
        campaign = board.settings.campaign
        while (free := self.floor.longest_waiting(campaign)) and (candidate := board.hopper.next_in_front()):
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
        for _ in range(dials_now(board.settings.mode, self.snapshot(board))):
            candidate = board.hopper.next_in_line()
            if candidate is None:
                return
            self._seek(candidate, board, None)

    def snapshot(self, board: Board) -> Snapshot:
        """What the pacer sees of this campaign now."""
        campaign, pool = board.settings.campaign, board.pool
        return Snapshot(
            ready=self.floor.ready(campaign),
            talking=self.floor.at_work(campaign),
            seeking=board.seeking,
            ringing=pool[Phase.DIALED] + pool[Phase.RINGING],
            listening=pool[Phase.LISTENING],
            waiting=pool[Phase.WAITING],
            lines=max(0, self.lines - len(self.calls) - len(self.seeking)),
            ratio=board.settings.ratio,
            allowance=board.budget.left,
        )

    def _refill(self, board: Board) -> None:
        """Ask the store for more before the hopper is empty, and now and then for callbacks that came due."""
        campaign, mode = board.settings.campaign, board.settings.mode
        seats = self.floor.ready(campaign) + self.floor.at_work(campaign)
        if not seats or mode == "manual" or board.asked:
            return
        full = min(HOPPER_MAX, max(HOPPER_MIN, 2 * seats))
        is_low = board.hopper.in_line <= full // 2
        if self._now < (board.dry_until if is_low else board.refill_at):
            return
        n = max(1, full - board.hopper.in_line)
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

    def _seek(self, candidate: Candidate, board: Board, seat: Seat | None) -> None:
        """Ask clearance. The engine can't make a permit; it waits for one."""
        attempt = AttemptId(new_uuid(self._now, self._chance))
        seeking = Seeking(attempt, candidate, board, seat.id if seat else None, self._in(SEEK_S))
        self.seeking[attempt] = seeking
        self._remember(candidate, attempt)
        if seat is None:
            board.seeking += 1
        else:
            seat.call, seat.offered = attempt, None
            self._set_seat(seat, "ringing")
        method = _method(board.settings, candidate, one_to_one=seat is not None)
        self._out.append(SeekLeave(attempt, candidate, method, board.settings.version))
        self._alarm(SEEK_S, self._clearance_was_silent, attempt)

    def _leave_seeking(self, seeking: Seeking) -> None:
        del self.seeking[seeking.attempt]
        self._forget_number(seeking.candidate, seeking.attempt)
        if seeking.seat is None:
            seeking.board.seeking -= 1
        self._stir(seeking.board)

    def _clearance_was_silent(self, attempt: AttemptId) -> None:
        seeking = self.seeking.get(attempt)
        if seeking is None:
            return
        self._leave_seeking(seeking)
        self._silent[attempt] = self._now
        self._recycle(seeking, recycling.Again(self._in(SILENT_S), "clearance_silent"))
        self._free(seeking.seat, "clearance_silent")
        self._out.append(Warn("clearance_silent", {"attempt": str(attempt)}))

    def on_cleared(self, event: Cleared) -> None:
        seeking = self.seeking.get(event.attempt)
        if seeking is None:
            self._cleared_too_late(event)
            return
        self._leave_seeking(seeking)
        why = seeking.void or self._reason_not_to_dial(seeking, event)
        if why:
            self._withdraw(seeking, why)
        else:
            self._originate(seeking, event)

    def _cleared_too_late(self, event: Cleared) -> None:
        """Given up, or asked for in an earlier life: the attempt that clearance wrote still wants its one outcome."""
        self._surprise("Cleared")
        of_an_earlier_life = event.permit.epoch < self.epoch and event.attempt not in self._inherited
        if event.attempt in self._silent or of_an_earlier_life:
            self._silent.pop(event.attempt, None)
            self._inherited.add(event.attempt)
            self._out.append(Conclude(event.attempt, "withdrawn", None, False))

    def _reason_not_to_dial(self, seeking: Seeking, cleared: Cleared) -> str:
        """Much may have changed while leave was being sought; a permit unused does no harm."""
        board = seeking.board
        if not self._may_dial(board):
            return "stopped"
        if not cleared.permit.covers(seeking.candidate.number, self._now):
            return "permit_not_for_now"
        if seeking.seat is not None and self.floor.seat(seeking.seat).call != seeking.attempt:
            return "seat_left"
        snapshot = self.snapshot(board)
        if seeking.seat is None and snapshot.exposure + 1 > snapshot.allowance:
            return "no_seat_left"
        return ""

    def _withdraw(self, seeking: Seeking, why: str) -> None:
        self._out.append(Conclude(seeking.attempt, "withdrawn", None, False))
        again = recycling.Again(None if why == "suppressed" else self._now, why)
        self._recycle(seeking, again)
        self._free(seeking.seat, why)

    def _originate(self, seeking: Seeking, cleared: Cleared) -> None:
        permit = cleared.permit
        call = Call(CallId(seeking.attempt), seeking.candidate, seeking.board, self._now)
        call.seat, call.promised = seeking.seat, seeking.seat is not None
        self._adopt(call)
        ring_s = min(max(seeking.board.settings.ring_s_max, permit.ring_s_min), permit.ring_s_max)
        self._until(call, ring_s + RING_GRACE_S)
        self._out.append(Originate(call.id, permit, ring_s))

    def _adopt(self, call: Call) -> None:
        self.calls[call.id] = call
        self._remember(call.candidate, call.id)
        call.open()
        self._stir(call.board)

    def on_barred(self, event: Barred) -> None:
        seeking = self.seeking.get(event.attempt)
        if seeking is None:
            self._silent.pop(event.attempt, None)
            self._surprise("Barred")
            return
        self._leave_seeking(seeking)
        self._recycle(seeking, recycling.after_bar(event.grounds, event.next_lawful))
        self._free(seeking.seat, f"barred: {event.grounds[0]}" if event.grounds else "barred")

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

    # ── what happens to calls ───────────────────────────────────────────────────────────────────────────────────

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
        if phase is not Phase.ENDED:
            call.enter(phase)
        self._stir(call.board)
        _NEWS[type(event)](self, call, event)

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
        self._hang_up(call, "fax" if event.kind == "fax" else "machine", already=True)

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
            case Phase.TALKING:
                self._hang_up(call, "connected")
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

    # ── seats ───────────────────────────────────────────────────────────────────────────────────────────────────

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

    def _wrap_up(self, call: Call, seat_id: SeatId | None) -> None:
        assert seat_id is not None, "a talk had an agent"
        self.talked[call.id] = Talked(call.id, call.candidate, call.board, call.suppressed)
        seat = self.floor.seat(seat_id)
        said = call.disposed
        if said is not None:
            self._settle(call.id, said)
        elif seat.closing or call.board.settings.wrap_up_s <= 0:
            self._dispose_for(call.id, seat_id)
        else:
            self._set_seat(seat, "wrap_up", deadline=self._in(call.board.settings.wrap_up_s))
            return
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
        self._out.append(DisposeFor(attempt, seat, "not_dispositioned"))
        talked = self.talked[attempt]
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
            self._dispose_for(seat.call, seat.id)
            self._rest(seat)
        elif seat.state == "previewing":
            self._return_offer(seat, 0.0)
            self._set_seat(seat, "paused", reason="no_answer")

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
        if seat.state == "wrap_up" and seat.call is not None:
            self._dispose_for(seat.call, seat.id)
            self._leave(seat, "closed", "signed_off")
        elif seat.state == "talking":
            seat.closing = True
            self._out.append(Warn("seat_closed_in_talk", {"seat": str(seat.id)}))
        else:
            self._leave(seat, "closed", "signed_off")

    def on_seat_lost(self, event: SeatLost) -> None:
        seat = self.floor.seat(event.seat)
        if seat.state in ("closed", "paused"):
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

    def on_finish_asked(self, event: FinishAsked) -> None:
        self.floor.seat(event.seat).finish_after = event.on

    def on_skip_asked(self, event: SkipAsked) -> None:
        seat = self.floor.seat(event.seat)
        if seat.state != "previewing":
            self._surprise(f"SkipAsked of a {seat.state} seat")
            return
        self._return_offer(seat, SKIPPED_S)
        self._set_seat(seat, "ready", first=True)

    def on_dial_asked(self, event: DialAsked) -> None:
        """An agent asks; leave is sought as for everyone, and the agent is reserved before anything rings."""
        seat = self.floor.seat(event.seat)
        board = self.boards.get(event.candidate.campaign)
        busy = event.candidate.contact in self._contacts
        if seat.has_call or seat.state in ("closed", "wrap_up"):
            self._surprise(f"DialAsked of a {seat.state} seat")
            if not busy:
                self._release(event.candidate.campaign, [event.candidate])
            return
        offered, seat.offered = seat.offered, None
        if offered is not None and offered.contact != event.candidate.contact:
            self._release(offered.campaign, [offered])
        if board is None or not self._may_dial(board) or busy:
            if not busy:
                self._release(event.candidate.campaign, [event.candidate])
            reason = "contact_in_a_call" if busy else "stopped"
            self._set_seat(seat, seat.state if seat.state != "previewing" else "ready", reason=reason)
            return
        board.hopper.drop_contact(event.candidate.contact)
        if seat.campaign != event.candidate.campaign:
            self.floor.put(seat, seat.state, campaign=event.candidate.campaign)
        self._seek(event.candidate, board, seat)

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

    def on_disposed(self, event: Disposed) -> None:
        said = _said(event)
        call = self.calls.get(event.attempt)
        if call is not None and call.joined_at is not None:
            call.disposed = said  # Chosen before the end of the talk; it holds when the talk ends.
            return
        if event.attempt not in self.talked:
            self._surprise("Disposed of no talk")
            self._end_wrap_up(event)
            return
        self._settle(event.attempt, said)
        self._end_wrap_up(event)

    def _end_wrap_up(self, event: Disposed) -> None:
        seat = self.floor.seat(event.seat)
        if seat.state == "wrap_up" and seat.call == event.attempt:
            self._rest(seat)

    # ── campaigns, stops and suppression ────────────────────────────────────────────────────────────────────────

    def on_campaign_set(self, event: CampaignSet) -> None:
        self._set_campaign(event.settings, since_recovery=False)

    def _set_campaign(self, settings: CampaignSettings, *, since_recovery: bool) -> None:
        board = self.boards.get(settings.campaign)
        if board is None:
            budget = Budget(settings.abandon_cap, settings.live_answers, settings.abandoned, settings.period_until)
            board = self.boards[settings.campaign] = Board(settings, budget)
        else:
            changes_mode = board.settings.mode != settings.mode
            board.settings = settings
            board.budget.cap = settings.abandon_cap
            if board.budget.until is None and settings.period_until and settings.period_until > self._now:
                board.budget.until = settings.period_until
            if changes_mode:
                self._take_offers_back(board)
        if settings.running:
            board.stopped, board.dry_until = False, LONG_AGO
        else:
            self._empty_hopper(board)
        if not since_recovery:
            self._stir(board)

    def _take_offers_back(self, board: Board) -> None:
        for seat in self.floor.seats.values():
            if seat.state == "previewing" and seat.campaign == board.settings.campaign:
                self._return_offer(seat, 0.0)
                self._set_seat(seat, "ready")

    def _empty_hopper(self, board: Board) -> None:
        self._release(board.settings.campaign, board.hopper.drop_all())
        self._take_offers_back(board)

    def on_stop_asked(self, event: StopAsked) -> None:
        """No further originate from here on: what is being sought is not dialled when it is cleared."""
        if event.campaign is None:
            self.stopped = True
        boards = [
            board for campaign, board in self.boards.items() if event.campaign is None or campaign == event.campaign
        ]
        for board in boards:
            if event.campaign is not None:
                board.stopped = True
            self._empty_hopper(board)
        if event.hang_up:
            stopped = {board.settings.campaign for board in boards}
            for call in [call for call in self.calls.values() if call.candidate.campaign in stopped]:
                if call.phase in UNANSWERED:
                    self._hang_up(call, "cancelled")

    def on_resume_asked(self, _: ResumeAsked) -> None:
        self.stopped = False
        for board in self.boards.values():
            board.dry_until = LONG_AGO  # What the stop released is there again.
            self._stir(board)

    def on_number_suppressed(self, event: NumberSuppressed) -> None:
        """Leave this number in peace: not dialled, not rung any longer; who is on the line already is served."""
        for board in self.boards.values():
            for candidate in board.hopper.drop_number(event.number, event.seller):
                self._out.append(Recycle(candidate.campaign, candidate.contact, None, "suppressed"))
                self._stir(board)
        for seat in self.floor.seats.values():
            offered = seat.offered
            if offered and offered.number == event.number and event.seller in (None, offered.seller):
                seat.offered = None
                self._out.append(Recycle(offered.campaign, offered.contact, None, "suppressed"))
                self._set_seat(seat, "ready", reason="suppressed", first=True)
        for attempt in tuple(self._numbers.get(event.number, ())):
            seeking, call = self.seeking.get(attempt), self.calls.get(attempt)
            if seeking is not None and event.seller in (None, seeking.candidate.seller):
                seeking.void = "suppressed"
            elif call is not None and event.seller in (None, call.candidate.seller):
                call.suppressed = True
                if call.phase in UNANSWERED:
                    self._hang_up(call, "cancelled")

    # ── the beginning of a life ─────────────────────────────────────────────────────────────────────────────────

    def on_recovered(self, event: Recovered) -> None:
        """Take over what stands open. The switch's own present comes after this, as ordinary events."""
        self.epoch, self.stopped, self.lines = event.epoch, event.stopped, event.lines
        self._chance = stream(event.seed, "dialer")
        for settings in event.campaigns:
            self._set_campaign(settings, since_recovery=True)
        for open_call in event.calls:
            self._reopen_call(open_call)
        for open_seat in event.seats:
            self._reopen_seat(open_seat)
        for call in self.calls.values():
            if call.seat is not None and self.floor.seat(call.seat).call != call.id:
                call.belong(None, promised=False)
        for board in self.boards.values():
            self._stir(board)

    def _reopen_call(self, given: OpenCall) -> None:
        self._inherited.add(given.attempt)
        board = self.boards.get(given.candidate.campaign)
        if board is None:
            self._surprise("OpenCall of no campaign")
            self._out.append(HangUp(CallId(given.attempt), "not_ours"))
            self._out.append(Conclude(given.attempt, "unknown", None, given.state == "talking"))
            return
        phases = {
            "dialed": (Phase.DIALED, board.settings.ring_s_max + RING_GRACE_S),
            "ringing": (Phase.RINGING, board.settings.ring_s_max + RING_GRACE_S),
            "answered": (Phase.LISTENING, GREETING_S),
            "talking": (Phase.TALKING, TALK_S),
        }
        phase, limit_s = phases[given.state]
        call = Call(CallId(given.attempt), given.candidate, board, given.since, phase, seat=given.seat)
        call.promised = given.seat is not None and given.candidate.origin != "dialer"
        call.disposed = _said(given.said) if given.said else None
        call.counted = given.state in ("answered", "talking")  # The period's counts begin with these in them.
        if phase is Phase.TALKING:
            call.joined_at = given.since
        self._adopt(call)
        self._until(call, limit_s)

    def _reopen_seat(self, given: OpenSeat) -> None:
        seat = self.floor.seat(given.seat)
        seat.finish_after = given.finish_after
        campaign = given.campaign if given.campaign in self.boards else None
        call = self.calls.get(given.attempt) if given.attempt is not None else None
        if given.attempt is not None and call is not None and given.state in ("ringing", "talking"):
            seat.call = call.id
            call.belong(seat.id, promised=call.promised or call.phase in UNANSWERED)
            talking = call.phase is Phase.TALKING
            seat.lost = not given.alive
            self._set_seat(seat, "talking" if talking else "ringing", campaign=campaign)
            if call.phase is Phase.LISTENING:
                self._out.append(Connect(call.id, seat.id))  # Perhaps again, which is safe.
            if seat.lost and not talking:
                self._leave(seat, "paused", AGENT_LEFT)
        elif given.state in ("talking", "wrap_up") and given.attempt is not None:
            self._reopen_wrap_up(seat, given, campaign)
        elif given.state in ("ready", "previewing", "ringing") and given.alive and campaign is not None:
            self._set_seat(seat, "ready", campaign=campaign)
        elif given.state == "paused":
            self.floor.put(seat, "paused", campaign=campaign)
            seat.reason = given.pause_code
        elif given.state != "closed":
            self._set_seat(seat, "paused", campaign=campaign, reason=AGENT_LEFT)

    def _reopen_wrap_up(self, seat: Seat, given: OpenSeat, campaign: CampaignId | None) -> None:
        """The talk ended while nobody listened, or before; its disposition is still owed."""
        board = self.boards.get(given.campaign) if given.campaign is not None else None
        attempt = given.attempt
        assert attempt is not None, "a wrap-up is of a talk"
        seat.lost = not given.alive
        seat.call = attempt
        if board is None or given.candidate is None:
            self._surprise("wrap-up of a contact not known")
            self._out.append(DisposeFor(attempt, seat.id, "not_dispositioned"))
            self._set_seat(seat, "paused", campaign=campaign, reason="recovered")
            return
        self.talked[attempt] = Talked(attempt, given.candidate, board)
        self._contacts[given.candidate.contact] = attempt
        if given.said is not None:
            self.floor.put(seat, "wrap_up", campaign=campaign)
            self._settle(attempt, _said(given.said))
            self._rest(seat)
            return
        until = given.deadline or self._in(board.settings.wrap_up_s)
        self._set_seat(seat, "wrap_up", campaign=campaign, deadline=max(until, self._in(1.0)))

    def on_tick(self, _: Tick) -> None:
        """Time has passed; the deadlines are looked at in any case."""

    # ── small things ────────────────────────────────────────────────────────────────────────────────────────────

    def _in(self, seconds: float) -> datetime:
        return self._now + timedelta(seconds=seconds)

    def _alarm(self, seconds: float, ring: Callable[[Any], None], about: object) -> None:
        self._alarm_no += 1  # Two alarms for one instant ring in the order they were set.
        heapq.heappush(self._alarms, (self._in(max(0.0, seconds)), self._alarm_no, ring, about))

    def _until(self, call: Call, seconds: float) -> None:
        """The call's present phase must be over by then."""
        call.deadline = self._in(seconds)
        self._alarm(seconds, self._call_deadline, (call.id, call.deadline))

    def _stir(self, board: Board) -> None:
        """Something changed here: look at this campaign before this event is done with."""
        self._restless[board.settings.campaign] = None

    def _stir_campaign(self, campaign: CampaignId | None) -> None:
        if campaign in self.boards:
            self._restless[campaign] = None

    def _recycle(self, of: Seeking | Call | Talked, again: recycling.Again) -> None:
        """The contact is the store's again; until here nobody else may call them."""
        if self._contacts.get(of.candidate.contact) == of.attempt:
            del self._contacts[of.candidate.contact]
        self._out.append(Recycle(of.candidate.campaign, of.candidate.contact, again.due_at, again.reason))

    def _release(self, campaign: CampaignId, candidates: Iterable[Candidate], wait_s: float = 0.0) -> None:
        contacts = tuple(candidate.contact for candidate in candidates)
        if contacts:
            self._out.append(Release(campaign, contacts, self._in(wait_s)))

    def _remember(self, candidate: Candidate, attempt: AttemptId) -> None:
        self._contacts[candidate.contact] = attempt
        self._numbers.setdefault(candidate.number, {})[attempt] = None

    def _forget_number(self, candidate: Candidate, attempt: AttemptId) -> None:
        same = self._numbers[candidate.number]
        del same[attempt]
        if not same:
            del self._numbers[candidate.number]

    def _surprise(self, what: str) -> None:
        self.surprises[what] += 1


def _said(event: Disposed) -> Disposition:
    return Disposition(event.code, event.final, event.again_at)


def _method(settings: CampaignSettings, candidate: Candidate, *, one_to_one: bool) -> Method:
    """The method in the law's words."""
    if candidate.origin == "typed":
        return "manual"
    if one_to_one:
        return "preview" if candidate.origin in ("preview", "callback") else "progressive"
    return "predictive" if settings.mode == "ratio" else "progressive"


_NEWS: dict[type, Callable[[Dialer, Call, Any], None]] = {
    Ringing: Dialer._rings,
    Answered: Dialer._answered,
    HumanHeard: Dialer._person_heard,
    MachineHeard: Dialer._machine_heard,
    AgentJoined: Dialer._joined,
    MessagePlayed: Dialer._message_was_played,
    HungUp: Dialer._hung_up,
    OriginateRefused: Dialer._gate_refused,
    EndUnknown: Dialer._end_unknown,
}
"""What each event of a call means beyond its phase. One that ends the call finds it in the phase it ended in."""

_RECORD: dict[type, Callable[[Dialer, Any], None]] = {
    **dict.fromkeys(_NEWS, Dialer.on_call_event),
    Recovered: Dialer.on_recovered,
    Tick: Dialer.on_tick,
    Leased: Dialer.on_leased,
    Cleared: Dialer.on_cleared,
    Barred: Dialer.on_barred,
    CampaignSet: Dialer.on_campaign_set,
    SeatReady: Dialer.on_seat_ready,
    SeatPaused: Dialer.on_seat_paused,
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
}
"""Every event has its method; a test keeps this table complete."""
