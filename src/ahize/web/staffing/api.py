"""The doors of staffing and of the finish forecasts."""

from __future__ import annotations

from datetime import date
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from ahize.web.base import Request
from ahize.web.permissions import Verb, requires
from ahize.web.staffing import finish, plans, schemas

router = Router(tags=["staffing"])


@router.get("/staffing/plan", response=schemas.PlanOut, auth=requires(Verb.SEE_REPORTS))
def staffing_plan(request: HttpRequest, day: date, campaign: UUID | None = None, inbound: bool = False) -> Any:
    """What to begin a day with: what somebody kept, or what was learned from the same weekdays."""
    return plans.plan(campaign=campaign, inbound=inbound, day=day)


@router.put("/staffing/plan", response={204: None}, auth=requires(Verb.EDIT_CAMPAIGNS))
def keep_staffing_plan(request: HttpRequest, asked: schemas.PlanIn) -> Any:
    """Keep a day's plan."""
    here = cast(Request, request)
    plans.keep(here.person, asked, now=here.now)
    return 204, None


@router.post("/staffing/seats", response=schemas.StaffingOut, auth=requires(Verb.SEE_REPORTS))
def staffing_seats(request: HttpRequest, asked: schemas.StaffingIn) -> Any:
    """How many seats each half hour needs: by Erlang-A, and by playing the day through."""
    return plans.seats(asked)


@router.get("/staffing/finish", response=list[schemas.FinishOut], auth=requires(Verb.SEE_REPORTS))
def finish_forecasts(request: HttpRequest) -> Any:
    """When each campaign's list will be finished, what was said of it day by day, and how wrong that was."""
    return finish.standings(now=cast(Request, request).now)
