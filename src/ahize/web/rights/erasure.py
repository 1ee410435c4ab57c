"""One number's erasure, step by step: each step is one transaction and may be done twice, so it goes on where it stood.

The stop is committed first. What no duty keeps is deleted; what a duty keeps loses number, name and free words and
stands under a pseudonym (``consents/pseudonyms.py``), so that whoever brings the number is told its history and nobody
else can find it. A recording that is held stays, and the receipt says so. Refuses to know why somebody asked.

Rulings and the journal are chained; ``dialing/forgetting.py`` takes the number from them so that the chain holds.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from ahize.web import notices
from ahize.web.audit import services as audit
from ahize.web.consents import ledger
from ahize.web.consents.models import Covers, Door, RegistryReport, ReportState
from ahize.web.consents.pseudonyms import pseudonym
from ahize.web.contacts.models import Contact, Import, ImportReject, ImportState, Phone
from ahize.web.dialing import forgetting
from ahize.web.dialing.models import Attempt
from ahize.web.proof import exporting
from ahize.web.recordings import services as recordings
from ahize.web.recordings.models import Recording
from ahize.web.rights import receipts
from ahize.web.rights.models import Erasure, Request, State

log = logging.getLogger(__name__)

Counts = dict[str, int]
Step = Callable[[Erasure, datetime], Counts | None]
"""What one step did, by class of record; None where it must wait and be asked again."""

also: dict[str, Callable[[UUID, str, str], Counts]] = {}
"""What apps above this one hold of a number: given tenant, number and pseudonym, each answers what it did."""

KEPT: Mapping[str, str] = {
    "attempts": "US-TSR 16 CFR 310.5 (five years); defence of legal claims",
    "rulings": "proof that each call was decided by the law: what was decided stays, the number went",
    "dispositions": "US-TSR 16 CFR 310.5 (five years); the free words were deleted",
    "consents": "proof of consent while it is valid and five years after (US-TSR 310.5), three in Turkey",
    "relationships": "US-TSR 16 CFR 310.5 (five years)",
    "suppressions": "the wish not to be called has no end",
    "calls back": "US-TSR 16 CFR 310.5: record of do-not-call requests",
    "held recordings": "somebody holds them back for a legal claim",
    "registry reports": "proof that the registry was told in time",
}
_CLAIMED = (
    "attempts",
    "rulings",
    "dispositions",
    "consents",
    "relationships",
    "suppressions",
    "calls back",
    "registry reports",
)
DEEDS_WAITED_FOR = timedelta(minutes=1)
"""So long dialerd may take to hear of the stop; one that is away for longer reads everything afresh when it comes."""
_DIGITS = re.compile(r"\D")


def told(erasure: Erasure) -> dict[str, Any]:
    """As ``RightsErasureOut`` says."""
    return {
        "step": erasure.step,
        "steps": len(STEPS),
        "counts": erasure.counts,
        "kept": erasure.kept,
        "began_at": erasure.began_at,
        "done_at": erasure.done_at,
        "digest": erasure.digest,
    }


def waiting() -> list[UUID]:
    """Those not done yet, the oldest first. Inside the house's wall."""
    return list(Erasure.objects.filter(done_at=None).order_by("began_at", "id").values_list("id", flat=True))


def advance(erasure_id: UUID, *, now: datetime) -> bool:
    """Do the next step; True where there may be another at once. Inside the house's wall, as the worker."""
    with transaction.atomic():
        erasure = Erasure.objects.select_for_update().get(pk=erasure_id)
        if erasure.done_at is not None or erasure.step >= len(STEPS):
            return False
        done = STEPS[erasure.step](erasure, now)
        if done is None:
            return False
        for name, rows in done.items():
            erasure.counts[name] = erasure.counts.get(name, 0) + rows
        erasure.step += 1
        erasure.save()
    return erasure.step < len(STEPS)


# ── the steps ───────────────────────────────────────────────────────────────────────────────────────────────────


def _stop(erasure: Erasure, now: datetime) -> Counts:
    """Nobody dials the number from this commit on, whatever of the rest is still to be done."""
    ledger.revoke(
        tenant=erasure.tenant_id,
        seller=None,
        e164=erasure.e164,
        door=Door.WEB,
        by=None,
        now=now,
        covers=Covers.EVERYTHING,
        source="erasure",
    )
    return {}


def _nothing_under_way(erasure: Erasure, now: datetime) -> Counts | None:  # noqa: ARG001 - one shape
    """Promises and places in the hopper go; a call that is up ends first."""
    with connection.cursor() as cursor:
        callbacks = _do(
            cursor,
            "DELETE FROM dialing_callback WHERE phone_id IN (SELECT id FROM contacts_phone WHERE e164 = %s)",
            erasure.e164,
        )
        _do(
            cursor,
            "UPDATE dialing_due SET done = true, done_reason = 'erased' WHERE NOT done AND contact_id IN"
            " (SELECT contact_id FROM contacts_phone WHERE e164 = %s)",
            erasure.e164,
        )
    if Attempt.objects.filter(e164=erasure.e164, live=True).exists():
        return None
    return {"callbacks": callbacks}


def _registries_told(erasure: Erasure, now: datetime) -> Counts | None:  # noqa: ARG001 - one shape
    """What a registry must still hear names the number; until it has heard, the rest waits."""
    waits = RegistryReport.objects.filter(e164=erasure.e164, state=ReportState.WAITING)
    return None if waits.exists() else {}


def _recordings(erasure: Erasure, now: datetime) -> Counts:
    """Each one's key is destroyed, then its file; what is held stays."""
    gone = held = 0
    for one in Recording.objects.filter(attempt__e164=erasure.e164, deleted_at=None).order_by("id"):
        if recordings.erase(one, now=now):
            gone += 1
        else:
            held += 1
    return {"recordings": gone, "held recordings": held}


def _people(erasure: Erasure, now: datetime) -> Counts:
    """Who they were on lists: deleted where nothing rests on the row, else emptied. The files that brought them go."""
    mark = pseudonym(erasure.tenant_id, erasure.e164)
    found = list(Contact.objects.filter(phones__e164=erasure.e164).distinct().order_by("id"))
    ids = [one.pk for one in found]
    files = _files_of(found)
    with connection.cursor() as cursor:
        _do(cursor, "DELETE FROM contacts_fieldchange WHERE contact_id = ANY(%s)", ids)
        _do(
            cursor,
            "DELETE FROM contacts_importrow r USING contacts_importphone p WHERE p.e164 = %s"
            " AND r.import_id = p.import_id AND r.row = p.row",
            erasure.e164,
        )
        staged = _do(cursor, "DELETE FROM contacts_importphone WHERE e164 = %s", erasure.e164)
    digits = erasure.e164[-9:]
    rejects = [
        one.pk
        for one in ImportReject.objects.exclude(value="").iterator(chunk_size=2_000)
        if digits in _DIGITS.sub("", one.value)
    ]
    ImportReject.objects.filter(pk__in=rejects).delete()
    rested = set(Attempt.objects.filter(contact_id__in=ids).values_list("contact_id", flat=True))
    for one in found:
        if one.pk not in rested:
            with connection.cursor() as cursor:
                _do(cursor, "DELETE FROM dialing_due WHERE contact_id = %s", one.pk)
            one.delete()
            continue
        for name in _PERSONAL:
            setattr(one, name, "")
        one.fields, one.erased_at = {}, now
        one.save(update_fields=[*_PERSONAL, "fields", "erased_at"])
        for phone in Phone.objects.filter(contact=one):
            phone.e164 = mark if phone.e164 == erasure.e164 else pseudonym(erasure.tenant_id, phone.e164)
            phone.ext = phone.label = ""
            phone.state, phone.state_reason, phone.state_at, phone.do_not_dial = "retired", "erased", now, True
            phone.save()
    for path in files:
        (settings.MEDIA_ROOT / path).unlink(missing_ok=True)
    return {
        "contacts deleted": len(ids) - len(rested),
        "contacts emptied": len(rested),
        "staged rows": staged + len(rejects),
        "files of lists": len(files),
    }


_PERSONAL = (
    *("external_id", "first_name", "last_name", "company", "address", "city", "postal_code", "email", "search_key"),
)


def _files_of(contacts: list[Contact]) -> list[str]:
    """The uploads that brought them, once they were taken over: their SHA-256 stays on record, they themselves go."""
    over = (ImportState.ACCEPTED, ImportState.UNDONE, ImportState.DISCARDED, ImportState.CANCELLED)
    rows = Import.objects.filter(list_id__in={one.list_id for one in contacts}, state__in=over).exclude(file="")
    return [path for path in rows.values_list("file", flat=True) if (settings.MEDIA_ROOT / path).is_file()]


_PSEUDONYMISED: Mapping[str, str] = {
    "attempts": "UPDATE dialing_attempt SET e164 = %(mark)s WHERE e164 = %(number)s",
    # A signature over the payload would tell whoever guesses the number that they are right.
    "permits": "UPDATE dialing_permit SET e164 = %(mark)s, payload = replace(payload, %(number)s, %(mark)s),"
    " signature = '' WHERE e164 = %(number)s",
    "calls back": "UPDATE dialing_inboundcall SET caller = %(mark)s, name = '' WHERE caller = %(number)s",
    "deeds": "UPDATE dialing_deed SET payload = replace(payload::text, %(number)s, %(mark)s)::jsonb"
    " WHERE payload::text LIKE '%%' || %(number)s || '%%'",
    "consents": "UPDATE consents_consent SET e164 = %(mark)s WHERE e164 = %(number)s",
    "relationships": "UPDATE consents_relationship SET e164 = %(mark)s WHERE e164 = %(number)s",
    "registry answers": "UPDATE consents_registryanswer SET e164 = %(mark)s WHERE e164 = %(number)s",
    "registry reports": "UPDATE consents_registryreport SET e164 = %(mark)s WHERE e164 = %(number)s",
    "suppressions": "UPDATE consents_suppression SET e164 = %(mark)s WHERE e164 = %(number)s",
}
"""Classes of record that a duty keeps, and how each loses the number."""

_AGAIN = (
    "SELECT again.id FROM consents_suppression again JOIN consents_suppression standing ON standing.e164 = %(mark)s"
    " AND standing.seller_id IS NOT DISTINCT FROM again.seller_id"
    " AND standing.channel IS NOT DISTINCT FROM again.channel"
    " AND standing.covers = again.covers AND standing.ended_at IS NULL"
    " WHERE again.e164 = %(number)s AND again.ended_at IS NULL"
)
_STOPPED_AGAIN = (
    f"DELETE FROM consents_checktoken WHERE suppression_id IN ({_AGAIN})",  # noqa: S608 - our own words
    f"DELETE FROM consents_suppression WHERE id IN ({_AGAIN})",  # noqa: S608
)
"""Whoever was erased before and came back stands under the pseudonym already: the same stop is not kept twice."""


def _records(erasure: Erasure, now: datetime) -> Counts | None:
    """What a duty keeps loses the number and every free word; a deed dialerd has not heard of yet is waited for."""
    given = {"mark": pseudonym(erasure.tenant_id, erasure.e164), "number": erasure.e164}
    counts: Counts = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM dialing_deed WHERE taken_at IS NULL AND payload::text LIKE '%%' || %(number)s || '%%'"
            " LIMIT 1",
            given,
        )
        if cursor.fetchone() is not None and now - erasure.began_at < DEEDS_WAITED_FOR:
            return None
        cursor.execute("SELECT id FROM dialing_attempt WHERE e164 = %(number)s", given)
        attempts = [row[0] for row in cursor.fetchall()]
        chained = forgetting.forget(
            attempts, tenant=erasure.tenant_id, now=now, reason="erasure", numbers=[erasure.e164]
        )
        counts |= {"rulings": chained.rulings, "journal lines": chained.lines}
        counts["bundles"] = exporting.let_go(erasure.e164, attempts)
        _do(cursor, "DELETE FROM dialing_draft WHERE attempt_id = ANY(%s)", attempts)
        counts["dispositions"] = _do(
            cursor,
            "UPDATE dialing_dispositionrecord SET notes = '' WHERE notes <> '' AND attempt_id = ANY(%s)",
            attempts,
        )
        for statement in _STOPPED_AGAIN:
            cursor.execute(statement, given)
        for name, statement in _PSEUDONYMISED.items():
            cursor.execute(statement, given)
            counts[name] = cursor.rowcount
    return counts


def _above(erasure: Erasure, now: datetime) -> Counts:  # noqa: ARG001 - one shape
    """What the apps above hold."""
    mark = pseudonym(erasure.tenant_id, erasure.e164)
    return {
        name: rows for eraser in also.values() for name, rows in eraser(erasure.tenant_id, erasure.e164, mark).items()
    }


def _done(erasure: Erasure, now: datetime) -> Counts:
    """The receipt, the list for restores, and last the number itself."""
    mark = pseudonym(erasure.tenant_id, erasure.e164)
    erasure.kept = [
        {"class": name, "count": erasure.counts[name], "why": KEPT[name]}
        for name in (*_CLAIMED, "held recordings")
        if erasure.counts.get(name)
    ]
    given = receipts.give(
        "erased", tenant=erasure.tenant_id, e164=erasure.e164, now=now, counts=erasure.counts, kept=erasure.kept
    )
    Request.objects.filter(e164=erasure.e164).update(e164="", pseudonym=mark, said="")
    if erasure.request_id is not None:
        Request.objects.filter(pk=erasure.request_id).update(state=State.DONE)
    remember(erasure.tenant_id, mark, now=now)
    erasure.e164, erasure.pseudonym, erasure.done_at, erasure.digest = "", mark, now, given.digest
    audit.record(
        tenant=erasure.tenant_id,
        by=None,
        action="erase_number",
        subject_kind="erasure",
        subject_id=erasure.pk,
        after={"counts": erasure.counts, "kept": erasure.kept, "receipt": given.digest},
        now=now,
    )
    notices.tell_browsers(erasure.tenant_id, "rights", erasure.request_id or erasure.pk, now=now)
    return {}


STEPS: tuple[Step, ...] = (
    _stop, _nothing_under_way, _registries_told, _recordings, _people, _records, _above, _done
)  # fmt: skip


# ── the list for restores ───────────────────────────────────────────────────────────────────────────────────────


def list_file() -> Path:
    """Who was erased, outside the database, one pseudonym a line: what an older backup must be held against."""
    return Path(settings.MEDIA_ROOT) / "erased.jsonl"


def remember(tenant: UUID, mark: str, *, now: datetime) -> None:
    """Add one line, on disk before the erasure is committed."""
    path = list_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="ascii") as out:
        out.write(json.dumps({"tenant": str(tenant), "pseudonym": mark, "at": now.isoformat()}) + "\n")
        out.flush()
        os.fsync(out.fileno())


def _do(cursor: Any, statement: str, *given: object) -> int:
    cursor.execute(statement, given)
    return int(cursor.rowcount)
