"""Supervisors' ears: hear a talk, whisper to its agent, join in, or take the person over.

They end with the talk, and with whatever else the supervisor's seat begins. Who may listen to whom is decided before it
is asked here.
"""

from __future__ import annotations

from ahize.calls.machine import Phase
from ahize.dialer.commands import Listen, Warn
from ahize.dialer.events import EarsAsked
from ahize.dialer.floor import AT_WORK, Seat
from ahize.dialer.phones import Phones
from ahize.dialer.seats import LISTENING


class Ears(Phones):
    """Who hears whom besides the two who speak."""

    def on_ears_asked(self, event: EarsAsked) -> None:
        supervisor, target = self.floor.seat(event.supervisor), self.floor.seat(event.seat)
        if event.how == "off":
            if supervisor.id in self.ears:
                self._take_ears_off(supervisor.id)
            else:
                self._surprise("EarsAsked off of nobody's")
            return
        if why := self._reason_not_to_listen(supervisor, target):
            about = {"supervisor": str(supervisor.id), "seat": str(target.id), "why": why}
            self._out.append(Warn("ears_refused", about))
            return
        if self.ears.get(supervisor.id) not in (None, target.id):
            self._take_ears_off(supervisor.id)
        if event.how == "take_over":
            self._take_over(supervisor, target)
            return
        if supervisor.state == "ready":
            self._set_seat(supervisor, "paused", reason=LISTENING)
        self.ears[supervisor.id] = target.id
        self._out.append(Listen(supervisor.id, target.id, event.how))

    def _reason_not_to_listen(self, supervisor: Seat, target: Seat) -> str:
        call = self.calls.get(target.call) if target.call is not None else None
        if supervisor.state in (*AT_WORK, "wrap_up", "previewing") or supervisor.id == target.id:
            return "supervisor_busy"
        if not self._hears(supervisor.id):
            return "no_phone"
        if call is None or call.phase is not Phase.TALKING or target.id not in (call.seat, call.other):
            return "no_talk"
        if target.state != "talking":
            return "no_talk"
        return ""

    def _take_over(self, supervisor: Seat, target: Seat) -> None:
        """The person moves to the supervisor's seat, which goes back to listening afterwards."""
        assert target.call is not None, "whoever talks has a call"
        call = self.calls[target.call]
        if call.other is not None or call.alone_since is not None:
            about = {"supervisor": str(supervisor.id), "seat": str(target.id), "why": "changes_hands"}
            self._out.append(Warn("ears_refused", about))
            return
        supervisor.pausing = LISTENING
        supervisor.call = call.id
        self._set_seat(supervisor, "ringing", campaign=supervisor.campaign or call.candidate.campaign)
        self._hand_over(call, supervisor.id, "cold")
