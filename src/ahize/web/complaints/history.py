"""From a number to everything: each attempt and refusal with its reasons, and all that is on record beside it.

Answers for one number, newest first, what was decided, dialled, said and recorded, by which version of which campaign,
from which list, on which consent; and who complained. Reads only. Refuses to judge: the rulings are shown as kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from ahize.compliance.ruling import Ruling as Ruled
from ahize.web.campaigns.models import CampaignVersion
from ahize.web.complaints import queries
from ahize.web.complaints.models import Case, CaseNumber
from ahize.web.complaints.record import country_of
from ahize.web.consents import timeline
from ahize.web.consents.models import RegistryAnswer
from ahize.web.consents.queries import suppressions
from ahize.web.contacts.models import Phone
from ahize.web.dialing.lawful import sentences
from ahize.web.dialing.models import Attempt, InboundCall, Ruling
from ahize.web.recordings.models import Recording
from ahize.web.tenants.models import Seller

SHOWN_MAX = 500


def of_number(e164: str, *, now: datetime) -> dict[str, Any]:
    """All of one number."""
    rows = attempts_of([e164])
    sellers = dict(Seller.objects.values_list("id", "name"))
    return {
        "number": e164,
        "country": country_of(e164),
        "attempts_count": rows.count(),
        "attempts": told(list(rows.order_by("-at")[:SHOWN_MAX])),
        "moments": timeline.timeline(e164, seller=None, now=now),
        "suppressions": [
            {
                **{"at": one.at, "seller": one.seller_id, "covers": one.covers, "source": one.source},
                **{"receipt": one.receipt, "reason": one.reason, "ended_at": one.ended_at},
            }
            for one in suppressions(e164=e164)
        ],
        "lists": lists_of(e164),
        "registries": registry_answers(e164),
        "inbound": [
            {"at": one.at, "called": one.called, "outcome": one.outcome, "receipt": one.stop_receipt}
            for one in InboundCall.objects.filter(caller=e164).order_by("-at")[:SHOWN_MAX]
        ],
        "complaints": [queries.line(case, now) for case in cases_of(e164)],
        "sellers": [{"id": key, "name": name} for key, name in sorted(sellers.items(), key=lambda one: one[1])],
    }


def attempts_of(numbers: Sequence[str]) -> QuerySet[Attempt]:
    """Every attempt on these numbers, lawful or barred."""
    return Attempt.objects.filter(e164__in=numbers).select_related("campaign", "agent", "seller", "contact__list")


def told(attempts: Sequence[Attempt]) -> list[dict[str, Any]]:
    """Attempts with their rulings, scripts and recordings, in the order given."""
    ids = [one.pk for one in attempts]
    rulings = {one.attempt_id: one for one in Ruling.objects.filter(attempt_id__in=ids)}
    recordings = {one.attempt_id: one for one in Recording.objects.filter(attempt_id__in=ids)}
    versions = settings_of(attempts)
    return [
        _told(one, rulings.get(one.pk), recordings.get(one.pk), versions.get((one.campaign_id, one.campaign_version)))
        for one in attempts
    ]


def settings_of(attempts: Iterable[Attempt]) -> dict[tuple[UUID, int], dict[str, Any]]:
    """What their campaigns were set to, by campaign and version."""
    wanted = {(one.campaign_id, one.campaign_version) for one in attempts}
    rows = CampaignVersion.objects.filter(campaign_id__in={campaign for campaign, _ in wanted})
    found = rows.values_list("campaign_id", "version", "settings")
    return {(campaign, version): said for campaign, version, said in found if (campaign, version) in wanted}


def _told(
    one: Attempt, ruling: Ruling | None, recording: Recording | None, settings: dict[str, Any] | None
) -> dict[str, Any]:
    said = ruling.ruling if ruling is not None else {}
    kept = ("at", "method", "origin", "verdict", "outcome", "disposition", "caller_id", "talk_s", "campaign_version")
    times = ("originated_at", "answered_at", "connected_at", "ended_at")
    contact = one.contact
    return {
        "id": one.pk,
        **{name: getattr(one, name) for name in (*kept, *times)},
        "campaign": one.campaign_id,
        "campaign_name": one.campaign.name,
        "seller": one.seller_id,
        "seller_name": one.seller.name,
        "agent_name": one.agent.name if one.agent else "",
        "contact": one.contact_id,
        "list_id": contact.list_id,
        "list_name": contact.list.name,
        "list_source": " · ".join(part for part in (contact.list.supplier, contact.list.source) if part),
        "script": str((settings or {}).get("script", "")),
        "rulebook": ruling.rulebook if ruling is not None else "",
        "has_ruling": ruling is not None,
        "sentences": sentences(Ruled.from_json(said)) if said else [],
        "bars": said.get("bars", []),
        "unknown": said.get("unknown", []),
        "duties": said.get("duties", []),
        "registries": (ruling.facts.get("registries") or {}) if ruling is not None else {},
        "recording": recording.pk if recording is not None else None,
        "recording_state": "none"
        if recording is None
        else "deleted"
        if recording.deleted_at
        else "not_kept"
        if recording.not_kept
        else "kept",
    }


def lists_of(e164: str) -> list[dict[str, Any]]:
    """Each list the number stands or stood in, and where the list came from."""
    rows = Phone.objects.filter(e164=e164).select_related("contact__list").order_by("-contact__created_at")
    return [
        {
            **{"contact": one.contact_id, "list_id": one.contact.list_id, "name": one.contact.list.name},
            **{"supplier": one.contact.list.supplier, "source": one.contact.list.source, "row": one.contact.row},
            **{"acquired_on": one.contact.list.acquired_on, "since": one.contact.created_at},
            "state": one.contact.list.state,
        }
        for one in rows[:SHOWN_MAX]
    ]


def registry_answers(e164: str) -> list[dict[str, Any]]:
    """What consent registries said last."""
    rows = RegistryAnswer.objects.filter(e164=e164).order_by("registry", "channel")
    kept = ("seller_id", "registry", "channel", "status", "reference", "said_at", "checked_at")
    return [{name.removesuffix("_id"): getattr(one, name) for name in kept} for one in rows]


def cases_of(e164: str) -> list[Case]:
    """Complaints that name it."""
    named = CaseNumber.objects.filter(e164=e164).exclude(standing="dismissed").values("case_id")
    rows = Case.objects.select_related("assigned", "seller").prefetch_related("numbers")
    return list(rows.filter(pk__in=named).order_by("-received_at"))
