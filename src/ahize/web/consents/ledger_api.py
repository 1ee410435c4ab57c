"""HTTP of the consent ledger: agreeing, withdrawing, timelines, what registries hear, and checks by agencies."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import File, Router, Status
from ninja.files import UploadedFile

from ahize.web import documents
from ahize.web.base import Request
from ahize.web.consents import access, checks, ledger, queries, registry_words, reporting, timeline, uploads
from ahize.web.consents.models import CheckKey, RegistryReport, Snapshot
from ahize.web.consents.schemas import (
    CheckIn,
    CheckKeyIn,
    CheckKeyOut,
    CheckOut,
    ConsentIn,
    ConsentOut,
    EndConsentIn,
    MomentOut,
    NewCheckKeyOut,
    ReportOut,
    RevokedOut,
    RevokeIn,
    RevokeOneIn,
    SnapshotOut,
)
from ahize.web.permissions import Verb, open_to_all, requires
from ahize.web.rls import tenant_scope
from ahize.web.tenants.queries import access_agency, access_seller

router = Router(tags=["consents"])

SHOWN = 500
KEY = "An agency proves itself by signing with its key."


@router.get("/consents", response=list[ConsentOut], auth=requires(Verb.SEE_CONSENTS))
def consents(
    request: Request, *, number: str = "", region: str = "", contact: UUID | None = None, seller: UUID | None = None
) -> Any:
    """Consents with what became of them, the newest first, at most 500."""
    e164 = uploads.number_in(number, region or access.home_region(seller)) if number else ""
    return queries.told(queries.consents(e164=e164, contact=contact, seller=seller)[:SHOWN])


@router.post("/consents", response={201: ConsentOut}, auth=requires(Verb.EDIT_CONTACTS))
def record_consent(request: Request, payload: ConsentIn) -> Any:
    """Write down that someone agreed, in which words. What is written down is never changed."""
    said = payload.model_dump(exclude={"number", "region", "seller"})
    consent = ledger.record_consent(
        **said,
        tenant=request.tenant,
        seller=access.seller_named(payload.seller),
        e164=uploads.number_in(payload.number, payload.region or access.home_region(payload.seller)),
        by=request.person.id,
        now=request.now,
    )
    return Status(201, queries.told([consent])[0])


@router.get("/consents/timeline", response=list[MomentOut], auth=requires(Verb.SEE_CONSENTS))
def consent_timeline(request: Request, number: str, region: str = "", seller: UUID | None = None) -> Any:
    """All that was ever said about a number and calls to it, newest first."""
    e164 = uploads.number_in(number, region or access.home_region(seller))
    return timeline.timeline(e164, seller=seller, now=request.now)[:SHOWN]


@router.get("/consents/snapshots", response=list[SnapshotOut], auth=requires(Verb.SEE_CONSENTS))
def snapshots(request: Request) -> Any:
    """Pages, forms and recordings that consents rest on, the newest first, at most 500."""
    return list(Snapshot.objects.order_by("-created_at", "-id")[:SHOWN])


@router.post("/consents/snapshots", response={201: SnapshotOut}, auth=requires(Verb.EDIT_CONTACTS))
def keep_snapshot(request: Request, file: File[UploadedFile]) -> Any:
    """Keep a page, form or recording as it is; consents can then name it."""
    made = ledger.keep_snapshot(
        file.chunks(), name=file.name or "", tenant=request.tenant, by=request.person.id, now=request.now
    )
    return Status(201, made)


@router.get("/consents/snapshots/{snapshot_id}/file", auth=requires(Verb.SEE_CONSENTS))
def snapshot_file(request: Request, snapshot_id: UUID) -> HttpResponse:
    """A snapshot, byte for byte; refused where its file has changed since."""
    found = queries.access_snapshot(snapshot_id)
    return documents.download(documents.Document(found.file, found.name, found.size, found.sha256))


@router.post("/consents/revocations", response={201: RevokedOut}, auth=requires(Verb.SUPPRESS))
def revoke(request: Request, payload: RevokeIn) -> Any:
    """Somebody takes back what they agreed to, by whatever door; no later permit markets to them."""
    done = ledger.revoke(
        tenant=request.tenant,
        seller=access.seller_named_or_all(payload.seller),
        e164=uploads.number_in(payload.number, payload.region or access.home_region(payload.seller)),
        door=payload.door,
        said=payload.said,
        said_at=payload.said_at,
        channel=payload.channel,
        by=request.person.id,
        now=request.now,
    )
    return Status(
        201,
        {"receipt": done.suppression.receipt, "suppression": done.suppression.id, "consents": list(done.consents)},
    )


@router.post("/consents/{consent_id}/revoke", response=ConsentOut, auth=requires(Verb.SUPPRESS))
def revoke_consent(request: Request, consent_id: UUID, payload: RevokeOneIn) -> Any:
    """The person of this consent takes it back, and with it what else they agreed to with that seller."""
    consent = queries.access_consent(consent_id)
    ledger.revoke_consent(consent, door=payload.door, said=payload.reason, by=request.person.id, now=request.now)
    return queries.told([consent])[0]


@router.post("/consents/{consent_id}/end", response=ConsentOut, auth=requires(Verb.EDIT_CONTACTS))
def end_consent(request: Request, consent_id: UUID, payload: EndConsentIn) -> Any:
    """End a consent without the person's word: it no longer holds, or it was written down in error."""
    consent = queries.access_consent(consent_id)
    ledger.end_consent(consent, kind=payload.kind, reason=payload.reason, by=request.person.id, now=request.now)
    return queries.told([consent])[0]


@router.get("/registry-reports", response=list[ReportOut], auth=requires(Verb.SEE_CONSENTS))
def registry_reports(
    request: Request, seller: UUID | None = None, state: Literal["waiting", "refused"] = "waiting"
) -> Any:
    """What consent registries have not heard of yet, soonest due first, or would not take; at most 500."""
    rows = reporting.refused(seller=seller) if state == "refused" else reporting.waiting(seller=seller)
    return [_report(one) for one in rows[:SHOWN]]


@router.get("/check-keys", response=list[CheckKeyOut], auth=requires(Verb.SEE_CONSENTS))
def check_keys(request: Request, agency: UUID | None = None) -> Any:
    """Keys with which agencies may ask about suppressions, and how much each has asked."""
    return [_check_key(key) for key in checks.keys(agency=agency)[:SHOWN]]


@router.post("/check-keys", response={201: NewCheckKeyOut}, auth=requires(Verb.EDIT_SELLERS))
def issue_check_key(request: Request, payload: CheckKeyIn) -> Any:
    """Give an agency a key for a seller. Its secret is shown this once, to hand over."""
    issued = checks.issue_key(
        access_agency(payload.agency),
        access_seller(payload.seller),
        tokens_per_day=payload.tokens_per_day,
        by=request.person.id,
        now=request.now,
    )
    return Status(201, {**_check_key(issued.key), "secret": issued.secret, "tenant": request.tenant})


@router.post("/check-keys/{key_id}/end", response=CheckKeyOut, auth=requires(Verb.EDIT_SELLERS))
def end_check_key(request: Request, key_id: UUID) -> Any:
    """The agency can no longer ask with this key."""
    return _check_key(checks.end_key(checks.access_key(key_id), by=request.person.id, now=request.now))


@router.post("/suppression-checks/{tenant_id}", response=CheckOut, auth=open_to_all(KEY))
def check_suppressions(request: Request, tenant_id: UUID, payload: CheckIn) -> Any:
    """Which of an agency's numbers must not be called for a seller, asked and answered by tokens."""
    with tenant_scope(tenant_id):
        return checks.check(payload.key, payload.tokens, at=payload.at, signed=payload.signature, now=request.now)


def _report(report: RegistryReport) -> dict[str, Any]:
    """A line of the queue; why it was refused is kept in English and told in the reader's language."""
    return {
        **{name: getattr(report, name) for name in ("id", "seller_id", "registry", "e164", "channel", "granted")},
        **{name: getattr(report, name) for name in ("happened_at", "due_at", "state", "tries", "answered_at")},
        "problem": registry_words.refusal(report.problem),
    }


def _check_key(key: CheckKey) -> dict[str, Any]:
    asked, found = checks.asked(key)
    return {
        **{"id": key.pk, "agency": key.agency_id, "agency_name": key.agency.name},
        **{"seller": key.seller_id, "seller_name": key.seller.name, "tokens_per_day": key.tokens_per_day},
        **{"created_at": key.created_at, "ended_at": key.ended_at, "asked": asked, "found": found},
    }
