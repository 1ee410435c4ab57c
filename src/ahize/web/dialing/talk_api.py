"""The doors of a call's control: hold, keys, recording pause, recordings to leave, handing over, ears, phones."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from ninja import Router, Status
from ninja.params.functions import Header

from ahize.web.base import Request
from ahize.web.dialing import desk, heard, seats, talk
from ahize.web.dialing import talk_schemas as words
from ahize.web.dialing.schemas import Ok
from ahize.web.lines import phones
from ahize.web.lines.schemas import PhoneIn, PhoneMade, PhoneOut
from ahize.web.permissions import Verb, requires

router = Router(tags=["calls"])

Session: Any = Header(None, alias="X-Seat-Session")
AGENT = requires(Verb.TAKE_SEAT)


# ── with what one hears ─────────────────────────────────────────────────────────────────────────────────────────


@router.get("/desk/phone", response=PhoneOut, auth=AGENT)
def phone(request: Request) -> Any:
    """The phone of one's own seat, and whether one is needed here."""
    return desk.phone_of(seats.seat_of(request.person))


@router.post("/desk/phone", response={201: PhoneMade}, auth=AGENT)
def make_phone(request: Request, body: PhoneIn) -> Any:
    """Credentials for this login, told once; an earlier phone of this person ends. They die with the login."""
    made = seats.make_phone(request.person, kind=body.kind, own_number=body.own_number, now=request.now)
    host, _colon, port = settings.ENVIRONMENT.phone_sip.rpartition(":")
    return Status(
        201,
        {
            "kind": made.row.kind,
            "user": made.user,
            "password": made.password,
            "realm": phones.REALM,
            "ws": settings.ENVIRONMENT.phone_ws,
            "host": host,
            "port": int(port) if port.isdigit() else 0,
            "number": made.row.number,
            "until": made.row.until,
        },
    )


@router.delete("/desk/phone", response={204: None}, auth=AGENT)
def no_phone(request: Request) -> Any:
    """Hear no more: the credentials end at once."""
    phones.take_away(request.person.id, now=request.now)
    return Status(204, None)


# ── one call ────────────────────────────────────────────────────────────────────────────────────────────────────


@router.post("/calls/{call_id}/heard", response=Ok, auth=AGENT)
def say_heard(request: Request, call_id: UUID, body: words.HeardIn) -> Any:
    """It was a person, or a machine, whatever it was taken for. Of one's own calls; of all for whoever corrects."""
    heard.say(request.person, call_id, was=body.was, now=request.now)
    return {"at": request.now}


@router.post("/calls/{call_id}/hold", response=Ok, auth=AGENT)
def hold(request: Request, call_id: UUID, body: words.OnIn, session: UUID | None = Session) -> Any:
    """Let the person hear music, or speak with them again."""
    talk.hold(request.person, call_id, on=body.on, session=session, now=request.now)
    return {"at": request.now}


@router.post("/calls/{call_id}/closing", response=Ok, auth=AGENT)
def closing(request: Request, call_id: UUID, session: UUID | None = Session) -> Any:
    """This talk comes to its end: the next number may be dialled for this seat."""
    talk.closing(request.person, call_id, session=session, now=request.now)
    return {"at": request.now}


@router.post("/calls/{call_id}/digits", response=Ok, auth=AGENT)
def digits(request: Request, call_id: UUID, body: words.DigitsIn, session: UUID | None = Session) -> Any:
    """Press keys in the talk."""
    talk.digits(request.person, call_id, keys=body.digits, session=session, now=request.now)
    return {"at": request.now}


@router.post("/calls/{call_id}/recording-pause", response=Ok, auth=AGENT)
def pause_recording(request: Request, call_id: UUID, body: words.OnIn, session: UUID | None = Session) -> Any:
    """Record neither sound nor keys (for a card, say), or record again."""
    talk.pause_recording(request.person, call_id, on=body.on, session=session, now=request.now)
    return {"at": request.now}


@router.get("/calls/{call_id}/drop-sounds", response=list[words.DropSoundOut], auth=AGENT)
def drop_sounds(request: Request, call_id: UUID) -> Any:
    """Approved recordings that may be left on a machine, in the campaign's language first."""
    return talk.drop_sounds(request.person, call_id)


@router.post("/calls/{call_id}/drop", response=Ok, auth=AGENT)
def drop(request: Request, call_id: UUID, body: words.DropIn, session: UUID | None = Session) -> Any:
    """Leave this recording on the machine that answered. The agent is free at once; the outcome is *machine*."""
    talk.drop(request.person, call_id, sound=body.sound, session=session, now=request.now)
    return {"at": request.now}


@router.get("/desk/transfer-targets", response=words.TargetsOut, auth=AGENT)
def transfer_targets(request: Request) -> Any:
    """To whom a person can be handed over."""
    return talk.targets(request.person, now=request.now)


@router.post("/calls/{call_id}/transfer", response=Ok, auth=AGENT)
def transfer(request: Request, call_id: UUID, body: words.TransferIn, session: UUID | None = Session) -> Any:
    """Hand over to a colleague, or to whoever waits longest in a campaign (without either: in this one)."""
    talk.transfer(request.person, call_id, body, session=session, now=request.now)
    return {"at": request.now}


@router.post("/calls/{call_id}/transfer/end", response=Ok, auth=AGENT)
def end_transfer(request: Request, call_id: UUID, body: words.TransferEndIn, session: UUID | None = Session) -> Any:
    """After a warm beginning: ``complete``, ``back`` or ``all``."""
    talk.end_transfer(request.person, call_id, how=body.how, session=session, now=request.now)
    return {"at": request.now}


@router.post("/calls/{call_id}/park", response=Ok, auth=AGENT)
def park(request: Request, call_id: UUID, body: words.OnIn, session: UUID | None = Session) -> Any:
    """Let the person wait with music for whoever takes them (``on``), or take them."""
    talk.park(request.person, call_id, on=body.on, session=session, now=request.now)
    return {"at": request.now}


@router.get("/desk/parked", response=list[words.ParkedOut], auth=AGENT)
def parked(request: Request) -> Any:
    """People who wait to be taken by anybody, in the campaigns where one may sit."""
    return [
        {
            "id": attempt.pk,
            "name": desk.name_of(attempt.contact),
            "campaign": attempt.campaign.name,
            "since": attempt.connected_at,
        }
        for attempt in talk.parked(request.person)
    ]


@router.post("/floor/seats/{seat_id}/ears", response=Ok, auth=requires(Verb.LISTEN_IN))
def ears(request: Request, seat_id: UUID, body: words.EarsIn) -> Any:
    """Listen, whisper, barge, take over, or ``off``. The customer hears no click; each use is in the audit."""
    talk.ears(request.person, seat_id, body, now=request.now)
    return {"at": request.now}
