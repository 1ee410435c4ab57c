"""The past under another rulebook: which rulings of a span would come out otherwise, by rule, and which ones.

A job that keeps what it found after every batch and goes on from there. Only what matters is compared: verdict, rules
that bar, missing facts, duties. Facts stay those that were kept, so a rule that asks for a fact nobody knew then says
so as missing. Refuses to change any ruling.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ahize.compliance import released
from ahize.compliance.again import Difference, compare, law_ruling
from ahize.compliance.facts import FactsReader
from ahize.compliance.rulebook import Rulebook
from ahize.kernel.errors import AhizeError, BadInput
from ahize.web import jobs
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.dialing.models import Ruling
from ahize.web.policies import queries as policies
from ahize.web.proof.laws import Books, rulebook_of
from ahize.web.proof.models import Different, LawKind, LawText, Reaudit, State
from ahize.web.rls import tenant_scope

BATCH = 1_000
LISTED_MOST = 100_000
"""Rulings listed one by one; beyond that they are counted only, and the page says so."""


def ask(
    *,
    since: datetime,
    until: datetime,
    rulebook: str,
    house: bool,
    tenant: UUID,
    by: UUID | None,
    now: datetime,
) -> Reaudit:
    """Write down that a span is to be decided again; the caller hands it to the worker.

    Args:
        rulebook: a version or the beginning of a hash; empty: today's.
        house: with the house's policy of today; else with the one of each ruling's own time.

    Raises:
        BadInput, NotFound.
    """
    if since >= until:
        raise BadInput(_("The span ends before it begins."), field="until")
    if since > now:
        raise BadInput(_("The span has not begun yet."), field="since")
    book = rulebook_of(rulebook) if rulebook else Rulebook.load()
    with transaction.atomic():
        made = Reaudit.objects.create(
            **{"id": draw_id(now), "tenant_id": tenant, "since": since, "until": until, "house": house},
            **{"rulebook": book.version, "rulebook_sha256": book.sha256, "asked_at": now, "by": by},
        )
        audit.record(
            tenant=tenant,
            by=by,
            action="reaudit",
            subject_kind="reaudit",
            subject_id=made.pk,
            after={"since": since, "until": until, "rulebook": book.version, "house": house},
            now=now,
        )
    return made


def known_rulebooks() -> list[dict[str, Any]]:
    """Today's, what was released, and what this house was ruled by; each once."""
    today = Rulebook.load()
    found = {today.sha256: {"version": today.version, "sha256": today.sha256, "today": True}}
    for one in released.releases():
        found.setdefault(one.sha256, {"version": one.version, "sha256": one.sha256, "today": False})
    for version, sha256 in LawText.objects.filter(kind=LawKind.RULEBOOK).values_list("version", "sha256"):
        found.setdefault(sha256, {"version": version, "sha256": sha256, "today": False})
    return list(found.values())


def run(
    reaudit_id: UUID, tenant: UUID, *, now: Callable[[], datetime], look: Callable[[], None] = lambda: None
) -> None:
    """Decide what is left of a span. ``look`` is called after each batch; what it raises ends the work until later."""
    with jobs.told(lambda wrong: _failed(reaudit_id, tenant, wrong, now())):
        with tenant_scope(tenant):
            job = Reaudit.objects.filter(pk=reaudit_id, state__in=(State.WAITING, State.RUNNING)).first()
            if job is None:
                return
            books = _books(job)
            job.total = _rows(job).count()
            job.state, job.began_at = State.RUNNING, job.began_at or now()
            job.save(update_fields=["state", "began_at", "total"])
        while _batch(reaudit_id, tenant, books, now):
            look()


def _failed(reaudit_id: UUID, tenant: UUID, wrong: AhizeError, at: datetime) -> None:
    with tenant_scope(tenant):
        Reaudit.objects.filter(pk=reaudit_id).update(state=State.FAILED, error=wrong.message, ended_at=at)


def _books(job: Reaudit) -> Books:
    """The other rulebook for all of them, each with its own time's house policy, or all with today's."""
    book = rulebook_of(job.rulebook, job.rulebook_sha256)
    if not job.house:
        return Books(instead=book)
    ours = policies.rulebook()
    assert ours.house is not None, "a tenant's rulebook has its policy beside it"
    return Books(always=book.under(ours.house, ours.house_version, off=ours.off))


def _rows(job: Reaudit) -> Any:
    return Ruling.objects.filter(at__gte=job.since, at__lt=job.until).order_by("seq")


def _batch(reaudit_id: UUID, tenant: UUID, books: Books, now: Callable[[], datetime]) -> bool:
    """The next rulings, in one transaction with how far we are; False: nothing is left, or it was stopped."""
    with tenant_scope(tenant):
        job = Reaudit.objects.select_for_update().get(pk=reaudit_id)
        if job.state != State.RUNNING:
            return False
        rows = list(_rows(job).filter(seq__gt=job.reached)[:BATCH])
        verdicts, rules = Counter(job.verdicts), {name: Counter(counts) for name, counts in job.rules.items()}
        found = []
        for row, differs in _differing(rows, books):
            verdicts[f"{differs.before} {differs.now}"] += 1
            for way, names in (("gone", differs.gone), ("come", differs.come)):
                for name in names:
                    rules.setdefault(name, Counter())[way] += 1
            for way, names in (("duty_gone", differs.duties_gone), ("duty_come", differs.duties_come)):
                for name in names:
                    rules.setdefault(name, Counter())[way] += 1
            found.append(_different(job, row, differs))
        Different.objects.bulk_create(found[: max(0, LISTED_MOST - job.differing)])
        job.done += len(rows)
        job.reached = rows[-1].seq if rows else job.reached
        job.differing += len(found)
        job.verdicts, job.rules = dict(verdicts), {name: dict(counts) for name, counts in rules.items()}
        if len(rows) < BATCH:
            job.state, job.ended_at = State.DONE, now()
        job.save(update_fields=["done", "reached", "differing", "verdicts", "rules", "state", "ended_at"])
        return job.state == State.RUNNING


def _differing(rows: list[Ruling], books: Books) -> Iterator[tuple[Ruling, Difference]]:
    reader = FactsReader()
    for row in rows:
        now = law_ruling(books.of(row.ruling, row.sources), row.facts, reader.read)
        differs = compare(row.ruling, row.sources, now, same_book=False)
        if differs is not None:
            yield row, differs


def _different(job: Reaudit, row: Ruling, differs: Difference) -> Different:
    return Different(
        **{"tenant_id": job.tenant_id, "reaudit": job, "seq": row.seq, "attempt_id": row.attempt_id, "at": row.at},
        **{"rulebook": row.rulebook, "before": differs.before, "now": differs.now, "parts": list(differs.parts)},
        **{"gone": list(differs.gone), "come": list(differs.come)},
        **{"duties_gone": list(differs.duties_gone), "duties_come": list(differs.duties_come)},
    )
