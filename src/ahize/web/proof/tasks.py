"""The worker's part: seal what is new, keep the hour's head outside, make bundles, decide the past again.

Jobs may run twice: sealing finds nothing new, a bundle is made anew, a re-audit goes on after its last ruling.
"""

from __future__ import annotations

from uuid import UUID

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, JobAborted

from ahize.web import base
from ahize.web.jobs import GoOn
from ahize.web.proof import exporting, keys, outside, reaudits, sealing
from ahize.web.proof.models import Anchor, AnchorKind, Head
from ahize.web.rls import tenant_scope
from ahize.web.tenants.queries import every_tenant

QUEUE = "proof"


@app.periodic(cron="* * * * * */10")
@app.task(name="proof.seal", queue=QUEUE, queueing_lock="proof.seal", lock="proof.seal")
def seal_job(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Every ten seconds."""
    seal_everywhere()


@app.task(name="proof.seal_now", queue=QUEUE, queueing_lock="proof.seal_now", lock="proof.seal")
def seal_now_job() -> None:
    """Whenever asked."""
    seal_everywhere()


def seal_everywhere() -> None:
    """Each house in turn."""
    sealer, now = keys.sealer(), base.CLOCK.now()
    for tenant in every_tenant():
        sealing.seal_all(tenant.id, sealer, now=now)


def seal_later() -> None:
    """Ask the worker to seal now; where it is asked already, once is enough."""
    try:
        seal_now_job.defer()
    except AlreadyEnqueued:
        return


@app.periodic(cron="7 * * * *")
@app.task(name="proof.keep_outside", queue=QUEUE, queueing_lock="proof.keep_outside")
def keep_outside_job(timestamp: int = 0) -> None:  # noqa: ARG001 - procrastinate's signature
    """Each hour: the last head of each house, where it is not outside yet."""
    now = base.CLOCK.now()
    for tenant in every_tenant():
        with tenant_scope(tenant.id):
            head = Head.objects.order_by("-number").first()
            if head is None or Anchor.objects.filter(number=head.number, kind=AnchorKind.FILE).exists():
                continue
            for place in outside.places():
                outside.keep(tenant.id, head, place, by=None, now=now)


@app.task(name="proof.export", queue=QUEUE, pass_context=True, retry=GoOn())
def export_job(context: JobContext, export_id: str, tenant: str) -> None:  # noqa: ARG001 - the job's own
    """Make one bundle."""
    exporting.make(UUID(export_id), UUID(tenant), sealer=keys.sealer(), now=base.CLOCK.now())


@app.task(name="proof.reaudit", queue=QUEUE, pass_context=True, retry=GoOn())
def reaudit_job(context: JobContext, reaudit_id: str, tenant: str) -> None:
    """Decide a span of the past again."""

    def look() -> None:
        if context.should_abort():
            raise JobAborted

    reaudits.run(UUID(reaudit_id), UUID(tenant), now=base.CLOCK.now, look=look)
