"""Recordings to be played to people: brought, heard by a second person, approved, archived; never changed.

A recording is kept as it is played (``flows/sound.py`` makes it fit for a telephone), under
``AHIZE_HOME/files/sounds/<tenant>/<id>.wav`` with its SHA-256 on record. Refuses to know who plays it and when.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.db.models import Max, QuerySet
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ahize.flows.sound import for_telephone
from ahize.flows.wav import BadSound, read_wav
from ahize.kernel.errors import BadInput, Conflict, NotFound, TooMany
from ahize.web import documents
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.lines.models import Sound
from ahize.web.lines.trunks import tell_changed
from ahize.web.permissions import Person, second_person

Use = Literal["voicemail", "prompt"]
FOLDER = "sounds"
SIZE_MAX = 64 << 20
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,4})?", re.ASCII)


def sounds(*, archived: bool = False) -> QuerySet[Sound]:
    """By name, language and version, the newest version first; archived ones only where asked for."""
    found = Sound.objects.order_by("name", "language", "-version")
    return found if archived else found.filter(archived_at=None)


def usable(*, use: Use) -> list[Sound]:
    """The newest approved version of each."""
    newest: dict[tuple[str, str], Sound] = {}
    for sound in sounds().filter(use=use, approved_at__isnull=False):
        newest.setdefault((sound.name, sound.language), sound)
    return list(newest.values())


def access_sound(sound_id: UUID) -> Sound:
    """One of the tenant's. Raises: NotFound."""
    found = Sound.objects.filter(pk=sound_id).first()
    if found is None:
        raise NotFound(_("There is no such sound."), code="no_sound")
    return found


def access_usable(sound_id: UUID, *, use: Use) -> Sound:
    """One that may be played. Raises: NotFound, Conflict ``sound_not_approved``."""
    sound = access_sound(sound_id)
    if sound.use != use or sound.archived_at is not None or sound.approved_at is None:
        raise Conflict(
            _("This sound may not be played here."),
            code="sound_not_approved",
            next_step=_("Choose an approved one, or have this one approved."),
        )
    return sound


def bring(
    content: Iterable[bytes], *, name: str, language: str, use: Use, text: str, by: Person, now: datetime
) -> Sound:
    """Keep a recording as the next version of its name and language. Raises: BadInput, TooMany."""
    if not name.strip() or len(name) > 100:
        raise _bad("name", _("Please give a name."))
    if not _LANGUAGE.fullmatch(language):
        raise _bad("language", _("Write the language like en or tr."))
    played, seconds = _made_fit(_whole(content))
    last = Sound.objects.filter(name=name.strip(), language=language).aggregate(last=Max("version"))["last"] or 0
    sound_id = draw_id(now)
    kept = documents.keep([played], name=f"{sound_id}.wav", tenant=by.tenant, of=sound_id, folder=FOLDER, ending=".wav")
    path = Path(settings.MEDIA_ROOT) / kept.path
    path.parent.chmod(0o2750)  # the gate, in our group, reads what it is to play
    path.chmod(0o640)
    sound = Sound.objects.create(
        id=sound_id,
        tenant_id=by.tenant,
        name=name.strip(),
        language=language,
        version=last + 1,
        use=use,
        path=kept.path,
        sha256=kept.sha256,
        size=kept.size,
        seconds=seconds,
        text=text,
        created_at=now,
        by=by.id,
    )
    _keep(sound, "bring_sound", by, now)
    return sound


def approve(sound: Sound, *, by: Person, now: datetime) -> Sound:
    """Say that it may be played. Never by whoever brought it. Raises: NotAllowed, Conflict."""
    second_person(
        sound.by,
        by.id,
        refused=_("Whoever brought a sound cannot approve it."),
        next_step=_("Have another person listen to it."),
    )
    if sound.archived_at is not None:
        raise Conflict(_("This sound is archived."), code="sound_archived")
    if sound.approved_at is None:
        content_of(sound)
        sound.approved_at, sound.approved_by = now, by.id
        sound.save(update_fields=["approved_at", "approved_by"])
        _keep(sound, "approve_sound", by, now)
    return sound


def archive(sound: Sound, *, by: Person, now: datetime) -> Sound:
    """Play it no more; what was played stays on record."""
    if sound.archived_at is None:
        sound.archived_at = now
        sound.save(update_fields=["archived_at"])
        _keep(sound, "archive_sound", by, now)
    return sound


def content_of(sound: Sound) -> bytes:
    """As it is played. Raises: NotFound where its file has gone or changed: then nobody approved it."""
    path = Path(settings.MEDIA_ROOT) / sound.path
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != sound.sha256:
        raise NotFound(
            _("The sound's file has gone or changed since it was kept."),
            code="sound_changed",
            next_step=_("Restore it from a back-up, or bring it again."),
        )
    return content


def played(sound: Sound) -> HttpResponse:
    """To be heard in a browser."""
    response = HttpResponse(content_of(sound), content_type="audio/wav")
    response.headers["Content-Disposition"] = "inline"
    return response


def _whole(content: Iterable[bytes]) -> bytes:
    parts, size = [], 0
    for part in content:
        size += len(part)
        if size > SIZE_MAX:
            raise TooMany(_("The sound is larger than %(size)d MB.") % {"size": SIZE_MAX >> 20}, code="too_large")
        parts.append(part)
    return b"".join(parts)


def _made_fit(content: bytes) -> tuple[bytes, Decimal]:
    try:
        made = for_telephone(content)
        return made, Decimal(str(round(read_wav(made).length_s, 2)))
    except BadSound as bad:
        language = get_language() or "en"
        said = bad.sentence(language)
        raise BadInput(
            said, code=bad.code, next_step=bad.step(language), fields=[{"field": "file", "message": said}]
        ) from None


def _keep(sound: Sound, action: str, by: Person, now: datetime) -> None:
    audit.record(
        tenant=by.tenant,
        by=by.id,
        action=action,
        subject_kind="sound",
        subject_id=sound.pk,
        after={"name": sound.name, "language": sound.language, "version": sound.version, "sha256": sound.sha256},
        now=now,
    )
    tell_changed(by.tenant, sound.pk, now=now)


def _bad(field: str, said: str) -> BadInput:
    return BadInput(said, fields=[{"field": field, "message": said}])
