"""Trunks, the state of lines, recordings to be played and people's own numbers over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile

from ahize.web.base import Request
from ahize.web.lines import phones, ports, sounds, trunks
from ahize.web.lines.models import OwnNumber, Sound, Trunk
from ahize.web.lines.schemas import LinesOut, OwnNumberIn, OwnNumberOut, SoundOut, TrunkChange, TrunkIn, TrunkOut
from ahize.web.permissions import Verb, requires

router = Router(tags=["lines"])


@router.get("/lines", response=LinesOut, auth=requires(Verb.SEE_LINES))
def lines(request: Request) -> Any:
    """Switch and trunks with how they stand."""
    told = ports.gate_is_up(request.now)
    switch = trunks.switch()
    return {
        "now": request.now,
        "switch": {
            "state": switch.state if switch and told else "away",
            "reason": switch.reason if switch and told else "",
            "since": switch and switch.since,
            "version": switch.version if switch else "",
            "up_since": switch and switch.up_since,
            "seen_at": switch and switch.seen_at,
        },
        "trunks": [_trunk(trunk, told=told) for trunk in trunks.trunks()],
        "codecs": list(trunks.CODECS),
    }


@router.post("/lines/trunks", response={201: TrunkOut}, auth=requires(Verb.EDIT_LINES))
def make_trunk(request: Request, payload: TrunkIn) -> Any:
    """A line to a carrier. The gate takes it up within seconds; its state says whether it works."""
    return Status(201, _trunk(trunks.make(payload.dict(), by=request.person, now=request.now), told=False))


@router.get("/lines/trunks/{trunk_id}", response=TrunkOut, auth=requires(Verb.SEE_LINES))
def trunk(request: Request, trunk_id: UUID) -> Any:
    return _trunk(trunks.access_trunk(trunk_id), told=ports.gate_is_up(request.now))


@router.patch("/lines/trunks/{trunk_id}", response=TrunkOut, auth=requires(Verb.EDIT_LINES))
def change_trunk(request: Request, trunk_id: UUID, payload: TrunkChange) -> Any:
    """Change what is sent. A secret that is not sent stays as it is."""
    changed = payload.dict(exclude_unset=True)
    changed_trunk = trunks.change(trunks.access_trunk(trunk_id), changed, by=request.person, now=request.now)
    return _trunk(changed_trunk, told=ports.gate_is_up(request.now))


@router.delete("/lines/trunks/{trunk_id}", response={204: None}, auth=requires(Verb.EDIT_LINES))
def remove_trunk(request: Request, trunk_id: UUID) -> Any:
    trunks.remove(trunks.access_trunk(trunk_id), by=request.person, now=request.now)
    return Status(204, None)


# ── recordings ──────────────────────────────────────────────────────────────────────────────────────────────────


@router.get("/sounds", response=list[SoundOut], auth=requires(Verb.EDIT_SOUNDS, Verb.APPROVE_SPOKEN))
def all_sounds(request: Request, archived: bool = False) -> Any:
    """Recordings to be played to people, every version."""
    return [_sound(sound, request) for sound in sounds.sounds(archived=archived)]


@router.post("/sounds", response={201: SoundOut}, auth=requires(Verb.EDIT_SOUNDS))
def bring_sound(
    request: Request,
    *,
    name: Form[str],
    language: Form[str],
    use: Form[sounds.Use],
    file: File[UploadedFile],
    text: Form[str] = "",
) -> Any:
    """Bring a WAV file: a new version where name and language are known. A second person approves it."""
    made = sounds.bring(
        file.chunks(), name=name, language=language, use=use, text=text, by=request.person, now=request.now
    )
    return Status(201, _sound(made, request))


@router.get("/sounds/{sound_id}/audio", auth=requires(Verb.EDIT_SOUNDS, Verb.APPROVE_SPOKEN))
def hear_sound(request: Request, sound_id: UUID) -> HttpResponse:
    """As people will hear it."""
    return sounds.played(sounds.access_sound(sound_id))


@router.post("/sounds/{sound_id}/approve", response=SoundOut, auth=requires(Verb.APPROVE_SPOKEN))
def approve_sound(request: Request, sound_id: UUID) -> Any:
    """Say that it may be played: 403 ``second_person_needed`` for one's own."""
    return _sound(sounds.approve(sounds.access_sound(sound_id), by=request.person, now=request.now), request)


@router.post("/sounds/{sound_id}/archive", response=SoundOut, auth=requires(Verb.EDIT_SOUNDS, Verb.APPROVE_SPOKEN))
def archive_sound(request: Request, sound_id: UUID) -> Any:
    """Play it no more."""
    return _sound(sounds.archive(sounds.access_sound(sound_id), by=request.person, now=request.now), request)


# ── numbers of people's own ─────────────────────────────────────────────────────────────────────────────────────


@router.get("/lines/own-numbers", response=list[OwnNumberOut], auth=requires(Verb.TAKE_SEAT, Verb.EDIT_LINES))
def own_numbers(request: Request) -> Any:
    """One's own telephone numbers; everybody's for whoever approves them."""
    everybody = request.person.may(Verb.EDIT_LINES)
    return [_own(row, request) for row in phones.own_numbers(of=None if everybody else request.person.id)]


@router.post("/lines/own-numbers", response={201: OwnNumberOut}, auth=requires(Verb.TAKE_SEAT, Verb.EDIT_LINES))
def say_mine(request: Request, payload: OwnNumberIn) -> Any:
    """Enter a telephone of one's own; another person approves it before it is called."""
    region = (payload.region or "").upper()
    made = phones.say_mine(request.person, number=payload.number, region=region, mine=payload.mine, now=request.now)
    return Status(201, _own(phones.access_own_number(made.pk), request))


@router.post("/lines/own-numbers/{own_number_id}/approve", response=OwnNumberOut, auth=requires(Verb.EDIT_LINES))
def approve_own_number(request: Request, own_number_id: UUID) -> Any:
    """Say that the number is that person's: 403 ``second_person_needed`` for one's own."""
    own = phones.approve(phones.access_own_number(own_number_id), by=request.person, now=request.now)
    return _own(own, request)


@router.delete(
    "/lines/own-numbers/{own_number_id}", response={204: None}, auth=requires(Verb.TAKE_SEAT, Verb.EDIT_LINES)
)
def end_own_number(request: Request, own_number_id: UUID) -> Any:
    of = None if request.person.may(Verb.EDIT_LINES) else request.person.id
    phones.end(phones.access_own_number(own_number_id, of=of), by=request.person, now=request.now)
    return Status(204, None)


def _trunk(trunk: Trunk, *, told: bool) -> dict[str, Any]:
    """``told``: a gate is there to say how it stands; else nobody knows."""
    state = getattr(trunk, "state", None) if told else None
    plain = {name: getattr(trunk, name) for name in TrunkOut.model_fields if name != "state" and hasattr(trunk, name)}
    return {
        **plain,
        "has_secret": bool(trunk.secret),
        "has_stir_key": bool(trunk.stir_key),
        "state": {
            "state": "disabled" if not trunk.enabled else state.state if state else "unknown",
            "reason": state.reason if state else "",
            "since": state and state.since,
            "channels": state.channels if state else 0,
        },
    }


def _own(row: OwnNumber, request: Request) -> dict[str, Any]:
    return {
        "id": row.pk,
        "user": row.user_id,
        "name": row.user.name,
        "e164": row.e164,
        "at": row.at,
        "approved_at": row.approved_at,
        "mine": row.user_id == request.person.id,
    }


def _sound(sound: Sound, request: Request) -> dict[str, Any]:
    plain = {name: getattr(sound, name) for name in SoundOut.model_fields if name != "mine"}
    return plain | {"mine": sound.by == request.person.id}
