"""What comes to the floor as a whole: a new life, a campaign's settings, a stop, a number to be left in peace.

Whatever was going on is brought in order with it at once. Refuses to know who decided it.
"""

from __future__ import annotations

from collections.abc import Mapping

from ahize.calls.events import CallEvent, StopPressed
from ahize.calls.machine import UNANSWERED, Phase, order
from ahize.dialer import ledgers
from ahize.dialer.board import LONG_AGO, Board, Call, Talked
from ahize.dialer.commands import Conclude, Connect, DisposeFor, HangUp, Hold, Listen, Recycle, Warn
from ahize.dialer.events import CampaignSet, NumberSuppressed, OpenCall, OpenSeat, Recovered, ResumeAsked, StopAsked
from ahize.dialer.floor import Seat
from ahize.dialer.hands import PARK_S
from ahize.dialer.leave import RING_GRACE_S
from ahize.dialer.lines import GREETING_S, TALK_S
from ahize.dialer.presence import Presence
from ahize.dialer.seats import AGENT_LEFT, LISTENING, PARKED, said_by
from ahize.dialer.values import CampaignSettings
from ahize.kernel.chance import stream
from ahize.kernel.ids import AttemptId, CallId, CampaignId, SeatId

HELD_S = 30.0
"""Longest music after a new engine found somebody without an agent."""


class Lives(Presence):
    """What people decide about the whole floor, and what an engine is born with."""

    def on_campaign_set(self, event: CampaignSet) -> None:
        self._set_campaign(event.settings, since_recovery=False)

    def _set_campaign(self, settings: CampaignSettings, *, since_recovery: bool) -> None:
        board = self.boards.get(settings.campaign)
        if board is None:
            board = self.boards[settings.campaign] = Board(settings, ledgers.opened(settings, self._now, self.shared))
        else:
            changes_mode = board.settings.mode != settings.mode
            board.settings = settings
            ledgers.keep(board.ledger, settings, self._now, self.shared)
            ledgers.forget_unused(self.shared, (one.ledger for one in self.boards.values()))
            board.pacer.patience_s = settings.connect_s
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

    def on_call_event(self, event: CallEvent) -> None:
        """Whoever opts out in a call is left in peace from now on, in whatever phase it is heard."""
        call = self.calls.get(event.call)
        super().on_call_event(event)
        if isinstance(event, StopPressed) and call is not None:
            self._out.append(Warn("stop_pressed", {"call": str(call.id)}))
            self.on_number_suppressed(NumberSuppressed(call.candidate.number, call.candidate.seller))

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

    def on_recovered(self, event: Recovered) -> None:
        """Take over what stands open. The switch's own present comes after this, as ordinary events."""
        self.epoch, self.stopped, self.lines, self.phones = event.epoch, event.stopped, event.lines, event.phones
        self._chance = stream(event.seed, "dialer")
        for settings in event.campaigns:
            self._set_campaign(settings, since_recovery=True)
        for open_call in event.calls:
            self._reopen_call(open_call)
        holders = self._who_talks(event)
        for open_seat in event.seats:
            self._reopen_seat(open_seat, holders)
            self._go_on(open_seat)
        for call in self.calls.values():
            if call.seat is not None and self.floor.seat(call.seat).call != call.id:
                call.belong(None, promised=False)
            if call.phase is Phase.TALKING and call.seat is None:
                self._reopen_held(call)
            elif call.alone_since is not None:
                self._person_is_alone(call)
        for board in self.boards.values():
            self._stir(board)

    def _who_talks(self, event: Recovered) -> dict[AttemptId, SeatId]:
        """Who had each talk. Two seats may have been in one: the one that the call names, or else the first."""
        holders: dict[AttemptId, SeatId] = {}
        for seat in event.seats:
            call = self.calls.get(seat.attempt) if seat.attempt is not None else None
            talks = call is not None and call.phase is Phase.TALKING and seat.state == "talking"
            if call is not None and talks and (call.seat == seat.seat or call.id not in holders):
                holders[call.id] = seat.seat
        return holders

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
        call.kind = board.kind_of(given.candidate, given.since)
        call.chance = board.chance_of(given.candidate, given.since)
        if not call.promised:
            ledgers.apply(board.ledger, board.settings, call.candidate.country)
        call.disposed = said_by(given.said) if given.said else None
        call.counted = given.state in ("answered", "talking")  # The period's counts begin with these in them.
        if phase is Phase.TALKING:
            call.joined_at = given.since
            call.last = given.seat
        self._adopt(call)
        self._until(call, limit_s)
        if phase is Phase.LISTENING and call.is_played:
            self._run_flow(call)  # Perhaps again: one that runs goes on.

    def _reopen_held(self, call: Call) -> None:
        """Parked, or on the way from one agent to another: music, and whoever takes them or is free."""
        last = self.floor.seat(call.last) if call.last is not None else None
        call.parked = last is not None and last.state == "paused" and last.reason == PARKED
        call.alone_since = None
        call.enter(order(call.phase, Phase.HELD))
        self._until(call, PARK_S if call.parked else HELD_S)
        self._out.append(Hold(call.id, True, free=True))

    def _reopen_seat(self, given: OpenSeat, holders: Mapping[AttemptId, SeatId]) -> None:
        seat = self.floor.seat(given.seat)
        seat.finish_after = given.finish_after
        self._present_until(seat, given.until)
        campaign = given.campaign if given.campaign in self.boards else None
        call = self.calls.get(given.attempt) if given.attempt is not None else None
        if given.state == "paused" and given.pause_code == LISTENING:
            self._out.append(Listen(seat.id, seat.id, "off"))
        if call is not None and call.phase is Phase.TALKING and given.state in ("ringing", "talking"):
            self._reopen_talk(seat, given, call, campaign, holds=holders.get(call.id) == seat.id)
        elif call is not None and given.state in ("ringing", "talking"):
            seat.call = call.id
            call.belong(seat.id, promised=call.promised or call.phase in UNANSWERED)
            seat.lost = not given.alive
            self._set_seat(seat, "ringing", campaign=campaign)
            if call.phase is Phase.LISTENING:
                self._out.append(Connect(call.id, seat.id))  # Perhaps again, which is safe.
            if seat.lost:
                self._leave(seat, "paused", AGENT_LEFT)
        elif call is not None and given.state == "wrap_up":
            seat.call, seat.lost = call.id, not given.alive  # The talk went on with another agent, or with none.
            call.last = holders.get(call.id, seat.id)
            self._set_seat(seat, "wrap_up", campaign=campaign, deadline=max(given.deadline or self._now, self._in(1.0)))
        elif given.state in ("talking", "wrap_up") and given.attempt is not None:
            self._reopen_wrap_up(seat, given, campaign)
        elif given.state == "ready" and given.pause_code:  # It wanted to go.
            self._set_seat(seat, "paused", campaign=campaign, reason=given.pause_code)
        elif given.state in ("ready", "previewing", "ringing") and given.alive and campaign is not None:
            self._set_seat(seat, "ready", campaign=campaign)
        elif given.state == "paused":
            self.floor.put(seat, "paused", campaign=campaign)
            seat.reason = given.pause_code
        elif given.state != "closed":
            self._set_seat(seat, "paused", campaign=campaign, reason=AGENT_LEFT)

    def _go_on(self, given: OpenSeat) -> None:
        """A talk or a wrap-up that goes on began when it began, for the pacer expects its end from there."""
        seat = self.floor.seat(given.seat)
        if given.since is not None and seat.state == given.state and seat.state in ("talking", "wrap_up"):
            seat.since = min(given.since, self._now)

    def _reopen_talk(
        self, seat: Seat, given: OpenSeat, call: Call, campaign: CampaignId | None, *, holds: bool
    ) -> None:
        """The one who talked has the call. Whom it was on its way to, or who was asked for advice, is free again."""
        if holds:
            seat.call, seat.lost = call.id, not given.alive
            call.belong(seat.id)
            call.last = seat.id
            self._set_seat(seat, "talking", campaign=campaign)
            return
        self._set_seat(seat, "ready" if given.alive else "paused", campaign=campaign, reason="recovered")
        call.alone_since = self._now  # Until everybody has their place again, which is asked for last.

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
        if attempt in self._inherited:
            if given.said is None:  # Another agent of the same talk owes the disposition.
                self._set_seat(seat, "wrap_up", campaign=campaign, deadline=given.deadline or self._in(1.0))
            else:
                self._set_seat(seat, "paused", campaign=campaign, reason="recovered")
            return
        self._inherited.add(attempt)
        self.talked[attempt] = Talked(attempt, given.candidate, board, seat=seat.id)
        self._contacts[given.candidate.contact] = attempt
        if given.said is not None:
            self.floor.put(seat, "wrap_up", campaign=campaign)
            self._settle(attempt, said_by(given.said))
            self._rest(seat)
            return
        until = given.deadline or self._in(board.settings.wrap_up_s)
        self._set_seat(seat, "wrap_up", campaign=campaign, deadline=max(until, self._in(1.0)))
