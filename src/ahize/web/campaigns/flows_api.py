"""Flows over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ninja import Router, Status

from ahize.flows.flow import Flow
from ahize.flows.reading import read_flow
from ahize.web.base import Request
from ahize.web.campaigns import broadcasts, flow_words, flows
from ahize.web.campaigns.models import FlowVersion
from ahize.web.campaigns.schemas import FlowCheckOut, FlowIn, FlowOut, FlowWhole
from ahize.web.permissions import Verb, requires

router = Router(tags=["campaigns"])


@router.get("/flows", response=list[FlowOut], auth=requires(Verb.SEE_CAMPAIGNS))
def all_flows(request: Request, archived: bool = False) -> Any:
    """Every version of every flow, with what keeps it from being played alone."""
    return [_flow(row, request) for row in flows.flows(archived=archived)]


@router.post("/flows", response={201: FlowOut}, auth=requires(Verb.EDIT_SOUNDS))
def bring_flow(request: Request, payload: FlowIn) -> Any:
    """Keep a flow. 422 ``bad_flow`` where it cannot be read, ``flow_problems`` where it leads nowhere."""
    return Status(201, _flow(flows.bring(payload.yaml, by=request.person, now=request.now), request))


@router.post("/flows/check", response=FlowCheckOut, auth=requires(Verb.EDIT_SOUNDS, Verb.APPROVE_SPOKEN))
def check_flow(request: Request, payload: FlowIn) -> Any:
    """What a flow is and what is wrong with it; nothing is kept."""
    return _checked(read_flow(payload.yaml))


@router.get("/flows/{flow_id}", response=FlowWhole, auth=requires(Verb.SEE_CAMPAIGNS))
def flow(request: Request, flow_id: UUID) -> Any:
    row = flows.access_flow(flow_id)
    return _flow(row, request) | {"yaml": row.yaml}


@router.post("/flows/{flow_id}/approve", response=FlowOut, auth=requires(Verb.APPROVE_SPOKEN))
def approve_flow(request: Request, flow_id: UUID) -> Any:
    """Say that people may hear it: 403 ``second_person_needed`` for one's own."""
    return _flow(flows.approve(flows.access_flow(flow_id), by=request.person, now=request.now), request)


@router.post("/flows/{flow_id}/archive", response=FlowOut, auth=requires(Verb.EDIT_SOUNDS, Verb.APPROVE_SPOKEN))
def archive_flow(request: Request, flow_id: UUID) -> Any:
    """Use it no more; 409 ``flow_in_use`` while a running campaign plays it."""
    return _flow(flows.archive(flows.access_flow(flow_id), by=request.person, now=request.now), request)


def _flow(row: FlowVersion, request: Request) -> dict[str, Any]:
    return {
        **_checked(broadcasts.flow_of(row)),
        **{"id": row.pk, "created_at": row.created_at, "by": row.by, "mine": row.by == request.person.id},
        **{"approved_at": row.approved_at, "approved_by": row.approved_by, "archived_at": row.archived_at},
    }


def _checked(read: Flow) -> dict[str, Any]:
    wrong, alone = broadcasts.problems_of(read)
    problems = [*((one, False) for one in wrong), *((one, True) for one in alone)]
    return {
        "name": read.name,
        "version": read.version,
        "sha256": read.sha256,
        "languages": list(read.languages),
        "leads_to_agents": broadcasts.leads_to_agents(read),
        "for_machines": bool(read.machine),
        "problems": [
            {
                "node": one.node,
                "code": one.code,
                "about": one.about,
                "says": flow_words.sentence(one),
                "alone": is_alone,
            }
            for one, is_alone in problems
        ],
    }
