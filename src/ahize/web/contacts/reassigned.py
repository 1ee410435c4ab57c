"""The FCC's Reassigned Numbers Database: what is to be asked about a seller's contacts, and what came back.

The answer becomes two facts of the phone, ``reassigned`` and the day of the answer. Question, answer and both days are
kept as the result file itself, for they are the safe harbour. What the database has no data on stays unknown, and so
does a number that was asked about from a day after its consent.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, Conflict
from ahize.registries import reassigned
from ahize.web import notices
from ahize.web.audit import queries as audit_log
from ahize.web.audit import services as audit
from ahize.web.consents.copies import folder_of
from ahize.web.consents.models import Consent
from ahize.web.consents.registry_words import readers_language
from ahize.web.contacts.models import Phone

GOOD_FOR = timedelta(days=30)
"""How old an answer may grow before the number is asked about again; the rulebook holds the limit that decides."""
LOADED = "load_reassigned_answers"
LOADS_SHOWN = 20
_AT_ONCE = 5000
_KEPT = re.compile(r"US-RND-([0-9]{4}-[0-9]{2}-[0-9]{2})-([0-9a-f]{16})\.csv\Z")


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
    with file.open("rb") as raw, readers_language():
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
        action=LOADED,
        subject_kind="seller",
        subject_id=seller,
        after={"answered_on": answered_on.isoformat(), "sha256": sha256, "file": kept.name, **counts},
        now=now,
    )
    notices.tell_facts_changed(tenant, seller=seller, now=now)
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


# ── what is known ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Load:
    """One result file that was loaded: when, by whom, of which day, and what it said."""

    at: datetime
    by: UUID | None
    answered_on: date
    sha256: str
    counts: Told


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a seller's American numbers.

    Args:
        yes, no: phones with an answer, of whatever day; ``fresh`` of them are younger than ``GOOD_FOR``.
        oldest, newest: the days of those answers.
        due: numbers with a consent about which nothing fresh is known; the next query file asks about them.
    """

    yes: int
    no: int
    fresh: int
    oldest: date | None
    newest: date | None
    due: int


def known(seller: UUID, today: date) -> Known:
    """How far a seller's numbers were asked about, and the last result files."""
    answered = Phone.objects.filter(contact__seller_id=seller, reassigned_checked_on__isnull=False).exclude(
        contact__erased_at__isnull=False
    )
    counts = answered.aggregate(
        yes=Count("id", filter=Q(reassigned="yes")),
        no=Count("id", filter=Q(reassigned="no")),
        fresh=Count("id", filter=Q(reassigned_checked_on__gt=today - GOOD_FOR)),
        oldest=Min("reassigned_checked_on"),
        newest=Max("reassigned_checked_on"),
    )
    return Known(due=sum(1 for _line in questions(seller, today)), **counts)


def loads(seller: UUID) -> list[Load]:
    """The last result files of a seller, the newest first."""
    entries = audit_log.entries(action=LOADED, subject_kind="seller", subject_id=str(seller))
    return [
        Load(
            entry.at,
            entry.by,
            date.fromisoformat(entry.after["answered_on"]),
            entry.after["sha256"],
            Told(**{name: entry.after[name] for name in Told.__slots__}),
        )
        for entry in entries[:LOADS_SHOWN]
        if entry.after is not None
    ]


@dataclass(frozen=True, slots=True)
class Line:
    """What one result file says of a number. ``too_late``: asked from a day after the consent that it should save."""

    answered_on: date
    asked_for: date
    said: str
    too_late: bool
    sha256: str


def said_of(seller: UUID, tenant: UUID, e164: str) -> list[Line]:
    """What each result file of a seller says of a number, the newest first: read from the files that are kept."""
    first = Consent.objects.filter(seller_id=seller, e164=e164).aggregate(on=Min("given_at"))["on"]
    found = []
    for path in folder_of(tenant, seller).glob("US-RND-*.csv"):
        name = _KEPT.match(path.name)
        if name is None:
            continue
        with path.open("rb") as raw:
            found += [
                Line(
                    date.fromisoformat(name[1]),
                    one.asked_for,
                    one.said,
                    one.said == "no" and first is not None and one.asked_for > first.date(),
                    name[2],
                )
                for one in reassigned.answers(raw)
                if one.e164 == e164
            ]
    return sorted(found, key=lambda line: (line.answered_on, line.asked_for), reverse=True)
