"""The numbers of a case: proposed by a mail, confirmed or dismissed by a person, and stopped.

A mail's numbers are proposals; those that we have called are stopped at once all the same, for a stop can be lifted and
a call cannot be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, Conflict
from ahize.web.base import draw_id
from ahize.web.complaints import queries, record
from ahize.web.complaints.mails import Mail
from ahize.web.complaints.models import Case, CaseNumber, Standing
from ahize.web.consents import ledger
from ahize.web.consents.models import Covers
from ahize.web.dialing.models import Attempt

NUMBERS_MAX: Final = 50
"""More numbers on one complaint are a do-not-call list, and are brought as one."""
STOPPED_AT_ONCE_MAX: Final = 10
"""So many numbers of a mail are stopped before anybody has looked; a longer list waits for a person."""
SOURCE: Final = "complaint"
"""What suppressions name as where the wish came from."""


def add_number(case_id: UUID, e164: str, *, every_seller: bool, by: UUID, now: datetime) -> Case:
    """Put another number on a case, and stop it."""
    with transaction.atomic():
        case = queries.access_case(case_id, lock=True)
        if case.numbers.count() >= NUMBERS_MAX and not case.numbers.filter(e164=e164).exists():
            raise BadInput(
                _("One complaint has at most %(most)d numbers; here are %(count)d.")
                % {"most": NUMBERS_MAX, "count": case.numbers.count() + 1},
                code="too_many_numbers",
                next_step=_("Bring a list of numbers as a do-not-call list, and the complaint with one of them."),
                field="body.number",
            )
        confirm(case, e164, case.seller_id, every_seller=every_seller, raw="", by=by, now=now)
        record.reckon_again(case)
        record.settle(case, now=now)
    return case


def confirm_number(case_id: UUID, number_id: UUID, *, every_seller: bool, by: UUID, now: datetime) -> Case:
    """Say that a number read in the mail is the one that was called: it is stopped."""
    with transaction.atomic():
        case = queries.access_case(case_id, lock=True)
        number = queries.access_number(case, number_id)
        confirm(case, number.e164, case.seller_id, every_seller=every_seller, raw=number.raw, by=by, now=now)
        record.reckon_again(case)
        record.settle(case, now=now)
    return case


def dismiss_number(case_id: UUID, number_id: UUID, *, reason: str, by: UUID, now: datetime) -> Case:
    """Say that a number read in the mail is not the one. What was stopped stays so until two people lift it."""
    if not reason.strip():
        raise BadInput(_("Please say why."), code="reason_needed", field="body.reason")
    with transaction.atomic():
        case = queries.access_case(case_id, lock=True)
        number = queries.access_number(case, number_id)
        if number.standing == Standing.CONFIRMED:
            raise Conflict(
                _("This number was confirmed already."),
                code="number_confirmed",
                next_step=_("Lift its suppression with two people, if it was a mistake."),
            )
        number.standing, number.reason, number.by, number.at = Standing.DISMISSED, reason.strip(), by, now
        number.save(update_fields=["standing", "reason", "by", "at"])
        record.note(case, "number", by=by, now=now, text=reason.strip(), facts={"standing": Standing.DISMISSED})
        record.reckon_again(case)
        record.settle(case, now=now)
    return case


def propose(case: Case, read: Mail, *, by: UUID | None, now: datetime) -> None:
    """Put a mail's numbers on the case; those that we called are stopped at once, if they are few."""
    known = set(case.numbers.values_list("e164", flat=True))
    fresh = [one for one in read.numbers if one.e164 not in known]
    called = _called([one.e164 for one in fresh])
    few = len(read.numbers) + read.more_numbers <= STOPPED_AT_ONCE_MAX
    for one in fresh:
        number = CaseNumber.objects.create(
            id=draw_id(now),
            tenant_id=case.tenant_id,
            case=case,
            e164=one.e164,
            raw=one.raw[:200],
            standing=Standing.PROPOSED,
            called=one.e164 in called,
            at=now,
            by=by,
        )
        if few and one.e164 in called:
            stop(case, number, case.seller_id, every_seller=False, by=by, now=now)


def confirm(
    case: Case, e164: str, seller: UUID | None, *, every_seller: bool, raw: str, by: UUID | None, now: datetime
) -> None:
    """That number is the one that was called: it stands on the case and is stopped."""
    number, _made_now = CaseNumber.objects.select_for_update().get_or_create(
        tenant_id=case.tenant_id,
        case=case,
        e164=e164,
        defaults={
            **{"id": draw_id(now), "raw": raw, "standing": Standing.CONFIRMED, "at": now, "by": by},
            "called": bool(_called([e164])),
        },
    )
    if number.standing != Standing.CONFIRMED:
        number.standing, number.at, number.by, number.reason = Standing.CONFIRMED, now, by, ""
        number.save(update_fields=["standing", "at", "by", "reason"])
        record.note(case, "number", by=by, now=now, facts={"standing": Standing.CONFIRMED})
    stop(case, number, seller, every_seller=every_seller, by=by, now=now)


def stop(
    case: Case, number: CaseNumber, seller: UUID | None, *, every_seller: bool, by: UUID | None, now: datetime
) -> None:
    """End what the person agreed to and stop the number: for each seller that called it and the one complained of; for
    all sellers of the house where that is nobody, or where it is asked for."""
    reached = _callers(number.e164) | ({seller} if seller else set())
    scopes: list[UUID | None] = [None] if every_seller or not reached else [*sorted(reached)]
    receipts = {(one["seller"], one["receipt"]): one for one in number.receipts}
    for scope in scopes:
        made = ledger.revoke(
            tenant=case.tenant_id,
            seller=scope,
            e164=number.e164,
            door=case.door,
            by=by,
            now=now,
            said=_("Complaint %(number)d") % {"number": case.number},
            covers=Covers.EVERYTHING,
            said_at=case.received_at,
            source=SOURCE,
        ).suppression
        key = (str(scope) if scope else None, made.receipt)
        receipts.setdefault(key, {"seller": key[0], "receipt": made.receipt, "at": made.at.isoformat()})
    number.receipts = list(receipts.values())
    number.stopped_at = number.stopped_at or now
    number.save(update_fields=["receipts", "stopped_at"])


def _callers(e164: str) -> set[UUID]:
    """Sellers in whose name this number was tried, dialled or not."""
    return set(Attempt.objects.filter(e164=e164).values_list("seller_id", flat=True).distinct())


def _called(numbers: Iterable[str]) -> set[str]:
    return set(Attempt.objects.filter(e164__in=list(numbers)).values_list("e164", flat=True).distinct())
