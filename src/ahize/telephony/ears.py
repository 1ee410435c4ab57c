"""Supervisors' ears: to hear a seat's talk, to whisper to its agent, to join in. The called person never hears a click.

A snoop hangs on the agent's own leg, which is kept up between calls, and is heard in the supervisor's own bridge; only
who joins in stands in the agent's. Refuses to know who may listen and where that is written down.
"""

from __future__ import annotations

from dataclasses import dataclass

from ahize.dialer.commands import Listen
from ahize.kernel.ids import SeatId
from ahize.telephony import words
from ahize.telephony.phones import Phones, Sends
from ahize.telephony.wire import APP


@dataclass(slots=True)
class Ear:
    """One supervisor who listens; ``snoop`` is empty where they have joined in."""

    seat: SeatId
    snoop: str


class Ears:
    """All who listen at one switch."""

    def __init__(self, send: Sends, phones: Phones) -> None:
        self._send, self._phones = send, phones
        self._ears: dict[SeatId, Ear] = {}
        self._number = 0

    def listen(self, command: Listen) -> None:
        """Listen, whisper, join in or stop. One supervisor hears one seat: what was before ends."""
        self._stop(command.supervisor)
        own, theirs = self._phones.leg(command.supervisor), self._phones.leg(command.seat)
        if command.how == "off" or own is None or theirs is None:
            return
        if command.how == "barge":
            self._ears[command.supervisor] = Ear(command.seat, "")
            self._send("POST", f"bridges/{words.seat_name(command.seat)}/addChannel", query={"channel": own})
            return
        self._number += 1
        snoop = f"ear-{command.supervisor}-{self._number}"
        self._ears[command.supervisor] = Ear(command.seat, snoop)
        self._send(
            "POST",
            f"channels/{theirs}/snoop/{snoop}",
            query={
                "spy": "both",
                "whisper": "out" if command.how == "whisper" else "none",
                "app": APP,
                "appArgs": f"ear,{command.supervisor}",
            },
        )

    def came(self, supervisor: SeatId, snoop: str) -> None:
        """The snoop is there: into the bridge where the supervisor's telephone waits."""
        ear = self._ears.get(supervisor)
        if ear is None or ear.snoop != snoop:
            self._send("DELETE", f"channels/{snoop}")
            return
        self._send("POST", f"bridges/{words.seat_name(supervisor)}/addChannel", query={"channel": snoop})

    def _stop(self, supervisor: SeatId) -> None:
        ear = self._ears.pop(supervisor, None)
        if ear is None:
            return
        if ear.snoop:
            self._send("DELETE", f"channels/{ear.snoop}")
        elif (own := self._phones.leg(supervisor)) is not None:
            self._send("POST", f"bridges/{words.seat_name(supervisor)}/addChannel", query={"channel": own})
