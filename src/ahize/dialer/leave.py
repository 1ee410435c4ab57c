"""Leave to dial: asked for, given or refused, and looked at once more before anything rings.

The engine can't make a permit; it waits for one, and a permit unused does no harm. Refuses to know why clearance ruled
as it did.
"""

from __future__ import annotations

from ahize.calls.machine import Phase
from ahize.dialer import ledgers, recycling
from ahize.dialer.board import LONG_AGO, Board, Call, Seeking
from ahize.dialer.commands import Conclude, Originate, SeekLeave, Warn
from ahize.dialer.events import Barred, Cleared, DialAsked
from ahize.dialer.floor import Seat
from ahize.dialer.lines import FLOW_S, GREETING_S
from ahize.dialer.news import News
from ahize.dialer.seats import NO_PHONE
from ahize.dialer.values import CampaignSettings, Candidate, Method
from ahize.kernel.ids import AttemptId, CallId, new_uuid
from ahize.pacing.ledger import Elsewhere
from ahize.pacing.snapshot import Snapshot

SEEK_S = 5.0  # A clearance that is silent longer is taken for dead.
RING_GRACE_S = 8.0  # The switch ends the ringing itself; this much later we ask it to.
SILENT_S = 60.0
OPEN_S = 60.0  # A call is taken to be open so long at least.
WITHDRAWN_S = 2.0  # Nothing rang; but what kept us a moment ago would keep us now.
IN_THE_AIR = (Phase.DIALED, Phase.RINGING, Phase.LISTENING, Phase.WAITING, Phase.FLOW, Phase.MACHINE)
"""Whoever may yet want a seat."""


class Leave(News):
    """The engine's way to a permit, and from a permit to a call."""

    def _may_dial(self, board: Board) -> bool:
        return board.may_dial and not self.stopped

    def snapshot(self, board: Board) -> Snapshot:
        """What the pacer sees of this campaign now."""
        campaign, pool = board.settings.campaign, board.pool
        open_s = self._open_s(board)
        return Snapshot(
            ready=self._staying(board, open_s),
            talking=self.floor.at_work(campaign),
            seeking=board.seeking,
            ringing=pool[Phase.DIALED] + pool[Phase.RINGING],
            listening=pool[Phase.LISTENING],
            waiting=pool[Phase.WAITING],
            lines=max(0, self.lines - len(self.calls) - len(self.seeking)),
            ratio=board.settings.ratio,
            allowance=board.ledger.allowance_for(self._now, open_s, self._elsewhere(board)),
            playing=pool[Phase.FLOW] + pool[Phase.MACHINE],
            lines_max=board.settings.broadcast_lines,
            needs_agents=board.needs_agents,
        )

    def _open_s(self, board: Board) -> float:
        """Longest from seeking leave until a person who answered has an agent, or is abandoned."""
        settings = board.settings
        rings_s = SEEK_S + settings.ring_s_max + RING_GRACE_S + GREETING_S + settings.connect_s
        return max(OPEN_S, rings_s) + (FLOW_S if board.is_broadcast else 0.0)

    def _staying(self, board: Board, open_s: float) -> int:
        """Free seats that will still be there when a call that is dialled now is answered, as far as anybody said."""
        campaign = board.settings.campaign
        return self.floor.staying(campaign, self._in(open_s)) if self.floor.ends else self.floor.ready(campaign)

    def _exposed(self, board: Board) -> int:
        """How many of its calls would find nobody if all were answered at this instant; never negative, for its free
        seats are no other campaign's."""
        if not board.needs_agents:
            return 0
        return max(
            0,
            board.seeking + sum(board.pool[phase] for phase in IN_THE_AIR) - self._staying(board, self._open_s(board)),
        )

    def _elsewhere(self, board: Board) -> dict[str, Elsewhere]:
        """What other campaigns have in the air on each budget that this one shares with them."""
        found: dict[str, Elsewhere] = {}
        if not self.shared:
            return found
        for name in self.shared:
            if not board.ledger.holds(name):
                continue
            others = [one for one in self.boards.values() if one is not board and one.ledger.holds(name)]
            exposed = [(self._exposed(one), self._open_s(one)) for one in others]
            found[name] = Elsewhere(
                sum(calls for calls, _ in exposed), max((open_s for calls, open_s in exposed if calls), default=0.0)
            )
        return found

    def _seek(self, candidate: Candidate, board: Board, seat: Seat | None) -> None:
        """Ask clearance. The engine can't make a permit; it waits for one."""
        attempt = AttemptId(new_uuid(self._now, self._chance))
        seeking = Seeking(attempt, candidate, board, seat.id if seat else None, self._in(SEEK_S))
        self.seeking[attempt] = seeking
        self._remember(candidate, attempt)
        if seat is None:
            ledgers.apply(board.ledger, board.settings, candidate.country)
            board.seeking += 1
        else:
            self._taken_elsewhere(seat)
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
        if seeking.seat is None and snapshot.needs_agents and snapshot.exposure + 1 > snapshot.allowance:
            return "no_seat_left"
        return ""

    def _withdraw(self, seeking: Seeking, why: str) -> None:
        self._out.append(Conclude(seeking.attempt, "withdrawn", None, False))
        again = recycling.Again(None if why == "suppressed" else self._in(WITHDRAWN_S), why)
        self._recycle(seeking, again)
        self._free(seeking.seat, why)

    def _originate(self, seeking: Seeking, cleared: Cleared) -> None:
        permit = cleared.permit
        call = Call(CallId(seeking.attempt), seeking.candidate, seeking.board, self._now)
        call.seat, call.promised = seeking.seat, seeking.seat is not None
        call.kind = call.board.kind_of(call.candidate, self._now)
        call.chance = call.board.chance_of(call.candidate, self._now)
        self._adopt(call)
        ring_s = min(max(seeking.board.settings.ring_s_max, permit.ring_s_min), permit.ring_s_max)
        self._until(call, ring_s + RING_GRACE_S)
        # An agent who is promised hears for themselves who picked up, and at once.
        detect = seeking.board.settings.detect and not call.promised
        self._out.append(Originate(call.id, permit, ring_s, detect, seeking.board.settings.person_cost))

    def on_barred(self, event: Barred) -> None:
        seeking = self.seeking.get(event.attempt)
        if seeking is None:
            self._silent.pop(event.attempt, None)
            self._surprise("Barred")
            return
        self._leave_seeking(seeking)
        seeking.board.next_dial_at = LONG_AGO  # Nothing rang, so a broadcast need not wait for its next.
        self._recycle(seeking, recycling.after_bar(event.grounds, event.next_lawful, self._now))
        self._free(seeking.seat, f"barred: {event.grounds[0]}" if event.grounds else "barred")

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
        has_phone = self._hears(seat.id)
        if board is None or not self._may_dial(board) or busy or not has_phone:
            if not busy:
                self._release(event.candidate.campaign, [event.candidate])
            reason = "contact_in_a_call" if busy else "stopped" if has_phone else NO_PHONE
            self._set_seat(seat, seat.state if seat.state != "previewing" else "ready", reason=reason)
            return
        board.hopper.drop_contact(event.candidate.contact)
        if seat.campaign != event.candidate.campaign:
            self.floor.put(seat, seat.state, campaign=event.candidate.campaign)
        self._seek(event.candidate, board, seat)


def _method(settings: CampaignSettings, candidate: Candidate, *, one_to_one: bool) -> Method:
    """The method in the law's words."""
    if candidate.origin == "typed":
        return "manual"
    if one_to_one:
        return "preview" if candidate.origin in ("preview", "callback") else "progressive"
    if settings.mode == "broadcast":
        return "ai_voice" if settings.ai_voice else "prerecorded"
    return "predictive" if settings.mode in ("ratio", "predictive") else "progressive"
