"""Letting go of what is beyond its term: said beforehand in counts, done in small batches, shown in a signed receipt.

A run is a row: it says what it would delete before it does, and goes on where it stood. Which row is due stands in
``SWEEPS``; which is held the database says, and it refuses whatever a mistake here would let go (``0002_guards.py``).
Each receipt covers the one before it, so that none can be left out or put in.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from ahize.kernel.seals import Sealer, Verifier
from ahize.proof.canonical import canonical, sha256, when_text
from ahize.web import notices
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.problems import refused_by_hold
from ahize.web.recordings.models import Recording
from ahize.web.retention import holds, terms
from ahize.web.retention.models import Receipt, Run, Scope
from ahize.web.rights.clocks import Span

log = logging.getLogger(__name__)

BATCH: Final = 500
TRIES_MAX: Final = 3
"""A batch in which a hold came up between choosing and deleting is chosen anew; more than this is our mistake."""
OVERDUE: Final = timedelta(hours=48)
STARTS_AT: Final = time(2)
"""Not before this hour of the house's night."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """One table of a class: what is due, what may hold it, and how it goes. ``t`` is the row.

    Attributes:
        anchor: SQL of the instant (or, ``dated``, the day) from which the term runs; NULL: it has not begun.
        where: SQL that leaves out what is still in use.
        held: SQL of the hold that covers the row.
        files: SQL of paths below the house's files that go with the rows ``%(ids)s``.
        remove: statements over ``%(ids)s``; the last one's count is what is told.
    """

    code: str
    table: str
    anchor: str
    held: str
    remove: tuple[str, ...]
    where: str = "TRUE"
    files: str = ""
    dated: bool = False


_CONSENT_ENDED: Final = (
    "least(t.until, (SELECT min(e.at) FROM consents_consentevent e WHERE e.consent_id = t.id"
    " AND e.kind IN ('revoked', 'expired', 'taken_back') AND e.channels = '{}'))"
)
SWEEPS: Final = (
    Sweep(
        "consents", "consents_consent", _CONSENT_ENDED, holds.CONSENT_HELD,
        (
            "UPDATE consents_registryreport SET consent_id = NULL WHERE consent_id = ANY(%(ids)s)",
            "DELETE FROM consents_consentevent WHERE consent_id = ANY(%(ids)s)",
            "DELETE FROM consents_consent WHERE id = ANY(%(ids)s)",
        ),
    ),
    Sweep(
        "relationships", "consents_relationship", "greatest(t.last_on, t.ended_on)",
        holds.RELATIONSHIP_HELD,
        ("DELETE FROM consents_relationship WHERE id = ANY(%(ids)s)",),
        dated=True,
    ),
    Sweep(
        "registry_reports", "consents_registryreport", "coalesce(t.answered_at, t.created_at)",
        holds.person_held("e164", "happened_at"),
        ("DELETE FROM consents_registryreport WHERE id = ANY(%(ids)s)",),
        where="t.state <> 'waiting'",
    ),
    Sweep(
        "calls_back", "dialing_inboundcall", "t.at", holds.CALLED_BACK_HELD,
        ("DELETE FROM dialing_inboundcall WHERE id = ANY(%(ids)s)",),
    ),
    Sweep(
        "code_calls", "dialing_codecall", "t.at", holds.OF_NUMBER_HELD,
        ("DELETE FROM dialing_codecall WHERE id = ANY(%(ids)s)",),
    ),
    Sweep(
        "contacts", "contacts_contact", "t.created_at", holds.CONTACT_HELD,
        (
            "DELETE FROM vendors_lead WHERE contact_id = ANY(%(ids)s)",
            "DELETE FROM dialing_due WHERE contact_id = ANY(%(ids)s)",
            "DELETE FROM dialing_callback WHERE contact_id = ANY(%(ids)s)",
            "DELETE FROM contacts_fieldchange WHERE contact_id = ANY(%(ids)s)",
            "DELETE FROM contacts_phone WHERE contact_id = ANY(%(ids)s)",
            "UPDATE contacts_contactlist l SET contacts_count = greatest(0, l.contacts_count - gone.people) FROM"
            " (SELECT list_id, count(*) AS people FROM contacts_contact WHERE id = ANY(%(ids)s) GROUP BY list_id) gone"
            " WHERE l.id = gone.list_id",
            "DELETE FROM contacts_contact WHERE id = ANY(%(ids)s)",
        ),
        where="NOT EXISTS (SELECT FROM dialing_attempt a WHERE a.contact_id = t.id)"
        " AND NOT EXISTS (SELECT FROM dialing_due d JOIN campaigns_campaign c ON c.id = d.campaign_id"
        " WHERE d.contact_id = t.id AND NOT d.done AND c.state <> 'ended')",
    ),
    Sweep(
        "imports", "contacts_import", "coalesce(t.accepted_at, t.created_at)",
        holds.LIST_HELD,
        (
            "DELETE FROM contacts_importrow WHERE import_id = ANY(%(ids)s)",
            "DELETE FROM contacts_importphone WHERE import_id = ANY(%(ids)s)",
            "DELETE FROM contacts_importreject WHERE import_id = ANY(%(ids)s)",
            "UPDATE contacts_import SET file = '' WHERE id = ANY(%(ids)s)",
        ),
        where="t.file <> '' AND t.state IN ('accepted', 'undone', 'discarded', 'cancelled', 'failed')",
        files="SELECT file FROM contacts_import WHERE id = ANY(%(ids)s)",
    ),
    Sweep(
        "complaints", "complaints_case", "t.closed_at", holds.CASE_HELD,
        (
            "DELETE FROM complaints_bundle WHERE case_id = ANY(%(ids)s)",
            "DELETE FROM complaints_redecision WHERE case_id = ANY(%(ids)s)",
            "DELETE FROM complaints_note WHERE case_id = ANY(%(ids)s)",
            "DELETE FROM complaints_casenumber WHERE case_id = ANY(%(ids)s)",
            "DELETE FROM complaints_case WHERE id = ANY(%(ids)s)",
        ),
        where="t.state = 'closed'",
        files="SELECT path FROM complaints_bundle WHERE case_id = ANY(%(ids)s) AND path <> ''"
        " UNION SELECT mail FROM complaints_case WHERE id = ANY(%(ids)s) AND mail <> ''",
    ),
    Sweep(
        "requests", "rights_request", "t.decided_at", holds.OF_NUMBER_HELD,
        (
            "UPDATE rights_erasure SET request_id = NULL WHERE request_id = ANY(%(ids)s)",
            "DELETE FROM rights_request WHERE id = ANY(%(ids)s)",
        ),
        where="t.state IN ('done', 'refused')",
    ),
    Sweep(
        "vendor_posts", "vendors_post", "t.at", "NULL::uuid",
        ("DELETE FROM vendors_post WHERE id = ANY(%(ids)s)",),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Planned:
    """What would go of one class: rows ``due``, rows beyond their term that a hold keeps, and the oldest day of both.

    ``before_on``: records of earlier days go; None where nothing goes by a term of ours.
    """

    code: str
    deed: str
    span: Span
    before_on: date | None = None
    due: int = 0
    held: int = 0
    oldest: date | None = None


# ── beforehand ───────────────────────────────────────────────────────────────────────────────────────────────────────


def plan(tenant: UUID, *, now: datetime) -> list[Planned]:
    """What a purge would delete now, class by class. Deletes nothing. Inside the house's wall."""
    today, zone = terms.today_in(tenant, now)
    told = []
    for term in terms.in_force(today):
        code, deed = term.kind.code, term.kind.deed
        if deed == "purge":
            told.append(_counted(term, today, zone))
        elif code == "recordings":
            told.append(_recordings(term, now, zone))
        else:
            told.append(Planned(code, deed, term.span))
    return told


def _counted(term: terms.Term, today: date, zone: str) -> Planned:
    before_on = terms.first_day_kept(term.span, today)
    due = held = 0
    oldest: date | None = None
    asks = _anything_held()
    for sweep in (one for one in SWEEPS if one.code == term.kind.code):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FILTER (WHERE hold IS NULL), count(hold), min(since) FROM ("  # noqa: S608 - our own words
                f"SELECT {sweep.anchor} AS since, {sweep.held if asks else 'NULL::uuid'} AS hold"
                f" FROM {sweep.table} t WHERE {sweep.where} AND {sweep.anchor} < %(before)s) beyond",
                {"before": _border(sweep, before_on, zone)},
            )
            row = cursor.fetchone()
        due, held = due + row[0], held + row[1]
        first = row[2].astimezone(ZoneInfo(zone)).date() if isinstance(row[2], datetime) else row[2]
        oldest = min((one for one in (oldest, first) if one is not None), default=None)
    return Planned(term.kind.code, term.kind.deed, term.span, before_on, due, held, oldest)


def _recordings(term: terms.Term, now: datetime, zone: str) -> Planned:
    """By rules of their own (``recordings/retention.py``), each hour; told here because holds keep them too."""
    beyond = Recording.objects.filter(deleted_at=None, keep_until__lte=now)
    first = beyond.order_by("keep_until").first()
    return Planned(
        "recordings",
        term.kind.deed,
        term.span,
        None,
        beyond.filter(held_at=None).count(),
        beyond.exclude(held_at=None).count(),
        first.began_at.astimezone(ZoneInfo(zone)).date() if first else None,
    )


def _border(sweep: Sweep, before_on: date, zone: str) -> date | datetime:
    return before_on if sweep.dated else terms.beginning_of(before_on, zone)


def _anything_held() -> bool:
    return Scope.objects.filter(lifted_at=None).exists()


# ── the run ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def is_due(tenant: UUID, *, now: datetime) -> bool:
    """Whether one was begun and not ended, or none was begun since this night's hour."""
    today, zone = terms.today_in(tenant, now)
    night = datetime.combine(today, STARTS_AT, tzinfo=ZoneInfo(zone))
    newest = Run.objects.order_by("-began_at").first()
    return now >= night and (newest is None or newest.done_at is None or newest.began_at < night)


def next_at(tenant: UUID, *, now: datetime) -> datetime:
    """When the next one begins at the earliest."""
    today, zone = terms.today_in(tenant, now)
    if is_due(tenant, now=now):
        return now
    night = datetime.combine(today, STARTS_AT, tzinfo=ZoneInfo(zone))
    return night if now < night else datetime.combine(today + timedelta(days=1), STARTS_AT, tzinfo=ZoneInfo(zone))


def is_overdue(made_at: datetime, *, now: datetime) -> bool:
    """Whether no run has ended for two days, in a house that is older than that."""
    newest = Receipt.objects.order_by("-number").values_list("at", flat=True).first()
    return now - (newest or made_at) > OVERDUE


def begin(tenant: UUID, *, now: datetime) -> Run:
    """The run that is under way, or a new one that has said what it would delete. In a transaction of its own."""
    standing = Run.objects.filter(done_at=None).first()
    if standing is not None:
        return standing
    holds.find_marks()
    planned = [_written(one) for one in plan(tenant, now=now)]
    run = Run.objects.create(id=draw_id(now), tenant_id=tenant, began_at=now, planned=planned)
    audit.record(
        tenant=tenant,
        by=None,
        action="plan_purge",
        subject_kind="purge",
        subject_id=run.pk,
        after={"planned": planned},
        now=now,
    )
    return run


def _written(one: Planned) -> dict[str, Any]:
    return {
        "code": one.code,
        "deed": one.deed,
        "keeps": terms.as_json(one.span),
        "before_on": one.before_on.isoformat() if one.before_on else None,
        "due": one.due,
        "held": one.held,
        "oldest": one.oldest.isoformat() if one.oldest else None,
    }


def step(run: Run, sweep: Sweep, *, zone: str) -> int:
    """Let one batch go, in a transaction of its own; how many rows. The run's day decides, however long it takes."""
    said = {one["code"]: one for one in run.planned}[sweep.code]
    border = _border(sweep, date.fromisoformat(said["before_on"]), zone)
    for left in reversed(range(TRIES_MAX)):
        try:
            with transaction.atomic():
                return _batch(run, sweep, border)
        except DatabaseError as refused:
            if not refused_by_hold(refused) or not left:
                raise
    raise AssertionError("the last try returns or raises")


def _batch(run: Run, sweep: Sweep, border: date | datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT t.id FROM {sweep.table} t WHERE {sweep.where} AND {sweep.anchor} < %(before)s"  # noqa: S608 - our own words
            f"{f' AND {sweep.held} IS NULL' if _anything_held() else ''} ORDER BY t.id LIMIT {BATCH}",
            {"before": border},
        )
        ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return 0
        paths: list[str] = []
        if sweep.files:
            cursor.execute(sweep.files, {"ids": ids})
            paths = [row[0] for row in cursor.fetchall()]
        for statement in sweep.remove:
            cursor.execute(statement, {"ids": ids})
        run.counts[sweep.code] = run.counts.get(sweep.code, 0) + len(ids)
        run.save(update_fields=["counts"])
    for path in paths:
        # Before the commit: after a fall in between the rows are still there, and it is done again.
        (Path(settings.MEDIA_ROOT) / path).unlink(missing_ok=True)
    return len(ids)


def finish(run: Run, sealer: Sealer, *, now: datetime) -> Receipt:
    """End the run and write its receipt, which covers the one before. In a transaction of its own."""
    last = Receipt.objects.order_by("-number").first()
    number, previous = (last.number + 1, last.hash) if last else (1, "")
    facts: dict[str, Any] = {
        "tenant": str(run.tenant_id),
        "number": number,
        "previous": previous,
        "began_at": when_text(run.began_at),
        "done_at": when_text(now),
        "classes": [
            {**one, "gone": run.counts.get(one["code"], 0), "problem": run.problems.get(one["code"], "")}
            for one in run.planned
        ],
    }
    digest = sha256(canonical(facts))
    receipt = Receipt.objects.create(
        id=draw_id(now),
        tenant_id=run.tenant_id,
        run=run,
        number=number,
        at=now,
        facts=facts,
        previous=previous,
        hash=digest,
        key=sealer.verifier().to_bytes().hex(),
        signature=sealer.sign(bytes.fromhex(digest)).hex(),
    )
    run.done_at = now
    run.save(update_fields=["done_at"])
    audit.record(
        tenant=run.tenant_id,
        by=None,
        action="purge",
        subject_kind="purge",
        subject_id=run.pk,
        after={"gone": run.counts, "problems": run.problems, "receipt": digest},
        now=now,
    )
    notices.tell_browsers(run.tenant_id, "retention", run.pk, now=now)
    return receipt


@dataclass(slots=True)
class Verdict:
    """What a walk along the receipts found: the first number that does not fit, None where all do."""

    receipts: int = 0
    number: int | None = None
    why: str = ""
    keys: set[str] = field(default_factory=set)


def verify(receipts: Sequence[Receipt]) -> Verdict:
    """Walk receipts from the first: each follows the one before, says what was hashed, and was signed by its key."""
    told, previous = Verdict(), ""
    for at, one in enumerate(receipts, start=1):
        if (one.number, one.previous, one.facts.get("number"), one.facts.get("previous")) != (
            at,
            previous,
            at,
            previous,
        ):
            return Verdict(told.receipts, at, _("it does not follow the receipt before it"), told.keys)
        if one.hash != sha256(canonical(one.facts)):
            return Verdict(told.receipts, at, _("it does not say what it said when it was written"), told.keys)
        if not Verifier.from_bytes(bytes.fromhex(one.key)).holds(bytes.fromhex(one.hash), bytes.fromhex(one.signature)):
            return Verdict(told.receipts, at, _("its signature is not its key's"), told.keys)
        told.receipts, previous = at, one.hash
        told.keys.add(one.key)
    return told
