"""Attempts and their rulings, for the pages that look back. Reads only; walled off by tenant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from ahize.compliance.ruling import Ruling as Ruled
from ahize.kernel.errors import NotFound
from ahize.web.campaigns.models import Campaign
from ahize.web.dialing.apart import with_number
from ahize.web.dialing.desk import last_notes
from ahize.web.dialing.lawful import sentences
from ahize.web.dialing.models import Attempt, DispositionRecord, Permit, Ruling
from ahize.web.dialing.talk import legs_of

SHOWN_MAX = 500


def attempts_of(contact_id: UUID) -> list[dict[str, Any]]:
    """Every attempt to reach a contact, newest first, with its ruling in sentences."""
    found = list(_attempts().filter(contact_id=contact_id).order_by("-at")[:SHOWN_MAX])
    notes = last_notes(attempt.pk for attempt in found)
    rulings = rulings_of(attempt.pk for attempt in found)
    return [_attempt_out(attempt, notes.get(attempt.pk, ""), rulings.get(attempt.pk, {})) for attempt in found]


def attempt(attempt_id: UUID) -> dict[str, Any]:
    """One attempt, whole."""
    found = _attempts().filter(pk=attempt_id).first()
    if found is None:
        raise NotFound(_("There is no such attempt."), code="no_attempt")
    ruling = Ruling.objects.filter(pk=attempt_id).first()
    permit = Permit.objects.filter(pk=attempt_id).first()
    records = DispositionRecord.objects.select_related("by").filter(attempt_id=attempt_id).order_by("at", "id")
    said = ruling.ruling if ruling else {}
    return {
        **_attempt_out(found, last_notes([found.pk]).get(found.pk, ""), said),
        "facts": with_number(ruling.facts, ruling.number) if ruling else {},
        "ruling": said,
        "rulebook": ruling.rulebook if ruling else "",
        "tzdata": ruling.tzdata if ruling else "",
        "records": [
            {
                "id": record.pk,
                "code": record.code,
                "by": record.by.name if record.by else "",
                "at": record.at,
                "notes": record.notes,
                "reason": record.reason,
                "corrects": record.corrects_id,
            }
            for record in records
        ],
        "legs": legs_of(attempt_id),
        "flow_outcome": found.flow_outcome,
        "stop_receipt": found.stop_receipt,
        "permit": permit
        and {
            "sealed_at": permit.sealed_at,
            "valid_until": permit.valid_until,
            "spent_at": permit.spent_at,
            "voided_at": permit.voided_at,
            "void_reason": permit.void_reason,
        },
    }


def broadcast(campaign_id: UUID) -> dict[str, Any]:
    """What became of a broadcast's calls."""
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is None:
        raise NotFound(_("There is no such campaign."), code="no_campaign")
    rows = Attempt.objects.filter(campaign=campaign, originated_at__isnull=False)
    person, machine = Q(greeting__startswith="person:"), Q(outcome__in=("machine", "fax"))
    counts = rows.aggregate(
        dialled=Count("pk"),
        answered=Count("pk", filter=Q(answered_at__isnull=False)),
        persons=Count("pk", filter=person),
        machines=Count("pk", filter=machine),
        left_on_machines=Count("pk", filter=machine & ~Q(flow_outcome="")),
        to_agents=Count("pk", filter=Q(connected_at__isnull=False)),
        opted_out=Count("pk", filter=~Q(stop_receipt="")),
        abandoned=Count("pk", filter=Q(outcome="abandoned") | Q(mistaken=True)),
    )
    ends = rows.exclude(flow_outcome="").values_list("flow_outcome").annotate(Count("pk")).order_by("flow_outcome")
    return {"campaign": campaign.pk, **counts, "ends": dict(ends)}


def rulings_of(attempts: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """The rulings as they were kept, by attempt."""
    return dict(Ruling.objects.filter(attempt_id__in=list(attempts)).values_list("attempt_id", "ruling"))


def _attempts() -> Any:
    return Attempt.objects.select_related("campaign", "agent")


def _attempt_out(found: Attempt, notes: str, ruling: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": found.pk,
        "at": found.at,
        "campaign": found.campaign.name,
        "campaign_id": found.campaign_id,
        "contact": found.contact_id,
        "number": found.e164,
        "method": found.method,
        "origin": found.origin,
        "verdict": found.verdict,
        "outcome": found.outcome,
        "cause": found.cause,
        "agent": found.agent.name if found.agent else "",
        "answered_at": found.answered_at,
        "connected_at": found.connected_at,
        "ended_at": found.ended_at,
        "talk_s": found.talk_s,
        "disposition": found.disposition,
        "notes": notes,
        "sentences": sentences(Ruled.from_json(ruling)) if ruling else [],
        "bars": ruling.get("bars", []),
    }
