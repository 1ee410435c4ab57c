"""Calls to the house's own numbers: a trunk's test, and an agent's telephone at home.

Each was let pass with its permit. A test says what it is and then lets its caller hear themselves; how it sounded is
measured while it lasts. A telephone at home becomes a seat's leg like any other. Refuses to know whose number it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from ahize.compliance.ruling import Permit
from ahize.kernel.ids import FloorId, SeatId
from ahize.telephony import words
from ahize.telephony.phones import Phones, Sends
from ahize.telephony.quality import quality_of
from ahize.telephony.wire import APP, Answer, Event

MEASURE_S = 1.0
TEST_S = 30.0
"""A test ends by itself."""


class Tell(Protocol):
    """Says what came of a call."""

    def __call__(self, floor: FloorId, call: UUID, state: str, **more: Any) -> None: ...


@dataclass(slots=True)
class OwnCall:
    """``seat``: whose telephone it is; None for a test."""

    id: UUID
    floor: FloorId
    trunk: UUID
    seat: SeatId | None
    quality: dict[str, Any] | None = None
    measuring: asyncio.TimerHandle | None = None

    @property
    def path(self) -> str:
        return f"channels/{self.id}"


class OwnCalls:
    """Those of one switch, by channel."""

    def __init__(self, send: Sends, phones: Phones, tell: Tell, ended: Callable[[FloorId, UUID, UUID], None]) -> None:
        self._send, self._phones, self._tell, self._ended = send, phones, tell, ended
        self._calls: dict[str, OwnCall] = {}

    def dial(self, permit: Permit, trunk: UUID, seat: SeatId | None) -> None:
        """Its permit is spent: it may ring, once."""
        own = self._calls[str(permit.id)] = OwnCall(permit.id, permit.floor, trunk, seat)
        asked = self._send(
            "POST",
            own.path,
            body={
                "endpoint": f"PJSIP/{permit.number}@{words.trunk_name(trunk)}",
                "app": APP,
                "appArgs": f"own,{permit.id}",
                "callerId": permit.caller_id,
                "timeout": permit.ring_s_max,
            },
        )
        asked.add_done_callback(lambda answer: self._dialled(own, answer))

    def _dialled(self, own: OwnCall, answer: asyncio.Future[Answer]) -> None:
        if answer.exception() is not None or not answer.result().ok:
            self._end(own, "switch_away" if answer.exception() else answer.result().why, None)

    def happened(self, event: Event) -> bool:
        """True where it was about one of these."""
        own = self._calls.get(event.get("channel", {}).get("id", ""))
        if own is None:
            return False
        match event["type"]:
            case "ChannelStateChange" if event["channel"]["state"] in ("Ring", "Ringing"):
                self._tell(own.floor, own.id, "ringing")
            case "StasisStart":
                self._answered(own)
            case "ChannelEnteredBridge" if own.seat is not None:
                self._phones.entered(own.seat, str(own.id))
            case "ChannelDestroyed":
                cause = words.cause_of(
                    int(event.get("cause") or 0), event.get("tech_cause"), answered=False, gave_up=False
                )
                sip = event.get("tech_cause")
                self._end(own, f"{sip} {event.get('cause_txt', '')}".strip() if sip and sip >= 400 else "", cause)
            case _:
                pass
        return True

    def _answered(self, own: OwnCall) -> None:
        self._tell(own.floor, own.id, "answered")
        if own.seat is not None:
            self._phones.picked_up(own.seat, str(own.id))
            return
        # Their own voice comes back to them, which is the shortest test of both directions.
        self._send("POST", f"{own.path}/continue", query={"context": words.ECHO, "extension": "echo", "priority": "1"})
        self._measure(own, TEST_S)

    def _measure(self, own: OwnCall, left_s: float) -> None:
        asked = self._send("GET", f"{own.path}/rtp_statistics")

        def measured(answer: asyncio.Future[Answer]) -> None:
            if answer.exception() is None and answer.result().ok:
                own.quality = quality_of(answer.result().body)
                self._tell(own.floor, own.id, "answered", quality=own.quality)

        asked.add_done_callback(measured)
        if left_s <= 0:
            self._send("DELETE", own.path)
        else:
            own.measuring = asyncio.get_running_loop().call_later(MEASURE_S, self._measure, own, left_s - MEASURE_S)

    def _end(self, own: OwnCall, why: str, cause: int | None) -> None:
        if own.measuring is not None:
            own.measuring.cancel()
        del self._calls[str(own.id)]
        if own.seat is not None:
            self._phones.ended(str(own.id))
        self._ended(own.floor, own.trunk, own.id)
        self._tell(own.floor, own.id, "ended", why=why, cause=cause, quality=own.quality)
