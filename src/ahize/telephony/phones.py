"""The agents' ears: each seat's telephone, rung as soon as it can be and kept up between calls.

A seat's leg stands alone in the seat's bridge, so that joining a person is one request. Answers which seats can hear
now. Refuses to know who sits there and what they do.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from ahize.dialer.events import PhoneLost, PhoneUp
from ahize.kernel.ids import FloorId, SeatId
from ahize.telephony.house import Phone
from ahize.telephony.wire import APP, Answer, Event
from ahize.telephony.words import seat_name, seat_of

RING_S = 30
UNCLAIMED_S = 30.0
"""How long a leg from an earlier life may wait for the house that it belongs to."""
SETTLE_S = 4.0
"""How soon a telephone of a new house is up, if it is there at all."""
AGAIN_S = 2.0
"""How soon a telephone that was there and did not answer is rung again."""
IN_A_BROWSER = "opus,ulaw"
"""In this order; told nothing, Asterisk offers what is nearest to its own 8 kHz first, which does not bear loss."""

_THERE = ("Reachable", "NonQualified", "Created")

log = logging.getLogger(__name__)


class Sends(Protocol):
    """What this needs of the wire."""

    def __call__(self, method: str, path: str, **given: object) -> asyncio.Future[Answer]: ...


@dataclass(slots=True)
class Station:
    """One seat's telephone.

    Attributes:
        leg: its channel while there is one.
        is_up: it stands in its bridge and hears.
        rung_at: from where it registered last.
        moved: it is somewhere else now, and its leg leads to where it was.
    """

    floor: FloorId
    phone: Phone
    number: int = 0
    leg: str | None = None
    is_up: bool = False
    rung_at: str = ""
    moved: bool = False
    again: asyncio.TimerHandle | None = None

    @property
    def seat(self) -> SeatId:
        return SeatId(self.phone.seat)

    @property
    def bridge(self) -> str:
        return seat_name(self.phone.seat)


class Phones:
    """All telephones of one switch.

    Args:
        send: asks the switch for something.
        tell: says to a floor what happened.
    """

    def __init__(self, send: Sends, tell: Callable[[FloorId, PhoneUp | PhoneLost], None]) -> None:
        self._send, self._tell = send, tell
        self.stations: dict[SeatId, Station] = {}
        self._unclaimed: dict[str, tuple[SeatId, bool]] = {}

    def set(self, floor: FloorId, phones: Iterable[Phone]) -> None:
        """These a floor has from now on. One with new credentials is another telephone."""
        wanted = {SeatId(phone.seat): phone for phone in phones}
        for seat, station in list(self.stations.items()):
            if station.floor == floor and wanted.get(seat) != station.phone:
                self._drop(station)
        for seat, phone in wanted.items():
            if seat not in self.stations:
                self.stations[seat] = Station(floor, phone)
                asyncio.get_running_loop().call_later(SETTLE_S, self._settled, seat)
        for leg, (seat, in_bridge) in list(self._unclaimed.items()):
            if seat in wanted:
                del self._unclaimed[leg]
                self.adopt(seat, leg, in_bridge=in_bridge)
        for seat in wanted:
            self.ring(seat)

    def tell_again(self, floor: FloorId) -> None:
        """A new engine, or one that lost sight of us: which telephones are up, and which are not."""
        for seat, station in self.stations.items():
            if station.floor == floor:
                self._tell(floor, PhoneUp(seat) if station.is_up else PhoneLost(seat))

    def _settled(self, seat: SeatId) -> None:
        """A telephone that did not come up with a new house: an engine that knew it from an earlier life is told."""
        station = self.stations.get(seat)
        if station is not None and not station.is_up:
            self._tell(station.floor, PhoneLost(seat))

    def hears(self, seat: SeatId) -> bool:
        station = self.stations.get(seat)
        return station is not None and station.is_up

    def leg(self, seat: SeatId) -> str | None:
        station = self.stations.get(seat)
        return station.leg if station and station.is_up else None

    def ring(self, seat: SeatId) -> None:
        """Ring it, unless it is up or ringing already. One that is not registered cannot be; Asterisk says so."""
        station = self.stations.get(seat)
        if station is None or station.leg is not None or station.phone.kind == "number":
            return
        self._quiet(station)
        station.number += 1
        station.leg = f"{station.bridge}-{station.number}"
        asked = self._send(
            "POST",
            f"channels/{station.leg}",
            body={
                "endpoint": f"PJSIP/{station.bridge}",
                "app": APP,
                "appArgs": f"seat,{seat}",
                "timeout": RING_S,
                "callerId": "Ahize <ahize>",
                **({"formats": IN_A_BROWSER} if station.phone.kind == "browser" else {}),
            },
        )
        leg = station.leg
        asked.add_done_callback(lambda answer: self._rang(station, leg, answer))

    def _rang(self, station: Station, leg: str, answer: asyncio.Future[Answer]) -> None:
        refused = answer.exception() is not None or not answer.result().ok
        if refused and station.leg == leg:
            station.leg = None  # It is not registered; it rings when it is.

    def picked_up(self, seat: SeatId, leg: str) -> None:
        """A telephone that was called at its number."""
        station = self.stations.get(seat)
        if station is not None and station.leg is None:
            station.leg = leg
        self.answered(seat, leg)

    def answered(self, seat: SeatId, leg: str) -> None:
        """The agent's leg is with us: into its bridge. A leg that nobody knows any more is hung up."""
        station = self.stations.get(seat)
        if station is None or station.leg != leg:
            self._send("DELETE", f"channels/{leg}")
            return
        self._send("POST", f"bridges/{station.bridge}", query={"type": "mixing", "name": station.bridge})
        self._send("POST", f"bridges/{station.bridge}/addChannel", query={"channel": leg})

    def entered(self, seat: SeatId, leg: str) -> None:
        """It stands in its bridge and hears."""
        station = self.stations.get(seat)
        if station is not None and station.leg == leg and not station.is_up:
            station.is_up = True
            self._tell(station.floor, PhoneUp(seat))

    def ended(self, leg: str) -> SeatId | None:
        """A leg is gone. Returns the seat that cannot hear any more."""
        self._unclaimed.pop(leg, None)
        for seat, station in self.stations.items():
            if station.leg == leg:
                was_up, station.leg, station.is_up = station.is_up, None, False
                if was_up:
                    self._tell(station.floor, PhoneLost(seat))
                wait_s, station.moved = 0.0 if station.moved else AGAIN_S, False
                station.again = asyncio.get_running_loop().call_later(wait_s, self.ring, seat)
                return seat if was_up else None
        return None

    def adopt(self, seat: SeatId, leg: str, *, in_bridge: bool) -> None:
        """A leg that stands at the switch already: our own life before, or a line that broke.

        Its house may not have been told yet; the talk on it goes on until it is, or is known not to come.
        """
        station = self.stations.get(seat)
        if station is None:
            self._unclaimed[leg] = (seat, in_bridge)
            asyncio.get_running_loop().call_later(UNCLAIMED_S, self._nobodys, leg)
            return
        if station.leg not in (None, leg):
            self._send("DELETE", f"channels/{leg}")
            return
        self._quiet(station)
        station.leg = leg
        station.number = max(station.number, int(leg.rpartition("-")[2]))
        if in_bridge:
            self.entered(seat, leg)
        else:
            self.answered(seat, leg)

    def _nobodys(self, leg: str) -> None:
        if self._unclaimed.pop(leg, None) is not None:
            self._send("DELETE", f"channels/{leg}")

    def compare(self, legs: Iterable[str]) -> None:
        """After a gap: these legs there are, no others."""
        there = set(legs)
        self._unclaimed = {leg: whose for leg, whose in self._unclaimed.items() if leg in there}
        for station in list(self.stations.values()):
            if station.leg is not None and station.leg not in there:
                self.ended(station.leg)
            self.ring(station.seat)

    def happened(self, event: Event) -> None:
        """A telephone registered: it can be rung. One that comes from another place rings there, not where it was.

        A browser's page makes up a name for itself: by a new one the page was loaded anew, and its line is dead.
        """
        contact = event.get("contact_info", {})
        seat = seat_of(str(contact.get("aor", "")))
        station = self.stations.get(seat) if seat is not None else None
        if seat is None or station is None or contact.get("contact_status") not in _THERE:
            return
        uri = str(contact.get("uri"))
        if station.leg is not None and not station.is_up and station.rung_at != uri:
            self._send("DELETE", f"channels/{station.leg}")
            station.leg = None
        elif station.leg is not None and station.rung_at and _name(station.rung_at) != _name(uri):
            station.moved = True
            self._send("DELETE", f"channels/{station.leg}")
        station.rung_at = uri
        self.ring(seat)

    def _drop(self, station: Station) -> None:
        self._quiet(station)
        del self.stations[station.seat]
        if station.leg is not None:
            self._send("DELETE", f"channels/{station.leg}")
            if station.is_up:
                self._tell(station.floor, PhoneLost(station.seat))

    @staticmethod
    def _quiet(station: Station) -> None:
        if station.again is not None:
            station.again.cancel()
            station.again = None


def _name(uri: str) -> str:
    """How a telephone calls itself, wherever it is."""
    return uri.partition("@")[0]
