"""Whose the next answers are, as engines said while it rings; and an agent's ear on a line that rings.

Answers which seat has a call at its answer, so that nobody need be asked. The called person's own channel is not
touched before: it comes to us from the dialplan as ever, whose branch speaks where we are away (P5). What an agent
hears of the ringing is a snoop, which listens and cannot speak. Refuses to know who is free.
"""

from __future__ import annotations

from dataclasses import dataclass

from ahize.dialer.commands import Expect
from ahize.kernel.ids import CallId, SeatId
from ahize.telephony import words
from ahize.telephony.phones import Sends
from ahize.telephony.wire import APP


@dataclass(slots=True)
class Expected:
    """Whose the answer is; ``snoop`` brings that seat what is heard on the line; empty: nothing does."""

    seat: SeatId
    snoop: str = ""


class Expecting:
    """Every call of one switch whose answer is somebody's already."""

    def __init__(self, send: Sends) -> None:
        self._send = send
        self._expected: dict[CallId, Expected] = {}

    def set(self, command: Expect) -> None:
        """From now on this seat's, or (None) nobody's."""
        self.forget(command.call)
        if command.seat is not None:
            one = self._expected[command.call] = Expected(command.seat)
            if command.hears:
                one.snoop = f"{words.EARLY}{command.call}"
                told = {"spy": "in", "whisper": "none", "app": APP, "appArgs": f"early,{command.call}"}
                self._send("POST", f"channels/{command.call}/snoop/{one.snoop}", query=told)

    def came(self, call: CallId, snoop: str) -> None:
        """The line's sound is there: into the bridge where the agent's telephone waits."""
        one = self._expected.get(call)
        if one is None or one.snoop != snoop:
            self._send("DELETE", f"channels/{snoop}")
            return
        self._send("POST", f"bridges/{words.seat_name(one.seat)}/addChannel", query={"channel": snoop})

    def whose(self, call: CallId) -> SeatId | None:
        """Whose its answer is."""
        one = self._expected.get(call)
        return one.seat if one is not None else None

    def joined(self, seat: SeatId) -> None:
        """Somebody is joined to this seat, and no other line is heard there."""
        for call in [call for call, one in self._expected.items() if one.seat == seat]:
            self.forget(call)

    def forget(self, call: CallId) -> None:
        """Nobody's. A call that is gone has taken its snoop with it, so what is asked then comes to nothing."""
        one = self._expected.pop(call, None)
        if one is not None and one.snoop:
            self._send("DELETE", f"channels/{one.snoop}")
