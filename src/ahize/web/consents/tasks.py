"""Jobs of the consent ledger: ends that have come by their date, and what registries must hear of in time.

Both may run twice. The client of a registry is handed in by whoever starts the worker (``clients``); without one
nothing is sent, and the queue keeps its lines and their deadlines.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import UUID

from procrastinate.contrib.django import app

from ahize.web import base
from ahize.web.consents import iys_house, keyed, ledger, reporting
from ahize.web.rls import tenant_scope
from ahize.web.tenants.queries import every_tenant

log = logging.getLogger(__name__)

QUEUE = "consents"
clients: dict[str, Callable[[UUID], reporting.Client | None]] = {}
"""By registry: for a tenant the client to report through, or None where the house has no account there."""
clients[reporting.IYS] = iys_house.reports_of


@app.periodic(cron="11 * * * *")
@app.task(name="consents.expire", queue=QUEUE, queueing_lock="consents.expire")
def expire_job(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Write down the ends that have come."""
    for tenant in every_tenant():
        while True:
            with tenant_scope(tenant.id):
                done = ledger.expire(tenant.id, now=base.CLOCK.now())
            if done < ledger.CHUNK:
                break


@app.periodic(cron="* * * * *")
@app.task(name="consents.keyed", queue=QUEUE, queueing_lock="consents.keyed")
def keyed_job(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Whoever pressed the key that ends such calls is suppressed already; here the rest follows."""
    for tenant in every_tenant():
        with tenant_scope(tenant.id):
            keyed.follow_up(tenant.id, now=base.CLOCK.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="consents.report", queue=QUEUE, queueing_lock="consents.report")
def report_job(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Tell the registries what they have not heard of yet."""
    made = clients.get(reporting.IYS)
    for tenant in every_tenant() if made is not None else []:
        client = made(tenant.id) if made is not None else None
        if client is not None:
            report(tenant.id, client)


def report(tenant: UUID, client: reporting.Client) -> reporting.Sent:
    """Send one round for each seller of a tenant that has something waiting."""
    now = base.CLOCK.now()
    total = reporting.Sent(0, 0, 0)
    with tenant_scope(tenant):
        sellers = sorted(set(reporting.waiting(now=now).values_list("seller_id", flat=True)))
    for seller in sellers:
        with tenant_scope(tenant):
            sent = reporting.send(client, seller=seller, now=now)
        log.info("registry: %d taken, %d refused, %d again", sent.accepted, sent.refused, sent.again)
        total = reporting.Sent(total.accepted + sent.accepted, total.refused + sent.refused, total.again + sent.again)
    return total
