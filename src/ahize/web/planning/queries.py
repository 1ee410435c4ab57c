"""Which plans were simulated, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ahize.kernel.errors import NotFound
from ahize.sim.evening import Evening
from ahize.sim.finish import finish
from ahize.sim.habits import Habits
from ahize.sim.outlook import Prices, exposure, outlook, through, values
from ahize.sim.plan import Plan
from ahize.sim.stock import ORDERS
from ahize.web.planning.models import Run, SimulatedEvening

MOST_SHOWN = 60


def access_run(run_id: UUID, *, lock: bool = False) -> Run:
    """The run, or a problem 404. ``lock`` holds its row for a change."""
    rows = Run.objects.select_for_update(of=("self",)) if lock else Run.objects.select_related("campaign")
    run = rows.filter(pk=run_id).first()
    if run is None:
        raise NotFound(_("There is no such plan."), code="no_plan")
    return run


def runs(campaign: UUID | None, kind: str) -> QuerySet[Run]:
    """The newest first."""
    rows = Run.objects.select_related("campaign").order_by("-asked_at", "-id")
    rows = rows.filter(campaign_id=campaign) if campaign is not None else rows
    return rows.filter(kind=kind) if kind else rows


def evenings_of(run: Run) -> list[Evening]:
    """Those that are done, by their seeds."""
    rows = SimulatedEvening.objects.filter(run=run).order_by("seed")
    return [Evening.from_json(came) for came in rows.values_list("came", flat=True)]


def prices_of(asked: Mapping[str, Any]) -> Prices:
    """As they were asked with, in cents."""
    names = ("seat_hour", "minute", "dial", "penalty")
    return Prices(**{name: float(asked.get(f"{name}_cents") or 0) for name in names})


def result_of(
    plan: Plan, habits: Habits, asked: Mapping[str, Any], *, looks: Sequence[Evening], whole: Sequence[Evening]
) -> dict[str, Any]:
    """What is shown of these evenings; of first looks only while there is no whole one. Their order does not matter."""
    prices = prices_of(asked)
    shown = sorted(whole or looks, key=lambda one: one.seed)
    done = sorted(whole, key=lambda one: one.seed)
    return {
        "evenings": len(done),
        "is_first_look": not done and bool(looks),
        "figures": [figure.to_json() for figure in outlook(shown, prices)],
        "parts": through(done, prices),
        "exposure": exposure(shown, prices),
        "finish": finish(plan, habits, done, int(asked["seed"])).to_json() if done and plan.order in ORDERS else None,
        "each": [{"seed": one.seed, **values(one, prices)} for one in done],
    }
