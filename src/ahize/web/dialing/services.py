"""What people write about calls: drafts, dispositions, corrections, callbacks, "remove me".

A disposition that was answered is kept, whatever dies; the same key twice makes one record. Its flags act in the
same transaction: *stop* suppresses, *wrong_number* retires the phone, *callback* makes a promise, *final* ends the
contact in this campaign. The engine hears of it by a deed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from ahize.web import notices
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.campaigns.models import Campaign, Disposition
from ahize.web.consents import ledger
from ahize.web.consents.models import Covers, Door, Suppression
from ahize.web.contacts.models import Contact, FieldChange, Phone, PhoneState
from ahize.web.dialing import desk, lawful, seats
from ahize.web.dialing.models import Attempt, Callback, CallbackState, DispositionRecord, Draft, LegKind
from ahize.web.dialing.schemas import DisposeIn
from ahize.web.dialing.stock import restock
from ahize.web.permissions import Person, Verb

UNDO_S = 10
ABSENT_AFTER = timedelta(minutes=15)
"""A promise whose owner is not there to keep it may be kept by anyone so long after its time."""
NOT_DISPOSITIONED = "not_dispositioned"
EDITABLE = ("first_name", "last_name", "company", "address", "city", "postal_code", "email", "language")
"""Fields an agent may correct. Country, region and capacity are facts of law: they change with the list's owner."""


def save_draft(person: Person, attempt_id: UUID, *, text: str, code: str, version: int, now: datetime) -> Draft:
    """Keep notes and chosen code. Raises: Conflict ``draft_changed`` where another tab saved since ``version``."""
    with transaction.atomic():
        attempt = attempt_of(person, attempt_id)
        made = Draft(attempt=attempt, tenant_id=person.tenant, text=text, code=code, version=1, updated_at=now)
        draft = Draft.objects.select_for_update().filter(pk=attempt.pk).first()
        if draft is None:
            try:
                with transaction.atomic():
                    made.save(force_insert=True)
            except IntegrityError:
                raise _draft_changed() from None
            return made
        if draft.version != version:
            raise _draft_changed(draft)
        draft.text, draft.code, draft.version, draft.updated_at = text, code, version + 1, now
        draft.save()
        return draft


def _draft_changed(draft: Draft | None = None) -> Conflict:
    return Conflict(
        _("These notes were changed in another window."),
        code="draft_changed",
        next_step=_("Reload to see them."),
        version=draft.version if draft else 0,
    )


def correct_contact(person: Person, attempt_id: UUID, *, fields: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """Correct the person's fields; each change is kept with what stood there before."""
    with transaction.atomic():
        attempt = attempt_of(person, attempt_id)
        contact = Contact.objects.select_for_update().get(pk=attempt.contact_id)
        for name, given in fields.items():
            after = given.strip()
            before = contact.fields.get(name) if name not in EDITABLE else getattr(contact, name)
            if before is None:
                raise BadInput(_("There is no field “%(name)s” that you may correct.") % {"name": name}, field=name)
            if after == str(before):
                continue
            if name in EDITABLE:
                setattr(contact, name, after)
            else:
                contact.fields[name] = after
            FieldChange.objects.create(
                id=draw_id(now),
                tenant_id=person.tenant,
                contact=contact,
                field=name,
                before=str(before),
                after=after,
                at=now,
                by=person.id,
                attempt_id=attempt.pk,
            )
        contact.save()
    return desk.card(contact, list(contact.phones.order_by("position")), now)


def dispose(person: Person, attempt_id: UUID, wish: DisposeIn, *, now: datetime) -> dict[str, Any]:
    """Say what a call came to, or give a missed one its disposition.

    Raises:
        Conflict: ``already_disposed`` where another disposition stands; a supervisor may correct it.
        BadInput: no such code here, or a promise without a lawful time.
    """
    with transaction.atomic():
        attempt = attempt_of(person, attempt_id, lock=True)
        known = DispositionRecord.objects.filter(idempotency_key=wish.idempotency_key).first()
        if known is not None:
            if known.attempt_id != attempt.pk:
                raise BadInput(_("This key was used for another call."), field="idempotency_key")
            return _disposed(known)
        if attempt.originated_at is None:
            raise Conflict(_("This number was never dialled."), code="not_dialled")
        last = _last_record(attempt)
        if last is not None and _is_an_earlier_word(last, attempt, person):
            return _record(person, attempt, wish, corrects=last, reason="", now=now, earlier=True)
        if last is not None and last.code != NOT_DISPOSITIONED:
            raise Conflict(
                _("This call has its disposition already."),
                code="already_disposed",
                next_step=_("A supervisor can correct it."),
            )
        return _record(person, attempt, wish, corrects=last, reason="", now=now)


def correct(person: Person, attempt_id: UUID, *, code: str, reason: str, key: str, now: datetime) -> dict[str, Any]:
    """Put a better disposition in place of the last; that one stays on record."""
    with transaction.atomic():
        attempt = Attempt.objects.select_for_update(of=("self",)).filter(pk=attempt_id).first()
        if attempt is None:
            raise NotFound(_("There is no such attempt."))
        known = DispositionRecord.objects.filter(idempotency_key=key, attempt=attempt).first()
        if known is not None:
            return _disposed(known)
        last = _last_record(attempt)
        if last is None:
            raise Conflict(_("There is no disposition to correct yet."), code="not_disposed")
        wish = DisposeIn(code=code, idempotency_key=key, notes=last.notes)
        made = _record(person, attempt, wish, corrects=last, reason=reason, now=now)
        audit.record(
            tenant=person.tenant,
            by=person.id,
            action="correct_disposition",
            subject_kind="attempt",
            subject_id=attempt.pk,
            before={"code": last.code},
            after={"code": code},
            reason=reason,
            now=now,
        )
        return made


def undo(person: Person, attempt_id: UUID, *, now: datetime) -> None:
    """Take back one's own disposition within ten seconds; the call is to be fixed again.

    A suppression stays: the person asked for it, and lifting it needs two people.
    """
    with transaction.atomic():
        attempt = attempt_of(person, attempt_id, lock=True)
        last = _last_record(attempt)
        if last is None or last.code == NOT_DISPOSITIONED or last.by_id != person.id:
            raise Conflict(_("There is nothing of yours to take back."), code="nothing_to_undo")
        if now - last.at >= timedelta(seconds=UNDO_S):
            raise Conflict(
                _("Ten seconds are over."), code="too_late", next_step=_("A supervisor can correct the disposition.")
            )
        if last.receipt:
            raise Conflict(_("A removal is not taken back here: it needs a second person."), code="suppressed")
        if last.callback_id:
            Callback.objects.filter(pk=last.callback_id, state=CallbackState.WAITING).update(
                state=CallbackState.CANCELLED
            )
        _keep(person, attempt, NOT_DISPOSITIONED, [], corrects=last, reason="undo", notes=last.notes, now=now)
        Draft.objects.update_or_create(
            attempt=attempt,
            defaults={"tenant_id": person.tenant, "text": last.notes, "code": last.code, "updated_at": now},
        )


def remove_me(person: Person, attempt_id: UUID, *, reason: str, everything: bool, now: datetime) -> dict[str, Any]:
    """Suppress the number for the seller. From this commit on no permit is sealed for it."""
    with transaction.atomic():
        attempt = attempt_of(person, attempt_id)
        made = _suppress(person, attempt, reason, covers=Covers.EVERYTHING if everything else Covers.MARKETING, now=now)
    return {"receipt": made.receipt, "at": made.at, "number": attempt.e164}


def cancel_callback(person: Person, callback_id: UUID, *, now: datetime) -> None:
    """Take a promise off the list: one's own, or anybody's for whoever sees them all."""
    with transaction.atomic():
        promise = Callback.objects.select_for_update().filter(pk=callback_id).first()
        if promise is None:
            raise NotFound(_("There is no such callback."))
        if promise.owner_id not in (None, person.id) and not person.may(Verb.SEE_CALLBACKS):
            raise NotAllowed(_("This callback is a colleague's."), code="not_yours")
        if promise.state != CallbackState.WAITING:
            raise Conflict(_("This callback is not waiting any more."), code="callback_taken")
        promise.state = CallbackState.CANCELLED
        promise.save(update_fields=["state"])
        notices.tell_browsers(person.tenant, "callbacks", promise.pk, now=now)


# ── the parts ───────────────────────────────────────────────────────────────────────────────────────────────────


def attempt_of(person: Person, attempt_id: UUID, *, lock: bool = False) -> Attempt:
    """An attempt this person talked in (last, or before handing it over), or anybody's for whoever corrects."""
    found = Attempt.objects.select_related("campaign", "phone").filter(pk=attempt_id)
    attempt = (found.select_for_update(of=("self",)) if lock else found).first()
    if attempt is None or not (
        attempt.agent_id == person.id or person.may(Verb.CORRECT_DISPOSITIONS) or _talked(person, attempt)
    ):
        raise NotFound(_("There is no such call of yours."))
    return attempt


def _talked(person: Person, attempt: Attempt) -> bool:
    return attempt.legs.filter(user_id=person.id, kind=LegKind.TALK).exists()


def _is_an_earlier_word(last: DispositionRecord, attempt: Attempt, person: Person) -> bool:
    """Somebody who handed the person over said it; whoever talked last has the last word."""
    return attempt.agent_id == person.id and last.by_id not in (None, person.id) and last.corrects_id is None


def _last_record(attempt: Attempt) -> DispositionRecord | None:
    corrected = DispositionRecord.objects.filter(attempt=attempt, corrects__isnull=False).values("corrects_id")
    return DispositionRecord.objects.filter(attempt=attempt).exclude(pk__in=corrected).first()


def _record(
    person: Person,
    attempt: Attempt,
    wish: DisposeIn,
    *,
    corrects: DispositionRecord | None,
    reason: str,
    now: datetime,
    earlier: bool = False,
) -> dict[str, Any]:
    """``earlier``: what it corrects was an earlier agent's word, and the engine has settled nothing by it."""
    meaning = Disposition.objects.filter(campaign_id=attempt.campaign_id, code=wish.code).first()
    if meaning is None or (wish.code == NOT_DISPOSITIONED):
        raise BadInput(
            _("This campaign has no disposition “%(code)s”.") % {"code": wish.code}, field="code", code="unknown_code"
        )
    flags = set(meaning.flags)
    notes = wish.notes
    if notes is None:
        draft = Draft.objects.filter(pk=attempt.pk).first()
        notes = draft.text if draft else ""
    promise = None
    if "callback" in flags and corrects_nothing_promised(corrects):
        promise = _promise(person, attempt, wish, mine="mine" in flags and wish.callback_mine, now=now)
    receipt = ""
    if "stop" in flags:
        receipt = _suppress(person, attempt, f"disposition {wish.code}", covers=Covers.EVERYTHING, now=now).receipt
    if "wrong_number" in flags:
        _retire_phone(attempt, meaning.code, now)
    made = _keep(
        person,
        attempt,
        meaning.code,
        meaning.flags,
        corrects=corrects,
        reason=reason,
        notes=notes,
        now=now,
        key=wish.idempotency_key,
        callback_id=promise.pk if promise else None,
        receipt=receipt,
    )
    if attempt.callback_id:
        Callback.objects.filter(pk=attempt.callback_id).exclude(state=CallbackState.CANCELLED).update(
            state=CallbackState.DONE
        )
    Draft.objects.filter(pk=attempt.pk).delete()
    again_at = promise.at if promise else (now + timedelta(seconds=meaning.wait_s) if meaning.wait_s else None)
    final = "final" in flags or "stop" in flags
    deed = {
        "code": meaning.code,
        "final": final,
        "again_at": again_at,
        "corrects": corrects is not None and not earlier,
    }
    _tell_engine(person, attempt, deed, now=now)
    return _disposed(made)


def corrects_nothing_promised(corrects: DispositionRecord | None) -> bool:
    """A correction does not promise a second time; a first disposition (or a missed one) does."""
    return corrects is None or corrects.code == NOT_DISPOSITIONED


def _tell_engine(person: Person, attempt: Attempt, said: Mapping[str, Any], *, now: datetime) -> None:
    again_at = said["again_at"]
    payload = {
        **said,
        "attempt": str(attempt.pk),
        "seat": _seat_of(person, attempt),
        "again_at": again_at.isoformat() if again_at else None,
    }
    notices.tell_dialer(attempt.tenant_id, "disposed", payload, now=now)


def _seat_of(person: Person, attempt: Attempt) -> str | None:
    """Whose word it is: that of the seat which had the talk, or had it before."""
    if attempt.agent_id != person.id and _talked(person, attempt):
        own = seats.seat_of(person)
        return str(own.pk) if own else None
    return str(attempt.seat_id) if attempt.seat_id else None


def _keep(
    person: Person,
    attempt: Attempt,
    code: str,
    flags: list[str],
    *,
    corrects: DispositionRecord | None,
    reason: str,
    notes: str,
    now: datetime,
    key: str | None = None,
    callback_id: UUID | None = None,
    receipt: str = "",
) -> DispositionRecord:
    made = DispositionRecord.objects.create(
        id=draw_id(now),
        tenant_id=attempt.tenant_id,
        attempt=attempt,
        code=code,
        flags=flags,
        by_id=person.id,
        at=now,
        idempotency_key=key,
        notes=notes,
        callback_id=callback_id,
        receipt=receipt,
        corrects=corrects,
        reason=reason,
    )
    attempt.disposition, attempt.disposed_at = code, now
    attempt.save(update_fields=["disposition", "disposed_at"])
    notices.tell_browsers(attempt.tenant_id, "attempts", attempt.pk, now=now)
    return made


def _promise(person: Person, attempt: Attempt, wish: DisposeIn, *, mine: bool, now: datetime) -> Callback:
    at = wish.callback_at
    if at is None or at <= now:
        raise BadInput(_("When shall we call back? Choose a time to come."), field="callback_at", code="no_callback_at")
    because = lawful.why_not_at(attempt.campaign, attempt.phone, at, now=now)
    if because:
        raise BadInput(because, field="callback_at", code="unlawful_callback")
    zones = attempt.phone.zones
    Callback.objects.filter(
        campaign_id=attempt.campaign_id, contact_id=attempt.contact_id, state=CallbackState.WAITING
    ).update(state=CallbackState.CANCELLED)
    made = Callback.objects.create(
        id=draw_id(now),
        tenant_id=attempt.tenant_id,
        campaign_id=attempt.campaign_id,
        contact_id=attempt.contact_id,
        phone_id=attempt.phone_id,
        at=at,
        zone=zones[0] if len(zones) == 1 else "",
        owner_id=(attempt.agent_id or person.id) if mine else None,
        anyone_after=at + ABSENT_AFTER if mine else None,
        by=person.id,
        made_at=now,
        attempt_id=attempt.pk,
    )
    notices.tell_browsers(attempt.tenant_id, "callbacks", made.pk, now=now)
    return made


def _suppress(person: Person, attempt: Attempt, reason: str, *, covers: str, now: datetime) -> Suppression:
    told = ledger.revoke(
        tenant=attempt.tenant_id,
        seller=attempt.seller_id,
        e164=attempt.e164,
        door=Door.AGENT,
        by=person.id,
        now=now,
        said=reason,
        covers=covers,
    )
    return told.suppression


def _retire_phone(attempt: Attempt, why: str, now: datetime) -> None:
    """A wrong number retires the phone, not the person."""
    phone = Phone.objects.select_for_update().get(pk=attempt.phone_id)
    phone.state, phone.state_reason, phone.state_at = PhoneState.WRONG_NUMBER, why, now
    phone.save(update_fields=["state", "state_reason", "state_at"])


def _disposed(record: DispositionRecord) -> dict[str, Any]:
    return {
        "id": record.pk,
        "attempt": record.attempt_id,
        "code": record.code,
        "at": record.at,
        "callback": record.callback_id,
        "receipt": record.receipt,
        "undo_until": record.at + timedelta(seconds=UNDO_S),
    }


def open_hopper(campaign: Campaign, *, now: datetime) -> None:
    """Make every contact of the campaign's lists due that is not there yet; take out those whose list left it."""
    restock(campaign.pk, now=now)


def tab_alive(user: UUID, session: UUID, now: datetime) -> None:
    """The socket's word that a tab lives (``web/presence.py`` asks by this name)."""
    seats.heard_from(user, session=session, now=now)
