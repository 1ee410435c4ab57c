"""Writing down what was recorded, holding it back, and letting it go. Every deed of a person is in the audit."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb
from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from ahize.kernel.envelopes import BrokenSeal
from ahize.kernel.errors import BadInput, Conflict, NotFound, Unavailable
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.permissions import Person
from ahize.web.problems import refused_by_hold
from ahize.web.recordings import files
from ahize.web.recordings.models import Gone, Recording

log = logging.getLogger(__name__)

DAYS: Final = 90
"""How long recordings are kept where nobody said anything: short, for what is not there cannot be lost."""

REASON_MAX: Final = 500
_PATH: Final = re.compile(r"\d{4}/\d\d/\d\d/[0-9a-f-]{36}\.ahz\Z", re.ASCII)


class Cursor(Protocol):
    """A cursor inside the tenant's wall."""

    def execute(self, query: str, params: Any = None, /) -> Any: ...
    def fetchone(self) -> Any: ...


# ── writing down ─────────────────────────────────────────────────────────────────────────────────────────────────────


class GapIn(BaseModel):
    at_s: float = Field(ge=0, le=1e6)
    lasted_s: float = Field(ge=0, le=1e6)


class Report(BaseModel):
    """What a gate says of one recording. A gate faces the telephone network, so nothing in it is taken on trust."""

    attempt: UUID
    began_at: AwareDatetime
    seconds: float = Field(0, ge=0, le=999_999)
    expected_s: float = Field(0, ge=0, le=999_999)
    rate: int = Field(8_000, ge=8_000, le=48_000)
    path: str = Field("", max_length=80)
    size: int = Field(0, ge=0, le=1 << 40)
    sha256: str = Field("", pattern=r"^([0-9a-f]{64})?$")
    key: str = Field("", pattern=r"^([0-9a-f]{16})?$")
    cut_short: bool = False
    not_kept: str = Field("", pattern=r"^[a-z_]{0,12}$")
    gaps: list[GapIn] = Field(default_factory=list, max_length=1_000)
    peaks: list[str] = Field(default_factory=list, max_length=2)

    @property
    def is_sound(self) -> bool:
        """Whether it names the file of its own call, and no other."""
        if self.not_kept:
            return self.path == ""
        own = self.path.endswith(f"/{self.attempt}.ahz") and _PATH.match(self.path) is not None
        return own and bool(self.sha256 and self.key) and all(len(one) <= 2_000 for one in self.peaks)


def note(cursor: Cursor, tenant: UUID, report: Mapping[str, Any], now: datetime) -> bool:
    """Write down what a gate reports; the same again changes nothing, and a later success replaces a failure.

    Returns:
        Whether the call is the tenant's, so that the report is settled.
    """
    try:
        told = Report.model_validate(report)
    except ValidationError as wrong:
        log.error("a recording's report cannot be read: %s", wrong.errors(include_input=False, include_url=False)[0])
        return False
    if not told.is_sound:
        log.error("the report of recording %s names a file that is not its own", told.attempt)
        return False
    values = {
        "id": draw_id(now),
        "tenant_id": tenant,
        "attempt_id": told.attempt,
        "began_at": told.began_at,
        "noted_at": now,
        "seconds": round(told.seconds, 2),
        "expected_s": round(told.expected_s, 2),
        "rate": told.rate,
        "channels": 2,
        "path": told.path,
        "size": told.size,
        "sha256": told.sha256,
        "key": told.key,
        "cut_short": told.cut_short,
        "not_kept": told.not_kept,
        "gaps": Jsonb([gap.model_dump() for gap in told.gaps]),
        "peaks": Jsonb(told.peaks),
    }
    cursor.execute(_NOTE, [*values.values(), told.began_at, DAYS, told.attempt])
    if cursor.fetchone() is not None:
        return True
    cursor.execute("SELECT 1 FROM recordings_recording WHERE attempt_id = %s", [told.attempt])
    return cursor.fetchone() is not None


_COLUMNS: Final = (
    "id, tenant_id, attempt_id, began_at, noted_at, seconds, expected_s, rate, channels, path, size, sha256, key,"
    " cut_short, not_kept, gaps, peaks"
)
_CHANGED: Final = ", ".join(
    f"{name} = excluded.{name}" for name in _COLUMNS.split(", ")[3:] if name not in ("rate", "channels")
)
_NOTE: Final = f"""
INSERT INTO recordings_recording ({_COLUMNS}, keep_until, hold_reason, deleted_why, deleted_reason)
SELECT {", ".join(["%s"] * 17)}, %s + make_interval(days => coalesce(
    (SELECT days FROM recordings_retention WHERE campaign_id = attempt.campaign_id),
    (SELECT days FROM recordings_retention WHERE seller_id = attempt.seller_id),
    (SELECT days FROM recordings_retention WHERE campaign_id IS NULL AND seller_id IS NULL), %s)), '', '', ''
FROM dialing_attempt AS attempt WHERE attempt.id = %s
ON CONFLICT (attempt_id) DO UPDATE SET {_CHANGED}, rate = excluded.rate
WHERE recordings_recording.path = '' AND recordings_recording.deleted_at IS NULL
RETURNING id
"""  # noqa: S608 - our own names


# ── holding back ─────────────────────────────────────────────────────────────────────────────────────────────────────


def hold(recording: Recording, *, reason: str, by: Person, now: datetime) -> Recording:
    """Keep it, whatever its rule says, until it is released. Raises: BadInput, Conflict."""
    reason = _reason(reason)
    recording = _locked(recording)
    still_there(recording)
    recording.held_at, recording.held_by, recording.hold_reason = now, by.id, reason
    recording.save(update_fields=["held_at", "held_by", "hold_reason"])
    _tell(recording, "hold_recording", reason=reason, by=by.id, now=now)
    return recording


def release(recording: Recording, *, reason: str, by: Person, now: datetime) -> Recording:
    """Hold it no longer: its rule decides again, or the litigation hold that covers it too.

    Raises: BadInput, Conflict where a litigation hold keeps it.
    """
    reason = _reason(reason)
    recording = _locked(recording)
    if recording.litigation is not None:
        raise Conflict(
            _("A litigation hold keeps this recording."),
            code="recording_in_litigation",
            next_step=_("It is released when that hold is lifted, by two people."),
        )
    if recording.held_at is not None:
        recording.held_at, recording.held_by, recording.hold_reason = None, None, ""
        recording.save(update_fields=["held_at", "held_by", "hold_reason"])
        _tell(recording, "release_recording", reason=reason, by=by.id, now=now)
    return recording


# ── letting go ───────────────────────────────────────────────────────────────────────────────────────────────────────


def delete(recording: Recording, *, reason: str, by: Person, now: datetime) -> Recording:
    """Destroy it before its time, because somebody may ask for that. Raises: BadInput, Conflict where it is held."""
    reason = _reason(reason)
    recording = _locked(recording)
    if recording.held_at is not None:
        raise _held()
    if recording.deleted_at is None:
        _destroy(recording, Gone.ASKED, by=by.id, reason=reason, now=now)
    return recording


def erase(recording: Recording, *, now: datetime) -> bool:
    """Destroy it because the person whose call it was is erased; False where it is held and stays. Raises: OSError."""
    recording = _locked(recording)
    if recording.held_at is not None:
        return False
    if recording.deleted_at is None:
        try:
            _destroy(recording, Gone.ASKED, by=None, reason="erasure", now=now)
        except Conflict:
            return False
    return True


@dataclass(frozen=True, slots=True)
class Purged:
    """How many went, and how many could not."""

    gone: int
    failed: int


CHUNK: Final = 200


def purge(tenant: UUID, *, now: datetime) -> Purged:
    """Destroy up to ``CHUNK`` recordings whose time has come; never one that is held. Inside the tenant's wall."""
    due = Recording.objects.select_for_update(skip_locked=True).filter(
        tenant_id=tenant, deleted_at=None, held_at=None, keep_until__lte=now
    )
    gone = failed = 0
    for recording in due.order_by("keep_until", "pk")[:CHUNK]:
        try:
            _destroy(recording, Gone.RETENTION, by=None, reason="", now=now)
            gone += 1
        except Conflict:
            continue  # it is marked as held by now
        except OSError as wrong:
            log.error("recording %s could not be destroyed: %s", recording.pk, wrong.strerror)
            failed += 1
    return Purged(gone, failed)


def _destroy(recording: Recording, why: Gone, *, by: UUID | None, reason: str, now: datetime) -> None:
    """The row's word of it first, which the database refuses where a hold covers the call; then the key and the file.

    In one transaction: after a fall in between the row says nothing, and it is done again. Raises: Conflict, OSError.
    """
    try:
        with transaction.atomic():
            _write_off(recording, why, by=by, reason=reason, now=now)
            if recording.path:
                files.destroy(recording.path)
    except DatabaseError as wrong:
        if not refused_by_hold(wrong):
            raise
        recording.refresh_from_db()
        recording.save(update_fields=["deleted_reason"])  # nothing new; the database writes which hold it is
        raise _held() from wrong
    _tell(recording, "delete_recording", reason=reason or why.value, by=by, now=now)


def _write_off(recording: Recording, why: Gone, *, by: UUID | None, reason: str, now: datetime) -> None:
    recording.deleted_at, recording.deleted_by, recording.deleted_why = now, by, why
    recording.deleted_reason, recording.peaks = reason, []
    recording.save(update_fields=["deleted_at", "deleted_by", "deleted_why", "deleted_reason", "peaks"])


def _held() -> Conflict:
    return Conflict(
        _("This recording is held and cannot be deleted."),
        code="recording_held",
        next_step=_("Release it first, if the reason for holding it is gone."),
    )


# ── listening ────────────────────────────────────────────────────────────────────────────────────────────────────────


def listen(recording: Recording, *, why: str, by: Person, now: datetime) -> None:
    """Write down that somebody will listen, and why. Raises: BadInput, Conflict where there is nothing to hear."""
    why = _reason(why)
    still_there(recording)
    _tell(recording, "listen_recording", reason=why, by=by.id, now=now)


def let_hear(recording: Recording, *, now: datetime) -> None:
    """Write down that the person whose call it was hears it, as their right of access. Raises: Conflict."""
    still_there(recording)
    _tell(recording, "listen_recording", reason="the person of this call, by right of access", by=None, now=now)


def silent_because(recording: Recording) -> str:
    """Why nothing can be heard: ``deleted``, ``not_kept``, ``no_key`` or ``broken``; empty where it can."""
    if recording.deleted_at is not None:
        return "deleted"
    if not recording.path:
        return "not_kept"
    try:
        with files.opened(recording.path, attempt=recording.attempt_id, key=recording.key) as envelope:
            next(envelope.read(0, 1), b"")
    except Unavailable:
        return "no_key"
    except (NotFound, BrokenSeal):
        return "broken"
    return ""


def still_there(recording: Recording) -> None:
    """Raises: Conflict where there is nothing to hear (any more)."""
    if recording.deleted_at is not None:
        raise Conflict(_("This recording was deleted."), code="recording_deleted")
    if not recording.path:
        raise Conflict(_("Nothing of this call could be kept."), code="recording_not_kept")


def _locked(recording: Recording) -> Recording:
    return Recording.objects.select_for_update().get(pk=recording.pk)


def _reason(given: str) -> str:
    reason = given.strip()
    if not reason or len(reason) > REASON_MAX:
        raise BadInput(
            _("Please say why, in up to %(most)d characters.") % {"most": REASON_MAX},
            code="reason_needed",
            field="body.reason",
        )
    return reason


def _tell(recording: Recording, action: str, *, reason: str, by: UUID | None, now: datetime) -> None:
    audit.record(
        tenant=recording.tenant_id,
        by=by,
        action=action,
        subject_kind="recording",
        subject_id=recording.pk,
        after={"attempt": recording.attempt_id},
        reason=reason,
        now=now,
    )
