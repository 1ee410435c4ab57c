"""The doors of proof: how sealing stands, check it all, take rulings away, decide the past again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from ahize.kernel.errors import Conflict, NotFound
from ahize.web import jobs
from ahize.web.accounts.models import User
from ahize.web.audit import services as audit
from ahize.web.audit.models import Entry
from ahize.web.base import Request
from ahize.web.dialing.models import Ruling
from ahize.web.permissions import Verb, requires
from ahize.web.proof import checks, exporting, keys, outside, reaudits, schemas, tasks
from ahize.web.proof.models import Anchor, AnchorKind, Different, Export, Head, Reaudit, State
from ahize.web.tenants.queries import access_tenant

router = Router(tags=["proof"])

MOST_SHOWN = 50
PAGE_MOST = 200


@router.get("/proof", response=schemas.ProofOut, auth=requires(Verb.SEE_PROOF))
def proof(request: Request) -> Any:
    """How sealing stands."""
    head = Head.objects.order_by("-number").first()
    last = Ruling.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    entries = Entry.objects.exclude(hash="").order_by("-number").values_list("number", flat=True).first() or 0
    waiting = Entry.objects.filter(hash="").count()
    return {
        "head": head,
        "rulings": last,
        "unsealed_rulings": last - (head.until_seq - 1 if head else 0),
        "unsealed_audit": entries - (head.audit_until - 1 if head else 0) + waiting,
        "key": (keys.public_key() or b"").hex(),
        "anchors": Anchor.objects.order_by("-at")[:10],
    }


@router.post("/proof/seal", response={202: None}, auth=requires(Verb.EXPORT_PROOF))
def seal_now(request: Request) -> Any:
    """Ask the worker to seal what is new; it does so by itself every few seconds too."""
    tasks.seal_later()
    return 202, None


@router.post("/proof/check", response=schemas.ProofCheckOut, auth=requires(Verb.SEE_PROOF))
def check_all(request: Request, asked: schemas.ProofCheckIn) -> Any:
    """Walk along every ruling, audit entry and head, and hold kept heads against them."""
    kept = list(outside.heads_in(asked.kept, request.tenant, where=_("the text you gave")))
    found = checks.check(request.tenant, kept=kept)
    return {
        "whole": found.whole,
        **{"rulings": found.rulings, "audit": found.audit, "heads": found.heads, "unsealed": found.unsealed},
        "kept": len(kept),
        "breaks": [
            {
                **{name: getattr(one, name) for name in ("ledger", "code", "number", "until", "expected", "found")},
                **{"where": one.where, "sentence": checks.sentence(one)},
            }
            for one in found.breaks
        ],
    }


@router.get("/proof/head/text", auth=requires(Verb.EXPORT_PROOF))
def head_text(request: Request) -> HttpResponse:
    """The last head as a text to save, mail or print. Problem 409 where nothing was sealed yet."""
    head = Head.objects.order_by("-number").first()
    if head is None:
        raise Conflict(_("Nothing was sealed yet."), code="no_head", next_step=_("Try again in a minute."))
    outside.record(request.tenant, head, AnchorKind.DOWNLOAD, by=request.person.id, now=request.now)
    audit.record(
        tenant=request.tenant,
        by=request.person.id,
        action="keep_head",
        subject_kind="head",
        subject_id=head.number,
        after={"hash": head.hash},
        now=request.now,
    )
    text = outside.printable(head, access_tenant(request.tenant).name)
    return HttpResponse(
        text,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="ahize-head-{head.number}.txt"'},
    )


# ── bundles ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@router.get("/proof/exports", response=list[schemas.ExportOut], auth=requires(Verb.EXPORT_PROOF))
def exports(request: Request) -> Any:
    """The newest first."""
    found = list(Export.objects.order_by("-asked_at")[:MOST_SHOWN])
    names = _names(one.by for one in found)
    return [_export(one, names) for one in found]


@router.post("/proof/exports", response={201: schemas.ExportOut}, auth=requires(Verb.EXPORT_PROOF))
def ask_export(request: Request, asked: schemas.ExportIn) -> Any:
    """Have a bundle of rulings made. Problem 400 says which way of asking is wrong."""
    wanted = exporting.Asked(asked.since, asked.until, asked.number.strip(), tuple(asked.attempts))
    made = exporting.ask(wanted, tenant=request.tenant, by=request.person.id, now=request.now)
    tasks.export_job.defer(export_id=str(made.pk), tenant=str(request.tenant))
    return 201, _export(made, {request.person.id: request.person.name})


@router.get("/proof/exports/{export_id}/file", auth=requires(Verb.EXPORT_PROOF))
def export_file(request: Request, export_id: UUID) -> FileResponse:
    """The bundle. Problem 409 while it is not made."""
    export = Export.objects.filter(pk=export_id).first()
    if export is None:
        raise NotFound(_("There is no such bundle."), code="no_export")
    path = exporting.file_of(export)
    if export.state != State.DONE or not path.exists():
        raise Conflict(_("This bundle is not there yet."), code="not_made", next_step=_("Try again in a minute."))
    audit.record(
        tenant=request.tenant,
        by=request.person.id,
        action="take_export",
        subject_kind="export",
        subject_id=export.pk,
        after={"sha256": export.sha256},
        now=request.now,
    )
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"rulings-{export.asked_at:%Y%m%d-%H%M}.zip")


def _export(one: Export, names: dict[UUID, str]) -> dict[str, Any]:
    asked = exporting.Asked.from_json(one.about)
    return {
        **{"id": one.pk, "kind": one.about["kind"], "since": asked.since, "until": asked.until},
        **{"number": asked.number, "attempts": len(asked.attempts), "asked_at": one.asked_at},
        **{"by": names.get(one.by, "") if one.by else "", "state": one.state, "rulings": one.rulings},
        **{"bytes": one.bytes, "sha256": one.sha256, "error": jobs.in_words(one.error)},
    }


# ── the past again ───────────────────────────────────────────────────────────────────────────────────────────────────


@router.get("/proof/rulebooks", response=list[schemas.RulebookOut], auth=requires(Verb.SEE_PROOF))
def rulebooks(request: Request) -> Any:
    """Those that the past can be decided by: today's, what was released, and what this house was ruled by."""
    return reaudits.known_rulebooks()


@router.get("/proof/reaudits", response=list[schemas.ReauditOut], auth=requires(Verb.SEE_PROOF))
def all_reaudits(request: Request) -> Any:
    """The newest first."""
    found = list(Reaudit.objects.order_by("-asked_at")[:MOST_SHOWN])
    names = _names(one.by for one in found)
    return [_reaudit(one, names) for one in found]


@router.post("/proof/reaudits", response={201: schemas.ReauditOut}, auth=requires(Verb.EXPORT_PROOF))
def ask_reaudit(request: Request, asked: schemas.ReauditIn) -> Any:
    """Decide a span of the past by another rulebook. Problem 404 where that rulebook is not here."""
    made = reaudits.ask(**asked.dict(), tenant=request.tenant, by=request.person.id, now=request.now)
    tasks.reaudit_job.defer(reaudit_id=str(made.pk), tenant=str(request.tenant))
    return 201, _reaudit(made, {request.person.id: request.person.name})


@router.get("/proof/reaudits/{reaudit_id}", response=schemas.ReauditOut, auth=requires(Verb.SEE_PROOF))
def one_reaudit(request: Request, reaudit_id: UUID) -> Any:
    """One, as far as it has come."""
    found = _access(reaudit_id)
    return _reaudit(found, _names([found.by]))


@router.post("/proof/reaudits/{reaudit_id}/stop", response=schemas.ReauditOut, auth=requires(Verb.EXPORT_PROOF))
def stop_reaudit(request: Request, reaudit_id: UUID) -> Any:
    """Stop it; what was found stays."""
    Reaudit.objects.filter(pk=reaudit_id, state__in=(State.WAITING, State.RUNNING)).update(state=State.STOPPED)
    found = _access(reaudit_id)
    return _reaudit(found, _names([found.by]))


@router.get("/proof/reaudits/{reaudit_id}/rulings", response=schemas.DifferentPage, auth=requires(Verb.SEE_PROOF))
def different_rulings(
    request: Request,
    reaudit_id: UUID,
    after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=PAGE_MOST)] = 50,
    rule: Annotated[str, Query(max_length=80)] = "",
) -> Any:
    """The rulings that would come out otherwise, in order; ``rule`` keeps those in which it comes or goes."""
    rows = Different.objects.filter(reaudit=_access(reaudit_id), seq__gt=after).order_by("seq")
    if rule:
        rows = rows.filter(come__contains=[rule]) | rows.filter(gone__contains=[rule])
    found = list(rows[: limit + 1])
    return {"rulings": found[:limit], "next": found[limit - 1].seq if len(found) > limit else None}


@router.get("/proof/reaudits/{reaudit_id}/csv", auth=requires(Verb.EXPORT_PROOF))
def reaudit_csv(request: Request, reaudit_id: UUID) -> StreamingHttpResponse:
    """A line for each ruling that would come out otherwise."""
    found = _access(reaudit_id)
    rows = Different.objects.filter(reaudit=found).order_by("seq")
    return StreamingHttpResponse(
        _csv(list(rows)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="re-audit-{found.rulebook}.csv"'},
    )


def _csv(rows: list[Different]) -> Iterator[bytes]:
    yield _csv_line(
        *("ruling", "attempt", "at", "rulebook", "before", "now", "rules_gone", "rules_come"),
        *("duties_gone", "duties_come", "differs"),
    )
    for one in rows:
        lists = (one.gone, one.come, one.duties_gone, one.duties_come, one.parts)
        told = (one.seq, one.attempt_id, one.at.isoformat(), one.rulebook, one.before, one.now)
        yield _csv_line(*told, *(" ".join(names) for names in lists))


def _csv_line(*cells: object) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue().encode()


def _access(reaudit_id: UUID) -> Reaudit:
    found = Reaudit.objects.filter(pk=reaudit_id).first()
    if found is None:
        raise NotFound(_("There is no such re-audit."), code="no_reaudit")
    return found


def _reaudit(one: Reaudit, names: dict[UUID, str]) -> dict[str, Any]:
    fields = ("since", "until", "rulebook", "rulebook_sha256", "house", "asked_at", "state", "total", "done")
    counts = ("come", "gone", "duty_come", "duty_gone")
    rules = [{"rule": rule, **{name: said.get(name, 0) for name in counts}} for rule, said in one.rules.items()]
    return {
        **{name: getattr(one, name) for name in (*fields, "differing", "began_at", "ended_at")},
        "error": jobs.in_words(one.error),
        "id": one.pk,
        "by": names.get(one.by, "") if one.by else "",
        "listed": min(one.differing, reaudits.LISTED_MOST),
        "rules": sorted(rules, key=lambda said: (-sum(said[name] for name in counts), said["rule"])),
        "verdicts": [
            {"before": was, "now": now, "rulings": count}
            for was, now, count in sorted((*pair.split(" "), count) for pair, count in one.verdicts.items())
        ],
    }


def _names(ids: Any) -> dict[UUID, str]:
    return dict(User.objects.filter(pk__in={one for one in ids if one is not None}).values_list("pk", "name"))
