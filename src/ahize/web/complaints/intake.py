"""A complaint comes in. Whoever complains is not called again: the stop stands in the same transaction.

A repeat is put to the case there is. A mail is kept byte for byte, and the same mail again is the same case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput
from ahize.web import documents
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.complaints import numbers, record
from ahize.web.complaints.authorities import book
from ahize.web.complaints.mails import TEXT_MAX, Mail, read_mail
from ahize.web.complaints.models import OPEN_STATES, Case, CaseNumber, Source, Standing
from ahize.web.consents.access import home_region
from ahize.web.consents.models import Door

OLDEST: Final = timedelta(days=10 * 366)
MAIL_FOLDER: Final = "complaints"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is known of a complaint when it comes.

    Args:
        every_seller: stop the numbers for every seller of the house, whoever called.
        due_at: the day that the authority's letter itself names, as the first instant that is too late.
    """

    source: str
    door: str
    received_at: datetime
    numbers: Sequence[str] = ()
    seller: UUID | None = None
    every_seller: bool = False
    who: str = ""
    contact: str = ""
    said: str = ""
    happened_at: datetime | None = None
    authority: str = ""
    authority_reference: str = ""
    due_at: datetime | None = None


@dataclass(slots=True)
class Opened:
    """The case, whether it was there already, and what the person who brought it should know."""

    case: Case
    repeated: bool = False
    told: list[str] = field(default_factory=list)


def open_case(given: Complaint, *, tenant: UUID, by: UUID | None, now: datetime) -> Opened:
    """A case, with its numbers stopped, in one transaction; or the case that this complaint repeats.

    Raises: BadInput naming the field; then nothing is written.
    """
    check(given, now)
    called = list(dict.fromkeys(given.numbers))
    if not called:
        raise BadInput(
            _("A complaint needs the number that was called."),
            code="no_number",
            next_step=_("Ask for it; a mail without one can be brought as it is, and the number is added later."),
            field="body.numbers",
        )
    with transaction.atomic():
        _one_at_a_time(tenant)
        known = _repeated(given, called)
        case = known or _made(given, called, tenant=tenant, by=by, now=now)
        opened = Opened(case, repeated=known is not None)
        for e164 in called:
            numbers.confirm(case, e164, given.seller, every_seller=given.every_seller, raw="", by=by, now=now)
        if known is not None:
            record.note(
                case, "repeat", by=by, now=now, text=given.said, facts={"received_at": given.received_at.isoformat()}
            )
        record.settle(case, now=now)
        opened.told = _told(case, repeated=opened.repeated)
    return opened


def open_mail(raw: bytes, *, name: str, tenant: UUID, by: UUID | None, now: datetime) -> Opened:
    """A case from a mail as it came: kept byte for byte, its numbers proposed. The same mail again is the same case.

    Raises: BadInput where it is empty; TooMany where it is too large.
    """
    read = read_mail(raw, region=home_region(None), book=book(), now=now)
    with transaction.atomic():
        _one_at_a_time(tenant)
        case_id = draw_id(now)
        kept = documents.keep([raw], name=name, tenant=tenant, of=case_id, folder=MAIL_FOLDER, ending=".eml")
        known = Case.objects.select_for_update().filter(mail_sha256=kept.sha256).first() or _same_letter(read)
        if known is not None:
            (Path(settings.MEDIA_ROOT) / kept.path).unlink(missing_ok=True)
            record.note(known, "repeat", by=by, now=now, text="", facts={"mail_sha256": kept.sha256})
            numbers.propose(known, read, by=by, now=now)
            record.settle(known, now=now)
            return Opened(known, repeated=True, told=_told(known, repeated=True))
        given = Complaint(
            source=Source.MAIL,
            door=Door.EMAIL,
            received_at=now,
            who=read.sender[:500],
            contact=read.address[:500],
            said=f"{read.subject}\n\n{read.text}".strip()[:TEXT_MAX],
            authority=read.authority,
            authority_reference=read.reference,
        )
        case = _made(
            given, [one.e164 for one in read.numbers], tenant=tenant, by=by, now=now, case_id=case_id, mail=(kept, read)
        )
        numbers.propose(case, read, by=by, now=now)
        record.settle(case, now=now)
        return Opened(case, told=_told(case, repeated=False))


def check(given: Complaint, now: datetime) -> None:
    """Raises: BadInput naming the field."""
    if given.received_at > now:
        raise BadInput(_("A complaint cannot have come in the future."), code="in_future", field="body.received_at")
    if given.received_at < now - OLDEST:
        raise BadInput(
            _("That is more than ten years ago."),
            code="too_long_ago",
            next_step=_("See whether the year is right."),
            field="body.received_at",
        )
    if given.happened_at is not None and given.happened_at > given.received_at:
        raise BadInput(
            _("The call cannot have been after the complaint came."),
            code="call_after_complaint",
            next_step=_("Correct one of the two dates; mind the time zone."),
            field="body.happened_at",
        )
    if given.due_at is not None and given.due_at <= given.received_at:
        raise BadInput(
            _("The day by which to answer cannot be before the complaint came."), code="bad_due", field="body.due_at"
        )
    if given.authority and given.authority not in book().authorities:
        raise BadInput(
            _("There is no authority “%(code)s”.") % {"code": given.authority},
            code="no_such_authority",
            next_step=_("Take one of the list, or OTHER."),
            field="body.authority",
        )
    if len(given.numbers) > numbers.NUMBERS_MAX:
        raise BadInput(
            _("One complaint has at most %(most)d numbers; here are %(count)d.")
            % {"most": numbers.NUMBERS_MAX, "count": len(given.numbers)},
            code="too_many_numbers",
            next_step=_("Bring a list of numbers as a do-not-call list, and the complaint with one of them."),
            field="body.numbers",
        )


def _one_at_a_time(tenant: UUID) -> None:
    """Two of the same letter at once make one case, and numbers of cases have no gaps."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"ahize/complaints/{tenant}"])


def _repeated(given: Complaint, called: Sequence[str]) -> Case | None:
    """The case that this complaint is about already: the authority's own reference, or an open one of these numbers."""
    rows = Case.objects.select_for_update().order_by("-received_at", "-number")
    if given.authority and given.authority_reference.strip():
        return rows.filter(
            authority=given.authority, authority_reference__iexact=given.authority_reference.strip()
        ).first()
    same = rows.filter(authority=given.authority, state__in=OPEN_STATES)
    for case in same.filter(pk__in=CaseNumber.objects.filter(e164=called[0]).values("case_id")):
        standing = CaseNumber.objects.filter(case=case).exclude(standing=Standing.DISMISSED)
        if set(standing.values_list("e164", flat=True)) == set(called):
            return case
    return None


def _same_letter(read: Mail) -> Case | None:
    if not (read.authority and read.reference):
        return None
    rows = Case.objects.select_for_update().filter(authority=read.authority)
    return rows.filter(authority_reference__iexact=read.reference).first()


def _made(
    given: Complaint,
    called: Sequence[str],
    *,
    tenant: UUID,
    by: UUID | None,
    now: datetime,
    case_id: UUID | None = None,
    mail: tuple[documents.Document, Mail] | None = None,
) -> Case:
    last = Case.objects.order_by("-number").values_list("number", flat=True).first() or 0
    deadlines = record.deadlines(called, authority=given.authority, received_at=given.received_at, due_at=given.due_at)
    kept, read = mail if mail is not None else (documents.NO_DOCUMENT, Mail())
    case = Case.objects.create(
        id=case_id or draw_id(now),
        tenant_id=tenant,
        number=last + 1,
        source=given.source,
        door=given.door,
        seller_id=given.seller,
        who=given.who.strip(),
        contact=given.contact.strip(),
        said=given.said.strip(),
        happened_at=given.happened_at,
        authority=given.authority,
        authority_reference=given.authority_reference.strip(),
        received_at=given.received_at,
        deadlines=deadlines,
        mail=kept.path,
        mail_name=kept.name if kept.path else "",
        mail_size=kept.size,
        mail_sha256=kept.sha256,
        mail_notes=read.notes,
        opened_by=by,
        created_at=now,
    )
    audit.record(
        tenant=tenant,
        by=by,
        action="open_complaint",
        subject_kind="complaint",
        subject_id=case.pk,
        after={"number": case.number, "source": case.source, "door": case.door, "authority": case.authority},
        now=now,
    )
    return case


def _told(case: Case, *, repeated: bool) -> list[str]:
    """In words, what whoever brought it should know at once."""
    told = []
    if repeated:
        told.append(
            _("This complaint is here already, as number %(number)d; it was added there.") % {"number": case.number}
        )
    there = list(case.numbers.all())
    never = sum(not one.called for one in there)
    confirmed = [one for one in there if one.standing == Standing.CONFIRMED]
    if confirmed and never == len(there):
        told.append(_("We never tried to call this number. It is stopped all the same."))
    elif confirmed:
        told.append(_("Nobody calls these numbers any more, from now on."))
    proposed = [one for one in there if one.standing == Standing.PROPOSED]
    if proposed:
        told.append(
            _("The mail names %(count)d numbers; say of each whether it is the one that was called.")
            % {"count": len(proposed)}
        )
        if any(one.stopped_at for one in proposed):
            told.append(_("Those that we have called are stopped already."))
    if "no_number" in case.mail_notes and not there:
        told.append(_("No number can be read in the mail. Ask for it and add it here; until then nothing is stopped."))
    if "many_numbers" in case.mail_notes or len(proposed) > numbers.STOPPED_AT_ONCE_MAX:
        told.append(_("So many numbers are a list: none of them is stopped until somebody has looked."))
    return told
