"""Who of the house is in a call, as statements: legs that begin and end, and how the talk stands.

Answers: who heard whom, from when until when, for reports and for whoever asks later. One leg of a seat is open in a
call at a time. Like ``projection.py`` it decides nothing and knows no connection.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from ahize.dialer.commands import Consult, Hold, JoinAll, Listen, PauseRecording
from ahize.web.base import draw_id

Statement = tuple[str, Sequence[Any]]
OfTalk = Hold | PauseRecording | Consult | JoinAll | Listen

_BEGIN = """
    INSERT INTO dialing_leg (id, tenant_id, attempt_id, seat_id, user_id, kind, since)
    SELECT %s, a.tenant_id, a.id, s.id, s.user_id, %s, %s FROM dialing_attempt a JOIN dialing_seat s ON s.id = %s
    WHERE a.id = %s ON CONFLICT DO NOTHING"""


def joined(call: UUID, seat: UUID, now: datetime) -> Iterator[Statement]:
    """This seat's agent and the person hear each other; unless all three do, whoever had the talk before has left."""
    yield (
        "UPDATE dialing_leg l SET until = %s FROM dialing_attempt a WHERE a.id = l.attempt_id AND a.id = %s"
        " AND l.until IS NULL AND ((l.seat_id <> %s AND l.kind = 'talk' AND NOT a.three_way)"
        " OR (l.seat_id = %s AND l.kind <> 'talk'))",
        (now, call, seat, seat),
    )
    yield (
        # Where the person's yes is asked, nothing is recorded until the agent has heard it and says so.
        "UPDATE dialing_attempt a SET recording_paused = recording_paused OR (connected_at IS NULL AND EXISTS ("
        " SELECT 1 FROM campaigns_campaign c WHERE c.id = a.campaign_id"
        ' AND c.setup @> \'{"records_call": true, "asks_recording_consent": true}\')),'
        " held = false, consulting = CASE WHEN three_way THEN consulting END,"
        " transferred_from = CASE WHEN connected_at IS NOT NULL AND NOT three_way AND seat_id <> %s THEN seat_id"
        " ELSE transferred_from END WHERE id = %s",
        (seat, call),
    )
    yield _begin("talk", call, seat, now)


def meant_for(call: UUID) -> Statement:
    """The person is to be with one agent alone: whatever else stood in the talk ends."""
    return "UPDATE dialing_attempt SET three_way = false, consulting = NULL WHERE id = %s", (call,)


def over(call: UUID, now: datetime) -> Statement:
    """The call has ended, and everybody has left it."""
    return "UPDATE dialing_leg SET until = %s WHERE attempt_id = %s AND until IS NULL", (now, call)


def of_command(command: OfTalk, now: datetime) -> Iterator[Statement]:
    """What is done in a talk."""
    match command:
        case Hold(call=call, on=True, free=True):
            yield over(call, now)
            yield "UPDATE dialing_attempt SET held = true, three_way = false, consulting = NULL WHERE id = %s", (call,)
        case Hold(call=call, on=on):
            # Taking the person back ends a consultation.
            yield _end("consult", call, now) if not on else _standing("held", True, call)
            if not on:
                yield "UPDATE dialing_attempt SET held = false, consulting = NULL WHERE id = %s", (call,)
        case PauseRecording(call=call, on=on):
            yield _standing("recording_paused", on, call)
        case Consult(call=call, seat=seat):
            yield "UPDATE dialing_attempt SET held = true, consulting = %s WHERE id = %s", (seat, call)
            yield _begin("consult", call, seat, now)
        case JoinAll(call=call):
            yield "UPDATE dialing_attempt SET held = false, three_way = true WHERE id = %s", (call,)
        case Listen(supervisor=supervisor, seat=seat, how=how):
            yield (
                "UPDATE dialing_leg SET until = %s WHERE seat_id = %s AND until IS NULL"
                " AND kind IN ('listen', 'whisper', 'barge')",
                (now, supervisor),
            )
            if how != "off":
                yield (
                    "INSERT INTO dialing_leg (id, tenant_id, attempt_id, seat_id, user_id, kind, since)"
                    " SELECT %s, t.tenant_id, t.attempt_id, s.id, s.user_id, %s, %s FROM dialing_seat t"
                    " JOIN dialing_seat s ON s.id = %s WHERE t.id = %s AND t.attempt_id IS NOT NULL"
                    " ON CONFLICT DO NOTHING",
                    (draw_id(now), how, now, supervisor, seat),
                )


def _begin(kind: str, call: UUID, seat: UUID, now: datetime) -> Statement:
    return _BEGIN, (draw_id(now), kind, now, seat, call)


def _end(kind: str, call: UUID, now: datetime) -> Statement:
    return (
        "UPDATE dialing_leg SET until = %s WHERE attempt_id = %s AND kind = %s AND until IS NULL",
        (now, call, kind),
    )


def _standing(column: str, on: bool, call: UUID) -> Statement:
    # ``column`` is one of the names written above, never input.
    return f"UPDATE dialing_attempt SET {column} = %s WHERE id = %s", (on, call)  # noqa: S608
