"""Telephones of seats: a seat is ready only while its telephone is up, and nobody in a talk is left in silence.

A floor without telephones of its own (``Recovered.phones`` False: the made-up world) has agents who always hear.
Refuses to know what a telephone is.
"""

from __future__ import annotations

from ahize.calls.machine import Phase
from ahize.dialer.board import Call
from ahize.dialer.commands import Connect, Hold, Warn
from ahize.dialer.events import PhoneLost, PhoneUp
from ahize.dialer.floor import Seat
from ahize.dialer.lines import HAND_OVER_S
from ahize.dialer.seats import PHONE_LOST, WAITS_FOR_PHONE
from ahize.dialer.transfers import Transfers

PHONE_BACK_S = 10.0


class Phones(Transfers):
    """What a telephone that comes or goes means for its seat."""

    def on_phone_up(self, event: PhoneUp) -> None:
        seat = self.floor.seat(event.seat)
        seat.phone = True
        call = self.calls.get(seat.call) if seat.call is not None else None
        if seat.state == "paused" and seat.reason in WAITS_FOR_PHONE and seat.campaign is not None:
            self._set_seat(seat, "ready")
        elif call is not None and call.seat == seat.id and call.alone_since is not None:
            self._out.append(Connect(call.id, seat.id))

    def on_phone_lost(self, event: PhoneLost) -> None:
        seat = self.floor.seat(event.seat)
        seat.phone = False
        if not self.phones:
            self._surprise("PhoneLost on a floor without telephones")
            return
        if seat.id in self.ears:
            self._take_ears_off(seat.id)
        call = self.calls.get(seat.call) if seat.call is not None else None
        if seat.state in ("ready", "previewing", "ringing"):
            self._leave(seat, "paused", seat.pausing or PHONE_LOST)
        elif seat.state == "talking" and call is not None and call.phase is Phase.TALKING:
            self._phone_lost_in_talk(call, seat)

    def _phone_lost_in_talk(self, call: Call, seat: Seat) -> None:
        """Whom the person goes on with: the other agent there is, or this one if the telephone is soon back."""
        if call.other == seat.id:
            self._back(call, PHONE_LOST)
        elif call.other is not None:
            if not call.is_handed_over:
                self._hand_over(call, call.other, "complete")
        elif call.alone_since is None:
            self._out.append(Hold(call.id, True))
            self._out.append(Warn("phone_lost_in_talk", {"seat": str(seat.id), "call": str(call.id)}))
            self._alone(call, PHONE_BACK_S)

    def _person_is_alone(self, call: Call) -> None:
        """The switch found somebody in a talk without an agent, after nobody had listened to it for a while."""
        assert call.seat is not None, "a talk has an agent"
        self._let_other_go(call, "")
        self._alone(call, HAND_OVER_S)
        if self._hears(call.seat):
            self._out.append(Connect(call.id, call.seat))
