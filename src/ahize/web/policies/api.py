"""The doors of the compliance console's policy: packs on and off, measures, the second person, the log, registries."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Router, Status

from ahize.compliance import packs
from ahize.compliance.house.document import default_of, template
from ahize.compliance.house.measures import MEASURES
from ahize.compliance.rulebook import Rulebook
from ahize.kernel.errors import NotFound
from ahize.web.base import Request
from ahize.web.permissions import Verb, requires
from ahize.web.policies import emergencies, freshness, limits, queries, services
from ahize.web.policies import schemas as words

router = Router(tags=["policies"])

SHOWN = 200


@router.get("/policies", response=words.PolicyOut, auth=requires(Verb.SEE_POLICY))
def policy(request: Request) -> Any:
    """House policy in force, with the law's own limits beside each measure."""
    found = queries.policy()
    shapes = template()["measures"]
    return {
        "version": found.version,
        "label": found.label,
        "measures": [
            {
                "name": name,
                "title": shapes[name]["title"],
                "title_tr": shapes[name]["title_tr"],
                "value": found.values[name],
                "default": default_of(name),
                "law": limits.beside(name, request.now),
            }
            for name in MEASURES
        ],
    }


@router.post("/policies/measures/{name}", response={201: words.PolicyChangeOut}, auth=requires(Verb.CHANGE_POLICY))
def set_measure(request: Request, name: words.Name, payload: words.MeasureIn) -> Any:
    """Change a measure: in force at once where it tightens, else waiting for a second person."""
    change = services.set_measure(name, payload.value, reason=payload.reason, by=request.person, now=request.now)
    return Status(201, change)


@router.get("/policies/packs", response=words.PacksOut, auth=requires(Verb.SEE_POLICY))
def all_packs(request: Request) -> Any:
    """The countries' laws: authorities, rules in force, examples, how sure, on or off."""
    book, off = Rulebook.load(), queries.policy().off
    return {
        "rulebook": book.version,
        "packs": [
            {
                "layer": pack.layer,
                "countries": pack.countries,
                "on": pack.layer not in off,
                "authorities": [
                    {
                        "layer": one.layer,
                        "name": one.name,
                        "region": one.region,
                        "rules": len(one.rules),
                        "examples": one.examples,
                        **{mark: one.marks.get(mark, 0) for mark in ("verified", "secondary", "memory")},
                    }
                    for one in pack.authorities
                ],
            }
            for pack in packs.packs(book, request.now.date())
        ],
    }


@router.get("/policies/packs/{layer}", response=words.PackRules, auth=requires(Verb.SEE_POLICY))
def pack_rules(request: Request, layer: str) -> Any:
    """What a country's laws block, in plain words."""
    book = Rulebook.load()
    for pack in packs.packs(book, request.now.date()):
        if pack.layer == layer:
            return {
                "layer": layer,
                "rulebook": book.version,
                "rules": [rule for one in pack.authorities for rule in one.rules],
            }
    raise NotFound(_("There is no law of that name."), code="no_pack")


@router.post("/policies/packs/{layer}", response={201: words.PolicyChangeOut}, auth=requires(Verb.CHANGE_POLICY))
def switch_pack(request: Request, layer: str, payload: words.SwitchIn) -> Any:
    """Switch a country off at once, or ask that it be switched on again."""
    change = services.switch_pack(layer, on=payload.on, reason=payload.reason, by=request.person, now=request.now)
    return Status(201, change)


@router.get("/policies/changes", response=list[words.PolicyChangeOut], auth=requires(Verb.SEE_POLICY))
def changes(request: Request, *, waiting: bool = False) -> Any:
    """The log, the newest first, at most 200; ``waiting`` keeps what needs a second person."""
    return queries.changes(waiting=waiting)[:SHOWN]


@router.post(
    "/policies/changes/{change_id}/confirm", response=words.PolicyChangeOut, auth=requires(Verb.CONFIRM_POLICY)
)
def confirm(request: Request, change_id: UUID) -> Any:
    """Put into force what somebody else asked for."""
    return services.confirm(queries.access_change(change_id), by=request.person, now=request.now)


@router.post(
    "/policies/changes/{change_id}/refuse",
    response=words.PolicyChangeOut,
    auth=requires(Verb.CONFIRM_POLICY, Verb.CHANGE_POLICY),
)
def refuse(request: Request, change_id: UUID) -> Any:
    """Leave the policy as it is: the asking is taken back or turned down."""
    return services.refuse(queries.access_change(change_id), by=request.person, now=request.now)


@router.get("/policies/registries", response=list[words.FreshnessOut], auth=requires(Verb.SEE_POLICY))
def registries(request: Request) -> Any:
    """How long the copies of registries still serve."""
    return freshness.freshness(request.now)


@router.get("/policies/registers", response=list[words.RegisterOut], auth=requires(Verb.SEE_CONSENTS))
def registers(request: Request) -> Any:
    """The public registers that a law of ours asks about, and how old it lets a copy be."""
    return freshness.registers(request.now)


@router.get("/policies/emergencies", response=list[words.EmergencyOut], auth=requires(Verb.SEE_POLICY))
def emergencies_looked_up(request: Request) -> Any:
    """Of each region whose law asks: whether a state of emergency is declared there, as far as somebody looked."""
    return list(emergencies.all_standings(request.now))


@router.post("/policies/emergencies", response={201: list[words.EmergencyOut]}, auth=requires(Verb.CHANGE_POLICY))
def say_emergency(request: Request, payload: words.EmergencyIn) -> Any:
    """Say whether one is declared in a region, and where that was looked up."""
    emergencies.say(
        payload.region, declared=payload.declared, source=payload.source, by=request.person, now=request.now
    )
    return Status(201, list(emergencies.all_standings(request.now)))
