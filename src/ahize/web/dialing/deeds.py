"""What people asked, as the engine's events, in the order in which it was asked.

A deed is taken when the event it became is journaled, so that one is neither lost nor heard twice, whatever dies.
A deed that says nothing to the engine (a list that changed) acts here, on rows.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from ahize.dialer.events import (
    CampaignSet,
    ClosingHeard,
    DialAsked,
    DigitsAsked,
    DropAsked,
    EarsAsked,
    Event,
    FinishAsked,
    HangUpAsked,
    HoldAsked,
    NumberSuppressed,
    ParkAsked,
    RecordingPauseAsked,
    ResumeAsked,
    SeatClosed,
    SeatPaused,
    SeatReady,
    ShiftEnds,
    SkipAsked,
    StopAsked,
    TransferAsked,
    TransferEnded,
)
from ahize.dialer.values import Candidate
from ahize.kernel.ids import AttemptId, CallId, CampaignId, ContactId, PhoneId, SeatId, SellerId
from ahize.web.dialing import code_calls, own_calls
from ahize.web.dialing.opening import campaign_settings, disposed_of
from ahize.web.dialing.stock import grown, reopened
from ahize.web.lines.trunks import CHANGED

Cursor = psycopg.Cursor[tuple[Any, ...]]
Payload = dict[str, Any]

log = logging.getLogger(__name__)

BATCH = 200
OF_THE_HOUSE = frozenset({CHANGED, "campaign_changed"})
"""Deeds after which a gate's house may be another."""


@dataclass(slots=True)
class Deeds:
    """The deeds of one tenant; remembers which were handed out and are not journaled yet.

    ``house_changed`` is set where trunks, phones, recordings, flows or messages are others now: whoever hands the gate
    its house looks at it and takes it back. ``own_calls_asked`` likewise, for calls to the house's own numbers, and
    ``code_calls_asked`` for those that read a code out.
    """

    tenant: UUID
    house_changed: bool = True
    own_calls_asked: bool = True
    code_calls_asked: bool = True
    _open: dict[int, list[int]] = field(default_factory=dict)
    _handed: set[int] = field(default_factory=set)

    def read(self, cursor: Cursor, now: datetime) -> list[Event]:
        """Those not yet handed out, in order. One that cannot be read is taken with a warning, not retried for ever."""
        cursor.execute(
            "SELECT seq, kind, payload FROM dialing_deed WHERE tenant_id = %s AND taken_at IS NULL"
            " AND NOT seq = ANY(%s) ORDER BY seq LIMIT %s",
            (self.tenant, list(self._handed), BATCH),
        )
        events: list[Event] = []
        silent: list[int] = []
        for seq, kind, payload in cursor.fetchall():
            self.house_changed |= kind in OF_THE_HOUSE
            self.own_calls_asked |= kind == own_calls.ASKED
            self.code_calls_asked |= kind == code_calls.ASKED
            try:
                with cursor.connection.transaction():
                    made = list(_KINDS[kind](cursor, self.tenant, payload, now)) if kind in _KINDS else []
            except (KeyError, ValueError, TypeError) as wrong:
                log.warning("deed %s (%s) cannot be read: %r", seq, kind, wrong)
                made = []
            if not made:
                silent.append(seq)
                continue
            events.extend(made)
            # The last of several events closes the deed; kept by identity, for equal events may stand side by side.
            self._open.setdefault(id(made[-1]), []).append(seq)
            self._handed.add(seq)
        if silent:
            cursor.execute("UPDATE dialing_deed SET taken_at = %s WHERE seq = ANY(%s)", (now, silent))
        return events

    def taken_by(self, event: Event) -> list[int]:
        """The deeds that are taken once this event is journaled."""
        return self._open.get(id(event), [])

    def done(self, event: Event) -> None:
        """The event is journaled."""
        for seq in self._open.pop(id(event), ()):
            self._handed.discard(seq)

    def forget(self) -> None:
        """Whatever was handed out and not journaled will be read again."""
        self._open.clear()
        self._handed.clear()


def _seat(payload: Payload) -> SeatId:
    return SeatId(UUID(payload["seat"]))


def _call(payload: Payload) -> CallId:
    return CallId(AttemptId(UUID(payload["call"])))


def _transfer(said: Payload) -> Event:
    to = SeatId(UUID(said["to"])) if said.get("to") else None
    campaign = CampaignId(UUID(said["campaign"])) if said.get("campaign") else None
    return TransferAsked(_seat(said), _call(said), to, campaign, bool(said["warm"]))


def _dial(cursor: Cursor, tenant: UUID, payload: Payload, now: datetime) -> Iterator[Event]:
    cursor.execute(
        "SELECT p.contact_id, c.id, c.seller_id, p.id, p.e164, coalesce(d.attempts, 0)"
        " FROM contacts_phone p JOIN campaigns_campaign c ON c.id = %s"
        " LEFT JOIN dialing_due d ON d.campaign_id = c.id AND d.contact_id = p.contact_id"
        " WHERE p.id = %s AND p.tenant_id = %s",
        (payload["campaign"], payload["phone"], tenant),
    )
    row = cursor.fetchone()
    if row is None:
        return
    yield DialAsked(
        _seat(payload),
        Candidate(
            contact=ContactId(row[0]),
            campaign=CampaignId(row[1]),
            seller=SellerId(row[2]),
            phone=PhoneId(row[3]),
            number=row[4],
            attempts=row[5],
            due_at=now,
            origin=payload.get("origin", "preview"),
            seat=_seat(payload),
            callback=UUID(payload["callback"]) if payload.get("callback") else None,
        ),
    )


def _disposed(cursor: Cursor, tenant: UUID, payload: Payload, _now: datetime) -> Iterator[Event]:
    cursor.execute(
        "SELECT live, seat_id FROM dialing_attempt WHERE id = %s AND tenant_id = %s", (payload["attempt"], tenant)
    )
    row = cursor.fetchone()
    seat = payload.get("seat") or (row and row[1])
    if row is None or seat is None:
        return
    attempt, seat = AttemptId(UUID(payload["attempt"])), SeatId(UUID(str(seat)))
    if row[0] and str(row[1]) == str(seat):
        # Said while the other end is still there: the talk is over with it.
        yield HangUpAsked(seat, CallId(attempt))
    again_at = payload.get("again_at")
    if payload.get("corrects"):
        # The engine has settled this contact already; a better word moves its row.
        cursor.execute(
            "UPDATE dialing_due d SET done = %s, done_reason = %s, due_at = coalesce(%s, due_at) FROM dialing_attempt a"
            " WHERE a.id = %s AND d.campaign_id = a.campaign_id AND d.contact_id = a.contact_id"
            " AND d.leased_until IS NULL",
            (bool(payload.get("final")), payload["code"] if payload.get("final") else "", again_at, attempt),
        )
    yield disposed_of(payload, seat)


def _campaign(cursor: Cursor, tenant: UUID, payload: Payload, now: datetime) -> Iterator[Event]:
    for settings in campaign_settings(cursor, tenant, now, [UUID(payload["campaign"])]):
        yield CampaignSet(settings)


def _suppressed(_cursor: Cursor, _tenant: UUID, payload: Payload, _now: datetime) -> Iterator[Event]:
    seller = SellerId(UUID(payload["seller"])) if payload.get("seller") else None
    for number in payload["numbers"]:
        yield NumberSuppressed(number, seller)


def _facts_changed(cursor: Cursor, tenant: UUID, payload: Payload, now: datetime) -> Iterator[Event]:
    """``notices.tell_facts_changed``: ask again about those whom only a ruling had taken out.

    Where it is about nobody in particular the house's policy may be another one, and with it a campaign's caps.
    """
    seller = UUID(payload["seller"]) if payload["seller"] else None
    cursor.execute(*reopened(seller=seller, numbers=payload["numbers"]))
    if seller is None and payload["numbers"] is None:
        yield from (CampaignSet(settings) for settings in campaign_settings(cursor, tenant, now))


def _list_grew(cursor: Cursor, _tenant: UUID, payload: Payload, now: datetime) -> Iterator[Event]:
    """Who came to a list alone, after it was published: due wherever it is called; the next lease finds them."""
    cursor.execute(*grown([UUID(contact) for contact in payload["contacts"]], now=now))
    yield from ()


def _one(make: Callable[[Payload], Event]) -> Callable[[Cursor, UUID, Payload, datetime], Iterator[Event]]:
    def read(cursor: Cursor, tenant: UUID, payload: Payload, now: datetime) -> Iterator[Event]:  # noqa: ARG001 - one shape
        yield make(payload)

    return read


_KINDS: dict[str, Callable[[Cursor, UUID, Payload, datetime], Iterator[Event]]] = {
    "seat_ready": _one(lambda said: SeatReady(_seat(said), CampaignId(UUID(said["campaign"])))),
    "seat_paused": _one(lambda said: SeatPaused(_seat(said), said["code"], bool(said.get("waits")))),
    "seat_closed": _one(lambda said: SeatClosed(_seat(said))),
    "shift_ends": _one(
        lambda said: ShiftEnds(_seat(said), datetime.fromisoformat(said["at"]) if said.get("at") else None)
    ),
    "closing_heard": _one(lambda said: ClosingHeard(_seat(said), _call(said))),
    "finish_asked": _one(lambda said: FinishAsked(_seat(said), bool(said["on"]))),
    "skip_asked": _one(lambda said: SkipAsked(_seat(said))),
    "hang_up_asked": _one(lambda said: HangUpAsked(_seat(said), _call(said))),
    "hold_asked": _one(lambda said: HoldAsked(_seat(said), _call(said), bool(said["on"]))),
    "digits_asked": _one(lambda said: DigitsAsked(_seat(said), _call(said), said["digits"])),
    "recording_pause_asked": _one(lambda said: RecordingPauseAsked(_seat(said), _call(said), bool(said["on"]))),
    "drop_asked": _one(lambda said: DropAsked(_seat(said), _call(said), UUID(said["sound"]))),
    "transfer_asked": _one(_transfer),
    "transfer_ended": _one(lambda said: TransferEnded(_seat(said), _call(said), said["how"])),
    "park_asked": _one(lambda said: ParkAsked(_seat(said), _call(said), bool(said["on"]))),
    "ears_asked": _one(lambda said: EarsAsked(SeatId(UUID(said["supervisor"])), _seat(said), said["how"])),
    "stop_asked": _one(
        lambda said: StopAsked(
            CampaignId(UUID(said["campaign"])) if said.get("campaign") else None, bool(said.get("hang_up"))
        )
    ),
    "resume_asked": _one(lambda said: ResumeAsked()),  # noqa: ARG005 - one shape
    "dial_asked": _dial,
    "disposed": _disposed,
    "campaign_changed": _campaign,
    "number_suppressed": _suppressed,
    "consent_revoked": _suppressed,
    "facts_changed": _facts_changed,
    "list_grew": _list_grew,
}
"""Every kind of deed and what it is to the engine; another kind is a hint for people's screens alone."""
