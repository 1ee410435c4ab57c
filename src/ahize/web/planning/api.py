"""Simulated evenings over HTTP: ask for them, see them come in, stop them, take them away as a table."""

from __future__ import annotations

import csv
import io
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router

from ahize.sim.habits import Habits
from ahize.sim.outlook import NAMES, values
from ahize.web.base import Request
from ahize.web.permissions import Verb, requires
from ahize.web.planning import queries, services
from ahize.web.planning.changes import CHANGEABLE
from ahize.web.planning.models import Run
from ahize.web.planning.schemas import Kind, PlanAdvice, PlanBase, PlanRun, PlanRunLine, ReplayIn, WhatIfIn

router = Router(tags=["planning"])


@router.get("/planning/campaigns/{campaign_id}", response=PlanBase, auth=requires(Verb.PLAN_SHIFTS))
def plan_base(request: Request, campaign_id: UUID) -> Any:
    """Where a plan of this campaign begins: its settings, seats, next opening, and the days that can be replayed."""
    return services.base(campaign_id, now=request.now)


@router.get("/planning/campaigns/{campaign_id}/advice", response=PlanAdvice, auth=requires(Verb.PLAN_SHIFTS))
def advice(
    request: Request,
    campaign_id: UUID,
    seats: Annotated[int, Query(ge=1, le=1000)],
    cap: Annotated[float | None, Query(ge=0.0, lt=1.0)] = None,
) -> Any:
    """How a team of so many seats had best dial, with the wait to expect: an estimate before anything was dialled."""
    return services.advice(campaign_id, seats=seats, cap=cap, now=request.now)


@router.get("/planning/runs", response=list[PlanRunLine], auth=requires(Verb.PLAN_SHIFTS))
def runs(request: Request, campaign: UUID | None = None, kind: Kind | None = None) -> Any:
    """The newest first."""
    return [_line(run) for run in queries.runs(campaign, kind or "")[: queries.MOST_SHOWN]]


@router.post("/planning/what-if", response={201: PlanRun}, auth=requires(Verb.PLAN_SHIFTS))
def ask_what_if(request: Request, payload: WhatIfIn) -> Any:
    """Simulate evenings of a campaign. Problem 422 says which of the plan's values cannot be, and why."""
    asked = payload.dict()
    run = services.ask_what_if(asked.pop("campaign"), asked, by=request.person, now=request.now)
    return 201, _whole(run)


@router.post("/planning/replays", response={201: PlanRun}, auth=requires(Verb.PLAN_SHIFTS))
def ask_replay(request: Request, payload: ReplayIn) -> Any:
    """Dial a day again under other settings. Problem 422 where the campaign was not dialled on that day."""
    asked = payload.dict()
    run = services.ask_replay(asked.pop("campaign"), asked, by=request.person, now=request.now)
    return 201, _whole(run)


@router.get("/planning/runs/{run_id}", response=PlanRun, auth=requires(Verb.PLAN_SHIFTS))
def one_run(request: Request, run_id: UUID) -> Any:
    """One, as far as it has come."""
    return _whole(queries.access_run(run_id))


@router.post("/planning/runs/{run_id}/cancel", response=PlanRun, auth=requires(Verb.PLAN_SHIFTS))
def cancel(request: Request, run_id: UUID) -> Any:
    """Stop it; the evenings that are done stay."""
    services.cancel(run_id, by=request.person, now=request.now)
    return _whole(queries.access_run(run_id))


@router.get("/planning/runs/{run_id}/csv", auth=requires(Verb.PLAN_SHIFTS))
def run_csv(request: Request, run_id: UUID) -> HttpResponse:
    """A line for each evening, with the figures the screen shows."""
    run = queries.access_run(run_id)
    prices = queries.prices_of(run.asked)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["seed", *NAMES, "violations"])
    for evening in queries.evenings_of(run):
        found = values(evening, prices)
        writer.writerow([evening.seed, *(found[name] for name in NAMES), len(evening.broken)])
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="plan-{run.pk}.csv"'
    return response


def _line(run: Run) -> dict[str, Any]:
    return {
        "id": run.pk,
        "kind": run.kind,
        "campaign": run.campaign_id,
        "campaign_name": run.campaign.name,
        "name": run.name,
        "state": run.state,
        "done": run.done,
        "wanted": run.wanted,
        "asked_at": run.asked_at,
        "ended_at": run.ended_at,
        "asked": run.asked,
    }


def _whole(run: Run) -> dict[str, Any]:
    settings = run.plan.get("settings", {})
    return {
        **_line(run),
        "seed": run.seed,
        "settings": {
            **{name: settings.get(name) for name in CHANGEABLE},
            **{name: run.plan.get(name) for name in ("seats", "hours", "starts", "order", "law_cap")},
        },
        "contacts": sum(group[0] for group in run.plan.get("stock", ())),
        "sources": Habits.from_json(run.habits).sources() if "person" in run.habits else [],
        "result": {**run.result, "finish": services.finish_of(run)} if "figures" in run.result else None,
    }
