"""Recordings over HTTP: the list, listening (each time with a reason), holding, and how long they are kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from ninja import Query, Router

from ahize.web.base import Request
from ahize.web.permissions import Verb, requires
from ahize.web.recordings import playing, queries, retention, services, tickets
from ahize.web.recordings.models import Recording, Retention
from ahize.web.recordings.schemas import (
    ListenOut,
    ReasonIn,
    RecordingFilter,
    RecordingOut,
    RecordingPage,
    RetentionIn,
    RetentionOut,
    RetentionsOut,
)

router = Router(tags=["recordings"])


@router.get("/recordings", response=RecordingPage, auth=requires(Verb.HEAR_RECORDINGS, Verb.KEEP_RECORDINGS))
def recordings(request: Request, filters: Query[RecordingFilter]) -> Any:
    """The newest first; those that are gone too, with why."""
    asked = filters.dict()
    limit, after = asked.pop("limit"), asked.pop("cursor")
    found = list(queries.recordings(**asked, after=after)[: limit + 1])
    more = queries.place(found[limit - 1]) if len(found) > limit else None
    return {"recordings": [_line(one) for one in found[:limit]], "next": more}


@router.get("/recordings/retention", response=RetentionsOut, auth=requires(Verb.HEAR_RECORDINGS, Verb.KEEP_RECORDINGS))
def retentions(request: Request) -> Any:
    return {"rules": [_rule(rule) for rule in retention.rules()], "otherwise": services.DAYS}


@router.put("/recordings/retention", response=RetentionOut, auth=requires(Verb.KEEP_RECORDINGS))
def set_retention(request: Request, payload: RetentionIn) -> Any:
    """For a campaign, a seller, or (neither) the house; moves the day of what is recorded already."""
    rule = retention.set_days(
        payload.days, seller=payload.seller, campaign=payload.campaign, by=request.person, now=request.now
    )
    return _rule(rule)


@router.delete("/recordings/retention/{rule_id}", response={204: None}, auth=requires(Verb.KEEP_RECORDINGS))
def drop_retention(request: Request, rule_id: UUID) -> tuple[int, None]:
    """The next wider rule decides."""
    retention.drop(rule_id, by=request.person, now=request.now)
    return 204, None


@router.get(
    "/recordings/{recording_id}", response=RecordingOut, auth=requires(Verb.HEAR_RECORDINGS, Verb.KEEP_RECORDINGS)
)
def recording(request: Request, recording_id: UUID) -> Any:
    """One, with its waveform and pauses."""
    return _whole(queries.access_recording(recording_id))


@router.post("/recordings/{recording_id}/listen", response=ListenOut, auth=requires(Verb.HEAR_RECORDINGS))
def listen(request: Request, recording_id: UUID, payload: ReasonIn) -> Any:
    """Say why, and get the address of the sound for a few minutes. Who listened, when and why is in the audit."""
    found = queries.access_recording(recording_id)
    services.listen(found, why=payload.reason, by=request.person, now=request.now)
    ticket, until = tickets.made(found.pk, request)
    return {"address": f"/api/recordings/{found.pk}/audio?ticket={ticket}", "until": until}


@router.get("/recordings/{recording_id}/audio", auth=requires(Verb.HEAR_RECORDINGS))
def audio(request: Request, recording_id: UUID, ticket: str) -> HttpResponseBase:
    """The sound (WAV, the person left, what they heard right), or the part that ``Range`` names."""
    found = queries.access_recording(recording_id)
    tickets.check(ticket, found.pk, request)
    services.still_there(found)
    return playing.played(found, request.headers.get("Range"))


@router.post("/recordings/{recording_id}/hold", response=RecordingOut, auth=requires(Verb.KEEP_RECORDINGS))
def hold(request: Request, recording_id: UUID, payload: ReasonIn) -> Any:
    """Keep it whatever its rule says."""
    found = queries.access_recording(recording_id)
    services.hold(found, reason=payload.reason, by=request.person, now=request.now)
    return _whole(queries.access_recording(recording_id))


@router.post("/recordings/{recording_id}/release", response=RecordingOut, auth=requires(Verb.KEEP_RECORDINGS))
def release(request: Request, recording_id: UUID, payload: ReasonIn) -> Any:
    """Hold it no longer."""
    found = queries.access_recording(recording_id)
    services.release(found, reason=payload.reason, by=request.person, now=request.now)
    return _whole(queries.access_recording(recording_id))


@router.post("/recordings/{recording_id}/delete", response=RecordingOut, auth=requires(Verb.KEEP_RECORDINGS))
def delete(request: Request, recording_id: UUID, payload: ReasonIn) -> Any:
    """Destroy it before its time; that there was one, and why it went, stays on record."""
    found = queries.access_recording(recording_id)
    services.delete(found, reason=payload.reason, by=request.person, now=request.now)
    return _whole(queries.access_recording(recording_id))


def _line(one: Recording) -> dict[str, Any]:
    kept = (
        *("id", "began_at", "seconds", "expected_s", "cut_short", "not_kept", "keep_until", "held_at"),
        *("deleted_at", "deleted_why"),
    )
    agent = one.attempt.agent
    return {
        **{name: getattr(one, name) for name in kept},
        "attempt": one.attempt_id,
        "campaign": one.attempt.campaign_id,
        "campaign_name": one.attempt.campaign.name,
        "agent": one.attempt.agent_id,
        "agent_name": agent.name if agent is not None else "",
        "paused_s": sum(gap["lasted_s"] for gap in one.gaps),
    }


def _whole(one: Recording) -> dict[str, Any]:
    kept = (
        *("channels", "rate", "gaps", "peaks", "size", "sha256", "held_by", "hold_reason"),
        *("deleted_by", "deleted_reason"),
    )
    return {**_line(one), **{name: getattr(one, name) for name in kept}}


def _rule(rule: Retention) -> dict[str, Any]:
    return {
        "id": rule.pk,
        "seller": rule.seller_id,
        "seller_name": rule.seller.name if rule.seller is not None else "",
        "campaign": rule.campaign_id,
        "campaign_name": rule.campaign.name if rule.campaign is not None else "",
        "days": rule.days,
    }
