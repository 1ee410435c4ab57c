"""What an event and its commands mean for rows, as statements; the journal line is written beside them.

Answers: which columns move when the engine heard this and decided that. Refuses to decide anything itself, and knows
no connection: the store runs what stands here, in the transaction of the journal line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from ahize.calls.events import (
    AgentJoined,
    Answered,
    EndUnknown,
    FlowEnded,
    HumanHeard,
    HungUp,
    MachineHeard,
    OriginateRefused,
    Ringing,
)
from ahize.dialer.codec import encode
from ahize.dialer.commands import (
    Command,
    Conclude,
    Connect,
    Consult,
    DisposeFor,
    Explain,
    Hold,
    JoinAll,
    Learned,
    Listen,
    Offer,
    Originate,
    PauseRecording,
    Recycle,
    Release,
    SetSeat,
    Warn,
)
from ahize.dialer.events import (
    Barred,
    Event,
    FinishAsked,
    NumberSuppressed,
    PhoneLost,
    PhoneUp,
    ResumeAsked,
    SeatReady,
    ShiftEnds,
    StopAsked,
)
from ahize.dialer.presence import LEAVING
from ahize.dialer.recycling import NOT_A_TRY
from ahize.web.base import draw_id
from ahize.web.dialing import legs
from ahize.web.notices import BROWSERS

Statement = legs.Statement

WITH_A_CALL = ("wrap_up", "ringing", "talking")
"""States in which a seat keeps its attempt."""
AT_REST = ("paused", "closed")
"""States that end a wish to finish."""

_NOTICE = f"""
    WITH told AS (
        INSERT INTO notices_outbox (tenant_id, at, topic, subject_id, audience) VALUES (%s, %s, %s, %s, %s)
        RETURNING tenant_id, seq, topic, subject_id, audience
    ) SELECT pg_notify('{BROWSERS}', json_build_array(tenant_id, seq, topic, subject_id, audience)::text)
    FROM told"""  # noqa: S608 - a constant of ours

OF_A_TRANSFER = ("transfer_found_nobody", "transfer_failed")
"""Warnings that the call's own agent hears too: nothing else on the desk says what became of the transfer."""

_TO_ITS_AGENT = f"""
    WITH told AS (
        INSERT INTO notices_outbox (tenant_id, at, topic, subject_id, audience)
        SELECT %s, %s, 'warnings', %s, agent_id FROM dialing_attempt WHERE id = %s AND agent_id IS NOT NULL
        RETURNING tenant_id, seq, topic, subject_id, audience
    ) SELECT pg_notify('{BROWSERS}', json_build_array(tenant_id, seq, topic, subject_id, audience)::text)
    FROM told"""  # noqa: S608 - a constant of ours

_CARD = f"""
    , told AS (
        INSERT INTO notices_outbox (tenant_id, at, topic, subject_id, audience)
        SELECT %s, %s, 'card', %s, user_id FROM whose RETURNING tenant_id, seq, topic, subject_id, audience
    ) SELECT pg_notify('{BROWSERS}', json_build_array(tenant_id, seq, topic, subject_id, audience)::text)
    FROM told"""  # noqa: S608 - a constant of ours
"""Tells the people of a ``whose`` before it to look at their own seat."""


def notice(tenant: UUID, now: datetime, topic: str, subject: object, user: UUID | None = None) -> Statement:
    """``notices.tell_browsers`` as one statement, for a batch that goes out in a pipeline."""
    return _NOTICE, (tenant, now, topic, str(subject), user)


def of_event(event: Event, now: datetime, *, tenant: UUID, floor: UUID) -> Iterator[Statement]:
    """What became true by the event itself."""
    match event:
        case Barred(attempt=attempt, next_lawful=next_lawful):
            yield from _promise_barred(attempt, next_lawful)
        case FinishAsked(seat=seat, on=on):
            yield "UPDATE dialing_seat SET finish_after = %s WHERE id = %s", (on, seat)
            yield notice(tenant, now, "seats", seat)
        case ShiftEnds(seat=seat, at=at):
            yield "UPDATE dialing_seat SET shift_ends_at = %s WHERE id = %s", (at, seat)
            yield from _look_again(seat, now, tenant)
        case SeatReady(seat=seat):  # Whoever is ready after the end of the shift works on.
            yield (
                "UPDATE dialing_seat SET shift_ends_at = NULL WHERE id = %s AND shift_ends_at <= %s",
                (seat, now),
            )
        case StopAsked(campaign=None, hang_up=hang_up):
            yield "UPDATE dialing_floor SET stopped = true, hang_up_asked = %s WHERE id = %s", (hang_up, floor)
        case ResumeAsked():
            yield "UPDATE dialing_floor SET stopped = false, hang_up_asked = false WHERE id = %s", (floor,)
        case NumberSuppressed(number=number, seller=seller):
            yield (
                "UPDATE dialing_permit p SET voided_at = %s, void_reason = 'suppressed' FROM dialing_attempt a"
                " WHERE a.id = p.attempt_id AND p.tenant_id = %s AND p.e164 = %s AND p.spent_at IS NULL"
                " AND p.voided_at IS NULL AND p.valid_until > %s AND (%s::uuid IS NULL OR a.seller_id = %s)",
                (now, tenant, number, now, seller, seller),
            )
        case PhoneUp(seat=seat):
            yield from _phone(seat, True, now, tenant)
        case PhoneLost(seat=seat):
            yield from _phone(seat, False, now, tenant)
        case _:
            yield from _of_call(event, now)


def _of_call(event: Event, now: datetime) -> Iterator[Statement]:
    match event:
        case Ringing(call=call):
            yield _once("ringing_at", now, call)
            yield _spent(call, now)
        case Answered(call=call):
            yield _once("answered_at", now, call)
            yield _spent(call, now)
        case HumanHeard(call=call, reason=reason):
            yield _heard(call, now, f"person: {reason}")
        case MachineHeard(call=call, kind=kind, reason=reason):
            yield _heard(call, now, f"{kind}: {reason}")
        case AgentJoined(call=call, seat=seat):
            yield from legs.joined(call, seat, now)
            yield _seated("connected_at = coalesce(connected_at, %s), ", (now,), call, seat)
        case HungUp(call=call):
            yield _once("ended_at", now, call)
            yield _spent(call, now)
            yield legs.over(call, now)
        case EndUnknown(call=call):
            yield legs.over(call, now)
        case FlowEnded(call=call, outcome=outcome):
            yield "UPDATE dialing_attempt SET flow_outcome = %s WHERE id = %s", (outcome[:64], call)
        case OriginateRefused(call=call, why=why):
            yield (
                "UPDATE dialing_permit SET voided_at = %s, void_reason = %s WHERE attempt_id = %s AND spent_at IS NULL",
                (now, why, call),
            )
            yield "UPDATE dialing_attempt SET originated_at = NULL WHERE id = %s", (call,)
        case _:
            return


def of_command(command: Command, now: datetime, *, tenant: UUID, users: Mapping[UUID, UUID]) -> Iterator[Statement]:
    """What a command means for rows, before it is done."""
    match command:
        case Originate(call=call):
            yield _once("originated_at", now, call)
            yield (
                "UPDATE dialing_attempt a SET seat_id = s.id, agent_id = s.user_id FROM dialing_seat s"
                " WHERE a.id = %s AND s.attempt_id = a.id",
                (call,),
            )
            yield (
                "UPDATE dialing_callback c SET state = 'dialled', attempt_id = a.id FROM dialing_attempt a"
                " WHERE a.id = %s AND c.id = a.callback_id AND c.state IN ('waiting', 'dialled')",
                (call,),
            )
        case Connect(call=call, seat=seat):
            # In a talk who has the person is known only once they hear each other.
            yield legs.meant_for(call)
            yield _seated("", (), call, seat, where=" AND a.connected_at IS NULL")
        case Hold() | PauseRecording() | Consult() | JoinAll() | Listen():
            yield from legs.of_command(command, now)
            yield from _cards(command, now, tenant)
        case SetSeat():
            yield from _seat(command, now, tenant, users)
        case Offer(seat=seat, candidate=candidate):
            offer = json.dumps(
                {
                    "contact": str(candidate.contact),
                    "phone": str(candidate.phone),
                    "campaign": str(candidate.campaign),
                    "callback": str(candidate.callback) if candidate.callback else None,
                }
            )
            yield "UPDATE dialing_seat SET offer = %s WHERE id = %s", (offer, seat)
        case Conclude():
            yield from _concluded(command, now)
        case Recycle(campaign=campaign, contact=contact, due_at=due_at, reason=reason):
            yield (
                "UPDATE dialing_due SET leased_until = NULL, lease_epoch = NULL, front = false,"
                " due_at = coalesce(%s, due_at), done = %s, done_reason = %s"
                " WHERE campaign_id = %s AND contact_id = %s",
                (due_at, due_at is None, reason if due_at is None else "", campaign, contact),
            )
        case Release(campaign=campaign, contacts=contacts, due_at=due_at):
            yield (
                "UPDATE dialing_due SET leased_until = NULL, lease_epoch = NULL, due_at = greatest(due_at, %s)"
                " WHERE campaign_id = %s AND contact_id = ANY(%s)",
                (due_at, campaign, list(contacts)),
            )
        case DisposeFor(attempt=attempt, code=code):
            yield from _disposed_for(attempt, code, now, tenant)
        case Learned(campaign=campaign, text=text):
            yield (
                "UPDATE dialing_floor SET learned = learned || %s::jsonb WHERE tenant_id = %s",
                (json.dumps({str(campaign): text}), tenant),
            )
        case Warn() | Explain():
            yield from _told(command, now, tenant)
        case _:
            return


def _told(command: Warn | Explain, now: datetime, tenant: UUID) -> Iterator[Statement]:
    """What supervisors hear or see."""
    if isinstance(command, Explain):
        said = {str(command.campaign): {"at": now.isoformat(), **encode(command)}}
        yield (
            "UPDATE dialing_floor SET forecasts = forecasts || %s::jsonb WHERE tenant_id = %s",
            (json.dumps(said), tenant),
        )
        return
    kind, about = command.kind, command.about
    yield notice(tenant, now, "warnings", f"{kind} {about.get('seat') or about.get('call') or ''}".strip()[:64])
    if kind in OF_A_TRANSFER:
        yield _TO_ITS_AGENT, (tenant, now, f"{kind} {about['call']}", about["call"])


def _phone(seat: UUID, up: bool, now: datetime, tenant: UUID) -> Iterator[Statement]:
    yield "UPDATE lines_seatphone SET up = %s, changed_at = %s WHERE seat_id = %s", (up, now, seat)
    yield from _look_again(seat, now, tenant)


def _look_again(seat: UUID, now: datetime, tenant: UUID) -> Iterator[Statement]:
    """The wallboards, and the seat's own screen."""
    yield notice(tenant, now, "seats", seat)
    yield (
        f"WITH whose AS (SELECT user_id FROM dialing_seat WHERE id = %s) {_CARD}",  # noqa: S608 - our own text
        (seat, tenant, now, str(seat)),
    )


def _cards(command: legs.OfTalk, now: datetime, tenant: UUID) -> Iterator[Statement]:
    """Whoever is at the call (or listens to its seat) looks at the own screen again."""
    about = command.seat if isinstance(command, Listen) else command.call
    yield (
        "WITH whose AS (SELECT user_id FROM dialing_seat WHERE id = %s OR attempt_id = %s"  # noqa: S608 - our own text
        f" OR id = (SELECT consulting FROM dialing_attempt WHERE id = %s)) {_CARD}",
        (about, about, about, tenant, now, str(about)),
    )


def _once(column: str, now: datetime, call: UUID) -> Statement:
    # ``column`` is one of the names written above, never input.
    return f"UPDATE dialing_attempt SET {column} = coalesce({column}, %s) WHERE id = %s", (now, call)  # noqa: S608


def _spent(call: UUID, now: datetime) -> Statement:
    """Whatever the switch says of a call, the gate has let it pass."""
    return "UPDATE dialing_permit SET spent_at = %s WHERE attempt_id = %s AND spent_at IS NULL", (now, call)


def _heard(call: UUID, now: datetime, verdict: str) -> Statement:
    return (
        "UPDATE dialing_attempt SET heard_at = coalesce(heard_at, %s), greeting = %s WHERE id = %s",
        (now, verdict, call),
    )


def _seated(more: str, given: Sequence[Any], call: UUID, seat: UUID, *, where: str = "") -> Statement:
    return (
        f"UPDATE dialing_attempt a SET {more}seat_id = s.id, agent_id = s.user_id"  # noqa: S608 - our own text
        f" FROM dialing_seat s WHERE a.id = %s AND s.id = %s{where}",
        (*given, call, seat),
    )


def _seat(command: SetSeat, now: datetime, tenant: UUID, users: Mapping[UUID, UUID]) -> Iterator[Statement]:
    keeps_call = command.state in WITH_A_CALL
    pause_code = command.reason[:32] if command.state == "paused" else ""
    if command.reason.startswith(LEAVING):
        pause_code = command.reason.removeprefix(LEAVING)[:32]
    yield (
        "UPDATE dialing_seat SET since = CASE WHEN state = %s AND campaign_id IS NOT DISTINCT FROM %s THEN since"
        " ELSE %s END, state = %s, campaign_id = %s, deadline = %s, pause_code = %s, reason = %s, attempt_id = %s,"
        " offer = CASE WHEN %s THEN offer END, finish_after = finish_after AND NOT %s,"
        " shift_ends_at = CASE WHEN %s THEN NULL ELSE shift_ends_at END WHERE id = %s",
        (
            *(command.state, command.campaign, now),
            *(command.state, command.campaign, command.deadline),
            *(pause_code, command.reason),
            *(command.attempt if keeps_call else None, command.state == "previewing", command.state in AT_REST),
            command.state == "closed",
            command.seat,
        ),
    )
    if command.attempt is not None and command.state == "ringing":
        yield _seated("", (), command.attempt, command.seat, where=" AND a.connected_at IS NULL")
    user = users.get(command.seat)
    if user is not None:
        yield notice(tenant, now, "card", command.seat, user)


def _concluded(command: Conclude, now: datetime) -> Iterator[Statement]:
    """Its one outcome. A permit that comes when its attempt is over, of an earlier life, takes nothing back."""
    yield legs.over(command.attempt, now)
    yield (
        "UPDATE dialing_attempt SET live = false, outcome = %s, cause = %s, ended_at = coalesce(ended_at, %s),"
        " talk_s = round(extract(epoch FROM coalesce(ended_at, %s) - connected_at)::numeric, 1)"
        " WHERE id = %s AND (live OR %s <> 'withdrawn')",
        (command.outcome, command.cause, now, now, command.attempt, command.outcome),
    )
    tried = command.outcome not in NOT_A_TRY
    yield (
        "UPDATE dialing_due d SET attempts = attempts + %s, last_outcome = %s, last_at = %s,"
        " phone_position = CASE WHEN %s THEN p.position + 1 ELSE phone_position END"
        " FROM dialing_attempt a JOIN contacts_phone p ON p.id = a.phone_id"
        " WHERE a.id = %s AND a.outcome = %s AND d.campaign_id = a.campaign_id AND d.contact_id = a.contact_id",
        (int(tried), command.outcome, now, tried, command.attempt, command.outcome),
    )
    # What was never dialled leaves the promise open; what rang has kept it or used it up.
    yield (
        "UPDATE dialing_callback c SET state = %s FROM dialing_attempt a"
        " WHERE a.id = %s AND c.id = a.callback_id AND c.state = 'dialled'",
        ("done" if tried else "waiting", command.attempt),
    )


def _promise_barred(attempt: UUID, next_lawful: datetime | None) -> Iterator[Statement]:
    """A promise that may not be kept now waits, and the due row knows until when; if never by the clock, it is off."""
    yield (
        "UPDATE dialing_callback c SET state = %s FROM dialing_attempt a"
        " WHERE a.id = %s AND c.id = a.callback_id AND c.state IN ('waiting', 'dialled')",
        ("waiting" if next_lawful else "cancelled", attempt),
    )


def _disposed_for(attempt: UUID, code: str, now: datetime, tenant: UUID) -> Iterator[Statement]:
    """The wrap-up ran out. An agent's own word that came in the meantime stands."""
    yield (
        "INSERT INTO dialing_dispositionrecord (id, tenant_id, attempt_id, code, flags, at, notes, receipt, reason)"
        " SELECT %s, a.tenant_id, a.id, %s, '{}', %s, coalesce(d.text, ''), '', 'wrap-up over'"
        " FROM dialing_attempt a LEFT JOIN dialing_draft d ON d.attempt_id = a.id"
        " WHERE a.id = %s AND a.disposition = '' ON CONFLICT DO NOTHING",
        (draw_id(now), code, now, attempt),
    )
    yield (
        "UPDATE dialing_attempt SET disposition = %s, disposed_at = %s WHERE id = %s AND disposition = ''",
        (code, now, attempt),
    )
    yield notice(tenant, now, "attempts", attempt)
