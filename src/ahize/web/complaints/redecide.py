"""Each ruling of a case decided again, with the laws of its day: the same, or what differs, finding by finding.

Besides: is there a ruling for every attempt, does it say what it said when it was written, does it follow the one
before, was only dialled what was allowed, and is the journal whole around the call? Whatever is not as it should be
marks the case as one for counsel. Refuses to explain it away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from ahize.compliance import again
from ahize.compliance.terms import BadLaw
from ahize.kernel.errors import NotFound
from ahize.web.base import draw_id
from ahize.web.complaints import queries, record, services
from ahize.web.complaints.history import attempts_of
from ahize.web.complaints.journals import slice_of
from ahize.web.complaints.models import Case, Redecision, Standing
from ahize.web.dialing.forgetting import Receipts, ruling_own_hash
from ahize.web.dialing.models import Attempt, Ruling
from ahize.web.proof.laws import Books

Finding = dict[str, Any]


def redecide(case_id: UUID, *, by: UUID | None, now: datetime) -> Redecision:
    """Decide every ruling of the case again and keep what came of it; a difference makes it a case for counsel."""
    with transaction.atomic():
        case = queries.access_case(case_id, lock=True)
        attempts = attempts_of_case(case)
        findings = list(findings_of(attempts))
        wrong = {one["attempt"] for one in findings}
        made = Redecision.objects.create(
            id=draw_id(now),
            tenant_id=case.tenant_id,
            case=case,
            at=now,
            by=by,
            attempts=len(attempts),
            same=sum(str(one.pk) not in wrong for one in attempts),
            findings=findings,
        )
        record.note(
            case,
            "redecision",
            by=by,
            now=now,
            facts={"attempts": made.attempts, "same": made.same, "found": len(findings)},
        )
        services.needs_counsel(
            case, [{name: one[name] for name in ("kind", "attempt", "what")} for one in findings], by=by, now=now
        )
    return made


def attempts_of_case(case: Case) -> list[Attempt]:
    """Every attempt on the numbers of the case that nobody said are somebody else's."""
    numbers = case.numbers.exclude(standing=Standing.DISMISSED).values_list("e164", flat=True)
    return list(attempts_of(list(numbers)).order_by("at", "pk"))


def findings_of(attempts: Sequence[Attempt]) -> Iterator[Finding]:
    """What is not as it should be of these attempts, one by one."""
    rows = {one.attempt_id: one for one in Ruling.objects.filter(attempt_id__in=[one.pk for one in attempts])}
    books, receipts = Books(), Receipts.read()
    for attempt in attempts:
        row = rows.get(attempt.pk)
        if row is None:
            yield _finding(attempt.pk, "missing_ruling", "ruling")
            continue
        yield from _of_chain(row, receipts)
        yield from differences(row, books)
        if attempt.originated_at is not None and row.ruling["verdict"] != "allow":
            yield _finding(attempt.pk, "dialled_though_barred", "verdict", kept=row.ruling["verdict"], now="dialled")
    for attempt_id, code, where in slice_of(attempts).gaps:
        yield _finding(attempt_id, code, where or "journal")


def differences(row: Ruling, books: Books) -> Iterator[Finding]:
    """Where the ruling comes out otherwise under the laws of its day: each part on its own."""
    sources = getattr(row, "sources", None)
    try:
        book = books.of(row.ruling, sources)
    except (NotFound, BadLaw) as missing:
        yield _finding(row.attempt_id, "no_rulebook", row.rulebook, kept=row.ruling["verdict"], now=missing.args[0])
        return
    said = again.law_ruling(book, row.facts)
    found = again.compare(row.ruling, sources, said)
    if found is None:
        return
    was, now = again.law_part(row.ruling, sources), said.to_json()
    for part in found.parts:
        yield _finding(row.attempt_id, "difference", part, kept=_short(was.get(part)), now=_short(now.get(part)))


def _of_chain(row: Ruling, receipts: Receipts) -> Iterator[Finding]:
    if receipts.ruling(row) in ("changed", "unreceipted"):
        yield _finding(row.attempt_id, "ruling_changed", str(row.seq), kept=row.hash, now=ruling_own_hash(row))
    before = Ruling.objects.filter(seq=row.seq - 1).values_list("hash", flat=True).first()
    if row.seq > 1 and before is None:
        yield _finding(row.attempt_id, "ruling_gap", str(row.seq - 1))
    elif (before or "") != row.previous_hash:
        yield _finding(row.attempt_id, "ruling_unlinked", str(row.seq), kept=row.previous_hash, now=before or "")


def _finding(attempt: UUID, kind: str, what: str, *, kept: str = "", now: str = "") -> Finding:
    return {"attempt": str(attempt), "kind": kind, "what": what, "kept": kept, "now": now}


def _short(value: Any) -> str:
    """A part of a ruling as a reader sees it: bars by their rules."""
    if isinstance(value, list):
        return ", ".join(str(one["rule"]) if isinstance(one, Mapping) else str(one) for one in value)
    return "" if value is None else str(value)
