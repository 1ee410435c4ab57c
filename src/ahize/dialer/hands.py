"""What an agent does with the person in a talk: hold, press keys, pause the recording, leave a message, park.

Only the talk of one's own seat can be touched; anything else is a surprise. Refuses to know other agents
(``transfers.py``).
"""

from __future__ import annotations

from ahize.calls.machine import Phase, order
from ahize.dialer.board import Call
from ahize.dialer.commands import Connect, DropSound, Hold, PauseRecording, SendDigits
from ahize.dialer.events import (
    ClosingHeard,
    DigitsAsked,
    DropAsked,
    Event,
    HoldAsked,
    ParkAsked,
    RecordingPauseAsked,
)
from ahize.dialer.lines import HAND_OVER_S, Lines
from ahize.dialer.seats import PARKED
from ahize.kernel.ids import CallId, SeatId

KEYS = frozenset("0123456789*#ABCD")
KEYS_MAX = 64
DROP_S = 300.0
PARK_S = 300.0


class Hands(Lines):
    """The agent's hands on the talk."""

    def _talk_of(self, seat: SeatId, call_id: CallId, event: Event) -> Call | None:
        """The talk that this seat has, with nobody else in it; None, and a surprise, where there is no such talk."""
        call = self.calls.get(call_id)
        if call is None or call.phase is not Phase.TALKING or call.seat != seat:
            self._surprise(f"{type(event).__name__} of no talk")
            return None
        if call.other is not None or call.alone_since is not None:
            self._surprise(f"{type(event).__name__} in a talk that changes hands")
            return None
        return call

    def on_hold_asked(self, event: HoldAsked) -> None:
        if call := self._talk_of(event.seat, event.call, event):
            self._out.append(Hold(call.id, event.on))

    def on_digits_asked(self, event: DigitsAsked) -> None:
        call = self._talk_of(event.seat, event.call, event)
        if call is None:
            return
        if 0 < len(event.digits) <= KEYS_MAX and KEYS.issuperset(event.digits):
            self._out.append(SendDigits(call.id, event.digits))
        else:
            self._surprise("DigitsAsked of other keys")

    def on_recording_pause_asked(self, event: RecordingPauseAsked) -> None:
        """Card data are private whoever else is in the talk, so this asks for the seat alone."""
        call = self.calls.get(event.call)
        if call is None or call.phase is not Phase.TALKING or event.seat not in (call.seat, call.other):
            self._surprise("RecordingPauseAsked of no talk")
            return
        self._out.append(PauseRecording(call.id, event.on))

    def on_drop_asked(self, event: DropAsked) -> None:
        """The agent hears a machine: they are free, and it is no live answer."""
        call = self._talk_of(event.seat, event.call, event)
        if call is None:
            return
        call.enter(order(call.phase, Phase.MACHINE))
        call.belong(None)
        call.outcome = "machine"
        call.count_out()
        self._until(call, DROP_S)
        self._out.append(DropSound(call.id, event.sound))
        self._leave_talk(call, self.floor.seat(event.seat))

    def on_closing_heard(self, event: ClosingHeard) -> None:
        """How long it goes on from here is learned when it has ended; until then the pacer counts on the seat."""
        if call := self._talk_of(event.seat, event.call, event):
            call.closing_at = self._now
            self._stir(call.board)

    def on_park_asked(self, event: ParkAsked) -> None:
        if event.on:
            self._park(event)
        else:
            self._take_from_park(event)

    def _park(self, event: ParkAsked) -> None:
        """The agent steps back, so that nobody is dialled for them while somebody of theirs waits."""
        call = self._talk_of(event.seat, event.call, event)
        if call is None:
            return
        call.parked = True
        call.enter(order(call.phase, Phase.HELD))
        call.belong(None, promised=False)
        self._until(call, PARK_S)
        self._out.append(Hold(call.id, True, free=True))
        seat = self.floor.seat(event.seat)
        state, why = seat.rest(after_talk=True)
        self._set_seat(seat, "paused" if state == "ready" else state, reason=why or PARKED)

    def _take_from_park(self, event: ParkAsked) -> None:
        call, seat = self.calls.get(event.call), self.floor.seat(event.seat)
        if call is None or call.phase is not Phase.HELD or call.seat is not None:
            self._surprise("ParkAsked of nobody parked")
        elif seat.state not in ("ready", "paused") or (self.phones and not seat.phone):
            self._surprise(f"ParkAsked by a {seat.state} seat")
        else:
            self._taken_elsewhere(seat)
            call.belong(seat.id)
            call.parked = False
            seat.call = call.id
            self._until(call, HAND_OVER_S)
            self._set_seat(seat, "ringing", campaign=seat.campaign or call.candidate.campaign)
            self._out.append(Connect(call.id, seat.id))
