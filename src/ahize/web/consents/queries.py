"""Looking up consents with what became of them, suppressions, relationships and loaded registries.

What all of it comes to for one call is read by ``on_record.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ahize.kernel.errors import NotFound
from ahize.web.consents.models import (
    Channel,
    Consent,
    ConsentEvent,
    EventKind,
    RegistryVersion,
    Relationship,
    Snapshot,
    Suppression,
)


@dataclass(frozen=True, slots=True)
class Held:
    """A consent and what became of it, oldest event first: the fold of its events is its state."""

    consent: Consent
    events: tuple[ConsentEvent, ...] = ()

    @property
    def taken_back(self) -> bool:
        """Written down in error, or with a list that was undone: as if it had never been."""
        return any(event.kind == EventKind.TAKEN_BACK for event in self.events)

    @property
    def revoked(self) -> ConsentEvent | None:
        """The first withdrawal that leaves nothing of it; None where there is none."""
        gone: set[str] = set()
        for event in self._of(EventKind.REVOKED):
            gone |= set(event.channels)
            if not event.channels or gone >= set(self.consent.channels):
                return event
        return None

    @property
    def channels(self) -> list[str]:
        """The channels that no withdrawal has taken; empty where it never named any."""
        gone = {channel for event in self._of(EventKind.REVOKED) for channel in event.channels}
        return [channel for channel in self.consent.channels if channel not in gone]

    @property
    def until(self) -> datetime | None:
        """When it ends or ended of itself: its own date, or an earlier event."""
        ends = [event.at for event in self._of(EventKind.EXPIRED)]
        return min([*ends, *([self.consent.until] if self.consent.until else [])], default=None)

    @property
    def is_live(self) -> bool:
        """Neither withdrawn nor ended by an event; its own date is the clock's question."""
        return self.revoked is None and not self.taken_back and not any(self._of(EventKind.EXPIRED))

    def registry(self, channel: str) -> ConsentEvent | None:
        """What the registry last said of it for a channel."""
        said = [event for event in self._of(EventKind.REGISTRY) if not event.channels or channel in event.channels]
        return said[-1] if said else None

    def _of(self, kind: str) -> Iterator[ConsentEvent]:
        return (event for event in self.events if event.kind == kind)

    def facts(self, channel: str = Channel.VOICE) -> Iterator[dict[str, Any]]:
        """It as the law's facts have it: twice where only some of its channels were withdrawn."""
        if self.taken_back:
            return
        consent, registry = self.consent, self.registry(channel)
        fact = {
            "form": consent.form or None,
            "level": consent.level or None,
            "principal": str(consent.seller_id),
            "brand": consent.brand or None,
            "product": consent.product or None,
            "number": consent.e164,
            "channels": consent.channels or None,
            "methods": consent.methods or None,
            "purposes": consent.purposes or None,
            "given_at": consent.given_at.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "proof_kept": consent.proof_kept,
            "signed": consent.signed,
            "conditional": consent.conditional,
            "flaws": consent.flaws or None,
            "window": consent.window,
            "registry_state": registry.registry_state if registry else None,
            "registry_at": registry.at.isoformat() if registry else None,
        }
        if self.revoked is not None:
            yield known({**fact, "revoked_at": self.revoked.at.isoformat()})
            return
        for event in self._of(EventKind.REVOKED):
            yield known({**fact, "channels": event.channels, "revoked_at": event.at.isoformat()})
        yield known({**fact, "channels": self.channels or None})


def held(numbers: Sequence[str], *, seller: UUID | None = None) -> list[Held]:
    """Consents of these numbers with what became of them, oldest first, in two statements."""
    rows = Consent.objects.filter(e164__in=numbers)
    if seller is not None:
        rows = rows.filter(seller_id=seller)
    return with_events(rows.order_by("given_at", "id"))


def held_of(consent: Consent) -> Held:
    """One consent with what became of it."""
    return with_events([consent])[0]


def with_events(rows: Iterable[Consent]) -> list[Held]:
    """Each consent with its events, in the order given."""
    found = list(rows)
    events: dict[UUID, list[ConsentEvent]] = {}
    if found:
        asked = ConsentEvent.objects.filter(consent_id__in=[row.pk for row in found])
        for event in asked.order_by("at", "id"):
            events.setdefault(event.consent_id, []).append(event)
    return [Held(row, tuple(events.get(row.pk, ()))) for row in found]


def known(fact: Mapping[str, Any]) -> dict[str, Any]:
    """The fact without what is unknown: absent is Unknown, and nothing else is."""
    return {name: value for name, value in fact.items() if value is not None}


def suppressed_among(seller: UUID, numbers: Sequence[str]) -> set[str]:
    """Which of these numbers are suppressed for a seller now: a mark for the screen, not a ruling."""
    rows = Suppression.objects.filter(Q(seller_id=seller) | Q(seller=None), e164__in=numbers, ended_at=None)
    return set(rows.values_list("e164", flat=True))


def access_suppression(suppression_id: UUID) -> Suppression:
    """The suppression, or a problem 404."""
    found = Suppression.objects.filter(pk=suppression_id).first()
    if found is None:
        raise NotFound(_("There is no such suppression."), code="no_suppression")
    return found


def access_consent(consent_id: UUID) -> Consent:
    """The consent, or a problem 404."""
    found = Consent.objects.filter(pk=consent_id).first()
    if found is None:
        raise NotFound(_("There is no such consent."), code="no_consent")
    return found


def access_snapshot(snapshot_id: UUID) -> Snapshot:
    """The snapshot, or a problem 404."""
    found = Snapshot.objects.filter(pk=snapshot_id).first()
    if found is None:
        raise NotFound(_("There is no such snapshot."), code="no_snapshot")
    return found


def suppressions(
    *, e164: str = "", receipt: str = "", seller: UUID | None = None, in_force: bool | None = None, asked: bool = False
) -> QuerySet[Suppression]:
    """Suppressions for a screen, the newest first; ``asked`` keeps those that wait for a second person."""
    rows = Suppression.objects.order_by("-at", "-id")
    if e164:
        rows = rows.filter(e164=e164)
    if receipt:
        rows = rows.filter(receipt=receipt)
    if seller is not None:
        rows = rows.filter(Q(seller_id=seller) | Q(seller=None))
    if in_force is not None:
        rows = rows.filter(ended_at__isnull=in_force)
    if asked:
        rows = rows.filter(end_asked_at__isnull=False, ended_at=None)
    return rows


def consents(*, e164: str = "", contact: UUID | None = None, seller: UUID | None = None) -> QuerySet[Consent]:
    """Consents for a screen, the newest first."""
    rows = Consent.objects.select_related("snapshot").order_by("-given_at", "-id")
    if e164:
        rows = rows.filter(e164=e164)
    if contact is not None:
        rows = rows.filter(contact_id=contact)
    return rows if seller is None else rows.filter(seller_id=seller)


def told(rows: Iterable[Consent]) -> list[dict[str, Any]]:
    """Consents as screens and the API have them: what was written down, its state, and each thing that became of it."""
    return [
        {
            **{field.attname: getattr(one.consent, field.attname) for field in Consent._meta.concrete_fields},
            "snapshot_name": one.consent.snapshot.name if one.consent.snapshot else "",
            "snapshot_sha256": one.consent.snapshot.sha256 if one.consent.snapshot else "",
            "channels_left": one.channels,
            "ends_at": one.until,
            "is_live": one.is_live,
            "revoked_at": one.revoked.at if one.revoked else None,
            "revoked_reason": one.revoked.said if one.revoked else "",
            "revoked_door": one.revoked.door if one.revoked else "",
            "registry_state": _state(one),
            "events": list(one.events),
        }
        for one in with_events(rows)
    ]


def _state(one: Held) -> str:
    """What the registry last said, on whichever channel it said it."""
    said = [event.registry_state for event in one.events if event.registry_state]
    return said[-1] if said else ""


def relationships(*, e164: str = "", contact: UUID | None = None, seller: UUID | None = None) -> QuerySet[Relationship]:
    """Relationships for a screen, the newest first."""
    rows = Relationship.objects.order_by("-last_on", "-id")
    if e164:
        rows = rows.filter(e164=e164)
    if contact is not None:
        rows = rows.filter(contact_id=contact)
    return rows if seller is None else rows.filter(seller_id=seller)


def registry_versions(*, seller: UUID | None = None) -> QuerySet[RegistryVersion]:
    """Loaded copies of registries, the newest day first."""
    rows = RegistryVersion.objects.order_by("code", "-as_of", "-loaded_at")
    return rows if seller is None else rows.filter(seller_id=seller)


def age_days(version: RegistryVersion, today: date) -> int:
    """How old a copy is, in days."""
    return (today - version.as_of).days
