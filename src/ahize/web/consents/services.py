"""What is written down about a number: suppressions and their end, relationships. Consents have their own ledger.

Answers: nothing; it records, and every record says who and when. Refuses to know: whether a call is lawful, and
contacts. A suppression takes the number's lock first (``locks.py``), so that no permit is sealed after its commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, Conflict
from ahize.web import notices
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.consents import checks
from ahize.web.consents.locks import number_lock, numbers_locked, sellers_locked
from ahize.web.consents.models import (
    Channel,
    Covers,
    Relationship,
    RelationshipKind,
    Suppression,
)
from ahize.web.consents.receipts import receipt_of
from ahize.web.permissions import second_person
from ahize.web.tenants.models import Seller

BATCH = 500
"""Up to so many numbers are locked one by one; beyond, the seller's numbers are locked together."""

CHUNK = 2_000
"""Rows in one statement, and numbers in one notice to the dialer."""


def suppress(
    *,
    tenant: UUID,
    seller: UUID | None,
    e164: str,
    source: str,
    by: UUID | None,
    now: datetime,
    reason: str = "",
    channel: str | None = None,
    covers: str = Covers.EVERYTHING,
) -> Suppression:
    """Stop calls to a number, for one seller (``None``: for every seller of the tenant), from this commit on.

    Asking again while one like it is in force gives that one back, with the receipt the person already has.

    Args:
        source: where the wish came from, like ``agent``, ``upload`` or ``complaint``.
        channel: ``None`` stops every channel.
    """
    scope = _Scope(tenant=tenant, seller=seller, source=source, reason=reason, channel=channel, covers=covers)
    with transaction.atomic():
        standing, made = _suppressed([e164], scope, by=by, now=now)
        if made:
            audit.record(
                tenant=tenant,
                by=by,
                action="suppress",
                subject_kind="suppression",
                subject_id=str(standing[e164].id),
                after={"seller": _text(seller), "channel": channel, "covers": covers, "source": source},
                reason=reason,
                now=now,
            )
    return standing[e164]


def suppress_many(
    numbers: Sequence[str],
    *,
    tenant: UUID,
    seller: UUID | None,
    source: str,
    by: UUID | None,
    now: datetime,
    reason: str = "",
    channel: str | None = None,
    covers: str = Covers.EVERYTHING,
) -> tuple[int, int]:
    """Suppress all of them in one transaction: an own do-not-call list holds whole or not at all.

    May be run twice: what is in force already stays as it is.

    Returns:
        How many were newly suppressed, and how many already were.
    """
    scope = _Scope(tenant=tenant, seller=seller, source=source, reason=reason, channel=channel, covers=covers)
    distinct = sorted(set(numbers))
    with transaction.atomic():
        _, new = _suppressed(distinct, scope, by=by, now=now)
        audit.record(
            tenant=tenant,
            by=by,
            action="suppress_many",
            subject_kind="seller",
            subject_id=_text(seller) or "",
            after={"new": new, "already": len(distinct) - new, "channel": channel, "covers": covers, "source": source},
            reason=reason,
            now=now,
        )
    return new, len(distinct) - new


def suppress_at_once(
    numbers: Sequence[str],
    *,
    tenant: UUID,
    seller: UUID,
    source: str,
    by: UUID | None,
    now: datetime,
    reason: str = "",
    covers: str = Covers.EVERYTHING,
) -> int:
    """Suppress all of them in the transaction that is open, as part of a larger deed which keeps the audit's entry.

    Returns:
        How many are new.
    """
    scope = _Scope(tenant=tenant, seller=seller, source=source, reason=reason, channel=None, covers=covers)
    return _suppressed(sorted(set(numbers)), scope, by=by, now=now)[1]


class _Scope:
    """What a suppression stops and where it comes from, checked once."""

    def __init__(
        self, *, tenant: UUID, seller: UUID | None, source: str, reason: str, channel: str | None, covers: str
    ) -> None:
        if channel is not None:
            one_of(channel, Channel.values, field="channel")
        one_of(covers, Covers.values, field="covers")
        self.tenant, self.seller, self.source, self.reason = tenant, seller, source, reason
        self.channel, self.covers = channel, covers


def _suppressed(
    numbers: Sequence[str], scope: _Scope, *, by: UUID | None, now: datetime
) -> tuple[dict[str, Suppression], int]:
    """The suppression in force of each number, made where there was none; their locks are held until the commit.

    Returns:
        The suppressions by number, and how many of them are new.
    """
    if len(numbers) <= BATCH:
        numbers_locked((e164, scope.seller) for e164 in numbers)
    else:
        sellers_locked([scope.seller] if scope.seller else Seller.objects.values_list("id", flat=True))
    standing: dict[str, Suppression] = {}
    made = 0
    for start in range(0, len(numbers), CHUNK):
        chunk = numbers[start : start + CHUNK]
        found = _standing(chunk, scope)
        fresh = [_made(e164, scope, by=by, now=now) for e164 in chunk if e164 not in found]
        Suppression.objects.bulk_create(fresh)
        checks.add_tokens(fresh)
        standing |= found | {suppression.e164: suppression for suppression in fresh}
        made += len(fresh)
        if fresh:
            payload = {"seller": _text(scope.seller), "numbers": [suppression.e164 for suppression in fresh]}
            notices.tell_dialer(scope.tenant, "number_suppressed", payload, now=now)
    return standing, made


def _standing(numbers: Sequence[str], scope: _Scope) -> dict[str, Suppression]:
    """What is in force among these numbers; an end asked for meanwhile is off the table."""
    rows = Suppression.objects.filter(
        tenant_id=scope.tenant, e164__in=numbers, channel=scope.channel, covers=scope.covers, ended_at=None
    )
    rows = rows.filter(seller=None) if scope.seller is None else rows.filter(seller_id=scope.seller)
    standing = {suppression.e164: suppression for suppression in rows}
    for suppression in standing.values():
        # Whoever says "never again" a second time has answered whoever asked to lift it.
        if suppression.end_asked_at is not None:
            suppression.end_asked_at, suppression.end_asked_by, suppression.end_reason = None, None, ""
            suppression.save(update_fields=["end_asked_at", "end_asked_by", "end_reason"])
    return standing


def _made(e164: str, scope: _Scope, *, by: UUID | None, now: datetime) -> Suppression:
    suppression_id = draw_id(now)
    return Suppression(
        id=suppression_id,
        tenant_id=scope.tenant,
        seller_id=scope.seller,
        e164=e164,
        channel=scope.channel,
        covers=scope.covers,
        at=now,
        source=scope.source,
        reason=scope.reason,
        receipt=receipt_of(suppression_id),
        by=by,
    )


def ask_unsuppress(suppression: Suppression, *, reason: str, by: UUID, now: datetime) -> Suppression:
    """Ask that a suppression end. Nothing changes until a second person confirms."""
    if not reason.strip():
        raise BadInput(_("Lifting a suppression needs a reason."), field="reason")
    with transaction.atomic():
        suppression = Suppression.objects.select_for_update().get(pk=suppression.pk)
        if suppression.ended_at is not None:
            raise Conflict(_("This suppression has already ended."), code="suppression_ended")
        if suppression.end_asked_by is not None and suppression.end_asked_by != by:
            raise Conflict(
                _("Somebody has already asked to lift this suppression."),
                code="end_already_asked",
                next_step=_("A second person can confirm it now."),
            )
        suppression.end_asked_at, suppression.end_asked_by, suppression.end_reason = now, by, reason
        suppression.save(update_fields=["end_asked_at", "end_asked_by", "end_reason"])
        _audit_end(suppression, action="ask_unsuppress", by=by, now=now)
    return suppression


def confirm_unsuppress(suppression: Suppression, *, by: UUID, now: datetime) -> Suppression:
    """End a suppression that somebody else asked to end."""
    with transaction.atomic():
        # The lock before the row, as everyone does: two orders would make a deadlock.
        number_lock(suppression.e164, suppression.seller_id)
        suppression = Suppression.objects.select_for_update().get(pk=suppression.pk)
        if suppression.ended_at is not None:
            raise Conflict(_("This suppression has already ended."), code="suppression_ended")
        if suppression.end_asked_by is None:
            raise Conflict(
                _("Nobody has asked to lift this suppression."),
                code="end_not_asked",
                next_step=_("Ask first, with a reason; then another person confirms."),
            )
        second_person(
            suppression.end_asked_by,
            by,
            refused=_("Whoever asked to lift a suppression cannot confirm it."),
            next_step=_("Have another person confirm it."),
        )
        suppression.ended_at, suppression.end_confirmed_by = now, by
        suppression.save(update_fields=["ended_at", "end_confirmed_by"])
        _audit_end(suppression, action="confirm_unsuppress", by=by, now=now)
        notices.tell_facts_changed(
            suppression.tenant_id, seller=suppression.seller_id, numbers=[suppression.e164], now=now
        )
    return suppression


def refuse_unsuppress(suppression: Suppression, *, by: UUID, now: datetime) -> Suppression:
    """Leave a suppression as it is: the asking is taken back or turned down."""
    with transaction.atomic():
        suppression = Suppression.objects.select_for_update().get(pk=suppression.pk)
        if suppression.ended_at is not None:
            raise Conflict(_("This suppression has already ended."), code="suppression_ended")
        if suppression.end_asked_by is None:
            raise Conflict(_("Nobody has asked to lift this suppression."), code="end_not_asked")
        _audit_end(suppression, action="refuse_unsuppress", by=by, now=now)
        suppression.end_asked_at, suppression.end_asked_by, suppression.end_reason = None, None, ""
        suppression.save(update_fields=["end_asked_at", "end_asked_by", "end_reason"])
    return suppression


def _audit_end(suppression: Suppression, *, action: str, by: UUID, now: datetime) -> None:
    audit.record(
        tenant=suppression.tenant_id,
        by=by,
        action=action,
        subject_kind="suppression",
        subject_id=str(suppression.id),
        after={"asked_by": _text(suppression.end_asked_by), "ended": suppression.ended_at is not None},
        reason=suppression.end_reason,
        now=now,
    )


def record_relationship(
    *,
    tenant: UUID,
    seller: UUID,
    e164: str,
    kind: str,
    last_on: date,
    by: UUID | None,
    now: datetime,
    contact: UUID | None = None,
    ended_on: date | None = None,
    product: str = "",
    opt_out_offered: bool | None = None,
    source: str = "",
) -> Relationship:
    """Write down what ties a person to a seller, and when it was last alive."""
    one_of(kind, RelationshipKind.values, field="kind")
    # A day ahead of UTC's is allowed for: it may already be tomorrow where the person is.
    if (last_on - now.date()).days > 1:
        raise BadInput(_("The last date of a relationship cannot be in the future."), field="last_on")
    if ended_on is not None and ended_on < last_on:
        raise BadInput(_("A relationship cannot end before its last date."), field="ended_on")
    with transaction.atomic():
        relationship = Relationship.objects.create(
            id=draw_id(now),
            tenant_id=tenant,
            seller_id=seller,
            contact_id=contact,
            e164=e164,
            kind=kind,
            last_on=last_on,
            ended_on=ended_on,
            product=product,
            opt_out_offered=opt_out_offered,
            source=source,
            created_at=now,
            by=by,
        )
        audit.record(
            tenant=tenant,
            by=by,
            action="record_relationship",
            subject_kind="relationship",
            subject_id=str(relationship.id),
            after={"seller": str(seller), "kind": kind, "last_on": last_on.isoformat(), "source": source},
            now=now,
        )
        notices.tell_facts_changed(tenant, seller=seller, numbers=[e164], now=now)
    return relationship


def one_of(value: str, known: Sequence[str], *, field: str) -> None:
    """Raises: BadInput with the field, where a word is none of those known."""
    if value not in known:
        raise BadInput(
            _("%(field)s must be one of: %(known)s.") % {"field": field, "known": ", ".join(known)}, field=field
        )


def some_of(values: Sequence[str], known: Sequence[str] | frozenset[str], *, field: str) -> None:
    """As ``one_of``, for each of several words."""
    for value in values:
        one_of(value, sorted(known), field=field)


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
