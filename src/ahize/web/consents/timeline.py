"""All that was ever said about a number and calls to it, in one line of time, newest first.

Answers: consents with their words, what became of each, and wishes not to be called with their end. Refuses to know
contacts and attempts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from ahize.web.accounts.models import User
from ahize.web.consents import queries
from ahize.web.consents.models import Suppression
from ahize.web.consents.queries import Held


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened: ``given``, ``suppressed``, ``suppression_ended``, or the kind of a consent's event."""

    at: datetime
    kind: str
    seller: UUID | None
    consent: UUID | None = None
    channels: tuple[str, ...] = ()
    form: str = ""
    level: str = ""
    brand: str = ""
    product: str = ""
    words: str = ""
    words_version: str = ""
    snapshot: UUID | None = None
    snapshot_name: str = ""
    snapshot_sha256: str = ""
    source: str = ""
    door: str = ""
    said: str = ""
    registry: str = ""
    registry_state: str = ""
    covers: str = ""
    by_id: UUID | None = None
    by: str = ""


def timeline(e164: str, *, seller: UUID | None, now: datetime) -> list[Moment]:
    """Everything on record about a number, for one seller or for all, newest first."""
    consents = queries.held([e164], seller=seller)
    suppressions = queries.suppressions(e164=e164, seller=seller)
    told = [*_of_consents(consents, now), *_of_suppressions(suppressions)]
    ids = {moment.by_id for moment in told if moment.by_id}
    names = dict(User.objects.filter(pk__in=ids).values_list("id", "name"))
    named = [replace(one, by=names.get(one.by_id, "")) if one.by_id else one for one in told]
    return sorted(named, key=lambda moment: moment.at, reverse=True)


def _of_consents(consents: Iterable[Held], now: datetime) -> Iterator[Moment]:
    for held in consents:
        consent = held.consent
        yield Moment(
            at=consent.given_at,
            kind="given",
            seller=consent.seller_id,
            consent=consent.pk,
            channels=tuple(consent.channels),
            form=consent.form,
            level=consent.level,
            brand=consent.brand,
            product=consent.product,
            words=consent.words,
            words_version=consent.words_version,
            snapshot=consent.snapshot_id,
            snapshot_name=consent.snapshot.name if consent.snapshot else "",
            snapshot_sha256=consent.snapshot.sha256 if consent.snapshot else "",
            source=consent.source,
            by_id=consent.by,
        )
        for event in held.events:
            yield Moment(
                at=event.at,
                kind=event.kind,
                seller=consent.seller_id,
                consent=consent.pk,
                channels=tuple(event.channels),
                door=event.door,
                said=event.said,
                registry=event.registry,
                registry_state=event.registry_state,
                by_id=event.by,
            )
        ended = any(event.kind == "expired" for event in held.events)
        if not ended and held.is_live and consent.until is not None and consent.until <= now:
            # Its own date has come; the event is written within the hour, and it holds since then already.
            yield Moment(at=consent.until, kind="expired", seller=consent.seller_id, consent=consent.pk)


def _of_suppressions(suppressions: Iterable[Suppression]) -> Iterator[Moment]:
    for one in suppressions:
        channels = (one.channel,) if one.channel else ()
        yield Moment(
            at=one.at,
            kind="suppressed",
            seller=one.seller_id,
            channels=channels,
            source=one.source,
            said=one.reason,
            covers=one.covers,
            by_id=one.by,
        )
        if one.ended_at is not None:
            yield Moment(
                at=one.ended_at,
                kind="suppression_ended",
                seller=one.seller_id,
                channels=channels,
                said=one.end_reason,
                covers=one.covers,
                by_id=one.end_confirmed_by,
            )
