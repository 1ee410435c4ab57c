"""Evidence bundles: asked for by a person, made by the worker, sealed and kept; the hash stands in the audit's chain.

A bundle is as of the moment it was asked for, so that the same content gives the same bytes. Rulings are decided again
on the way. Whole or not at all: a file appears when everything is in it.
"""

from __future__ import annotations

import hashlib
import heapq
import os
from collections.abc import Callable
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import FileResponse
from django.utils.translation import gettext as _

from ahize.kernel.errors import AhizeError, Conflict, NotFound
from ahize.kernel.seals import Sealer
from ahize.proof.bundle import Writer
from ahize.web import jobs, notices
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.complaints import queries, record
from ahize.web.complaints.gather import gather
from ahize.web.complaints.models import Bundle, Case, JobState
from ahize.web.complaints.redecide import attempts_of_case, redecide
from ahize.web.permissions import Person, Verb
from ahize.web.proof import exporting, sealing
from ahize.web.recordings import services as recordings
from ahize.web.recordings.models import Recording
from ahize.web.rls import tenant_scope

FOLDER: Final = "complaints/bundles"


def ask(case_id: UUID, *, language: str, with_recordings: bool, by: Person, now: datetime) -> Bundle:
    """Write down that a bundle is wanted; the caller hands it to the worker.

    Recordings go in only for whoever may hear them, and each that will be opened stands in the audit.
    """
    with transaction.atomic():
        case = queries.access_case(case_id, lock=True)
        if Bundle.objects.filter(case=case, state__in=(JobState.WAITING, JobState.RUNNING)).exists():
            raise Conflict(
                _("A bundle of this complaint is being made already."),
                code="bundle_under_way",
                next_step=_("Wait until it is done; then ask for another one."),
            )
        hears = with_recordings and by.may(Verb.HEAR_RECORDINGS)
        made = Bundle.objects.create(
            id=draw_id(now),
            tenant_id=case.tenant_id,
            case=case,
            asked_at=now,
            by=by.id,
            language=language,
            recordings=hears,
        )
        if hears:
            ids = [one.pk for one in attempts_of_case(case)]
            for recording in Recording.objects.filter(attempt_id__in=ids, deleted_at=None).exclude(path=""):
                why = _("Evidence bundle of complaint %(number)d") % {"number": case.number}
                recordings.listen(recording, why=why, by=by, now=now)
        _tell(case, made, "ask_bundle", {"recordings": hears, "language": language}, by=by.id, now=now)
    return made


def make(
    bundle_id: UUID,
    tenant: UUID,
    *,
    sealer: Sealer,
    now: Callable[[], datetime],
) -> None:
    """Make a bundle that was asked for; nothing where it is done already. What goes wrong is told in words."""
    with tenant_scope(tenant):
        bundle = Bundle.objects.select_related("case").filter(pk=bundle_id).first()
        if bundle is None or bundle.state in (JobState.DONE, JobState.FAILED):
            return
        _progress(bundle, 1, state=JobState.RUNNING, total=4, now=now())
    sealing.seal_all(tenant, sealer, now=bundle.asked_at)
    part = file_of(bundle).with_suffix(".part")
    with jobs.told(lambda wrong: _failed(bundle, part, wrong, now())), tenant_scope(tenant):
        _write(bundle, part, sealer=sealer, now=now)


def _failed(bundle: Bundle, part: Path, wrong: AhizeError, at: datetime) -> None:
    part.unlink(missing_ok=True)
    with tenant_scope(bundle.tenant_id):
        Bundle.objects.filter(pk=bundle.pk).update(state=JobState.FAILED, problem=wrong.message, ended_at=at)
        notices.tell_browsers(bundle.tenant_id, "complaints", bundle.case_id, now=at)


def _write(bundle: Bundle, part: Path, *, sealer: Sealer, now: Callable[[], datetime]) -> None:
    redecided = redecide(bundle.case_id, by=None, now=bundle.asked_at)
    case = queries.access_case(bundle.case_id)
    _progress(bundle, 2, now=now())
    found = gather(case, bundle, redecided)
    _progress(bundle, 3, now=now())
    attempts = tuple(one.pk for one in found.attempts)
    chain = exporting.items(exporting.Asked(attempts=attempts)) if attempts else iter(())
    about = {
        **{"kind": "complaint", "complaint": case.number, "rulings": len(attempts), "language": bundle.language},
        **{"recordings": bundle.recordings, "not_in_it": found.notes},
    }
    part.parent.mkdir(parents=True, exist_ok=True)
    with part.open("wb") as out:
        with Writer(
            out,
            sealer=sealer,
            tenant=str(bundle.tenant_id),
            made_at=bundle.asked_at,
            made_by=exporting.made_by(),
            about=about,
        ) as writer:
            for path, content in heapq.merge(sorted(found.items.items(), key=itemgetter(0)), chain, key=itemgetter(0)):
                writer.add(path, content)
        out.flush()
        os.fsync(out.fileno())
    with part.open("rb") as made:
        bundle.sha256 = hashlib.file_digest(made, "sha256").hexdigest()
    final = file_of(bundle)
    bundle.size, bundle.path, bundle.notes = (
        part.stat().st_size,
        str(final.relative_to(settings.MEDIA_ROOT)),
        found.notes,
    )
    part.rename(final)
    bundle.state, bundle.ended_at, bundle.done = JobState.DONE, now(), 4
    bundle.save()
    _tell(case, bundle, "seal_bundle", {"sha256": bundle.sha256, "size": bundle.size}, by=bundle.by, now=now())


def file_of(bundle: Bundle) -> Path:
    """Where its file lies once it is done."""
    return Path(settings.MEDIA_ROOT) / FOLDER / str(bundle.tenant_id) / f"{bundle.pk}.zip"


def download(bundle: Bundle, *, by: Person, now: datetime) -> FileResponse:
    """The file, unchanged since it was sealed. Raises: NotFound, Conflict."""
    if bundle.state != JobState.DONE:
        raise Conflict(_("This bundle is not made yet."), code="bundle_not_done")
    if bundle.recordings and not by.may(Verb.HEAR_RECORDINGS):
        raise Conflict(
            _("There are recordings in this bundle, and you may not hear any."),
            code="bundle_with_recordings",
            next_step=_("Ask for a bundle without recordings."),
        )
    path = file_of(bundle)
    if not path.is_file():
        raise NotFound(
            _("The bundle's file is not there."),
            code="no_bundle_file",
            next_step=_("Restore it from a back-up; its SHA-256 is on record."),
        )
    with path.open("rb") as kept:
        if hashlib.file_digest(kept, "sha256").hexdigest() != bundle.sha256:
            raise Conflict(
                _("The bundle's file has changed since it was sealed."),
                code="bundle_changed",
                next_step=_("Restore it from a back-up; its SHA-256 is on record."),
            )
    case = queries.access_case(bundle.case_id)
    audit.record(
        tenant=bundle.tenant_id,
        by=by.id,
        action="download_bundle",
        subject_kind="bundle",
        subject_id=bundle.pk,
        after={"complaint": case.number, "sha256": bundle.sha256},
        now=now,
    )
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"complaint-{case.number}-{bundle.asked_at:%Y%m%d-%H%M}.zip",
        content_type="application/zip",
    )


def _progress(bundle: Bundle, done: int, *, now: datetime, **changed: Any) -> None:
    bundle.done = done
    for name, value in changed.items():
        setattr(bundle, name, value)
    bundle.save(update_fields=["done", *changed])
    notices.tell_browsers(bundle.tenant_id, "complaints", bundle.case_id, now=now)


def _tell(case: Case, bundle: Bundle, action: str, after: dict[str, Any], *, by: UUID | None, now: datetime) -> None:
    audit.record(
        tenant=case.tenant_id,
        by=by,
        action=action,
        subject_kind="bundle",
        subject_id=bundle.pk,
        after={"complaint": case.number, **after},
        now=now,
    )
    record.note(case, "bundle", by=by, now=now, facts={"bundle": str(bundle.pk), "action": action, **after})
    notices.tell_browsers(case.tenant_id, "complaints", case.pk, now=now)
