"""Jobs of the page: codes are drawn and sent, stops are followed up, counts swept out. All may run twice."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from ahize.web import base
from ahize.web.called import codes, knocks, senders, stops
from ahize.web.rls import tenant_scope
from ahize.web.tenants.queries import access_tenant, every_tenant

QUEUE = "called"


@app.task(name="called.code", queue=QUEUE)
def code_job(code: str, tenant: str) -> None:
    """Draw one code and have it brought, where it may be."""
    send_code(UUID(code), UUID(tenant))


def send_code(code: UUID, tenant: UUID) -> bool:
    """The same, for whoever has no queue."""
    with tenant_scope(tenant):
        house = access_tenant(tenant).name
        return codes.draw_and_send(code, senders.sender_of(tenant), house=house, now=base.CLOCK.now())


def send_later(code: UUID, tenant: UUID) -> None:
    """Hand a code to the worker; the job appears when the transaction commits."""
    code_job.defer(code=str(code), tenant=str(tenant))


@app.periodic(cron="* * * * *")
@app.task(name="called.follow_up", queue=QUEUE, queueing_lock="called.follow_up")
def follow_up_job(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Whoever stopped on the page is suppressed already; here the rest follows."""
    for tenant in every_tenant():
        with tenant_scope(tenant.id):
            stops.follow_up(now=base.CLOCK.now())


@app.periodic(cron="29 * * * *")
@app.task(name="called.sweep", queue=QUEUE, queueing_lock="called.sweep")
def sweep_job(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Nothing that a stranger typed in here outlives a day."""
    now = base.CLOCK.now()
    knocks.sweep(now=now)
    for tenant in every_tenant():
        with tenant_scope(tenant.id):
            codes.sweep(now=now)
