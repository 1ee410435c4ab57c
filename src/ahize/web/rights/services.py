"""Requests about one's data: taken down with their clock, decided with a reason, answered.

Answers nothing by itself; every deed stands in the audit. An objection to being called is a stop, in force at once; an
erasure that was granted is carried out by ``erasure.py``. Refuses to know who called whom.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, QuerySet, When
from django.utils.translation import gettext as _

from ahize.intake.numbers import read_numbers
from ahize.kernel.errors import BadInput, Conflict, NotFound
from ahize.web import notices
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.consents import services as consents
from ahize.web.contacts.models import Phone
from ahize.web.rights import clocks, receipts
from ahize.web.rights.models import Erasure, Kind, Request, State

SAID_MAX = 4_000
OPEN = (State.OPEN, State.DOING)
TOPIC = "rights"


@dataclass(frozen=True, slots=True)
class Opened:
    """A request as it was taken down, with the receipt for the person."""

    request: Request
    receipt: receipts.Given


def open_request(
    kind: str,
    *,
    tenant: UUID,
    e164: str,
    came: str,
    proven: bool,
    now: datetime,
    said: str = "",
    language: str = "",
    seller: UUID | None = None,
    by: UUID | None = None,
    received_at: datetime | None = None,
) -> Opened:
    """Take a request down, with its clock. An objection stops all calls in the same transaction. Raises: BadInput.

    Args:
        received_at: when it reached the house, where that was before now (a letter); its clock runs from then.
    """
    consents.one_of(kind, Kind.values, field="kind")
    if received_at is not None and received_at > now:
        raise BadInput(_("A request cannot have come in the future."), field="received_at")
    at = received_at or now
    country, region = place_of(e164)
    clock = clocks.clock_for(country, region, at.date())
    with transaction.atomic():
        if kind == Kind.OBJECTION:
            consents.suppress(
                tenant=tenant, seller=seller, e164=e164, source="objection", reason=clean(said), by=by, now=now
            )
        receipt = receipts.give(
            kind, tenant=tenant, e164=e164, now=now, by=by, clock=clock.code, due=clock.span.after(at).isoformat()
        )
        request = Request.objects.create(
            id=draw_id(now),
            tenant_id=tenant,
            kind=kind,
            came=came,
            e164=e164,
            seller_id=seller,
            proven=proven,
            language=language[:8],
            said=clean(said),
            country=country,
            region=region,
            clock=clock.code,
            at=at,
            due_at=clock.span.after(at),
            state=State.DONE if kind == Kind.OBJECTION else State.OPEN,
            decided_at=now if kind == Kind.OBJECTION else None,
            by=by,
        )
        _tell(
            request,
            "open_rights_request",
            {"kind": kind, "came": came, "clock": clock.code, "due_at": request.due_at, "receipt": receipt.digest},
            by=by,
            now=now,
        )
    return Opened(request, receipt)


def extend(request: Request, *, why: str, by: UUID, now: datetime) -> Request:
    """Take the longer time that the law allows once. The person must be told, so it needs words. Raises: Conflict."""
    why = _reason(why)
    with transaction.atomic():
        request = _locked(request)
        longer = clocks.named(request.clock).longer
        if not longer or request.extended_at is not None:
            raise Conflict(_("The time to answer this request cannot be extended."), code="not_extendable")
        request.due_at, request.extended_at, request.extended_why = longer.after(request.due_at), now, why
        request.save(update_fields=["due_at", "extended_at", "extended_why"])
        _tell(request, "extend_rights_request", {"due_at": request.due_at}, by=by, now=now, reason=why)
    return request


def decide(request: Request, *, grant: bool, reason: str, answer: str, by: UUID, now: datetime) -> Request:
    """Grant or refuse it, with a reason and the answer to the person. An erasure granted begins with this commit.

    Raises: BadInput, Conflict where it was decided already or its number is not proven to be the person's.
    """
    reason, answer = _reason(reason), clean(answer)
    with transaction.atomic():
        request = _locked(request)
        if grant and request.kind in (Kind.ACCESS, Kind.ERASURE) and not request.proven:
            raise Conflict(
                _("Nobody has proven yet that this number is theirs."),
                code="number_not_proven",
                next_step=_(
                    "Ask the person for the code on the page for people who are called, or note how else it was proven."
                ),
            )
        request.state = State.REFUSED if not grant else State.DONE
        if grant and request.kind == Kind.ERASURE:
            request.state = State.DOING
            Erasure.objects.create(
                id=draw_id(now), tenant_id=request.tenant_id, request=request, e164=request.e164, began_at=now
            )
        request.reason, request.answer, request.decided_at, request.decided_by = reason, answer, now, by
        request.save(update_fields=["state", "reason", "answer", "decided_at", "decided_by"])
        _tell(request, "decide_rights_request", {"granted": grant, "kind": request.kind}, by=by, now=now, reason=reason)
    return request


def prove(request: Request, *, how: str, by: UUID, now: datetime) -> Request:
    """Note how somebody proved that the number is theirs, where it was not by a code. Raises: BadInput, Conflict."""
    how = _reason(how)
    with transaction.atomic():
        request = _locked(request)
        request.proven = True
        request.save(update_fields=["proven"])
        _tell(request, "prove_rights_request", {}, by=by, now=now, reason=how)
    return request


def requests(*, state: str = "", e164: str = "") -> QuerySet[Request]:
    """Requests for a screen: those that wait before those that are over, the most urgent first."""
    rows = Request.objects.select_related("seller")
    if state == "waiting":
        rows = rows.filter(state__in=OPEN)
    elif state:
        rows = rows.filter(state=state)
    if e164:
        rows = rows.filter(e164=e164)
    waits = Case(When(state__in=OPEN, then=0), default=1)
    return rows.order_by(waits, Case(When(state__in=OPEN, then=F("due_at"))), "-at", "id")


def access_request(request_id: UUID) -> Request:
    """The request, or a problem 404."""
    found = Request.objects.select_related("seller").filter(pk=request_id).first()
    if found is None:
        raise NotFound(_("There is no such request."), code="no_rights_request")
    return found


def place_of(e164: str) -> tuple[str, str]:
    """Where a number's owner is, as far as we know: country and region (ISO), each empty where we do not."""
    regions = {one for found in Phone.objects.filter(e164=e164).values_list("regions", flat=True)[:20] for one in found}
    reading = read_numbers(e164, None)
    country = reading.found[0].country if reading.found else ""
    if len(regions) == 1:
        region = regions.pop()
        return region[:2], region if "-" in region else ""
    return country, ""


def clean(text: str) -> str:
    """What somebody wrote, as the database can keep it."""
    return text.replace("\0", "").encode("utf-8", "replace").decode().strip()[:SAID_MAX]


def _reason(text: str) -> str:
    said = clean(text)
    if not said:
        raise BadInput(_("Please say why."), code="reason_needed", field="reason")
    return said


def _locked(request: Request) -> Request:
    found = Request.objects.select_for_update().get(pk=request.pk)
    if found.state != State.OPEN:
        raise Conflict(_("This request has been decided already."), code="rights_request_decided")
    return found


def _tell(
    request: Request, action: str, after: dict[str, object], *, by: UUID | None, now: datetime, reason: str = ""
) -> None:
    audit.record(
        tenant=request.tenant_id,
        by=by,
        action=action,
        subject_kind="rights_request",
        subject_id=request.pk,
        after=after,
        reason=reason,
        now=now,
    )
    notices.tell_browsers(request.tenant_id, TOPIC, request.pk, now=now)
