"""What an agent asks of the call at the own seat: hold, keys, recording pause, leave a recording, hand over, park.

Each deed checks that this tab holds the seat and that the call is there, leaves a row for dialerd and wakes it; the
engine decides. Also who could take the call over, and a supervisor's ears. Refuses to write what the engine owns.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, Conflict, NotFound
from ahize.web.audit import services as audit
from ahize.web.campaigns.models import Campaign, CampaignState
from ahize.web.dialing.models import Attempt, Leg, LegKind, Seat, SeatState
from ahize.web.dialing.seats import IN_CALL, ask, held_seat, is_silent
from ahize.web.dialing.talk_schemas import EarsIn, TransferIn
from ahize.web.lines import phones, sounds
from ahize.web.permissions import Person, Verb

KEYS = re.compile(r"[0-9*#A-D]{1,32}", re.ASCII)
HEARD = (LegKind.TALK, LegKind.CONSULT, LegKind.BARGE)
"""Legs that everybody in the call may know of; who only listens is not among them."""


def hold(person: Person, call: UUID, *, on: bool, session: UUID | None, now: datetime) -> None:
    """Let the person hear music, or speak with them again."""
    with transaction.atomic():
        seat, _call = _talking(person, call, session, now)
        ask(person.tenant, "hold_asked", now, seat=seat.pk, call=call, on=on)


def closing(person: Person, call: UUID, *, session: UUID | None, now: datetime) -> None:
    """I hear that this talk comes to its end; the pacer counts on the seat from then on."""
    with transaction.atomic():
        seat, _call = _talking(person, call, session, now)
        ask(person.tenant, "closing_heard", now, seat=seat.pk, call=call)


def digits(person: Person, call: UUID, *, keys: str, session: UUID | None, now: datetime) -> None:
    """Press keys in the talk."""
    if not KEYS.fullmatch(keys):
        said = _("Keys are 0 to 9, *, # and A to D, at most 32 of them.")
        raise BadInput(said, fields=[{"field": "digits", "message": said}])
    with transaction.atomic():
        seat, _call = _talking(person, call, session, now)
        ask(person.tenant, "digits_asked", now, seat=seat.pk, call=call, digits=keys)


def pause_recording(person: Person, call: UUID, *, on: bool, session: UUID | None, now: datetime) -> None:
    """Nothing of what follows is recorded, or it is again; in the audit, for a gap wants an author."""
    with transaction.atomic():
        seat, _call = _talking(person, call, session, now)
        ask(person.tenant, "recording_pause_asked", now, seat=seat.pk, call=call, on=on)
        _keep(person, "pause_recording" if on else "resume_recording", call, {}, kind="attempt", now=now)


def drop(person: Person, call: UUID, *, sound: UUID, session: UUID | None, now: datetime) -> None:
    """Leave an approved recording on a machine; the agent is free at once."""
    with transaction.atomic():
        seat, attempt = _talking(person, call, session, now)
        chosen = sounds.access_usable(sound, use="voicemail")
        ask(person.tenant, "drop_asked", now, seat=seat.pk, call=attempt.pk, sound=chosen.pk)


def drop_sounds(person: Person, call: UUID) -> list[dict[str, Any]]:
    """Recordings that may be left in this call; those in the campaign's language first."""
    attempt = Attempt.objects.select_related("campaign").filter(pk=call, agent_id=person.id).first()
    if attempt is None:
        raise NotFound(_("There is no such call of yours."))
    language = attempt.campaign.language
    found = sorted(sounds.usable(use="voicemail"), key=lambda one: (one.language != language, one.name))
    return [
        {"id": one.pk, "name": one.name, "language": one.language, "seconds": one.seconds, "text": one.text}
        for one in found
    ]


# ── handing over ────────────────────────────────────────────────────────────────────────────────────────────────


def targets(person: Person, *, now: datetime) -> dict[str, Any]:
    """To whom a person can be handed over: colleagues who sit somewhere, and campaigns that run."""
    seats = Seat.objects.select_related("user", "campaign").exclude(state=SeatState.CLOSED)
    shown = [
        {
            "id": seat.pk,
            "name": seat.user.name,
            "state": seat.state,
            "since": seat.since,
            "campaign": seat.campaign.name if seat.campaign else None,
            "free": seat.state == SeatState.READY and not is_silent(seat, now),
            "campaign_id": seat.campaign_id,
        }
        for seat in seats.exclude(user_id=person.id).order_by("user__name")
    ]
    running = Campaign.objects.filter(state=CampaignState.RUNNING).order_by("name")
    return {
        "seats": shown,
        "campaigns": [
            {
                "id": campaign.pk,
                "name": campaign.name,
                "ready": sum(bool(one["free"]) and one["campaign_id"] == campaign.pk for one in shown),
            }
            for campaign in running
        ],
    }


def transfer(person: Person, call: UUID, wish: TransferIn, *, session: UUID | None, now: datetime) -> None:
    """Hand the person over, at once or after a word between colleagues."""
    if wish.to is not None and wish.campaign is not None:
        raise BadInput(_("Give a colleague or a campaign: one of them."), field="to")
    with transaction.atomic():
        seat, attempt = _talking(person, call, session, now)
        if attempt.consulting is not None or attempt.three_way:
            raise Conflict(
                _("This call is being handed over already."),
                code="transfer_under_way",
                next_step=_("Complete it, or take the person back."),
            )
        if wish.to is not None:
            _free(wish.to, seat, now)
        elif wish.campaign is not None and not _running(wish.campaign):
            raise NotFound(_("There is no such campaign, or it does not run."), code="no_campaign")
        to = {"to": wish.to, "campaign": wish.campaign}
        ask(person.tenant, "transfer_asked", now, seat=seat.pk, call=call, warm=wish.warm, **to)


def end_transfer(person: Person, call: UUID, *, how: str, session: UUID | None, now: datetime) -> None:
    """Hand over, take the person back, or let all three speak."""
    with transaction.atomic():
        seat, attempt = _talking(person, call, session, now)
        if attempt.consulting is None:
            raise Conflict(_("No colleague is asked for this call."), code="no_transfer")
        ask(person.tenant, "transfer_ended", now, seat=seat.pk, call=call, how=how)


def park(person: Person, call: UUID, *, on: bool, session: UUID | None, now: datetime) -> None:
    """Let the person wait with music for whoever takes them, or take them."""
    with transaction.atomic():
        if on:
            seat, _call = _talking(person, call, session, now)
        else:
            seat = held_seat(person, session, now)
            if seat.state in IN_CALL:
                raise Conflict(_("You are in a call."), code="in_call", next_step=_("Finish it first."))
            if not parked(person).filter(pk=call).exists():
                raise Conflict(_("This person no longer waits."), code="not_parked")
        ask(person.tenant, "park_asked", now, seat=seat.pk, call=call, on=on)


def parked(person: Person) -> Any:
    """Talks that go on without anybody of the house in them, in campaigns where this person may sit."""
    at_a_seat = Seat.objects.filter(attempt_id=OuterRef("pk"))
    found = Attempt.objects.filter(live=True, connected_at__isnull=False, ended_at=None).exclude(Exists(at_a_seat))
    if not person.may(Verb.STEER_FLOOR):
        found = found.filter(campaign__campaign_agents__user_id=person.id)
    return found.select_related("campaign", "contact").order_by("connected_at")


def _free(to: UUID, own: Seat, now: datetime) -> None:
    seat = Seat.objects.filter(pk=to).first()
    if seat is None:
        raise NotFound(_("There is no such seat."), code="no_seat")
    if seat.pk == own.pk:
        raise BadInput(_("This is your own seat."), field="to")
    if seat.state != SeatState.READY or is_silent(seat, now):
        raise Conflict(
            _("This colleague is not free."), code="seat_not_free", next_step=_("Choose somebody who is ready.")
        )


def _running(campaign: UUID) -> bool:
    return Campaign.objects.filter(pk=campaign, state=CampaignState.RUNNING).exists()


def _talking(person: Person, call: UUID, session: UUID | None, now: datetime) -> tuple[Seat, Attempt]:
    """The person's seat and the talk that is there now."""
    seat = held_seat(person, session, now)
    attempt = Attempt.objects.filter(pk=call).first()
    if attempt is None or seat.attempt_id != call:
        raise NotFound(_("This call is not at your seat."))
    if seat.state != SeatState.TALKING or not attempt.live:
        raise Conflict(_("Nobody is on the line any more."), code="not_talking")
    return seat, attempt


# ── ears ────────────────────────────────────────────────────────────────────────────────────────────────────────


def ears(person: Person, seat_id: UUID, wish: EarsIn, *, now: datetime) -> None:
    """Hear another's talk, whisper, join or take it over. Each is written down: who, whom, how, when, which call."""
    with transaction.atomic():
        theirs = Seat.objects.filter(pk=seat_id).first()
        if theirs is None:
            raise NotFound(_("There is no such seat."), code="no_seat")
        own = Seat.objects.select_for_update().filter(user_id=person.id).first()
        if own is None or (phones.needed() and phones.of_seat(own.pk) is None):
            raise Conflict(
                _("You have no telephone to hear with."), code="no_phone", next_step=_("Connect your telephone first.")
            )
        if own.pk == theirs.pk:
            raise BadInput(_("This is your own seat."), field="seat_id")
        if wish.how != "off" and theirs.state != SeatState.TALKING:
            raise Conflict(_("Nobody talks at this seat now."), code="not_talking")
        if wish.how != "off" and own.state in IN_CALL:
            raise Conflict(_("You are in a call."), code="in_call", next_step=_("Finish it first."))
        ask(person.tenant, "ears_asked", now, supervisor=own.pk, seat=theirs.pk, how=wish.how)
        about = {"how": wish.how, "agent": str(theirs.user_id), "attempt": str(theirs.attempt_id or "")}
        _keep(person, "listen_in", theirs.pk, about, kind="seat", now=now)


# ── what the screen shows of it ─────────────────────────────────────────────────────────────────────────────────


def standing(attempt: Attempt) -> dict[str, Any]:
    """How the talk stands, as ``TalkOut`` says."""
    names = dict(Seat.objects.filter(pk__in=_named(attempt)).values_list("pk", "user__name"))
    others = attempt.legs.filter(until=None, kind__in=HEARD).exclude(seat_id=attempt.seat_id or attempt.pk)
    return {
        "held": attempt.held,
        "recording_paused": attempt.recording_paused,
        "three_way": attempt.three_way,
        "consulting": names.get(attempt.consulting, "") if attempt.consulting else "",
        "transferred_from": names.get(attempt.transferred_from, "") if attempt.transferred_from else "",
        "others": [
            {"name": leg.user.name if leg.user else "", "kind": leg.kind}
            for leg in _with_users(others.order_by("since"))
        ],
    }


def legs_of(attempt_id: UUID) -> list[dict[str, Any]]:
    """Who of the house was in a call, when and as what; listening ears included."""
    found = _with_users(Leg.objects.filter(attempt_id=attempt_id).order_by("since", "id"))
    return [
        {"name": leg.user.name if leg.user else "", "kind": leg.kind, "since": leg.since, "until": leg.until}
        for leg in found
    ]


def _with_users(legs: Any) -> Any:
    return legs.select_related("user")


def _named(attempt: Attempt) -> list[UUID]:
    return [seat for seat in (attempt.consulting, attempt.transferred_from) if seat is not None]


def _keep(person: Person, action: str, subject: UUID, after: dict[str, Any], *, kind: str, now: datetime) -> None:
    audit.record(
        tenant=person.tenant, by=person.id, action=action, subject_kind=kind, subject_id=subject, after=after, now=now
    )
