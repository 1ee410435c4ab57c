"""Looking up cases and their clocks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ahize.kernel.errors import NotFound
from ahize.web import jobs
from ahize.web.accounts.models import User
from ahize.web.complaints.authorities import book
from ahize.web.complaints.models import OPEN_STATES, Bundle, Case, CaseNumber, Note, Redecision, Standing

SHOWN_MAX = 500


def cases(
    *,
    state: str = "",
    is_open: bool | None = None,
    overdue: datetime | None = None,
    assigned: UUID | None = None,
    number: str = "",
) -> QuerySet[Case]:
    """Cases for a screen: what is due soonest first, so that what is overdue leads; then what owes nothing."""
    rows = Case.objects.select_related("assigned", "seller").order_by(
        F("due_at").asc(nulls_last=True), "-received_at", "-number"
    )
    if state:
        rows = rows.filter(state=state)
    if is_open is not None:
        rows = rows.filter(state__in=OPEN_STATES) if is_open else rows.exclude(state__in=OPEN_STATES)
    if overdue is not None:
        rows = rows.filter(due_at__lte=overdue)
    if assigned is not None:
        rows = rows.filter(assigned_id=assigned)
    if number:
        rows = rows.filter(Q(pk__in=CaseNumber.objects.filter(e164=number).values("case_id")))
    return rows


def access_case(case_id: UUID, *, lock: bool = False) -> Case:
    """The case, or a problem 404."""
    rows = Case.objects.filter(pk=case_id)
    found = (rows.select_for_update() if lock else rows.select_related("assigned", "seller")).first()
    if found is None:
        raise NotFound(_("There is no such complaint."), code="no_complaint")
    return found


def access_number(case: Case, number_id: UUID) -> CaseNumber:
    """A number of the case, or a problem 404."""
    found = CaseNumber.objects.select_for_update().filter(case=case, pk=number_id).first()
    if found is None:
        raise NotFound(_("There is no such number on this complaint."), code="no_complaint_number")
    return found


def access_bundle(bundle_id: UUID) -> Bundle:
    """The bundle, or a problem 404."""
    found = Bundle.objects.filter(pk=bundle_id).first()
    if found is None:
        raise NotFound(_("There is no such bundle."), code="no_bundle")
    return found


def is_turkish() -> bool:
    return (get_language() or "").startswith("tr")


def authority_name(code: str) -> str:
    """In the reader's language; empty where the person complains alone."""
    known = book().authorities.get(code)
    return "" if known is None else known.name_tr if is_turkish() else known.name


def deadlines_told(case: Case, now: datetime) -> list[dict[str, Any]]:
    """Each deadline in the reader's language, whether it was kept, and whether it is past."""
    return [
        {
            **{name: one[name] for name in ("id", "what", "due_at", "cites", "mark")},
            "title": one["title_tr"] if is_turkish() else one["title"],
            "met_at": met_at(case, one["what"]),
            "overdue": met_at(case, one["what"]) is None and datetime.fromisoformat(one["due_at"]) <= now,
        }
        for one in case.deadlines
    ]


def met_at(case: Case, what: str) -> datetime | None:
    """When a deadline's deed was done; None: not yet. An answer acknowledges too."""
    if what == "stop":
        numbers = [one for one in case.numbers.all() if one.standing != Standing.DISMISSED]
        stopped = [one.stopped_at for one in numbers]
        return max((at for at in stopped if at), default=None) if stopped and all(stopped) else None
    done = case.answered_at or case.closed_at
    return done if what == "answer" else min((at for at in (case.acknowledged_at, done) if at), default=None)


def line(case: Case, now: datetime) -> dict[str, Any]:
    """A case in a list."""
    numbers = list(case.numbers.all())
    return {
        "id": case.pk,
        "number": case.number,
        "state": case.state,
        "source": case.source,
        "who": case.who,
        "authority": case.authority,
        "authority_name": authority_name(case.authority),
        "authority_reference": case.authority_reference,
        "received_at": case.received_at,
        "due_at": case.due_at,
        "overdue": case.due_at is not None and case.due_at <= now,
        "assigned": case.assigned_id,
        "assigned_name": case.assigned.name if case.assigned else "",
        "seller": case.seller_id,
        "seller_name": case.seller.name if case.seller else "",
        "numbers": [one.e164 for one in numbers if one.standing == Standing.CONFIRMED],
        "to_confirm": sum(one.standing == Standing.PROPOSED for one in numbers),
    }


def whole(case: Case, now: datetime) -> dict[str, Any]:
    """A case with all that hangs on it."""
    numbers = list(case.numbers.order_by("at", "e164"))
    notes = list(Note.objects.filter(case=case).order_by("-at", "-id"))
    redecided = Redecision.objects.filter(case=case).order_by("-at", "-id").first()
    bundles = list(Bundle.objects.filter(case=case).order_by("-asked_at", "-id")[:50])
    names = people([*(one.by for one in notes), *(one.by for one in numbers), *(one.by for one in bundles)])
    return {
        **line(case, now),
        **{name: getattr(case, name) for name in ("door", "contact", "said", "happened_at", "mail_name", "mail_notes")},
        **{name: getattr(case, name) for name in ("mail_sha256", "counsel", "answered_at", "answer", "closed_at")},
        "acknowledged_at": case.acknowledged_at,
        "created_at": case.created_at,
        "deadlines": deadlines_told(case, now),
        "case_numbers": [
            {
                **{name: getattr(one, name) for name in ("id", "e164", "raw", "standing", "called", "receipts")},
                **{"stopped_at": one.stopped_at, "reason": one.reason, "by": names.get(one.by, "") if one.by else ""},
            }
            for one in numbers
        ],
        "notes": [
            {
                **{"id": one.pk, "at": one.at, "kind": one.kind, "text": one.text, "facts": one.facts},
                "by": names.get(one.by, "") if one.by else "",
            }
            for one in notes
        ],
        "redecision": None
        if redecided is None
        else {name: getattr(redecided, name) for name in ("id", "at", "attempts", "same", "findings")},
        "bundles": [bundle_told(one, names.get(one.by, "")) for one in bundles],
        "related": [line(one, now) for one in related(case, [one.e164 for one in numbers])],
    }


def bundle_told(bundle: Bundle, by: str) -> dict[str, Any]:
    kept = ("id", "asked_at", "language", "recordings", "state", "done", "total", "problem", "notes", "size", "sha256")
    problem = jobs.in_words(bundle.problem)
    return {**{name: getattr(bundle, name) for name in kept}, "problem": problem, "ended_at": bundle.ended_at, "by": by}


def related(case: Case, numbers: Iterable[str]) -> list[Case]:
    """Other cases about one of these numbers."""
    others = CaseNumber.objects.filter(e164__in=list(numbers)).exclude(case=case).exclude(standing=Standing.DISMISSED)
    rows = Case.objects.select_related("assigned", "seller").prefetch_related("numbers")
    return list(rows.filter(pk__in=others.values("case_id")).order_by("-received_at")[:20])


def people(ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Names by id."""
    wanted = {one for one in ids if one}
    return dict(User.objects.filter(pk__in=wanted).values_list("id", "name")) if wanted else {}
