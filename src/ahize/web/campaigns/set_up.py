"""The settings of a campaign, checked one by one and put in place: its row, its lists, agents and dispositions.

Answers: does this value make sense, and does the thing it names belong to the seller. A refusal names the input. It
knows nothing of versions, states and notices; ``services`` keeps those.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from ahize.flows import merging
from ahize.kernel.errors import BadInput
from ahize.web.accounts.models import User
from ahize.web.base import draw_id
from ahize.web.campaigns import broadcasts, catalogue, hours, queries
from ahize.web.campaigns.models import (
    Campaign,
    CampaignAgent,
    CampaignList,
    CampaignNumber,
    Disposition,
    FlowVersion,
    JoinWhileRinging,
    Mode,
    OnMachine,
)
from ahize.web.contacts.models import ContactList, ListState
from ahize.web.permissions import Role
from ahize.web.tenants.models import Agency, CallerId, Seller

PURPOSES = frozenset(
    {
        "sales", "upsell", "lead_qualification", "appointment", "survey", "fundraising", "political", "membership",
        "service", "transactional", "debt", "recruitment", "public_information", "consent_request",
        "opt_out_confirmation",
    }
)  # fmt: skip
DISCLOSURES = frozenset({"identity", "purpose", "goods", "no_purchase_needed", "principal", "opt_out"})
MESSAGE_MAX = 1500
"""Letters of a message that is played: two minutes of it. Merge fields may lengthen it."""
CONFIDENCES = (Decimal("0.9"), Decimal("0.9999"))
"""How surely a cap may be kept that is not kept strictly."""
LIMITS = {
    "ring_s_max": (5, 120),
    "wrap_up_s": (5, 3600),
    "preview_s": (5, 3600),
    "max_attempts": (1, 50),
    "broadcast_lines": (1, 2500),
    "person_cost": (1, 1000),
}
"""Whole numbers and the range that makes sense; inside it the law still binds."""


def apply(campaign: Campaign, settings: Mapping[str, Any], *, now: datetime) -> None:
    """Check each setting and put it in place; the campaign's row is saved."""
    was = campaign.mode
    for name, value in settings.items():
        if name in ("lists", "agents", "dispositions", "agency", "caller_id", "flow", "pool", "script_discloses"):
            continue
        if name not in queries.PLAIN_SETTINGS:
            raise BadInput(_("A campaign has no setting “%(name)s”.") % {"name": name}, field=name)
        if name == "script" and value != campaign.script and "script_discloses" not in settings:
            # A text nobody has vouched for discloses nothing, whatever the old one did.
            campaign.script_discloses = []
        setattr(campaign, name, _checked(name, {**campaign.setup, **value} if name == "setup" else value))
    if "script_discloses" in settings:
        campaign.script_discloses = sorted(_subset(settings["script_discloses"], DISCLOSURES, "script_discloses"))
    if "agency" in settings:
        campaign.agency = _agency(settings["agency"])
    if "flow" in settings:
        _put_flow(campaign, settings["flow"], vouched="script_discloses" in settings)
    if "caller_id" in settings:
        campaign.caller_id = _caller_id(campaign, settings["caller_id"])
    if campaign.mode == Mode.RATIO and campaign.ratio < 1:
        raise BadInput(_("A ratio below 1 would leave agents without calls; give 1 or more."), field="ratio")
    if campaign.confidence is not None and campaign.abandon_cap <= 0:
        raise BadInput(
            _("With a limit of 0 nobody may be left without an agent, so nothing can be left to chance."),
            field="confidence",
            next_step=_("Keep the limit strictly, or give one above 0."),
        )
    _refuse_early_join(campaign)
    refuse_unnamed(campaign)
    _state_facts(campaign, was=was)
    campaign.save()
    for name, put in (
        ("lists", put_lists),
        ("pool", put_pool),
        ("agents", put_agents),
        ("dispositions", put_dispositions),
    ):
        if name in settings:
            put(campaign, settings[name], now=now)


def _checked(name: str, value: Any) -> Any:  # noqa: PLR0911, PLR0912 - one line for each kind of setting
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
        case "setup" | "pool_rules":
            return dict(value)
        case "on_machine":
            return _member(value, frozenset(OnMachine.values), name)
        case "join_while_ringing":
            return _member(value, frozenset(JoinWhileRinging.values), name)
        case "broadcast_per_s":
            return _between(Decimal(str(value)), Decimal("0.1"), Decimal(100), name)
        case "ratio":
            return _between(Decimal(str(value)), Decimal(1), Decimal(10), name)
        case "connect_s":
            return _between(Decimal(str(value)), Decimal("0.1"), Decimal(10), name)
        case "confidence":
            return None if value is None else _between(Decimal(str(value)), *CONFIDENCES, name)
        case "abandon_cap":
            return _between(Decimal(str(value)), Decimal(0), Decimal(1), name)
        case "ring_s_max" | "wrap_up_s" | "preview_s" | "max_attempts" | "broadcast_lines" | "person_cost":
            low, high = LIMITS[name]
            return _between(int(value), low, high, name)
        case "script":
            return _text(value, name)
        case "abandon_message":
            return _text(_short(value, name), name)
        case "name" | "product":
            return str(value).strip()
    return value


def _refuse_early_join(campaign: Campaign) -> None:
    """Nobody is there to be joined in a broadcast, and nobody must hear a machine first that is listened for.

    Where each call is one agent's own (preview, manual) nobody listens for machines, whatever ``detect`` says.
    """
    if campaign.join_while_ringing == JoinWhileRinging.NO:
        return
    if campaign.mode == Mode.BROADCAST:
        raise BadInput(
            _("In a broadcast a flow speaks first, so no agent can be on the line at the answer."),
            field="join_while_ringing",
            next_step=_("Choose that agents are joined after the answer, or another dial mode."),
        )
    if campaign.detect and campaign.mode not in (Mode.PREVIEW, Mode.MANUAL):
        raise BadInput(
            _("While it is listened who answers, no agent can be on the line at the answer."),
            field="join_while_ringing",
            next_step=_("Choose that agents are joined after the answer, or do not listen who answers."),
        )


def _short(value: str, name: str) -> str:
    if len(value) > MESSAGE_MAX:
        raise BadInput(
            _("A message that is played may have at most %(most)d letters.") % {"most": MESSAGE_MAX}, field=name
        )
    return value


def _text(value: str, name: str) -> str:
    """A text with merge fields; what is wrong is listed with its place."""
    strange = merging.problems_in(value)
    if strange:
        raise BadInput(
            _("The text uses a merge field that does not exist: %(field)s.") % {"field": strange[0].text},
            code="script_not_readable",
            next_step=_("Choose one of the fields offered, or write {{ for a brace."),
            field=name,
            problems=[{"code": problem.code, "at": problem.at, "text": problem.text} for problem in strange],
        )
    return value


def _state_facts(campaign: Campaign, *, was: str) -> None:
    """What can be read from the texts themselves, so that nobody needs to say it, and nobody can say otherwise."""
    named = _names_caller(campaign.abandon_message)
    if Mode.BROADCAST in (was, campaign.mode):
        for fact in broadcasts.READ:
            campaign.setup.pop(fact, None)
    if campaign.mode == Mode.BROADCAST:
        campaign.setup.update(broadcasts.facts_of(campaign))
        named = campaign.setup.get("message_names_caller", False) and (named or not campaign.flow_agents)
    campaign.setup["message_names_caller"] = named


def _names_caller(message: str) -> bool:
    """Whether the recorded message says who called and under which number."""
    return {"seller_name", "seller_phone"} <= merging.fields_of(message)


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


def refuse_unnamed(campaign: Campaign) -> None:
    if not campaign.name:
        raise BadInput(_("A campaign needs a name."), field="name")


def seller_of(seller: UUID | None) -> Seller:
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


def _agency(agency: UUID | str | None) -> Agency | None:
    """Who calls; nobody named means the seller's own people."""
    if not agency:
        return None
    found = Agency.objects.filter(pk=agency, ended_at=None).first()
    if found is None:
        raise BadInput(_("There is no such agency, or it no longer calls."), field="agency")
    return found


def _caller_id(campaign: Campaign, caller_id: UUID | str | None) -> CallerId | None:
    if not caller_id:
        return None
    found = CallerId.objects.filter(pk=caller_id, seller_id=campaign.seller_id).first()
    if found is None:
        raise BadInput(_("The seller has no such caller ID."), field="caller_id")
    return found


def _put_flow(campaign: Campaign, flow: UUID | str | None, *, vouched: bool) -> None:
    """What a broadcast plays; another flow discloses nothing until somebody says so."""
    chosen = FlowVersion.objects.filter(pk=flow, archived_at=None).first() if flow else None
    if flow and chosen is None:
        raise BadInput(_("There is no such flow, or it is archived."), code="no_flow", field="flow")
    if campaign.mode == Mode.BROADCAST and chosen != campaign.flow and not vouched:
        campaign.script_discloses = []
    campaign.flow = chosen


def only_caller_id(campaign: Campaign, now: datetime) -> UUID | None:
    """The one caller ID in force, where there is exactly one; a choice is never made for somebody."""
    rows = CallerId.objects.filter(seller_id=campaign.seller_id, valid_from__lte=now).exclude(valid_until__lte=now)
    first = list(rows.values_list("id", flat=True)[:2])
    return first[0] if len(first) == 1 else None


def everybody_who_talks() -> list[UUID]:
    rows = User.objects.filter(is_active=True, role__in=[Role.AGENT, Role.SUPERVISOR])
    return list(rows.order_by("id").values_list("id", flat=True))


# ── lists, agents, dispositions ─────────────────────────────────────────────────────────────────────────────────


def put_lists(campaign: Campaign, lists: Sequence[UUID | str], *, now: datetime) -> None:
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


def put_pool(campaign: Campaign, numbers: Sequence[UUID | str], *, now: datetime) -> None:
    """Numbers the seller owns and answers, shown where they are local to the called person. What rests, rests on."""
    wanted = {str(number) for number in numbers}
    for number in CallerId.objects.filter(pk__in=wanted, seller_id=campaign.seller_id):
        in_force = number.valid_from <= now and (number.valid_until is None or now < number.valid_until)
        if not (number.dialable and number.rights_proof.strip() and in_force):
            raise BadInput(
                _("A number of the pool must be the seller's own: proven, in force, and answered when it is called."),
                code="not_owned",
                next_step=_("Complete it with the seller, or leave it out."),
                field="pool",
                caller_id=str(number.pk),
            )
        wanted.discard(str(number.pk))
    if wanted:
        raise BadInput(_("The seller has no such caller ID."), field="pool", caller_id=sorted(wanted)[0])
    chosen = {str(number) for number in numbers}
    standing = {str(row.caller_id_id): row for row in CampaignNumber.objects.filter(campaign=campaign)}
    CampaignNumber.objects.filter(pk__in=[row.pk for key, row in standing.items() if key not in chosen]).delete()
    CampaignNumber.objects.bulk_create(
        CampaignNumber(id=draw_id(now), tenant_id=campaign.tenant_id, campaign=campaign, caller_id_id=number)
        for number in sorted(chosen - set(standing))
    )


def copy_pool(made: Campaign, of: Campaign, *, now: datetime) -> None:
    """The same numbers, none of them resting; clearance leaves out what is no longer in force."""
    CampaignNumber.objects.bulk_create(
        CampaignNumber(id=draw_id(now), tenant_id=made.tenant_id, campaign=made, caller_id_id=row.caller_id_id)
        for row in of.campaign_numbers.all()
    )


def put_agents(campaign: Campaign, agents: Sequence[UUID | str], *, now: datetime) -> None:
    wanted = list(dict.fromkeys(str(agent) for agent in agents))
    known = {str(found) for found in User.objects.filter(pk__in=wanted).values_list("id", flat=True)}
    if len(known) != len(wanted):
        raise BadInput(_("One of the agents is not there."), code="no_agent", field="agents")
    CampaignAgent.objects.filter(campaign=campaign).delete()
    CampaignAgent.objects.bulk_create(
        CampaignAgent(id=draw_id(now), tenant_id=campaign.tenant_id, campaign=campaign, user_id=agent)
        for agent in wanted
    )


def from_code(code: catalogue.Code) -> dict[str, Any]:
    return {
        "code": code.code,
        "label_en": code.en,
        "label_tr": code.tr,
        "key": code.key,
        "flags": list(code.flags),
        "wait_s": code.wait_s,
    }


def put_dispositions(campaign: Campaign, rows: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
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
