"""The job of a plan: evening after evening on the machine's cores, each kept as it is done.

A job may run twice; the evenings that are kept already are not simulated again. It looks once a second whether it was
stopped. Refuses to know how an evening goes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted

from ahize.sim import side_by_side
from ahize.sim.evening import Evening
from ahize.sim.habits import Habits
from ahize.sim.plan import Plan
from ahize.web import base, notices
from ahize.web.contacts.tasks import GoOn
from ahize.web.planning import queries
from ahize.web.planning.models import Run, RunState, SimulatedEvening
from ahize.web.rls import tenant_scope

log = logging.getLogger(__name__)

QUEUE = "planning"
TOLD_EVERY = timedelta(seconds=1)
FIRST_TOLD = 4
"""The first few evenings are told at once."""


@app.task(name="planning.run", queue=QUEUE, pass_context=True, retry=GoOn())
def run_job(context: JobContext, run_id: str, tenant: str) -> None:
    """Simulate one run's evenings."""

    def look() -> None:
        if context.should_abort():
            raise JobAborted

    simulate(UUID(run_id), UUID(tenant), now=base.CLOCK.now, look=look)


def run_later(run_id: UUID, tenant: UUID) -> None:
    """Hand a run to the worker; the job appears when the transaction commits."""
    run_job.configure(lock=f"plan {run_id}").defer(run_id=str(run_id), tenant=str(tenant))


def simulate(
    run_id: UUID,
    tenant: UUID,
    *,
    now: Callable[[], datetime],
    look: Callable[[], None] = lambda: None,
    number: int | None = None,
) -> None:
    """All evenings of a run that are not there yet.

    Args:
        look: is called at least once a second; what it raises ends the work, and the run goes on another time.
        number: of processes side by side.
    """
    with tenant_scope(tenant):
        run = Run.objects.filter(pk=run_id).first()
        if run is None or run.state not in (RunState.WAITING, RunState.RUNNING):
            return
        run.state, run.began_at = RunState.RUNNING, run.began_at or now()
        run.save(update_fields=["state", "began_at"])
        whole = queries.evenings_of(run)
    try:
        _work(run, whole, now=now, look=look, number=number)
    except side_by_side.CoreFell:
        log.exception("run %s: an evening's process fell", run_id)
        _end(run, RunState.FAILED, whole, now())


def _work(
    run: Run, whole: list[Evening], *, now: Callable[[], datetime], look: Callable[[], None], number: int | None
) -> None:
    plan, habits = Plan.from_json(run.plan), Habits.from_json(run.habits)
    known = {one.seed for one in whole}
    seeds = [seed for seed in range(run.seed, run.seed + run.wanted) if seed not in known]
    looks: list[Evening] = []
    fresh: list[Evening] = []
    told_at: datetime | None = None
    for one in side_by_side.evenings(
        plan, habits, seeds, number=number, looks=0 if whole else side_by_side.FIRST_LOOKS
    ):
        look()
        if one is not None:
            (fresh if one.is_whole else looks).append(one)
        at = now()
        soon = len(whole) + len(fresh) <= FIRST_TOLD and one is not None
        if told_at is not None and at - told_at < TOLD_EVERY and not soon:
            continue
        told_at = at
        whole += fresh
        if not _keep(run, plan, habits, fresh=fresh, looks=looks, whole=whole, at=at):
            _end(run, RunState.CANCELLED, whole, at)
            return
        fresh = []
    whole += fresh
    _keep(run, plan, habits, fresh=fresh, looks=looks, whole=whole, at=now())
    _end(run, RunState.DONE, whole, now())


def _keep(
    run: Run,
    plan: Plan,
    habits: Habits,
    *,
    fresh: list[Evening],
    looks: list[Evening],
    whole: list[Evening],
    at: datetime,
) -> bool:
    """Write down what is new; False where somebody asked to stop."""
    with tenant_scope(run.tenant_id):
        here = Run.objects.select_for_update().get(pk=run.pk)
        if fresh or (looks and not whole):
            SimulatedEvening.objects.bulk_create(
                [
                    SimulatedEvening(tenant_id=run.tenant_id, run=run, seed=one.seed, came=one.to_json())
                    for one in fresh
                ],
                ignore_conflicts=True,
            )
            here.done = len(whole)
            here.result = queries.result_of(plan, habits, run.asked, looks=looks, whole=whole)
            here.save(update_fields=["done", "result"])
            notices.tell_browsers(run.tenant_id, "planning", run.pk, now=at)
        return here.cancel_asked_at is None


def _end(run: Run, state: RunState, whole: list[Evening], at: datetime) -> None:
    with tenant_scope(run.tenant_id):
        Run.objects.filter(pk=run.pk).update(state=state, ended_at=at, done=len(whole))
        notices.tell_browsers(run.tenant_id, "planning", run.pk, now=at)
