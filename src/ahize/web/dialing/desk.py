"""What the agent's screen shows: the seat, the person, the script, promises and what is left to fix. Reads only.

``seat_view`` is asked after every change, so it stays at a handful of small queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import connection
from django.db.models import Q

from ahize.flows.merging import merged
from ahize.web.campaigns.models import Campaign, CampaignState, Disposition
from ahize.web.contacts.models import Contact, Phone
from ahize.web.dialing import talk
from ahize.web.dialing.models import (
    Attempt,
    Callback,
    CallbackState,
    DispositionRecord,
    Draft,
    Due,
    Floor,
    Ruling,
    Seat,
    SeatState,
)
from ahize.web.lines import phones
from ahize.web.permissions import Person, Verb

SHIFT = timedelta(hours=12)
"""How far back "today" reaches on an agent's own screen; a calendar day would cut evening shifts in two."""
HISTORY_MAX = 20
BEAT_LOST_S = 4
"""A floor whose beat is older has no engine."""
SHOWN_FIELDS = (
    *("first_name", "last_name", "company", "address", "city", "postal_code", "email", "language"),
    *("region", "country", "external_id"),
)
LOCKED_FIELDS = frozenset({"region", "country", "external_id"})


# ── the seat ────────────────────────────────────────────────────────────────────────────────────────────────────


def seat_view(person: Person, *, session: UUID | None, now: datetime) -> dict[str, Any]:
    """The seat, whole, as ``SeatOut`` says."""
    seat = Seat.objects.select_related("campaign", "wanted").filter(user_id=person.id).first()
    counts = _counts(person, now)
    if seat is None:
        return {
            **dict.fromkeys(("id", "deadline", "session", "campaign", "offer", "call")),
            **{"state": SeatState.CLOSED, "since": now, "now": now, "reason": "", "pause_code": ""},
            **{
                "finish_after": False,
                "leaving": "",
                "shift_ends_at": None,
                "mine": False,
                "counts": counts,
                "phone": phone_of(None),
            },
        }
    campaign = seat.campaign if seat.state not in (SeatState.CLOSED, SeatState.PAUSED) else None
    campaign = campaign or seat.wanted or seat.campaign
    attempt = None
    if seat.attempt_id is not None and seat.state in (SeatState.RINGING, SeatState.TALKING, SeatState.WRAP_UP):
        attempt = _attempts().filter(pk=seat.attempt_id).first()
    return {
        "id": seat.pk,
        "state": seat.state,
        "since": seat.since,
        "now": now,
        "deadline": seat.deadline,
        "reason": why_nothing(seat, campaign, now) if seat.state in (SeatState.READY, SeatState.PAUSED) else "",
        "pause_code": seat.pause_code if seat.state == SeatState.PAUSED else "",
        "finish_after": seat.finish_after,
        "leaving": seat.leaving,
        "shift_ends_at": seat.shift_ends_at,
        "mine": session is not None and seat.session == session,
        "session": seat.session,
        "campaign": campaign and campaign_brief(campaign),
        "offer": _offer(person, seat, now) if seat.state == SeatState.PREVIEWING and seat.offer else None,
        "call": call_view(person, attempt, now) if attempt else None,
        "counts": counts,
        "phone": phone_of(seat),
    }


def phone_of(seat: Seat | None) -> dict[str, Any]:
    """The phone of a seat, as ``PhoneOut`` says."""
    row = phones.of_seat(seat.pk if seat else None)
    return {
        "kind": row.kind if row else None,
        "state": phones.state_of(row),
        "needed": phones.needed(),
        "number": row.number if row else "",
    }


def my_campaigns(person: Person) -> list[dict[str, Any]]:
    """Where this person may sit down: an agent's own campaigns, every one for whoever steers the floor."""
    found = Campaign.objects.exclude(state=CampaignState.ENDED).order_by("name")
    if not person.may(Verb.STEER_FLOOR):
        found = found.filter(campaign_agents__user_id=person.id)
    return [campaign_brief(campaign) for campaign in found]


def why_nothing(seat: Seat, campaign: Campaign | None, now: datetime) -> str:
    """Why nothing comes, as a code; the plainest reason first."""
    floor = Floor.objects.filter(tenant_id=seat.tenant_id).first()
    state = campaign.state if campaign else "missing"
    beat_lost = floor is None or floor.beat_at is None or now - floor.beat_at > timedelta(seconds=BEAT_LOST_S)
    reasons = (
        ("dialer_not_running", beat_lost),
        ("gate_away", floor is not None and not floor.gate_up),
        ("stopped", floor is not None and floor.stopped),
        (f"campaign_{state}", state != CampaignState.RUNNING),
        *_without_ears(seat),
        ("", seat.state == SeatState.PAUSED),
        ("leaving", bool(seat.leaving)),
        (seat.reason, bool(seat.reason)),
    )
    for code, holds in reasons:
        if holds:
            return code
    waiting = Due.objects.filter(campaign=campaign, done=False)
    comes = waiting.filter(Q(due_at__lte=now) | Q(leased_until__isnull=False)).exists()
    return "waiting_for_call" if comes else "nothing_due"


def _without_ears(seat: Seat) -> tuple[tuple[str, bool], ...]:
    if not phones.needed():
        return ()
    state = phones.state_of(phones.of_seat(seat.pk))
    return ("no_phone", state in ("none", "waiting")), ("phone_lost", state == "lost")


# One statement: the screen asks for it after every change, and four through the ORM cost more than all the rest.
_COUNTS = """
    SELECT count(*), coalesce(sum(a.talk_s), 0), count(*) FILTER (WHERE a.disposition = 'not_dispositioned'),
           count(*) FILTER (WHERE EXISTS (SELECT FROM dialing_dispositionrecord r WHERE r.attempt_id = a.id
                                          AND r.code = a.disposition AND 'sale' = ANY(r.flags))),
           (SELECT count(*) FROM dialing_callback c WHERE c.owner_id = %(agent)s AND c.state = 'waiting')
    FROM dialing_attempt a WHERE a.agent_id = %(agent)s AND a.at >= %(since)s AND a.connected_at IS NOT NULL"""


def _counts(person: Person, now: datetime) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"agent": person.id, "since": now - SHIFT})
        talks, talk_s, to_fix, sales, callbacks = cursor.fetchone()
    return {"talks": talks, "talk_s": float(talk_s), "sales": sales, "to_fix": to_fix, "callbacks": callbacks}


def _offer(person: Person, seat: Seat, now: datetime) -> dict[str, Any] | None:
    offer: Mapping[str, Any] = seat.offer or {}
    contact = Contact.objects.select_related("list", "seller").filter(pk=offer["contact"]).first()
    campaign = Campaign.objects.select_related("seller", "caller_id").filter(pk=offer["campaign"]).first()
    if contact is None or campaign is None:
        return None
    phones = list(contact.phones.order_by("position"))
    number = next((phone.e164 for phone in phones if str(phone.pk) == offer["phone"]), "")
    before = history(contact)
    origin = str(offer.get("origin", "preview"))
    return {
        "number": number,
        "contact": card(contact, phones, now),
        "why": why(contact, campaign, origin=origin, duties=[], callback=None, attempts=len(before)),
        "history": before,
        "script": script(person, campaign, contact),
    }


# ── one call ────────────────────────────────────────────────────────────────────────────────────────────────────


def _attempts() -> Any:
    return Attempt.objects.select_related("campaign__seller", "campaign__caller_id", "contact__list", "phone")


def call_view(person: Person, attempt: Attempt, now: datetime) -> dict[str, Any]:
    """The call on the screen, as ``CallOut`` says."""
    contact, campaign = attempt.contact, attempt.campaign
    ruling = Ruling.objects.filter(pk=attempt.pk).values_list("ruling", flat=True).first() or {}
    callback = _promise_of(attempt)
    before = history(contact, besides=attempt.pk)
    duties = ruling.get("duties", [])
    reasons = why(contact, campaign, origin=attempt.origin, duties=duties, callback=callback, attempts=len(before) + 1)
    return {
        "id": attempt.pk,
        "live": attempt.live,
        "number": attempt.e164,
        "contact": card(contact, list(contact.phones.order_by("position")), now),
        "why": reasons,
        "history": before,
        "script": script(person, campaign, contact),
        "dispositions": dispositions(campaign, talked=attempt.connected_at is not None),
        "notes": notes_of(attempt),
        "originated_at": attempt.originated_at,
        "answered_at": attempt.answered_at,
        "connected_at": attempt.connected_at,
        "ended_at": attempt.ended_at,
        "outcome": attempt.outcome,
        "disposition": attempt.disposition,
        "talk": talk.standing(attempt),
    }


def _promise_of(attempt: Attempt) -> Callback | None:
    if attempt.callback_id is None:
        return None
    return Callback.objects.select_related("owner").filter(pk=attempt.callback_id).first()


def notes_of(attempt: Attempt) -> dict[str, Any]:
    """The draft, or an empty one."""
    draft = Draft.objects.filter(pk=attempt.pk).first()
    return {"text": draft.text, "code": draft.code, "version": draft.version} if draft else dict(EMPTY_NOTES)


EMPTY_NOTES = {"text": "", "code": "", "version": 0}


def dispositions(campaign: Campaign, *, talked: bool) -> list[dict[str, Any]]:
    """Those that make sense: after a talk all the agent may press, else those of nobody reached."""
    found = Disposition.objects.filter(campaign=campaign).order_by("position", "code")
    return [
        {"code": d.code, "label_en": d.label_en, "label_tr": d.label_tr, "key": d.key, "flags": d.flags}
        for d in found
        if "not_offered" not in d.flags and (talked or "no_contact" in d.flags or "wrong_number" in d.flags)
    ]


def script(person: Person, campaign: Campaign, contact: Contact) -> str:
    """The script with this person's and this house's words in it."""
    seller = campaign.seller
    values = {name: str(getattr(contact, name)) for name in SHOWN_FIELDS}
    values.update({f"field.{name}": str(value) for name, value in contact.fields.items()})
    values.update(
        agent_name=person.name,
        seller_name=seller.name,
        seller_phone=seller.phone_e164,
        brand=seller.brand or seller.name,
        product=campaign.product,
        campaign_name=campaign.name,
        caller_id=campaign.caller_id.e164 if campaign.caller_id else "",
    )
    return merged(campaign.script, values)


def why(
    contact: Contact,
    campaign: Campaign,
    *,
    origin: str,
    duties: Sequence[str],
    callback: Callback | None,
    attempts: int,
) -> dict[str, Any]:
    """Why this person, now. ``attempts``: how many there were, up to ``HISTORY_MAX`` and this one."""
    return {
        "origin": origin,
        "list": contact.list.name,
        "source": contact.list.source,
        "purpose": campaign.purpose,
        "seller": campaign.seller.name,
        "attempts": attempts,
        "callback_at": callback.at if callback else None,
        "promised_by": callback.owner.name if callback and callback.owner else "",
        "duties": list(duties),
    }


def history(contact: Contact, besides: UUID | None = None) -> list[dict[str, Any]]:
    """Earlier calls to this contact, newest first; barred attempts rang nobody and are not shown here."""
    found = (
        Attempt.objects.select_related("campaign", "agent")
        .filter(contact=contact, originated_at__isnull=False)
        .order_by("-at")[: HISTORY_MAX + 1]
    )
    attempts = [attempt for attempt in found if attempt.pk != besides][:HISTORY_MAX]
    notes = last_notes([attempt.pk for attempt in attempts]) if attempts else {}
    return [
        {
            "id": attempt.pk,
            "at": attempt.at,
            "campaign": attempt.campaign.name,
            "verdict": attempt.verdict,
            "outcome": attempt.outcome,
            "disposition": attempt.disposition,
            "agent": attempt.agent.name if attempt.agent else "",
            "talk_s": attempt.talk_s,
            "notes": notes.get(attempt.pk, ""),
        }
        for attempt in attempts
    ]


def last_notes(attempts: Iterable[UUID]) -> dict[UUID, str]:
    """The notes of each attempt's latest disposition."""
    found = DispositionRecord.objects.filter(attempt_id__in=list(attempts)).order_by("at")
    return {attempt: notes for attempt, notes in found.values_list("attempt_id", "notes") if notes}


def card(contact: Contact, phones: Sequence[Phone], now: datetime) -> dict[str, Any]:
    """Who it is, as ``ContactCard`` says."""
    zones = sorted({zone for phone in phones[:1] for zone in phone.zones})
    fields = [
        {"name": name, "value": str(getattr(contact, name)), "editable": name not in LOCKED_FIELDS}
        for name in SHOWN_FIELDS
    ]
    fields += [{"name": name, "value": str(value), "editable": True} for name, value in contact.fields.items()]
    return {
        "id": contact.pk,
        "name": name_of(contact),
        "place": ", ".join(part for part in (contact.city, contact.region, contact.country) if part),
        "zone": " / ".join(zones),
        "local_time": local_time(zones[0], now) if len(zones) == 1 else None,
        "language": contact.language,
        "phones": [
            {"id": p.pk, "e164": p.e164, "label": p.label, "line_type": p.line_type, "state": p.state} for p in phones
        ],
        "fields": fields,
    }


def name_of(contact: Contact) -> str:
    """First and last name, or the company."""
    return f"{contact.first_name} {contact.last_name}".strip() or contact.company


def local_time(zone: str, at: datetime) -> str | None:
    """``at`` on a clock of that zone, with its offset."""
    try:
        return at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")
    except (ZoneInfoNotFoundError, ValueError):
        return None


def campaign_brief(campaign: Campaign) -> dict[str, Any]:
    """A campaign in five words."""
    return {
        "id": campaign.pk,
        "name": campaign.name,
        "mode": campaign.mode,
        "state": campaign.state,
        "language": campaign.language,
    }


# ── promises, and what is left to fix ───────────────────────────────────────────────────────────────────────────


def callbacks(person: Person, *, now: datetime, everybody: bool) -> list[dict[str, Any]]:
    """Waiting promises by time: one's own and those anyone may keep, or all of them."""
    found = Callback.objects.select_related("contact", "phone", "campaign", "owner").filter(state=CallbackState.WAITING)
    if not everybody:
        found = found.filter(
            Q(owner_id=person.id) | ((Q(owner=None) | Q(anyone_after__lte=now)) & Q(at__lte=now + timedelta(hours=1)))
        )
    promises = list(found.order_by("at")[:500])
    notes = last_notes(promise.attempt_id for promise in promises if promise.attempt_id)
    return [
        {
            "id": promise.pk,
            "at": promise.at,
            "local_time": local_time(promise.zone, promise.at) if promise.zone else None,
            "zone": promise.zone,
            "contact": promise.contact_id,
            "name": name_of(promise.contact),
            "number": promise.phone.e164,
            "campaign": campaign_brief(promise.campaign),
            "mine": promise.owner_id == person.id,
            "owner": promise.owner.name if promise.owner else "",
            "due": promise.at <= now,
            "anyone": promise.owner_id is None or (promise.anyone_after is not None and promise.anyone_after <= now),
            "notes": notes.get(promise.attempt_id, "") if promise.attempt_id else "",
        }
        for promise in promises
    ]


def to_fix(person: Person, *, now: datetime) -> list[dict[str, Any]]:
    """Talks without a disposition: one's own, everybody's for whoever corrects them; not the one still in wrap-up."""
    found = Attempt.objects.select_related("campaign", "contact", "agent").filter(
        disposition="not_dispositioned", at__lte=now
    )
    if not person.may(Verb.CORRECT_DISPOSITIONS):
        found = found.filter(agent_id=person.id)
    return [
        {
            "attempt": attempt.pk,
            "at": attempt.at,
            "name": name_of(attempt.contact),
            "campaign": campaign_brief(attempt.campaign),
            "agent": attempt.agent.name if attempt.agent else "",
            "talk_s": attempt.talk_s,
            "notes": notes_of(attempt),
            "dispositions": dispositions(attempt.campaign, talked=True),
        }
        for attempt in found.order_by("-ended_at")[:200]
    ]
