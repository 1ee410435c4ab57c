"""The FCC's Reassigned Numbers Database: what is to be asked about a seller's contacts, and what came back.

The answer becomes two facts of the phone, ``reassigned`` and the day of the answer. Question, answer and both days are
kept as the result file itself, for they are the safe harbour. What the database has no data on stays unknown, and so
does a number that was asked about from a day after its consent.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import connection
from django.db.models import Min
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, Conflict
from ahize.registries import reassigned
from ahize.web import notices
from ahize.web.audit import services as audit
from ahize.web.consents.copies import folder_of
from ahize.web.consents.models import Consent
from ahize.web.contacts.models import Phone

GOOD_FOR = timedelta(days=30)
"""How old an answer may grow before the number is asked about again; the rulebook holds the limit that decides."""
_AT_ONCE = 5000


@dataclass(slots=True)
class Told:
    """What came of a result file.

    Args:
        phones: phones of the seller's contacts that an answer stands beside now.
        too_late: answers that say no, but were asked from a day after the consent they should save.
    """

    answers: int = 0
    yes: int = 0
    no: int = 0
    no_data: int = 0
    too_late: int = 0
    phones: int = 0


def questions(seller: UUID, today: date) -> Iterator[str]:
    """The lines of a query file: every American number with a consent, and the day of its first one."""
    asked = (
        Consent.objects.filter(seller_id=seller, e164__startswith="+1").values("e164").annotate(since=Min("given_at"))
    )
    fresh = set(
        Phone.objects.filter(contact__seller_id=seller, reassigned_checked_on__gt=today - GOOD_FOR).values_list(
            "e164", flat=True
        )
    )
    due = [(row["e164"], row["since"].date()) for row in asked.order_by("e164") if row["e164"] not in fresh]
    return reassigned.questions([(e164, on) for e164, on in due if len(e164) == 12 and on < today], today=today)


def load_answers(file: Path, *, tenant: UUID, seller: UUID, answered_on: date, by: UUID | None, now: datetime) -> Told:
    """Write a result file's answers beside the phones of the seller's contacts; whole or not at all.

    Raises:
        BadInput: a line that is no answer, a day in the future. Conflict: the same file again.
    """
    if answered_on > now.date() + timedelta(days=1):
        raise BadInput(_("The day of the answers lies in the future."), code="registry_future", field="answered_on")
    with file.open("rb") as raw:
        sha256 = hashlib.file_digest(raw, "sha256").hexdigest()
        read = list(reassigned.answers(raw))
    kept = folder_of(tenant, seller) / f"US-RND-{answered_on.isoformat()}-{sha256[:16]}.csv"
    if kept.exists():
        raise Conflict(_("This very file was loaded already."), code="registry_loaded")
    told = Told(answers=len(read))
    for first in range(0, len(read), _AT_ONCE):
        _write(read[first : first + _AT_ONCE], seller, answered_on, told)
    shutil.copyfile(file, kept)
    counts = {name: getattr(told, name) for name in ("answers", "yes", "no", "no_data", "too_late", "phones")}
    audit.record(
        tenant=tenant,
        by=by,
        action="load_reassigned_answers",
        subject_kind="seller",
        subject_id=seller,
        after={"answered_on": answered_on.isoformat(), "sha256": sha256, "file": kept.name, **counts},
        now=now,
    )
    notices.tell_dialer(tenant, "registry_loaded", {"seller": str(seller), "code": "US-RND"}, now=now)
    return told


def _write(answers: list[reassigned.Answer], seller: UUID, answered_on: date, told: Told) -> None:
    since = dict(
        Consent.objects.filter(seller_id=seller, e164__in=[one.e164 for one in answers])
        .values("e164")
        .annotate(since=Min("given_at"))
        .values_list("e164", "since")
    )
    numbers, words, days = [], [], []
    for one in answers:
        is_late = one.said == "no" and one.e164 in since and one.asked_for > since[one.e164].date()
        told.yes += one.said == "yes"
        told.no += one.said == "no"
        told.no_data += one.said == "no_data"
        told.too_late += is_late
        is_known = one.said != "no_data" and not is_late
        numbers.append(one.e164)
        words.append(one.said if is_known else "")
        days.append(answered_on if is_known else None)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE contacts_phone p SET reassigned = a.said, reassigned_checked_on = a.on_day"
            " FROM unnest(%s::text[], %s::text[], %s::date[]) AS a(e164, said, on_day), contacts_contact c"
            " WHERE p.e164 = a.e164 AND c.id = p.contact_id AND c.seller_id = %s"
            " AND (p.reassigned_checked_on IS NULL OR p.reassigned_checked_on <= %s)",
            [numbers, words, days, seller, answered_on],
        )
        told.phones += cursor.rowcount
