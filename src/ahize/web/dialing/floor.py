"""The wallboard, and what a supervisor asks of the floor. Reads rows; asks by deeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, Conflict, NotFound
from ahize.web import notices
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.campaigns.models import Campaign, CampaignState, Mode, PauseCode
from ahize.web.dialing.abandoned import ABANDONED, LIVE_ANSWER, paced_days, period
from ahize.web.dialing.desk import BEAT_LOST_S, SHIFT
from ahize.web.dialing.models import Attempt, Floor, Seat, SeatState
from ahize.web.dialing.schemas import ForecastOut
from ahize.web.dialing.seats import ask_end, is_silent
from ahize.web.lines import phones
from ahize.web.lines.models import SeatPhone
from ahize.web.permissions import Person

HOUR = timedelta(hours=1)
FRESH_S = 10.0
"""For so long what the pacer said last is news."""


def gate_is_up(now: datetime) -> bool:
    """The dialer runs, and a gate is connected to it."""
    floor = Floor.objects.first()
    return bool(floor and floor.gate_up and _is_running(floor, now))


def _is_running(floor: Floor | None, now: datetime) -> bool:
    beat_at = floor.beat_at if floor else None
    return beat_at is not None and abs(now - beat_at) <= timedelta(seconds=BEAT_LOST_S)


def wallboard(*, now: datetime) -> dict[str, Any]:
    """The floor as it stands."""
    floor = Floor.objects.first()
    running = _is_running(floor, now)
    seats, calls = _seats(now), _calls()
    campaigns = _campaigns(now, seats, calls)
    for campaign in campaigns:
        campaign["forecast"] = _forecast(floor, campaign, now)
    totals = ("attempts", "answered", "talks", "abandoned", "barred")
    return {
        "now": now,
        "dialer_running": running,
        "gate_up": bool(floor and floor.gate_up and running),
        "stopped": bool(floor and floor.stopped),
        "seats": seats,
        "calls": calls,
        "campaigns": campaigns,
        "today": dict(zip(totals, _today(now), strict=True)),
    }


def _seats(now: datetime) -> list[dict[str, Any]]:
    talks = dict(
        _rows(
            "SELECT agent_id, count(*) FROM dialing_attempt WHERE at >= %s AND connected_at IS NOT NULL GROUP BY 1",
            [now - SHIFT],
        )
    )
    found = Seat.objects.select_related("user").exclude(state=SeatState.CLOSED, session=None).order_by("user__name")
    ears = {phone.seat_id: phones.state_of(phone) for phone in SeatPhone.objects.all()}
    held = set(Attempt.objects.filter(live=True, held=True).values_list("pk", flat=True))
    return [
        {
            "id": seat.pk,
            "user": seat.user_id,
            "name": seat.user.name,
            "state": seat.state,
            "since": seat.since,
            "deadline": seat.deadline,
            "campaign": _campaign_of(seat),
            "pause_code": "" if seat.leaving else seat.pause_code,
            "finish_after": seat.finish_after,
            "leaving": seat.leaving,
            "shift_ends_at": seat.shift_ends_at,
            "silent": is_silent(seat, now),
            "attempt": seat.attempt_id,
            "talks": talks.get(seat.user_id, 0),
            "phone": ears.get(seat.pk, "none"),
            "held": seat.attempt_id in held,
        }
        for seat in found
    ]


def _campaign_of(seat: Seat) -> UUID | None:
    """As the agent's own screen has it: who rests works next in the campaign that was wanted last."""
    if seat.state in (SeatState.CLOSED, SeatState.PAUSED):
        return seat.wanted_id or seat.campaign_id
    return seat.campaign_id or seat.wanted_id


def _calls() -> list[dict[str, Any]]:
    found = Attempt.objects.filter(live=True, originated_at__isnull=False).order_by("at")
    return [
        {
            "id": call.pk,
            "campaign": call.campaign_id,
            "state": _state(call),
            "since": call.connected_at or call.answered_at or call.ringing_at or call.originated_at,
            "seat": call.seat_id,
        }
        for call in found
    ]


def _state(call: Attempt) -> str:
    if call.connected_at:
        return "talking"
    if call.answered_at:
        return "answered"
    return "ringing" if call.ringing_at else "dialled"


_COUNTS = f"""
    SELECT count(*) FILTER (WHERE a.originated_at IS NOT NULL), count(*) FILTER (WHERE a.answered_at IS NOT NULL),
           count(*) FILTER (WHERE a.connected_at >= %(hour)s), min(a.at) FILTER (WHERE a.at >= %(hour)s),
           count(*) FILTER (WHERE (({LIVE_ANSWER}) OR a.mistaken) AND a.at >= %(period)s),
           count(*) FILTER (WHERE {ABANDONED} AND a.at >= %(period)s)
    FROM dialing_attempt a WHERE a.campaign_id = %(campaign)s AND a.at >= least(%(period)s, %(shift)s)"""  # noqa: S608

_HOPPER = """
    SELECT count(*) FILTER (WHERE leased_until IS NULL AND due_at <= %(now)s),
           count(*) FILTER (WHERE leased_until IS NOT NULL)
    FROM dialing_due WHERE campaign_id = %(campaign)s AND NOT done"""


def _campaigns(now: datetime, seats: Sequence[dict[str, Any]], calls: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    shown = Campaign.objects.filter(state__in=(CampaignState.RUNNING, CampaignState.PAUSED)).order_by("name")
    found = []
    for campaign in shown:
        start, _until = period(campaign.created_at, now)
        given = {"campaign": campaign.pk, "now": now, "hour": now - HOUR, "period": start, "shift": now - SHIFT}
        attempts, answered, talks, first_at, live, abandoned = _rows(_COUNTS, given)[0]
        due, leased = _rows(_HOPPER, given)[0]
        mine = [seat for seat in seats if seat["campaign"] == campaign.pk]
        in_air = [call for call in calls if call["campaign"] == campaign.pk]
        cap = float(campaign.abandon_cap)
        hours = min(1.0, max((now - first_at).total_seconds(), 60.0) / 3600) if first_at else 1.0
        found.append(
            {
                "id": campaign.pk,
                "name": campaign.name,
                "mode": campaign.mode,
                "state": campaign.state,
                "seats": sum(seat["state"] != SeatState.CLOSED for seat in mine),
                "talking": sum(seat["state"] == SeatState.TALKING for seat in mine),
                "ready": sum(seat["state"] == SeatState.READY for seat in mine),
                "in_flight": sum(call["state"] != "talking" for call in in_air),
                "hopper": due,
                "leased": leased,
                "attempts": attempts,
                "answered": answered,
                "answer_rate": answered / attempts if attempts else None,
                "contacts_per_hour": talks / hours,
                "confidence": _confidence(campaign),
                "budget": {
                    "live_answers": live,
                    "abandoned": abandoned,
                    "share": abandoned / live if live else 0.0,
                    "cap": cap,
                    "left": max(0, int(cap * live) - abandoned),
                    "period_days": paced_days(now),
                },
            }
        )
    return found


def _confidence(campaign: Campaign) -> float | None:
    """How surely its cap is kept; None: strictly, as in every mode but the one that predicts."""
    statistical = campaign.mode == Mode.PREDICTIVE and campaign.confidence is not None
    return float(campaign.confidence or 0) if statistical else None


def _forecast(floor: Floor | None, campaign: Mapping[str, Any], now: datetime) -> dict[str, Any] | None:
    """What the pacer said of it within the last seconds."""
    said = floor.forecasts.get(str(campaign["id"])) if floor is not None else None
    if said is None or campaign["state"] != CampaignState.RUNNING or campaign["mode"] != Mode.PREDICTIVE:
        return None
    fresh = abs((now - datetime.fromisoformat(said["at"])).total_seconds()) <= FRESH_S
    return {name: said.get(name, "") for name in ForecastOut.model_fields} if fresh else None


def _today(now: datetime) -> Sequence[int]:
    return _rows(
        "SELECT count(*) FILTER (WHERE originated_at IS NOT NULL), count(*) FILTER (WHERE answered_at IS NOT NULL),"
        " count(*) FILTER (WHERE connected_at IS NOT NULL), count(*) FILTER (WHERE outcome = 'abandoned' OR mistaken),"
        " count(*) FILTER (WHERE verdict <> 'allow') FROM dialing_attempt WHERE at >= %s",
        [now - SHIFT],
    )[0]


def _rows(text: str, given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text, given)
        return list(cursor.fetchall())


# ── what a supervisor asks ──────────────────────────────────────────────────────────────────────────────────────


def pause_seat(person: Person, seat_id: UUID, *, code: str, now: datetime) -> None:
    """Pause another's seat; a talk in it goes on and the pause holds after it."""
    if not PauseCode.objects.filter(code=code).exists():
        raise BadInput(_("There is no pause code like that."), field="code", code="unknown_pause_code")
    with transaction.atomic():
        seat = _open_seat(seat_id)
        payload = {"seat": str(seat.pk), "code": code}
        _steer(person, seat, action="pause_seat", kind="seat_paused", payload=payload, now=now)


def shift_ends(person: Person, seat_id: UUID, *, at: datetime | None, now: datetime) -> None:
    """Say for another when their shift ends; None: nobody knows."""
    with transaction.atomic():
        seat = _open_seat(seat_id)
        ask_end(person.tenant, seat.pk, at, now)
        audit.record(
            tenant=person.tenant,
            by=person.id,
            action="shift_ends",
            subject_kind="seat",
            subject_id=seat.pk,
            after={"at": at and at.isoformat()},
            now=now,
        )


def close_seat(person: Person, seat_id: UUID, *, now: datetime) -> None:
    """Log another's seat out; a talk in it goes on."""
    with transaction.atomic():
        seat = _open_seat(seat_id)
        _steer(person, seat, action="close_seat", kind="seat_closed", payload={"seat": str(seat.pk)}, now=now)
        if seat.state not in (SeatState.RINGING, SeatState.TALKING, SeatState.WRAP_UP):
            if seat.session is not None:
                notices.tell_browsers(person.tenant, "taken_over", seat.session, seat.user_id, now=now)
            seat.session, seat.opened_at = None, None
            seat.save(update_fields=["session", "opened_at"])
            phones.take_away(seat.user_id, now=now)


def move_seat(person: Person, seat_id: UUID, *, campaign_id: UUID, now: datetime) -> None:
    """Move a seat to another campaign; in a talk from its next call on."""
    with transaction.atomic():
        seat = _open_seat(seat_id)
        campaign = Campaign.objects.filter(pk=campaign_id).exclude(state=CampaignState.ENDED).first()
        if campaign is None:
            raise NotFound(_("There is no such campaign, or it has ended."), code="no_campaign")
        seat.wanted = campaign
        seat.save(update_fields=["wanted"])
        payload = {"seat": str(seat.pk), "campaign": str(campaign.pk)}
        kind = "seat_moved" if seat.state in (SeatState.PAUSED, SeatState.CLOSED) else "seat_ready"
        _steer(person, seat, action="move_seat", kind=kind, payload=payload, now=now)
        notices.tell_browsers(person.tenant, "card", seat.pk, seat.user_id, now=now)


def stop(person: Person, *, hang_up: bool, now: datetime) -> None:
    """No further originate. The flag is written here and now, so that it holds although dialerd is down."""
    with transaction.atomic():
        floor = _floor(person, now)
        floor.stopped, floor.hang_up_asked = True, hang_up
        floor.save(update_fields=["stopped", "hang_up_asked"])
        notices.tell_dialer(person.tenant, "stop_asked", {"hang_up": hang_up}, now=now)
        _told_floor(person, floor, "stop_dialling", {"hang_up": hang_up}, now)


def resume(person: Person, *, now: datetime) -> None:
    """Dial again."""
    with transaction.atomic():
        floor = _floor(person, now)
        floor.stopped, floor.hang_up_asked = False, False
        floor.save(update_fields=["stopped", "hang_up_asked"])
        notices.tell_dialer(person.tenant, "resume_asked", {}, now=now)
        _told_floor(person, floor, "resume_dialling", {}, now)


def _floor(person: Person, now: datetime) -> Floor:
    Floor.objects.bulk_create([Floor(id=draw_id(now), tenant_id=person.tenant)], ignore_conflicts=True)
    return Floor.objects.select_for_update().get(tenant_id=person.tenant)


def _told_floor(person: Person, floor: Floor, action: str, after: dict[str, Any], now: datetime) -> None:
    audit.record(
        tenant=person.tenant,
        by=person.id,
        action=action,
        subject_kind="floor",
        subject_id=floor.pk,
        after=after,
        now=now,
    )
    notices.tell_browsers(person.tenant, "floor", floor.pk, now=now)


def _open_seat(seat_id: UUID) -> Seat:
    seat = Seat.objects.select_for_update(of=("self",)).select_related("user").filter(pk=seat_id).first()
    if seat is None:
        raise NotFound(_("There is no such seat."), code="no_seat")
    if seat.state == SeatState.CLOSED and seat.session is None:
        raise Conflict(_("Nobody sits there."), code="seat_closed")
    return seat


def _steer(person: Person, seat: Seat, *, action: str, kind: str, payload: dict[str, Any], now: datetime) -> None:
    notices.tell_dialer(person.tenant, kind, payload, now=now)
    audit.record(
        tenant=person.tenant,
        by=person.id,
        action=action,
        subject_kind="seat",
        subject_id=seat.pk,
        after={name: value for name, value in payload.items() if name != "seat"},
        now=now,
    )
