"""What happened in the demo: each figure a query that anybody can repeat. Django stands before this is imported."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from ahize.web.contacts.models import Contact
from ahize.web.dialing.models import Attempt, DispositionRecord, Journal, Permit
from ahize.web.rls import tenant_scope
from ahize.web.tenants.queries import every_tenant


def summary(seconds: float) -> dict[str, Any]:
    """What happened, each figure a query anybody can repeat."""
    with tenant_scope(every_tenant()[0].id):
        return {
            "seconds": seconds,
            "contacts": Contact.objects.count(),
            "attempts": Attempt.objects.count(),
            "answered": Attempt.objects.filter(answered_at__isnull=False).count(),
            "talks": Attempt.objects.filter(connected_at__isnull=False).count(),
            "dispositions": DispositionRecord.objects.filter(corrects__isnull=True).count(),
            "abandoned": Attempt.objects.filter(outcome="abandoned").count(),
            "permits_sealed": Permit.objects.count(),
            "permits_spent": Permit.objects.filter(spent_at__isnull=False).count(),
            "events": Journal.objects.count(),
        }


def talks_by_campaign() -> str:
    """How many talked in each campaign, for whoever reads along."""
    with tenant_scope(every_tenant()[0].id):
        rows = Attempt.objects.values_list("campaign__name").order_by("campaign__name")
        counted = rows.annotate(talks=Count("id", filter=Q(connected_at__isnull=False)), tries=Count("id"))
        told = [f"{name}: {talks} talks of {tries} attempts" for name, talks, tries in counted]
    return f"  {'; '.join(told) or 'nobody was called'}"


def heard(calls: Collection[UUID]) -> dict[str, datetime]:
    """When the journal first says that a person was heard, by call."""
    wanted = {str(call) for call in calls}
    found: dict[str, datetime] = {}
    with tenant_scope(every_tenant()[0].id):
        lines = Journal.objects.filter(event__type="HumanHeard").order_by("floor_id", "seq")
        for at, event in lines.values_list("at", "event").iterator():
            if event["call"] in wanted:
                found.setdefault(event["call"], at)
    return found
