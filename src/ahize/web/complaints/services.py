"""Opening a case and working on it. Whoever complains is not called again: the stop stands in the same transaction.

Answers: nothing; it writes, and every deed is on the case and in the audit. A repeat is put to the case there is.
A mail's numbers are proposals; those that we have called are stopped at once all the same, for a stop can be lifted and
a call cannot be taken back. Refuses to know how calls are told of (``history.py``) and what
bundles hold (``gather.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, Conflict
from ahize.kernel.phone import PhoneNumber
from ahize.web import documents, notices
from ahize.web.accounts.models import User
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.complaints import queries
from ahize.web.complaints.authorities import book
from ahize.web.complaints.mails import TEXT_MAX, Mail, read_mail
from ahize.web.complaints.models import OPEN_STATES, Case, CaseNumber, Note, Source, Standing, State
from ahize.web.consents import ledger
from ahize.web.consents.access import home_region
from ahize.web.consents.models import Covers, Door
from ahize.web.contacts.whereabouts import whereabouts
from ahize.web.dialing.models import Attempt
from ahize.web.permissions import Person, Verb
from ahize.web.tenants.models import Tenant

NUMBERS_MAX: Final = 50
"""More numbers on one complaint are a do-not-call list, and are brought as one."""
STOPPED_AT_ONCE_MAX: Final = 10
"""So many numbers of a mail are stopped before anybody has looked; a longer list waits for a person."""
OLDEST: Final = timedelta(days=10 * 366)
MAIL_FOLDER: Final = "complaints"
SOURCE: Final = "complaint"
"""What suppressions name as where the wish came from."""

_NEXT: Final[Mapping[str, frozenset[str]]] = {
    State.RECEIVED: frozenset({State.INVESTIGATING, State.NEEDS_COUNSEL, State.ANSWERED, State.CLOSED}),
    State.INVESTIGATING: frozenset({State.NEEDS_COUNSEL, State.ANSWERED, State.CLOSED}),
    State.NEEDS_COUNSEL: frozenset({State.INVESTIGATING, State.ANSWERED, State.CLOSED}),
    State.ANSWERED: frozenset({State.INVESTIGATING, State.NEEDS_COUNSEL, State.CLOSED}),
    State.CLOSED: frozenset({State.INVESTIGATING}),
}
"""From which state a case may go to which."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is known of a complaint when it comes.

    Args:
        every_seller: stop the numbers for every seller of the house, whoever called.
        due_at: the day that the authority's letter itself names, as the first instant that is too late.
    """

    source: str
    door: str
    received_at: datetime
    numbers: Sequence[str] = ()
    seller: UUID | None = None
    every_seller: bool = False
    who: str = ""
    contact: str = ""
    said: str = ""
    happened_at: datetime | None = None
    authority: str = ""
    authority_reference: str = ""
    due_at: datetime | None = None


@dataclass(slots=True)
class Opened:
    """The case, whether it was there already, and what the person who brought it should know."""

    case: Case
    repeated: bool = False
    told: list[str] = field(default_factory=list)


# ── opening ─────────────────────────────────────────────────────────────────────────────────────────────────────


def open_case(given: Complaint, *, tenant: UUID, by: UUID | None, now: datetime) -> Opened:
    """A case, with its numbers stopped, in one transaction; or the case that this complaint repeats.

    Raises: BadInput naming the field; then nothing is written.
    """
    _check(given, now)
    numbers = list(dict.fromkeys(given.numbers))
    if not numbers:
        raise BadInput(
            _("A complaint needs the number that was called."),
            code="no_number",
            next_step=_("Ask for it; a mail without one can be brought as it is, and the number is added later."),
            field="body.numbers",
        )
    with transaction.atomic():
        _one_at_a_time(tenant)
        known = _repeated(given, numbers)
        case = known or _made(given, numbers, tenant=tenant, by=by, now=now)
        opened = Opened(case, repeated=known is not None)
        for e164 in numbers:
            _confirm(case, e164, given.seller, every_seller=given.every_seller, raw="", by=by, now=now)
        if known is not None:
            _note(case, "repeat", by=by, now=now, text=given.said, facts={"received_at": given.received_at.isoformat()})
        _settle(case, now=now)
        opened.told = _told(case, repeated=opened.repeated)
    return opened


def open_mail(raw: bytes, *, name: str, tenant: UUID, by: UUID | None, now: datetime) -> Opened:
    """A case from a mail as it came: kept byte for byte, its numbers proposed. The same mail again is the same case.

    Raises: BadInput where it is empty; TooMany where it is too large.
    """
    read = read_mail(raw, region=home_region(None), book=book(), now=now)
    with transaction.atomic():
        _one_at_a_time(tenant)
        case_id = draw_id(now)
        kept = documents.keep([raw], name=name, tenant=tenant, of=case_id, folder=MAIL_FOLDER, ending=".eml")
        known = Case.objects.select_for_update().filter(mail_sha256=kept.sha256).first() or _same_letter(read)
        if known is not None:
            (Path(settings.MEDIA_ROOT) / kept.path).unlink(missing_ok=True)
            _note(known, "repeat", by=by, now=now, text="", facts={"mail_sha256": kept.sha256})
            _propose(known, read, by=by, now=now)
            _settle(known, now=now)
            return Opened(known, repeated=True, told=_told(known, repeated=True))
        given = Complaint(
            source=Source.MAIL,
            door=Door.EMAIL,
            received_at=now,
            who=read.sender[:500],
            contact=read.address[:500],
            said=f"{read.subject}\n\n{read.text}".strip()[:TEXT_MAX],
            authority=read.authority,
            authority_reference=read.reference,
        )
        case = _made(
            given, [one.e164 for one in read.numbers], tenant=tenant, by=by, now=now, case_id=case_id, mail=(kept, read)
        )
        _propose(case, read, by=by, now=now)
        _settle(case, now=now)
        return Opened(case, told=_told(case, repeated=False))


def _check(given: Complaint, now: datetime) -> None:
    if given.received_at > now:
        raise BadInput(_("A complaint cannot have come in the future."), code="in_future", field="body.received_at")
    if given.received_at < now - OLDEST:
        raise BadInput(
            _("That is more than ten years ago."),
            code="too_long_ago",
            next_step=_("See whether the year is right."),
            field="body.received_at",
        )
    if given.happened_at is not None and given.happened_at > given.received_at:
        raise BadInput(
            _("The call cannot have been after the complaint came."),
            code="call_after_complaint",
            next_step=_("Correct one of the two dates; mind the time zone."),
            field="body.happened_at",
        )
    if given.due_at is not None and given.due_at <= given.received_at:
        raise BadInput(
            _("The day by which to answer cannot be before the complaint came."), code="bad_due", field="body.due_at"
        )
    if given.authority and given.authority not in book().authorities:
        raise BadInput(
            _("There is no authority “%(code)s”.") % {"code": given.authority},
            code="no_such_authority",
            next_step=_("Take one of the list, or OTHER."),
            field="body.authority",
        )
    if len(given.numbers) > NUMBERS_MAX:
        raise BadInput(
            _("One complaint has at most %(most)d numbers; here are %(count)d.")
            % {"most": NUMBERS_MAX, "count": len(given.numbers)},
            code="too_many_numbers",
            next_step=_("Bring a list of numbers as a do-not-call list, and the complaint with one of them."),
            field="body.numbers",
        )


def _one_at_a_time(tenant: UUID) -> None:
    """Two of the same letter at once make one case, and numbers of cases have no gaps."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"ahize/complaints/{tenant}"])


def _repeated(given: Complaint, numbers: Sequence[str]) -> Case | None:
    """The case that this complaint is about already: the authority's own reference, or an open one of these numbers."""
    rows = Case.objects.select_for_update().order_by("-received_at", "-number")
    if given.authority and given.authority_reference.strip():
        return rows.filter(
            authority=given.authority, authority_reference__iexact=given.authority_reference.strip()
        ).first()
    same = rows.filter(authority=given.authority, state__in=OPEN_STATES)
    for case in same.filter(pk__in=CaseNumber.objects.filter(e164=numbers[0]).values("case_id")):
        standing = CaseNumber.objects.filter(case=case).exclude(standing=Standing.DISMISSED)
        if set(standing.values_list("e164", flat=True)) == set(numbers):
            return case
    return None


def _same_letter(read: Mail) -> Case | None:
    if not (read.authority and read.reference):
        return None
    rows = Case.objects.select_for_update().filter(authority=read.authority)
    return rows.filter(authority_reference__iexact=read.reference).first()


def _made(
    given: Complaint,
    numbers: Sequence[str],
    *,
    tenant: UUID,
    by: UUID | None,
    now: datetime,
    case_id: UUID | None = None,
    mail: tuple[documents.Document, Mail] | None = None,
) -> Case:
    last = Case.objects.order_by("-number").values_list("number", flat=True).first() or 0
    deadlines = _deadlines(given, numbers)
    kept, read = mail if mail is not None else (documents.NO_DOCUMENT, Mail())
    case = Case.objects.create(
        id=case_id or draw_id(now),
        tenant_id=tenant,
        number=last + 1,
        source=given.source,
        door=given.door,
        seller_id=given.seller,
        who=given.who.strip(),
        contact=given.contact.strip(),
        said=given.said.strip(),
        happened_at=given.happened_at,
        authority=given.authority,
        authority_reference=given.authority_reference.strip(),
        received_at=given.received_at,
        deadlines=deadlines,
        mail=kept.path,
        mail_name=kept.name if kept.path else "",
        mail_size=kept.size,
        mail_sha256=kept.sha256,
        mail_notes=read.notes,
        opened_by=by,
        created_at=now,
    )
    audit.record(
        tenant=tenant,
        by=by,
        action="open_complaint",
        subject_kind="complaint",
        subject_id=case.pk,
        after={"number": case.number, "source": case.source, "door": case.door, "authority": case.authority},
        now=now,
    )
    return case


def _deadlines(given: Complaint, numbers: Sequence[str]) -> list[dict[str, Any]]:
    countries = sorted({country for country in map(country_of, numbers) if country})
    home = Tenant.objects.get().zone
    found = book().deadlines(authority=given.authority, countries=countries, received_at=given.received_at, home=home)
    if given.due_at is None:
        return found
    named = {
        **{"id": "LETTER", "what": "answer", "due_at": given.due_at.isoformat(), "cites": [], "mark": "verified"},
        **{"title": "The authority's letter names this day.", "title_tr": "Bu günü kurumun yazısı belirtir."},
    }
    # The letter's day stands instead of what nobody but ourselves set; a law's own stays beside it.
    return sorted([*(one for one in found if one["mark"] != "house"), named], key=lambda one: one["due_at"])


def country_of(e164: str) -> str:
    """Where a number belongs, ISO 3166-1; empty where it cannot be told."""
    return whereabouts(PhoneNumber(e164))[2]


# ── numbers ─────────────────────────────────────────────────────────────────────────────────────────────────────


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
        _confirm(case, e164, case.seller_id, every_seller=every_seller, raw="", by=by, now=now)
        _reckon_again(case)
        _settle(case, now=now)
    return case


def confirm_number(case_id: UUID, number_id: UUID, *, every_seller: bool, by: UUID, now: datetime) -> Case:
    """Say that a number read in the mail is the one that was called: it is stopped."""
    with transaction.atomic():
        case = queries.access_case(case_id, lock=True)
        number = queries.access_number(case, number_id)
        _confirm(case, number.e164, case.seller_id, every_seller=every_seller, raw=number.raw, by=by, now=now)
        _reckon_again(case)
        _settle(case, now=now)
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
        _note(case, "number", by=by, now=now, text=reason.strip(), facts={"standing": Standing.DISMISSED})
        _reckon_again(case)
        _settle(case, now=now)
    return case


def _propose(case: Case, read: Mail, *, by: UUID | None, now: datetime) -> None:
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
            _stop(case, number, case.seller_id, every_seller=False, by=by, now=now)


def _confirm(
    case: Case, e164: str, seller: UUID | None, *, every_seller: bool, raw: str, by: UUID | None, now: datetime
) -> None:
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
        _note(case, "number", by=by, now=now, facts={"standing": Standing.CONFIRMED})
    _stop(case, number, seller, every_seller=every_seller, by=by, now=now)


def _stop(
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


# ── working on it ───────────────────────────────────────────────────────────────────────────────────────────────


def write_note(case_id: UUID, text: str, *, by: UUID, now: datetime) -> Case:
    """What somebody found out or did."""
    if not text.strip():
        raise BadInput(_("The note is empty."), code="empty_note", field="body.text")
    with transaction.atomic():
        case = queries.access_case(case_id, lock=True)
        _note(case, "note", by=by, now=now, text=text.strip())
        _settle(case, now=now)
    return case


def correct(case_id: UUID, changed: Mapping[str, Any], *, by: UUID, now: datetime) -> Case:
    """Fill in what was not known when it came: who, authority, reference, seller, dates. The clock is set anew.

    Raises: BadInput naming the field.
    """
    with transaction.atomic():
        case = queries.access_case(case_id, lock=True)
        before = {name: getattr(case, name) for name in changed if name != "due_at"}
        for name, value in changed.items():
            if name != "due_at":
                setattr(case, name, value.strip() if isinstance(value, str) else value)
        given = _as_given(case, changed.get("due_at", _letters_day(case)))
        _check(given, now)
        case.deadlines = _deadlines(given, _standing_numbers(case))
        case.save()
        told = {name for name in before if before[name] != getattr(case, name)} | ({"due_at"} & set(changed))
        _note(case, "state", by=by, now=now, facts={"corrected": sorted(told)})
        audit.record(
            tenant=case.tenant_id,
            by=by,
            action="correct_complaint",
            subject_kind="complaint",
            subject_id=case.pk,
            after={"fields": sorted(told)},
            now=now,
        )
        if "seller_id" in told and case.seller_id:
            for number in case.numbers.filter(standing=Standing.CONFIRMED):
                _stop(case, number, case.seller_id, every_seller=False, by=by, now=now)
        _settle(case, now=now)
    return case


def assign(case_id: UUID, user: UUID | None, *, by: UUID, now: datetime) -> Case:
    """Give the case to somebody who may work on it; None: to nobody."""
    with transaction.atomic():
        case = queries.access_case(case_id, lock=True)
        person = User.objects.filter(pk=user).first() if user else None
        if user and (person is None or not person.is_active or not person.as_person().may(Verb.HANDLE_COMPLAINTS)):
            raise BadInput(
                _("This person cannot work on complaints."),
                code="not_for_complaints",
                next_step=_("Choose a compliance officer or an administrator."),
                field="body.user",
            )
        case.assigned = person
        case.save(update_fields=["assigned"])
        _note(case, "assigned", by=by, now=now, facts={"user": str(user) if user else None})
        _audit(case, "assign_complaint", {"user": str(user) if user else None}, by=by, now=now)
        _settle(case, now=now)
    return case


def acknowledge(case_id: UUID, *, by: UUID, now: datetime) -> Case:
    """Say that the person or the authority was told that it came."""
    with transaction.atomic():
        case = queries.access_case(case_id, lock=True)
        if case.acknowledged_at is None:
            case.acknowledged_at = now
            case.save(update_fields=["acknowledged_at"])
            _note(case, "state", by=by, now=now, facts={"acknowledged": True})
            _audit(case, "acknowledge_complaint", {}, by=by, now=now)
        _settle(case, now=now)
    return case


def move(case_id: UUID, state: str, *, text: str, by: UUID, now: datetime) -> Case:
    """Take the case to another state.

    Args:
        text: what was answered, or why; needed but for ``investigating`` from ``received``.

    Raises: Conflict where that is no way, or a number of the mail is neither confirmed nor dismissed.
    """
    with transaction.atomic():
        case = queries.access_case(case_id, lock=True)
        if state not in _NEXT[case.state]:
            raise Conflict(
                _("A complaint that is “%(now)s” cannot become “%(then)s”.") % {"now": case.state, "then": state},
                code="no_such_way",
                next_step=_("Reload the page: somebody may have worked on it."),
                may=sorted(_NEXT[case.state]),
            )
        if not text.strip() and not (case.state == State.RECEIVED and state == State.INVESTIGATING):
            raise BadInput(
                _("Please write what was answered.") if state == State.ANSWERED else _("Please say why."),
                code="reason_needed",
                field="body.text",
            )
        if state in (State.ANSWERED, State.CLOSED) and case.numbers.filter(standing=Standing.PROPOSED).exists():
            raise Conflict(
                _("Some numbers of the mail are neither confirmed nor dismissed."),
                code="numbers_open",
                next_step=_("Say of each whether it is the one that was called."),
            )
        before, case.state = case.state, state
        if state == State.ANSWERED:
            case.answered_at, case.answer = now, text.strip()
        if state == State.CLOSED:
            case.closed_at = now
        if before in (State.ANSWERED, State.CLOSED) and state not in (State.ANSWERED, State.CLOSED):
            case.answered_at, case.closed_at = None, None
        case.save()
        _note(case, "state", by=by, now=now, text=text.strip(), facts={"before": before, "after": state})
        _audit(case, "move_complaint", {"before": before, "after": state}, by=by, now=now)
        _settle(case, now=now)
    return case


def needs_counsel(case: Case, found: Sequence[Mapping[str, Any]], *, by: UUID | None, now: datetime) -> None:
    """What was found of its calls is not as it should be: it stands on the case for good, and a person must look."""
    known = {(one["kind"], one["attempt"], one["what"]) for one in case.counsel}
    fresh = [one for one in found if (one["kind"], one["attempt"], one["what"]) not in known]
    if not fresh:
        return
    case.counsel = [*case.counsel, *({"at": now.isoformat(), **one} for one in fresh)]
    before, case.state = case.state, State.NEEDS_COUNSEL
    if before in (State.ANSWERED, State.CLOSED):
        case.answered_at, case.closed_at = None, None
    case.save(update_fields=["counsel", "state", "answered_at", "closed_at"])
    if before != State.NEEDS_COUNSEL:
        _note(case, "state", by=by, now=now, facts={"before": before, "after": State.NEEDS_COUNSEL})
    _audit(case, "complaint_needs_counsel", {"found": len(fresh)}, by=by, now=now)
    _settle(case, now=now)


# ── the parts ───────────────────────────────────────────────────────────────────────────────────────────────────


def _as_given(case: Case, due_at: datetime | None) -> Complaint:
    return Complaint(
        source=case.source,
        door=case.door,
        received_at=case.received_at,
        seller=case.seller_id,
        happened_at=case.happened_at,
        authority=case.authority,
        authority_reference=case.authority_reference,
        due_at=due_at,
    )


def _letters_day(case: Case) -> datetime | None:
    return next((datetime.fromisoformat(one["due_at"]) for one in case.deadlines if one["id"] == "LETTER"), None)


def _standing_numbers(case: Case) -> list[str]:
    return list(case.numbers.exclude(standing=Standing.DISMISSED).values_list("e164", flat=True))


def _reckon_again(case: Case) -> None:
    """Another number may bring another country's law."""
    case.deadlines = _deadlines(_as_given(case, _letters_day(case)), _standing_numbers(case))


def _settle(case: Case, *, now: datetime) -> None:
    """The first deadline that is still to be kept, and word to who looks at it."""
    open_ones = [one["due_at"] for one in case.deadlines if queries.met_at(case, one["what"]) is None]
    case.due_at = min((datetime.fromisoformat(one) for one in open_ones), default=None)
    if case.state not in OPEN_STATES:
        case.due_at = None
    case.save(update_fields=["due_at", "deadlines"])
    notices.tell_browsers(case.tenant_id, "complaints", case.pk, now=now)


def _note(
    case: Case, kind: str, *, by: UUID | None, now: datetime, text: str = "", facts: Mapping[str, Any] | None = None
) -> None:
    Note.objects.create(
        id=draw_id(now),
        tenant_id=case.tenant_id,
        case=case,
        at=now,
        by=by,
        kind=kind,
        text=text[:TEXT_MAX],
        facts=dict(facts or {}),
    )


def note(case: Case, kind: str, *, by: UUID | None, now: datetime, facts: Mapping[str, Any]) -> None:
    """Put on the case what was done with it (``bundles.py``, ``redecide.py``)."""
    _note(case, kind, by=by, now=now, facts=facts)


def _audit(case: Case, action: str, after: Mapping[str, Any], *, by: UUID | None, now: datetime) -> None:
    audit.record(
        tenant=case.tenant_id,
        by=by,
        action=action,
        subject_kind="complaint",
        subject_id=case.pk,
        after=after,
        now=now,
    )


def _told(case: Case, *, repeated: bool) -> list[str]:
    """In words, what whoever brought it should know at once."""
    told = []
    if repeated:
        told.append(
            _("This complaint is here already, as number %(number)d; it was added there.") % {"number": case.number}
        )
    numbers = list(case.numbers.all())
    never = sum(not one.called for one in numbers)
    confirmed = [one for one in numbers if one.standing == Standing.CONFIRMED]
    if confirmed and never == len(numbers):
        told.append(_("We never tried to call this number. It is stopped all the same."))
    elif confirmed:
        told.append(_("Nobody calls these numbers any more, from now on."))
    proposed = [one for one in numbers if one.standing == Standing.PROPOSED]
    if proposed:
        told.append(
            _("The mail names %(count)d numbers; say of each whether it is the one that was called.")
            % {"count": len(proposed)}
        )
        if any(one.stopped_at for one in proposed):
            told.append(_("Those that we have called are stopped already."))
    if "no_number" in case.mail_notes and not numbers:
        told.append(_("No number can be read in the mail. Ask for it and add it here; until then nothing is stopped."))
    if "many_numbers" in case.mail_notes or len(proposed) > STOPPED_AT_ONCE_MAX:
        told.append(_("So many numbers are a list: none of them is stopped until somebody has looked."))
    return told


def may_hear(person: Person) -> bool:
    return person.may(Verb.HEAR_RECORDINGS)
