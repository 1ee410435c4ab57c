"""How long is each class of record kept, and says who? Dated data with its citations stands in ``terms.yaml``.

Answers: the term in force (the house's, and never less than the laws that bind it), the first day that is still kept.
Days are the house's own calendar days: a term of a year from 1 March ends when 1 March of the next year is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, Conflict, NotFound
from ahize.kernel.plain_yaml import read_yaml
from ahize.web import notices
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.permissions import Person, second_person
from ahize.web.retention.models import Change
from ahize.web.rights.clocks import EU, Span
from ahize.web.tenants.locks import house_lock
from ahize.web.tenants.models import Seller, Tenant

_LONG = datetime(2001, 1, 1, tzinfo=UTC)
"""Spans are compared from here: which of two terms is longer must not depend on the day."""


@dataclass(frozen=True, slots=True)
class Floor:
    """The least that one law allows, from a day on."""

    country: str
    since: date
    span: Span
    rule: str
    citation: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One class of record.

    Attributes:
        deed: ``purge``, ``itself``, ``chained`` or ``never``, as ``terms.yaml`` explains.
        default, most: the house's beginning, and the longest it may choose; empty where it chooses nothing.
    """

    code: str
    deed: str
    default: Span
    most: Span
    driver: str
    floors: tuple[Floor, ...]

    @property
    def is_chosen(self) -> bool:
        """Whether the house says how long."""
        return bool(self.most)


@dataclass(frozen=True, slots=True)
class Term:
    """How long a class is kept in this house today; ``floor`` is the law that asks for the longest, if any does."""

    kind: Kind
    span: Span
    floor: Floor | None


@cache
def kinds() -> Mapping[str, Kind]:
    """All classes, in the order in which they are told."""
    rows = read_yaml((Path(__file__).parent / "terms.yaml").read_text(encoding="utf-8"))
    return {
        row["code"]: Kind(
            code=row["code"],
            deed=row["deed"],
            default=_span(row.get("default", {})),
            most=_span(row.get("most", {})),
            driver=row["driver"],
            floors=tuple(
                Floor(one["country"], one["from"], _span(one), one["rule"], one["citation"])
                for one in row.get("laws", ())
            ),
        )
        for row in rows
    }


def _span(row: Mapping[str, Any]) -> Span:
    return Span(12 * row.get("years", 0) + row.get("months", 0), row.get("days", 0))


def length(span: Span) -> timedelta:
    """For comparing two of them."""
    return span.after(_LONG) - _LONG


def as_json(span: Span) -> dict[str, int]:
    return {"months": span.months, "days": span.days}


# ── days ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def first_day_kept(span: Span, today: date) -> date:
    """The first day whose records are still kept: the earliest of which the term is not over before ``today``."""
    noon = datetime.combine(today, time(12), tzinfo=UTC)
    day = (noon - length(span)).date() - timedelta(days=4)
    while span.after(datetime.combine(day, time(12), tzinfo=UTC)).date() < today:
        day += timedelta(days=1)
    return day


def beginning_of(day: date, zone: str) -> datetime:
    """The first instant of that day where the house is."""
    return datetime.combine(day, time(0), tzinfo=ZoneInfo(zone))


# ── the house's ──────────────────────────────────────────────────────────────────────────────────────────────────────


def countries() -> frozenset[str]:
    """Where the house sells from and whom it holds numbers of: whose laws bind what it keeps."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT left(region, 2) FROM contacts_phone, unnest(regions) region"
            " UNION SELECT DISTINCT country FROM contacts_contact WHERE country <> ''"
        )
        there = {row[0] for row in cursor.fetchall()}
    return frozenset(there | set(Seller.objects.values_list("country", flat=True)))


def floor_of(kind: Kind, where: Iterable[str], on: date) -> Floor | None:
    """The law in force that asks for the longest, among those of these countries."""
    here = set(where)
    here |= {"EU"} if here & EU else set()
    newest: dict[str, Floor] = {}
    for one in kind.floors:
        if one.country in here and one.since <= on:
            standing = newest.get(one.country)
            newest[one.country] = one if standing is None or one.since > standing.since else standing
    return max(newest.values(), key=lambda one: length(one.span), default=None)


def in_force(on: date, where: Iterable[str] | None = None) -> list[Term]:
    """The term of every class today: what the house chose, and never less than the law. Inside the house's wall."""
    bound = countries() if where is None else frozenset(where)
    chosen = {one.code: Span(**one.after) for one in Change.objects.exclude(in_force_at=None).order_by("in_force_at")}
    terms = []
    for kind in kinds().values():
        floor = floor_of(kind, bound, on)
        span = chosen.get(kind.code, kind.default)
        if floor is not None and length(span) < length(floor.span):
            span = floor.span
        terms.append(Term(kind, span, floor))
    return terms


def today_in(tenant: UUID, now: datetime) -> tuple[date, str]:
    """Which day it is in the house, and its zone."""
    zone = Tenant.objects.values_list("zone", flat=True).get(pk=tenant)
    return now.astimezone(ZoneInfo(zone)).date(), zone


def changes(*, waiting: bool = False) -> QuerySet[Change]:
    """The newest first."""
    rows = Change.objects.order_by("-asked_at", "id")
    return rows.filter(in_force_at=None, refused_at=None) if waiting else rows


def access_change(change_id: UUID) -> Change:
    """Raises: NotFound."""
    found = Change.objects.filter(pk=change_id).first()
    if found is None:
        raise NotFound(_("There is no such change."), code="no_change")
    return found


def set_term(code: str, *, months: int, days: int, reason: str, by: Person, now: datetime) -> Change:
    """Keep a class for so long: at once where that is longer, else when a second person agrees.

    Raises: BadInput where a law asks for longer, or where it would be longer than a house may choose; Conflict.
    """
    kind = kinds().get(code)
    if kind is None or not kind.is_chosen:
        raise BadInput(_("How long this is kept is not the house's to say."), code="no_term", field="code")
    if not reason.strip():
        raise BadInput(_("Please say why."), code="reason_needed", field="reason")
    after = Span(months, days)
    with transaction.atomic():
        house_lock(by.tenant)
        today, _zone = today_in(by.tenant, now)
        standing = next(one for one in in_force(today) if one.kind.code == code)
        _within(after, standing)
        if after == standing.span:
            raise Conflict(_("This is what holds already."), code="nothing_changes")
        if changes(waiting=True).filter(code=code).exists():
            raise Conflict(
                _("Another change of this already waits for a second person."),
                code="change_waits",
                next_step=_("Confirm or refuse that one first."),
            )
        shortens = length(after) < length(standing.span)
        change = Change.objects.create(
            id=draw_id(now),
            tenant_id=by.tenant,
            code=code,
            before=as_json(standing.span),
            after=as_json(after),
            shortens=shortens,
            reason=reason.strip(),
            asked_at=now,
            asked_by=by.id,
            in_force_at=None if shortens else now,
        )
        _tell(change, "ask_shorter_term" if shortens else "lengthen_term", by=by, now=now)
    return change


def _within(after: Span, standing: Term) -> None:
    floor, most = standing.floor, standing.kind.most
    if not after:
        raise BadInput(_("A term is a day at least."), code="term_too_short", field="days")
    if floor is not None and length(after) < length(floor.span):
        raise BadInput(
            _("The law of %(country)s asks that this is kept longer: %(citation)s. No house can shorten that.")
            % {"country": floor.country, "citation": floor.citation},
            code="term_below_law",
            field="months",
        )
    if length(after) > length(most):
        raise BadInput(
            _("This may be kept for %(most)d months at most; what somebody claims is kept longer by a hold.")
            % {"most": most.months},
            code="term_too_long",
            field="months",
        )


def confirm(change: Change, *, by: Person, now: datetime) -> Change:
    """Put into force what somebody else asked for. Raises: Conflict, NotAllowed, BadInput where a law binds since."""
    with transaction.atomic():
        house_lock(by.tenant)
        change = _waiting(change)
        second_person(
            change.asked_by,
            by.id,
            refused=_("A second person must confirm this: whoever asks cannot."),
            next_step=_("Ask a colleague who may confirm terms."),
        )
        today, _zone = today_in(by.tenant, now)
        _within(Span(**change.after), next(one for one in in_force(today) if one.kind.code == change.code))
        change.in_force_at, change.decided_by = now, by.id
        change.save(update_fields=["in_force_at", "decided_by"])
        _tell(change, "confirm_shorter_term", by=by, now=now)
    return change


def refuse(change: Change, *, by: Person, now: datetime) -> Change:
    """Leave the term as it is. Raises: Conflict."""
    with transaction.atomic():
        house_lock(by.tenant)
        change = _waiting(change)
        change.refused_at, change.decided_by = now, by.id
        change.save(update_fields=["refused_at", "decided_by"])
        _tell(change, "refuse_shorter_term", by=by, now=now)
    return change


def _waiting(change: Change) -> Change:
    found = Change.objects.select_for_update().get(pk=change.pk)
    if found.in_force_at is not None or found.refused_at is not None:
        raise Conflict(_("This change is decided already."), code="change_decided")
    return found


def _tell(change: Change, action: str, *, by: Person, now: datetime) -> None:
    audit.record(
        tenant=by.tenant,
        by=by.id,
        action=action,
        subject_kind="retention_term",
        subject_id=change.pk,
        before={"code": change.code, **change.before},
        after={"code": change.code, **change.after},
        reason=change.reason,
        now=now,
    )
    notices.tell_browsers(by.tenant, "retention", change.pk, now=now)
