"""Reading what is on record about numbers, as facts for clearance and as rows for screens.

Facts have the shape of ``law/facts.md`` and stand by number. A number without a record has no entry: absence is said
by the empty list for what only we keep (suppressions, consents, relationships), and by a missing registry for what
others keep. Read them in the transaction that holds ``locks.numbers_shared``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ahize.kernel.errors import NotFound
from ahize.web.consents.copies import copies
from ahize.web.consents.models import Consent, RegistryVersion, Relationship, Suppression


@dataclass(frozen=True, slots=True)
class Facts:
    """What is on record about one number for one seller."""

    registries: dict[str, dict[str, Any]] = field(default_factory=dict)
    suppressions: list[dict[str, Any]] = field(default_factory=list)
    relationships: list[dict[str, Any]] = field(default_factory=list)
    consents: list[dict[str, Any]] = field(default_factory=list)


def facts_for(seller: UUID, numbers: Iterable[str], *, using: str = "default") -> dict[str, Facts]:
    """Everything on record about each number for a seller, in four statements whatever the count.

    Registries: one entry for each registry whose copy covers the number's area, ``listed`` with the copy's day; a
    registry that is not held, or whose copies do not cover the area, is absent, that is, Unknown. A private list that
    names the number is a suppression.
    """
    wanted = list(dict.fromkeys(numbers))
    suppressed = suppressions_of(seller, wanted, using=using)
    related = relationships_of(seller, wanted, using=using)
    agreed = consents_of(seller, wanted, using=using)
    held = copies(seller, using=using)
    return {
        e164: Facts(
            registries=held.about(e164),
            suppressions=[*suppressed.get(e164, []), *held.suppressions(e164, seller)],
            relationships=related.get(e164, []),
            consents=agreed.get(e164, []),
        )
        for e164 in wanted
    }


def suppressions_of(seller: UUID, numbers: Sequence[str], *, using: str = "default") -> dict[str, list[dict[str, Any]]]:
    """Suppressions in force by number: the seller's own, and those that bind every seller."""
    found: dict[str, list[dict[str, Any]]] = {}
    rows = Suppression.objects.using(using).filter(
        Q(seller_id=seller) | Q(seller=None), e164__in=numbers, ended_at=None
    )
    for row in rows.order_by("at", "id"):
        fact: dict[str, Any] = {
            "scope": _scope(row),
            "at": row.at.isoformat(),
            "source": row.source,
            "covers": row.covers,
        }
        if row.seller_id is not None:
            fact["principal"] = str(row.seller_id)
        if row.channel is not None:
            fact["channel"] = row.channel
        found.setdefault(row.e164, []).append(fact)
    return found


def _scope(row: Suppression) -> str:
    if row.channel is not None:
        return "channel"
    return "all" if row.seller_id is None else "principal"


def relationships_of(
    seller: UUID, numbers: Sequence[str], *, using: str = "default"
) -> dict[str, list[dict[str, Any]]]:
    """Relationships of each number with the seller."""
    found: dict[str, list[dict[str, Any]]] = {}
    rows = Relationship.objects.using(using).filter(seller_id=seller, e164__in=numbers)
    for row in rows.order_by("last_on", "id"):
        fact = {
            "kind": row.kind,
            "principal": str(row.seller_id),
            "last_on": row.last_on.isoformat(),
            "ended_on": row.ended_on.isoformat() if row.ended_on else None,
            "product": row.product or None,
            "opt_out_offered": row.opt_out_offered,
        }
        found.setdefault(row.e164, []).append(_known(fact))
    return found


def consents_of(seller: UUID, numbers: Sequence[str], *, using: str = "default") -> dict[str, list[dict[str, Any]]]:
    """Consents of each number to the seller, revoked ones too: that one was withdrawn is a fact of its own."""
    found: dict[str, list[dict[str, Any]]] = {}
    rows = Consent.objects.using(using).filter(seller_id=seller, e164__in=numbers)
    for row in rows.order_by("given_at", "id"):
        fact = {
            "form": row.form or None,
            "level": row.level or None,
            "principal": str(row.seller_id),
            "number": row.e164,
            "channels": row.channels or None,
            "methods": row.methods or None,
            "purposes": row.purposes or None,
            "given_at": row.given_at.isoformat(),
            "until": row.until.isoformat() if row.until else None,
            "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
            "proof_kept": row.proof_kept,
            "signed": row.signed,
            "conditional": row.conditional,
            "flaws": row.flaws or None,
        }
        found.setdefault(row.e164, []).append(_known(fact))
    return found


def _known(fact: Mapping[str, Any]) -> dict[str, Any]:
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
    rows = Consent.objects.order_by("-given_at", "-id")
    if e164:
        rows = rows.filter(e164=e164)
    if contact is not None:
        rows = rows.filter(contact_id=contact)
    return rows if seller is None else rows.filter(seller_id=seller)


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
