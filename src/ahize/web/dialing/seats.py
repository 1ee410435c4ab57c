"""What an agent asks of the own seat: sit down, ready, pause, dial, hang up, leave.

Each deed checks that this tab still holds the seat, leaves a row for dialerd and wakes it; the engine decides what
comes of it. Refuses to write what the engine owns.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from ahize.web import notices
from ahize.web.base import draw_id
from ahize.web.campaigns.models import Campaign, CampaignAgent, CampaignState, PauseCode
from ahize.web.dialing import own_calls, typed
from ahize.web.dialing.models import Attempt, Callback, CallbackState, Seat, SeatState
from ahize.web.dialing.schemas import DialIn
from ahize.web.lines import phones
from ahize.web.lines.models import PhoneKind
from ahize.web.permissions import Person, Verb

SILENT_AFTER_S = 10
"""A tab not heard for so long gets no call."""

LONGEST_SHIFT = timedelta(hours=16)

SIGNED_IN = "signed_in"
"""The pause code of someone who has just sat down."""

IN_CALL = (SeatState.RINGING, SeatState.TALKING)


def open_seat(
    person: Person,
    *,
    campaign: UUID,
    session: UUID,
    take_over: bool,
    now: datetime,
    shift_ends_at: datetime | None = None,
) -> Seat:
    """Sit down in a campaign, paused; in a call that goes on, only the tab changes. ``shift_ends_at``: as in
    ``shift_ends``; None says nothing.

    Raises: Conflict ``seat_taken`` where another living tab sits here and ``take_over`` is not said.
    """
    chosen = Campaign.objects.filter(pk=campaign).first()
    if chosen is None:
        raise NotFound(_("There is no such campaign."))
    if chosen.state == CampaignState.ENDED:
        raise Conflict(_("This campaign has ended."), code="campaign_ended")
    assigned = CampaignAgent.objects.filter(campaign=chosen, user_id=person.id).exists()
    if not assigned and not person.may(Verb.STEER_FLOOR):
        raise NotAllowed(
            _("You are not among this campaign's agents."),
            code="not_in_campaign",
            next_step=_("Ask its manager to add you."),
        )
    with transaction.atomic():
        seat = Seat.objects.select_for_update().filter(user_id=person.id).first()
        if seat is None:
            seat = Seat.objects.create(
                id=draw_id(now), tenant_id=person.tenant, user_id=person.id, since=now, state=SeatState.CLOSED
            )
        other = seat.session
        if other is not None and other != session:
            if not take_over and not is_silent(seat, now):
                raise Conflict(
                    _("You are already working in another window."),
                    code="seat_taken",
                    next_step=_("Take over here, or go on there."),
                )
            notices.tell_browsers(person.tenant, "taken_over", other, person.id, now=now)
            phone = phones.of_seat(seat.pk)
            if phone is not None and phone.kind == PhoneKind.BROWSER and seat.state not in IN_CALL:
                phones.take_away(person.id, now=now)  # it rang in the other window
        seat.session, seat.alive_at, seat.opened_at = session, now, seat.opened_at or now
        seat.session_epoch += 1
        busy = seat.state in (*IN_CALL, SeatState.WRAP_UP)
        moved = seat.wanted_id != chosen.id
        seat.wanted = chosen
        seat.save(update_fields=["session", "session_epoch", "alive_at", "opened_at", "wanted"])
        if not busy and (seat.state == SeatState.CLOSED or moved):
            ask(person.tenant, "seat_paused", now, seat=seat.id, code=SIGNED_IN)
        if shift_ends_at is not None:
            ask_end(person.tenant, seat.id, shift_ends_at, now)
        notices.tell_browsers(person.tenant, "seats", seat.id, now=now)
    return seat


def seat_of(person: Person) -> Seat | None:
    """The person's seat, where there ever was one."""
    return Seat.objects.filter(user_id=person.id).first()


def make_phone(person: Person, *, kind: str, own_number: UUID | None, now: datetime) -> phones.Made:
    """A phone for the own seat; a supervisor who only listens gets a seat for it, which stays closed.

    A telephone number is called at once, once clearance has sealed it.
    """
    with transaction.atomic():
        seat = seat_of(person) or Seat.objects.create(
            id=draw_id(now), tenant_id=person.tenant, user_id=person.id, since=now, state=SeatState.CLOSED
        )
        if seat.state in IN_CALL:
            raise Conflict(_("You are in a call."), code="in_call", next_step=_("Finish it first."))
        made = phones.make(person, seat.pk, kind=kind, own_number=own_number, now=now)
        if made.row.number:
            own_calls.ask_phone(person, seat.pk, e164=made.row.number, now=now)
    return made


def is_silent(seat: Seat, now: datetime) -> bool:
    """The tab has not been heard for too long."""
    return seat.alive_at is None or now - seat.alive_at >= timedelta(seconds=SILENT_AFTER_S)


def heard_from(user: UUID, *, session: UUID | None, now: datetime) -> bool:
    """The tab is there: from the socket every few seconds. False where it no longer holds the seat.

    One small update; nothing is told, for nothing changed that anybody shows.
    """
    return bool(session and Seat.objects.filter(user_id=user, session=session).update(alive_at=now))


def ready(person: Person, *, session: UUID | None, now: datetime) -> None:
    """Take calls of the chosen campaign."""
    with transaction.atomic():
        seat = held_seat(person, session, now)
        _not_in_call(seat)
        _wrapped_up(seat)
        if seat.wanted_id is None:
            raise Conflict(_("Choose a campaign first."), code="no_campaign")
        ask(person.tenant, "seat_ready", now, seat=seat.id, campaign=seat.wanted_id)


def pause(person: Person, *, code: str, session: UUID | None, now: datetime) -> None:
    """Step back; a talk goes on, the pause holds after it.

    Where numbers ring for this seat and a cap needs it, the pause waits for them; asked a second time it holds at once.
    """
    with transaction.atomic():
        seat = held_seat(person, session, now)
        _known_pause(code)
        ask(person.tenant, "seat_paused", now, seat=seat.id, code=code, waits=True)


def shift_ends(person: Person, *, at: datetime | None, session: UUID | None, now: datetime) -> None:
    """Until when I am here (None: nobody knows): no number is dialled for this seat whose answer I might miss."""
    with transaction.atomic():
        seat = held_seat(person, session, now)
        ask_end(person.tenant, seat.id, at, now)


def ask_end(tenant: UUID, seat: UUID, at: datetime | None, now: datetime) -> None:
    """Raises: BadInput where that is over already, or no shift is so long."""
    if at is not None and not now < at <= now + LONGEST_SHIFT:
        raise BadInput(
            _("The end of a shift lies in the next %(hours)s hours.") % {"hours": LONGEST_SHIFT // timedelta(hours=1)},
            field="at",
            code="no_end_of_shift",
        )
    ask(tenant, "shift_ends", now, seat=seat, at=at and at.isoformat())


def finish_after(person: Person, *, on: bool, session: UUID | None, now: datetime) -> None:
    """This call is the last for now, or not."""
    with transaction.atomic():
        seat = held_seat(person, session, now)
        ask(person.tenant, "finish_asked", now, seat=seat.id, on=on)


def close(person: Person, *, session: UUID | None, now: datetime) -> None:
    """Leave the seat; a talk and its wrap-up are finished first."""
    with transaction.atomic():
        seat = held_seat(person, session, now)
        if seat.state not in (*IN_CALL, SeatState.WRAP_UP):
            seat.session, seat.opened_at = None, None
            seat.save(update_fields=["session", "opened_at"])
            phones.take_away(person.id, now=now)
        ask(person.tenant, "seat_closed", now, seat=seat.id)


def dial(person: Person, wish: DialIn, *, session: UUID | None, now: datetime) -> None:
    """Ask the engine to dial one contact for this seat; it asks clearance like for any other."""
    if sum(given is not None for given in (wish.contact, wish.callback, wish.number)) != 1:
        raise BadInput(_("Give a contact, a callback or a number: one of them."), field="contact")
    with transaction.atomic():
        seat = held_seat(person, session, now)
        _not_in_call(seat)
        _wrapped_up(seat)
        if wish.callback is not None:
            target = _callback(person, wish.callback, now)
        elif wish.number is not None:
            if not person.may(Verb.TYPE_NUMBER):
                raise NotAllowed(_("Your role does not allow typed numbers."))
            target = _typed(seat, wish.number, wish.region, now)
        else:
            target = _offered(seat, wish.contact)
        ask(person.tenant, "dial_asked", now, seat=seat.id, **target)


def _offered(seat: Seat, contact: UUID | None) -> dict[str, Any]:
    offer = seat.offer
    if offer is None or offer["contact"] != str(contact):
        raise Conflict(_("This contact is not offered to you now."), code="not_offered", next_step=_("Look again."))
    return {**offer, "origin": "preview"}


def _callback(person: Person, callback_id: UUID, now: datetime) -> dict[str, Any]:
    """The promise, taken: a second click (or a second agent) finds it dialled already."""
    promise = Callback.objects.select_for_update().filter(pk=callback_id).first()
    if promise is None:
        raise NotFound(_("There is no such callback."))
    free = promise.owner_id in (None, person.id) or (promise.anyone_after is not None and promise.anyone_after <= now)
    if not free and not person.may(Verb.SEE_CALLBACKS):
        raise NotAllowed(_("This callback was promised by a colleague who can still keep it."), code="not_yours")
    if promise.state != CallbackState.WAITING:
        raise Conflict(_("This callback has been taken already."), code="callback_taken")
    promise.state = CallbackState.DIALLED
    promise.save(update_fields=["state"])
    return {
        "contact": promise.contact_id,
        "phone": promise.phone_id,
        "campaign": promise.campaign_id,
        "callback": promise.id,
        "origin": "callback",
    }


def _typed(seat: Seat, number: str, region: str | None, now: datetime) -> dict[str, Any]:
    if seat.wanted is None:
        raise Conflict(_("Choose a campaign first."), code="no_campaign")
    phone = typed.phone_for(seat.wanted, number=number, region=region, now=now, by=seat.user_id)
    return {"contact": phone.contact_id, "phone": phone.id, "campaign": seat.wanted_id, "origin": "typed"}


def skip(person: Person, *, session: UUID | None, now: datetime) -> None:
    """Pass on the offered contact."""
    with transaction.atomic():
        seat = held_seat(person, session, now)
        if seat.state != SeatState.PREVIEWING:
            raise Conflict(_("Nothing is offered to you now."), code="not_offered")
        ask(person.tenant, "skip_asked", now, seat=seat.id)


def hang_up(person: Person, call: UUID, *, session: UUID | None, now: datetime) -> None:
    """End the call in this seat."""
    with transaction.atomic():
        seat = held_seat(person, session, now)
        if seat.attempt_id != call or not Attempt.objects.filter(pk=call).exists():
            raise NotFound(_("This call is not at your seat."))
        ask(person.tenant, "hang_up_asked", now, seat=seat.id, call=call)


def held_seat(person: Person, session: UUID | None, now: datetime) -> Seat:
    """The person's seat, locked, held by this tab. Raises: Conflict ``not_seated``, ``seat_taken``."""
    seat = Seat.objects.select_for_update().filter(user_id=person.id).first()
    if seat is None or seat.session is None:
        raise Conflict(_("You are not seated."), code="not_seated", next_step=_("Choose a campaign and sit down."))
    if session is None or seat.session != session:
        raise Conflict(
            _("You are working in another window now."),
            code="seat_taken",
            next_step=_("Take over here, or go on there."),
        )
    seat.alive_at = now
    seat.save(update_fields=["alive_at"])
    return seat


def _not_in_call(seat: Seat) -> None:
    if seat.state in IN_CALL:
        raise Conflict(_("You are in a call."), code="in_call", next_step=_("Finish it first."))


def _wrapped_up(seat: Seat) -> None:
    if seat.state != SeatState.WRAP_UP or seat.attempt_id is None:
        return
    if Attempt.objects.filter(pk=seat.attempt_id, disposition="", connected_at__isnull=False).exists():
        raise Conflict(_("Say first what the last call came to."), code="dispose_first")


def _known_pause(code: str) -> None:
    if code and not PauseCode.objects.filter(Q(code=code)).exists():
        raise BadInput(_("There is no pause code like that."), field="code", code="unknown_pause_code")


def ask(tenant: UUID, kind: str, now: datetime, **payload: object) -> None:
    """One deed for the engine; ids as text."""
    plain = {
        name: str(value) if isinstance(value, UUID) else value for name, value in payload.items() if value is not None
    }
    notices.tell_dialer(tenant, kind, plain, now=now)
