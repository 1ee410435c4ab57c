"""Consents and withdrawals that a consent registry must hear of in time, as a queue.

Turkey's İYS counts a consent that was not taken through it only where it was recorded there within three business days,
and must hear of a refusal in the same time. A line is queued in the transaction of the deed itself; a job sends what is
due, soonest first, through a client that it is handed, and writes down each answer. Refuses to know the registry's
wire: that is the client's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from ahize.compliance.calendars import Calendar
from ahize.kernel.windows import day_start
from ahize.web.base import draw_id
from ahize.web.consents.models import (
    Channel,
    Consent,
    ConsentEvent,
    ConsentForm,
    EventKind,
    RegistryReport,
    RegistryState,
    ReportState,
)
from ahize.web.tenants.kinds import EvidenceKind
from ahize.web.tenants.models import Evidence, Seller

IYS = "TR-IYS"
ZONE = "Europe/Istanbul"
DUE_BUSINESS_DAYS = 3
"""Ticari İletişim Yönetmeliği m.5 and m.10; the law's own rule reads the same in ``law/tr/ticaret.yaml``."""
NUMBERS = "+90"
CHANNELS = (Channel.VOICE, Channel.SMS)
"""What İYS keeps by number: calls and texts."""
BATCH = 500
AGAIN_AFTER = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
"""After so many tries that came to nothing; the last for all later ones."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line for the registry. ``provider`` and ``brand`` are the seller's numbers there."""

    provider: str
    brand: str
    e164: str
    channel: str
    granted: bool
    form: str
    trader: bool
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What the registry said of an entry. Not ``accepted`` and a ``problem``: it will not take it."""

    accepted: bool
    reference: str = ""
    problem: str = ""


class Client(Protocol):
    """A registry that takes consents. An answer for each entry, in their order; ``None``: ask again later."""

    def report(self, entries: Sequence[Entry]) -> Sequence[Answer | None]: ...


# ── queueing ────────────────────────────────────────────────────────────────────────────────────────────────────


def due_at(happened_at: datetime) -> datetime:
    """The first instant that is too late: the end of the third business day after the day it happened on."""
    day = happened_at.astimezone(ZoneInfo(ZONE)).date()
    return day_start(_turkish_days().business_day(day, DUE_BUSINESS_DAYS) + timedelta(days=1), ZONE)


@cache
def _turkish_days() -> Calendar:
    """Half holidays count as business days here, so that we are never late."""
    return Calendar({"library": {"country": "TR"}}, IYS)


def report_consent(consent: Consent, *, trader: bool, now: datetime) -> None:
    """Queue a consent that the registry does not know yet, channel by channel."""
    if consent.form == ConsentForm.REGISTRY or not _concerns(consent.e164, consent.seller_id, now):
        return
    channels = [channel for channel in CHANNELS if channel in consent.channels]
    _queue(
        channels,
        tenant=consent.tenant_id,
        seller=consent.seller_id,
        consent=consent,
        e164=consent.e164,
        granted=True,
        trader=trader,
        at=consent.given_at,
        now=now,
    )
    if channels:
        _note(consent, RegistryState.PENDING, channels, now=now)


def report_refusal(
    *, tenant: UUID, seller: UUID | None, e164: str, channel: str | None, at: datetime, trader: bool, now: datetime
) -> None:
    """Queue a refusal, for every seller it is meant for and each channel that the registry keeps."""
    channels = [known for known in CHANNELS if channel in (None, known)]
    sellers = [seller] if seller is not None else list(Seller.objects.order_by("id").values_list("id", flat=True))
    for one in sellers:
        if channels and _concerns(e164, one, now):
            # A refusal overtakes a consent that has not been sent: the registry must end with the last word.
            _queue(
                channels,
                tenant=tenant,
                seller=one,
                consent=None,
                e164=e164,
                granted=False,
                trader=trader,
                at=at,
                now=now,
            )


def report_import(import_id: UUID, *, seller: UUID, now: datetime, contact: UUID | None = None) -> None:
    """Queue what a list said of consents and refusals that the registry may not know; of one contact, or of all."""
    if _brand_of(seller, now) is None:
        return
    rows = Consent.objects.filter(import_id=import_id, e164__startswith=NUMBERS).exclude(form=ConsentForm.REGISTRY)
    rows = rows if contact is None else rows.filter(contact_id=contact)
    refused = set(
        ConsentEvent.objects.filter(consent__import_id=import_id, kind=EventKind.REVOKED).values_list(
            "consent_id", flat=True
        )
    )
    for consent in rows.order_by("given_at", "id").iterator(chunk_size=BATCH):
        if consent.pk not in refused:
            report_consent(consent, trader=False, now=now)
            continue
        report_refusal(
            tenant=consent.tenant_id,
            seller=seller,
            e164=consent.e164,
            channel=None,
            at=consent.given_at,
            trader=False,
            now=now,
        )


def _concerns(e164: str, seller: UUID, now: datetime) -> bool:
    return e164.startswith(NUMBERS) and _brand_of(seller, now) is not None


def _brand_of(seller: UUID, now: datetime) -> Evidence | None:
    """The seller's number at the registry, where its registration is in force."""
    rows = Evidence.objects.filter(seller_id=seller, kind=EvidenceKind.BRAND, code=IYS, valid_from__lte=now)
    rows = rows.exclude(valid_until__lte=now).exclude(ended_at__lte=now)
    return rows.order_by("-valid_from", "-id").first()


def _queue(
    channels: Iterable[str],
    *,
    tenant: UUID,
    seller: UUID,
    consent: Consent | None,
    e164: str,
    granted: bool,
    trader: bool,
    at: datetime,
    now: datetime,
) -> None:
    RegistryReport.objects.bulk_create(
        RegistryReport(
            id=draw_id(now),
            tenant_id=tenant,
            seller_id=seller,
            consent=consent,
            registry=IYS,
            e164=e164,
            channel=channel,
            granted=granted,
            form=consent.form if consent is not None else "",
            trader=trader,
            happened_at=at,
            due_at=due_at(at),
            next_try_at=now,
            created_at=now,
        )
        for channel in channels
    )


# ── sending ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of one round."""

    accepted: int
    refused: int
    again: int


def waiting(*, seller: UUID | None = None, now: datetime | None = None) -> QuerySet[RegistryReport]:
    """What the registry has not heard of yet, soonest due first; with ``now`` only what may be tried now."""
    rows = RegistryReport.objects.filter(state=ReportState.WAITING).order_by("due_at", "happened_at", "id")
    if seller is not None:
        rows = rows.filter(seller_id=seller)
    return rows if now is None else rows.filter(next_try_at__lte=now)


def refused(*, seller: UUID | None = None) -> QuerySet[RegistryReport]:
    """What the registry would not take, the newest answer first."""
    rows = RegistryReport.objects.filter(state=ReportState.REFUSED).order_by("-answered_at", "-id")
    return rows if seller is None else rows.filter(seller_id=seller)


def send(client: Client, *, seller: UUID, now: datetime) -> Sent:
    """Send one seller's lines that are waiting, one batch, soonest due first; call it inside the tenant's wall.

    May be run twice: a line is taken under lock, and registries take the same line twice without harm. A line for a
    number waits behind an earlier one for the same number and channel, so that the last word arrives last.
    """
    earlier = waiting(seller=seller).filter(e164=OuterRef("e164"), channel=OuterRef("channel"))
    earlier = earlier.filter(
        Q(happened_at__lt=OuterRef("happened_at"))
        | Q(happened_at=OuterRef("happened_at"), created_at__lt=OuterRef("created_at"))
        | Q(happened_at=OuterRef("happened_at"), created_at=OuterRef("created_at"), pk__lt=OuterRef("pk"))
    )
    rows = waiting(seller=seller, now=now).filter(~Exists(earlier)).select_for_update(skip_locked=True)
    brand = _brand_of(seller, now)
    if brand is None:
        return Sent(0, 0, 0)
    lines = list(rows[:BATCH])
    if not lines:
        return Sent(0, 0, 0)
    entries = [
        Entry(
            brand.account or brand.number,
            brand.number,
            row.e164,
            row.channel,
            row.granted,
            row.form,
            row.trader,
            row.happened_at,
        )
        for row in lines
    ]
    answers = client.report(entries)
    for row, answer in zip(lines, answers, strict=True):
        _answered(row, answer, now)
    RegistryReport.objects.bulk_update(
        lines, ["state", "tries", "next_try_at", "reference", "problem", "answered_at"], batch_size=BATCH
    )
    states = [row.state for row in lines]
    return Sent(
        states.count(ReportState.ACCEPTED), states.count(ReportState.REFUSED), states.count(ReportState.WAITING)
    )


def _answered(row: RegistryReport, answer: Answer | None, now: datetime) -> None:
    row.tries += 1
    if answer is None:
        row.next_try_at = now + AGAIN_AFTER[min(row.tries, len(AGAIN_AFTER)) - 1]
        return
    row.state = ReportState.ACCEPTED if answer.accepted else ReportState.REFUSED
    row.reference, row.problem, row.answered_at = answer.reference, answer.problem, now
    if row.consent is not None:
        state = RegistryState.ACCEPTED if answer.accepted else RegistryState.REFUSED
        _note(row.consent, state, [row.channel], now=now, reference=answer.reference)


def _note(
    consent: Consent, state: RegistryState, channels: Sequence[str], *, now: datetime, reference: str = ""
) -> None:
    ConsentEvent.objects.create(
        id=draw_id(now),
        tenant_id=consent.tenant_id,
        consent=consent,
        kind=EventKind.REGISTRY,
        at=now,
        channels=list(channels),
        registry=IYS,
        registry_state=state,
        registry_reference=reference,
        created_at=now,
    )
