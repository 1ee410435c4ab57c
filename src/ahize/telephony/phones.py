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

from ahize.dialer.messages import PhoneLost, PhoneUp
from ahize.kernel.ids import FloorId, SeatId
from ahize.telephony.house import Phone
from ahize.telephony.wire import APP, Answer, Event
from ahize.telephony.words import seat_name

RING_S = 30
AGAIN_S = 2.0
"""How soon a telephone that was there and did not answer is rung again."""

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
    """

    floor: FloorId
    phone: Phone
    number: int = 0
    leg: str | None = None
    is_up: bool = False
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

    def set(self, floor: FloorId, phones: Iterable[Phone]) -> None:
        """These a floor has from now on. One with new credentials is another telephone."""
        wanted = {SeatId(phone.seat): phone for phone in phones}
        for seat, station in list(self.stations.items()):
            if station.floor == floor and wanted.get(seat) != station.phone:
                self._drop(station)
        for seat, phone in wanted.items():
            if seat not in self.stations:
                self.stations[seat] = Station(floor, phone)
                self.ring(seat)

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
            },
        )
        leg = station.leg
        asked.add_done_callback(lambda answer: self._rang(station, leg, answer))

    def _rang(self, station: Station, leg: str, answer: asyncio.Future[Answer]) -> None:
        refused = answer.exception() is not None or not answer.result().ok
        if refused and station.leg == leg:
            station.leg = None  # It is not registered; it rings when it is.

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
        for seat, station in self.stations.items():
            if station.leg == leg:
                was_up, station.leg, station.is_up = station.is_up, None, False
                if was_up:
                    self._tell(station.floor, PhoneLost(seat))
                station.again = asyncio.get_running_loop().call_later(AGAIN_S, self.ring, seat)
                return seat if was_up else None
        return None

    def adopt(self, seat: SeatId, leg: str, *, in_bridge: bool) -> None:
        """A leg that stands at the switch already: our own life before, or a line that broke."""
        station = self.stations.get(seat)
        if station is None or station.leg not in (None, leg):
            self._send("DELETE", f"channels/{leg}")
            return
        self._quiet(station)
        station.leg = leg
        station.number = max(station.number, int(leg.rpartition("-")[2]))
        if in_bridge:
            self.entered(seat, leg)
        else:
            self.answered(seat, leg)

    def compare(self, legs: Iterable[str]) -> None:
        """After a gap: these legs there are, no others."""
        there = set(legs)
        for station in list(self.stations.values()):
            if station.leg is not None and station.leg not in there:
                self.ended(station.leg)
            self.ring(station.seat)

    def happened(self, event: Event) -> None:
        """A telephone registered: it can be rung."""
        contact = event.get("contact_info", {})
        name = str(contact.get("aor") or event.get("endpoint", {}).get("resource", ""))
        there = contact.get("contact_status") in ("Reachable", "NonQualified", "Created") or (
            event.get("endpoint", {}).get("state") == "online" and not contact
        )
        seat = next((seat for seat in self.stations if seat_name(seat) == name), None) if there else None
        if seat is not None:
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
