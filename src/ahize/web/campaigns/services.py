"""Changing campaigns: create, edit, copy, start, pause, end. Each change is a version, an audit entry and a notice.

A running campaign's edit is in force from the next permit: the dialer is told after commit and reads the row. Refuses
to know how the dialer works and what the law says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, Conflict
from ahize.web import notices
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.campaigns import catalogue, ports, queries, set_up
from ahize.web.campaigns.models import (
    Campaign,
    CampaignState,
    CampaignVersion,
    Mode,
    PauseCode,
)
from ahize.web.campaigns.readiness import Obstacle, obstacles


class CampaignNotReady(Conflict):
    """Start was asked for and something is missing."""

    code = "campaign_not_ready"


def create(
    *,
    tenant: UUID,
    name: str,
    template: str,
    by: UUID | None,
    now: datetime,
    language: str = "en",
    seller: UUID | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Campaign:
    """A draft from a template. What was not said and has one possible answer is filled in; nothing of law is.

    Args:
        seller: may be left out where the tenant has one.
        settings: any of the names ``edit`` takes; they win over the template's.
    """
    begin = catalogue.TEMPLATES.get(template)
    if begin is None:
        raise BadInput(
            _("Template must be one of: %(known)s.") % {"known": ", ".join(catalogue.TEMPLATES)}, field="template"
        )
    turkish = language == "tr"
    with transaction.atomic():
        campaign = Campaign(
            id=draw_id(now),
            tenant_id=tenant,
            seller=set_up.seller_of(seller),
            name=name.strip(),
            template=template,
            purpose=begin.purpose,
            promotes=begin.promotes,
            mode=begin.mode or Mode.PREVIEW,
            script=begin.script("tr" if turkish else "en"),
            script_discloses=sorted(begin.discloses),
            language=language,
            hours=dict(catalogue.HOURS),
            recycling=dict(catalogue.RECYCLING),
            abandon_message=catalogue.ABANDON_MESSAGE_TR if turkish else catalogue.ABANDON_MESSAGE_EN,
            # Both are so by construction: the product records no calls yet, and dials from lists alone.
            setup={"records_call": False, "numbers_from": "list"},
            state=CampaignState.DRAFT,
            created_at=now,
            by=by,
        )
        set_up.refuse_unnamed(campaign)
        campaign.save(force_insert=True)
        set_up.put_dispositions(campaign, [set_up.from_code(catalogue.CODES[code]) for code in begin.codes], now=now)
        chosen = dict(settings or {})
        chosen.setdefault("agents", set_up.everybody_who_talks())
        if "caller_id" not in chosen:
            chosen["caller_id"] = set_up.only_caller_id(campaign, now)
        set_up.apply(campaign, chosen, now=now)
        _keep_version(campaign, by=by, now=now)
        _audit(campaign, "create_campaign", by=by, now=now, after={"template": template, "purpose": campaign.purpose})
    notices.tell_browsers(tenant, "campaigns", campaign.id, now=now)
    return campaign


def edit(campaign: Campaign, settings: Mapping[str, Any], *, by: UUID | None, now: datetime) -> Campaign:
    """Change settings; a new version where anything differs. In force from the next permit where it runs."""
    with transaction.atomic():
        campaign = queries.access_campaign(campaign.id, lock=True)
        if campaign.state == CampaignState.ENDED:
            raise Conflict(_("The campaign has ended."), code="ended", next_step=_("Copy it and edit the copy."))
        before = queries.settings_of(campaign)
        set_up.apply(campaign, settings, now=now)
        after = queries.settings_of(campaign)
        changed = queries.differences(before, after)
        if not changed:
            return campaign
        if campaign.state == CampaignState.RUNNING:
            _refuse_unready(campaign, now=now, deed=_("With this change campaign “%(name)s” could not run"))
        campaign.version += 1
        campaign.save()
        _keep_version(campaign, by=by, now=now)
        _audit(
            campaign,
            "edit_campaign",
            by=by,
            now=now,
            before={difference.field: difference.before for difference in changed},
            after={difference.field: difference.after for difference in changed},
        )
        if campaign.state != CampaignState.DRAFT and before["lists"] != after["lists"]:
            ports.open_hopper(campaign, now=now)
        _tell(campaign, now=now)
    return campaign


def proposed(campaign: Campaign, settings: Mapping[str, Any], *, now: datetime) -> list[queries.Difference]:
    """What an edit would change, without changing it."""
    with transaction.atomic():
        campaign = queries.access_campaign(campaign.id, lock=True)
        before = queries.settings_of(campaign)
        set_up.apply(campaign, settings, now=now)
        changed = queries.differences(before, queries.settings_of(campaign))
        transaction.set_rollback(True)
    return changed


def copy(campaign: Campaign, *, name: str, by: UUID | None, now: datetime) -> Campaign:
    """A draft with every setting and every limit of the original, its lists, agents and dispositions too."""
    with transaction.atomic():
        made = Campaign.objects.get(pk=campaign.pk)
        made.pk = draw_id(now)
        made.name = name.strip() or _("%(name)s (copy)") % {"name": campaign.name}
        made.state, made.state_at, made.version = CampaignState.DRAFT, None, 1
        made.copied_from, made.created_at, made.by = campaign.pk, now, by
        set_up.refuse_unnamed(made)
        made.save(force_insert=True)
        set_up.put_lists(made, [row.list_id for row in campaign.campaign_lists.order_by("position")], now=now)
        set_up.copy_pool(made, campaign, now=now)
        set_up.put_agents(made, [row.user_id for row in campaign.campaign_agents.all()], now=now)
        dispositions = [queries.disposition_of(row) for row in campaign.dispositions.order_by("position", "code")]
        set_up.put_dispositions(made, dispositions, now=now)
        _keep_version(made, by=by, now=now)
        _audit(made, "copy_campaign", by=by, now=now, after={"copied_from": str(campaign.pk)})
    notices.tell_browsers(made.tenant_id, "campaigns", made.id, now=now)
    return made


def start(campaign: Campaign, *, by: UUID | None, now: datetime) -> Campaign:
    """Open the hopper. Problem 409 ``campaign_not_ready`` lists what is still missing."""
    return _move(campaign, to=CampaignState.RUNNING, out_of=(CampaignState.DRAFT, CampaignState.PAUSED), by=by, now=now)


def pause(campaign: Campaign, *, by: UUID | None, now: datetime, reason: str = "") -> Campaign:
    """No further originate; what rings is served."""
    return _move(campaign, to=CampaignState.PAUSED, out_of=(CampaignState.RUNNING,), by=by, now=now, reason=reason)


def end(campaign: Campaign, *, by: UUID | None, now: datetime, reason: str = "") -> Campaign:
    """For good. Its attempts stay."""
    states = (CampaignState.DRAFT, CampaignState.RUNNING, CampaignState.PAUSED)
    return _move(campaign, to=CampaignState.ENDED, out_of=states, by=by, now=now, reason=reason)


def _move(
    campaign: Campaign,
    *,
    to: CampaignState,
    out_of: Sequence[CampaignState],
    by: UUID | None,
    now: datetime,
    reason: str = "",
) -> Campaign:
    with transaction.atomic():
        campaign = queries.access_campaign(campaign.id, lock=True)
        before = campaign.state
        if before == to:
            return campaign
        if before not in out_of:
            raise Conflict(
                _("The campaign is %(state)s; this needs it %(expected)s.")
                % {"state": before, "expected": ", ".join(out_of)},
                code="campaign_state",
                state=before,
            )
        if to == CampaignState.RUNNING:
            _refuse_unready(campaign, now=now, deed=_("Campaign “%(name)s” can't start"))
        campaign.state, campaign.state_at = to, now
        campaign.save(update_fields=["state", "state_at"])
        if to == CampaignState.RUNNING:
            ports.open_hopper(campaign, now=now)
        verb = {"running": "start_campaign", "paused": "pause_campaign", "ended": "end_campaign"}[to]
        _audit(campaign, verb, by=by, now=now, before={"state": before}, after={"state": to}, reason=reason)
        _tell(campaign, now=now)
    return campaign


def _refuse_unready(campaign: Campaign, *, now: datetime, deed: str) -> None:
    missing = [obstacle for obstacle in obstacles(campaign, now=now) if obstacle.blocks]
    if missing:
        raise CampaignNotReady(
            (deed % {"name": campaign.name}) + ": " + " ".join(obstacle.message for obstacle in missing),
            next_step=_steps(missing),
            missing=[
                {
                    "code": obstacle.code,
                    "message": obstacle.message,
                    "next_step": obstacle.next_step,
                    "field": obstacle.field,
                }
                for obstacle in missing
            ],
        )


def _steps(missing: Sequence[Obstacle]) -> str:
    return " ".join(dict.fromkeys(obstacle.next_step for obstacle in missing))


def _tell(campaign: Campaign, *, now: datetime) -> None:
    notices.tell_dialer(campaign.tenant_id, "campaign_changed", {"campaign": str(campaign.id)}, now=now)
    notices.tell_browsers(campaign.tenant_id, "campaigns", campaign.id, now=now)


def _audit(
    campaign: Campaign,
    action: str,
    *,
    by: UUID | None,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    audit.record(
        tenant=campaign.tenant_id,
        by=by,
        action=action,
        subject_kind="campaign",
        subject_id=campaign.id,
        before=before,
        after=after,
        reason=reason,
        now=now,
    )


def _keep_version(campaign: Campaign, *, by: UUID | None, now: datetime) -> None:
    CampaignVersion.objects.create(
        id=draw_id(now),
        tenant_id=campaign.tenant_id,
        campaign=campaign,
        version=campaign.version,
        at=now,
        by=by,
        settings=queries.settings_of(campaign),
    )


# ── pause codes ─────────────────────────────────────────────────────────────────────────────────────────────────


def put_pause_codes(
    *, tenant: UUID, rows: Sequence[Mapping[str, str]], by: UUID | None, now: datetime
) -> list[PauseCode]:
    """Replace the tenant's pause codes."""
    codes = [str(row["code"]).strip() for row in rows]
    if not all(codes) or len(set(codes)) != len(codes):
        raise BadInput(_("Each pause code needs a word of its own."), field="pause_codes")
    with transaction.atomic():
        PauseCode.objects.all().delete()
        made = PauseCode.objects.bulk_create(
            PauseCode(
                id=draw_id(now),
                tenant_id=tenant,
                code=code,
                label_en=str(row.get("label_en") or code),
                label_tr=str(row.get("label_tr") or row.get("label_en") or code),
                position=place,
            )
            for place, (code, row) in enumerate(zip(codes, rows, strict=True))
        )
        audit.record(
            tenant=tenant,
            by=by,
            action="put_pause_codes",
            subject_kind="tenant",
            subject_id=tenant,
            after={"codes": codes},
            now=now,
        )
    notices.tell_browsers(tenant, "pause-codes", tenant, now=now)
    return made


def usual_pause_codes(*, tenant: UUID, now: datetime) -> list[PauseCode]:
    """The tenant's pause codes, and on the first asking the usual ones."""
    standing = list(PauseCode.objects.order_by("position"))
    if standing:
        return standing
    rows = [{"code": code, "label_en": en, "label_tr": tr} for code, en, tr in catalogue.PAUSE_CODES]
    try:
        return put_pause_codes(tenant=tenant, rows=rows, by=None, now=now)
    except IntegrityError:  # somebody else asked first, in the same moment
        return list(PauseCode.objects.order_by("position"))
