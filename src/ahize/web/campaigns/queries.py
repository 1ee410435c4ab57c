"""Reading campaigns: one to work with, all for the overview, versions and their differences.

Refuses to know attempts and seats: figures of the floor stand in ``dialing`` and ``reports``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ahize.kernel.errors import NotFound
from ahize.web.campaigns.models import Campaign, CampaignVersion, Disposition

PLAIN_SETTINGS = (
    "name", "purpose", "promotes", "product", "mode", "ratio", "script", "language", "hours", "ring_s_max",
    "wrap_up_s", "preview_s", "connect_s", "abandon_cap", "confidence", "abandon_message", "recycling",
    "max_attempts", "script_discloses", "setup", "detect", "person_cost", "join_while_ringing", "flow_agents",
    "on_machine", "broadcast_lines", "broadcast_per_s", "ai_voice", "pool_rules",
)  # fmt: skip
"""Settings that stand in the campaign's own row, in the order of the set-up screen."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that two versions hold differently."""

    field: str
    before: Any
    after: Any


def access_campaign(campaign_id: UUID, *, lock: bool = False) -> Campaign:
    """The campaign, or a problem 404; the tenant's wall stands below. ``lock`` holds its row for a change."""
    rows = Campaign.objects.all()
    rows = rows.select_for_update() if lock else rows.select_related("seller", "agency", "caller_id", "flow")
    campaign = rows.filter(pk=campaign_id).first()
    if campaign is None:
        raise NotFound(_("There is no such campaign."), code="no_campaign")
    return campaign


def campaigns(*, state: str = "", seller: UUID | None = None) -> QuerySet[Campaign]:
    """All campaigns, the newest first."""
    rows = Campaign.objects.select_related("seller", "agency", "caller_id", "flow").order_by("-created_at", "-id")
    if state:
        rows = rows.filter(state=state)
    if seller is not None:
        rows = rows.filter(seller_id=seller)
    return rows


def settings_of(campaign: Campaign) -> dict[str, Any]:
    """Everything a campaign is set to, as plain JSON: what a version keeps, a copy begins with and a diff compares."""
    settings: dict[str, Any] = {name: _plain(getattr(campaign, name)) for name in PLAIN_SETTINGS}
    settings["seller"] = str(campaign.seller_id)
    settings["agency"] = str(campaign.agency_id) if campaign.agency_id else None
    settings["flow"] = str(campaign.flow_id) if campaign.flow_id else None
    settings["caller_id"] = str(campaign.caller_id_id) if campaign.caller_id_id else None
    settings["pool"] = sorted(str(row.caller_id_id) for row in campaign.campaign_numbers.all())
    settings["lists"] = [str(row.list_id) for row in campaign.campaign_lists.order_by("position")]
    settings["agents"] = sorted(str(row.user_id) for row in campaign.campaign_agents.all())
    settings["dispositions"] = [disposition_of(row) for row in campaign.dispositions.order_by("position", "code")]
    return settings


def disposition_of(row: Disposition) -> dict[str, Any]:
    """A disposition as JSON."""
    return {
        "code": row.code,
        "label_en": row.label_en,
        "label_tr": row.label_tr,
        "key": row.key,
        "flags": sorted(row.flags),
        "wait_s": row.wait_s,
    }


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What changed, setting by setting, in the order of the set-up screen."""
    names = [*before, *(name for name in after if name not in before)]
    return [
        Difference(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)
    ]


def version_of(campaign: Campaign, version: int) -> CampaignVersion:
    """One version, or a problem 404."""
    found = CampaignVersion.objects.filter(campaign=campaign, version=version).first()
    if found is None:
        raise NotFound(_("There is no version %(version)d of this campaign.") % {"version": version}, code="no_version")
    return found


def _plain(value: Any) -> Any:
    """JSON as it comes back from the database: decimals as text, tuples as lists."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
