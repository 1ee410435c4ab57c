"""HTTP of lists: bring a file, look, read, accept or throw away, undo; correct a contact's fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile

from ahize.intake.fields import FIELDS
from ahize.kernel.errors import Conflict
from ahize.web.base import Request
from ahize.web.contacts import answers_api, publishing, queries, services, tasks
from ahize.web.contacts.models import ContactList, FieldChange, Import, ImportReject
from ahize.web.contacts.schemas import (
    AcceptIn,
    CorrectIn,
    FieldChangeOut,
    FieldOut,
    ImportOut,
    ImportRowOut,
    ListDetail,
    ListOut,
    PhoneOut,
    PhoneStateIn,
    PreviewIn,
    PreviewOut,
    ReadIn,
    RejectOut,
    UndoIn,
)
from ahize.web.permissions import Verb, requires
from ahize.web.rls import tenant_scope

router = Router(tags=["lists"])
router.add_router("", answers_api.router)

REJECTS_SHOWN = 500


@router.post("/imports", response={202: ImportOut}, auth=requires(Verb.BRING_LISTS))
def receive_import(
    request: Request,
    *,
    file: File[UploadedFile],
    seller: Form[UUID | None] = None,
    name: Form[str] = "",
    supplier: Form[str] = "",
    source: Form[str] = "",
    region: Form[str] = "",
) -> Any:
    """Keep a file and say what it is; ``read`` puts it to work."""
    found = services.receive(
        file.chunks(),
        tenant=request.tenant,
        seller=seller,
        filename=file.name or "",
        name=name,
        supplier=supplier,
        source=source,
        region=region,
        by=request.person.id,
        now=request.now,
    )
    return Status(202, _whole(found))


@router.get("/imports", response=list[ImportRowOut], auth=requires(Verb.SEE_LISTS))
def imports(request: Request, seller: UUID | None = None) -> Any:
    """The newest imports, at most 200."""
    return [_row(found) for found in queries.imports(seller=seller)[:200]]


@router.get("/imports/fields", response=list[FieldOut], auth=requires(Verb.SEE_LISTS))
def import_fields(request: Request) -> Any:
    """What a column can be mapped to, in the reader's language."""
    turkish = request.person.language == "tr"
    return [
        {
            "key": field.key,
            "label": field.tr if turkish else field.en,
            "kind": field.kind,
            "feeds": field.feeds,
            "many": field.many,
        }
        for field in FIELDS
    ]


@router.get("/imports/{import_id}", response=ImportOut, auth=requires(Verb.SEE_LISTS))
def get_import(request: Request, import_id: UUID) -> Any:
    """What the file is, how it is mapped, how far it got and what was found."""
    return _whole(queries.access_import(import_id))


@router.post("/imports/{import_id}/preview", response=PreviewOut, auth=requires(Verb.SEE_LISTS))
def preview_import(request: Request, import_id: UUID, payload: PreviewIn) -> Any:
    """How the first rows read under a mapping; nothing is kept."""
    return queries.look(queries.access_import(import_id), payload.mapping)


@router.post("/imports/{import_id}/read", response={202: ImportOut}, auth=requires(Verb.BRING_LISTS))
def read_import(request: Request, import_id: UUID, payload: ReadIn) -> Any:
    """Settle the mapping and read the file on the worker; notices on ``imports`` tell how far it is."""
    found = services.start_reading(
        queries.access_import(import_id),
        mapping=payload.mapping,
        region=payload.region,
        sheet=payload.sheet,
        now=request.now,
    )
    tasks.read_later(found.pk, found.tenant_id)
    return Status(202, _whole(found))


@router.post("/imports/{import_id}/cancel", response={202: ImportOut}, auth=requires(Verb.BRING_LISTS))
def cancel_import(request: Request, import_id: UUID) -> Any:
    """Stop reading at the next batch."""
    found = queries.access_import(import_id)
    return Status(202, _whole(services.cancel(found, by=request.person.id, now=request.now)))


@router.post("/imports/{import_id}/accept", response=ImportOut, auth=requires(Verb.BRING_LISTS))
def accept_import(request: Request, import_id: UUID, payload: AcceptIn) -> Any:
    """Publish the list whole."""
    found = services.accept(
        queries.access_import(import_id), **payload.model_dump(), by=request.person.id, now=request.now
    )
    return _whole(found)


@router.post("/imports/{import_id}/discard", response=ImportOut, auth=requires(Verb.BRING_LISTS))
def discard_import(request: Request, import_id: UUID) -> Any:
    """Throw it away."""
    return _whole(services.discard(queries.access_import(import_id), by=request.person.id, now=request.now))


@router.post("/imports/{import_id}/undo", response=ImportOut, auth=requires(Verb.UNDO_LISTS))
def undo_import(request: Request, import_id: UUID, payload: UndoIn | None = None) -> Any:
    """Take an accepted list back; refused with the reason once somebody on it was called."""
    found = queries.access_import(import_id)
    reason = payload.reason if payload else ""
    return _whole(services.undo(found, by=request.person.id, now=request.now, reason=reason))


@router.get("/imports/{import_id}/rejects", response=list[RejectOut], auth=requires(Verb.SEE_LISTS))
def import_rejects(request: Request, import_id: UUID) -> Any:
    """The first refusals, for the screen; all of them are in the file."""
    found = queries.access_import(import_id)
    return [
        {
            "row": reject.row,
            "line": reject.line,
            "column": reject.column,
            "code": reject.code,
            "value": reject.value,
            "reason": queries.reason_of(reject.code),
        }
        for reject in ImportReject.objects.filter(imported=found).order_by("row", "id")[:REJECTS_SHOWN]
    ]


@router.get("/imports/{import_id}/rejects.csv", auth=requires(Verb.SEE_LISTS))
def import_rejects_file(request: Request, import_id: UUID) -> StreamingHttpResponse:
    """Everything that was refused: row, column, value, reason, code."""
    found = queries.access_import(import_id)
    language = request.person.language

    def lines() -> Iterator[str]:
        # The answer is streamed after the request's transaction has ended, so it opens one of its own.
        with tenant_scope(found.tenant_id):
            yield from queries.rejects_csv(found, language=language)

    return StreamingHttpResponse(
        lines(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="rejects-{found.pk}.csv"'},
    )


@router.get("/lists", response=list[ListOut], auth=requires(Verb.SEE_LISTS))
def lists(request: Request, state: str = "", seller: UUID | None = None) -> Any:
    """Lists, the newest first."""
    return [_list(made) for made in queries.lists(state=state, seller=seller)]


@router.get("/lists/{list_id}", response=ListDetail, auth=requires(Verb.SEE_LISTS))
def get_list(request: Request, list_id: UUID) -> Any:
    """A list, where it came from, and what keeps it from being undone."""
    made = queries.access_list(list_id)
    found = Import.objects.filter(list=made).first()
    return {**_list(made), "imported": _whole(found) if found else None, "in_use": _in_use(made)}


@router.post("/lists/{list_id}/undo", response=ListDetail, auth=requires(Verb.UNDO_LISTS))
def undo_list(request: Request, list_id: UUID, payload: UndoIn | None = None) -> Any:
    """Take a list back with everything its import brought."""
    made = queries.access_list(list_id)
    reason = payload.reason if payload else ""
    services.undo(services.import_of(made), by=request.person.id, now=request.now, reason=reason)
    return get_list(request, list_id)


@router.patch("/contacts/{contact_id}/fields", response=list[FieldChangeOut], auth=requires(Verb.EDIT_CONTACTS))
def correct_contact(request: Request, contact_id: UUID, payload: CorrectIn) -> Any:
    """Put fields right; the history is kept."""
    contact = queries.access_contact(contact_id)
    services.correct(contact, payload.changes, by=request.person.id, now=request.now, attempt=payload.attempt)
    return FieldChange.objects.filter(contact=contact).order_by("-at", "-id")


@router.get("/contacts/{contact_id}/changes", response=list[FieldChangeOut], auth=requires(Verb.SEE_CONTACTS))
def contact_changes(request: Request, contact_id: UUID) -> Any:
    """Who put what right, the newest first."""
    return FieldChange.objects.filter(contact=queries.access_contact(contact_id)).order_by("-at", "-id")


@router.put("/phones/{phone_id}/state", response=PhoneOut, auth=requires(Verb.EDIT_CONTACTS))
def put_phone_state(request: Request, phone_id: UUID, payload: PhoneStateIn) -> Any:
    """Retire a number, or bring it back; its person stays."""
    phone = queries.access_phone(phone_id)
    return services.put_phone_state(phone, payload.state, reason=payload.reason, by=request.person.id, now=request.now)


def _row(found: Import) -> dict[str, Any]:
    return {
        "id": found.pk,
        "filename": found.filename,
        "state": found.state,
        "seller": found.seller_id,
        "supplier": found.supplier,
        "source": found.source,
        "region": found.region,
        "progress_rows": found.progress_rows,
        "total_rows": found.total_rows,
        "list": found.list_id,
        "created_at": found.created_at,
    }


def _whole(found: Import) -> dict[str, Any]:
    return {
        **_row(found),
        "size": found.size,
        "sha256": found.sha256,
        "name": found.options.get("name", ""),
        "truth": found.truth,
        "mapping": found.mapping,
        "remembered": "remembered_from" in found.options,
        "counts": found.counts,
        "refused": _codes(found.counts.get("bad_by_code", {})),
        "remarks": _codes(found.counts.get("remarks_by_code", {})),
        "problem": _problem(found.problem),
    }


def _problem(problem: dict[str, Any] | None) -> dict[str, Any] | None:
    """Why an import failed, in the reader's language; it was kept in the words of the code."""
    if problem is None:
        return None
    return {name: _(text) if name != "code" and text else text for name, text in problem.items()}


def _codes(counts: dict[str, int]) -> list[dict[str, Any]]:
    largest_first = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"code": code, "count": count, "reason": queries.reason_of(code)} for code, count in largest_first]


def _list(made: ContactList) -> dict[str, Any]:
    return {
        "id": made.pk,
        "name": made.name,
        "seller": made.seller_id,
        "supplier": made.supplier,
        "source": made.source,
        "acquired_on": made.acquired_on,
        "price_cents": made.price_cents,
        "state": made.state,
        "contacts_count": made.contacts_count,
        "created_at": made.created_at,
        "by": made.by,
    }


def _in_use(made: ContactList) -> str:
    """Why the list cannot be undone now, or empty."""
    try:
        publishing.refuse_if_used(made)
    except Conflict as conflict:
        return conflict.message
    return ""
