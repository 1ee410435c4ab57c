"""The job of a plan: evening after evening on the machine's cores, each kept as it is done.

A job may run twice; the evenings that are kept already are not simulated again. It looks once a second whether it was
stopped. Refuses to know how an evening goes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted

from ahize.sim import side_by_side
from ahize.sim.evening import Evening
from ahize.sim.habits import Habits
from ahize.sim.plan import Plan
from ahize.sim.recorded import Recorded
from ahize.web import base, jobs, notices
from ahize.web.planning import queries, replay
from ahize.web.planning.changes import changes_of
from ahize.web.planning.models import Kind, Run, RunState, SimulatedEvening
from ahize.web.rls import tenant_scope

log = logging.getLogger(__name__)

QUEUE = "planning"
TOLD_EVERY = timedelta(seconds=1)
FIRST_TOLD = 4
"""The first few evenings are told at once."""


@app.task(name="planning.run", queue=QUEUE, pass_context=True, retry=jobs.GoOn())
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
    with jobs.told(lambda _wrong: _end(run, RunState.FAILED, whole, now())):
        work = _Work(run, whole, now, *_subject(run))
        work.go_on(look, number)


def _subject(run: Run) -> tuple[Plan, Recorded | None, dict[str, Any]]:
    """What is simulated; for a replay the day, and what is shown beside its evenings."""
    if run.kind == Kind.WHAT_IF:
        return Plan.from_json(run.plan), None, {}
    with tenant_scope(run.tenant_id):
        day = replay.day_of(run, changes_of(run.asked))
        run.plan = day.plan.to_json()
        run.save(update_fields=["plan"])
    return day.plan, day.recorded, day.to_json()


@dataclass(slots=True)
class _Work:
    """One run under way: the evenings that are written down (``whole``), and those that are not yet (``fresh``)."""

    run: Run
    whole: list[Evening]
    now: Callable[[], datetime]
    plan: Plan
    recorded: Recorded | None
    beside: dict[str, Any]
    looks: list[Evening] = field(default_factory=list)
    fresh: list[Evening] = field(default_factory=list)
    told_at: datetime | None = None

    def go_on(self, look: Callable[[], None], number: int | None) -> None:
        run, habits = self.run, Habits.from_json(self.run.habits)
        known = {one.seed for one in self.whole}
        seeds = [seed for seed in range(run.seed, run.seed + run.wanted) if seed not in known]
        looks = 0 if self.whole or self.recorded is not None else side_by_side.FIRST_LOOKS
        for one in side_by_side.evenings(self.plan, habits, seeds, recorded=self.recorded, number=number, looks=looks):
            look()
            if one is not None:
                (self.fresh if one.is_whole else self.looks).append(one)
            if self._is_time(one) and not self._keep(habits):
                _end(run, RunState.CANCELLED, self.whole, self.now())
                return
        self._keep(habits)
        _end(run, RunState.DONE, self.whole, self.now())

    def _is_time(self, one: Evening | None) -> bool:
        """About once a second; the first few evenings are told at once."""
        soon = one is not None and len(self.whole) + len(self.fresh) <= FIRST_TOLD
        return soon or self.told_at is None or self.now() - self.told_at >= TOLD_EVERY

    def _keep(self, habits: Habits) -> bool:
        """Write down what is new; False where somebody asked to stop."""
        run, fresh, self.told_at = self.run, self.fresh, self.now()
        self.fresh = []
        self.whole += fresh
        with tenant_scope(run.tenant_id):
            here = Run.objects.select_for_update().get(pk=run.pk)
            if fresh or (self.looks and not self.whole):
                rows = [
                    SimulatedEvening(tenant_id=run.tenant_id, run=run, seed=one.seed, came=one.to_json())
                    for one in fresh
                ]
                SimulatedEvening.objects.bulk_create(rows, ignore_conflicts=True)
                here.done = len(self.whole)
                here.result = self.beside | queries.result_of(
                    self.plan, habits, run.asked, looks=self.looks, whole=self.whole
                )
                here.save(update_fields=["done", "result"])
                notices.tell_browsers(run.tenant_id, "plans", run.pk, now=self.told_at)
            return here.cancel_asked_at is None


def _end(run: Run, state: RunState, whole: list[Evening], at: datetime) -> None:
    with tenant_scope(run.tenant_id):
        Run.objects.filter(pk=run.pk).update(state=state, ended_at=at, done=len(whole))
        notices.tell_browsers(run.tenant_id, "plans", run.pk, now=at)
