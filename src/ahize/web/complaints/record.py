"""What every deed on a case leaves: a note on it, a line in the audit, and its deadlines as they stand now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from ahize.kernel.phone import PhoneNumber
from ahize.web import notices
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.complaints import queries
from ahize.web.complaints.authorities import book
from ahize.web.complaints.mails import TEXT_MAX
from ahize.web.complaints.models import OPEN_STATES, Case, Note, Standing
from ahize.web.contacts.whereabouts import whereabouts
from ahize.web.tenants.models import Tenant


def deadlines(
    numbers: Iterable[str], *, authority: str, received_at: datetime, due_at: datetime | None
) -> list[dict[str, Any]]:
    """By when what is to be done, by the laws of those numbers' countries; ``due_at``: as a letter has it."""
    countries = sorted({country for country in map(country_of, numbers) if country})
    home = Tenant.objects.get().zone
    found = book().deadlines(authority=authority, countries=countries, received_at=received_at, home=home)
    if due_at is None:
        return found
    named = {
        **{"id": "LETTER", "what": "answer", "due_at": due_at.isoformat(), "cites": [], "mark": "verified"},
        **{"title": "The authority's letter names this day.", "title_tr": "Bu günü kurumun yazısı belirtir."},
    }
    # The letter's day stands instead of what nobody but ourselves set; a law's own stays beside it.
    return sorted([*(one for one in found if one["mark"] != "house"), named], key=lambda one: one["due_at"])


def country_of(e164: str) -> str:
    """Where a number belongs, ISO 3166-1; empty where it cannot be told."""
    return whereabouts(PhoneNumber(e164))[2]


def letters_day(case: Case) -> datetime | None:
    """The day that the authority's letter names, if one does."""
    return next((datetime.fromisoformat(one["due_at"]) for one in case.deadlines if one["id"] == "LETTER"), None)


def standing_numbers(case: Case) -> list[str]:
    """Those that were not dismissed."""
    return list(case.numbers.exclude(standing=Standing.DISMISSED).values_list("e164", flat=True))


def reckon_again(case: Case) -> None:
    """Another number may bring another country's law."""
    case.deadlines = deadlines(
        standing_numbers(case), authority=case.authority, received_at=case.received_at, due_at=letters_day(case)
    )


def settle(case: Case, *, now: datetime) -> None:
    """The first deadline that is still to be kept, and word to who looks at it."""
    open_ones = [one["due_at"] for one in case.deadlines if queries.met_at(case, one["what"]) is None]
    case.due_at = min((datetime.fromisoformat(one) for one in open_ones), default=None)
    if case.state not in OPEN_STATES:
        case.due_at = None
    case.save(update_fields=["due_at", "deadlines"])
    notices.tell_browsers(case.tenant_id, "complaints", case.pk, now=now)


def note(
    case: Case, kind: str, *, by: UUID | None, now: datetime, text: str = "", facts: Mapping[str, Any] | None = None
) -> None:
    """Put on the case what was done with it."""
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


def audited(case: Case, action: str, after: Mapping[str, Any], *, by: UUID | None, now: datetime) -> None:
    """A line in the ledger of deeds."""
    audit.record(
        tenant=case.tenant_id,
        by=by,
        action=action,
        subject_kind="complaint",
        subject_id=case.pk,
        after=after,
        now=now,
    )
