"""HTTP of campaigns: fetch through an access function, call one service, answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Router, Status

from ahize.flows import merging
from ahize.kernel.errors import NotFound
from ahize.web.base import Request
from ahize.web.campaigns import catalogue, flows_api, queries, services, set_up
from ahize.web.campaigns.models import Campaign, CampaignVersion
from ahize.web.campaigns.readiness import obstacles
from ahize.web.campaigns.schemas import (
    CampaignCopyIn,
    CampaignEdit,
    CampaignIn,
    CampaignOut,
    CampaignRow,
    CatalogueOut,
    DifferenceOut,
    ObstacleOut,
    PauseCodeIn,
    PauseCodeOut,
    SaidWhyIn,
    ScriptIn,
    ScriptOut,
    VersionOut,
)
from ahize.web.contacts.models import Contact
from ahize.web.permissions import Verb, requires

router = Router(tags=["campaigns"])
router.add_router("", flows_api.router)


@router.get("/campaigns", response=list[CampaignRow], auth=requires(Verb.SEE_CAMPAIGNS))
def campaigns(request: Request, state: str = "", seller: UUID | None = None) -> Any:
    """All campaigns, the newest first."""
    return [_row(campaign) for campaign in queries.campaigns(state=state, seller=seller)]


@router.post("/campaigns", response={201: CampaignOut}, auth=requires(Verb.EDIT_CAMPAIGNS))
def create_campaign(request: Request, payload: CampaignIn) -> Any:
    """A draft from a template; what is still missing stands in ``obstacles``."""
    campaign = services.create(
        tenant=request.tenant,
        name=payload.name,
        template=payload.template,
        language=payload.language,
        seller=payload.seller,
        settings=_said(payload.settings),
        by=request.person.id,
        now=request.now,
    )
    return Status(201, _whole(request, campaign))


@router.get("/campaigns/catalogue", response=CatalogueOut, auth=requires(Verb.SEE_CAMPAIGNS))
def campaign_catalogue(request: Request) -> Any:
    """Templates, purposes, merge fields and dispositions to choose from, in the reader's language."""
    language = request.person.language
    return {
        "templates": [
            {
                "code": template.code,
                "mode": template.mode,
                "label": template.tr if language == "tr" else template.en,
                "purpose": template.purpose,
                "promotes": template.promotes,
                "script": template.script(language),
                "script_discloses": sorted(template.discloses),
                "flow": template.flow(),
                "dispositions": [_code(catalogue.CODES[code]) for code in template.codes],
            }
            for template in catalogue.TEMPLATES.values()
        ],
        "purposes": sorted(set_up.PURPOSES),
        "disclosures": sorted(set_up.DISCLOSURES),
        "merge_fields": [*merging.CONTACT_FIELDS, *merging.SHARED_FIELDS],
        "flags": sorted(catalogue.FLAGS),
        "outcomes": list(catalogue.RECYCLING),
        "hours": catalogue.HOURS,
        "dispositions": [_code(code) for code in catalogue.CODES.values()],
    }


@router.post("/campaigns/script-preview", response=ScriptOut, auth=requires(Verb.EDIT_CAMPAIGNS))
def preview_script(request: Request, payload: ScriptIn) -> Any:
    """How a text reads, and what is wrong with it."""
    return {
        "text": merging.merged(payload.text, _sample(request, payload.contact)),
        "fields": sorted(merging.fields_of(payload.text)),
        "problems": merging.problems_in(payload.text),
    }


@router.get("/campaigns/{campaign_id}", response=CampaignOut, auth=requires(Verb.SEE_CAMPAIGNS))
def campaign(request: Request, campaign_id: UUID) -> Any:
    """One campaign with its settings and what keeps it from starting."""
    return _whole(request, queries.access_campaign(campaign_id))


@router.patch("/campaigns/{campaign_id}", response=CampaignOut, auth=requires(Verb.EDIT_CAMPAIGNS))
def edit_campaign(request: Request, campaign_id: UUID, payload: CampaignEdit) -> Any:
    """Change what is sent; where the campaign runs, in force from the next permit."""
    campaign = queries.access_campaign(campaign_id)
    return _whole(request, services.edit(campaign, _said(payload), by=request.person.id, now=request.now))


@router.post("/campaigns/{campaign_id}/diff", response=list[DifferenceOut], auth=requires(Verb.EDIT_CAMPAIGNS))
def diff_campaign(request: Request, campaign_id: UUID, payload: CampaignEdit) -> Any:
    """What an edit would change; nothing is changed."""
    return services.proposed(queries.access_campaign(campaign_id), _said(payload), now=request.now)


@router.get("/campaigns/{campaign_id}/obstacles", response=list[ObstacleOut], auth=requires(Verb.SEE_CAMPAIGNS))
def campaign_obstacles(request: Request, campaign_id: UUID) -> Any:
    """What still keeps it from starting, and why."""
    return obstacles(queries.access_campaign(campaign_id), now=request.now)


@router.get("/campaigns/{campaign_id}/versions", response=list[VersionOut], auth=requires(Verb.SEE_CAMPAIGNS))
def campaign_versions(request: Request, campaign_id: UUID) -> Any:
    """Every version, the newest first, with the names of the settings it changed."""
    campaign = queries.access_campaign(campaign_id)
    earlier: Mapping[str, Any] | None = None
    told = []
    for version in CampaignVersion.objects.filter(campaign=campaign).order_by("version"):
        changed = [] if earlier is None else queries.differences(earlier, version.settings)
        told.append(
            {
                "version": version.version,
                "at": version.at,
                "by": version.by,
                "changed": [difference.field for difference in changed],
            }
        )
        earlier = version.settings
    return told[::-1]


@router.get("/campaigns/{campaign_id}/versions/diff", response=list[DifferenceOut], auth=requires(Verb.SEE_CAMPAIGNS))
def diff_versions(request: Request, campaign_id: UUID, before: int, after: int) -> Any:
    """What one version holds differently from another."""
    campaign = queries.access_campaign(campaign_id)
    return queries.differences(
        queries.version_of(campaign, before).settings, queries.version_of(campaign, after).settings
    )


@router.post("/campaigns/{campaign_id}/copy", response={201: CampaignOut}, auth=requires(Verb.EDIT_CAMPAIGNS))
def copy_campaign(request: Request, campaign_id: UUID, payload: CampaignCopyIn) -> Any:
    """A draft with the same settings and limits."""
    campaign = queries.access_campaign(campaign_id)
    return Status(
        201, _whole(request, services.copy(campaign, name=payload.name, by=request.person.id, now=request.now))
    )


@router.post("/campaigns/{campaign_id}/start", response=CampaignOut, auth=requires(Verb.RUN_CAMPAIGNS))
def start_campaign(request: Request, campaign_id: UUID) -> Any:
    """Open the hopper, or go on after a pause. Problem 409 lists what is still missing."""
    campaign = queries.access_campaign(campaign_id)
    return _whole(request, services.start(campaign, by=request.person.id, now=request.now))


@router.post("/campaigns/{campaign_id}/pause", response=CampaignOut, auth=requires(Verb.RUN_CAMPAIGNS))
def pause_campaign(request: Request, campaign_id: UUID, payload: SaidWhyIn | None = None) -> Any:
    """No further originate; what rings is served."""
    campaign = queries.access_campaign(campaign_id)
    reason = payload.reason if payload else ""
    return _whole(request, services.pause(campaign, by=request.person.id, now=request.now, reason=reason))


@router.post("/campaigns/{campaign_id}/end", response=CampaignOut, auth=requires(Verb.RUN_CAMPAIGNS))
def end_campaign(request: Request, campaign_id: UUID, payload: SaidWhyIn | None = None) -> Any:
    """End it for good."""
    campaign = queries.access_campaign(campaign_id)
    reason = payload.reason if payload else ""
    return _whole(request, services.end(campaign, by=request.person.id, now=request.now, reason=reason))


@router.get("/pause-codes", response=list[PauseCodeOut], auth=requires(Verb.TAKE_SEAT, Verb.SEE_CAMPAIGNS))
def pause_codes(request: Request) -> Any:
    """Why a seat may be paused."""
    return services.usual_pause_codes(tenant=request.tenant, now=request.now)


@router.put("/pause-codes", response=list[PauseCodeOut], auth=requires(Verb.EDIT_CAMPAIGNS))
def put_pause_codes(request: Request, payload: list[PauseCodeIn]) -> Any:
    """Replace the pause codes."""
    rows = [row.model_dump() for row in payload]
    return services.put_pause_codes(tenant=request.tenant, rows=rows, by=request.person.id, now=request.now)


def _said(payload: CampaignEdit | None) -> dict[str, Any]:
    return {} if payload is None else payload.model_dump(exclude_unset=True)


def _row(campaign: Campaign) -> dict[str, Any]:
    return {
        "id": campaign.id,
        "name": campaign.name,
        "seller": campaign.seller_id,
        "seller_name": campaign.seller.name,
        "purpose": campaign.purpose,
        "mode": campaign.mode,
        "state": campaign.state,
        "state_at": campaign.state_at,
        "version": campaign.version,
        "created_at": campaign.created_at,
    }


def _whole(request: Request, campaign: Campaign) -> dict[str, Any]:
    plain = {name: getattr(campaign, name) for name in queries.PLAIN_SETTINGS}
    return {
        **plain,
        **_row(campaign),
        "template": campaign.template,
        "agency": campaign.agency_id,
        "agency_name": campaign.agency.name if campaign.agency else "",
        "flow": campaign.flow_id,
        "flow_name": campaign.flow.name if campaign.flow else "",
        "flow_version": campaign.flow.version if campaign.flow else None,
        "caller_id": campaign.caller_id_id,
        "caller_id_e164": campaign.caller_id.e164 if campaign.caller_id else "",
        "copied_from": campaign.copied_from,
        "lists": [
            {"id": row.list_id, "name": row.list.name, "contacts_count": row.list.contacts_count}
            for row in campaign.campaign_lists.select_related("list").order_by("position")
        ],
        "agents": [
            {"id": row.user_id, "name": row.user.name}
            for row in campaign.campaign_agents.select_related("user").order_by("user__name")
        ],
        "dispositions": [queries.disposition_of(row) for row in campaign.dispositions.order_by("position", "code")],
        "pool": [row.caller_id_id for row in campaign.campaign_numbers.order_by("caller_id__e164")],
        "obstacles": obstacles(campaign, now=request.now),
    }


def _code(code: catalogue.Code) -> dict[str, Any]:
    return {
        "code": code.code,
        "label_en": code.en,
        "label_tr": code.tr,
        "key": code.key,
        "flags": sorted(code.flags),
        "wait_s": code.wait_s,
    }


def _sample(request: Request, contact_id: UUID | None) -> dict[str, str]:
    """Values to read a text with: a contact's own, or those of nobody in particular."""
    values = {name: f"[{name}]" for name in merging.SHARED_FIELDS}
    values["agent_name"] = request.person.name
    if contact_id is None:
        return values | {name: f"[{name}]" for name in merging.CONTACT_FIELDS}
    contact = Contact.objects.filter(pk=contact_id).first()
    if contact is None:
        raise NotFound(_("There is no such contact."), code="no_contact")
    extra = {f"{merging.EXTRA}{name}": str(value) for name, value in contact.fields.items()}
    return values | extra | {name: getattr(contact, name) for name in merging.CONTACT_FIELDS}
