"""Asking for simulated evenings, and stopping them. Each run keeps who asked; nothing is dialled.

A plan that can't be is refused before anything runs: what is wrong, where, and what would do. Refuses to know how an
evening goes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, Conflict
from ahize.pacing.advice import Team, advise
from ahize.sim.plan import Objection, Plan, objections
from ahize.sim.stock import AS_DIALLED, Group
from ahize.web import notices
from ahize.web.base import draw_id
from ahize.web.campaigns.models import Campaign, CampaignAgent
from ahize.web.campaigns.queries import access_campaign
from ahize.web.dialing.hours import DAYS
from ahize.web.permissions import Person
from ahize.web.planning import inputs, queries, replay, tasks
from ahize.web.planning.changes import CHANGEABLE, changes_of
from ahize.web.planning.models import Kind, Run, RunState

KEPT: Final = 30
"""Runs of one campaign; the oldest that have ended go."""
AT_ONCE: Final = 2
"""Runs of one house that wait or run, for two plans side by side; the worker has other work besides."""
OPEN: Final = (RunState.WAITING, RunState.RUNNING)


def ask_what_if(campaign_id: UUID, asked: Mapping[str, Any], *, by: Person, now: datetime) -> Run:
    """Have evenings of this plan simulated. Raises: BadInput, Conflict where too many runs are under way."""
    campaign = access_campaign(campaign_id)
    plan = plan_of(campaign, asked, now=now)
    habits = inputs.habits_of(campaign.pk, now=now)
    return _begin(campaign, Kind.WHAT_IF, asked, plan.to_json(), habits.to_json(), by=by, now=now)


def ask_replay(campaign_id: UUID, asked: Mapping[str, Any], *, by: Person, now: datetime) -> Run:
    """Have a day dialled again under other settings. Raises: BadInput, Conflict."""
    campaign = access_campaign(campaign_id)
    span = replay.span_of(campaign.pk, asked["day"], inputs.zone_of(campaign.pk))
    settings = replace(inputs.settings_of(campaign, now=now), **changes_of(asked))
    law_cap = inputs.law_cap_of(campaign.pk, now)
    seats = max(1, span.seats) + asked["seats_change"]
    plan = Plan(settings, span.since, span.hours, seats, (_ANYBODY,), AS_DIALLED, law_cap)
    for objection in objections(plan):
        raise _refusal(objection, None)
    habits = inputs.habits_of(campaign.pk, now=now)
    return _begin(campaign, Kind.REPLAY, asked, plan.to_json(), habits.to_json(), by=by, now=now)


def plan_of(campaign: Campaign, asked: Mapping[str, Any], *, now: datetime) -> Plan:
    """The plan, checked. Raises: BadInput naming the field."""
    settings = replace(inputs.settings_of(campaign, now=now), **changes_of(asked))
    zone = asked["starts"].tzinfo
    starts = asked["starts"].astimezone(UTC)
    plan = Plan(settings, starts, asked["hours"], asked["seats"], (), asked["order"], law_cap=1.0)
    for objection in objections(replace(plan, stock=(_ANYBODY,))):
        raise _refusal(objection, zone)
    campaign.mode = settings.mode  # Law speaks of the way of dialling; this row is never saved.
    of_list = inputs.listed(campaign, starts=plan.starts, hours=plan.hours, now=now)
    plan = replace(plan, stock=of_list.groups, law_cap=of_list.law_cap)
    for objection in objections(plan):
        raise _refusal(objection, zone, of_list.barred[0][0] if of_list.barred else "")
    return plan


_ANYBODY: Final = Group(1)


def _refusal(objection: Objection, zone: tzinfo | None, because: str = "") -> BadInput:
    facts = {name: _said(value, zone) for name, value in objection.facts.items()}
    message = {
        "seats": _("%(given)s seats: a plan has 1 to %(most)s."),
        "hours": _("%(given)s hours: an evening lasts %(least)s to %(most)s hours."),
        "mode": _("A campaign in mode “%(given)s” has no evening with seats to simulate; choose one of: %(known)s."),
        "order": _("No order of the list is called “%(given)s”; there are: %(known)s."),
        "ratio": _("A ratio of %(given)s: from 1 to %(most)s lines for each seat."),
        "cap": _("A cap of %(given)s: the law of this list allows %(most)s at most."),
        "nobody": _("Nobody on the list may be called in these hours."),
        "closed": _("At %(at)s nobody on the list may be called; the hours are from %(first)s to %(last)s."),
    }[objection.code] % facts
    next_step = {
        "nobody": _("Choose another beginning, or see on the campaign's page why its contacts cannot be called."),
        "closed": _("Begin later or end earlier."),
    }.get(objection.code, "")
    return BadInput(
        f"{message} {because}".strip(), code=f"plan_{objection.code}", next_step=next_step, field=objection.field
    )


def _said(value: Any, zone: tzinfo | None) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%H:%M}"
    if isinstance(value, float) and 0 < value < 1:
        return f"{value * 100:g} %"
    return f"{value:g}" if isinstance(value, float) else str(value)


@transaction.atomic
def _begin(
    campaign: Campaign,
    kind: Kind,
    asked: Mapping[str, Any],
    plan: dict[str, Any],
    habits: dict[str, Any],
    *,
    by: Person,
    now: datetime,
) -> Run:
    if Run.objects.filter(state__in=OPEN, cancel_asked_at=None).count() >= AT_ONCE:
        raise Conflict(
            _("%(most)s plans are being simulated already.") % {"most": AT_ONCE},
            code="plans_under_way",
            next_step=_("Wait for one of them, or stop it."),
        )
    run = Run.objects.create(
        id=draw_id(now),
        tenant_id=by.tenant,
        campaign=campaign,
        kind=kind,
        name=asked.get("name") or "",
        asked={name: value.isoformat() if isinstance(value, date) else value for name, value in asked.items()},
        plan=plan,
        habits=habits,
        seed=asked["seed"],
        wanted=asked["evenings"],
        asked_at=now,
        by=by.id,
    )
    for old in Run.objects.filter(campaign=campaign).exclude(state__in=OPEN).order_by("-asked_at")[KEPT:]:
        old.delete()
    tasks.run_later(run.pk, run.tenant_id)
    notices.tell_browsers(by.tenant, "plans", run.pk, now=now)
    return run


@transaction.atomic
def cancel(run_id: UUID, *, by: Person, now: datetime) -> Run:
    """Stop it; the evenings that are done stay. One that has ended is left as it is."""
    run = queries.access_run(run_id, lock=True)
    if run.state == RunState.WAITING:
        run.state, run.ended_at = RunState.CANCELLED, now
    if run.state in OPEN or run.ended_at == now:
        run.cancel_asked_at = now
        run.save(update_fields=["cancel_asked_at", "state", "ended_at"])
        notices.tell_browsers(by.tenant, "plans", run.pk, now=now)
    return run


def base(campaign_id: UUID, *, now: datetime) -> dict[str, Any]:
    """Where a plan of this campaign begins, as ``PlanBase`` says."""
    campaign = access_campaign(campaign_id)
    settings = inputs.settings_of(campaign, now=now)
    zone = inputs.zone_of(campaign.pk)
    starts, hours = inputs.next_evening(campaign, zone, now)
    return {
        "campaign": campaign.pk,
        "name": campaign.name,
        **{name: getattr(settings, name) for name in CHANGEABLE},
        "law_cap": inputs.law_cap_of(campaign.pk, now),
        "seats": max(1, CampaignAgent.objects.filter(campaign=campaign).count()),
        "starts": starts,
        "hours": hours,
        "days": inputs.days_of(campaign.pk, zone, now),
    }


def advice(campaign_id: UUID, *, seats: int, cap: float | None, now: datetime) -> dict[str, Any]:
    """How a team of this size had best dial, as ``PlanAdvice`` says; ``cap`` is never above the law's."""
    campaign = access_campaign(campaign_id)
    habits = inputs.habits_of(campaign.pk, now=now, with_pauses=False)
    sales = habits.sale_share
    asked = campaign.abandon_cap if cap is None else cap
    team = Team(
        seats=seats,
        answer_rate=habits.person,
        handle_s=sales * habits.sale_s.mean_s + (1.0 - sales) * habits.other_s.mean_s + habits.wrap_s.mean_s,
        answer_s=habits.answer_s.mean_s,
        open_s=float(campaign.ring_s_max),
        cap=min(float(asked), inputs.law_cap_of(campaign.pk, now)),
        patience_s=float(campaign.connect_s),
    )
    found = advise(team)
    return {
        "seats": seats,
        "mode": found.mode,
        "why": found.why,
        "wait_s": round(found.wait_s, 1),
        "other_s": round(found.other_s, 1) if math.isfinite(found.other_s) and team.cap > 0 else None,
        "full_speed_after": found.full_speed_after,
        "of_dials": habits.dials,
    }


def finish_of(run: Run) -> dict[str, Any] | None:
    """When the list is done, with the days: one evening on each day on which the campaign dials."""
    found = run.result.get("finish")
    if found is None:
        return None
    first = datetime.fromisoformat(run.plan["starts"]).astimezone(ZoneInfo(inputs.zone_of(run.campaign_id))).date()
    days = {DAYS.index(day) for day, spans in run.campaign.hours.items() if spans and day in DAYS} or set(range(7))
    dates: dict[str, Any] = {}
    for name in ("low", "middle", "high"):
        left, day = found[name], first
        while left is not None and left > 0:
            left -= day.weekday() in days
            day += timedelta(days=1)
        dates[f"{name}_on"] = None if found[name] is None else day - timedelta(days=1) if found[name] else first
    return {**found, **dates}
