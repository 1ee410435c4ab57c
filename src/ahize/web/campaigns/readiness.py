"""What still keeps a campaign from starting, and why, with the next step for each.

One function, asked by the screen and by ``start`` alike, so that they cannot disagree. It reads the campaign and what
it points to; whether a single call is lawful is clearance's question at the moment of the call.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from ahize.flows import merging
from ahize.web.campaigns import broadcasts, flow_words, hours
from ahize.web.campaigns.models import Campaign, CampaignState, Mode, OnMachine
from ahize.web.consents.models import RegistryVersion
from ahize.web.contacts.models import ListState, Phone, PhoneState
from ahize.web.settings import ENVIRONMENT

NO_NOTICE = frozenset({"US", "CA"})
"""Where a seller is at home whose law, as far as we hold it, asks for no privacy notice before marketing."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing in the way: a stable word, the sentence, what to do, and the input it belongs to.

    ``blocks`` is ``False`` for advice: the campaign starts, but will reach fewer people.
    """

    code: str
    message: str
    next_step: str
    field: str
    blocks: bool = True


def obstacles(campaign: Campaign, *, now: datetime) -> list[Obstacle]:
    """Everything in the way, in the order of the set-up screen; empty when Start will work."""
    found = [
        *_about_purpose(campaign),
        *_about_caller(campaign, now),
        *_about_lists(campaign),
        *(_about_broadcast(campaign) if campaign.mode == Mode.BROADCAST else _about_script(campaign)),
        *_about_people(campaign),
        *_about_mode(campaign),
    ]
    if not ENVIRONMENT.telephone_line:
        found.append(
            Obstacle(
                "no_telephone_line",
                _("There is no telephone line."),
                _("Ask an administrator to connect a trunk; `./ahize doctor` says what is needed."),
                "",
            )
        )
    if campaign.state == CampaignState.ENDED:
        found.append(Obstacle("ended", _("The campaign has ended."), _("Copy it and start the copy."), ""))
    return found


def _about_purpose(campaign: Campaign) -> list[Obstacle]:
    found = []
    if not campaign.purpose:
        found.append(
            Obstacle(
                "no_purpose",
                _("It has no purpose."),
                _("Say what the calls are for; the law depends on it."),
                "purpose",
            )
        )
    if campaign.promotes is None:
        found.append(
            Obstacle(
                "promotes_unknown",
                _("Nobody has said whether a call may sell or ask for anything."),
                _("Answer yes if any part of a call can turn into an offer or a request for money."),
                "promotes",
            )
        )
    if not hours.has_any(campaign.hours):
        found.append(
            Obstacle("no_hours", _("It has no calling hours."), _("Give at least one span in the week."), "hours")
        )
    return found


def _about_caller(campaign: Campaign, now: datetime) -> list[Obstacle]:
    found = []
    caller = campaign.caller_id
    if caller is None:
        found.append(
            Obstacle("no_caller_id", _("It has no caller ID."), _("Choose a number of the seller's."), "caller_id")
        )
    elif caller.valid_from > now or (caller.valid_until is not None and caller.valid_until <= now):
        found.append(
            Obstacle(
                "caller_id_not_in_force",
                _("The right to show this caller ID is not in force today."),
                _("Choose another, or renew its proof with the seller."),
                "caller_id",
            )
        )
    if campaign.seller.country == "US" and not RegistryVersion.objects.filter(seller_id=campaign.seller_id).exists():
        found.append(
            Obstacle(
                "no_registry",
                _("The seller holds no copy of a do-not-call registry."),
                _("Load one on Registries; where the law asks for it, calls are barred until then."),
                "seller",
                blocks=False,
            )
        )
    if campaign.agency is not None and campaign.agency.ended_at is not None:
        found.append(
            Obstacle(
                "agency_ended",
                _("The agency that is to call no longer does."),
                _("Choose who calls."),
                "agency",
            )
        )
    if not campaign.seller.phone_e164:
        found.append(
            Obstacle(
                "seller_without_phone",
                _("The seller has no telephone number that people can call."),
                _("Add it to the seller's identity."),
                "seller",
            )
        )
    return found


def _about_lists(campaign: Campaign) -> list[Obstacle]:
    lists = [joined.list for joined in campaign.campaign_lists.select_related("list").order_by("position")]
    if not lists:
        return [Obstacle("no_list", _("It has no list."), _("Choose at least one list."), "lists")]
    if any(chosen.state != ListState.PUBLISHED for chosen in lists):
        return [
            Obstacle(
                "list_not_published",
                _("One of its lists is not there, or no longer."),
                _("Accept the import, or take the list out."),
                "lists",
            )
        ]
    usable = Phone.objects.filter(
        contact__list__in=lists, contact__erased_at=None, state=PhoneState.USABLE, do_not_dial=False
    )
    if not usable.exists():
        return [
            Obstacle(
                "no_usable_number",
                _("Its lists hold no number that may be dialled."),
                _("Choose another list, or import one with numbers."),
                "lists",
            )
        ]
    if campaign.seller.country not in NO_NOTICE and any(chosen.notice_given is None for chosen in lists):
        return [
            Obstacle(
                "notice_unknown",
                _("Nobody has said whether the people on its lists were given a privacy notice."),
                _("Say so with each list; where the law asks for it, calls are barred until then."),
                "lists",
                blocks=False,
            )
        ]
    return []


def _about_script(campaign: Campaign) -> list[Obstacle]:
    found = []
    if not campaign.script.strip():
        found.append(Obstacle("no_script", _("It has no script."), _("Write what agents say."), "script"))
    strange = merging.problems_in(campaign.script) + merging.problems_in(campaign.abandon_message)
    if strange:
        found.append(
            Obstacle(
                "script_not_readable",
                _("A text uses a merge field that does not exist: %(field)s.") % {"field": strange[0].text},
                _("Choose one of the fields offered, or write {{ for a brace."),
                "script",
            )
        )
    used = merging.fields_of(campaign.script)
    if "product" in used and not campaign.product.strip():
        found.append(
            Obstacle(
                "no_product",
                _("The script speaks of a product, and none is named."),
                _("Name the product or subject, or take {product} out of the script."),
                "product",
            )
        )
    if campaign.script.strip() and not campaign.script_discloses:
        found.append(
            Obstacle(
                "nothing_disclosed",
                _("Nobody has said what the script discloses."),
                _("Tick what it tells the called person; where the law asks for more, calls are barred."),
                "script_discloses",
                blocks=False,
            )
        )
    return found


def _about_broadcast(campaign: Campaign) -> list[Obstacle]:
    """What is played: there, approved, in the campaign's language, with the caller's name first and a way out."""
    if campaign.flow is None:
        return [
            Obstacle(
                "no_flow", _("It has no flow to play."), _("Bring a flow, have it approved and choose it."), "flow"
            )
        ]
    found = []
    if campaign.flow.approved_at is None:
        found.append(
            Obstacle(
                "flow_not_approved",
                _("Nobody else has approved its flow yet."),
                _("Have another person talk through it and approve it."),
                "flow",
            )
        )
    if campaign.flow.archived_at is not None:
        found.append(Obstacle("flow_archived", _("Its flow is archived."), _("Choose another flow."), "flow"))
    flow = broadcasts.flow_of(campaign.flow)
    wrong, alone = broadcasts.problems_of(flow, seller_name=campaign.seller.name)
    found += [
        Obstacle(
            f"flow_{problem.code}",
            flow_words.placed(problem),
            _("Correct the flow and bring it as a new version."),
            "flow",
        )
        for problem in (*wrong, *alone)
    ]
    if campaign.language not in flow.languages:
        found.append(
            Obstacle(
                "flow_language",
                _("Its flow is not written in the campaign's language."),
                _("Add the language to the flow, or choose another language."),
                "language",
            )
        )
    if campaign.flow_agents != broadcasts.leads_to_agents(flow):
        found.append(
            Obstacle(
                "flow_agents",
                _("Its flow leads to agents, and none take such calls.")
                if not campaign.flow_agents
                else _("Agents wait for it, and no way in its flow leads to them."),
                _("Say whether a key leads to agents, or choose another flow."),
                "flow_agents",
            )
        )
    if campaign.on_machine == OnMachine.LEAVE and not flow.machine:
        found.append(
            Obstacle(
                "flow_not_for_machines",
                _("It is to leave a message on machines, and its flow has none for them."),
                _("Give the flow a beginning for machines, or hang up on them."),
                "on_machine",
            )
        )
    if campaign.script_discloses == []:
        found.append(
            Obstacle(
                "nothing_disclosed",
                _("Nobody has said what the flow discloses."),
                _("Tick what it tells the called person; where the law asks for more, calls are barred."),
                "script_discloses",
                blocks=False,
            )
        )
    return found


def _about_people(campaign: Campaign) -> list[Obstacle]:
    found = []
    nobody_talks = campaign.mode == Mode.BROADCAST and not campaign.flow_agents
    if not nobody_talks and not campaign.campaign_agents.filter(user__is_active=True).exists():
        found.append(Obstacle("no_agents", _("It has no agents."), _("Choose who may sit in it."), "agents"))
    flags = {flag for row in campaign.dispositions.all() for flag in row.flags}
    for flag, code, message in (
        ("contact", "no_dispositions", _("It has no dispositions for a talk.")),
        ("stop", "no_stop_disposition", _("It has no disposition that takes a person off the list.")),
    ):
        if flag not in flags:
            found.append(Obstacle(code, message, _("Add it to the dispositions."), "dispositions"))
    return found


def _about_mode(campaign: Campaign) -> list[Obstacle]:
    abandons = campaign.mode in (Mode.PROGRESSIVE, Mode.RATIO, Mode.PREDICTIVE) or (
        campaign.mode == Mode.BROADCAST and campaign.flow_agents
    )
    if not abandons:
        return []
    found = []
    if not campaign.abandon_message.strip():
        found.append(
            Obstacle(
                "no_abandon_message",
                _("In this mode somebody may answer when no agent is free, and there is no message for them."),
                _("Write the message, or dial in preview mode."),
                "abandon_message",
            )
        )
    if "opt_out_mechanism" not in campaign.setup:
        found.append(
            Obstacle(
                "opt_out_unknown",
                _("Nobody has said whether the message lets people opt out by themselves."),
                _("Answer it on Set-up; where the law asks for it, calls are barred until then."),
                "setup",
                blocks=False,
            )
        )
    return found
