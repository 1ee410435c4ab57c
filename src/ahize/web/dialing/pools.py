"""How the numbers of a pool fare: figures for a screen, and when one rests and heals.

A number that too few answer, or that people complain about, rests for days and then begins anew: what was before its
rest is not held against it. Refuses to choose whom which number is shown (``showing.py``).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from ahize.kernel.errors import NotFound
from ahize.web import notices
from ahize.web.campaigns.models import Campaign, CampaignNumber, CampaignState
from ahize.web.campaigns.schemas import PoolRules

_FIGURES = """
    SELECT count(*), count(*) FILTER (WHERE a.answered_at IS NOT NULL),
           count(*) FILTER (WHERE EXISTS (SELECT FROM dialing_dispositionrecord r WHERE r.attempt_id = a.id
                                          AND r.code = a.disposition AND 'complaint' = ANY(r.flags)))
    FROM dialing_attempt a
    WHERE a.campaign_id = %s AND a.caller_id = %s AND a.at >= %s AND a.at < %s AND a.originated_at IS NOT NULL"""

FEW_ANSWER, COMPLAINTS = "few_answer", "complaints"


def figures(campaign_id: UUID, *, now: datetime) -> list[dict[str, Any]]:
    """Each number of the campaign's pool, and its own, over the window of its rules."""
    campaign = Campaign.objects.select_related("caller_id").filter(pk=campaign_id).first()
    if campaign is None:
        raise NotFound(_("There is no such campaign."), code="no_campaign")
    since = now - timedelta(days=rules_of(campaign).window_days)
    rows = [(row.caller_id, row) for row in _numbers(campaign)]
    if campaign.caller_id is not None and campaign.caller_id_id not in {number.pk for number, _row in rows}:
        rows.insert(0, (campaign.caller_id, None))
    found = []
    for number, row in rows:
        dialled, answered, complaints = _counted(campaign.pk, number.e164, since, now)
        rests = row.rests_until if row and row.rests_until and row.rests_until > now else None
        found.append(
            {
                "caller_id": number.pk,
                "e164": number.e164,
                "label": number.label,
                "in_pool": row is not None,
                "proven": number.proven_at is not None,
                "dialled": dialled,
                "answered": answered,
                "answer_rate": answered / dialled if dialled else None,
                "complaints": complaints,
                "rests_until": rests,
                "rests_why": row.rests_why if row and rests else "",
            }
        )
    return found


def rules_of(campaign: Campaign) -> PoolRules:
    """The campaign's rules; ours where it says nothing."""
    return PoolRules(**campaign.pool_rules)


def rest(tenant: UUID, *, now: datetime) -> int:
    """Let numbers rest that have earned it; how many. Call it inside the tenant's wall, every few minutes."""
    resting = 0
    running = Campaign.objects.filter(state=CampaignState.RUNNING, campaign_numbers__isnull=False).distinct()
    for campaign in running.order_by("pk"):
        rules = rules_of(campaign)
        for row in _numbers(campaign):
            if row.rests_until is not None and row.rests_until > now:
                continue
            why = _why_rest(row, rules, now)
            if why:
                row.rests_until, row.rests_why = now + timedelta(days=rules.rest_days), why
                row.save(update_fields=["rests_until", "rests_why"])
                notices.tell_browsers(tenant, "campaigns", campaign.pk, now=now)
                resting += 1
    return resting


def _why_rest(row: CampaignNumber, rules: PoolRules, now: datetime) -> str:
    since = now - timedelta(days=rules.window_days)
    if row.rests_until is not None:
        since = max(since, row.rests_until)
    dialled, answered, complaints = _counted(row.campaign_id, row.caller_id.e164, since, now)
    if dialled < rules.least:
        return ""
    if complaints > rules.complaints_max * dialled:
        return COMPLAINTS
    return FEW_ANSWER if answered < rules.answered_min * dialled else ""


def _numbers(campaign: Campaign) -> Any:
    return CampaignNumber.objects.select_related("caller_id").filter(campaign=campaign).order_by("caller_id__e164")


def _counted(campaign: UUID, number: str, since: datetime, until: datetime) -> tuple[int, int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, [campaign, number, since, until])
        dialled, answered, complaints = cursor.fetchone()
    return dialled, answered, complaints
