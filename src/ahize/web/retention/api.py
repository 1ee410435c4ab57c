"""HTTP of retention: holds, terms, what the next purge would let go, and receipts of those that were."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from ninja import Router, Status

from ahize.kernel.errors import BadInput
from ahize.web.accounts.models import User
from ahize.web.base import Request
from ahize.web.complaints.models import Case
from ahize.web.consents import access
from ahize.web.consents.uploads import number_in
from ahize.web.permissions import Verb, requires
from ahize.web.retention import holds, purge, tasks, terms
from ahize.web.retention import schemas as words
from ahize.web.retention.models import Change, Hold, Receipt, Run

router = Router(tags=["retention"])

SHOWN = 200


@router.get("/retention/holds", response=list[words.HoldOut], auth=requires(Verb.SEE_RETENTION))
def holds_in_force(request: Request, *, lifted: bool = False) -> Any:
    """Holds in force, or with ``lifted`` all of them; the newest first, at most 200."""
    return _holds(holds.holds(lifted=lifted)[:SHOWN])


@router.get("/retention/holds/{hold_id}", response=words.HoldOut, auth=requires(Verb.SEE_RETENTION))
def hold(request: Request, hold_id: UUID) -> Any:
    """One hold."""
    return _hold(holds.access_hold(hold_id))


@router.get("/retention/holds/{hold_id}/covered", response=list[words.HoldCountOut], auth=requires(Verb.SEE_RETENTION))
def covered(request: Request, hold_id: UUID) -> Any:
    """What it keeps, in counts."""
    return _counts(holds.covered(holds.access_hold(hold_id)))


@router.post("/retention/preview", response=list[words.HoldCountOut], auth=requires(Verb.KEEP_RECORDS))
def preview_hold(request: Request, payload: words.HoldScopeIn) -> Any:
    """What a hold of this scope would keep, in counts. Nothing is placed."""
    return _counts(holds.preview(_lines(payload), by=request.person, now=request.now))


@router.post("/retention/holds", response={201: words.HoldOut}, auth=requires(Verb.KEEP_RECORDS))
def place_hold(request: Request, payload: words.HoldIn) -> Any:
    """Keep everything in scope, from now until two people lift it."""
    placed = holds.place(
        name=payload.name,
        reference=payload.reference,
        reason=payload.reason,
        ordered_by=payload.ordered_by,
        from_on=payload.from_on,
        lines=_lines(payload),
        by=request.person,
        now=request.now,
    )
    return Status(201, _hold(holds.access_hold(placed.pk)))


@router.post("/retention/holds/{hold_id}/lift", response=words.HoldOut, auth=requires(Verb.KEEP_RECORDS))
def ask_lift(request: Request, hold_id: UUID, payload: words.HoldReasonIn) -> Any:
    """Ask that it ends."""
    asked = holds.access_hold(hold_id)
    holds.ask_to_lift(asked, reason=payload.reason, by=request.person, now=request.now)
    return _hold(holds.access_hold(hold_id))


@router.post("/retention/holds/{hold_id}/lift/confirm", response=words.HoldOut, auth=requires(Verb.CONFIRM_RETENTION))
def confirm_lift(request: Request, hold_id: UUID) -> Any:
    """Lift it, as the second person."""
    holds.lift(holds.access_hold(hold_id), by=request.person, now=request.now)
    return _hold(holds.access_hold(hold_id))


@router.post(
    "/retention/holds/{hold_id}/lift/refuse",
    response=words.HoldOut,
    auth=requires(Verb.CONFIRM_RETENTION, Verb.KEEP_RECORDS),
)
def refuse_lift(request: Request, hold_id: UUID) -> Any:
    """Leave it in force."""
    holds.keep(holds.access_hold(hold_id), by=request.person, now=request.now)
    return _hold(holds.access_hold(hold_id))


@router.get("/retention/terms", response=list[words.TermOut], auth=requires(Verb.SEE_RETENTION))
def retention_terms(request: Request) -> Any:
    """How long each class is kept, by whose rule."""
    today, _zone = terms.today_in(request.tenant, request.now)
    return [_term(one) for one in terms.in_force(today)]


@router.put("/retention/terms/{code}", response={201: words.TermChangeOut}, auth=requires(Verb.KEEP_RECORDS))
def set_term(request: Request, code: str, payload: words.TermIn) -> Any:
    """Keep a class longer at once, or ask that it is kept shorter."""
    change = terms.set_term(
        code, months=payload.months, days=payload.days, reason=payload.reason, by=request.person, now=request.now
    )
    return Status(201, *_changes([change]))


@router.get("/retention/changes", response=list[words.TermChangeOut], auth=requires(Verb.SEE_RETENTION))
def term_changes(request: Request, *, waiting: bool = False) -> Any:
    """Changes of terms, the newest first, at most 200."""
    return _changes(terms.changes(waiting=waiting)[:SHOWN])


@router.post(
    "/retention/changes/{change_id}/confirm", response=words.TermChangeOut, auth=requires(Verb.CONFIRM_RETENTION)
)
def confirm_term(request: Request, change_id: UUID) -> Any:
    """Put a shorter term into force, as the second person."""
    return _changes([terms.confirm(terms.access_change(change_id), by=request.person, now=request.now)])[0]


@router.post(
    "/retention/changes/{change_id}/refuse",
    response=words.TermChangeOut,
    auth=requires(Verb.CONFIRM_RETENTION, Verb.KEEP_RECORDS),
)
def refuse_term(request: Request, change_id: UUID) -> Any:
    """Leave the term as it is."""
    return _changes([terms.refuse(terms.access_change(change_id), by=request.person, now=request.now)])[0]


@router.get("/retention/plan", response=words.PurgePlanOut, auth=requires(Verb.SEE_RETENTION))
def purge_plan(request: Request) -> Any:
    """What a purge would let go now, and what holds keep of it. Nothing is deleted."""
    under_way = Run.objects.filter(done_at=None).first()
    return {
        "classes": purge.plan(request.tenant, now=request.now),
        "next_at": purge.next_at(request.tenant, now=request.now),
        "under_way_since": under_way.began_at if under_way else None,
    }


@router.post("/retention/purge", response={202: None}, auth=requires(Verb.KEEP_RECORDS))
def purge_now(request: Request) -> Any:
    """Ask the worker for a purge now, not only by night; one that was cut off goes on."""
    tasks.purge_later(request.tenant, by=request.person.id, now=request.now)
    return Status(202, None)


@router.get("/retention/receipts", response=list[words.PurgeReceiptOut], auth=requires(Verb.SEE_RETENTION))
def purge_receipts(request: Request) -> Any:
    """Receipts of purges, the newest first, at most 200."""
    return [_receipt(one) for one in Receipt.objects.order_by("-number")[:SHOWN]]


@router.get("/retention/receipts/check", response=words.ReceiptsCheckOut, auth=requires(Verb.SEE_RETENTION))
def check_receipts(request: Request) -> Any:
    """Walk along every receipt: does each follow the one before, and is it signed by its key?"""
    return purge.verify(list(Receipt.objects.order_by("number")))


def _lines(payload: words.HoldScopeIn) -> list[holds.Line]:
    return [
        holds.Line(
            e164=_number(one, at),
            contact=one.contact,
            case=one.case,
            campaign=one.campaign,
            list=one.list,
            since=one.since,
            until=one.until,
        )
        for at, one in enumerate(payload.scope)
    ]


def _number(one: words.HoldLineIn, at: int) -> str:
    if not one.number.strip():
        return ""
    try:
        return number_in(one.number, one.region or access.home_region(None))
    except BadInput as refused:
        refused.facts["line"] = at
        raise


def _counts(found: dict[str, int]) -> list[dict[str, Any]]:
    most = holds.COUNTED_MAX
    return [{"code": code, "count": min(count, most), "more": count > most} for code, count in found.items()]


def _hold(one: Hold) -> dict[str, Any]:
    return _holds([one])[0]


def _holds(found: Iterable[Hold]) -> list[dict[str, Any]]:
    found = list(found)
    names = _names(who for one in found for who in (one.placed_by, one.lift_asked_by, one.lifted_by))
    cases = dict(
        Case.objects.filter(pk__in={line.case_id for one in found for line in one.scope.all()}).values_list(
            "pk", "number"
        )
    )
    kept = (
        *("id", "name", "reference", "reason", "ordered_by", "from_on", "placed_at", "placed_by", "lift_asked_at"),
        *("lift_asked_by", "lift_reason", "lifted_at", "lifted_by"),
    )
    return [
        {
            **{name: getattr(one, name) for name in kept},
            "placed_by_name": names.get(one.placed_by, ""),
            "lift_asked_by_name": names.get(one.lift_asked_by, ""),
            "lifted_by_name": names.get(one.lifted_by, ""),
            "scope": [
                {
                    "number": line.e164,
                    "contact": line.contact_id,
                    "case": line.case_id,
                    "case_number": cases.get(line.case_id) if line.case_id else None,
                    "campaign": line.campaign_id,
                    "campaign_name": line.campaign.name if line.campaign else "",
                    "list": line.list_id,
                    "list_name": line.list.name if line.list else "",
                    "since": line.since,
                    "until": line.until,
                }
                for line in one.scope.all()
            ],
        }
        for one in found
    ]


def _term(one: terms.Term) -> dict[str, Any]:
    floor = one.floor
    return {
        "code": one.kind.code,
        "deed": one.kind.deed,
        "months": one.span.months,
        "days": one.span.days,
        "default": terms.as_json(one.kind.default),
        "most": terms.as_json(one.kind.most),
        "chosen": one.kind.is_chosen,
        "driver": one.kind.driver,
        "floor": {
            "country": floor.country,
            **terms.as_json(floor.span),
            "rule": floor.rule,
            "citation": floor.citation,
        }
        if floor
        else None,
    }


def _changes(found: Iterable[Change]) -> Sequence[dict[str, Any]]:
    found = list(found)
    names = _names(who for one in found for who in (one.asked_by, one.decided_by))
    return [
        {
            **{field.attname: getattr(one, field.attname) for field in Change._meta.concrete_fields},
            "asked_by_name": names.get(one.asked_by, ""),
            "decided_by_name": names.get(one.decided_by, ""),
        }
        for one in found
    ]


def _names(ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    known = User.objects.filter(pk__in={one for one in ids if one is not None})
    return {None: "", **dict(known.values_list("pk", "name"))}


def _receipt(one: Receipt) -> dict[str, Any]:
    kept = ("number", "at", "facts", "previous", "hash", "key", "signature")
    classes = one.facts["classes"]
    return {
        **{name: getattr(one, name) for name in kept},
        "classes": classes,
        "gone": sum(each["gone"] for each in classes),
        "held": sum(each["held"] for each in classes),
    }
