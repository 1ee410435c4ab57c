"""Changing campaigns: create, edit, copy, start, pause, end. Each change is a version, an audit entry and a notice.

A running campaign's edit is in force from the next permit: the dialer is told after commit and reads the row. Refuses
to know how the dialer works and what the law says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, Conflict
from ahize.web import notices
from ahize.web.accounts.models import User
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.campaigns import catalogue, hours, ports, queries, script
from ahize.web.campaigns.models import (
    Campaign,
    CampaignAgent,
    CampaignList,
    CampaignState,
    CampaignVersion,
    Disposition,
    Mode,
    PauseCode,
)
from ahize.web.campaigns.readiness import Obstacle, obstacles
from ahize.web.contacts.models import ContactList, ListState
from ahize.web.permissions import Role
from ahize.web.tenants.models import CallerId, Seller

PURPOSES = frozenset(
    {
        "sales", "upsell", "lead_qualification", "appointment", "survey", "fundraising", "political", "membership",
        "service", "transactional", "debt", "recruitment", "public_information", "consent_request",
        "opt_out_confirmation",
    }
)  # fmt: skip
DISCLOSURES = frozenset({"identity", "purpose", "goods", "no_purchase_needed", "principal", "opt_out"})
LIMITS = {
    "ring_s_max": (5, 120),
    "wrap_up_s": (5, 3600),
    "preview_s": (5, 3600),
    "max_attempts": (1, 50),
}
"""Whole numbers and the range that makes sense; inside it the law still binds."""


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
            seller=_seller(seller),
            name=name.strip(),
            template=template,
            purpose=begin.purpose,
            promotes=begin.promotes,
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
        _named(campaign)
        campaign.save(force_insert=True)
        _put_dispositions(campaign, [_from_code(catalogue.CODES[code]) for code in begin.codes], now=now)
        chosen = dict(settings or {})
        chosen.setdefault("agents", _everybody_who_talks())
        if "caller_id" not in chosen:
            chosen["caller_id"] = _only_caller_id(campaign, now)
        _apply(campaign, chosen, now=now)
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
        _apply(campaign, settings, now=now)
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
        _apply(campaign, settings, now=now)
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
        _named(made)
        made.save(force_insert=True)
        _put_lists(made, [row.list_id for row in campaign.campaign_lists.order_by("position")], now=now)
        _put_agents(made, [row.user_id for row in campaign.campaign_agents.all()], now=now)
        dispositions = [queries.disposition_of(row) for row in campaign.dispositions.order_by("position", "code")]
        _put_dispositions(made, dispositions, now=now)
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


# ── settings ────────────────────────────────────────────────────────────────────────────────────────────────────


def _apply(campaign: Campaign, settings: Mapping[str, Any], *, now: datetime) -> None:
    """Check each setting and put it in place; the campaign's row is saved."""
    for name, value in settings.items():
        if name in ("lists", "agents", "dispositions", "caller_id", "script_discloses"):
            continue
        if name not in queries.PLAIN_SETTINGS:
            raise BadInput(_("A campaign has no setting “%(name)s”.") % {"name": name}, field=name)
        if name == "script" and value != campaign.script and "script_discloses" not in settings:
            # A text nobody has vouched for discloses nothing, whatever the old one did.
            campaign.script_discloses = []
        setattr(campaign, name, _checked(name, {**campaign.setup, **value} if name == "setup" else value))
    if "script_discloses" in settings:
        campaign.script_discloses = sorted(_subset(settings["script_discloses"], DISCLOSURES, "script_discloses"))
    if "caller_id" in settings:
        campaign.caller_id = _caller_id(campaign, settings["caller_id"])
    if campaign.mode == Mode.RATIO and campaign.ratio < 1:
        raise BadInput(_("A ratio below 1 would leave agents without calls; give 1 or more."), field="ratio")
    _named(campaign)
    campaign.setup["message_names_caller"] = _names_caller(campaign.abandon_message)
    campaign.save()
    if "lists" in settings:
        _put_lists(campaign, settings["lists"], now=now)
    if "agents" in settings:
        _put_agents(campaign, settings["agents"], now=now)
    if "dispositions" in settings:
        _put_dispositions(campaign, settings["dispositions"], now=now)


def _checked(name: str, value: Any) -> Any:  # noqa: PLR0911 - one line for each kind of setting
    match name:
        case "purpose":
            return _member(value, PURPOSES, name) if value else ""
        case "mode":
            return _member(value, frozenset(Mode.values), name)
        case "language":
            return _member(value, frozenset({"en", "tr"}), name)
        case "hours":
            return hours.week(value)
        case "recycling":
            return _recycling(value)
        case "setup":
            return dict(value)
        case "ratio":
            return _between(Decimal(str(value)), Decimal(1), Decimal(10), name)
        case "connect_s":
            return _between(Decimal(str(value)), Decimal("0.1"), Decimal(10), name)
        case "abandon_cap":
            return _between(Decimal(str(value)), Decimal(0), Decimal(1), name)
        case "ring_s_max" | "wrap_up_s" | "preview_s" | "max_attempts":
            low, high = LIMITS[name]
            return _between(int(value), low, high, name)
        case "script" | "abandon_message":
            return _text(value, name)
        case "name" | "product":
            return str(value).strip()
    return value


def _text(value: str, name: str) -> str:
    """A text with merge fields; what is wrong is listed with its place."""
    strange = script.problems_in(value)
    if strange:
        raise BadInput(
            _("The text uses a merge field that does not exist: %(field)s.") % {"field": strange[0].text},
            code="script_not_readable",
            next_step=_("Choose one of the fields offered, or write {{ for a brace."),
            field=name,
            problems=[{"code": problem.code, "at": problem.at, "text": problem.text} for problem in strange],
        )
    return value


def _names_caller(message: str) -> bool:
    """Whether the recorded message says who called and under which number."""
    return {"seller_name", "seller_phone"} <= script.fields_of(message)


def _recycling(rules: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    read = {}
    for outcome, rule in rules.items():
        if outcome not in catalogue.RECYCLING and outcome not in catalogue.CODES:
            known = ", ".join((*catalogue.RECYCLING, *catalogue.CODES))
            raise BadInput(
                _("There is no outcome “%(outcome)s”; there are: %(known)s.") % {"outcome": outcome, "known": known},
                field="recycling",
            )
        wait_s, most = int(rule["wait_s"]), int(rule["max"])
        if wait_s < 0 or most < 0:
            raise BadInput(_("Waits and numbers of attempts cannot be negative."), field="recycling")
        read[outcome] = {"wait_s": wait_s, "max": most}
    return read


def _between(value: Any, low: Any, high: Any, name: str) -> Any:
    if not low <= value <= high:
        raise BadInput(
            _("%(field)s must lie between %(low)s and %(high)s.") % {"field": name, "low": low, "high": high},
            field=name,
        )
    return value


def _member(value: str, known: frozenset[str], name: str) -> str:
    if value not in known:
        raise BadInput(
            _("%(field)s must be one of: %(known)s.") % {"field": name, "known": ", ".join(sorted(known))}, field=name
        )
    return value


def _subset(values: Sequence[str], known: frozenset[str], name: str) -> set[str]:
    return {_member(value, known, name) for value in values}


def _named(campaign: Campaign) -> None:
    if not campaign.name:
        raise BadInput(_("A campaign needs a name."), field="name")


def _seller(seller: UUID | None) -> Seller:
    if seller is not None:
        found = Seller.objects.filter(pk=seller).first()
        if found is None:
            raise BadInput(_("There is no such seller."), field="seller")
        return found
    first = list(Seller.objects.order_by("id")[:2])
    if not first:
        raise BadInput(_("There is no seller yet."), next_step=_("Enter the seller's identity first."), field="seller")
    if len(first) > 1:
        raise BadInput(_("Say for which seller the campaign calls."), field="seller")
    return first[0]


def _caller_id(campaign: Campaign, caller_id: UUID | str | None) -> CallerId | None:
    if not caller_id:
        return None
    found = CallerId.objects.filter(pk=caller_id, seller_id=campaign.seller_id).first()
    if found is None:
        raise BadInput(_("The seller has no such caller ID."), field="caller_id")
    return found


def _only_caller_id(campaign: Campaign, now: datetime) -> UUID | None:
    """The one caller ID in force, where there is exactly one; a choice is never made for somebody."""
    rows = CallerId.objects.filter(seller_id=campaign.seller_id, valid_from__lte=now).exclude(valid_until__lte=now)
    first = list(rows.values_list("id", flat=True)[:2])
    return first[0] if len(first) == 1 else None


def _everybody_who_talks() -> list[UUID]:
    rows = User.objects.filter(is_active=True, role__in=[Role.AGENT, Role.SUPERVISOR])
    return list(rows.order_by("id").values_list("id", flat=True))


# ── lists, agents, dispositions ─────────────────────────────────────────────────────────────────────────────────


def _put_lists(campaign: Campaign, lists: Sequence[UUID | str], *, now: datetime) -> None:
    wanted = list(dict.fromkeys(str(chosen) for chosen in lists))
    known = {
        str(found): state
        for found, state in ContactList.objects.filter(pk__in=wanted, seller_id=campaign.seller_id).values_list(
            "id", "state"
        )
    }
    for chosen in wanted:
        if known.get(chosen) != ListState.PUBLISHED:
            raise BadInput(
                _("One of the lists is not there, or belongs to another seller."),
                code="no_list",
                field="lists",
                list=chosen,
            )
    CampaignList.objects.filter(campaign=campaign).delete()
    CampaignList.objects.bulk_create(
        CampaignList(id=draw_id(now), tenant_id=campaign.tenant_id, campaign=campaign, list_id=chosen, position=place)
        for place, chosen in enumerate(wanted)
    )


def _put_agents(campaign: Campaign, agents: Sequence[UUID | str], *, now: datetime) -> None:
    wanted = list(dict.fromkeys(str(agent) for agent in agents))
    known = {str(found) for found in User.objects.filter(pk__in=wanted).values_list("id", flat=True)}
    if len(known) != len(wanted):
        raise BadInput(_("One of the agents is not there."), code="no_agent", field="agents")
    CampaignAgent.objects.filter(campaign=campaign).delete()
    CampaignAgent.objects.bulk_create(
        CampaignAgent(id=draw_id(now), tenant_id=campaign.tenant_id, campaign=campaign, user_id=agent)
        for agent in wanted
    )


def _from_code(code: catalogue.Code) -> dict[str, Any]:
    return {
        "code": code.code,
        "label_en": code.en,
        "label_tr": code.tr,
        "key": code.key,
        "flags": list(code.flags),
        "wait_s": code.wait_s,
    }


def _put_dispositions(campaign: Campaign, rows: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    keys: set[str] = set()
    codes: set[str] = set()
    made = []
    for place, row in enumerate(rows):
        code, key = str(row["code"]).strip(), str(row.get("key") or "")
        flags = _subset(row.get("flags") or (), catalogue.FLAGS, "dispositions")
        if not code or code in codes:
            raise BadInput(_("Each disposition needs a code of its own."), field="dispositions", disposition=code)
        if key and key in keys:
            raise BadInput(
                _("Two dispositions share the key “%(key)s”.") % {"key": key}, field="dispositions", disposition=code
            )
        if not flags & {"contact", "no_contact"}:
            raise BadInput(
                _("Say of disposition “%(code)s” whether a person was spoken to.") % {"code": code},
                field="dispositions",
                disposition=code,
            )
        standard = catalogue.CODES.get(code)
        if standard is not None and not set(standard.flags) & {"stop", "wrong_number"} <= flags:
            # These two protect the called person; no campaign may take them off a code that says so.
            raise BadInput(
                _("Disposition “%(code)s” keeps what it does for the called person.") % {"code": code},
                field="dispositions",
                disposition=code,
            )
        codes.add(code)
        keys.add(key)
        made.append(
            Disposition(
                id=draw_id(now),
                tenant_id=campaign.tenant_id,
                campaign=campaign,
                code=code,
                label_en=str(row.get("label_en") or code),
                label_tr=str(row.get("label_tr") or row.get("label_en") or code),
                key=key,
                flags=sorted(flags),
                wait_s=row.get("wait_s"),
                position=place,
            )
        )
    Disposition.objects.filter(campaign=campaign).delete()
    Disposition.objects.bulk_create(made)


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
    return put_pause_codes(tenant=tenant, rows=rows, by=None, now=now)
