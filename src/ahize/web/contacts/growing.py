"""A list that grows by one row at a time: somebody posts leads, and each is read as a row of a file would be.

Such a list has an import without a file, accepted from the start, so that rows, refusals and consents are told, counted
and undone like every other's. Refuses to know who posts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from ahize.intake.mapping import propose_mapping
from ahize.intake.reader import Record
from ahize.intake.reasons import Problem
from ahize.intake.rows import Options, convert
from ahize.web import notices
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.consents import reporting
from ahize.web.contacts import publishing, queries, reading
from ahize.web.contacts.models import Contact, ContactList, DataSource, Import, ImportState, ListState
from ahize.web.contacts.staging import staged

_EVERYTHING = publishing.Choice(without_bad_rows=False, skip_in_file=False, skip_there=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """A list that grows, and the import through which it does."""

    list: ContactList
    imported: Import


@dataclass(frozen=True, slots=True)
class Grown:
    """What became of a row: the contact, or nobody; and what was wrong with the row or remarked on."""

    contact: Contact | None
    problems: tuple[Problem, ...]


def open_list(
    *, tenant: UUID, seller: UUID, name: str, supplier: str, source: str, by: UUID | None, now: datetime
) -> Opened:
    """An empty published list, and the import through which it grows."""
    with transaction.atomic():
        made = ContactList.objects.create(
            id=draw_id(now),
            tenant_id=tenant,
            seller_id=seller,
            name=name,
            supplier=supplier,
            source=source,
            data_source=source if source in DataSource.values else "",
            acquired_on=now.date(),
            state=ListState.PUBLISHED,
            created_at=now,
            by=by,
        )
        found = Import.objects.create(
            id=draw_id(now),
            tenant_id=tenant,
            seller_id=seller,
            list=made,
            filename=name,
            size=0,
            sha256="",
            file="",
            supplier=supplier,
            source=source,
            state=ImportState.ACCEPTED,
            created_at=now,
            accepted_at=now,
            by=by,
        )
        audit.record(
            tenant=tenant,
            by=by,
            action="open_growing_list",
            subject_kind="list",
            subject_id=made.pk,
            after={"name": name, "supplier": supplier},
            now=now,
        )
        notices.tell_browsers(tenant, "lists", made.pk, now=now)
    return Opened(made, found)


def grow(import_id: UUID, cells: Mapping[str, str], *, region: str, preset: str | None, now: datetime) -> Grown:
    """Read one row and put it into the list, whole or not at all; a running campaign of the list may call at once.

    Args:
        cells: by the name of the column; empty ones may be left out.
        region: ISO 3166-1 by which numbers without a country are read; empty reads only those with a +.
        preset: whose names of columns these are, as ``intake.mapping`` knows them.
    """
    with transaction.atomic():
        found = queries.access_import(import_id, lock=True)
        assert found.list_id is not None, "a growing list is there before its first row"
        place = found.progress_rows + 1
        header, values = tuple(cells), tuple(cells.values())
        mapping = propose_mapping(header, [values], region=region or None, preset=preset)
        row = convert(Record(place, place, values), mapping, Options(region=region or None, received_at=now))
        found.progress_rows = found.total_rows = place
        reading.refuse(found, row, now=now)
        contact = None
        if row.accepted:
            reading.stage(found, [staged(row)], now=now)
            contact = _publish(found, place, now=now)
        found.save(update_fields=["progress_rows", "total_rows", "counts"])
        notices.tell_browsers(found.tenant_id, "imports", found.pk, now=now)
    return Grown(contact, tuple(row.problems))


def _publish(found: Import, place: int, *, now: datetime) -> Contact:
    made = queries.access_list(_list_of(found), lock=True)
    published = publishing.place(found, made, _EVERYTHING, now=now)
    reading.unstage(found.pk)
    made.contacts_count += published.contacts
    made.save(update_fields=["contacts_count"])
    publishing.suppress_named(published, found, made, by=None, now=now)
    contact = Contact.objects.get(list=made, row=place)
    if published.consents:
        reporting.report_import(found.pk, seller=found.seller_id, contact=contact.pk, now=now)
    if published.relationships or published.consents:  # People of other lists may have them, too.
        numbers = list(contact.phones.values_list("e164", flat=True))
        notices.tell_facts_changed(found.tenant_id, seller=found.seller_id, numbers=numbers, now=now)
    found.counts = found.counts | {
        "contacts": made.contacts_count,
        "phones": found.counts.get("phones", 0) + published.phones,
        "consents": found.counts.get("consents", 0) + published.consents,
    }
    payload = {"list": str(made.pk), "contacts": [str(contact.pk)]}
    notices.tell_dialer(found.tenant_id, "list_grew", payload, now=now)
    notices.tell_browsers(found.tenant_id, "lists", made.pk, now=now)
    return contact


def _list_of(found: Import) -> UUID:
    assert found.list_id is not None, "a growing list is there before its first row"
    return found.list_id
