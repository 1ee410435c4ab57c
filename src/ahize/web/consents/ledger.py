"""The consent ledger: somebody agreed, in which words; and what became of it.

Answers: nothing; it writes, and what it wrote is never changed. Withdrawals, ends and what registries say are events of
their own. A withdrawal means the same whatever the door, and is in force for the next permit: it takes the number's
lock (``locks.py``), ends every consent in its reach and stops marketing to the number. Refuses to know what a consent
is worth; the law decides that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ahize.compliance.facts import PURPOSES
from ahize.kernel.errors import BadInput, Conflict
from ahize.web import documents, notices
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.consents import queries, reporting, services
from ahize.web.consents.locks import number_lock
from ahize.web.consents.models import (
    Channel,
    Consent,
    ConsentEvent,
    ConsentForm,
    ConsentLevel,
    Covers,
    Door,
    EventKind,
    RegistryState,
    Snapshot,
    Suppression,
)
from ahize.web.consents.services import one_of, some_of

FOLDER = "snapshots"
METHODS = frozenset({"live", "automated", "ai"})
"""What a consent's ``methods`` may name (``docs/reference/law.md``)."""
FLAWS = frozenset({"preticked", "bundled", "not_informed"})
CHUNK = 2_000
"""Events in one statement."""
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]\Z|24:00\Z")


# ── giving ──────────────────────────────────────────────────────────────────────────────────────────────────────


def keep_snapshot(chunks: Iterable[bytes], *, name: str, tenant: UUID, by: UUID | None, now: datetime) -> Snapshot:
    """Keep the page, form or recording on which people agree; consents then rest on it. Raises: BadInput, TooMany."""
    snapshot_id = draw_id(now)
    kept = documents.keep(chunks, name=name, tenant=tenant, of=snapshot_id, folder=FOLDER)
    made = Snapshot.objects.create(
        id=snapshot_id,
        tenant_id=tenant,
        name=kept.name,
        file=kept.path,
        size=kept.size,
        sha256=kept.sha256,
        created_at=now,
        by=by,
    )
    audit.record(
        tenant=tenant,
        by=by,
        action="keep_snapshot",
        subject_kind="snapshot",
        subject_id=made.pk,
        after={"sha256": kept.sha256, "size": kept.size},
        now=now,
    )
    return made


def record_consent(
    *,
    tenant: UUID,
    seller: UUID,
    e164: str,
    given_at: datetime,
    words: str,
    by: UUID | None,
    now: datetime,
    contact: UUID | None = None,
    form: str = "",
    level: str = "",
    channels: Sequence[str] = (),
    methods: Sequence[str] = (),
    purposes: Sequence[str] = (),
    brand: str = "",
    product: str = "",
    window: Mapping[str, Any] | None = None,
    until: datetime | None = None,
    words_version: str = "",
    snapshot: UUID | None = None,
    source: str = "",
    proof_kept: bool | None = None,
    signed: bool | None = None,
    conditional: bool | None = None,
    flaws: Sequence[str] = (),
    trader: bool = False,
) -> Consent:
    """Write down that someone agreed. What is not known stays empty or ``None``; the law decides what that is worth.

    Args:
        words: exactly what was shown or said. Only a consent that the registry itself holds may lack them.
        window: hours that the person asked for, like ``{"from": "18:00", "to": "19:00", "on": "2026-11-24"}``.
        trader: agreed as a trader or craftsman, which registries ask.

    Raises:
        BadInput: naming the field.
    """
    if form:
        one_of(form, ConsentForm.values, field="form")
    if level:
        one_of(level, ConsentLevel.values, field="level")
    some_of(channels, Channel.values, field="channels")
    some_of(methods, METHODS, field="methods")
    some_of(purposes, PURPOSES, field="purposes")
    some_of(flaws, FLAWS, field="flaws")
    if not words.strip() and form != ConsentForm.REGISTRY:
        raise BadInput(
            _("A consent without its words is none: nobody could say what was agreed to."),
            code="consent_without_words",
            next_step=_("Copy the exact text that was shown, or what was said in the recording."),
            field="words",
        )
    if given_at > now:
        raise BadInput(
            _("A consent cannot be given in the future."),
            code="consent_in_future",
            next_step=_("Correct the date; mind the time zone."),
            field="given_at",
        )
    if until is not None and until <= given_at:
        raise BadInput(_("A consent must end after it was given."), field="until")
    if snapshot is not None and not Snapshot.objects.filter(pk=snapshot).exists():
        raise BadInput(_("There is no such snapshot."), field="snapshot")
    with transaction.atomic():
        consent = Consent.objects.create(
            id=draw_id(now),
            tenant_id=tenant,
            seller_id=seller,
            contact_id=contact,
            e164=e164,
            form=form,
            level=level,
            channels=list(channels),
            methods=list(methods),
            purposes=list(purposes),
            brand=brand.strip(),
            product=product.strip(),
            window=_window(window),
            given_at=given_at,
            until=until,
            words=words.strip(),
            words_version=words_version.strip(),
            snapshot_id=snapshot,
            source=source.strip(),
            # A page that is kept, with its hash, is the proof.
            proof_kept=True if snapshot is not None else proof_kept,
            signed=signed,
            conditional=conditional,
            flaws=list(flaws),
            created_at=now,
            by=by,
        )
        audit.record(
            tenant=tenant,
            by=by,
            action="record_consent",
            subject_kind="consent",
            subject_id=str(consent.id),
            after={
                **{"seller": str(seller), "form": form, "level": level, "channels": list(channels), "source": source},
                **{"words_version": words_version, "snapshot": str(snapshot) if snapshot else None},
            },
            now=now,
        )
        reporting.report_consent(consent, trader=trader, now=now)
        notices.tell_facts_changed(tenant, seller=seller, numbers=[e164], now=now)
    return consent


def _window(given: Mapping[str, Any] | None) -> dict[str, str] | None:
    if not given:
        return None
    read = {key: str(value) for key, value in given.items() if value}
    strange = set(read) - {"from", "to", "on"}
    try:
        if "on" in read:
            date.fromisoformat(read["on"])
        fits = not strange and all(_CLOCK.match(read[end]) for end in ("from", "to") if end in read)
    except ValueError:
        fits = False
    if not fits or not read:
        raise BadInput(_("Write the hours like 18:00 and the day like 2026-11-24."), field="window")
    return read


# ── withdrawing ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a withdrawal did: the stop that stands now, and the consents it ended."""

    suppression: Suppression
    consents: tuple[UUID, ...]


def revoke(
    *,
    tenant: UUID,
    seller: UUID | None,
    e164: str,
    door: str,
    by: UUID | None,
    now: datetime,
    said: str = "",
    channel: str | None = None,
    covers: str = Covers.MARKETING,
    said_at: datetime | None = None,
    source: str = "",
    trader: bool = False,
) -> Withdrawal:
    """Somebody takes back what they agreed to, by whatever door; from this commit on.

    Every consent of the number to the seller (``None``: to any seller) that reaches the channel (``None``: any) ends,
    and marketing to the number is suppressed. A newer consent, with its own words, is a newer consent.

    Args:
        door: by which way the word came in; it changes nothing but the record.
        said: the person's own words.
        said_at: when they said it, where that was before now; it is in force from now.
    """
    one_of(door, Door.values, field="door")
    if said_at is not None and said_at > now:
        raise BadInput(_("A withdrawal cannot be in the future."), field="said_at")
    with transaction.atomic():
        suppression = services.suppress(
            tenant=tenant,
            seller=seller,
            e164=e164,
            source=source or door,
            by=by,
            now=now,
            reason=said,
            channel=channel,
            covers=covers,
        )
        reached = [
            held
            for held in queries.held([e164], seller=seller)
            if held.is_live
            and (held.until is None or held.until > now)
            and (channel is None or not held.consent.channels or channel in held.channels)
        ]
        for held in reached:
            _event(
                held.consent,
                EventKind.REVOKED,
                at=said_at or now,
                door=door,
                said=said,
                channels=[channel] if channel and held.consent.channels else [],
                by=by,
                now=now,
            )
        if reached:
            numbers = {"seller": str(seller) if seller else None, "numbers": [e164]}
            notices.tell_dialer(tenant, "consent_revoked", numbers, now=now)
        audit.record(
            tenant=tenant,
            by=by,
            action="revoke_consents",
            subject_kind="suppression",
            subject_id=str(suppression.id),
            after={"door": door, "channel": channel, "consents": [str(held.consent.id) for held in reached]},
            now=now,
        )
        reporting.report_refusal(
            tenant=tenant, seller=seller, e164=e164, channel=channel, at=said_at or now, trader=trader, now=now
        )
    return Withdrawal(suppression, tuple(held.consent.id for held in reached))


def revoke_consent(consent: Consent, *, door: str, said: str, by: UUID | None, now: datetime) -> Withdrawal:
    """The person of this consent takes it back; what else they agreed to with that seller ends with it."""
    with transaction.atomic():
        number_lock(consent.e164, consent.seller_id)
        if not queries.held_of(consent).is_live:
            raise Conflict(_("This consent is no longer in force."), code="consent_ended")
        return revoke(
            tenant=consent.tenant_id,
            seller=consent.seller_id,
            e164=consent.e164,
            door=door,
            said=said,
            by=by,
            now=now,
        )


# ── ends, and what registries say ───────────────────────────────────────────────────────────────────────────────


def end_consent(consent: Consent, *, kind: str, reason: str, by: UUID | None, now: datetime) -> ConsentEvent:
    """End a consent without the person's word: it no longer holds, or it was written down in error.

    Args:
        kind: ``expired`` (the number changed hands, the term of the law is over) or ``taken_back``.
    """
    one_of(kind, (EventKind.EXPIRED.value, EventKind.TAKEN_BACK.value), field="kind")
    if not reason.strip():
        raise BadInput(_("Ending a consent needs a reason."), field="reason")
    with transaction.atomic():
        number_lock(consent.e164, consent.seller_id)
        if not queries.held_of(consent).is_live:
            raise Conflict(_("This consent is no longer in force."), code="consent_ended")
        event = _event(consent, EventKind(kind), at=now, door=Door.AGENT if by else "", said=reason, by=by, now=now)
        numbers = {"seller": str(consent.seller_id), "numbers": [consent.e164]}
        notices.tell_dialer(consent.tenant_id, "consent_revoked", numbers, now=now)
        audit.record(
            tenant=consent.tenant_id,
            by=by,
            action="end_consent",
            subject_kind="consent",
            subject_id=str(consent.id),
            after={"kind": kind},
            reason=reason,
            now=now,
        )
    return event


def note_registry(
    consent: Consent, *, registry: str, state: str, at: datetime, now: datetime, reference: str = ""
) -> ConsentEvent:
    """What a registry that must know of the consent says of it."""
    one_of(state, RegistryState.values, field="state")
    return _event(
        consent,
        EventKind.REGISTRY,
        at=at,
        registry=registry,
        registry_state=state,
        registry_reference=reference,
        by=None,
        now=now,
    )


def expire(tenant: UUID, *, now: datetime) -> int:
    """Write down each end that has come by its own date and is not yet an event; how many. May be run twice."""
    over = Consent.objects.filter(until__lte=now).exclude(events__kind__in=(EventKind.EXPIRED, EventKind.TAKEN_BACK))
    made = [
        ConsentEvent(
            id=draw_id(now),
            tenant_id=tenant,
            consent_id=consent_id,
            kind=EventKind.EXPIRED,
            at=until,
            created_at=now,
        )
        for consent_id, until in over.order_by("id").values_list("id", "until")[:CHUNK]
        if until is not None
    ]
    ConsentEvent.objects.bulk_create(made)
    return len(made)


def _event(
    consent: Consent, kind: EventKind, *, at: datetime, by: UUID | None, now: datetime, **said: Any
) -> ConsentEvent:
    return ConsentEvent.objects.create(
        id=draw_id(now), tenant_id=consent.tenant_id, consent=consent, kind=kind, at=at, by=by, created_at=now, **said
    )
