"""Working on a case: notes, corrections, who has it, and its way from received to closed.

Every deed is on the case and in the audit. Refuses to know how calls are told of (``history.py``) and what bundles hold
(``gather.py``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, Conflict
from ahize.web.accounts.models import User
from ahize.web.audit import services as audit
from ahize.web.complaints import numbers, queries, record
from ahize.web.complaints.intake import Complaint, check
from ahize.web.complaints.models import Case, Standing, State
from ahize.web.permissions import Person, Verb

_NEXT: Final[Mapping[str, frozenset[str]]] = {
    State.RECEIVED: frozenset({State.INVESTIGATING, State.NEEDS_COUNSEL, State.ANSWERED, State.CLOSED}),
    State.INVESTIGATING: frozenset({State.NEEDS_COUNSEL, State.ANSWERED, State.CLOSED}),
    State.NEEDS_COUNSEL: frozenset({State.INVESTIGATING, State.ANSWERED, State.CLOSED}),
    State.ANSWERED: frozenset({State.INVESTIGATING, State.NEEDS_COUNSEL, State.CLOSED}),
    State.CLOSED: frozenset({State.INVESTIGATING}),
}
"""From which state a case may go to which."""


def write_note(case_id: UUID, text: str, *, by: UUID, now: datetime) -> Case:
    """What somebody found out or did."""
    if not text.strip():
        raise BadInput(_("The note is empty."), code="empty_note", field="body.text")
    with transaction.atomic():
        case = queries.access_case(case_id, lock=True)
        record.note(case, "note", by=by, now=now, text=text.strip())
        record.settle(case, now=now)
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
        given = _as_given(case, changed.get("due_at", record.letters_day(case)))
        check(given, now)
        case.deadlines = record.deadlines(
            record.standing_numbers(case),
            authority=given.authority,
            received_at=given.received_at,
            due_at=given.due_at,
        )
        case.save()
        told = {name for name in before if before[name] != getattr(case, name)} | ({"due_at"} & set(changed))
        record.note(case, "state", by=by, now=now, facts={"corrected": sorted(told)})
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
                numbers.stop(case, number, case.seller_id, every_seller=False, by=by, now=now)
        record.settle(case, now=now)
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
        record.note(case, "assigned", by=by, now=now, facts={"user": str(user) if user else None})
        record.audited(case, "assign_complaint", {"user": str(user) if user else None}, by=by, now=now)
        record.settle(case, now=now)
    return case


def acknowledge(case_id: UUID, *, by: UUID, now: datetime) -> Case:
    """Say that the person or the authority was told that it came."""
    with transaction.atomic():
        case = queries.access_case(case_id, lock=True)
        if case.acknowledged_at is None:
            case.acknowledged_at = now
            case.save(update_fields=["acknowledged_at"])
            record.note(case, "state", by=by, now=now, facts={"acknowledged": True})
            record.audited(case, "acknowledge_complaint", {}, by=by, now=now)
        record.settle(case, now=now)
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
        record.note(case, "state", by=by, now=now, text=text.strip(), facts={"before": before, "after": state})
        record.audited(case, "move_complaint", {"before": before, "after": state}, by=by, now=now)
        record.settle(case, now=now)
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
        record.note(case, "state", by=by, now=now, facts={"before": before, "after": State.NEEDS_COUNSEL})
    record.audited(case, "complaint_needs_counsel", {"found": len(fresh)}, by=by, now=now)
    record.settle(case, now=now)


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


def may_hear(person: Person) -> bool:
    return person.may(Verb.HEAR_RECORDINGS)
