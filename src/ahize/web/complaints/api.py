"""HTTP of complaints: bring one, see its clock, work on it, and take the evidence out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import File, Router, Status
from ninja.files import UploadedFile

from ahize.web import documents
from ahize.web.base import Request
from ahize.web.complaints import (
    authorities,
    bundles,
    exposure,
    history,
    intake,
    numbers,
    queries,
    redecide,
    schemas,
    services,
    tasks,
)
from ahize.web.complaints.models import Case, Source
from ahize.web.consents.access import home_region, seller_named_or_all
from ahize.web.consents.uploads import number_in
from ahize.web.permissions import Verb, requires

router = Router(tags=["complaints"])

SEES = requires(Verb.SEE_COMPLAINTS)
HANDLES = requires(Verb.HANDLE_COMPLAINTS)


@router.get("/complaints", response=schemas.ComplaintsOut, auth=SEES)
def complaints(  # noqa: PLR0917 - each is a word of the address
    request: Request,
    state: str = "",
    open: bool | None = None,
    overdue: bool = False,
    mine: bool = False,
    number: str = "",
) -> Any:
    """What is due soonest first; what is overdue leads."""
    now = request.now
    rows = queries.cases(
        state=state,
        is_open=open,
        overdue=now if overdue else None,
        assigned=request.person.id if mine else None,
        number=number,
    ).prefetch_related("numbers")
    return {
        "complaints": [queries.line(case, now) for case in rows[: queries.SHOWN_MAX]],
        "open": queries.cases(is_open=True).count(),
        "overdue": queries.cases(overdue=now).count(),
    }


@router.post("/complaints", response={201: schemas.OpenedComplaint}, auth=HANDLES)
def open_complaint(request: Request, payload: schemas.ComplaintIn) -> Any:
    """Open a case; its numbers are stopped in the same transaction. One that is here already gets this added."""
    seller = seller_named_or_all(payload.seller)
    if len(payload.numbers) > numbers.NUMBERS_MAX:
        called = payload.numbers  # Refused as they are: nobody waits for a thousand numbers to be read.
    else:
        region = payload.region.upper() or home_region(seller)
        called = [number_in(one, region, field="numbers") for one in payload.numbers]
    kept = (
        "door",
        "every_seller",
        "who",
        "contact",
        "said",
        "happened_at",
        "authority",
        "authority_reference",
        "due_at",
    )
    given = intake.Complaint(
        source=Source.API if payload.by_program else Source.SCREEN,
        received_at=payload.received_at or request.now,
        numbers=called,
        seller=seller,
        **{name: getattr(payload, name) for name in kept},
    )
    opened = intake.open_case(given, tenant=request.tenant, by=request.person.id, now=request.now)
    return Status(201, _opened(request, opened))


@router.post("/complaints/mail", response={201: schemas.OpenedComplaint}, auth=HANDLES)
def open_mail(request: Request, file: File[UploadedFile]) -> Any:
    """Bring a mail as it came (RFC 822, ``.eml``): it is kept, and its numbers are proposed."""
    raw = file.read(documents.SIZE_MAX + 1)
    opened = intake.open_mail(
        raw, name=file.name or "mail.eml", tenant=request.tenant, by=request.person.id, now=request.now
    )
    return Status(201, _opened(request, opened))


@router.get("/complaints/authorities", response=list[schemas.ComplaintAuthority], auth=SEES)
def complaint_authorities(request: Request) -> Any:
    """Who may complain, and by when each wants an answer today."""
    turkish, today = queries.is_turkish(), request.now.date()
    return [
        {
            **{"id": one.id, "name": one.name_tr if turkish else one.name, "country": one.country},
            "deadlines": [
                {
                    **{"id": term.id, "what": term.what, "unit": term.unit, "cites": term.cites, "mark": term.mark},
                    **{"title": term.title_tr if turkish else term.title, "count": term.days(today)},
                }
                for term in one.terms
            ],
        }
        for one in authorities.book().authorities.values()
    ]


@router.get("/complaints/history", response=schemas.HistoryOut, auth=SEES)
def number_history(request: Request, number: str) -> Any:
    """From a number to every attempt, with its ruling, script, recording, and all that is on record beside it."""
    return history.of_number(number_in(number, home_region(None)), now=request.now)


@router.get("/complaints/exposure", response=schemas.ExposureOut, auth=SEES)
def exposure_meter(request: Request) -> Any:
    """The last reading of the meter, and one that is under way."""
    last, running = exposure.last(), exposure.running()
    return {"last": last and exposure.told(last), "running": running and exposure.told(running)}


@router.post("/complaints/exposure", response={200: schemas.MeterOut, 202: schemas.MeterOut}, auth=HANDLES)
def read_exposure(request: Request, payload: schemas.MeterIn) -> Any:
    """Read the meter over a span: few calls at once, many by the worker (202)."""
    made, few = exposure.ask(
        since=payload.since, until=payload.until, tenant=request.tenant, by=request.person.id, now=request.now
    )
    if few:
        exposure.read(made.pk, request.tenant, now=lambda: request.now)
    else:
        tasks.meter_later(made.pk, request.tenant)
    return Status(200 if few else 202, exposure.told(exposure.access_meter(made.pk)))


@router.get("/complaints/exposure/{uuid:meter_id}", response=schemas.MeterOut, auth=SEES)
def one_exposure(request: Request, meter_id: UUID) -> Any:
    """One reading."""
    return exposure.told(exposure.access_meter(meter_id))


@router.get("/complaints/exposure/{uuid:meter_id}/csv", auth=SEES)
def exposure_csv(request: Request, meter_id: UUID) -> HttpResponse:
    """The same as a table."""
    answer = HttpResponse(
        "\ufeff" + exposure.as_csv(exposure.access_meter(meter_id)), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="exposure.csv"'
    return answer


@router.post("/complaints/{uuid:case_id}/redecide", response=schemas.ComplaintOut, auth=HANDLES)
def redecide_complaint(request: Request, case_id: UUID) -> Any:
    """Decide every ruling of the case again, by the laws of its day."""
    redecide.redecide(case_id, by=request.person.id, now=request.now)
    return queries.whole(queries.access_case(case_id), request.now)


@router.get("/complaints/{uuid:case_id}", response=schemas.ComplaintOut, auth=SEES)
def complaint(request: Request, case_id: UUID) -> Any:
    """One case, whole."""
    return queries.whole(queries.access_case(case_id), request.now)


@router.post("/complaints/{uuid:case_id}/change", response=schemas.ComplaintOut, auth=HANDLES)
def change_complaint(request: Request, case_id: UUID, payload: schemas.ComplaintChange) -> Any:
    """Fill in what became known later; the clock is set anew."""
    said = payload.model_dump(exclude_unset=True)
    if "seller" in said:
        said["seller_id"] = seller_named_or_all(said.pop("seller"))
    for name in ("who", "contact", "authority", "authority_reference"):
        if name in said and said[name] is None:
            said[name] = ""
    return _case(request, services.correct(case_id, said, by=request.person.id, now=request.now))


@router.get("/complaints/{uuid:case_id}/mail", auth=SEES)
def complaint_mail(request: Request, case_id: UUID) -> HttpResponse:
    """The mail as it came."""
    case = queries.access_case(case_id)
    return documents.download(
        documents.Document(case.mail, case.mail_name or "mail.eml", case.mail_size, case.mail_sha256)
    )


@router.post("/complaints/{uuid:case_id}/numbers", response=schemas.ComplaintOut, auth=HANDLES)
def add_complaint_number(request: Request, case_id: UUID, payload: schemas.ComplaintNumberIn) -> Any:
    """Another number; it is stopped."""
    case = queries.access_case(case_id)
    number = number_in(payload.number, home_region(case.seller_id))
    made = numbers.add_number(case_id, number, every_seller=payload.every_seller, by=request.person.id, now=request.now)
    return _case(request, made)


@router.post("/complaints/{uuid:case_id}/numbers/{uuid:number_id}/confirm", response=schemas.ComplaintOut, auth=HANDLES)
def confirm_complaint_number(request: Request, case_id: UUID, number_id: UUID, payload: schemas.ConfirmNumberIn) -> Any:
    """Yes, this is the number that was called; it is stopped."""
    made = numbers.confirm_number(
        case_id, number_id, every_seller=payload.every_seller, by=request.person.id, now=request.now
    )
    return _case(request, made)


@router.post("/complaints/{uuid:case_id}/numbers/{uuid:number_id}/dismiss", response=schemas.ComplaintOut, auth=HANDLES)
def dismiss_complaint_number(request: Request, case_id: UUID, number_id: UUID, payload: schemas.DismissIn) -> Any:
    """No, this number is somebody else's."""
    made = numbers.dismiss_number(case_id, number_id, reason=payload.reason, by=request.person.id, now=request.now)
    return _case(request, made)


@router.post("/complaints/{uuid:case_id}/notes", response=schemas.ComplaintOut, auth=HANDLES)
def note_complaint(request: Request, case_id: UUID, payload: schemas.ComplaintNoteIn) -> Any:
    return _case(request, services.write_note(case_id, payload.text, by=request.person.id, now=request.now))


@router.post("/complaints/{uuid:case_id}/assign", response=schemas.ComplaintOut, auth=HANDLES)
def assign_complaint(request: Request, case_id: UUID, payload: schemas.AssignComplaintIn) -> Any:
    return _case(request, services.assign(case_id, payload.user, by=request.person.id, now=request.now))


@router.post("/complaints/{uuid:case_id}/acknowledge", response=schemas.ComplaintOut, auth=HANDLES)
def acknowledge_complaint(request: Request, case_id: UUID) -> Any:
    """They were told that it came."""
    return _case(request, services.acknowledge(case_id, by=request.person.id, now=request.now))


@router.post("/complaints/{uuid:case_id}/state", response=schemas.ComplaintOut, auth=HANDLES)
def move_complaint(request: Request, case_id: UUID, payload: schemas.ComplaintStateIn) -> Any:
    made = services.move(case_id, payload.state, text=payload.text, by=request.person.id, now=request.now)
    return _case(request, made)


@router.post("/complaints/{uuid:case_id}/bundles", response={202: schemas.ComplaintOut}, auth=HANDLES)
def ask_bundle(request: Request, case_id: UUID, payload: schemas.EvidenceBundleIn) -> Any:
    """Have the evidence gathered and sealed; the worker does it, and the case says when it is done."""
    made = bundles.ask(
        case_id, language=payload.language, with_recordings=payload.recordings, by=request.person, now=request.now
    )
    tasks.bundle_later(made.pk, request.tenant)
    return Status(202, queries.whole(queries.access_case(case_id), request.now))


@router.get("/complaints/bundles/{uuid:bundle_id}/file", auth=HANDLES)
def bundle_file(request: Request, bundle_id: UUID) -> HttpResponseBase:
    """The sealed zip, byte for byte; who took it out stands in the audit."""
    return bundles.download(queries.access_bundle(bundle_id), by=request.person, now=request.now)


def _case(request: Request, case: Case) -> dict[str, Any]:
    return queries.whole(queries.access_case(case.pk), request.now)


def _opened(request: Request, opened: intake.Opened) -> dict[str, Any]:
    return {"complaint": _case(request, opened.case), "repeated": opened.repeated, "told": opened.told}
